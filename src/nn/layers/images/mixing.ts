// What the layers have in common that make images of several images of a batch.
import { configurable } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { add, gather, mul, reshape, sub } from '../../../engine/ops/index.js';
import { formatShape } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { RandomImageLayer } from './image-preprocessing.js';

/** A layer that makes images of several images of a batch, and labels of theirs. */
export abstract class MixingLayer extends configurable(RandomImageLayer, 'MixingLayer', {}) {
  /** The type of a part that follows the images. */
  protected override dtypeOfFollower(place: string, dtype: DType): DType {
    return place === '.labels' ? 'float32' : super.dtypeOfFollower(place, dtype);
  }

  /**
   * Throws unless labels can be mixed: they are probabilities of classes, such as one-hot rows.
   *
   * @throws ShapeError, naming the layer.
   */
  protected requireMixable({ shape }: Tensor): void {
    if (shape.length > 1) return;
    throw new ShapeError(
      `${this.label}: labels of shape ${formatShape(shape)} are numbers of classes, between which there is nothing. Give one-hot ` +
        `labels, (batch, classes): utils.toCategorical(labels, classes).`,
    );
  }
}

/** x · weight + (1 − weight) · other, with a weight for each entry along the first axis. */
export function mixed(x: Tensor, other: Tensor, weight: Tensor): Tensor {
  const weights = reshape(weight, [-1, ...x.shape.slice(1).map(() => 1)]);
  return add(mul(weights, x), mul(sub(1, weights), other));
}

/** Entries of x in another order, mixed with those of x. */
export const mixedInOrder = (x: Tensor, order: Tensor, weight: Tensor): Tensor =>
  mixed(x, gather(x, order), weight);
