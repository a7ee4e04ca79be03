/**
 * Random tensors and the seeds behind them: one seed gives the same numbers on every machine.
 *
 * @module
 */

export { categorical, sampleLogits } from './categorical.js';
export type { CategoricalOptions, SampleLogitsOptions } from './categorical.js';
export { integers, normal, permutation, shuffle, truncatedNormal, uniform } from './draw.js';
export type { IntegersOptions, NormalOptions, Seed, SeedOption, UniformOptions } from './draw.js';
export { beta, gamma } from './gamma.js';
export { RandomState } from './random-state.js';
export { globalGenerator, SeedGenerator, setSeed } from './seed-generator.js';
export type { RandomStream } from './seed-generator.js';
