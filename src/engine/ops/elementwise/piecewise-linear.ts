// Functions of one element that map whole numbers to whole numbers. As in NumPy, integers stay integers,
// exact beyond 2^24 where float32 is not; bool and uint8 are computed as int32.
import { describeValue } from '../../../config/describe-value.js';
import { BinaryOp } from '../../../../assembly/codes.js';
import { UnaryOp } from '../../../../assembly/generated/unary-op.js';
import { ValueError } from '../../../errors.js';
import { scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { neg } from './arithmetic.js';
import { arithmetic } from './broadcast-kernel.js';
import { cast } from './cast.js';
import { unary } from './unary.js';

const [INT32_MIN, INT32_MAX] = [-(2 ** 31), 2 ** 31 - 1];

/** The kernel of `code` for float32, `ofIntegers` for the others. */
function piecewise(
  op: string,
  code: UnaryOp,
  x: TensorLike,
  ofIntegers: (x: Tensor) => Tensor,
): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    return input.dtype === 'float32' ? unary(op, code, input) : ofIntegers(input);
  });
}

/** min(max(x, low), high) of integers. */
function clipIntegers(op: string, x: Tensor, low: number, high: number): Tensor {
  const [, , raised] = arithmetic(op, BinaryOp.Maximum, x, low);
  return arithmetic(op, BinaryOp.Minimum, raised, high)[2];
}

const sameInteger = (x: Tensor): Tensor => cast(x, 'int32');

/**
 * |x|; the derivative at 0 is 0. Integers stay integers (the smallest int32 stays negative, as it has no positive
 * counterpart).
 *
 * @keras numpy.Absolute|numpy.Abs
 * @method
 * @stepwise
 * @example ops.abs([-1, 2]) // [1, 2]
 */
export function abs(x: TensorLike): Tensor {
  return piecewise(
    'abs',
    UnaryOp.Abs,
    x,
    (input) => arithmetic('abs', BinaryOp.Maximum, input, neg(input))[2],
  );
}

/**
 * −1, 0 or 1; NaN for NaN. Integers stay integers.
 *
 * @keras numpy.Sign
 * @method
 * @stepwise
 * @example ops.sign([-5, 0, 5]) // [-1, 0, 1]
 */
export function sign(x: TensorLike): Tensor {
  return piecewise('sign', UnaryOp.Sign, x, (input) => clipIntegers('sign', input, -1, 1));
}

/**
 * The largest whole number ≤ x; derivative 0. Integers stay integers.
 *
 * @keras numpy.Floor
 * @method
 * @stepwise
 * @example ops.floor([1.5, -1.5]) // [1, -2]
 */
export function floor(x: TensorLike): Tensor {
  return piecewise('floor', UnaryOp.Floor, x, sameInteger);
}

/**
 * The smallest whole number ≥ x; derivative 0. Integers stay integers.
 *
 * @keras numpy.Ceil
 * @method
 * @stepwise
 * @example ops.ceil([1.5, -1.5]) // [2, -1]
 */
export function ceil(x: TensorLike): Tensor {
  return piecewise('ceil', UnaryOp.Ceil, x, sameInteger);
}

/**
 * The nearest whole number, with halves rounded to even as in NumPy; derivative 0. Integers stay integers.
 *
 * @keras numpy.Round [decimals=0]
 * @method
 * @stepwise
 * @example ops.round([0.5, 1.5, 2.4]) // [0, 2, 2]
 */
export function round(x: TensorLike): Tensor {
  return piecewise('round', UnaryOp.Round, x, sameInteger);
}

/**
 * x clipped to [low, high]; derivative 1 inside and on the border, 0 outside. Integers stay integers if the limits are
 * whole numbers (or infinite: no limit), otherwise they become float32.
 *
 * @keras numpy.Clip x_min x_max
 * @method
 * @stepwise
 * @param low the lower limit; −∞ for none
 * @param high the upper limit, not below `low`; ∞ for none
 * @throws ValueError if low is above high.
 * @example ops.clip([-1, 0.5, 2], 0, 1) // [0, 0.5, 1]
 */
export function clip(x: TensorLike, low: number, high: number): Tensor {
  if (typeof low !== 'number' || typeof high !== 'number' || !(low <= high)) {
    throw new ValueError(
      `clip: low and high must be two numbers, low not above high, got ${describeValue(low)} and ` +
        `${describeValue(high)}.`,
    );
  }
  return scoped(() => {
    const input = toTensor(x);
    // A limit beyond int32 limits nothing, unless all of the interval lies there.
    const [least, most] = [Math.max(low, INT32_MIN), Math.min(high, INT32_MAX)];
    const isWhole = Number.isInteger(least) && Number.isInteger(most) && least <= most;
    if (input.dtype !== 'float32' && isWhole) return clipIntegers('clip', input, least, most);
    return unary('clip', UnaryOp.Clip, input, [low, high, 0]);
  });
}
