import { isDeclared } from '../config/index.js';
import { mul } from '../ops/index.js';
import type { Tensor, Variable } from '../tensor/index.js';
import { NO_FACTORS } from './optimizer-options.js';
import type { UpdateFactors } from './optimizer-options.js';

/**
 * Multiplies a gradient and weights by what clips and decays them, unless the update of the class does it.
 *
 * @returns the gradient, and the factors that are left to the update
 */
export function applyFactors(
  type: { readonly appliesFactors: boolean },
  variable: Variable,
  gradient: Tensor,
  factors: UpdateFactors,
): { readonly gradient: Tensor; readonly factors: UpdateFactors } {
  // A subclass of a user may not know of factors.
  if (type.appliesFactors && isDeclared(type)) return { gradient, factors };
  if (factors.weight !== 1) variable.assign(mul(variable.value, factors.weight));
  const scaled = factors.gradient === 1 ? gradient : mul(gradient, factors.gradient);
  return { gradient: scaled, factors: NO_FACTORS };
}
