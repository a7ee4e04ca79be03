// Functions of one number that are made of others, and questions about numbers.
import { describeValue } from '../../../config/describe-value.js';
import {
  INT32,
  MAX_FLOAT32,
  checkBoolean,
  checkNumber,
  checkOptions,
} from '../../../config/index.js';
import { noteRead, record, sever } from '../../autodiff/index.js';
import { ValueError } from '../../../errors.js';
import { full, ones, scoped, toTensor, zeros } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { checkDType } from '../../../config/dtype.js';
import { add, mul, sub } from './arithmetic.js';
import { cast } from './cast.js';
import {
  equal,
  isFinite,
  isInf,
  isNaN,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
} from './compare.js';
import { ownResult } from '../neural/logits.js';
import { abs, ceil, clip, floor } from './piecewise-linear.js';
import { all } from '../reductions/reduce.js';
import { commonOperands, toFloat } from './operands.js';
import { broadcastTo } from '../reductions/sum.js';
import { view } from '../shapes/reshape.js';
import { where } from './where.js';

/**
 * x in degrees as radians: x π / 180.
 *
 * @keras numpy.Deg2rad
 * @stepwise
 * @example ops.deg2rad([0, 180]) // [0, 3.1416]
 */
export function deg2rad(x: TensorLike): Tensor {
  return scoped(() => mul(toFloat(x), Math.PI / 180));
}

/**
 * x in radians as degrees: x · 180 / π.
 *
 * @keras numpy.Rad2deg
 * @stepwise
 * @example ops.rad2deg([0, 1]) // [0, 57.2958]
 */
export function rad2deg(x: TensorLike): Tensor {
  return scoped(() => mul(toFloat(x), 180 / Math.PI));
}

/**
 * |x| in float32; the derivative at 0 is 0.
 *
 * @keras numpy.Fabs
 * @stepwise
 * @example ops.fabs([-1, 2]) // [1, 2]
 */
export function fabs(x: TensorLike): Tensor {
  return scoped(() => abs(toFloat(x)));
}

/**
 * x without its fraction, rounded towards 0; derivative 0. Integers stay integers.
 *
 * @keras numpy.Trunc
 * @stepwise
 * @example ops.trunc([1.7, -1.7]) // [1, -1]
 */
export function trunc(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    if (input.dtype !== 'float32') return cast(input, 'int32');
    return where(less(input, 0), ceil(input), floor(input));
  });
}

/** What a number without an imaginary part is itself. */
function ownNumber(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    return ownResult(input, x);
  });
}

/**
 * The complex conjugate, which is x, as there are no complex numbers.
 *
 * @keras numpy.Conjugate|numpy.Conj
 * @stepwise
 * @example ops.conj([1, 2]) // [1, 2]
 */
export function conj(x: TensorLike): Tensor {
  return ownNumber(x);
}

/**
 * The real part, which is x, as there are no complex numbers.
 *
 * @keras numpy.Real
 * @stepwise
 * @example ops.real([1, 2]) // [1, 2]
 */
export function real(x: TensorLike): Tensor {
  return ownNumber(x);
}

/**
 * The imaginary part, which is 0, as there are no complex numbers.
 *
 * @keras numpy.Imag
 * @stepwise
 * @example ops.imag([1, 2]) // [0, 0]
 */
export function imag(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    noteRead(input);
    return zeros(input.shape, input.dtype);
  });
}

/**
 * The angle of x as a complex number, in float32: π for negative x, otherwise 0; NaN for NaN.
 *
 * @keras numpy.Angle
 * @stepwise
 * @example ops.angle([1, -1]) // [0, 3.1416]
 */
export function angle(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const out = where(isNaN(input), NaN, where(signbit(input), Math.PI, 0));
    const result = cast(out, 'float32');
    return record('angle', [input], result, [], (dy) => [zeros(dy.shape)]);
  });
}

/**
 * Whether a number has a minus sign, as −0 does.
 *
 * @keras numpy.Signbit
 * @stepwise
 * @example ops.signbit([1, -0, -2]) // [false, true, true]
 */
export function signbit(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    return less(input.dtype === 'float32' ? view(input, 'int32') : input, 0);
  });
}

/** x with infinities of a sign told from other numbers. */
const isInfinite = (x: TensorLike, infinity: number): Tensor => scoped(() => equal(x, infinity));

/**
 * True where x is −∞.
 *
 * @keras numpy.Isneginf
 * @stepwise
 * @example ops.isNegInf([1, -Infinity, Infinity]) // [false, true, false]
 */
export function isNegInf(x: TensorLike): Tensor {
  return isInfinite(x, -Infinity);
}

/**
 * True where x is ∞.
 *
 * @keras numpy.Isposinf
 * @stepwise
 * @example ops.isPosInf([1, -Infinity, Infinity]) // [false, false, true]
 */
export function isPosInf(x: TensorLike): Tensor {
  return isInfinite(x, Infinity);
}

/**
 * True everywhere, as x has no imaginary part.
 *
 * @keras numpy.Isreal
 * @stepwise
 * @example ops.isReal([1, NaN]) // [true, true]
 */
export function isReal(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    return sever('isReal', [input], ones(input.shape, 'bool'));
  });
}

