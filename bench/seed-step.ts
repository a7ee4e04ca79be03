// One training step of the seed network, lanegrad and pure JavaScript in turns on the same batches.
import { tidy } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { formatMs, formatRatio, printHeading, printTable } from './report.js';
import type { SeedData } from './seed-data.js';
import { makeNetwork, makeReference } from './seed-network.js';
import { seed } from './shapes.js';
import { interleave } from './timing.js';

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
  /** The same numbers for the reference. */
  readonly xValues: Float32Array;
  readonly yValues: Float32Array;
}

export async function benchSeedStep(data: SeedData, rounds: number): Promise<void> {
  printHeading(
    `seed step: ${seed.inputs} → ${seed.hidden} relu → ${seed.classes} softmax, RMSprop,`,
  );
  console.log(`batch ${seed.batchSize}, images: ${data.source}`);
  const batches = makeBatches(data, 8);
  const network = makeNetwork();
  const plain = makeReference(network);
  const skipping = makeReference(network, true);

  const losses = { lanegrad: NaN, plain: NaN, skipping: NaN };
  const next = (): (() => Batch) => {
    let turn = 0;
    return () => {
      const batch = batches[turn++ % batches.length];
      if (batch === undefined) throw new Error('no batches');
      return batch;
    };
  };
  const [forLanegrad, forPlain, forSkipping] = [next(), next(), next()];
  const timings = await interleave(
    {
      lanegrad: async () => {
        const { x, y } = forLanegrad();
        losses.lanegrad = await trainOnBatch(network, x, y);
      },
      plain: () => {
        const { xValues, yValues } = forPlain();
        losses.plain = plain.step(xValues, yValues);
      },
      skipping: () => {
        const { xValues, yValues } = forSkipping();
        losses.skipping = skipping.step(xValues, yValues);
      },
    },
    rounds,
  );

  const names = {
    lanegrad: 'lanegrad',
    plain: 'pure JavaScript',
    skipping: 'pure JavaScript, skipping zeros',
  } as const;
  printTable(
    ['', 'min', 'median', 'lanegrad is faster by', 'last loss'],
    (['lanegrad', 'plain', 'skipping'] as const).map((name) => [
      names[name],
      formatMs(timings[name].min),
      formatMs(timings[name].median),
      name === 'lanegrad' ? '' : formatRatio(timings[name].median / timings.lanegrad.median),
      losses[name].toFixed(6),
    ]),
  );
}

/** The first `count` batches of `data`, as tensors and as typed arrays. */
function makeBatches({ x, y }: SeedData, count: number): Batch[] {
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
