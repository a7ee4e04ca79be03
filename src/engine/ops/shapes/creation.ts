import { noteRead } from '../../autodiff/index.js';
import {
  arange,
  broadcastShapes,
  checkShape,
  full,
  requireRoom,
  scoped,
  tensor,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { describeValue } from '../../../config/describe-value.js';
import {
  checkBoolean,
  checkNumber,
  checkOptions,
  INT32,
  MAX_LENGTH,
} from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { cast } from '../elementwise/cast.js';
import { floor } from '../elementwise/piecewise-linear.js';
import { pow } from '../elementwise/power.js';
import { reshape } from './reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { moveAxis } from './transpose.js';
import { cosPi, power, sinPi } from '../../../config/elementary.js';
import { isBelow } from './diagonals.js';

function fillLike(x: TensorLike, value: number, dtype: DTypeName | undefined): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    noteRead(input);
    return full(input.shape, value, dtype ?? input.dtype);
  });
}

/**
 * Zeros of the shape of x, in x's dtype unless `dtype` says otherwise. No gradient flows through them.
 *
 * @keras numpy.ZerosLike dtype=null
 * @stepwise
 * @param dtype dtype of the result. Default: that of x
 * @example ops.zerosLike([[1, 2], [3, 4]]) // [[0, 0], [0, 0]]
 */
export function zerosLike(x: TensorLike, dtype?: DTypeName): Tensor {
  return fillLike(x, 0, dtype);
}

/**
 * Ones of the shape of x, in x's dtype unless `dtype` says otherwise. No gradient flows through them.
 *
 * @keras numpy.OnesLike dtype=null
 * @stepwise
 * @param dtype dtype of the result. Default: that of x
 * @example ops.onesLike([1, 2, 3], 'int32') // [1, 1, 1]
 */
export function onesLike(x: TensorLike, dtype?: DTypeName): Tensor {
  return fillLike(x, 1, dtype);
}

// Numbers between two ends, which may be tensors.

/** Options of `linspace`, `logspace` and `geomspace`. */
export interface SpaceOptions {
  /** Whether `stop` is the last number; otherwise the numbers end one step before it. Default true. */
  readonly endpoint?: boolean;
  /** The dtype. Default float32. */
  readonly dtype?: DTypeName | null;
  /** The new axis along which the numbers lie, in addition to those of the ends. Default 0. */
  readonly axis?: number;
}

/** Options of `logspace`. */
export interface LogspaceOptions extends SpaceOptions {
  /** The base of the powers. Default 10. */
  readonly base?: number;
}

/** f of `count` fractions from 0 to 1, along a new first axis in front of the axes of both ends. */
function between(
  op: string,
  start: TensorLike,
  stop: TensorLike,
  count: number,
  { endpoint = true, dtype = 'float32', axis = 0 }: SpaceOptions,
  f: (fractions: Tensor, start: Tensor, stop: Tensor) => Tensor,
): Tensor {
  checkNumber(op, 'count', count, { min: 0, integer: true });
  checkBoolean(op, 'endpoint', endpoint);
  return scoped(() => {
    const [from, to] = [toFloat(start), toFloat(stop)];
    const shape = broadcastShapes(op, from.shape, to.shape);
    requireRoom([count, ...shape], 'float32', () => `${op}: ${count} numbers`);
    const fractions = div(arange(count), Math.max(endpoint ? count - 1 : count, 1));
    const numbers = f(reshape(fractions, [count, ...shape.map(() => 1)]), from, to);
    const type = dtype ?? 'float32';
    // Towards −∞ as in NumPy, not towards 0.
    const whole = type === 'float32' ? numbers : floor(numbers);
    return cast(moveAxis(whole, 0, axis), type);
  });
}

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included. If the ends are tensors, they broadcast, and the numbers lie
 * along a new axis.
 *
 * @keras = linspace
 * @param start the first number
 * @param stop the last number
 * @throws ValueError for a count that is not whole or is negative; ShapeError if the ends do not broadcast.
 * @example ops.linspace([0, 10], [1, 20], 3) // [[0, 10], [0.5, 15], [1, 20]]
 */
