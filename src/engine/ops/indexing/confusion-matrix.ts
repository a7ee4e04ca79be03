import { checkLength, checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, ones, requireRoom, scoped, toTensor, zeros } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { toFloat } from '../elementwise/operands.js';
import { divideNoNan } from '../elementwise/pairs.js';
import { sum } from '../reductions/sum.js';
import { stack } from '../shapes/concat.js';
import { reshape } from '../shapes/reshape.js';
import { areInRange, firstOutOfRange, largestOf, wholeIndices } from './gather.js';
import { scatterUpdate } from './scatter.js';

const NORMALIZATIONS = ['true', 'pred', 'all'] as const;

/** Options of `confusionMatrix`. */
export interface ConfusionMatrixOptions {
  /** The number of classes. Default, and null: one more than the largest class that occurs. */
  readonly numClasses?: number | null;
  /** A weight for each sample, of the shape of the classes. Default, and null: 1 for each. */
  readonly weights?: TensorLike | null;
  /**
   * Whether to return shares, float32, instead of counts: `'true'` for shares of the samples of a class (each row sums to 1),
   * `'pred'` of the predictions of a class (each column sums to 1), `'all'` of all samples. If there are none, the share is
   * 0. Default, and null: counts.
   */
  readonly normalize?: (typeof NORMALIZATIONS)[number] | null;
}

/**
 * How often samples of class i were predicted as class j, at [i, j]: [numClasses, numClasses], int32; with weights, the sums
 * of the weights, float32. TensorFlow: `tf.math.confusion_matrix`; scikit-learn: `confusion_matrix`.
 *
 * @keras none
 * @param yTrue the classes: whole numbers from 0, in any shape
 * @param yPred the predicted classes, of the same shape; for probabilities, use `ops.argmax(probabilities, -1)`
 * @throws ShapeError if the shapes differ, DTypeError for fractions, ValueError for a class out of range.
 * @example ops.confusionMatrix([0, 1, 1], [0, 1, 0]) // [[1, 0], [1, 1]]
 */
export function confusionMatrix(
  yTrue: TensorLike,
  yPred: TensorLike,
  options: ConfusionMatrixOptions = {},
): Tensor {
  checkOptions('confusionMatrix', options, ['numClasses', 'weights', 'normalize']);
  const { numClasses = null, weights = null, normalize = null } = options;
  const of = normalize === null ? null : oneOf('confusionMatrix', 'normalize', normalize, NORMALIZATIONS, 'null'); // prettier-ignore
  return scoped(() => {
    const [classes, predicted] = [yTrue, yPred].map((given) =>
      wholeIndices('confusionMatrix', toTensor(given)),
    ) as [Tensor, Tensor];
    requireOneShape(classes, predicted, 'yPred');
    const largest = Math.max(largestOf(classes, 0), largestOf(predicted, 0));
    const n = numClasses === null ? largest + 1 : checkLength('confusionMatrix', 'numClasses', numClasses); // prettier-ignore
    requireClasses('yTrue', classes, n);
    requireClasses('yPred', predicted, n);
    requireRoom([n, n], 'int32', () => `confusionMatrix: ${n} classes`);
    const weighed = weights === null ? ones(classes.shape, 'int32') : toFloat(weights);
    requireOneShape(classes, weighed, 'weights');
    const flat = (x: Tensor): Tensor => reshape(x, [x.size]);
    const cells = stack([flat(classes), flat(predicted)], 1);
    const counts = scatterUpdate(zeros([n, n], weighed.dtype), cells, flat(weighed), 'add');
    if (of === null) return counts;
    const all = of === 'all' ? sum(counts) : sum(counts, of === 'true' ? 1 : 0, true);
    return divideNoNan(toFloat(counts), toFloat(all));
  });
}

function requireOneShape(yTrue: Tensor, other: Tensor, name: string): void {
  if (yTrue.shape.join() === other.shape.join()) return;
  const hint = other.ndim > yTrue.ndim ? ' Of probabilities take ops.argmax(…, -1).' : '';
  throw new ShapeError(
    `confusionMatrix: yTrue has the shape ${formatShape(yTrue.shape)} and ${name} ${formatShape(other.shape)}.${hint}`,
  );
}

function requireClasses(name: string, classes: Tensor, n: number): void {
  if (areInRange(classes, n)) return;
  const bad = firstOutOfRange(classes, n);
  throw new ValueError(
    `confusionMatrix: ${name} has the class ${String(classes.data()[bad])} at position ${bad}. Classes are whole numbers ` +
      `from 0 to ${n - 1}.`,
  );
}
