import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { add, gather, reshape, slice, sqrt, sub, where } from '../../../engine/ops/index.js';
import { permutation } from '../../../engine/random/draw.js';
import { beta } from '../../../engine/random/distributions.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { factor } from './factor.js';
import { sideLengths } from './image-preprocessing.js';
import { mixedInOrder, MixingLayer } from './mixing.js';
import { rectangles } from './rectangles.js';

/** Options of `CutMix`. */
export interface CutMixOptions extends OptionsOf<typeof CutMix> {}

/** Which image is pasted into each one, and where. */
interface Cut {
  /** Which image it is: int32 [batch]. */
  readonly permutationOrder: Tensor;
  /** The pixels of the rectangle: bool [batch, height, width, 1]. */
  readonly batchMasks: Tensor;
  /** The part of each image that stays: [batch, 1, 1, 1]. */
  readonly mixWeight: Tensor;
}

/** Keeps the drawn parameter of the beta distribution above 0. */
const LEAST_ALPHA = 1e-6;

/**
 * While training, pastes a rectangle of another image of the batch into each image, at the same place (Yun et al., 2019); otherwise the
 * identity. The rectangle has the proportions of the image and covers the part 1 − w of its area, where w is drawn for each image from
 * the beta distribution of α and α, and α for the batch between the limits of `factor`. float32, of the shape of the images. Labels
 * become w · label + (1 − w) · that of the other image, float32: they have to be one-hot, [batch, classes]. Masks are pasted as images
 * are. Bounding boxes are refused, as in Keras. Keras: `CutMix`.
 *
 * @throws ShapeError for labels that are numbers of classes, ValueError for bounding boxes.
 * @example
 * const cutMix = new layers.CutMix();
 * const x = random.uniform([4, 32, 32, 3]);
 * const { images, labels } = cutMix.apply({ images: x, labels: ops.oneHot([0, 1, 2, 0], 3) });
 */
export class CutMix extends configurable(MixingLayer, 'CutMix', {
  /**
   * The smallest and the largest α, from 0 to 1; a number f is [0, f]. Small ones make nearly whole and nearly empty rectangles.
   * Default 1.
   */
  factor: factor({ default: 1, min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: CutMixOptions = {}) {
    super(options);
  }

  override getRandomTransformation({ shape }: Tensor, generator = this.generator): Cut {
    const [count = 0] = shape;
    const alpha = add(between([], this.factor, generator), LEAST_ALPHA);
    const stays = beta([count], alpha, alpha, { seed: generator });
    const side = sqrt(sub(1, stays));
    const batchMasks = rectangles(sideLengths(shape), side, side, generator);
    return {
      permutationOrder: permutation(count, { seed: generator }),
      batchMasks,
      mixWeight: reshape(stays, [count, 1, 1, 1]),
    };
  }

  override transformImages(images: Tensor, { batchMasks, permutationOrder }: Cut): Tensor {
    return where(batchMasks, gather(images, permutationOrder), images);
  }

  override transformLabels(labels: Tensor, { permutationOrder, mixWeight }: Cut): Tensor {
    this.requireMixable(labels);
    return mixedInOrder(labels, permutationOrder, mixWeight);
  }

  override transformSegmentationMasks(masks: Tensor, { batchMasks, ...cut }: Cut): Tensor {
    // Keras has a mask for each channel of the images, all of them the same.
    return this.transformImages(masks, { ...cut, batchMasks: slice(batchMasks, '...', ':1') });
  }

  override transformBoundingBoxes(): never {
    throw new ValueError(
      `${this.label} does not take boundingBoxes: a rectangle may show a part of an object. MixUp and Mosaic take them.`,
    );
  }
}