/** Options of `isClose` and `allClose`. */
export interface ClosenessOptions {
  /** The relative tolerance: the share of |b| by which a may differ. Default 1e-5. */
  readonly rtol?: number;
  /** The absolute tolerance, by which a may differ in addition. Default 1e-8. */
  readonly atol?: number;
  /** Whether NaN is close to NaN. Default false. */
  readonly equalNan?: boolean;
}

/**
 * |a − b| ≤ atol + rtol · |b|, as bool, broadcasting. Equal infinities are close.
 *
 * @keras = isClose
 * @stepwise
 * @example ops.isClose([1, 2], [1.000001, 2.1]) // [true, false]
 */
export function isClose(a: TensorLike, b: TensorLike, options: ClosenessOptions = {}): Tensor {
  return closeness('isClose', a, b, options);
}

/**
 * Whether all elements of a and b are close by the rule of `isClose`: one bool.
 *
 * @keras = allClose
 * @example ops.allClose([1, 2], [1.000001, 2]) // true
 */
export function allClose(a: TensorLike, b: TensorLike, options: ClosenessOptions = {}): Tensor {
  return scoped(() => all(closeness('allClose', a, b, options)));
}

function closeness(op: string, a: TensorLike, b: TensorLike, options: ClosenessOptions): Tensor {
  checkOptions(op, options, ['rtol', 'atol', 'equalNan']);
  const { rtol = 1e-5, atol = 1e-8, equalNan = false } = options;
  checkNumber(op, 'rtol', rtol, { min: 0 });
  checkNumber(op, 'atol', atol, { min: 0 });
  checkBoolean(op, 'equalNan', equalNan);
  return scoped(() => {
    const [x, y] = commonOperands(a, b, 'float32');
    const limit = add(mul(abs(y), rtol), atol);
    const isNear = logicalAnd(isFinite(y), lessEqual(abs(sub(x, y)), limit));
    const isEqual = logicalOr(equal(x, y), isNear);
    return equalNan ? logicalOr(isEqual, logicalAnd(isNaN(x), isNaN(y))) : isEqual;
  });
}

/**
 * x with NaN and infinities replaced: NaN by `nan`, ∞ by `posinf` and −∞ by `neginf`, by default by the largest and the
 * smallest float32 number. No gradient flows through replaced elements. Integers do not change.
 *
 * @keras numpy.NanToNum nan=0 posinf=null neginf=null
 * @stepwise
 * @param nan the replacement for NaN. Default 0
 * @param posinf the replacement for ∞. Default, and null: the largest float32 number, 3.4e38
 * @param neginf the replacement for −∞. Default, and null: the smallest float32 number, −3.4e38
 * @example ops.nanToNum([1, NaN, Infinity], 0, 9) // [1, 0, 9]
 */
export function nanToNum(
  x: TensorLike,
  nan = 0,
  posinf?: number | null,
  neginf?: number | null,
): Tensor {
  const high = posinf ?? MAX_FLOAT32;
  const low = neginf ?? -MAX_FLOAT32;
  for (const [name, value] of [
    ['nan', nan],
    ['posinf', high],
    ['neginf', low],
  ] as const) {
    if (typeof value === 'number') continue;
    throw new ValueError(`nanToNum: ${name} must be a number, got ${describeValue(value)}.`);
  }
  return scoped(() => {
    const input = toTensor(x);
    if (input.dtype !== 'float32') return ownResult(input, x);
    const finite = where(isInf(input), where(less(input, 0), low, high), input);
    return where(isNaN(input), nan, finite);
  });
}

/** The ends of the types that NumPy names and tensors do not have. */
const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  uint8: [0, 255],
  int32: [INT32.min, INT32.max],
};

/**
 * x clipped to the range of `dtype` and converted to it; NaN becomes 0.
 *
 * @keras core.SaturateCast dtype
 * @stepwise
 * @throws DTypeError for an unknown type.
 * @example ops.saturateCast([-3, 100, 300], 'uint8') // [0, 100, 255]
 */
export function saturateCast(x: TensorLike, dtype: DTypeName): Tensor {
  return scoped(() => {
    const target = checkDType(dtype);
    const range = RANGES[target];
    const input = toTensor(x);
    if (range === undefined) return cast(input, target);
    // float32 has no largest int32: the conversion stops there by itself.
    const isCut = input.dtype !== 'float32' || target !== 'int32';
    return cast(isCut ? clip(input, ...range) : input, target);
  });
}

/**
 * A tensor of the shape of x, filled with `value`, in x's dtype unless `dtype` says otherwise. A list or a tensor is broadcast to
 * that shape. No gradient flows to x.
 *
 * @keras = fullLike
 * @stepwise
 * @param value a number, a tensor or nested lists of numbers, broadcast to the shape of x
 * @param dtype dtype of the result. Default, and null: that of x
 * @throws ShapeError for a value that does not broadcast.
 * @example ops.fullLike([[1, 2]], 7) // [[7, 7]]
 */
export function fullLike(x: TensorLike, value: TensorLike, dtype?: DTypeName | null): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    noteRead(input);
    const target = dtype ?? input.dtype;
    if (typeof value === 'number' || typeof value === 'boolean')
      return full(input.shape, value, target);
    return broadcastTo(cast(value, target), input.shape);
  });
}
