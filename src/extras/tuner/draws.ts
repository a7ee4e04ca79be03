import { uniform } from '../../engine/random/draw.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { tidy } from '../../engine/tensor/index.js';
import { valueAt } from './hyperparameter.js';
import type { Hyperparameter, HyperparameterValue } from './hyperparameter.js';

/** Steps of a generator that belong to a trial. */
const BLOCKS_PER_TRIAL = 2 ** 24;

/** What random numbers of a trial are for: values that are proposed, or values of what its function declares first. */
const PURPOSES = { proposal: 0, fresh: 1 } as const;

/**
 * The random numbers of a trial: a function of the seed and the number of the trial, whatever was drawn before. So a trial is
 * the same when it is repeated, and whichever worker runs it.
 */
export function drawsOf(
  seed: number,
  trial: number,
  purpose: keyof typeof PURPOSES,
): SeedGenerator {
  const generator = new SeedGenerator(seed);
  const blocks = (2 * trial + PURPOSES[purpose]) * BLOCKS_PER_TRIAL;
  generator.setState({ seed, blocks });
  return generator;
}

/** Digits, to the base of two, of a number that `uniform` draws. */
const DIGITS = 24;

/** The next numbers from 0 to 1, as fine as a value needs that is one of millions: two draws make the digits of one number. */
export function uniforms(generator: SeedGenerator, count: number): Float64Array {
  const draws = tidy(() => uniform([2, count], { seed: generator }).data());
  return Float64Array.from(
    { length: count },
    (_, i) => (draws[i] ?? 0) + (draws[count + i] ?? 0) / 2 ** DIGITS,
  );
}

/** A random value, each as likely. */
export function randomValue(of: Hyperparameter, generator: SeedGenerator): HyperparameterValue {
  const [unit = 0] = uniforms(generator, 1);
  return valueAt(of, unit);
}

/** A seed for the training of an execution of a trial. */
export function trainingSeed(seed: number, trial: number, execution: number): number {
  const generator = new SeedGenerator(seed);
  generator.setState({ seed, blocks: 1000 * trial + execution });
  return generator.nextSeed();
}
