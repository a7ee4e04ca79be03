import { number } from '../../config/index.js';
import {
  abs,
  add,
  div,
  lessEqual,
  log,
  maximum,
  mean,
  mul,
  neg,
  softplus,
  square,
  sub,
  sum,
  where,
} from '../../engine/ops/index.js';
import { unitVectors } from '../../engine/ops/neural/normalizations.js';
import { EPSILON } from '../../engine/ops/neural/crossentropies.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { lossOf } from './function-loss.js';
import { alignedFunction } from './keras-function.js';
import type { OptionsOfFunction } from './keras-function.js';

/**
 * mean((yTrue − yPred)²) over the last axis. [n, …, d] → [n, …], float32. Keras: `mean_squared_error`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.meanSquaredError([[0, 1]], [[0.5, 1]]) // [0.125]
 */
export const meanSquaredError = alignedFunction('meanSquaredError', {}, (yTrue, yPred) =>
  mean(square(sub(yPred, yTrue)), -1),
);

/**
 * The mean of the squared errors, see `meanSquaredError`. Keras: `MeanSquaredError`, `'mse'`.
 *
 * @example model.compile({ optimizer: 'sgd', loss: new losses.MeanSquaredError() })
 */
export class MeanSquaredError extends lossOf('MeanSquaredError', meanSquaredError, {
  aliases: ['mse'],
}) {}

/**
 * mean(|yTrue − yPred|) over the last axis. [n, …, d] → [n, …], float32. Keras: `mean_absolute_error`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.meanAbsoluteError([[0, 1]], [[0.5, 1]]) // [0.25]
 */
export const meanAbsoluteError = alignedFunction('meanAbsoluteError', {}, (yTrue, yPred) =>
  mean(abs(sub(yPred, yTrue)), -1),
);

/**
 * The mean of the absolute errors, see `meanAbsoluteError`. Keras: `MeanAbsoluteError`, `'mae'`.
 *
 * @example new losses.MeanAbsoluteError({ reduction: 'sum' }).apply([[0], [1]], [[2], [1]]).item() // 2
 */
export class MeanAbsoluteError extends lossOf('MeanAbsoluteError', meanAbsoluteError, {
  aliases: ['mae'],
}) {}

/**
 * 100 · mean(|yTrue − yPred| / max(|yTrue|, 1e-7)) over the last axis. [n, …, d] → [n, …], float32. Keras:
 * `mean_absolute_percentage_error`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.meanAbsolutePercentageError([[4, 5]], [[5, 5]]) // [12.5]
 */
export const meanAbsolutePercentageError = alignedFunction(
  'meanAbsolutePercentageError',
  {},
  (yTrue, yPred) => {
    const scale = maximum(abs(yTrue), EPSILON);
    return mul(mean(abs(div(sub(yTrue, yPred), scale)), -1), 100);
  },
);

/**
 * The mean of the absolute errors in percent of the targets, see `meanAbsolutePercentageError`. Keras:
 * `MeanAbsolutePercentageError`, `'mape'`.
 *
 * @example new losses.MeanAbsolutePercentageError().apply([[4], [5]], [[5], [5]]).item() // 12.5
 */
export class MeanAbsolutePercentageError extends lossOf(
  'MeanAbsolutePercentageError',
  meanAbsolutePercentageError,
  { aliases: ['mape'] },
) {}

/**
 * mean((ln(1 + max(yTrue, 1e-7)) − ln(1 + max(yPred, 1e-7)))²) over the last axis. [n, …, d] → [n, …], float32. Keras:
 * `mean_squared_logarithmic_error`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.meanSquaredLogarithmicError([[0, 1]], [[0, 3]]) // [(ln 2)² / 2]
 */
export const meanSquaredLogarithmicError = alignedFunction(
  'meanSquaredLogarithmicError',
  {},
  (yTrue, yPred) => {
    const logarithm = (x: Tensor): Tensor => log(add(maximum(x, EPSILON), 1));
    return mean(square(sub(logarithm(yPred), logarithm(yTrue))), -1);
  },
);

