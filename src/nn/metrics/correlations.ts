import { number } from '../../config/index.js';
import { alignedFunction } from '../losses/keras-function.js';
import { add, div, mean, mul, square, std, sub, variance } from '../../engine/ops/index.js';
import { EPSILON } from '../../engine/ops/neural/crossentropies.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { meanOf } from './mean-metric-wrapper.js';

/**
 * Pearson's correlation coefficient along `axis`: mean of (yTrue − mean yTrue) / σ(yTrue) · (yPred − mean yPred) / σ(yPred),
 * from −1 to 1; NaN for a constant vector. The shape is that without `axis`, float32. Keras: `pearson_correlation`.
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
 * The mean of Pearson's correlation coefficients, see `pearsonCorrelation`: 1 is best. Keras: `PearsonCorrelation`.
 *
 * @example
 * const metric = new metrics.PearsonCorrelation();
 * metric.updateState([[0, 1, 2]], [[1, 3, 5]]);
 * metric.result(); // 1
 */
export class PearsonCorrelation extends meanOf('PearsonCorrelation', pearsonCorrelation, {
  direction: 'up',
}) {}

/**
 * The concordance correlation coefficient along `axis`: mean of 2 (yTrue − mean yPred) · (yPred − mean yPred) / (σ²(yTrue) +
 * σ²(yPred) + (mean yTrue − mean yPred)² + 1e-7), from −1 to 1 (Lin 1989). The shape is that without `axis`, float32. Keras:
 * `concordance_correlation`.
 *
 * @throws ShapeError if the shapes differ.
 * @example metrics.concordanceCorrelation([[0, 1, 2]], [[0, 2, 4]]) // [0.6154]
 */
export const concordanceCorrelation = alignedFunction(
  'concordanceCorrelation',
  {
    /** The axis of the vectors. Default −1. */
    axis: number({ default: -1, integer: true }),
  },
  (yTrue, yPred, { axis }) => {
    const means = [yTrue, yPred].map((x) => mean(x, axis, true)) as [Tensor, Tensor];
    const [meanTrue, meanPred] = means;
    const spread = (x: Tensor, centre: Tensor): Tensor => variance(sub(x, centre), axis, true);
    const spreads = add(spread(yTrue, meanTrue), spread(yPred, meanPred));
    const norm = add(spreads, square(sub(meanTrue, meanPred)));
    // As in Keras both are centred by the mean of the predictions: the mean of the products is the same.
    const products = mul(sub(yTrue, meanPred), sub(yPred, meanPred));
    return mean(div(mul(products, 2), add(norm, EPSILON)), axis);
  },
);

/**
 * The mean of the concordance correlation coefficients, see `concordanceCorrelation`: 1 is best. Keras:
 * `ConcordanceCorrelation`.
 *
 * @example
 * const metric = new metrics.ConcordanceCorrelation();
 * metric.updateState([[0, 1, 2]], [[0, 2, 4]]);
 * metric.result(); // 0.6154
 */
export class ConcordanceCorrelation extends meanOf(
  'ConcordanceCorrelation',
  concordanceCorrelation,
  { direction: 'up' },
) {}
