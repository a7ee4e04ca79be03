/**
 * What training makes small: cross-entropies, squared errors and more, as classes and as functions.
 *
 * @module
 */

import '../ops/methods.js';
export * from './binary-crossentropies.js';
export * from './categorical-crossentropies.js';
export type { CrossentropyParameters } from './crossentropy.js';
export { FunctionLoss } from './function-loss.js';
export type { LossFunction } from './function-loss.js';
export * from './hinges.js';
export type { KerasFunction } from './keras-function.js';
export { Loss } from './loss.js';
export type { LossOptions, LossTargets } from './loss.js';
export * from './probabilistic.js';
export type { Reduction, ReductionOption } from './reduction.js';
export * from './regression.js';
export {
  deserializeLoss as deserialize,
  getLoss as get,
  serializeLoss as serialize,
  registerLosses as register,
} from './registry.js';
export type { LossIdentifier } from './registry.js';
export * from './sparse-categorical-crossentropy.js';
