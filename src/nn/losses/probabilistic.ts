import { EPSILON } from '../../engine/ops/neural/crossentropies.js';
import { add, clip, div, log, mean, mul, sub, sum } from '../../engine/ops/index.js';
import { lossOf } from './function-loss.js';
import { alignedFunction } from './keras-function.js';

/**
 * mean(yPred − yTrue · ln(yPred + 1e-7)) over the last axis, for counts yTrue and predicted rates yPred. [n, …, d] →
 * [n, …], float32. Keras: `poisson`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.poisson([[3, 0]], [[1, 2]]) // [1.5]
 */
export const poisson = alignedFunction('poisson', {}, (yTrue, yPred) =>
  mean(sub(yPred, mul(yTrue, log(add(yPred, EPSILON)))), -1),
);

/**
 * How unlikely the counts are at the predicted rates, see `poisson`. Keras: `Poisson`, `'poisson'`.
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.Poisson() })
 */
export class Poisson extends lossOf('Poisson', poisson) {}

/**
 * Σ yTrue · ln(yTrue / yPred) over the last axis, both clipped to [1e-7, 1]. [n, …, d] → [n, …], float32. Keras:
 * `kl_divergence` (Kullback and Leibler, 1951).
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.klDivergence([[0.5, 0.5]], [[0.25, 0.5]]) // [½ ln 2]
 */
export const klDivergence = alignedFunction('klDivergence', {}, (yTrue, yPred) => {
  const t = clip(yTrue, EPSILON, 1);
  return sum(mul(t, log(div(t, clip(yPred, EPSILON, 1)))), -1);
});

/**
 * How far predicted distributions are from the targets, see `klDivergence`. Keras: `KLDivergence`, `'kl_divergence'`,
 * `'kld'`, `'kullback_leibler_divergence'`.
 *
 * @example new losses.KLDivergence().apply([[0.5, 0.5]], [[0.25, 0.5]]).item() // ½ ln 2
 */
export class KLDivergence extends lossOf('KLDivergence', klDivergence, {
  aliases: ['kld', 'kullback_leibler_divergence'],
}) {}
