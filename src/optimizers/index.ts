/**
 * How weights learn from gradients: SGD, RMSprop, Adam and more.
 *
 * @module
 */

import '../ops/methods.js';
export * from './adadelta.js';
export * from './adagrad.js';
export * from './adam.js';
export * from './adamax.js';
export * from './ftrl.js';
export * from './lion.js';
export * from './nadam.js';
export { Optimizer } from './optimizer.js';
export type { LearningRate, OptimizerOptions, WeightDecayExclusions } from './optimizer-options.js';
export {
  deserializeOptimizer as deserialize,
  getOptimizer as get,
  serializeOptimizer as serialize,
  registerOptimizers as register,
} from './registry.js';
export type { OptimizerIdentifier } from './registry.js';
export * from './rmsprop.js';
export * from './sgd.js';
export * as schedules from './schedules/index.js';
