/**
 * Limits for weights that hold after every training step.
 *
 * @module
 */

import './engine/ops/methods.js';
export * from './nn/constraints/generated/classes.js';
export { Constraint } from './nn/constraints/constraint.js';
export type { ConstraintFunction } from './nn/constraints/constraint.js';
export * from './nn/constraints/generated/factories.js';
export {
  deserializeConstraint as deserialize,
  getConstraint as get,
  serializeConstraint as serialize,
  registerConstraints as register,
} from './nn/constraints/registry.js';
export type {
  ConstraintIdentifier,
  ConstraintName,
  ConstraintNames,
} from './nn/constraints/registry.js';
