/**
 * Penalties for large weights, added to the loss.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/regularizers/generated/classes.js';
export * from './nn/regularizers/generated/factories.js';
export { Regularizer } from './nn/regularizers/regularizer.js';
export type { RegularizerFunction } from './nn/regularizers/regularizer.js';
export {
  deserializeRegularizer as deserialize,
  getRegularizer as get,
  serializeRegularizer as serialize,
  registerRegularizers as register,
} from './nn/regularizers/registry.js';
export type {
  RegularizerIdentifier,
  RegularizerName,
  RegularizerNames,
} from './nn/regularizers/registry.js';
