/**
 * What training makes small: cross-entropies, squared errors and more, as classes and as functions.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/losses/generated/classes.js';
export type { CrossentropyParameters } from './nn/losses/crossentropy.js';
export { FunctionLoss } from './nn/losses/function-loss.js';
export type { LossFunction } from './nn/losses/function-loss.js';
export type { KerasFunction } from './nn/losses/keras-function.js';
export { Loss } from './nn/losses/loss.js';
export type { LossOptions, LossTargets } from './nn/losses/loss.js';
export type { Reduction, ReductionOption } from './nn/losses/reduction.js';
export {
  deserializeLoss as deserialize,
  getLoss as get,
  serializeLoss as serialize,
  registerLosses as register,
} from './nn/losses/registry.js';
export type { LossIdentifier, LossName, LossNames } from './nn/losses/registry.js';
