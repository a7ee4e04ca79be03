import { boolean, number } from '../../config/index.js';
import type { Option } from '../../config/index.js';
import { ShapeError } from '../../errors.js';
import {
  add,
  equal,
  expandDims,
  greater,
  logicalAnd,
  logicalNot,
  logsumexp,
  matmul,
  maximum,
  mul,
  notEqual,
  reshape,
  softplus,
  sub,
  transpose,
  where,
} from '../../engine/ops/index.js';
import { arange, formatShape, toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { lossOf } from './function-loss.js';
import { kerasFunction } from './keras-function.js';
import type { OptionsOfFunction } from './keras-function.js';
import { asTensor } from './targets.js';

/** In place of −∞ in sums of exponentials: nothing is left of it, and a row of nothing else has a gradient of 0. */
const NOTHING = -1e30;

/** A tensor, or what makes one; null: none. */
const operand: Option<TensorLike | null, Tensor | null> = {
  default: null,
  takesNull: true,
  check: (given) => (given === null ? null : toTensor(given as TensorLike)),
};

/** Labels [n] or [n, 1] as int32 [n]. */
function labelsOf(owner: string, name: string, given: TensorLike, rows: number): Tensor {
  const labels = asTensor(given, 'int32');
  if (labels.size === rows && (labels.ndim === 1 || labels.ndim === 2))
    return reshape(labels, [rows]);
  throw new ShapeError(
    `${owner}: ${name} must hold one label for each of ${rows} embeddings, got shape ${formatShape(labels.shape)}.`,
  );
}

/** ln Σ exp of what a mask lets count in each row. */
function logSum(values: Tensor, counts: Tensor): Tensor {
  return logsumexp(where(counts, values, NOTHING), 1);
}

/**
 * The circle loss, which pulls embeddings of the same label together and pushes others apart: ln(1 + e^(a + b)) with a
 * = ln Σ exp(−gamma · max(d + margin, 0) · (margin − d)) over the embeddings of the same label and b = ln Σ exp(gamma ·
 * max(1 + margin − d, 0) · (1 − margin − d)) over the others, where d = max(1 − yPred · refEmbeddings, 0) are the
 * distances. yTrue [n] or [n, 1] labels, yPred [n, d] with rows of norm 1 → [n], float32. Keras: `circle` (Sun et al.,
 * 2020).
 *
 * @throws ShapeError if the shapes do not match. @throws ValueError for an option that is unknown or out of range.
 * @example losses.circle([0, 0, 1], [[1, 0], [1, 0], [0, 1]], { gamma: 1 }) // [0.5459, 0.5459, 0]
 */
export const circle = kerasFunction(
  'circle',
  {
    /** Labels of `refEmbeddings`. Default null: yTrue. */
    refLabels: operand,
    /** The embeddings [m, d] that yPred is compared with. Default null: yPred. */
    refEmbeddings: operand,
    /**
     * Whether to skip comparing embedding i with reference i, which is the embedding itself unless you give `refEmbeddings`.
     * Default true.
     */
    removeDiagonal: boolean({ default: true }),
    /** How strongly pairs count that are far from their optimum, at least 0. Default 80. */
    gamma: number({ default: 80, min: 0 }),
    /** The margin: how far from its optimum a pair may be. Default 0.4. */
    margin: number({ default: 0.4 }),
  },
  (yTrue, yPred, { refLabels, refEmbeddings, removeDiagonal, gamma, margin }, owner) => {
    const embeddings = asTensor(yPred);
    const references = refEmbeddings === null ? embeddings : asTensor(refEmbeddings);
    const isPair = [embeddings, references].every(({ ndim }) => ndim === 2);
    if (!isPair || embeddings.shape[1] !== references.shape[1]) {
      throw new ShapeError(
        `${owner}: yPred must have shape (batch, numbers) and refEmbeddings as many numbers in a row, got ` +
          `${formatShape(embeddings.shape)} and ${formatShape(references.shape)}.`,
      );
    }
    const [n = 0, m = 0] = [embeddings.shape[0], references.shape[0]];
    const labels = labelsOf(owner, 'yTrue', yTrue, n);
    const others = labelsOf(owner, 'refLabels', refLabels ?? yTrue, m);
    const isSame = equal(expandDims(labels, -1), others);
    const isOther = notEqual(expandDims(arange(n), -1), arange(m));
    const positive = removeDiagonal ? logicalAnd(isSame, isOther) : isSame;

    const d = maximum(sub(1, matmul(embeddings, transpose(references))), 0);
    const near = mul(maximum(add(d, margin), 0), mul(sub(d, margin), gamma));
    const far = mul(maximum(sub(1 + margin, d), 0), mul(sub(1 - margin, d), gamma));
    return softplus(add(logSum(near, positive), logSum(far, logicalNot(isSame))));
  },
);

/** Options of `circle`. */
export interface CircleParameters extends OptionsOfFunction<typeof circle> {}

/**
 * A loss for embeddings that separate labels, see `circle`. As in Keras, losses of 0 do not count in a mean. Keras: `Circle`,
 * `'circle'` (Sun et al., 2020).
 *
 * @example model.compile({ optimizer: 'adam', loss: new losses.Circle({ gamma: 64, margin: 0.25 }) })
 */
export class Circle extends lossOf('Circle', circle, { without: ['refLabels', 'refEmbeddings'] }) {
  /** Labels are whole numbers. */
  protected override get targetDType(): undefined {
    return undefined;
  }

  protected override mask(_yTrue: Tensor, _yPred: Tensor, values: Tensor): Tensor {
    return greater(values, 0);
  }
}
