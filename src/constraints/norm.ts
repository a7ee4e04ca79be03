import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import { add, div, mul, sqrt, square, sum } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';

/** One axis or several: those along which a norm adds up. */
export type NormAxis = number | readonly number[];

/** Keras's fuzz factor: keeps a zero weight from being divided by a zero norm. */
const EPSILON = 1e-7;

/** Euclidean norms of w along `axis`, which stays with length 1: sqrt(Σ w²). */
export function normsAlong(w: Tensor, axis: NormAxis): Tensor {
  return sqrt(sum(square(w), axis, true));
}

/** w · desired / (ε + norms): w scaled to the desired norms. */
export function scaleTo(w: Tensor, norms: Tensor, desired: Tensor | number): Tensor {
  return mul(w, div(desired, add(norms, EPSILON)));
}

/** `axis` if it is whole numbers, else a ValueError. */
export function checkNormAxis(owner: string, axis: NormAxis): NormAxis {
  const axes: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
  if (axes.length > 0 && axes.every(Number.isInteger)) return axis;
  throw new ValueError(
    `${owner}: axis must be a whole number or a list of them, got ${describeValue(axis)}.`,
  );
}
