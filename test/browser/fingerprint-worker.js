// The fingerprint on as many threads as the worker's name says: in a worker, since a page fixes their number once.
import * as lanegrad from '/dist/index.js';
import { fingerprint } from '/fingerprint/train.js';

try {
  await lanegrad.configure({ threads: Number(self.name) });
  const hash = await fingerprint(lanegrad);
  postMessage({ hash, threads: lanegrad.backendInfo().threads });
} catch (error) {
  postMessage({ error: String(error) });
}
