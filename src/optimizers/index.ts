/**
 * How weights learn from gradients: SGD, RMSprop, Adam and more.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/classes.js';
export { Optimizer } from './optimizer.js';
export type {
  LearningRate,
  OptimizerOptions,
  UpdateFactors,
  WeightDecayExclusions,
} from './optimizer-options.js';
export {
  deserializeOptimizer as deserialize,
  serializeOptimizer as serialize,
  registerOptimizers as register,
} from './registry.js';
export { getOptimizer as get } from './identifier.js';
export type { OptimizerIdentifier, OptimizerName } from './identifier.js';
export * as schedules from './schedules/index.js';
