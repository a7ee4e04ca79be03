import { random, tidy } from 'lanegrad';
import type { TrialConfig } from './trial.js';

/** The epochs after which trials are compared: from `first`, `factor` times as many each time, up to `last`. */
export function rungsOf(first: number, last: number, factor: number): number[] {
  if (!(Number.isInteger(first) && first >= 1 && Number.isInteger(last) && last >= first)) {
    throw new Error(`Rungs go from one number of epochs to one no smaller, got ${first}, ${last}.`);
  }
  if (!(Number.isInteger(factor) && factor >= 2)) {
    throw new Error(`The factor must be a whole number from 2 on, got ${factor}.`);
  }
  const rungs: number[] = [];
  for (let epochs = first; epochs < last; epochs *= factor) rungs.push(epochs);
  return [...rungs, last];
}

/**
 * The indices of the trials that go on: one in `factor`, at least one, those with the largest scores. Of equal trials the
 * earlier goes on, so that the choice depends on scores alone. A score that is NaN is the smallest.
 */
export function survivorsOf(scores: readonly number[], factor: number): number[] {
  const rank = (score: number): number => (Number.isNaN(score) ? -Infinity : score);
  const order = [...scores.keys()].sort((i, j) => {
    const [a, b] = [rank(scores[i] ?? NaN), rank(scores[j] ?? NaN)];
    return a === b ? i - j : a > b ? -1 : 1;
  });
  return order.slice(0, Math.max(1, Math.floor(scores.length / factor))).sort((i, j) => i - j);
}

/** `count` configs at random; the same seed gives the same. Learning rates are as likely in each power of ten. */
export function sampleConfigs(count: number, seed: number, epochs: number): TrialConfig[] {
  const numbers = tidy(() => random.uniform([count, 3], { seed }).toArray(2));
  return numbers.map(([rate = 0, width = 0, share = 0]) => ({
    learningRate: Number((10 ** (4 * rate - 4)).toPrecision(3)),
    units: 2 ** (3 + Math.floor(4 * width)),
    dropout: Number((0.5 * share).toFixed(2)),
    epochs,
    seed,
  }));
}
