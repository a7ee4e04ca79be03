import { INT32, isListOf, number } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import {
  crossEntropyOfDistributions,
  normalizedProbabilities,
} from '../../engine/ops/neural/crossentropies.js';
import type { Option } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import {
  cast,
  expandDims,
  gather,
  log,
  logitsOf,
  moveAxis,
  mul,
  neg,
  notEqual,
  oneHot,
  pow,
  softmax,
  softmaxCrossEntropy,
  sub,
  sum,
  where,
} from '../../engine/ops/index.js';
import { crossEntropyOfClasses } from '../../engine/ops/neural/cross-entropy.js';
import { normalizeAxis, tensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { CROSSENTROPY, SMOOTHING_OF_CLASSES, smoothLabels } from './crossentropy.js';
import { lossOf } from './function-loss.js';
import { kerasFunction } from './keras-function.js';
import type { OptionsOfFunction } from './keras-function.js';
import { asTensor, classLabels, countedRows } from './targets.js';

/** One weight for all classes, or a list with one of each. */
const classWeights: Option<number | readonly number[]> = {
  default: 0.25,
  check: (given, { owner, name }) => {
    const isWeight = (value: unknown): value is number =>
      typeof value === 'number' && Number.isFinite(value) && value >= 0;
    if (isWeight(given)) return given;
    if (isListOf(given, isWeight) && given.length > 0) return [...given];
    throw new ValueError(
      `${owner}: ${name} must be a finite number of at least 0, or a list of such numbers, got ${describeValue(given)}.`,
    );
  },
};

/**
 * −ln p[label], for labels that are class indices: yTrue [n, …] or [n, …, 1], yPred [n, …, classes] → [n, …], float32. p
 * is that of `categoricalCrossentropy`, computed from the logits of a softmax if possible. With labelSmoothing s, the
 * loss is (1 − s) · −ln p[label] + s · the mean of −ln p over the classes. Keras: `sparse_categorical_crossentropy`.
 *
 * @throws ShapeError if the shapes do not match, with advice if yTrue is one-hot.
 * @throws ValueError for a label out of range, naming it and its position, or an option that is unknown or out of range.
 * @example losses.sparseCategoricalCrossentropy([1], [[0.5, 0.5]]) // [ln 2]
 */
export const sparseCategoricalCrossentropy = kerasFunction(
  'sparseCategoricalCrossentropy',
  {
    /** Whether yPred contains logits instead of probabilities. Default false. */
    fromLogits: CROSSENTROPY.fromLogits,
    /** A label whose rows are ignored, such as the border in a segmentation. Default null: none. */
    ignoreClass: number({ default: null, ...INT32 }),
    /** The axis of the classes. Default −1. */
    axis: CROSSENTROPY.axis,
    /** The share of each target, 0 … 1, that is spread evenly over all classes. Default 0. */
    labelSmoothing: SMOOTHING_OF_CLASSES,
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
  return crossEntropyOfDistributions(targets, rows, -1);
}

/** −Σ targets · ln softmax(row) in each row. */
function lossOfLogits(targets: Tensor, rows: Tensor): Tensor {
  return softmaxCrossEntropy(rows, targets);
}

/**
 * −alpha (1 − p[label])^gamma · ln p[label], for labels that are class indices: yTrue [n, …] or [n, …, 1], yPred [n, …,
 * classes] → [n, …], float32. p is yPred divided by its sum, clipped to [1e-7, 1 − 1e-7]. Keras:
 * `sparse_categorical_focal_crossentropy` (Lin et al., 2017).
 *
 * @throws ShapeError if the shapes do not match, with advice if yTrue is one-hot.
 * @throws ValueError for a label out of range, naming it and its position, or an option that is unknown or out of range.
 * @example losses.sparseCategoricalFocalCrossentropy([1], [[0.5, 0.5]], { alpha: 1, gamma: 1 }) // [½ ln 2]
 */
export const sparseCategoricalFocalCrossentropy = kerasFunction(
  'sparseCategoricalFocalCrossentropy',
  {
    /** Weight of all losses, or a list with a weight for each class, at least 0. Default 0.25. */
    alpha: classWeights,
    /** How strongly samples that are already predicted well are down-weighted, at least 0. Default 2. */
    gamma: number({ default: 2, min: 0 }),
    /** Whether yPred contains logits instead of probabilities. Default false. */
    fromLogits: CROSSENTROPY.fromLogits,
    /** A label whose rows are ignored, such as the border in a segmentation. Default null: none. */
    ignoreClass: number({ default: null, ...INT32 }),
    /** The axis of the classes. Default −1. */
    axis: CROSSENTROPY.axis,
  },
  (yTrue, yPred, { alpha, gamma, fromLogits, ignoreClass, axis: anyAxis }, owner) => {
    const predictions = asTensor(yPred);
    const axis = normalizeAxis(owner, anyAxis, predictions.ndim);
    const classes = predictions.shape[axis] ?? 1;
    const labels = classLabels(owner, yTrue, predictions, axis, ignoreClass);
    if (typeof alpha !== 'number' && alpha.length !== classes) {
      throw new ValueError(
        `${owner}: alpha has ${alpha.length} weights for ${classes} classes. Give one for each class, or one number.`,
      );
    }
    const rows = moveAxis(predictions, axis, -1);
    const counts = ignoreClass === null ? undefined : notEqual(labels, ignoreClass);
    const known = counts === undefined ? labels : mul(labels, cast(counts, 'int32'));
    // Rows that do not count may be anything, such as all zeros, which have no logarithm and no gradient.
    const counted = counts === undefined ? rows : where(expandDims(counts, -1), rows, 1);
    const probabilities = normalizedProbabilities(fromLogits ? softmax(counted) : counted, -1);
    const p = sum(mul(probabilities, oneHot(known, classes)), -1);
    const weights = typeof alpha === 'number' ? alpha : gather(tensor(alpha), known);
    const losses = neg(mul(mul(pow(sub(1, p), gamma), log(p)), weights));
    return counts === undefined ? losses : where(counts, losses, 0);
  },
);

/** Options of `sparseCategoricalFocalCrossentropy`. */
export interface SparseCategoricalFocalCrossentropyParameters extends OptionsOfFunction<
  typeof sparseCategoricalFocalCrossentropy
> {}

/**
 * The cross-entropy for targets that are class indices, see `sparseCategoricalCrossentropy`. Keras:
 * `SparseCategoricalCrossentropy`, `'sparse_categorical_crossentropy'`.
 *
 * @example new losses.SparseCategoricalCrossentropy({ ignoreClass: -1 }).apply([1, -1], [[0.5, 0.5], [0, 1]]).item() // ln 2
 */
export class SparseCategoricalCrossentropy extends lossOf(
  'SparseCategoricalCrossentropy',
  sparseCategoricalCrossentropy,
  { targets: 'labels' },
) {
  /** Undefined: labels are whole numbers and are checked without conversion. */
  protected override get targetDType(): undefined {
    return undefined;
  }

  protected override mask(yTrue: Tensor, yPred: Tensor): Tensor | undefined {
    return countedLosses(this, yTrue, yPred);
  }
}

/**
 * A cross-entropy for rare classes and targets that are class indices, see `sparseCategoricalFocalCrossentropy`. Keras:
 * `SparseCategoricalFocalCrossentropy`, `'sparse_categorical_focal_crossentropy'`.
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.SparseCategoricalFocalCrossentropy({ gamma: 3 }) })
 */
export class SparseCategoricalFocalCrossentropy extends lossOf(
  'SparseCategoricalFocalCrossentropy',
  sparseCategoricalFocalCrossentropy,
  { targets: 'labels' },
) {
  /** Undefined: labels are whole numbers and are checked without conversion. */
  protected override get targetDType(): undefined {
    return undefined;
  }

  protected override mask(yTrue: Tensor, yPred: Tensor): Tensor | undefined {
    return countedLosses(this, yTrue, yPred);
  }
}

/** Which losses are not of a class that is ignored; undefined: all count. The labels were checked when the losses were computed. */
function countedLosses(
  { name, axis, ignoreClass }: { name: string; axis: number; ignoreClass: number | null },
  yTrue: Tensor,
  yPred: Tensor,
): Tensor | undefined {
  if (ignoreClass === null) return undefined;
  return countedRows(name, yTrue, yPred, normalizeAxis(name, axis, yPred.ndim), ignoreClass);
}
