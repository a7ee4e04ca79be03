/**
 * Random tensors and the seeds behind them: one seed gives the same numbers on every machine.
 *
 * @module
 */

export { categorical, sampleLogits } from './engine/random/categorical.js';
export type { CategoricalOptions, SampleLogitsOptions } from './engine/random/categorical.js';
export {
  normal,
  permutation,
  randint,
  shuffle,
  truncatedNormal,
  uniform,
} from './engine/random/draw.js';
export type {
  NormalOptions,
  RandintOptions,
  Seed,
  SeedOption,
  ShuffleOptions,
  UniformOptions,
} from './engine/random/draw.js';
export { beta, binomial, gamma } from './engine/random/distributions.js';
export { RandomState } from './engine/random/random-state.js';
export { globalGenerator, SeedGenerator, setSeed } from './engine/random/seed-generator.js';
export type { RandomStream } from './engine/random/seed-generator.js';
