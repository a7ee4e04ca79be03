export { integers, normal, permutation, shuffle, truncatedNormal, uniform } from './draw.js';
export type { IntegersOptions, NormalOptions, Seed, SeedOption, UniformOptions } from './draw.js';
export { globalGenerator, SeedGenerator, setSeed } from './seed-generator.js';
export type { RandomStream } from './seed-generator.js';
