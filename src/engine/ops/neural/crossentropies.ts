// The cross-entropies under Keras's names: of probabilities, and of logits by the fused operations.
import { checkBoolean } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape, normalizeAxis, sameShape, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, neg, sub } from '../elementwise/arithmetic.js';
import { cast } from '../elementwise/cast.js';
import {
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
} from './cross-entropy.js';
import { oneHot, wholeIndices } from '../indexing/gather.js';
import { reshape } from '../shapes/reshape.js';
import { clip } from '../elementwise/piecewise-linear.js';
import { sum } from '../reductions/sum.js';
import { moveAxis } from '../shapes/transpose.js';
import { log } from '../elementwise/unary.js';

/** Keras's fuzz factor (`keras.config.epsilon()`): keeps quotients and logarithms finite. */
export const EPSILON = 1e-7;

/** −t ln p − (1 − t) ln(1 − p), element by element, p clipped to [1e-7, 1 − 1e-7]. */
export function crossEntropyOfProbabilities(targets: Tensor, probabilities: Tensor): Tensor {
  const p = clip(probabilities, EPSILON, 1 - EPSILON);
  return neg(add(mul(targets, log(p)), mul(sub(1, targets), log(sub(1, p)))));
}

/** −Σ t · ln p along `axis`, p being the probabilities over their sum, clipped to [1e-7, 1 − 1e-7]. */
export function crossEntropyOfDistributions(
  targets: Tensor,
  probabilities: Tensor,
  axis: number,
): Tensor {
  return neg(sum(mul(targets, log(normalizedProbabilities(probabilities, axis))), axis));
}

/** Probabilities that sum to 1 along `axis`, clipped to [1e-7, 1 − 1e-7] so that their logarithms are finite. */
export function normalizedProbabilities(probabilities: Tensor, axis: number): Tensor {
  return clip(div(probabilities, sum(probabilities, axis, true)), EPSILON, 1 - EPSILON);
}

/** Target and output as float32 of one shape. */
function pairOf(
  op: string,
  target: TensorLike,
  output: TensorLike,
): [target: Tensor, output: Tensor] {
  const [t, p] = [cast(target, 'float32'), cast(output, 'float32')];
  if (sameShape(t.shape, p.shape)) return [t, p];
  throw new ShapeError(
    `${op}: target of shape ${formatShape(t.shape)} and output of shape ${formatShape(p.shape)} must have one shape.`,
  );
}

/**
 * −t ln p − (1 − t) ln(1 − p), element by element, for target t and output p of the same shape; float32 of that shape. p is
 * the output clipped to [1e-7, 1 − 1e-7], or with `fromLogits` its sigmoid, which is exact for logits of any size.
 *
 * @keras nn.BinaryCrossentropy(target, output) from_logits=false
 * @param target numbers from 0 to 1
 * @param output probabilities or logits, of the shape of the target
 * @throws ShapeError if the shapes differ.
 * @example ops.binaryCrossentropy([1, 0], [0.5, 0.25]) // [0.6931, 0.2877]
 */
export function binaryCrossentropy(
  target: TensorLike,
  output: TensorLike,
  fromLogits = false,
): Tensor {
  checkBoolean('binaryCrossentropy', 'fromLogits', fromLogits);
  return scoped(() => {
    const [t, p] = pairOf('binaryCrossentropy', target, output);
    return fromLogits ? sigmoidCrossEntropy(p, t) : crossEntropyOfProbabilities(t, p);
  });
}

/**
 * −Σ t · ln p over the classes along `axis`, for target t and output p of the same shape; float32 without that axis. p is the
 * output divided by its sum, clipped to [1e-7, 1 − 1e-7], or with `fromLogits` its softmax, which is exact for logits of any
 * size.
 *
 * @keras nn.CategoricalCrossentropy(target, output) from_logits=false axis=-1
 * @param target probabilities of the classes, of the shape of the output
 * @param axis the axis of the classes. Default −1
 * @throws ShapeError if the shapes differ.
 * @example ops.categoricalCrossentropy([[0, 1]], [[0.5, 0.5]]) // [0.6931]
 */
export function categoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  fromLogits = false,
  axis = -1,
): Tensor {
  const op = 'categoricalCrossentropy';
  checkBoolean(op, 'fromLogits', fromLogits);
  return scoped(() => {
    const [t, p] = pairOf(op, target, output);
    const along = normalizeAxis(op, axis, p.ndim);
    if (!fromLogits) return crossEntropyOfDistributions(t, p, along);
    return softmaxCrossEntropy(moveAxis(p, along, -1), moveAxis(t, along, -1));
  });
}

/**
 * −ln p[label] along `axis`, for targets that are class indices: target […] or […, 1] and output […, classes] → float32 […].
 * p is that of `categoricalCrossentropy`.
 *
 * @keras nn.SparseCategoricalCrossentropy(target, output) from_logits=false axis=-1
 * @param target class indices, of the shape of the output without the classes; a last axis of length 1 may follow
 * @param axis the axis of the classes. Default −1
 * @throws ShapeError if the shapes do not match, ValueError naming a label out of range, DTypeError for labels with
 * fractions.
 * @example ops.sparseCategoricalCrossentropy([1], [[0.5, 0.5]]) // [0.6931]
 */
export function sparseCategoricalCrossentropy(
  target: TensorLike,
  output: TensorLike,
  fromLogits = false,
  axis = -1,
): Tensor {
  const op = 'sparseCategoricalCrossentropy';
  checkBoolean(op, 'fromLogits', fromLogits);
  return scoped(() => {
    const p = cast(output, 'float32');
    const rows = moveAxis(p, normalizeAxis(op, axis, p.ndim), -1);
    const labels = labelsOf(op, toTensor(target), rows);
    if (fromLogits) return sparseSoftmaxCrossEntropy(rows, labels);
    return crossEntropyOfDistributions(oneHot(labels, rows.shape.at(-1) ?? 1), rows, -1);
  });
}

/** Class numbers in the shape of the rows, int32. */
function labelsOf(op: string, target: Tensor, rows: Tensor): Tensor {
  const shape = rows.shape.slice(0, -1);
  const isColumn = target.ndim === rows.ndim && target.shape.at(-1) === 1;
  const given = isColumn ? reshape(target, target.shape.slice(0, -1)) : target;
  if (!sameShape(given.shape, shape)) {
    throw new ShapeError(
      `${op}: output of shape ${formatShape(rows.shape)}, with the classes last, needs labels of shape ${formatShape(shape)}, got ` +
        `${formatShape(target.shape)}.`,
    );
  }
  return wholeIndices(op, given);
}
