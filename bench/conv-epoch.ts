// `npm run bench:conv`: epochs of a small convolutional network on MNIST, lanegrad and PyTorch in turns, as in
// `bench:seed`; the same options, without `--images`.
import { parseArgs } from 'node:util';
import { configure } from 'lanegrad';
import { warnOfOldBuild } from './build-check.js';
import { makeConvNetwork } from './conv-network.js';
import { epochOptions, readEpochOptions } from './epoch-options.js';
import { printHeading, printMachine, printTable, saveResults } from './report.js';
import { compareEpochs } from './runner/compare-epochs.js';
import { convContenders } from './runner/contenders.js';
import { loadSeedData } from './seed-data.js';
import { convNet } from './shapes.js';
import { targetHeader, targetRow } from './targets.js';

const options = readEpochOptions(parseArgs({ options: epochOptions }).values);
await configure({ threads: 1 });
warnOfOldBuild();
printMachine('1 and 2 threads');
const { timingOf } = await compareEpochs({
  heading:
    `convolutional network: ${convNet.filters.join(' and ')} filters of 3 × 3 with relu and pooling, ` +
    `${convNet.classes} softmax, Adam, batch ${convNet.batchSize}`,
  data: await loadSeedData(),
  network: makeConvNetwork(),
  sizes: convNet,
  specs: convContenders,
  ...options,
});

printHeading('targets of the convolutional network');
printTable(
  targetHeader,
  [
    { threads: 1, atMost: 1.2 },
    { threads: 2, atMost: 0.9 },
  ].map(({ threads, atMost }) =>
    targetRow({
      what: `${threads} ${threads === 1 ? 'thread' : 'threads'} ÷ PyTorch, the same`,
      top: timingOf(`lanegrad-${threads}`),
      bottom: timingOf(`torch-${threads}`),
      atMost,
    }),
  ),
);
saveResults('conv');