export function linspace(
  start: TensorLike,
  stop: TensorLike,
  count = 50,
  options: SpaceOptions = {},
): Tensor {
  checkOptions('linspace', options, ['endpoint', 'dtype', 'axis']);
  return between('linspace', start, stop, count, options, (fractions, from, to) =>
    add(mul(from, sub(1, fractions)), mul(to, fractions)),
  );
}

/**
 * `base` to the power of the numbers that `linspace` returns.
 *
 * @keras = logspace
 * @param start the exponent of the first number
 * @param stop the exponent of the last number
 * @throws ValueError for a base that is not a finite number, or a count that is not whole or is negative.
 * @example ops.logspace(0, 2, 3) // [1, 10, 100]
 */
export function logspace(
  start: TensorLike,
  stop: TensorLike,
  count = 50,
  options: LogspaceOptions = {},
): Tensor {
  checkOptions('logspace', options, ['endpoint', 'dtype', 'axis', 'base']);
  const { base = 10, ...rest } = options;
  checkNumber('logspace', 'base', base);
  return between('logspace', start, stop, count, rest, (fractions, from, to) =>
    pow(base, add(mul(from, sub(1, fractions)), mul(to, fractions))),
  );
}

/**
 * `count` numbers from `start` to `stop`, each of which is the same multiple of the one before. Both ends must have the
 * same sign.
 *
 * @keras = geomspace
 * @param start the first number, not 0
 * @param stop the last number, of the same sign
 * @throws ValueError for ends that are 0, or a count that is not whole or is negative.
 * @example ops.geomspace(1, 100, 3) // [1, 10, 100]
 */
export function geomspace(
  start: TensorLike,
  stop: TensorLike,
  count = 50,
  options: SpaceOptions = {},
): Tensor {
  checkOptions('geomspace', options, ['endpoint', 'dtype', 'axis']);
  if (start === 0 || stop === 0) {
    throw new ValueError(
      `geomspace: start and stop must not be 0, got ${describeValue(start)} and ${describeValue(stop)}.`,
    );
  }
  return between('geomspace', start, stop, count, options, (fractions, from, to) =>
    mul(from, pow(div(to, from), fractions)),
  );
}

// Matrices and vectors of numbers that are made of nothing but lengths.

/**
 * The matrix [rows, columns] with ones on the k-th diagonal and below, float32 unless `dtype` says otherwise; square unless
 * `columns` is given.
 *
 * @param rows the number of rows
 * @param columns the number of columns. Default: the number of rows
 * @param k the last diagonal with ones: 0 is the main diagonal, negative ones are below it. Default 0
 * @param dtype dtype of the result. Default `'float32'`
 * @throws ValueError for a k that is not a whole number, ShapeError for invalid lengths.
 * @example ops.tri(2, 3) // [[1, 0, 0], [1, 1, 0]]
 */
export function tri(rows: number, columns = rows, k = 0, dtype: DTypeName = 'float32'): Tensor {
  checkShape('tri', [rows, columns]);
  checkNumber('tri', 'k', k, INT32);
  requireRoom([rows, columns], 'float32', () => 'tri');
  return scoped(() => cast(isBelow(rows, columns, k), dtype));
}

/** A window: the number at a position from −1 to 1, of so many. */
type WindowFormula = (position: number, length: number) => number;

/** Σ aₖ · cos kπt */
const cosines =
  (...weights: readonly number[]): WindowFormula =>
  (position) =>
    weights.reduce((sum, weight, k) => sum + weight * cosPi(k * position), 0);

