import { less } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { NumberPair } from './factor.js';

/** float32 numbers, evenly distributed between two limits. */
export const between = (
  shape: readonly number[],
  [minval, maxval]: NumberPair,
  seed: SeedGenerator,
): Tensor => uniform(shape, { minval, maxval, seed });

/** Which of `count` images are changed, bool [count]: each with a probability of its own, which is drawn between two limits. */
export const chosen = (count: number, probability: NumberPair, seed: SeedGenerator): Tensor => {
  const ofImages = between([count], probability, seed);
  return less(uniform([count], { seed }), ofImages);
};
