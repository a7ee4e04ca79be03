/**
 * Random tensors and the seeds behind them: one seed gives the same numbers on every machine.
 *
 * @module
 */

export { categorical, sampleLogits } from './categorical.js';
export type { CategoricalOptions, SampleLogitsOptions } from './categorical.js';
export { normal, permutation, randint, shuffle, truncatedNormal, uniform } from './draw.js';
export type {
  NormalOptions,
  RandintOptions,
  Seed,
  SeedOption,
  ShuffleOptions,
  UniformOptions,
} from './draw.js';
export { beta, binomial, gamma } from './distributions.js';
export { RandomState } from './random-state.js';
export { globalGenerator, SeedGenerator, setSeed } from './seed-generator.js';
export type { RandomStream } from './seed-generator.js';
