// Random programs, each as it is and in a run without repetition: no program can tell whether its steps are repeated.
// `LANEGRAD_FUZZ_PROGRAMS` says how many; one that fails is made again by LANEGRAD_FUZZ_SEED, the number in the message, and
// LANEGRAD_FUZZ_PROGRAMS=1.
import './little-memory.js';
import '../../unit/without-collector.js';
import { describe, expect, it } from 'vitest';
import { differenceOf } from './compare-runs.js';
import { textOfProgram } from './program.js';
import { randomProgram } from './random-program.js';
import { shrink } from './shrink-program.js';

const PROGRAMS = Number(process.env['LANEGRAD_FUZZ_PROGRAMS'] ?? 300);
const SEED = Number(process.env['LANEGRAD_FUZZ_SEED'] ?? 1);
const CHUNKS = 10;

/** Fails with the smallest program that is told apart like that of the seed. */
async function check(seed: number): Promise<void> {
  const difference = await differenceOf(randomProgram(seed));
  if (difference === undefined) return;
  const { program, text } = await shrink(difference);
  expect.fail(
    `a program can tell that its steps are repeated (LANEGRAD_FUZZ_SEED=${seed} LANEGRAD_FUZZ_PROGRAMS=1):\n` +
      `${textOfProgram(program)}\n${text}`,
  );
}

describe('a program sees the same, whether its steps are repeated or not', () => {
  for (let chunk = 0; chunk < Math.min(CHUNKS, PROGRAMS); chunk++) {
    const seeds = Array.from({ length: PROGRAMS }, (_, i) => SEED + i).filter(
      (seed) => (seed - SEED) % CHUNKS === chunk,
    );
    it(
      `${seeds.length} programs from seed ${seeds[0] ?? ''}, every ${CHUNKS}th`,
      async () => {
        for (const seed of seeds) await check(seed);
      },
      60_000 + 1_000 * seeds.length,
    );
  }
});
