/**
 * What training makes small: cross-entropies, squared errors and more, as classes and as functions.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/classes.js';
export type { CrossentropyParameters } from './crossentropy.js';
export { FunctionLoss } from './function-loss.js';
export type { LossFunction } from './function-loss.js';
export type { KerasFunction } from './keras-function.js';
export { Loss } from './loss.js';
export type { LossOptions, LossTargets } from './loss.js';
export type { Reduction, ReductionOption } from './reduction.js';
export {
  deserializeLoss as deserialize,
  getLoss as get,
  serializeLoss as serialize,
  registerLosses as register,
} from './registry.js';
export type { LossIdentifier, LossName } from './registry.js';