/**
 * The mean of the squared errors of logarithms, see `meanSquaredLogarithmicError`. It depends on the ratio of 1 + yPred
 * and 1 + yTrue. Keras: `MeanSquaredLogarithmicError`, `'msle'`.
 *
 * @example new losses.MeanSquaredLogarithmicError().apply([[1]], [[3]]).item() // (ln 2)²
 */
export class MeanSquaredLogarithmicError extends lossOf(
  'MeanSquaredLogarithmicError',
  meanSquaredLogarithmicError,
  { aliases: ['msle'] },
) {}

/**
 * With e = yPred − yTrue, the mean over the last axis of ½e² where |e| <= delta, else delta·|e| − ½delta².
 * [n, …, d] → [n, …], float32. Keras: `huber` (Huber, 1964).
 *
 * @throws ShapeError if the shapes differ. @throws ValueError if `delta` is not a number of at least 0.
 * @example losses.huber([[0, 0]], [[1, 4]], { delta: 2 }) // [(½ + 6) / 2]
 */
export const huber = alignedFunction(
  'huber',
  {
    /** The error at which the parabola becomes a line, at least 0. Default 1. */
    delta: number({ default: 1, min: 0 }),
  },
  (yTrue, yPred, { delta }) => {
    const error = sub(yPred, yTrue);
    const size = abs(error);
    const parabola = mul(square(error), 0.5);
    const line = sub(mul(size, delta), 0.5 * delta * delta);
    return mean(where(lessEqual(size, delta), parabola, line), -1);
  },
);

/** Options of `huber`. */
export interface HuberParameters extends OptionsOfFunction<typeof huber> {}

/**
 * A parabola for small errors, a line for large ones, see `huber`. Keras: `Huber`, `'huber'`, `'huber_loss'`.
 *
 * @example new losses.Huber({ delta: 2 }).apply([[0]], [[4]]).item() // 6
 */
export class Huber extends lossOf('Huber', huber, {
  name: 'huber_loss',
  aliases: ['huber_loss'],
}) {}

/**
 * mean(ln cosh(yPred − yTrue)) over the last axis, as e + softplus(−2e) − ln 2, which does not overflow.
 * [n, …, d] → [n, …], float32. Keras: `log_cosh`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.logCosh([[0, 0]], [[0, 1]]) // [ln(cosh 1) / 2]
 */
export const logCosh = alignedFunction('logCosh', {}, (yTrue, yPred) => {
  const error = sub(yPred, yTrue);
  return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), -1);
});

/**
 * ½e² for small errors e, nearly |e| − ln 2 for large ones, see `logCosh`. Keras: `LogCosh`, `'log_cosh'`, `'logcosh'`.
 *
 * @example new losses.LogCosh().apply([[0]], [[1]]).item() // ln(cosh 1)
 */
export class LogCosh extends lossOf('LogCosh', logCosh, { aliases: ['logcosh'] }) {}

/**
 * −Σ (yTrue / ‖yTrue‖) (yPred / ‖yPred‖) along `axis`, the negative cosine of the angle: −1 if the vectors point in the
 * same direction. [n, …, d] → [n, …], float32. Keras: `cosine_similarity`.
 *
 * @throws ShapeError if the shapes differ. @throws ValueError if `axis` is not a whole number.
 * @example losses.cosineSimilarity([[1, 0]], [[2, 0]]) // [-1]
 */
export const cosineSimilarity = alignedFunction(
  'cosineSimilarity',
  {
    /** The axis of the vectors. Default −1. */
    axis: number({ default: -1, integer: true }),
  },
  (yTrue, yPred, { axis }) => {
    const [t, p] = [unitVectors(yTrue, axis, EPSILON), unitVectors(yPred, axis, EPSILON)];
    return neg(sum(mul(t, p), axis));
  },
);

/** Options of `cosineSimilarity`. */
export interface CosineSimilarityParameters extends OptionsOfFunction<typeof cosineSimilarity> {}

/**
 * The negative cosine of the angle between targets and predictions, see `cosineSimilarity`. Keras: `CosineSimilarity`.
 *
 * @example new losses.CosineSimilarity({ axis: 1 }).apply([[1, 0]], [[0, 3]]).item() // 0
 */
export class CosineSimilarity extends lossOf('CosineSimilarity', cosineSimilarity) {}
