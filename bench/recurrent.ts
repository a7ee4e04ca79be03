// `npm run bench:recurrent`: steps of recurrent networks, lanegrad and its peers in turns, each in a process of its own, all
// from the same weights over the same batches in the same order.
//   --networks lstm128,gru32   default: all of `recurrentNets`
//   --rounds 5                 timed segments of each contender
//   --steps 5                  steps of a segment at most
//   --only lanegrad-1,torch-1  who takes part
import { parseArgs } from 'node:util';
import { configure, ops, random } from 'lanegrad';
import { warnOfOldBuild } from './build-check.js';
import { epochOptions, readEpochOptions } from './epoch-options.js';
import { formatGflops, formatMs } from './format.js';
import { makeRecurrentNetwork, makeSequences, recurrentNames } from './recurrent-network.js';
import type { RecurrentName } from './recurrent-network.js';
import { printHeading, printMachine, printNote, printTable, saveResults } from './report.js';
import { compareEpochs } from './runner/compare-epochs.js';
import type { Epochs } from './runner/compare-epochs.js';
import { recurrentContenders } from './runner/contenders.js';
import { recurrentNets } from './shapes.js';
import { targetHeader, targetRow } from './targets.js';
import { interleave } from './timing.js';

/** Ratios to PyTorch on as many threads that are wanted at most: strict and relaxed. */
const targets: Readonly<Record<RecurrentName, readonly Limits[]>> = {
  lstm128: [
    { threads: 1, strict: 1.7, relaxed: 1.45 },
    { threads: 2, strict: 1.6 },
  ],
  gru128: [
    { threads: 1, strict: 1.8, relaxed: 1.55 },
    { threads: 2, strict: 1.1 },
  ],
  lstm32: [
    { threads: 1, strict: 0.6 },
    { threads: 2, strict: 0.6 },
  ],
  gru32: [
    { threads: 1, strict: 0.9 },
    { threads: 2, strict: 0.9 },
  ],
};

interface Limits {
  readonly threads: 1 | 2;
  readonly strict: number;
  readonly relaxed?: number;
}

const { values } = parseArgs({
  options: { ...epochOptions, networks: { type: 'string', default: recurrentNames.join(',') } },
});
const options = readEpochOptions(values);
const names = values.networks.split(',').map(networkName);
await configure({ threads: 1 });
warnOfOldBuild();
printMachine('1 and 2 threads');
for (const name of names) {
  const { cell, units, steps, features, batchSize } = recurrentNets[name];
  const epochs = await compareEpochs({
    heading: `${cell.toUpperCase()} of ${units} on [${batchSize}, ${steps}, ${features}], last output → 1, RMSprop`,
    data: makeSequences(name),
    network: makeRecurrentNetwork(name),
    sizes: { ...recurrentNets[name], inputs: steps * features, classes: 1 },
    specs: recurrentContenders(name),
    commonSteps: 2,
    rowsAre: 'sequences',
    per: 'step',
    ...options,
  });
  await noteProducts(name);
  printHeading(`targets of ${name}`);
  printTable(targetHeader, targetRows(name, epochs));
}
saveResults('recurrent');

/** What the products of a step take at the speed of a large product on one thread: a step cannot be faster. */
async function noteProducts(name: RecurrentName): Promise<void> {
  const { cell, units, steps, features, batchSize } = recurrentNets[name];
  const columns = (cell === 'lstm' ? 4 : 3) * units;
  // Forward for x and h, back for h, and the gradients of both kernels. Nobody asks for the gradient of x.
  const flops = 2 * batchSize * steps * columns * (2 * features + 3 * units);
  const n = 512;
  const square = random.normal([n, n], { seed: 1 });
  const { product } = await interleave({ product: () => ops.matmul(square, square).dispose() }, 30);
  const rate = (2 * n ** 3) / product.min;
  printNote(
    `lanegrad, strict, 1 thread: the products of a step take ${formatMs(flops / rate)} at the ` +
      `${formatGflops(2 * n ** 3, product.min)} GFLOP/s of a ${n}³ product right after this run`,
  );
}

function networkName(text: string): RecurrentName {
  const name = recurrentNames.find((known) => known === text);
  if (name !== undefined) return name;
  throw new Error(`--networks: no network '${text}'; there are ${recurrentNames.join(', ')}`);
}

function targetRows(name: RecurrentName, { timingOf }: Epochs): string[][] {
  const row = (
    what: string,
    top: string,
    bottom: string,
    limit: { atMost?: number; atLeast?: number },
  ) => targetRow({ what, top: timingOf(top), bottom: timingOf(bottom), ...limit });
  return [
    ...targets[name].flatMap(({ threads, strict, relaxed }) => [
      row(`threads: ${threads}, strict ÷ PyTorch`, `lanegrad-${threads}`, `torch-${threads}`, {
        atMost: strict,
      }),
      ...(relaxed === undefined
        ? []
        : [
            row(
              `threads: ${threads}, relaxed ÷ PyTorch`,
              `relaxed-${threads}`,
              `torch-${threads}`,
              { atMost: relaxed },
            ),
          ]),
    ]),
    row('1 thread ÷ 2 threads', 'lanegrad-1', 'lanegrad-2', { atLeast: 1.65 }),
    row('TensorFlow.js wasm ÷ 1 thread', 'tfjs-wasm', 'lanegrad-1', { atLeast: 20 }),
    row('TensorFlow.js cpu ÷ 1 thread', 'tfjs-cpu', 'lanegrad-1', { atLeast: 20 }),
  ];
}
