import { number } from '../config/index.js';
import { alignedFunction } from '../losses/keras-function.js';
import { div, mean, mul, std, sub } from '../ops/index.js';
import type { Tensor } from '../tensor/index.js';
import { meanOf } from './mean-metric-wrapper.js';

/**
 * Pearson's coefficient of correlation along `axis`: mean of (yTrue − mean yTrue) / σ(yTrue) · (yPred − mean yPred) /
 * σ(yPred), from −1 to 1; NaN where a vector is constant. Of the shape without `axis`, float32. Keras: `pearson_correlation`.
 *
 * @throws ShapeError if the shapes differ.
 * @example metrics.pearsonCorrelation([[0, 1, 2]], [[1, 3, 5]]) // [1]
 */
export const pearsonCorrelation = alignedFunction(
  'pearsonCorrelation',
  {
    /** The axis of the vectors. Default −1. */
    axis: number({ default: -1, integer: true }),
  },
  (yTrue, yPred, { axis }) => {
    const standardized = (x: Tensor): Tensor => {
      const centred = sub(x, mean(x, axis, true));
      return div(centred, std(centred, axis, true));
    };
    return mean(mul(standardized(yTrue), standardized(yPred)), axis);
  },
);

/**
 * The mean of Pearson's coefficients of correlation, see `pearsonCorrelation`: 1 is best. Keras: `PearsonCorrelation`.
 *
 * @example
 * const metric = new metrics.PearsonCorrelation();
 * metric.updateState([[0, 1, 2]], [[1, 3, 5]]);
 * metric.result(); // 1
 */
export class PearsonCorrelation extends meanOf('PearsonCorrelation', pearsonCorrelation, {
  direction: 'up',
}) {}
