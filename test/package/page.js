// The same training on a page; scripts/package/pages.mjs puts `window.report` there.
import * as lanegrad from 'lanegrad';
import { fingerprint } from './train.js';

async function main() {
  await lanegrad.configure({ threads: 2 });
  const hash = await fingerprint(lanegrad);
  // Time for a worker that cannot be loaded to say so.
  await new Promise((resolve) => setTimeout(resolve, 300));
  return { hash, ...lanegrad.backendInfo() };
}

main().then(window.report, (error) => window.report({ error: error.stack }));
