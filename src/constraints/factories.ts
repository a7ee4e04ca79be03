// Keras's names in lower case: each makes an instance of the class of that name.
import { NonNeg } from './non-neg.js';
import { MaxNorm, MinMaxNorm, UnitNorm } from './norms.js';
import type { MaxNormOptions, MinMaxNormOptions, UnitNormOptions } from './norms.js';

/**
 * A new `MaxNorm`.
 *
 * @example constraints.maxNorm(3)
 */
export const maxNorm = (maxValue?: number, options?: MaxNormOptions): MaxNorm =>
  new MaxNorm(maxValue, options);

/**
 * A new `MinMaxNorm`.
 *
 * @example constraints.minMaxNorm({ minValue: 0.5 })
 */
export const minMaxNorm = (options?: MinMaxNormOptions): MinMaxNorm => new MinMaxNorm(options);

/**
 * A new `NonNeg`.
 *
 * @example constraints.nonNeg()
 */
export const nonNeg = (): NonNeg => new NonNeg();

/**
 * A new `UnitNorm`.
 *
 * @example constraints.unitNorm({ axis: 1 })
 */
export const unitNorm = (options?: UnitNormOptions): UnitNorm => new UnitNorm(options);
