import { checkBoolean, checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { kerasFunction } from '../config/keras-function.js';
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
  sparseSoftmaxCrossEntropy,
  sum,
  where,
} from '../ops/index.js';
import { normalizeAxis, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { classLabels } from './class-labels.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { normalizedProbabilities } from './one-hot-targets.js';
import { asTensor } from './ranks.js';

/** Options of `sparseCategoricalCrossentropy`. */
export interface SparseCategoricalCrossentropyParameters {
  /** Whether yPred holds logits and not probabilities. Default false. */
  readonly fromLogits?: boolean;
  /** A label whose rows lose nothing and do not count, such as the border of a segmentation. Default none. */
  readonly ignoreClass?: number | null;
  /** The axis of the classes. Default −1. */
  readonly axis?: number;
}

const OPTIONS = ['fromLogits', 'ignoreClass', 'axis'];

/**
 * −ln p[label], labels being class numbers: yTrue [n, …] or [n, …, 1], yPred [n, …, classes] → [n, …],
 * float32. p as in `categoricalCrossentropy`, from the logits of a softmax where there are any.
 *
 * @throws ShapeError if the shapes do not fit, with advice where yTrue is one-hot.
 * @throws ValueError for a label out of range, naming it and its place.
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
    const ignoreClass = parameters.ignoreClass ?? undefined;
    const predictions = asTensor(yPred);
    const axis = normalizeAxis(owner, anyAxis, predictions.ndim);
    const labels = classLabels(owner, yTrue, predictions, axis, ignoreClass);
    const ignoring = ignoreClass === undefined ? {} : { ignoreClass };
    if (fromLogits)
      return sparseSoftmaxCrossEntropy(moveAxis(predictions, axis, -1), labels, ignoring);
    const logits = axis === predictions.ndim - 1 ? logitsOf(predictions, 'softmax') : undefined;
    if (logits !== undefined) {
      return sparseSoftmaxCrossEntropy(logits, labels, { probabilities: predictions, ...ignoring });
    }
    const rows = moveAxis(predictions, axis, -1);
    const classes = rows.shape.at(-1) ?? 1;
    if (ignoreClass === undefined) return lossOf(oneHot(labels, classes), rows);
    const counts = notEqual(labels, ignoreClass);
    const chosen = oneHot(mul(labels, cast(counts, 'int32')), classes);
    // Rows that do not count may be anything, such as all zeros, which have no logarithm and no gradient.
    const counted = where(expandDims(counts, -1), rows, 1);
    return where(counts, lossOf(chosen, counted), 0);
  },
);

/** −ln of the chosen one of the probabilities in each row. */
function lossOf(chosen: Tensor, rows: Tensor): Tensor {
  return neg(sum(mul(chosen, log(normalizedProbabilities(rows, -1))), -1));
}

/** `'sparse_categorical_crossentropy'`: see `sparseCategoricalCrossentropy`. */
export class SparseCategoricalCrossentropy extends Loss {
  static override readonly className = 'SparseCategoricalCrossentropy';
  static override readonly optionNames = OPTIONS;
  readonly fromLogits: boolean;
  readonly ignoreClass: number | null;
  readonly axis: number;

  constructor(options: LossOptions & SparseCategoricalCrossentropyParameters = {}) {
    super(options, 'sparse_categorical_crossentropy');
    const owner = SparseCategoricalCrossentropy.className;
    this.fromLogits = checkBoolean(owner, 'fromLogits', options.fromLogits ?? false);
    this.ignoreClass = options.ignoreClass ?? null;
    if (this.ignoreClass !== null) {
      checkNumber(owner, 'ignoreClass', this.ignoreClass, { integer: true });
    }
    this.axis = checkNumber(owner, 'axis', options.axis ?? -1, { integer: true });
  }

  /** Labels are whole numbers: they are checked as they come. */
  protected override get targetDType(): undefined {
    return undefined;
  }

  override get targets(): 'labels' {
    return 'labels';
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const { fromLogits, ignoreClass, axis } = this;
    return sparseCategoricalCrossentropy(yTrue, yPred, { fromLogits, ignoreClass, axis });
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
