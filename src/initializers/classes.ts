// Keras's initializers.
export * from './constant.js';
export * from './orthogonal.js';
export { RandomNormal, RandomUniform, TruncatedNormal } from './random.js';
export type { InitializerSeed, NormalOptions, UniformOptions } from './random.js';
export * from './variance-scaling.js';
