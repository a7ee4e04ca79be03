// One training step of the seed network, lanegrad and pure JavaScript in turns on the same batches.
import type { Tensor } from 'lanegrad';
import { formatMs, formatRatio } from './format.js';
import { printHeading, printTable } from './report.js';
import type { Samples } from './workloads/workload.js';
import { makeNetwork, makeReference } from './seed-network.js';
import { seed } from './shapes.js';
import { interleave } from './timing.js';
import type { Timing } from './timing.js';

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  /** The same numbers for the reference. */
  readonly xValues: Float32Array;
  readonly yValues: Float32Array;
}

/** Trains on one batch and returns the mean loss of all batches so far. */
type Step = (batch: Batch) => number;

export async function benchSeedStep(data: Samples, rounds: number): Promise<void> {
  const { inputs, hidden, classes, batchSize } = seed;
  printHeading(
    `seed step: ${inputs} → ${hidden} relu → ${classes} softmax, RMSprop, batch ${batchSize}`,
  );
  console.log(`images: ${data.source}`);
  const batches = makeBatches(data, 8);
  const network = makeNetwork();
  const lanegrad = inTurn(batches, ({ x, y }) => network.trainOnBatch(x, y)[0] ?? NaN);
  const plain = inTurn(batches, referenceStep(network, false));
  const skipping = inTurn(batches, referenceStep(network, true));

  const timings = await interleave(
    { lanegrad: lanegrad.run, plain: plain.run, skipping: skipping.run },
    rounds,
  );
  const row = (name: string, { min, median }: Timing, { meanLoss }: Turns): string[] => [
    name,
    formatMs(min),
    formatMs(median),
    formatRatio(median / timings.lanegrad.median),
    meanLoss().toFixed(6),
  ];
  printTable(
    ['', 'min', 'median', '÷ lanegrad', `mean loss, ${lanegrad.steps()} steps`],
    [
      row('lanegrad', timings.lanegrad, lanegrad),
      row('pure JavaScript', timings.plain, plain),
      row('pure JavaScript that skips zeros', timings.skipping, skipping),
    ],
  );
}

interface Turns {
  readonly run: () => void;
  readonly steps: () => number;
  readonly meanLoss: () => number;
}

/** A run that takes `batches` one after another, over and over. */
function inTurn(batches: readonly Batch[], step: Step): Turns {
  let steps = 0;
  let meanLoss = NaN;
  return {
    run: () => {
      const batch = batches[steps % batches.length];
      if (batch === undefined) throw new Error('no batches');
      meanLoss = step(batch);
      steps++;
    },
    steps: () => steps,
    meanLoss: () => meanLoss,
  };
}

function referenceStep(network: ReturnType<typeof makeNetwork>, skipZeros: boolean): Step {
  const trainer = makeReference(network, skipZeros);
  let total = 0;
  let steps = 0;
  return ({ xValues, yValues }) => {
    total += trainer.step(xValues, yValues);
    return total / ++steps;
  };
}

/** The first `count` batches of `data`, as tensors and as typed arrays. */
function makeBatches({ x, y }: Samples, count: number): Batch[] {
  return Array.from({ length: count }, (_, index) => {
    const range = [index * seed.batchSize, (index + 1) * seed.batchSize] as const;
    const batch = { x: x.slice(range), y: y.slice(range) };
    return {
      ...batch,
      xValues: Float32Array.from(batch.x.data()),
      yValues: Float32Array.from(batch.y.data()),
    };
  });
}
