/**
 * The values that weights begin with.
 *
 * @module
 */

import '../ops/methods.js';
export { Constant, Ones, Zeros } from './constant.js';
export { GlorotNormal, GlorotUniform } from './glorot.js';
export { HeNormal, HeUniform } from './he.js';
export { Identity } from './identity.js';
export { LecunNormal, LecunUniform } from './lecun.js';
export { Orthogonal } from './orthogonal.js';
export type { OrthogonalOptions } from './orthogonal.js';
export { RandomNormal, TruncatedNormal } from './random-normal.js';
export type { NormalOptions } from './random-normal.js';
export { RandomUniform } from './random-uniform.js';
export type { UniformOptions } from './random-uniform.js';
export { VarianceScaling } from './variance-scaling.js';
export type {
  FanMode,
  FanOptions,
  ScalingDistribution,
  VarianceScalingOptions,
} from './variance-scaling.js';
export {
  constant,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  identity,
  lecunNormal,
  lecunUniform,
  ones,
  orthogonal,
  randomNormal,
  randomUniform,
  truncatedNormal,
  varianceScaling,
  zeros,
} from './factories.js';
export { Initializer } from './initializer.js';
export type { InitializerFunction } from './initializer.js';
export {
  deserializeInitializer as deserialize,
  getInitializer as get,
  serializeInitializer as serialize,
  registerInitializers as register,
} from './registry.js';
export type { InitializerIdentifier } from './registry.js';
export type { InitializerSeed } from './seed.js';
