import { ShapeError, ValueError } from '../../errors.js';
import { cast, expandDims, notEqual, squeeze } from '../../engine/ops/index.js';
import { decideBy, formatShape, sameShape, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';

/** `value` as a tensor of `dtype`; the value itself if it is one already. */
export function asTensor(value: TensorLike, dtype: DType = 'float32'): Tensor {
  const x = toTensor(value);
  return x.dtype === dtype ? x : cast(x, dtype);
}

/**
 * Brings two tensors whose ranks differ by one to one rank, where the longer shape ends in 1: a vector
 * (n) gets that axis, unless `expandVectors` is false; everything else loses it. So labels (n) meet
 * predictions (n, 1), as in Keras.
 */
export function alignRanks(a: Tensor, b: Tensor, expandVectors = true): [Tensor, Tensor] {
  if (a.ndim === b.ndim + 1) {
    const [shorter, longer] = alignRanks(b, a, expandVectors);
    return [longer, shorter];
  }
  if (b.ndim !== a.ndim + 1 || b.shape.at(-1) !== 1) return [a, b];
  return a.ndim === 1 && expandVectors ? [expandDims(a, -1), b] : [a, squeeze(b, -1)];
}

/**
 * Targets and predictions as float32 tensors of one shape.
 *
 * @throws ShapeError if the shapes differ by more than a last axis of length 1.
 */
export function alignTargets(
  loss: string,
  yTrue: TensorLike,
  yPred: TensorLike,
): [yTrue: Tensor, yPred: Tensor] {
  const [targets, predictions] = alignRanks(asTensor(yTrue), asTensor(yPred));
  if (!sameShape(targets.shape, predictions.shape)) {
    throw new ShapeError(
      `${loss}: yTrue has shape ${formatShape(targets.shape)} but yPred has shape ` +
        `${formatShape(predictions.shape)}. Both must have the same shape (a last axis of length 1 may be ` +
        `missing): reshape the targets or change the units of the last layer.`,
    );
  }
  return [targets, predictions];
}

/**
 * Targets that hold one number a class, float32, in the shape of the predictions.
 *
 * @throws ShapeError if they are class labels or have another shape.
 */
export function oneHotTargets(
  loss: string,
  yTrue: TensorLike,
  yPred: Tensor,
  axis: number,
): Tensor {
  const targets = asTensor(yTrue);
  if (sameShape(targets.shape, yPred.shape)) return targets;
  const came = `${loss}: yTrue has shape ${formatShape(targets.shape)} but yPred has shape ${formatShape(yPred.shape)}`;
  const classes = yPred.shape[axis] ?? 1;
  const rest = yPred.shape.filter((_, i) => i !== axis);
  const withOne = yPred.shape.map((length, i) => (i === axis ? 1 : length));
  if (classes > 1 && (sameShape(targets.shape, rest) || sameShape(targets.shape, withOne))) {
    throw new ShapeError(
      `${came}: the targets look like class labels. Turn them into one-hot rows with ` +
        `utils.toCategorical(y, ${classes}), or use the loss 'sparse_categorical_crossentropy'.`,
    );
  }
  throw new ShapeError(
    `${came}. Both must have the same shape, one number a class: give the last layer as many units as the ` +
      `targets have classes, or reshape the targets.`,
  );
}

/**
 * Class labels as int32, one for each row of predictions: the shape of yPred without its class axis.
 *
 * @param ignore a label that is allowed whatever the number of classes
 * @throws ShapeError if the shapes do not match, with advice if yTrue is one-hot.
 * @throws ValueError for a label that is not a whole number within 0 … classes − 1.
 */
export function classLabels(
  loss: string,
  yTrue: TensorLike,
  yPred: Tensor,
  axis: number,
  ignore: number | null,
): Tensor {
  const labels = labelRows(loss, yTrue, yPred, axis);
  checkLabels(loss, labels, yPred.shape[axis] ?? 1, ignore);
  return asTensor(labels, 'int32');
}

/**
 * Which rows of predictions count (bool): those of labels other than `ignore`. The labels themselves are not checked.
 *
 * @throws ShapeError if the shapes do not match.
 */
export function countedRows(
  loss: string,
  yTrue: TensorLike,
  yPred: Tensor,
  axis: number,
  ignore: number,
): Tensor {
  return notEqual(asTensor(labelRows(loss, yTrue, yPred, axis), 'int32'), ignore);
}

/** Labels, one for each row of predictions. @throws ShapeError if the shapes do not match. */
function labelRows(loss: string, yTrue: TensorLike, yPred: Tensor, axis: number): Tensor {
  const came = toTensor(yTrue);
  const hasClassAxis = came.ndim === yPred.ndim && came.shape[axis] === 1;
  const labels = hasClassAxis ? squeeze(came, axis) : came;
  const rows = yPred.shape.filter((_, i) => i !== axis);
  if (sameShape(labels.shape, rows)) return labels;
  const [trueShape, predShape] = [formatShape(came.shape), formatShape(yPred.shape)];
  const shapes = `${loss}: yTrue has shape ${trueShape} but yPred has shape ${predShape}`;
  if (sameShape(came.shape, yPred.shape)) {
    throw new ShapeError(
      `${shapes}: the targets look one-hot. Use the loss 'categorical_crossentropy', or turn them into ` +
        `class labels with y.argmax(${axis === yPred.ndim - 1 ? -1 : axis}).`,
    );
  }
  throw new ShapeError(
    `${shapes}. Expected one class label a row of predictions: shape ${formatShape(rows)}.`,
  );
}

/** Throws for the first label that is not a class, naming it and its position. */
function checkLabels(loss: string, labels: Tensor, classes: number, ignore: number | null): void {
  const isLabel = (label: number): boolean =>
    (label >= 0 && label < classes && Number.isInteger(label)) || label === ignore;
  if (decideBy(labels, (all) => all.every(isLabel), true)) return;
  const values = labels.data();
  for (let i = 0; i < values.length; i++) {
    const label = values[i] ?? NaN;
    if (isLabel(label)) continue;
    throw new ValueError(
      `${loss}: label ${label} at position [${position(i, labels.shape).join(', ')}] is not within ` +
        `0 … ${classes - 1}. ` +
        (classes === 1
          ? `yPred has one number for each label: for labels 0 and 1 use the loss 'binary_crossentropy', for more ` +
            `classes give the last layer a unit for each.`
          : `Labels are whole numbers counted from 0; yPred has ${classes} classes: give the last layer enough units, or ` +
            `correct the labels.`),
    );
  }
}

/** The indices of the element that comes as number `index` in row-major order. */
function position(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return [...shape]
    .reverse()
    .map((length) => {
      const i = rest % length;
      rest = (rest - i) / length;
      return i;
    })
    .reverse();
}
