import { naming } from '../../config/index.js';
import { ShapeError } from '../../errors.js';
import { alignTargets } from '../losses/targets.js';
import { broadcastTo, expandDims } from '../../engine/ops/index.js';
import { formatShape, tidy } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { weightTensor } from './accumulator.js';

/** A batch of [samples, columns], row by row. */
export interface Columns {
  readonly width: number;
  readonly labels: ArrayLike<number>;
  readonly predictions: ArrayLike<number>;
  /** One a label. */
  readonly weights: ArrayLike<number> | undefined;
}

/**
 * A batch of targets and predictions as numbers, for metrics that look at each column by itself.
 *
 * @param name what messages call the metric, and `column` its columns: 'classes'
 * @throws ShapeError for another number of axes.
 */
export function readColumns(
  name: string,
  column: string,
  yTrue: TensorLike,
  yPred: TensorLike,
  sampleWeight: TensorLike | null | undefined,
): Columns {
  return tidy(() => {
    const [targets, predictions] = alignTargets(name, yTrue, yPred);
    const { shape } = targets;
    const width = shape[1];
    if (shape.length !== 2 || width === undefined) {
      throw new ShapeError(
        `${name}: yTrue and yPred must have shape (batch, ${column}), got ${formatShape(shape)}.`,
      );
    }
    const given = weightTensor(sampleWeight);
    const weights = given?.ndim === 1 ? expandDims(given, -1) : given;
    return {
      width,
      labels: targets.data(),
      predictions: predictions.data(),
      weights: weights && naming(`${name}: sampleWeight`, () => broadcastTo(weights, shape)).data(),
    };
  });
}

/** Records of numbers as one list, and back. */
export function flatten<Key extends string>(
  keys: readonly Key[],
  records: readonly Readonly<Record<Key, number>>[],
): number[] {
  return records.flatMap((record) => keys.map((key) => record[key]));
}

/** The reverse of `flatten`. */
export function unflatten<Key extends string>(
  keys: readonly Key[],
  numbers: readonly number[],
): Record<Key, number>[] {
  return Array.from({ length: numbers.length / keys.length }, (_, i) => {
    const entries = keys.map((key, k) => [key, numbers[i * keys.length + k] ?? 0] as const);
    return Object.fromEntries(entries) as Record<Key, number>;
  });
}
