/**
 * Penalties for large weights, added to the loss.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/classes.js';
export * from './generated/factories.js';
export { Regularizer } from './regularizer.js';
export type { RegularizerFunction } from './regularizer.js';
export {
  deserializeRegularizer as deserialize,
  getRegularizer as get,
  serializeRegularizer as serialize,
  registerRegularizers as register,
} from './registry.js';
export type { RegularizerIdentifier, RegularizerName } from './registry.js';
