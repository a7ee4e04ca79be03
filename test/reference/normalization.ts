// Normalization of features, float64, by its definition.

import { at, build, unravel } from './dense-array.js';
import type { DenseArray } from './dense-array.js';

/** Mean and variance (divided by n) of the elements at each position along `axis`. */
export function momentsAlong(
  x: DenseArray,
  axis: number,
): { readonly mean: number[]; readonly variance: number[] } {
  const places = Array.from({ length: x.shape[axis] ?? 0 }, (_, place) =>
    x.data.filter((_value, flat) => unravel(flat, x.shape)[axis] === place),
  );
  const mean = places.map((values) => values.reduce((a, b) => a + b, 0) / values.length);
  const variance = places.map(
    (values, i) => values.reduce((sum, v) => sum + (v - (mean[i] ?? 0)) ** 2, 0) / values.length,
  );
  return { mean, variance };
}

/** gamma (x - mean) / sqrt(variance + epsilon) + beta with the statistics of x itself. */
export function batchNormalize(
  x: DenseArray,
  gamma: DenseArray,
  beta: DenseArray,
  axis: number,
  epsilon: number,
): DenseArray {
  const { mean, variance } = momentsAlong(x, axis);
  return build(x.shape, (index) => {
    const place = index[axis] ?? 0;
    const deviation = Math.sqrt((variance[place] ?? 0) + epsilon);
    const normal = (at(x, index) - (mean[place] ?? 0)) / deviation;
    return (gamma.data[place] ?? 0) * normal + (beta.data[place] ?? 0);
  });
}
