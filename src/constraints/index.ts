/**
 * Limits for weights that hold after every training step.
 *
 * @module
 */

import '../ops/methods.js';
export { Constraint } from './constraint.js';
export type { ConstraintFunction } from './constraint.js';
export { maxNorm, minMaxNorm, nonNeg, unitNorm } from './factories.js';
export { MaxNorm } from './max-norm.js';
export type { MaxNormOptions } from './max-norm.js';
export { MinMaxNorm } from './min-max-norm.js';
export type { MinMaxNormOptions } from './min-max-norm.js';
export { NonNeg } from './non-neg.js';
export type { NormAxis } from './norm.js';
export {
  deserializeConstraint as deserialize,
  getConstraint as get,
  serializeConstraint as serialize,
  registerConstraints as register,
} from './registry.js';
export type { ConstraintIdentifier } from './registry.js';
export { UnitNorm } from './unit-norm.js';
export type { UnitNormOptions } from './unit-norm.js';
