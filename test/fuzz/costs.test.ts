// What hostile files cost, each read in a separate process: no file of up to 10 MB takes more than 20 s of the processor, or
// 1 GiB beside the tensors that it becomes; no picture more than 768 MiB.
//
//     LANEGRAD_FUZZ_FILES=20000 npm run test:fuzz -- costs
//
// makes so many files, those made by hand as large as they can be, and shows the ten that cost most. A changed file is made
// again by its seed: `LANEGRAD_FUZZ_SEED` says with which the changes begin.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attacks } from './costs/attacks.js';
import type { CostlyFile } from './costs/loaders.js';
import { CostMeter } from './costs/measure.js';
import type { Measured } from './costs/measure.js';
import { bases, mutatedFile } from './costs/mutated.js';

const FILES = Number(process.env['LANEGRAD_FUZZ_FILES'] ?? 200);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);

const MAX_MS = 20_000;
const MAX_BYTES = 2 ** 30;
const MAX_PICTURE = 768 * 2 ** 20;
const MAX_FILE = 1e7;
const WORST = 10;

const MIB = 2 ** 20;

function table(title: string, costs: readonly Measured[]): string {
  const rows = costs.map(
    ({ name, length, milliseconds, bytes, outcome }) =>
      `${(milliseconds / 1000).toFixed(2).padStart(7)} s ${(bytes / MIB).toFixed(0).padStart(6)} MiB ` +
      `${(length / 1000).toFixed(0).padStart(6)} kB  ${name}: ${outcome.replaceAll('\n', ' ').slice(0, 80)}`,
  );
  return `${[title, ...rows].join('\n')}\n`;
}

describe('files that were made to cost much', () => {
  const costs: Measured[] = [];
  let meter: CostMeter;
  beforeAll(async () => {
    meter = await CostMeter.start();
  });
  afterAll(async () => {
    await meter.stop();
    const worst = (by: 'milliseconds' | 'bytes'): Measured[] =>
      [...costs].sort((a, b) => b[by] - a[by]).slice(0, WORST);
    process.stdout.write(
      table(`The ${WORST} of ${costs.length} files that took longest`, worst('milliseconds')),
    );
    process.stdout.write(
      table(`The ${WORST} that took most memory beside their tensors`, worst('bytes')),
    );
  });

  /** Measures all files, in two processes at a time. */
  const measureAll = async (
    count: number,
    make: (i: number) => Promise<CostlyFile>,
  ): Promise<void> => {
    let next = 0;
    await Promise.all(
      Array.from({ length: 2 }, async () => {
        while (next < count) {
          const file = await make(next++);
          if (file.bytes.length > MAX_FILE) continue;
          costs.push(await meter.measure(file));
        }
      }),
    );
    const tooMuch = costs.filter(
      ({ name, milliseconds, bytes }) =>
        !(milliseconds < MAX_MS && bytes < (name.startsWith('picture') ? MAX_PICTURE : MAX_BYTES)),
    );
    if (tooMuch.length > 0) expect.fail(table('These files cost too much', tooMuch));
  };

  it('are read or refused within bounds: files made by hand', async () => {
    await measureAll(attacks.length, async (i) => {
      const attack = attacks[i];
      if (attack === undefined) throw new Error('no such file');
      return { ...attack, bytes: await attack.make() };
    });
  }, 3_600_000);

  it('are read or refused within bounds: changed files', async () => {
    const all = await bases();
    const count = Math.max(0, FILES - attacks.length);
    await measureAll(count, (i) => mutatedFile(all, SEED + i));
  }, 36_000_000);
});
