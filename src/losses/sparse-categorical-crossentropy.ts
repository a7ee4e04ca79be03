import { checkBoolean, checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { kerasFunction } from './keras-function.js';
import { INT32 } from '../config/limits.js';
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
  sparseSoftmaxCrossEntropy,
  sum,
  where,
} from '../ops/index.js';
import { normalizeAxis, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { classLabels } from './class-labels.js';
import { checkSmoothing } from './crossentropy.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { normalizedProbabilities, smoothLabels } from './one-hot-targets.js';
import { asTensor } from './ranks.js';

/** Options of `sparseCategoricalCrossentropy`. */
export interface SparseCategoricalCrossentropyParameters {
  /** Whether yPred holds logits and not probabilities. Default false. */
  readonly fromLogits?: boolean;
  /** A label whose rows lose nothing and do not count, such as the border of a segmentation. Default none. */
  readonly ignoreClass?: number | null;
  /** The axis of the classes. Default −1. */
  readonly axis?: number;
  /** Moves that share of each target from its class to all classes evenly; 0 … 1. Default 0. */
  readonly labelSmoothing?: number;
}

const OPTIONS = ['fromLogits', 'ignoreClass', 'axis', 'labelSmoothing'];

/**
 * −ln p[label], labels being class numbers: yTrue [n, …] or [n, …, 1], yPred [n, …, classes] → [n, …],
 * float32. p as in `categoricalCrossentropy`, from the logits of a softmax where there are any.
 * With labelSmoothing s it is (1 − s) · −ln p[label] + s · the mean of −ln p over the classes.
 *
 * @throws ShapeError if the shapes do not fit, with advice where yTrue is one-hot.
 * @throws ValueError for a label out of range, naming it and its place, or a labelSmoothing out of [0, 1].
 */
export const sparseCategoricalCrossentropy = /* @__PURE__ */ kerasFunction(
  'sparseCategoricalCrossentropy',
  (
    yTrue: TensorLike,
    yPred: TensorLike,
    parameters: SparseCategoricalCrossentropyParameters = {},
  ): Tensor => {
    const owner = 'sparse_categorical_crossentropy';
    checkOptions(owner, parameters, OPTIONS);
    const { fromLogits = false, axis: anyAxis = -1 } = parameters;
    const labelSmoothing = checkSmoothing(owner, parameters.labelSmoothing ?? 0);
    const ignoreClass = parameters.ignoreClass ?? undefined;
    if (ignoreClass !== undefined) checkNumber(owner, 'ignoreClass', ignoreClass, INT32);
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
      return sparseSoftmaxCrossEntropy(logits, labels, { probabilities, ignoreClass });
    }
    const rows = logits ?? moveAxis(predictions, axis, -1);
    const lossOf = logits === undefined ? lossOfProbabilities : lossOfLogits;
    const smooth = (classes: Tensor): Tensor => {
      const count = rows.shape.at(-1) ?? 1;
      return smoothLabels(oneHot(classes, count), labelSmoothing, count);
    };
    if (ignoreClass === undefined) return lossOf(smooth(labels), rows);
    const counts = notEqual(labels, ignoreClass);
    const targets = smooth(mul(labels, cast(counts, 'int32')));
    // Rows that do not count may be anything, such as all zeros, which have no logarithm and no gradient.
    return where(counts, lossOf(targets, where(expandDims(counts, -1), rows, 1)), 0);
  },
);

/** −Σ targets · ln p in each row, p being the row over its sum. */
function lossOfProbabilities(targets: Tensor, rows: Tensor): Tensor {
  return neg(sum(mul(targets, log(normalizedProbabilities(rows, -1))), -1));
}

/** −Σ targets · ln softmax(row) in each row. */
function lossOfLogits(targets: Tensor, rows: Tensor): Tensor {
  return softmaxCrossEntropy(rows, targets);
}

/** `'sparse_categorical_crossentropy'`: see `sparseCategoricalCrossentropy`. */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly className = 'SparseCategoricalCrossentropy';
  static override readonly optionNames = OPTIONS;
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;
  readonly labelSmoothing: number;

  constructor(options: LossOptions & SparseCategoricalCrossentropyParameters = {}) {
    super(options, 'sparse_categorical_crossentropy');
    const owner = SparseCategoricalCrossentropy.className;
    this.fromLogits = checkBoolean(owner, 'fromLogits', options.fromLogits ?? false);
    this.ignoreClass = options.ignoreClass ?? null;
    if (this.ignoreClass !== null) {
      checkNumber(owner, 'ignoreClass', this.ignoreClass, INT32);
    }
    this.axis = checkNumber(owner, 'axis', options.axis ?? -1, { integer: true });
    this.labelSmoothing = checkSmoothing(owner, options.labelSmoothing ?? 0);
  }

  /** Labels are whole numbers: they are checked as they come. */
  protected override get targetDType(): undefined {
    return undefined;
  }

  override get targets(): 'labels' {
    return 'labels';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, ignoreClass, axis, labelSmoothing } = this;
    const parameters = { fromLogits, ignoreClass, axis, labelSmoothing };
    return sparseCategoricalCrossentropy(yTrue, yPred, parameters);
  }

  protected override mask(yTrue: Tensor, yPred: Tensor): Tensor | undefined {
    const { ignoreClass, axis } = this;
    return ignoreClass === null ? undefined : countedLabels(yTrue, yPred, ignoreClass, axis);
  }
}

/** Which losses count (bool, one a row of yPred): those of labels other than `ignoreClass`. */
export function countedLabels(
  yTrue: TensorLike,
  yPred: Tensor,
  ignoreClass: number,
  axis: number,
): Tensor {
  const owner = 'sparse_categorical_crossentropy';
  const classAxis = normalizeAxis(owner, axis, yPred.ndim);
  return notEqual(classLabels(owner, toTensor(yTrue), yPred, classAxis, ignoreClass), ignoreClass);
}
