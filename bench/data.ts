// Data on their way into the model: a CSV file, and a shuffled data set compared with the same arrays.
import { data } from 'lanegrad';
import { formatMs } from './format.js';
import { printHeading, printNote, printTable } from './report.js';
import type { Samples } from './workloads/workload.js';
import { makeNetwork } from './seed-network.js';
import { seed } from './shapes.js';
import { targetHeader, targetRow, valueRow } from './targets.js';
import { interleave } from './timing.js';

const ROWS = 100_000;
const COLUMNS = 10;

export async function benchCsv(rounds: number): Promise<void> {
  printHeading('CSV of 1 million numbers');
  const lines = [Array.from({ length: COLUMNS }, (_, i) => `column ${i}`).join(',')];
  for (let row = 0; row < ROWS; row++) {
    const numbers = Array.from({ length: COLUMNS }, (_, i) => Math.sin(row * COLUMNS + i) * 100);
    lines.push(numbers.map((number) => number.toFixed(4)).join(','));
  }
  const file = new TextEncoder().encode(lines.join('\n'));
  const timings = await interleave(
    {
      readCsv: async () => (await data.readCsv(file)).x.dispose(),
      'Dataset.csv, batches of 128': async () => {
        for await (const batch of data.Dataset.csv(file).batch(128)) batch.dispose();
      },
    },
    rounds,
  );
  printTable(
    ['', 'min', 'median'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatMs(min),
      formatMs(median),
    ]),
  );
  printTable(targetHeader, [valueRow('readCsv', timings.readCsv.median, { atMost: 1000 }, ' ms')]);
}

/** One epoch of the seed network each. */
export async function benchDataset({ x, y, source }: Samples, rounds: number): Promise<void> {
  printHeading('an epoch of the seed network: shuffled data set against arrays');
  const rows = x.shape[0] ?? 0;
  const networks = { arrays: makeNetwork(), dataset: makeNetwork() };
  const shuffled = data.Dataset.fromTensors(x, y).shuffle(rows).batch(seed.batchSize);
  const options = { verbose: 0 } as const;
  const timings = await interleave(
    {
      arrays: () => networks.arrays.fit(x, y, { ...options, batchSize: seed.batchSize }),
      'data set': () => networks.dataset.fit(shuffled, options),
    },
    rounds,
    1,
  );
  shuffled.dispose();
  printTable(
    ['', 'min', 'median'],
    Object.entries(timings).map(([name, { min, median }]) => [
      name,
      formatMs(min),
      formatMs(median),
    ]),
  );
  printTable(targetHeader, [
    targetRow({
      what: 'data set ÷ arrays',
      top: timings['data set'],
      bottom: timings.arrays,
      atMost: 1.1,
    }),
  ]);
  printNote(`${rows} images: ${source}`);
}
