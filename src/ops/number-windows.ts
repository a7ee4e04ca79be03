// Matrices and vectors of numbers that are made of nothing but lengths.
import { INT32, MAX_LENGTH, checkNumber } from '../config/index.js';
import { checkShape, requireRoom, scoped, tensor } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import type { DTypeName } from '../tensor/dtype.js';
import { cast } from './cast.js';
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

/** A window of that length; `f` gives the number at a place from −1 to 1. One number alone is 1. */
function windowOf(op: string, length: number, f: (place: number) => number): Tensor {
  checkNumber(op, 'length', length, { min: 0, max: MAX_LENGTH, integer: true });
  requireRoom([length], 'float32', () => op);
  const numbers = Float32Array.from({ length }, (_, i) =>
    length === 1 ? 1 : f((2 * i) / (length - 1) - 1),
  );
  return tensor(numbers);
}

/**
 * The window of Bartlett: 1 in the middle, from where it falls straight to 0.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
 * @example ops.bartlett(5) // [0, 0.5, 1, 0.5, 0]
 */
export function bartlett(length: number): Tensor {
  return windowOf('bartlett', length, (place) => 1 - Math.abs(place));
}

/**
 * The window of Blackman: 0.42 + 0.5 cos πt + 0.08 cos 2πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
 * @example ops.blackman(3) // [0, 1, 0]
 */
export function blackman(length: number): Tensor {
  return windowOf(
    'blackman',
    length,
    (place) => 0.42 + 0.5 * Math.cos(Math.PI * place) + 0.08 * Math.cos(2 * Math.PI * place),
  );
}

/**
 * The window of Hamming: 0.54 + 0.46 cos πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
 * @example ops.hamming(3) // [0.08, 1, 0.08]
 */
export function hamming(length: number): Tensor {
  return windowOf('hamming', length, (place) => 0.54 + 0.46 * Math.cos(Math.PI * place));
}

/**
 * The window of von Hann: 0.5 + 0.5 cos πt for t from −1 to 1.
 *
 * @throws ValueError for a length that is no whole number of at least 0.
 * @example ops.hanning(3) // [0, 1, 0]
 */
export function hanning(length: number): Tensor {
  return windowOf('hanning', length, (place) => 0.5 + 0.5 * Math.cos(Math.PI * place));
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
