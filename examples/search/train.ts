// A trial as a program, for searches in any language. It prints a line of JSON for each epoch; the last line also has the SHA-256 of
// the trained weights.
//   node --import tsx examples/search/train.ts --config '{"learningRate":0.1,"units":32,"dropout":0.2,"epochs":8,"seed":0}'
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import { isMain } from '../is-main.js';
import { readConfig, runTrial } from './trial.js';

if (isMain(import.meta.url)) {
  const options = { config: { type: 'string' }, threads: { type: 'string' } } as const;
  const { config, threads } = parseArgs({ options }).values;
  if (config === undefined) throw new Error('Say what to try: --config \'{"units": 32, …}\'.');
  if (threads !== undefined) await configure({ threads: Number(threads) });
  // A search that has died reads no more: nothing is left to train for.
  process.stdout.on('error', () => process.exit(1));
  await runTrial(readConfig(config), (report) => console.log(JSON.stringify(report)));
}
