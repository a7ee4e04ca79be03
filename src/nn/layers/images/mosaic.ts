import { configurable } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
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
  sub,
  sum,
  where,
} from '../../../engine/ops/index.js';
import { randint } from '../../../engine/random/draw.js';
import { arange, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { between } from './chance.js';
import { factor } from './factor.js';
import { sideLengths } from './image-preprocessing.js';
import { MixingLayer } from './mixing.js';

/** Options of `Mosaic`. */
export interface MosaicOptions extends OptionsOf<typeof Mosaic> {}

/** What images are made of. */
interface Tiles {
  /** The images at top left, top right, bottom left and bottom right: int32 [batch, 4]. */
  readonly permutationOrder: Tensor;
  /** Where the four meet, x and y as parts of width and height: [batch, 2]. */
  readonly mosaicCenters: Tensor;
}

/** How many images are seen in one. */
const TILES = 4;

/**
 * While training, makes each image of four, which meet in a point (Bochkovskiy et al., 2020): itself at top left, and three of the
 * batch that are drawn; otherwise the identity. Each shows the corner that is turned to the others: the image at top left its right
 * lower one. float32, of the shape of the images. Labels are mixed by the areas that the four cover, and become float32: they have
 * to be one-hot, [batch, classes]. Bounding boxes move with their images and are cut at the borders, four times as many; the label
 * of one that is not seen is −1. Masks follow. A single image is shown four times. Keras: `Mosaic`.
 *
 * @throws ShapeError for labels that are numbers of classes.
 * @example
 * const mosaic = new layers.Mosaic({ boundingBoxFormat: 'xywh' });
 * const boundingBoxes = { boxes: zeros([4, 1, 4]), labels: zeros([4, 1]) };
 * const { images } = mosaic.apply({ images: random.uniform([4, 32, 32, 3]), boundingBoxes });
 */
export class Mosaic extends configurable(MixingLayer, 'Mosaic', {
  /**
   * The least and the largest part of width and height at which the four images meet, from 0 to 1; a number f is [0, f]. Default
   * [0.25, 0.75].
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
    // On whole pixels, so that images, labels and boxes are divided at the same place.
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
