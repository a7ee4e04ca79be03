// What the layers have in common that make images of several images of a batch.
import { configurable, number } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  add,
  cast,
  concat,
  div,
  gather,
  greaterEqual,
  mul,
  reshape,
  round,
  slice,
  sqrt,
  sub,
  sum,
  where,
} from '../../../engine/ops/index.js';
import { arange, formatShape, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { RandomImageLayer, sideLengths } from './image-preprocessing.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { permutation, randint } from '../../../engine/random/draw.js';
import { beta } from '../../../engine/random/distributions.js';
import { between, factor } from './factor.js';
import { rectangles } from './rectangles.js';

/** A layer that makes images of several images of a batch, and labels of theirs. */
abstract class MixingLayer extends configurable(RandomImageLayer, 'MixingLayer', {}) {
  /** The dtype of labels, boxes or masks. */
  protected override dtypeOfFollower(path: string, dtype: DType): DType {
    return path === '.labels' ? 'float32' : super.dtypeOfFollower(path, dtype);
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
function mixed(x: Tensor, other: Tensor, weight: Tensor): Tensor {
  const weights = reshape(weight, [-1, ...x.shape.slice(1).map(() => 1)]);
  return add(mul(weights, x), mul(sub(1, weights), other));
}

/** Entries of x in another order, mixed with those of x. */
const mixedInOrder = (x: Tensor, order: Tensor, weight: Tensor): Tensor =>
  mixed(x, gather(x, order), weight);

/** Options of `MixUp`. */
export interface MixUpOptions extends OptionsOf<typeof MixUp> {}

/** Which image is mixed into each image, and how much of the original is kept. */
interface Mixture {
  /** The index of the image mixed into each image: int32 [batch]. */
  readonly permutationOrder: Tensor;
  /** The share of each image that is kept, from 0 to 1: [batch]. */
  readonly mixWeight: Tensor;
}

/**
 * During training, mixes each image with another image of the batch: w · x + (1 − w) · other, where w is drawn for each image from the
 * beta distribution with parameters α and α (Zhang et al., 2018). Otherwise the identity. float32, of the images' shape. Labels and
 * masks are mixed in the same way and become float32: labels have to be one-hot, [batch, classes], and so do masks if classes must
 * remain distinguishable. Each image gets the bounding boxes of both images. The pairs come from a random permutation of the batch, so
 * an image may be mixed with itself. Keras: `MixUp`.
 *
 * @throws ShapeError for labels that are class indices.
 * @example
 * const mixUp = new layers.MixUp({ alpha: 0.2 });
 * const x = random.uniform([4, 32, 32, 3]);
 * const { images, labels } = mixUp.apply({ images: x, labels: ops.oneHot([0, 1, 2, 0], 3) });
 */
export class MixUp extends configurable(MixingLayer, 'MixUp', {
  /** The parameter α, above 0. The larger it is, the more evenly images are mixed: 1 makes all weights equally likely. Default 0.2. */
  alpha: number({ default: 0.2, above: 0 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: MixUpOptions = {}) {
    super(options);
  }

  /** float32 for masks, as they are mixed too. */
  protected override dtypeOfFollower(path: string, dtype: DType): DType {
    return path === '.segmentationMasks' ? 'float32' : super.dtypeOfFollower(path, dtype);
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

/** Options of `CutMix`. */
export interface CutMixOptions extends OptionsOf<typeof CutMix> {}

/** Which image is pasted into each image, and where. */
interface Cut {
  /** The index of the image pasted into each image: int32 [batch]. */
  readonly permutationOrder: Tensor;
  /** The pixels of the rectangle: bool [batch, height, width, 1]. */
  readonly batchMasks: Tensor;
  /** The share of each image that is kept: [batch, 1, 1, 1]. */
  readonly mixWeight: Tensor;
}

/** Keeps the drawn parameter of the beta distribution above 0. */
const LEAST_ALPHA = 1e-6;

/**
 * During training, pastes a rectangle of another image of the batch into each image, at the same position (Yun et al., 2019). Otherwise
 * the identity. The rectangle has the proportions of the image and covers a share 1 − w of its area. w is drawn for each image from the
 * beta distribution with parameters α and α, and α is drawn for the batch between the limits of `factor`. float32, of the images' shape.
 * Labels become w · label + (1 − w) · label of the other image, float32: they have to be one-hot, [batch, classes]. Masks are pasted like
 * images. Bounding boxes are an error, as in Keras. Keras: `CutMix`.
 *
 * @throws ShapeError for labels that are class indices, ValueError for bounding boxes.
 * @example
 * const cutMix = new layers.CutMix();
 * const x = random.uniform([4, 32, 32, 3]);
 * const { images, labels } = cutMix.apply({ images: x, labels: ops.oneHot([0, 1, 2, 0], 3) });
 */
export class CutMix extends configurable(MixingLayer, 'CutMix', {
  /**
   * The smallest and the largest α, from 0 to 1; a number f stands for [0, f]. With a small α, most rectangles cover nearly
   * everything or nearly nothing. Default 1.
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

/** Options of `Mosaic`. */
export interface MosaicOptions extends OptionsOf<typeof Mosaic> {}

/** Which images each mosaic consists of. */
interface Tiles {
  /** The images at top left, top right, bottom left and bottom right: int32 [batch, 4]. */
  readonly permutationOrder: Tensor;
  /** The points where the four images meet, x and y as shares of width and height: [batch, 2]. */
  readonly mosaicCenters: Tensor;
}

/** How many images are seen in one. */
const TILES = 4;

/**
 * During training, replaces each image by a mosaic of four images that meet in a point (Bochkovskiy et al., 2020): the image itself
 * at top left, and three random images of the batch. Otherwise the identity. Each tile shows the corner nearest to that point: the
 * image at top left shows its lower right corner. float32, of the images' shape. Labels are mixed in proportion to the areas of the
 * tiles and become float32: they have to be one-hot, [batch, classes]. Each mosaic gets the bounding boxes of its four images,
 * moved with them and cut at the borders; the label of a box that is not visible becomes −1. Masks are changed accordingly. A
 * single image is shown four times. Keras: `Mosaic`.
 *
 * @throws ShapeError for labels that are class indices.
 * @example
 * const mosaic = new layers.Mosaic({ boundingBoxFormat: 'xywh' });
 * const boundingBoxes = { boxes: zeros([4, 1, 4]), labels: zeros([4, 1]) };
 * const { images } = mosaic.apply({ images: random.uniform([4, 32, 32, 3]), boundingBoxes });
 */
export class Mosaic extends configurable(MixingLayer, 'Mosaic', {
  /**
   * The smallest and the largest share of width and height at which the four images meet, from 0 to 1; a number f stands for [0,
   * f]. Default [0.25, 0.75].
   */
  offset: factor({ default: [0.25, 0.75], min: 0, max: 1 }),
}) {
  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: MosaicOptions = {}) {
    super(options);
  }

  protected override countOfBoxes(count: number | null): number | null {
    return count === null ? null : TILES * count;
  }

  override getRandomTransformation({ shape }: Tensor, generator = this.generator): Tiles {
    const [count = 0] = shape;
    const { height, width } = sideLengths(shape);
    const own = reshape(arange(count, undefined, 1, 'int32'), [count, 1]);
    const others = randint([count, TILES - 1], 0, Math.max(count, 1), { seed: generator });
    // On whole pixels, so that images, labels and boxes are divided at the same position.
    const center = (length: number): Tensor =>
      div(round(mul(between([count, 1], this.offset, generator), length)), length);
    const centers = [center(width), center(height)];
    return { permutationOrder: concat([own, others], 1), mosaicCenters: concat(centers, 1) };
  }

  override transformImages(images: Tensor, { permutationOrder, mosaicCenters }: Tiles): Tensor {
    const [count = 0, height = 0, width = 0, channels = 0] = images.shape;
    // Along a side: which pixels come from the second of two images, and which pixel of it each one is.
    const along = (axis: number, length: number): { isSecond: Tensor; from: Tensor } => {
      const center = cast(round(mul(slice(mosaicCenters, ':', [axis, axis + 1]), length)), 'int32');
      const pixels = arange(length, undefined, 1, 'int32');
      const isSecond = greaterEqual(pixels, center);
      return { isSecond, from: add(sub(pixels, center), where(isSecond, 0, length)) };
    };
    const [x, y] = [along(0, width), along(1, height)];
    const [right, across] = [x.isSecond, x.from].map((all) => reshape(all, [count, 1, width])) as [Tensor, Tensor]; // prettier-ignore
    const [below, down] = [y.isSecond, y.from].map((all) => reshape(all, [count, height, 1])) as [Tensor, Tensor]; // prettier-ignore
    const tile = (i: number): Tensor => slice(permutationOrder, ':', i, null, null);
    const image = where(below, where(right, tile(3), tile(2)), where(right, tile(1), tile(0)));
    const pixel = add(mul(add(mul(image, height), down), width), across);
    return gather(reshape(images, [count * height * width, channels]), pixel);
  }

  override transformLabels(labels: Tensor, { permutationOrder, mosaicCenters }: Tiles): Tensor {
    this.requireMixable(labels);
    const [x, y] = [slice(mosaicCenters, ':', ':1'), slice(mosaicCenters, ':', '1:')];
    const [restX, restY] = [sub(1, x), sub(1, y)];
    const areas = concat([mul(x, y), mul(restX, y), mul(x, restY), mul(restX, restY)], 1);
    const weights = reshape(areas, [-1, TILES, ...labels.shape.slice(1).map(() => 1)]);
    return sum(mul(gather(labels, permutationOrder), weights), 1);
  }

  override transformSegmentationMasks(masks: Tensor, transformation: Tiles): Tensor {
    return this.transformImages(masks, transformation);
  }

  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    { permutationOrder, mosaicCenters }: Tiles,
    { height, width }: ImageSize<number>,
  ): BoundingBoxes {
    // The images end where those at the other side begin.
    const ends = reshape(mul(mosaicCenters, tensor([width, height])), [-1, 1, 2]);
    const starts = tensor([[width, height], [0, height], [width, 0], [0, 0]]); // prettier-ignore
    const shift = sub(ends, starts);
    const moved = add(gather(boxes, permutationOrder), slice(concat([shift, shift], -1), ':', ':', null)); // prettier-ignore
    const flat = (x: Tensor): Tensor => {
      const [count = 0, tiles = 0, boxes = 0, ...rest] = x.shape;
      return reshape(x, [count, tiles * boxes, ...rest]);
    };
    return { boxes: flat(moved), labels: flat(gather(labels, permutationOrder)) };
  }
}
