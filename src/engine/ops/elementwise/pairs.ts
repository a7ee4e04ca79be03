// Functions of two numbers other than arithmetic. Values come from a kernel, slopes from operations.
import { PairOp } from '../../../../assembly/codes.js';
import { record, sever } from '../../autodiff/index.js';
import { DTypeError, ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { scoped, tensor, toTensor, zeros } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { numeric } from '../../wasm/generated/numeric.js';
import { add, div, mul, neg, sub } from './arithmetic.js';
import { convert } from './cast.js';
import { equal, greater, isNaN, less } from './compare.js';
import { exp2, polygamma } from './elementary.js';
import { trunc } from './more-elementwise.js';
import { maximum, minimum } from './power.js';
import { runBroadcast } from './broadcast-kernel.js';
import { commonOperands, toFloat } from './operands.js';
import { sumTo } from '../reductions/sum.js';
import { exp, log, square } from './unary.js';
import { where } from './where.js';

/** The slopes of f in a and in b, where it has some and they are needed. */
type Slopes = (a: Tensor, b: Tensor, y: Tensor, needed: readonly (boolean | undefined)[]) => readonly [Tensor | undefined, Tensor | undefined]; // prettier-ignore

/** f(a, b) of two operands of one dtype, float32 at the least or whole numbers. */
function pairOf(
  op: string,
  code: PairOp,
  a: TensorLike,
  b: TensorLike,
  least: DType,
  slopes?: Slopes,
): Tensor {
  return scoped(() => {
    const [x, y] = commonOperands(a, b, least);
    currentRuntime().with(numeric);
    const kernel = x.dtype === 'float32' ? 'pairsF32' : 'pairsI32';
    const out = runBroadcast(op, kernel, code, x, y, x.dtype);
    if (slopes === undefined) return sever(op, [x, y], out);
    return record(op, [x, y], out, [x, y, out], (dy, [p, q, value], needed) => {
      const [needX, needY] = needed;
      const [inX, inY] = slopes(p, q, value, needed);
      return [
        needX === true && inX !== undefined ? sumTo(mul(dy, inX), p.shape) : undefined,
        needY === true && inY !== undefined ? sumTo(mul(dy, inY), q.shape) : undefined,
      ];
    });
  });
}

/**
 * The angle in radians, from −π to π, of the point with x coordinate b and y coordinate a, broadcasting.
 *
 * @keras numpy.Arctan2
 * @stepwise
 * @example ops.arctan2([1, 1], [1, -1]) // [0.7854, 2.3562]
 */
export function arctan2(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('arctan2', PairOp.Arctan2, a, b, 'float32', (p, q) => {
    const squares = add(square(p), square(q));
    return [div(q, squares), neg(div(p, squares))];
  });
}

/**
 * √(a² + b²), without overflow in intermediate results, broadcasting.
 *
 * @keras numpy.Hypot
 * @stepwise
 * @example ops.hypot([3, 1e30], [4, 1e30]) // [5, 1.4142e30]
 */
export function hypot(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('hypot', PairOp.Hypot, a, b, 'float32', (p, q) => {
    const length = hypot(p, q);
    return [div(p, length), div(q, length)];
  });
}

/** The slopes of ln(eᵃ + eᵇ) / unit: the shares of both in the sum. */
const shares =
  (power: (x: Tensor) => Tensor) =>
  (p: Tensor, q: Tensor, y: Tensor): readonly [Tensor, Tensor] => [
    power(where(equal(p, y), 0, add(p, neg(y)))),
    power(where(equal(q, y), 0, add(q, neg(y)))),
  ];

/**
 * ln(eᵃ + eᵇ), without overflow in intermediate results, broadcasting.
 *
 * @keras numpy.Logaddexp
 * @stepwise
 * @example ops.logaddexp([0, 100], [0, 100]) // [0.6931, 100.6931]
 */
export function logaddexp(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('logaddexp', PairOp.LogAddExp, a, b, 'float32', (p, q) =>
    shares(exp)(p, q, logaddexp(p, q)),
  );
}

/**
 * log₂(2ᵃ + 2ᵇ), without overflow in intermediate results, broadcasting.
 *
 * @keras numpy.Logaddexp2
 * @stepwise
 * @example ops.logaddexp2([0, 1000], [0, 1000]) // [1, 1001]
 */
export function logaddexp2(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('logaddexp2', PairOp.LogAddExp2, a, b, 'float32', (p, q) =>
    shares(exp2)(p, q, logaddexp2(p, q)),
  );
}

/**
 * The remainder of a / b with the sign of a, broadcasting; for integers, 0 if the divisor is 0. `mod` has the sign of b.
 *
 * @keras numpy.Fmod
 * @stepwise
 * @example ops.fmod([5, -5], 3) // [2, -2]
 */
export function fmod(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('fmod', PairOp.Remainder, a, b, 'int32', (p, q) => [
    add(mul(p, 0), 1),
    neg(trunc(div(p, q))),
  ]);
}

/**
 * The largest whole number ≤ a / b, broadcasting; for integers int32, and 0 if the divisor is 0.
 *
 * @keras numpy.FloorDivide
 * @stepwise
 * @example ops.floorDivide([7, -7], 2) // [3, -4]
 */
export function floorDivide(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('floorDivide', PairOp.FloorDivide, a, b, 'int32');
}

/**
 * The next float32 after a in the direction of b, broadcasting.
 *
 * @keras numpy.Nextafter
 * @stepwise
 * @example ops.nextafter([2 ** 24], 2 ** 25) // [16777218]
 */
export function nextafter(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('nextafter', PairOp.NextAfter, a, b, 'float32');
}

/**
 * |a| with the sign of b (including the signs of −0 and NaN), in float32, broadcasting. The gradient of b is 0.
 *
 * @keras numpy.Copysign
 * @stepwise
 * @example ops.copysign([1, -2, 3], [-1, 1, -0]) // [-1, 2, -3]
 */
export function copysign(a: TensorLike, b: TensorLike): Tensor {
  return pairOf('copysign', PairOp.CopySign, a, b, 'float32', (p, q) => [
    mul(copysign(1, p), copysign(1, q)),
    zeros(q.shape),
  ]);
}

/**
 * a · 2ᵇ for whole b, rounded only once, broadcasting.
 *
 * @keras numpy.Ldexp
 * @stepwise
 * @throws DTypeError for float32 exponents.
 * @example ops.ldexp([1, 3], tensor([2, -1], { dtype: 'int32' })) // [4, 1.5]
 */
export function ldexp(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const exponents = toTensor(b);
    if (exponents.dtype === 'float32') {
      throw new DTypeError(
        "ldexp: exponents must be whole numbers, got float32. Convert with astype('int32').",
      );
    }
    return pairOf('ldexp', PairOp.Ldexp, toFloat(a), exponents, 'float32', (p, q) => [
      exp2(add(q, mul(p, 0))),
      undefined,
    ]);
  });
}

