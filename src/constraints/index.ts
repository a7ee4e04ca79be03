/**
 * Limits for weights that hold after every training step.
 *
 * @module
 */

import '../ops/methods.js';
export * from './generated/classes.js';
export { Constraint } from './constraint.js';
export type { ConstraintFunction } from './constraint.js';
export * from './generated/factories.js';
export {
  deserializeConstraint as deserialize,
  getConstraint as get,
  serializeConstraint as serialize,
  registerConstraints as register,
} from './registry.js';
export type { ConstraintIdentifier, ConstraintName } from './registry.js';
