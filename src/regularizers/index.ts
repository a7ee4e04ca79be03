/**
 * Penalties for large weights, added to the loss.
 *
 * @module
 */

import '../ops/methods.js';
export { L1, L1L2, L2 } from './l1-l2.js';
export type { L1L2Options } from './l1-l2.js';
export { l1, l1L2, l2, orthogonalRegularizer } from './factories.js';
export { OrthogonalRegularizer } from './orthogonal-regularizer.js';
export type { OrthogonalRegularizerOptions } from './orthogonal-regularizer.js';
export { Regularizer } from './regularizer.js';
export type { RegularizerFunction } from './regularizer.js';
export {
  deserializeRegularizer as deserialize,
  getRegularizer as get,
  serializeRegularizer as serialize,
  registerRegularizers as register,
} from './registry.js';
export type { RegularizerIdentifier } from './registry.js';
