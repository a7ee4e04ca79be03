// Keras's names in lower case: each makes an instance of the class of that name.
import { L1, L1L2, L2 } from './l1-l2.js';
import type { L1L2Options } from './l1-l2.js';
import { OrthogonalRegularizer } from './orthogonal-regularizer.js';
import type { OrthogonalRegularizerOptions } from './orthogonal-regularizer.js';

/** `new L1(factor)` */
export const l1 = (factor?: number): L1 => new L1(factor);
/** `new L2(factor)` */
export const l2 = (factor?: number): L2 => new L2(factor);
/** `new L1L2(options)` */
export const l1L2 = (options?: L1L2Options): L1L2 => new L1L2(options);
/** `new OrthogonalRegularizer(options)` */
export const orthogonalRegularizer = (
  options?: OrthogonalRegularizerOptions,
): OrthogonalRegularizer => new OrthogonalRegularizer(options);
