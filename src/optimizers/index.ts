/**
 * How weights learn from gradients: SGD, RMSprop, Adam and more.
 *
 * @module
 */

import '../ops/methods.js';
export { Adadelta } from './adadelta.js';
export type { AdadeltaOptions } from './adadelta.js';
export { Adagrad } from './adagrad.js';
export type { AdagradOptions } from './adagrad.js';
export { AdamW } from './adam-w.js';
export { Adam } from './adam.js';
export type { AdamOptions } from './adam.js';
export { Adamax } from './adamax.js';
export type { AdamaxOptions } from './adamax.js';
export { Ftrl } from './ftrl.js';
export type { FtrlOptions } from './ftrl.js';
export { Lion } from './lion.js';
export type { LionOptions } from './lion.js';
export { Nadam } from './nadam.js';
export type { NadamOptions } from './nadam.js';
export { Optimizer } from './optimizer.js';
export type { LearningRate, OptimizerOptions, WeightDecayExclusions } from './optimizer-options.js';
export {
  deserializeOptimizer as deserialize,
  getOptimizer as get,
  serializeOptimizer as serialize,
  registerOptimizers as register,
} from './registry.js';
export type { OptimizerIdentifier } from './registry.js';
export { RMSprop } from './rmsprop.js';
export type { RMSpropOptions } from './rmsprop.js';
export { SGD } from './sgd.js';
export type { SGDOptions } from './sgd.js';
export * as schedules from './schedules/index.js';
