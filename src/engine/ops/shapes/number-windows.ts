// Matrices and vectors of numbers that are made of nothing but lengths.
import { INT32, MAX_LENGTH, checkNumber } from '../../../config/index.js';
import { cosPi, power, sinPi } from '../../../config/elementary.js';
import { checkShape, requireRoom, scoped, tensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { cast } from '../elementwise/cast.js';
import { isBelow } from './diagonals.js';

/**
 * The matrix [rows, columns] with ones on the k-th diagonal and below, float32 unless `dtype` says otherwise; square unless
 * `columns` is given.
 *
 * @throws ValueError for a k that is no whole number, ShapeError for lengths that are none.
 * @example ops.tri(2, 3) // [[1, 0, 0], [1, 1, 0]]
 */
export function tri(rows: number, columns = rows, k = 0, dtype: DTypeName = 'float32'): Tensor {
  checkShape('tri', [rows, columns]);
  checkNumber('tri', 'k', k, INT32);
  requireRoom([rows, columns], 'float32', () => 'tri');
  return scoped(() => cast(isBelow(rows, columns, k), dtype));
}

/** A window: the number at a place from −1 to 1, of so many. */
type WindowFormula = (place: number, length: number) => number;

/** Σ aₖ · cos kπt */
const cosines =
  (...weights: readonly number[]): WindowFormula =>
  (place) =>
    weights.reduce((sum, weight, k) => sum + weight * cosPi(k * place), 0);

/** The windows that need nothing but a length, by SciPy's names. */
const WINDOWS = {
  hann: cosines(0.5, 0.5),
  hamming: cosines(0.54, 0.46),
  blackman: cosines(0.42, 0.5, 0.08),
  nuttall: cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  bartlett: (place) => 1 - Math.abs(place),
  barthann: (place) => 0.62 - 0.24 * Math.abs(place) + 0.38 * cosPi(place),
  bohman: (place) => {
    const distance = Math.abs(place);
    return (1 - distance) * cosPi(distance) + sinPi(distance) / Math.PI;
  },
  boxcar: () => 1,
  cosine: (place, length) => cosPi((place * (length - 1)) / (2 * length)),
  lanczos: (place) => (place === 0 ? 1 : sinPi(place) / (Math.PI * place)),
  parzen: (place, length) => {
    const distance = (Math.abs(place) * (length - 1)) / length;
    if (Math.abs(place) > 0.5) return 2 * power(1 - distance, 3);
    return 1 - 6 * distance * distance * (1 - distance);
  },
  triang: (place, length) => 1 - (Math.abs(place) * (length - 1)) / (length + (length % 2)),
  tukey: (place) => (Math.abs(place) <= 0.5 ? 1 : 0.5 - 0.5 * cosPi(2 * Math.abs(place))),
} satisfies Record<string, WindowFormula>;

/** The name of a window that needs nothing but a length. */
export type WindowName = keyof typeof WINDOWS;

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
 * The window of Bartlett: 1 in the middle, from where it falls straight to 0.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
 * @example ops.bartlett(5) // [0, 0.5, 1, 0.5, 0]
 */
export function bartlett(length: number): Tensor {
  return windowOf('bartlett', length, WINDOWS.bartlett);
}

/**
 * The window of Blackman: 0.42 + 0.5 cos πt + 0.08 cos 2πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
 * @example ops.blackman(3) // [0, 1, 0]
 */
export function blackman(length: number): Tensor {
  return windowOf('blackman', length, WINDOWS.blackman);
}

/**
 * The window of Hamming: 0.54 + 0.46 cos πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
 * @example ops.hamming(3) // [0.08, 1, 0.08]
 */
export function hamming(length: number): Tensor {
  return windowOf('hamming', length, WINDOWS.hamming);
}

/**
 * The window of von Hann: 0.5 + 0.5 cos πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
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
 * The window of Kaiser: I₀(β √(1 − t²)) / I₀(β) for t from −1 to 1. The larger β, the narrower.
 *
 * @param beta from −700 to 700
 * @throws ValueError for a length that is no whole number of at least 0, or a β out of range.
 * @example ops.kaiser(3, 0) // [1, 1, 1]
 */
export function kaiser(length: number, beta: number): Tensor {
  checkNumber('kaiser', 'beta', beta, { min: -700, max: 700 });
  const whole = bessel(beta);
  return windowOf('kaiser', length, (place) => bessel(beta * Math.sqrt(1 - place * place)) / whole);
}
