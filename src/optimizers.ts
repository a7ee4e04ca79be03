/**
 * How weights learn from gradients: SGD, RMSprop, Adam and more.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/optimizers/generated/classes.js';
export { Optimizer } from './nn/optimizers/optimizer.js';
export type {
  LearningRate,
  OptimizerOptions,
  UpdateFactors,
  WeightDecayExclusions,
} from './nn/optimizers/optimizer-options.js';
export {
  deserializeOptimizer as deserialize,
  serializeOptimizer as serialize,
  registerOptimizers as register,
} from './nn/optimizers/registry.js';
export { getOptimizer as get } from './nn/optimizers/identifier.js';
export type {
  OptimizerIdentifier,
  OptimizerName,
  OptimizerNames,
} from './nn/optimizers/identifier.js';
export * as schedules from './nn/optimizers/schedules/index.js';
