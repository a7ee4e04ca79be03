// The fingerprint on as many threads as the worker's name says, and with fused multiply-add if it says so: in a worker, since a
// page fixes both once.
import * as lanegrad from '/dist/index.js';
import { fingerprint } from '/fingerprint/train.js';

try {
  const [threads, arithmetic] = self.name.split(' ');
  const relaxedSimd = arithmetic === 'fused';
  await lanegrad.configure({ threads: Number(threads), relaxedSimd });
  const info = lanegrad.backendInfo();
  // An engine without relaxed SIMD has nothing to compare.
  const hash = relaxedSimd && info.arithmetic === 'strict' ? null : await fingerprint(lanegrad);
  postMessage({ hash, threads: lanegrad.backendInfo().threads });
} catch (error) {
  postMessage({ error: String(error) });
}
