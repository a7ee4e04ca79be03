export { AdamW } from './adam-w.js';
export { Adam } from './adam.js';
export type { AdamOptions } from './adam.js';
export { Optimizer } from './optimizer.js';
export type { LearningRate, OptimizerOptions } from './optimizer-options.js';
export {
  deserializeOptimizer as deserialize,
  getOptimizer as get,
  serializeOptimizer as serialize,
} from './registry.js';
export type { OptimizerIdentifier } from './registry.js';
export { RMSprop } from './rmsprop.js';
export type { RMSpropOptions } from './rmsprop.js';
export { SGD } from './sgd.js';
export type { SGDOptions } from './sgd.js';