/**
 * The regularized lower incomplete gamma function P(a, x) = ∫₀ˣ tᵃ⁻¹ e⁻ᵗ dt / Γ(a), broadcasting; NaN for a or x below 0. It has
 * gradients of any order, but no second derivative in a.
 *
 * @keras math.Gammainc
 * @stepwise
 * @example ops.gammainc([1, 2], 1) // [0.6321, 0.2642]
 */
export function gammainc(a: TensorLike, x: TensorLike): Tensor {
  return pairOf('gammainc', PairOp.Gammainc, a, x, 'float32', (p, q, _, [needA, needX]) => [
    needA === true ? gammaincSlope(p, q) : undefined,
    needX === true ? gammaDensity(p, q) : undefined,
  ]);
}

/** The slope of `gammainc` in a. */
function gammaincSlope(a: Tensor, x: Tensor): Tensor {
  return pairOf('gammainc slope', PairOp.GammaincSlope, a, x, 'float32', (p, q, _, [needA]) => {
    if (needA === true) throw new ValueError('gammainc: there is no second derivative in a. Differentiate it by x, or once by a.'); // prettier-ignore
    return [undefined, mul(gammaDensity(p, q), sub(log(q), polygamma(0, p)))];
  });
}

/** The slope of `gammainc` in x: xᵃ⁻¹ e⁻ˣ / Γ(a). */
function gammaDensity(a: Tensor, x: Tensor): Tensor {
  return pairOf('gamma density', PairOp.GammaDensity, a, x, 'float32', (p, q, y) => [
    mul(y, sub(log(q), polygamma(0, p))),
    mul(y, sub(div(sub(p, 1), q), 1)),
  ]);
}

/** A function of pairs of whole numbers alone. */
function ofIntegers(op: string, code: PairOp, a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [whole(op, a), whole(op, b)];
    const isBool = x.dtype === 'bool' && y.dtype === 'bool';
    const isBits = code === PairOp.And || code === PairOp.Or || code === PairOp.Xor;
    const out = pairOf(op, code, x, y, 'int32');
    return isBool && isBits ? convert(out, 'bool') : out;
  });
}

/** A tensor of whole numbers; numbers without a dtype count as int32 if they have no fractions. */
function whole(op: string, x: TensorLike): Tensor {
  if (typeof x === 'number' && Number.isInteger(x)) return tensor(x, { dtype: 'int32' });
  const input = toTensor(x);
  if (input.dtype !== 'float32') return input;
  throw new DTypeError(`${op}: needs whole numbers, got float32. Convert with astype('int32').`);
}

/**
 * Bitwise and: the bits that are set in both a and b, broadcasting. bool for bool, otherwise int32.
 *
 * @keras numpy.BitwiseAnd(x, y)
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.bitwiseAnd(arange(4), 2) // [0, 0, 2, 2]
 */
export function bitwiseAnd(a: TensorLike, b: TensorLike): Tensor {
  return ofIntegers('bitwiseAnd', PairOp.And, a, b);
}

/**
 * Bitwise or: the bits that are set in a or b, broadcasting. bool for bool, otherwise int32.
 *
 * @keras numpy.BitwiseOr(x, y)
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.bitwiseOr(arange(4), 2) // [2, 3, 2, 3]
 */
