// `npm run bench:seed`: epochs of the seed program, lanegrad and its peers in turns, each in a process of its own,
// all from the same weights over the same batches in the same order.
//   --rounds 5           timed segments of each contender
//   --steps 469          steps of a segment at most (default: an epoch; slow contenders run fewer and are scaled)
//   --only lanegrad-1,torch-1   who takes part
//   --images FOLDER      IDX files of another data set with MNIST's names, such as Fashion-MNIST
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import { warnOfOldBuild } from './build-check.js';
import { epochOptions, readEpochOptions } from './epoch-options.js';
import { printHeading, printMachine, printTable, saveResults } from './report.js';
import { compareEpochs } from './runner/compare-epochs.js';
import { seedContenders } from './runner/contenders.js';
import { loadIdxFolder, loadSeedData } from './seed-data.js';
import { makeNetwork } from './seed-network.js';
import { seed } from './shapes.js';
import { targetHeader, targetRow } from './targets.js';

const { values } = parseArgs({ options: { ...epochOptions, images: { type: 'string' } } });
const { images } = values;
const options = readEpochOptions(values);
await configure({ threads: 1 });
warnOfOldBuild();
printMachine('1 and 2 threads');
const { timingOf } = await compareEpochs({
  heading: `seed program: ${seed.inputs} → ${seed.hidden} relu → ${seed.classes} softmax, RMSprop, batch ${seed.batchSize}`,
  data: await (images === undefined ? loadSeedData() : loadIdxFolder(images)),
  network: makeNetwork(),
  sizes: seed,
  specs: seedContenders,
  ...options,
});

printHeading('targets of the seed program');
printTable(targetHeader, targetRows());
saveResults(images === undefined ? 'seed' : 'seed-images');

function targetRows(): string[][] {
  const ratio = (what: string, top: string, bottom: string) => ({
    what,
    top: timingOf(top),
    bottom: timingOf(bottom),
  });
  const torch2 = ratio('2 threads ÷ PyTorch, 2 threads', 'lanegrad-2', 'torch-2');
  if (images !== undefined) return [targetRow({ ...torch2, atMost: 0.7 })];
  return [
    { ...ratio('1 thread ÷ PyTorch, 1 thread', 'lanegrad-1', 'torch-1'), atMost: 0.65 },
    { ...torch2, atMost: 0.4 },
    { ...ratio('1 thread ÷ 2 threads', 'lanegrad-1', 'lanegrad-2'), atLeast: 1.6 },
    { ...ratio('jax-js ÷ 1 thread', 'jax-js', 'lanegrad-1'), atLeast: 5 },
    { ...ratio('TensorFlow.js wasm ÷ 1 thread', 'tfjs-wasm', 'lanegrad-1'), atLeast: 40 },
    { ...ratio('TensorFlow.js cpu ÷ 1 thread', 'tfjs-cpu', 'lanegrad-1'), atLeast: 100 },
    { ...ratio('pure JavaScript ÷ 1 thread', 'javascript', 'lanegrad-1'), atLeast: 40 },
  ].map(targetRow);
}
