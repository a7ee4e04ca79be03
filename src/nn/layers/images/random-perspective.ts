import { choice, configurable, number } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import type { SamplingInterpolation } from '../../../engine/ops/index.js';
import { projected, projectionBetween } from '../../../engine/ops/image/transform.js';
import {
  add,
  broadcastTo,
  concat,
  gather,
  max,
  min,
  mul,
  perspectiveTransform,
  reshape,
  where,
} from '../../../engine/ops/index.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between, chosen, factor } from './factor.js';
import { RandomImageLayer, sideLengths } from './image-preprocessing.js';

/** Options of `RandomPerspective`. */
export interface RandomPerspectiveOptions extends OptionsOf<typeof RandomPerspective> {}

interface Perspective {
  /** Which images change their perspective: bool [batch]. */
  readonly applyPerspective: Tensor;
  /** The corners of each image before the change, (x, y): [batch, 4, 2]. */
  readonly startPoints: Tensor;
  /** The corners after the change: [batch, 4, 2]. */
  readonly endPoints: Tensor;
}

/**
 * During training, shows random images from a different perspective. Otherwise the identity. Each coordinate of a corner is
 * multiplied by 1 + f, where f is drawn from [−`scale` / 2, `scale` / 2), so the top left corner does not move. float32, of the
 * images' shape. Masks are changed accordingly, and each bounding box becomes the smallest box around its four moved corners. Keras:
 * `RandomPerspective`.
 *
 * @example new layers.RandomPerspective({ scale: 0.5, seed: 1 }).apply(ones([2, 8, 8, 3])).shape // [2, 8, 8, 3]
 */
export class RandomPerspective extends configurable(RandomImageLayer, 'RandomPerspective', {
  /** Limits of the probability, which is drawn for each image, from 0 to 1; a number f stands for [0, f]. Default 1. */
  factor: factor({ default: 1, min: 0, max: 1 }),
  /** How far corners move, from 0 to 1. Default 1. */
  scale: number({ default: 1, min: 0, max: 1 }),
  /** `'bilinear'` (default): linear interpolation of four pixels. `'nearest'`: the nearest pixel. */
  interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear' }),
  /** The number beyond the images. Default 0. */
  fillValue: number({ default: 0 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: RandomPerspectiveOptions = {}) {
    super(options);
  }

  override getRandomTransformation({ shape }: Tensor, generator = this.generator): Perspective {
    const [count = 0] = shape;
    const { height, width } = sideLengths(shape);
    const corners = [[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]]; // prettier-ignore
    const startPoints = broadcastTo(tensor(corners), [count, 4, 2]);
    const applyPerspective = chosen(count, this.factor, generator);
    const reach = this.scale / 2;
    const moved = mul(startPoints, between([count, 4, 2], [-reach, reach], generator));
    const endPoints = where(reshape(applyPerspective, [-1, 1, 1]), add(startPoints, moved), startPoints); // prettier-ignore
    return { applyPerspective, startPoints, endPoints };
  }

  override transformImages(images: Tensor, transformation: Perspective): Tensor {
    return this.#seen(images, transformation, this.interpolation);
  }

  override transformSegmentationMasks(masks: Tensor, transformation: Perspective): Tensor {
    return this.#seen(masks, transformation, 'nearest');
  }

  #seen(
    images: Tensor,
    { applyPerspective, startPoints, endPoints }: Perspective,
    interpolation: SamplingInterpolation,
  ): Tensor {
    const { fillValue } = this;
    const seen = perspectiveTransform(images, startPoints, endPoints, { interpolation, fillValue });
    return where(reshape(applyPerspective, [-1, 1, 1, 1]), seen, images);
  }

  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    { applyPerspective, startPoints, endPoints }: Perspective,
    _size: ImageSize<number>,
  ): BoundingBoxes {
    const [count = 0, number = 0] = boxes.shape;
    // Left and top, right and top, left and bottom, right and bottom.
    const corners = gather(boxes, [0, 1, 2, 1, 0, 3, 2, 3], -1);
    const projections = projectionBetween(startPoints, endPoints);
    const points = projected(reshape(corners, [count, number * 4, 2]), projections);
    const ofBoxes = reshape(points, [count, number, 4, 2]);
    const moved = concat([min(ofBoxes, 2), max(ofBoxes, 2)], -1);
    return { boxes: where(reshape(applyPerspective, [-1, 1, 1]), moved, boxes), labels };
  }
}
