import { configurable, number } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes } from '../../../engine/ops/image/bounding-boxes.js';
import { concat, gather } from '../../../engine/ops/index.js';
import { permutation } from '../../../engine/random/draw.js';
import { beta } from '../../../engine/random/distributions.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { mixedInOrder, MixingLayer } from './mixing.js';

/** Options of `MixUp`. */
export interface MixUpOptions extends OptionsOf<typeof MixUp> {}

/** Which image is mixed into each one, int32 [batch], and how much of it stays: [batch]. */
interface Mixture {
  readonly permutationOrder: Tensor;
  readonly mixWeight: Tensor;
}

/**
 * While training, mixes each image with another one of the batch: w · x + (1 − w) · other, where w is drawn for each image from the
 * beta distribution of α and α (Zhang et al., 2018); otherwise the identity. float32, of the shape of the images. Labels and masks are
 * mixed in the same way, and become float32: labels have to be one-hot, [batch, classes], and masks too if their classes are to be told
 * apart. Bounding boxes are those of both images, twice as many. The images of a batch exchange places at random, so an image may
 * be mixed with itself. Keras: `MixUp`.
 *
 * @throws ShapeError for labels that are numbers of classes.
 * @example
 * const mixUp = new layers.MixUp({ alpha: 0.2 });
 * const x = random.uniform([4, 32, 32, 3]);
 * const { images, labels } = mixUp.apply({ images: x, labels: ops.oneHot([0, 1, 2, 0], 3) });
 */
export class MixUp extends configurable(MixingLayer, 'MixUp', {
  /** Above 0. The larger, the more of both images is seen: 1 makes all weights equally likely. Default 0.2. */
  alpha: number({ default: 0.2, above: 0 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: MixUpOptions = {}) {
    super(options);
  }

  /** Masks are mixed as well, so they are float32. */
  protected override dtypeOfFollower(place: string, dtype: DType): DType {
    return place === '.segmentationMasks' ? 'float32' : super.dtypeOfFollower(place, dtype);
  }

  protected override countOfBoxes(count: number | null): number | null {
    return count === null ? null : 2 * count;
  }

  override getRandomTransformation(
    { shape: [count = 0] }: Tensor,
    generator = this.generator,
  ): Mixture {
    const { alpha } = this;
    const permutationOrder = permutation(count, { seed: generator });
    return { permutationOrder, mixWeight: beta([count], alpha, alpha, { seed: generator }) };
  }

  override transformImages(images: Tensor, { permutationOrder, mixWeight }: Mixture): Tensor {
    return mixedInOrder(images, permutationOrder, mixWeight);
  }

  override transformLabels(labels: Tensor, { permutationOrder, mixWeight }: Mixture): Tensor {
    this.requireMixable(labels);
    return mixedInOrder(labels, permutationOrder, mixWeight);
  }

  override transformSegmentationMasks(
    masks: Tensor,
    { permutationOrder, mixWeight }: Mixture,
  ): Tensor {
    return mixedInOrder(masks, permutationOrder, mixWeight);
  }

  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    { permutationOrder: order }: Mixture,
  ): BoundingBoxes {
    const both = (x: Tensor): Tensor => concat([x, gather(x, order)], 1);
    return { boxes: both(boxes), labels: both(labels) };
  }
}
