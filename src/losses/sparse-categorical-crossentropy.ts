import { INT32, number } from '../config/index.js';
import {
  cast,
  expandDims,
  log,
  logitsOf,
  moveAxis,
  mul,
  neg,
  notEqual,
  oneHot,
  softmaxCrossEntropy,
  sum,
  where,
} from '../ops/index.js';
import { crossEntropyOfClasses } from '../ops/cross-entropy.js';
import { normalizeAxis } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import { CROSSENTROPY, normalizedProbabilities, smoothLabels } from './crossentropy.js';
import { lossOf } from './function-loss.js';
import { kerasFunction } from './keras-function.js';
import type { OptionsOfFunction } from './keras-function.js';
import { asTensor, classLabels, countedRows } from './targets.js';

/**
 * −ln p[label], labels being class numbers: yTrue [n, …] or [n, …, 1], yPred [n, …, classes] → [n, …],
 * float32. p as in `categoricalCrossentropy`, from the logits of a softmax where there are any.
 * With labelSmoothing s it is (1 − s) · −ln p[label] + s · the mean of −ln p over the classes. Keras:
 * `sparse_categorical_crossentropy`.
 *
 * @throws ShapeError if the shapes do not fit, with advice where yTrue is one-hot.
 * @throws ValueError for a label out of range, naming it and its place, or an option that is unknown or out of range.
 * @example losses.sparseCategoricalCrossentropy([1], [[0.5, 0.5]]) // [ln 2]
 */
export const sparseCategoricalCrossentropy = kerasFunction(
  'sparseCategoricalCrossentropy',
  {
    fromLogits: CROSSENTROPY.fromLogits,
    /** A label whose rows lose nothing and do not count, such as the border of a segmentation. Default null: none. */
    ignoreClass: number({ default: null, ...INT32 }),
    axis: CROSSENTROPY.axis,
    labelSmoothing: CROSSENTROPY.labelSmoothing,
  },
  (yTrue, yPred, { fromLogits, ignoreClass, axis: anyAxis, labelSmoothing }, owner) => {
    const predictions = asTensor(yPred);
    const axis = normalizeAxis(owner, anyAxis, predictions.ndim);
    const labels = classLabels(owner, yTrue, predictions, axis, ignoreClass);
    const isLast = axis === predictions.ndim - 1;
    const logits = fromLogits
      ? moveAxis(predictions, axis, -1)
      : isLast
        ? logitsOf(predictions, 'softmax')
        : undefined;
    if (logits !== undefined && labelSmoothing === 0) {
      const probabilities = fromLogits ? undefined : predictions;
      const ignored = ignoreClass ?? undefined;
      return crossEntropyOfClasses(logits, labels, { probabilities, ignoreClass: ignored });
    }
    const rows = logits ?? moveAxis(predictions, axis, -1);
    const lossOfRows = logits === undefined ? lossOfProbabilities : lossOfLogits;
    const smooth = (classes: Tensor): Tensor => {
      const count = rows.shape.at(-1) ?? 1;
      return smoothLabels(oneHot(classes, count), labelSmoothing, count);
    };
    if (ignoreClass === null) return lossOfRows(smooth(labels), rows);
    const counts = notEqual(labels, ignoreClass);
    const targets = smooth(mul(labels, cast(counts, 'int32')));
    // Rows that do not count may be anything, such as all zeros, which have no logarithm and no gradient.
    return where(counts, lossOfRows(targets, where(expandDims(counts, -1), rows, 1)), 0);
  },
);

/** Options of `sparseCategoricalCrossentropy`. */
export interface SparseCategoricalCrossentropyParameters extends OptionsOfFunction<
  typeof sparseCategoricalCrossentropy
> {}

/** −Σ targets · ln p in each row, p being the row over its sum. */
function lossOfProbabilities(targets: Tensor, rows: Tensor): Tensor {
  return neg(sum(mul(targets, log(normalizedProbabilities(rows, -1))), -1));
}

/** −Σ targets · ln softmax(row) in each row. */
function lossOfLogits(targets: Tensor, rows: Tensor): Tensor {
  return softmaxCrossEntropy(rows, targets);
}

/**
 * The cross-entropy of classes whose targets are class numbers, see `sparseCategoricalCrossentropy`. Keras:
 * `SparseCategoricalCrossentropy`, `'sparse_categorical_crossentropy'`.
 *
 * @example new losses.SparseCategoricalCrossentropy({ ignoreClass: -1 }).apply([1, -1], [[0.5, 0.5], [0, 1]]).item() // ln 2
 */
export class SparseCategoricalCrossentropy extends lossOf(
  'SparseCategoricalCrossentropy',
  sparseCategoricalCrossentropy,
  { targets: 'labels' },
) {
  /** Labels are whole numbers: they are checked as they come. */
  protected override get targetDType(): undefined {
    return undefined;
  }

  protected override mask(yTrue: Tensor, yPred: Tensor): Tensor | undefined {
    const { ignoreClass, axis, name } = this;
    if (ignoreClass === null) return undefined;
    // `call` has checked the labels.
    return countedRows(name, yTrue, yPred, normalizeAxis(name, axis, yPred.ndim), ignoreClass);
  }
}