/** The windows that need nothing but a length, by SciPy's names. */
const WINDOWS = {
  hann: cosines(0.5, 0.5),
  hamming: cosines(0.54, 0.46),
  blackman: cosines(0.42, 0.5, 0.08),
  nuttall: cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  bartlett: (position) => 1 - Math.abs(position),
  barthann: (position) => 0.62 - 0.24 * Math.abs(position) + 0.38 * cosPi(position),
  bohman: (position) => {
    const distance = Math.abs(position);
    return (1 - distance) * cosPi(distance) + sinPi(distance) / Math.PI;
  },
  boxcar: () => 1,
  cosine: (position, length) => cosPi((position * (length - 1)) / (2 * length)),
  lanczos: (position) => (position === 0 ? 1 : sinPi(position) / (Math.PI * position)),
  parzen: (position, length) => {
    const distance = (Math.abs(position) * (length - 1)) / length;
    if (Math.abs(position) > 0.5) return 2 * power(1 - distance, 3);
    return 1 - 6 * distance * distance * (1 - distance);
  },
  triang: (position, length) => 1 - (Math.abs(position) * (length - 1)) / (length + (length % 2)),
  tukey: (position) => (Math.abs(position) <= 0.5 ? 1 : 0.5 - 0.5 * cosPi(2 * Math.abs(position))),
} satisfies Record<string, WindowFormula>;

/** The name of a window that needs nothing but a length. */
type WindowName = keyof typeof WINDOWS;

/** The names of the windows that need nothing but a length. */
export const WINDOW_NAMES = Object.keys(WINDOWS) as readonly WindowName[];

/** The numbers of a window. One number alone is 1. */
function numbersOf(length: number, f: WindowFormula): Float64Array {
  return Float64Array.from({ length }, (_, i) =>
    length === 1 ? 1 : f((2 * i) / (length - 1) - 1, length),
  );
}

/** The numbers of a window by its name. A periodic one is without the last number of the window that is longer by one. */
export function namedWindow(name: WindowName, length: number, periodic: boolean): Float64Array {
  const whole = numbersOf(periodic && length > 1 ? length + 1 : length, WINDOWS[name]);
  return whole.subarray(0, length);
}

/** A window of that length as a tensor. */
function windowOf(op: string, length: number, f: WindowFormula): Tensor {
  checkNumber(op, 'length', length, { min: 0, max: MAX_LENGTH, integer: true });
  requireRoom([length], 'float32', () => op);
  return tensor(numbersOf(length, f));
}

/**
 * The Bartlett window: 1 in the middle, falling linearly to 0 at both ends.
 *
 * @throws ValueError for a length that is not whole or is negative.
 * @example ops.bartlett(5) // [0, 0.5, 1, 0.5, 0]
 */
export function bartlett(length: number): Tensor {
  return windowOf('bartlett', length, WINDOWS.bartlett);
}

/**
 * The Blackman window: 0.42 + 0.5 cos πt + 0.08 cos 2πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is not whole or is negative.
 * @example ops.blackman(3) // [0, 1, 0]
 */
export function blackman(length: number): Tensor {
  return windowOf('blackman', length, WINDOWS.blackman);
}

/**
 * The Hamming window: 0.54 + 0.46 cos πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is not whole or is negative.
 * @example ops.hamming(3) // [0.08, 1, 0.08]
 */
export function hamming(length: number): Tensor {
  return windowOf('hamming', length, WINDOWS.hamming);
}

/**
 * The Hann window: 0.5 + 0.5 cos πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is not whole or is negative.
 * @example ops.hanning(3) // [0, 1, 0]
 */
export function hanning(length: number): Tensor {
  return windowOf('hanning', length, WINDOWS.hann);
}

/** Σ (x/2)^2k / k!², until nothing is added. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x * x) / (4 * k * k);
    sum += term;
  }
  return sum;
}

/**
 * The Kaiser window: I₀(β √(1 − t²)) / I₀(β) for t from −1 to 1. The larger β, the narrower the window.
 *
 * @param beta the β of the formula, from −700 to 700
 * @throws ValueError for a length that is not whole or is negative, or a β out of range.
 * @example ops.kaiser(3, 0) // [1, 1, 1]
 */
export function kaiser(length: number, beta: number): Tensor {
  checkNumber('kaiser', 'beta', beta, { min: -700, max: 700 });
  const whole = bessel(beta);
  return windowOf(
    'kaiser',
    length,
    (position) => bessel(beta * Math.sqrt(1 - position * position)) / whole,
  );
}
