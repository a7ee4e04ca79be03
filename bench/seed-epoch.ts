// `npm run bench:seed`: whole epochs of the seed program's `fit` (gathering of batches, metrics and all), and the
// pure-JavaScript reference over the first steps of the same epoch, from the same weights.
import { formatRatio, printHeading, printMachine, printTable } from './report.js';
import { loadSeedData } from './seed-data.js';
import { makeNetwork, makeReference } from './seed-network.js';
import { seed } from './shapes.js';

const EPOCHS = 5;
/** The reference takes about a minute an epoch; so many steps tell its pace. */
const REFERENCE_STEPS = 60;

printMachine();
const { x, y, source } = await loadSeedData();
const rows = x.shape[0] ?? 0;
const stepsPerEpoch = Math.ceil(rows / seed.batchSize);
const network = makeNetwork();
const reference = makeReference(network);

printHeading(
  `seed program, ${rows} images (${source}), ${stepsPerEpoch} steps an epoch, not shuffled`,
);
const epochSeconds: number[] = [];
/** Mean loss over the first REFERENCE_STEPS steps of the first epoch, as `fit` reports it. */
let earlyLoss = NaN;
let started = 0;
await network.fit(x, y, {
  batchSize: seed.batchSize,
  epochs: EPOCHS,
  shuffle: false,
  verbose: 0,
  callbacks: [
    {
      onEpochBegin: () => {
        started = performance.now();
      },
      onTrainBatchEnd: (batch, logs) => {
        if (epochSeconds.length === 0 && batch === REFERENCE_STEPS - 1)
          earlyLoss = logs?.['loss'] ?? NaN;
      },
      onEpochEnd: () => {
        epochSeconds.push((performance.now() - started) / 1000);
      },
    },
  ],
});

const xValues = Float32Array.from(x.data());
const yValues = Float32Array.from(y.data());
const steps = Math.min(REFERENCE_STEPS, Math.floor(rows / seed.batchSize));
let total = 0;
const referenceStarted = performance.now();
for (let step = 0; step < steps; step++) {
  const [from, to] = [step * seed.batchSize, (step + 1) * seed.batchSize];
  total += reference.step(
    xValues.subarray(from * seed.inputs, to * seed.inputs),
    yValues.subarray(from * seed.classes, to * seed.classes),
  );
}
const referenceSeconds = ((performance.now() - referenceStarted) / 1000 / steps) * stepsPerEpoch;

const sorted = epochSeconds.toSorted((a, b) => a - b);
const fastest = sorted[0] ?? NaN;
const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
printTable(
  ['', 'seconds an epoch', `mean loss of ${steps} steps`],
  [
    ['lanegrad, min', fastest.toFixed(3), earlyLoss.toFixed(6)],
    ['lanegrad, median', median.toFixed(3), ''],
    [
      `pure JavaScript, from ${steps} steps`,
      referenceSeconds.toFixed(1),
      (total / steps).toFixed(6),
    ],
  ],
);
console.log(`lanegrad is faster by ${formatRatio(referenceSeconds / median)} (median)`);
