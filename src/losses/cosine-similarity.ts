import { checkNumber } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { kerasFunction } from './keras-function.js';
import { mul, neg, sum } from '../ops/index.js';
import { unitVectors } from '../ops/unit-vectors.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { EPSILON } from './epsilon.js';
import { Loss } from './loss.js';
import type { LossOptions } from './loss.js';
import { alignTargets } from './ranks.js';

/** Options of `cosineSimilarity`. */
export interface CosineSimilarityParameters {
  /** The axis of the vectors. Default −1. */
  readonly axis?: number;
}

/** Σ (yTrue / ‖yTrue‖) (yPred / ‖yPred‖) along an axis: 1 for one direction, −1 for opposite ones. */
export function cosine(yTrue: TensorLike, yPred: TensorLike, axis = -1): Tensor {
  const [targets, predictions] = alignTargets('cosine_similarity', yTrue, yPred);
  const [t, p] = [unitVectors(targets, axis, EPSILON), unitVectors(predictions, axis, EPSILON)];
  return sum(mul(t, p), axis);
}

/**
 * Minus the cosine of the angle between yTrue and yPred along `axis`: −1 where they point in one
 * direction. [n, …, d] → [n, …], float32.
 *
 * @throws ShapeError if the shapes differ.
 */
export const cosineSimilarity = /* @__PURE__ */ kerasFunction(
  'cosineSimilarity',
  (yTrue: TensorLike, yPred: TensorLike, parameters: CosineSimilarityParameters = {}): Tensor => {
    checkOptions('cosineSimilarity', parameters, ['axis']);
    return neg(cosine(yTrue, yPred, parameters.axis));
  },
);

/** `'cosine_similarity'`: see `cosineSimilarity`. */
export class CosineSimilarity extends Loss {
  static override readonly className = 'CosineSimilarity';
  static override readonly optionNames = ['axis'];
  readonly axis: number;

  constructor(options: LossOptions & CosineSimilarityParameters = {}) {
    super(options, 'cosine_similarity');
    this.axis = checkNumber('CosineSimilarity', 'axis', options.axis ?? -1, { integer: true });
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return cosineSimilarity(yTrue, yPred, { axis: this.axis });
  }
}
