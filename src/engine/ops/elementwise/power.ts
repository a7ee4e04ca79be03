import { BinaryOp } from '../../../../assembly/codes.js';
import { record } from '../../autodiff/index.js';
import { scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { arithmetic } from './broadcast-kernel.js';
import { convert } from './cast.js';
import { equal, greater, less, logicalAnd } from './compare.js';
import { floor } from './piecewise-linear.js';
import { toFloat } from './operands.js';
import { sumTo } from '../reductions/sum.js';
import { log } from './unary.js';
import { where } from './where.js';

/**
 * a to the power of b, with NumPy's broadcasting.
 *
 * @keras numpy.Power
 * @method
 * @stepwise
 * @example ops.pow([1, 2, 3], 2) // [1, 4, 9]
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('pow', BinaryOp.Power, a, b);
    return record('pow', [x, y], out, [x, y, out], (dy, [p, q, power], [needX, needY]) => [
      needX === true ? sumTo(mul(dy, mul(q, pow(p, lowered(p, q)))), p.shape) : undefined,
      // At p = 0 the power is 0 for all positive exponents: the logarithm must not spoil that.
      needY === true
        ? sumTo(mul(dy, mul(power, log(where(equal(p, 0), 1, p)))), q.shape)
        : undefined,
    ]);
  });
}

/** q − 1, but 1 for 0 to the power of 0: its derivative is 0, not 0 · 0⁻¹. */
function lowered(p: Tensor, q: Tensor): Tensor {
  if (q.size === 1 && q.item() !== 0) return sub(q, 1);
  return where(logicalAnd(equal(p, 0), equal(q, 0)), 1, sub(q, 1));
}

/**
 * a to the power of b in float32, even for whole numbers, so that 2⁻¹ is 0.5; broadcasting.
 *
 * @keras numpy.FloatPower
 * @stepwise
 * @example ops.floatPower([2, 3], [-1, 2]) // [0.5, 9]
 */
export function floatPower(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => pow(toFloat(a), toFloat(b)));
}

/**
 * The remainder of a / b with the sign of b, with NumPy's broadcasting.
 *
 * @keras numpy.Mod
 * @method
 * @stepwise
 * @example ops.mod([5, -5], 3) // [2, 1]
 */
export function mod(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('mod', BinaryOp.Modulo, a, b);
    return record('mod', [x, y], out, [x, y], (dy, [p, q], [needX, needY]) => [
      needX === true ? sumTo(dy, p.shape) : undefined,
      needY === true ? sumTo(neg(mul(dy, floor(div(p, q)))), q.shape) : undefined,
    ]);
  });
}

/** dy where `wins`, half of it where both are equal. */
function winnersShare(dy: Tensor, wins: Tensor, ties: Tensor): Tensor {
  return mul(dy, add(convert(wins, 'float32'), mul(convert(ties, 'float32'), 0.5)));
}

/**
 * The larger of a and b, broadcasting; NaN if either is. In a tie, each gets half of the gradient.
 *
 * @keras numpy.Maximum
 * @method
 * @stepwise
 * @example ops.maximum([1, 5], [4, 2]) // [4, 5]
 */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('maximum', BinaryOp.Maximum, a, b);
    return record('maximum', [x, y], out, [x, y], (dy, [p, q], [needX, needY]) => [
      needX === true ? sumTo(winnersShare(dy, greater(p, q), equal(p, q)), p.shape) : undefined,
      needY === true ? sumTo(winnersShare(dy, less(p, q), equal(p, q)), q.shape) : undefined,
    ]);
  });
}

/**
 * The smaller of a and b, broadcasting; NaN if either is. In a tie, each gets half of the gradient.
 *
 * @keras numpy.Minimum
 * @method
 * @stepwise
 * @example ops.minimum([1, 5], [4, 2]) // [1, 2]
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('minimum', BinaryOp.Minimum, a, b);
    return record('minimum', [x, y], out, [x, y], (dy, [p, q], [needX, needY]) => [
      needX === true ? sumTo(winnersShare(dy, less(p, q), equal(p, q)), p.shape) : undefined,
      needY === true ? sumTo(winnersShare(dy, greater(p, q), equal(p, q)), q.shape) : undefined,
    ]);
  });
}