export function bitwiseOr(a: TensorLike, b: TensorLike): Tensor {
  return ofIntegers('bitwiseOr', PairOp.Or, a, b);
}

/**
 * Bitwise exclusive or: the bits that are set in only one of a and b, broadcasting. bool for bool, otherwise int32.
 *
 * @keras numpy.BitwiseXor(x, y)
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.bitwiseXor(arange(4), 2) // [2, 3, 0, 1]
 */
export function bitwiseXor(a: TensorLike, b: TensorLike): Tensor {
  return ofIntegers('bitwiseXor', PairOp.Xor, a, b);
}

/**
 * Bitwise not: all bits of x inverted, which is −x − 1. For bool it is `logicalNot`.
 *
 * @keras numpy.BitwiseNot|numpy.BitwiseInvert
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.bitwiseNot(arange(3)) // [-1, -2, -3]
 */
export function bitwiseNot(x: TensorLike): Tensor {
  return scoped(() => {
    const input = whole('bitwiseNot', x);
    return bitwiseXor(input, input.dtype === 'bool' ? true : -1);
  });
}

/**
 * The bits of whole numbers a shifted left by b, a · 2ᵇ, broadcasting; 0 for b below 0 or above 31.
 *
 * @keras numpy.LeftShift|numpy.BitwiseLeftShift(x, y)
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.leftShift(arange(3), 2) // [0, 4, 8]
 */
export function leftShift(a: TensorLike, b: TensorLike): Tensor {
  return ofIntegers('leftShift', PairOp.ShiftLeft, a, b);
}

/**
 * The bits of whole numbers a shifted right by b, a / 2ᵇ rounded down, broadcasting; 0 or −1 for b below 0 or above 31.
 *
 * @keras numpy.RightShift|numpy.BitwiseRightShift(x, y)
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.rightShift(arange(5), 1) // [0, 0, 1, 1, 2]
 */
export function rightShift(a: TensorLike, b: TensorLike): Tensor {
  return ofIntegers('rightShift', PairOp.ShiftRight, a, b);
}

/**
 * The greatest common divisor of whole numbers, at least 0, broadcasting.
 *
 * @keras numpy.Gcd
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.gcd(arange(4), 6) // [6, 1, 2, 3]
 */
export function gcd(a: TensorLike, b: TensorLike): Tensor {
  return ofIntegers('gcd', PairOp.Gcd, a, b);
}

/**
 * The least common multiple of whole numbers, at least 0, broadcasting.
 *
 * @keras numpy.Lcm
 * @stepwise
 * @throws DTypeError for float32.
 * @example ops.lcm(arange(4), 6) // [0, 6, 6, 6]
 */
export function lcm(a: TensorLike, b: TensorLike): Tensor {
  return ofIntegers('lcm', PairOp.Lcm, a, b);
}

/** The winner of both, or the one that is no NaN. */
function withoutNaN(
  a: TensorLike,
  b: TensorLike,
  winner: (x: Tensor, y: Tensor) => Tensor,
): Tensor {
  return scoped(() => {
    const [x, y] = commonOperands(a, b, 'int32');
    if (x.dtype !== 'float32') return winner(x, y);
    const [xs, ys] = [where(isNaN(x), y, x), where(isNaN(y), x, y)];
    return winner(xs, ys);
  });
}

/**
 * The larger of a and b, broadcasting; if one is NaN, the other. In a tie, each gets half of the gradient.
 *
 * @keras numpy.Fmax
 * @stepwise
 * @example ops.fmax([1, NaN], [0, 2]) // [1, 2]
 */
export function fmax(a: TensorLike, b: TensorLike): Tensor {
  return withoutNaN(a, b, maximum);
}

/**
 * The smaller of a and b, broadcasting; if one is NaN, the other. In a tie, each gets half of the gradient.
 *
 * @keras numpy.Fmin
 * @stepwise
 * @example ops.fmin([1, NaN], [0, 2]) // [0, 2]
 */
export function fmin(a: TensorLike, b: TensorLike): Tensor {
  return withoutNaN(a, b, minimum);
}

/**
 * 0 where a is negative, 1 where a is positive, and b where a is 0, broadcasting; NaN for NaN. Where a is 0, the gradient goes to b.
 *
 * @keras numpy.Heaviside
 * @stepwise
 * @example ops.heaviside([-1, 0, 1], 0.5) // [0, 0.5, 1]
 */
export function heaviside(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = commonOperands(a, b, 'float32');
    const step = where(greater(x, 0), 1, where(less(x, 0), 0, where(isNaN(x), x, y)));
    return step;
  });
}

/**
 * a / b in float32, but 0 where b is 0, broadcasting.
 *
 * @keras numpy.DivideNoNan
 * @stepwise
 * @example ops.divideNoNan([1, 2], [0, 4]) // [0, 0.5]
 */
export function divideNoNan(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = commonOperands(a, b, 'float32');
    const isZero = equal(y, 0);
    return where(isZero, 0, div(x, where(isZero, 1, y)));
  });
}
