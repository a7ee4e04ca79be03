// How little two regions overlap: losses of segmentation.
import { axes, number } from '../../config/index.js';
import { add, div, mul, sub, sum } from '../../engine/ops/index.js';
import { EPSILON } from '../../engine/ops/neural/crossentropies.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { lossOf } from './function-loss.js';
import { alignedFunction } from './keras-function.js';

/**
 * 1 − 2 Σ yTrue · yPred / (Σ yTrue + Σ yPred + 1e-7), with sums over `axis`: 0 if prediction and target are the same
 * region, 1 if they do not overlap. A scalar, or with `axis` the shape of the other axes, float32. Keras: `dice`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.dice([[1, 1, 0, 0]], [[1, 0, 0, 0]]).item() // 1/3
 */
export const dice = alignedFunction(
  'dice',
  {
    /** The axes of a region. Default null: all. */
    axis: axes({ default: null }),
  },
  (yTrue, yPred, { axis }) => {
    const total = (x: Tensor): Tensor => sum(x, axis);
    const both = add(add(total(yTrue), total(yPred)), EPSILON);
    return sub(1, div(mul(total(mul(yTrue, yPred)), 2), both));
  },
);

/**
 * How little regions overlap, see `dice`. Keras: `Dice`, `'dice'` (Milletari et al., 2016).
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.Dice({ axis: [1, 2, 3] }) })
 */
export class Dice extends lossOf('Dice', dice) {}

/**
 * 1 − h / (h + alpha · f + beta · m + 1e-7), with the hits h = Σ yTrue · yPred, the false positives f = Σ (1 − yTrue) · yPred
 * and the misses m = Σ yTrue · (1 − yPred), with sums over `axis`. With 0.5 and 0.5 it is `dice`. A scalar, or with `axis`
 * the shape of the other axes, float32. Keras: `tversky`.
 *
 * @throws ShapeError if the shapes differ.
 * @example losses.tversky([[1, 1, 0, 0]], [[1, 0, 0, 0]], { alpha: 0.3, beta: 0.7 }).item() // 0.7/1.7
 */
export const tversky = alignedFunction(
  'tversky',
  {
    /** Factor of false positives. Default 0.5. */
    alpha: number({ default: 0.5 }),
    /** Factor of misses. Default 0.5. */
    beta: number({ default: 0.5 }),
    /** The axes of a region. Default null: all. */
    axis: axes({ default: null }),
  },
  (yTrue, yPred, { alpha, beta, axis }) => {
    const hits = sum(mul(yTrue, yPred), axis);
    const falsePositives = sum(mul(sub(1, yTrue), yPred), axis);
    const misses = sum(mul(yTrue, sub(1, yPred)), axis);
    const weighted = add(mul(falsePositives, alpha), mul(misses, beta));
    return sub(1, div(hits, add(add(hits, weighted), EPSILON)));
  },
);

/**
 * How little regions overlap, with weights for false positives and misses, see `tversky`. Keras: `Tversky`, `'tversky'`
 * (Salehi et al., 2017).
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.Tversky({ alpha: 0.3, beta: 0.7 }) })
 */
export class Tversky extends lossOf('Tversky', tversky) {}
