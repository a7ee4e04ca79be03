// How many trials a search needs, on functions with known minima.
import { describe, expect, it } from 'vitest';
import { BayesianOptimization, RandomSearch } from '../../../src/tuner.js';
import type { HyperParameters } from '../../../src/tuner.js';
import { branin, hartmann } from './functions.js';

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[9] ?? NaN) + (sorted[10] ?? NaN)) / 2;
}

async function bestOf(search: RandomSearch | BayesianOptimization): Promise<number> {
  await search.search({ verbose: 0 });
  return search.getBestTrials()[0]?.score ?? NaN;
}

/** The medians over seeds of the best of 60 trials at random, and of 30 by a Gaussian process. */
async function compare(
  f: (hp: HyperParameters) => number,
): Promise<[random: number, bayes: number]> {
  const [random, bayes]: [number[], number[]] = [[], []];
  for (const seed of SEEDS) {
    random.push(await bestOf(new RandomSearch(f, { maxTrials: 60, seed })));
    bayes.push(await bestOf(new BayesianOptimization(f, { maxTrials: 30, seed })));
  }
  return [median(random), median(bayes)];
}

describe('30 trials by a Gaussian process, the median of 20 seeds', () => {
  it('are better than 60 at random on Branin, and close to its minimum', async () => {
    const [random, bayes] = await compare(branin);
    expect(bayes).toBeLessThan(random);
    expect(bayes).toBeLessThan(0.3979 + 0.01);
  });

  it('are better than 60 at random on Hartmann with six dimensions', async () => {
    const [random, bayes] = await compare(hartmann);
    expect(bayes).toBeLessThan(random);
    expect(bayes).toBeLessThan(-2.5);
  });
});
