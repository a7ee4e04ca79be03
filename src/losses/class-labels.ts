import { ShapeError, ValueError } from '../errors.js';
import { squeeze } from '../ops/index.js';
import { formatShape, sameShape, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { asTensor } from './ranks.js';

/**
 * Class labels as int32, one for each row of predictions: the shape of yPred without its class axis.
 *
 * @param ignore a label that is allowed whatever the number of classes
 * @throws ShapeError if the shapes do not fit, with advice where yTrue is one-hot.
 * @throws ValueError for a label that is not a whole number within 0 … classes − 1.
 */
export function classLabels(
  loss: string,
  yTrue: TensorLike,
  yPred: Tensor,
  axis: number,
  ignore?: number,
): Tensor {
  const came = toTensor(yTrue);
  const hasClassAxis = came.ndim === yPred.ndim && came.shape[axis] === 1;
  const labels = hasClassAxis ? squeeze(came, axis) : came;
  const rows = yPred.shape.filter((_, i) => i !== axis);
  if (!sameShape(labels.shape, rows)) {
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
  checkLabels(loss, labels, yPred.shape[axis] ?? 1, ignore);
  return asTensor(labels, 'int32');
}

/** Throws for the first label that is no class, naming it and its place. */
function checkLabels(loss: string, labels: Tensor, classes: number, ignore?: number): void {
  const values = labels.data();
  for (let i = 0; i < values.length; i++) {
    const label = values[i] ?? NaN;
    if ((label >= 0 && label < classes && Number.isInteger(label)) || label === ignore) continue;
    throw new ValueError(
      `${loss}: label ${label} at position [${position(i, labels.shape).join(', ')}] is not within ` +
        `0 … ${classes - 1}. Labels are whole numbers counted from 0; yPred has ${classes} classes: give the last ` +
        `layer enough units, or correct the labels.`,
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
