/**
 * The values that weights begin with.
 *
 * @module
 */

import '../ops/methods.js';
export * from './constant.js';
export * from './factories.js';
export { Initializer } from './initializer.js';
export type { InitializerFunction } from './initializer.js';
export * from './orthogonal.js';
export { RandomNormal, RandomUniform, TruncatedNormal } from './random.js';
export type { InitializerSeed, NormalOptions, UniformOptions } from './random.js';
export {
  deserializeInitializer as deserialize,
  getInitializer as get,
  serializeInitializer as serialize,
  registerInitializers as register,
} from './registry.js';
export type { InitializerIdentifier } from './registry.js';
export * from './variance-scaling.js';
