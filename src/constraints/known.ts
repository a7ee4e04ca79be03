import type { KerasClass } from '../config/index.js';
import { MaxNorm } from './max-norm.js';
import { MinMaxNorm } from './min-max-norm.js';
import { NonNeg } from './non-neg.js';
import { UnitNorm } from './unit-norm.js';
import type { Constraint } from './constraint.js';

/** All constraints that Keras knows by name. */
export const CONSTRAINTS: readonly KerasClass<Constraint>[] = [
  MaxNorm,
  MinMaxNorm,
  NonNeg,
  UnitNorm,
];
