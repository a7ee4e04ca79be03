// What losses measure, as metrics.
import { number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { sparseCategoricalCrossentropy } from '../losses/sparse-categorical-crossentropy.js';
import { klDivergence, poisson } from '../losses/probabilistic.js';
import {
  cosineSimilarity,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
} from '../losses/regression.js';
import { categoricalHinge, hinge, squaredHinge } from '../losses/hinges.js';
import { categoricalCrossentropy } from '../losses/categorical-crossentropies.js';
import { binaryCrossentropy } from '../losses/binary-crossentropies.js';
import { alignedFunction, kerasFunction } from '../losses/keras-function.js';
import { fitWeights } from '../losses/reduction.js';
import { asTensor, countedRows } from '../losses/targets.js';
import { cast, mul, neg, square, sub } from '../../engine/ops/index.js';
import { normalizeAxis } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { maskedWeights } from './accumulator.js';
import type { BatchSums } from './accumulator.js';
import { meanOf } from './mean-metric-wrapper.js';

/**
 * The mean of `losses.meanSquaredError` over all samples. Keras: `MeanSquaredError`, `'mse'`.
 *
 * @example
 * const metric = new metrics.MeanSquaredError();
 * metric.updateState([[0], [1]], [[2], [1]]);
 * metric.result(); // 2
 */
export class MeanSquaredError extends meanOf('MeanSquaredError', meanSquaredError, {
  direction: 'down',
  aliases: ['mse'],
}) {}

const squaredErrors = alignedFunction('rootMeanSquaredError', {}, (yTrue, yPred) =>
  square(sub(yTrue, yPred)),
);

/**
 * √(mean of (yTrue − yPred)²) over all samples, even masked ones. Keras: `RootMeanSquaredError`.
 *
 * @example
 * const metric = new metrics.RootMeanSquaredError();
 * metric.updateState([[0], [0]], [[1], [7]]);
 * metric.result(); // 5
 */
export class RootMeanSquaredError extends meanOf('RootMeanSquaredError', squaredErrors, {
  direction: 'down',
}) {
  /** False, as in Keras: all predictions count. */
  protected override get heedsMask(): boolean {
    return false;
  }

  /** The root of the mean over all batches since the last `resetState()`. */
  override result(): number {
    return Math.sqrt(super.result());
  }
}

/**
 * The mean of `losses.meanAbsoluteError` over all samples. Keras: `MeanAbsoluteError`, `'mae'`.
 *
 * @example model.compile({ optimizer: 'sgd', loss: 'mse', metrics: [new metrics.MeanAbsoluteError()] })
 */
export class MeanAbsoluteError extends meanOf('MeanAbsoluteError', meanAbsoluteError, {
  direction: 'down',
  aliases: ['mae'],
}) {}

/**
 * The mean of `losses.meanAbsolutePercentageError` over all samples. Keras: `MeanAbsolutePercentageError`, `'mape'`.
 *
 * @example
 * const metric = new metrics.MeanAbsolutePercentageError();
 * metric.updateState([[4]], [[5]]);
 * metric.result(); // 25
 */
export class MeanAbsolutePercentageError extends meanOf(
  'MeanAbsolutePercentageError',
  meanAbsolutePercentageError,
  { direction: 'down', aliases: ['mape'] },
) {}

/**
 * The mean of `losses.meanSquaredLogarithmicError` over all samples. Keras: `MeanSquaredLogarithmicError`, `'msle'`.
 *
 * @example
 * const metric = new metrics.MeanSquaredLogarithmicError();
 * metric.updateState([[1]], [[3]]);
 * metric.result(); // (ln 2)²
 */
export class MeanSquaredLogarithmicError extends meanOf(
  'MeanSquaredLogarithmicError',
  meanSquaredLogarithmicError,
  { direction: 'down', aliases: ['msle'] },
) {}

/**
 * The mean of `losses.logCosh` over all samples. Keras: `LogCoshError`, `'logcosh'`, `'log_cosh'`.
 *
 * @example
 * const metric = new metrics.LogCoshError();
 * metric.updateState([[0]], [[1]]);
 * metric.result(); // ln(cosh 1)
 */
export class LogCoshError extends meanOf('LogCoshError', logCosh, {
  direction: 'down',
  name: 'logcosh',
  aliases: ['logcosh', 'log_cosh'],
}) {}

const cosines = kerasFunction(
  'cosineSimilarity',
  {
    /** The axis of the vectors. Default −1. */
    axis: number({ default: -1, integer: true }),
  },
  (yTrue, yPred, { axis }) => neg(cosineSimilarity(yTrue, yPred, { axis })),
);

/**
 * The mean cosine of the angle between yTrue and yPred along `axis`: 1 is best; the loss is its negative. Keras:
 * `CosineSimilarity`.
 *
 * @example
 * const metric = new metrics.CosineSimilarity({ axis: 1 });
 * metric.updateState([[1, 0]], [[3, 0]]);
 * metric.result(); // 1
 */
export class CosineSimilarity extends meanOf('CosineSimilarity', cosines, { direction: 'up' }) {}

/**
 * The mean of `losses.hinge` over all samples. Keras: `Hinge`.
 *
 * @example
 * const metric = new metrics.Hinge();
 * metric.updateState([[-1], [1]], [[0.5], [0.5]]);
 * metric.result(); // 1
 */
export class Hinge extends meanOf('Hinge', hinge, { direction: 'down' }) {}

/**
 * The mean of `losses.squaredHinge` over all samples. Keras: `SquaredHinge`.
 *
 * @example
 * const metric = new metrics.SquaredHinge();
 * metric.updateState([[-1], [1]], [[0.5], [0.5]]);
 * metric.result(); // 1.25
 */
export class SquaredHinge extends meanOf('SquaredHinge', squaredHinge, { direction: 'down' }) {}

/**
 * The mean of `losses.categoricalHinge` over all samples. Keras: `CategoricalHinge`.
 *
 * @example
 * const metric = new metrics.CategoricalHinge();
 * metric.updateState([[0, 1]], [[0.25, 0.5]]);
 * metric.result(); // 0.75
 */
export class CategoricalHinge extends meanOf('CategoricalHinge', categoricalHinge, {
  direction: 'down',
}) {}

/**
 * The mean of `losses.klDivergence` over all samples. Keras: `KLDivergence`, `'kl_divergence'`, `'kld'`.
 *
 * @example
 * const metric = new metrics.KLDivergence();
 * metric.updateState([[0.5, 0.5]], [[0.25, 0.5]]);
 * metric.result(); // ½ ln 2
 */
export class KLDivergence extends meanOf('KLDivergence', klDivergence, {
  direction: 'down',
  aliases: ['kld', 'kullback_leibler_divergence'],
}) {}

/**
 * The mean of `losses.poisson` over all samples. Keras: `Poisson`.
 *
 * @example
 * const metric = new metrics.Poisson();
 * metric.updateState([[3]], [[1]]);
 * metric.result(); // 1
 */
export class Poisson extends meanOf('Poisson', poisson, { direction: 'down' }) {}

/** Options of the binary cross-entropy as a metric. */
export interface BinaryCrossentropyOptions extends OptionsOf<typeof BinaryCrossentropy> {}

/**
 * The mean of `losses.binaryCrossentropy` over all samples. Keras: `BinaryCrossentropy`, `'bce'`.
 *
 * @example
 * const metric = new metrics.BinaryCrossentropy({ fromLogits: true });
 * metric.updateState([[1], [0]], [[0], [0]]);
 * metric.result(); // ln 2
 */
export class BinaryCrossentropy extends meanOf('BinaryCrossentropy', binaryCrossentropy, {
  direction: 'down',
  aliases: ['bce'],
  without: ['axis'],
}) {}

/** Options of the categorical cross-entropy as a metric. */
export interface CategoricalCrossentropyOptions extends OptionsOf<typeof CategoricalCrossentropy> {}

/**
 * The mean of `losses.categoricalCrossentropy` over all samples. Keras: `CategoricalCrossentropy`.
 *
 * @example
 * const metric = new metrics.CategoricalCrossentropy();
 * metric.updateState([[0, 1]], [[0.5, 0.5]]);
 * metric.result(); // ln 2
 */
export class CategoricalCrossentropy extends meanOf(
  'CategoricalCrossentropy',
  categoricalCrossentropy,
  { direction: 'down' },
) {}

/** Options of the sparse categorical cross-entropy as a metric: those of the loss except `labelSmoothing`, as in Keras. */
export interface SparseCategoricalCrossentropyOptions extends OptionsOf<
  typeof SparseCategoricalCrossentropy
> {}

/**
 * The mean of `losses.sparseCategoricalCrossentropy` over all samples. As in Keras, rows of `ignoreClass` are left out of a
 * weighted mean, but count as 0 in an unweighted one. Keras: `SparseCategoricalCrossentropy`.
 *
 * @example
 * const metric = new metrics.SparseCategoricalCrossentropy();
 * metric.updateState([1, 0], [[0.5, 0.5], [0.5, 0.5]]);
 * metric.result(); // ln 2
 */
export class SparseCategoricalCrossentropy extends meanOf(
  'SparseCategoricalCrossentropy',
  sparseCategoricalCrossentropy,
  { direction: 'down', without: ['labelSmoothing'] },
) {
  /** Samples of class `ignoreClass` do not count. @internal */
  override sumsOf(
    yTrue: TensorLike,
    yPred: TensorLike,
    sampleWeight?: TensorLike | null,
  ): BatchSums {
    const { ignoreClass, name } = this;
    const predictions = asTensor(yPred);
    let weights = maskedWeights(name, yPred, sampleWeight);
    if (weights !== undefined && ignoreClass !== null) {
      const axis = normalizeAxis(name, this.axis, predictions.ndim);
      const counted = countedRows(name, yTrue, predictions, axis, ignoreClass);
      const [mask, given] = fitWeights(name, cast(counted, 'float32'), weights);
      weights = mul(mask, given);
    }
    return super.sumsOf(yTrue, predictions, weights);
  }
}
