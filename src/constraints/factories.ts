// Keras's names in lower case: each makes an instance of the class of that name.
import { MaxNorm } from './max-norm.js';
import type { MaxNormOptions } from './max-norm.js';
import { MinMaxNorm } from './min-max-norm.js';
import type { MinMaxNormOptions } from './min-max-norm.js';
import { NonNeg } from './non-neg.js';
import { UnitNorm } from './unit-norm.js';
import type { UnitNormOptions } from './unit-norm.js';

/** `new MaxNorm(maxValue, options)` */
export const maxNorm = (maxValue?: number, options?: MaxNormOptions): MaxNorm =>
  new MaxNorm(maxValue, options);
/** `new MinMaxNorm(options)` */
export const minMaxNorm = (options?: MinMaxNormOptions): MinMaxNorm => new MinMaxNorm(options);
/** `new NonNeg()` */
export const nonNeg = (): NonNeg => new NonNeg();
/** `new UnitNorm(options)` */
export const unitNorm = (options?: UnitNormOptions): UnitNorm => new UnitNorm(options);
