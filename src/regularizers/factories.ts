// Keras's names in lower case: each makes an instance of the class of that name.
import { L1, L1L2, L2 } from './l1-l2.js';
import type { L1L2Options } from './l1-l2.js';
import { OrthogonalRegularizer } from './orthogonal-regularizer.js';
import type { OrthogonalRegularizerOptions } from './orthogonal-regularizer.js';

/**
 * A new `L1`.
 *
 * @example regularizers.l1(1e-3)
 */
export const l1 = (factor?: number): L1 => new L1(factor);

/**
 * A new `L2`.
 *
 * @example regularizers.l2(1e-3)
 */
export const l2 = (factor?: number): L2 => new L2(factor);

/**
 * A new `L1L2`.
 *
 * @example regularizers.l1L2({ l1: 1e-4, l2: 1e-3 })
 */
export const l1L2 = (options?: L1L2Options): L1L2 => new L1L2(options);

/**
 * A new `OrthogonalRegularizer`.
 *
 * @example regularizers.orthogonalRegularizer({ factor: 0.1 })
 */
export const orthogonalRegularizer = (
  options?: OrthogonalRegularizerOptions,
): OrthogonalRegularizer => new OrthogonalRegularizer(options);
