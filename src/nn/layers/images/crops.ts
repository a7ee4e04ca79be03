import {
  boolean,
  choice,
  classNameOf,
  configurable,
  length,
  number,
  only,
} from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { broadcastTo, cast, mul, resize, slice, sub } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { RandomImageLayer, sideLengths } from './image-preprocessing.js';
import { ImageSizeLayer, inMiddle, middleOfShape } from './image-size.js';
import type { Rectangle, SizeChange } from './image-size.js';
import { affineSampled } from '../../../engine/ops/image/transform.js';
import { samplingOf } from '../../../engine/ops/image/sample.js';
import { uniform } from '../../../engine/random/draw.js';
import { tensor } from '../../../engine/tensor/index.js';
import { rowsOf } from './moved-images.js';
import { ValueError } from '../../../errors.js';
import { INTERPOLATIONS } from '../../../engine/ops/image/interpolation.js';
import type { DType } from '../../../config/dtype.js';

/** Options of `CenterCrop`. */
export interface CenterCropOptions extends OptionsOf<typeof CenterCrop> {}

/**
 * Crops images to their middle: [batch, any height, any width, channels] becomes [batch, height, width, channels], float32. If
 * an odd number of rows or columns is left out, one more is left out at the end. Images that are too small are enlarged by
 * bilinear `Resizing` with `cropToAspectRatio`. The layer also takes a single image without a batch axis. Keras: `CenterCrop`.
 *
 * @example new layers.CenterCrop(1, 2).apply(arange(12).reshape(1, 3, 4, 1)).flatten() // [5, 6]
 */
export class CenterCrop extends configurable(ImageSizeLayer, 'CenterCrop', undefined) {
  /**
   * @param height height of the result
   * @param width width of the result
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(height: number, width: number, options: CenterCropOptions = {}) {
    super(options, [height, width]);
  }

  /** The rectangle of images of that size that is kept: all of the result, or what is enlarged to it. */
  #cropWindow({ height, width }: ImageSize<number>): Rectangle {
    const size = { height, width };
    if (height < this.height || width < this.width) return middleOfShape(size, this);
    return inMiddle(size, { height: this.height, width: this.width });
  }

  protected override resized(images: Tensor, isOfClasses: boolean): Tensor {
    const { top, left, height, width } = this.#cropWindow(sideLengths(images.shape));
    const cut = slice(images, ':', [top, top + height], [left, left + width]);
    if (height === this.height && width === this.width) return cut;
    return resize(cut, [this.height, this.width], { interpolation: isOfClasses ? 'nearest' : 'bilinear' }); // prettier-ignore
  }

  protected override changeOf(size: ImageSize<number>): SizeChange {
    const { top, left, height, width } = this.#cropWindow(size);
    const scale = { height: this.height / height, width: this.width / width };
    return { scale, shift: { height: top * scale.height, width: left * scale.width } };
  }
}

/** Options of `RandomCrop`. */
export interface RandomCropOptions extends OptionsOf<typeof RandomCrop> {}

/** Pixels move exactly onto pixels, so none is interpolated. */
const NEAREST = { interpolation: 'nearest' } as const;

/**
 * The first row and column to keep, the same for all images of a batch: random tensors, or numbers if the images are too small
 * for a random choice.
 */
type Corner = readonly [top: Tensor | number, left: Tensor | number];

/**
 * During training, crops the images of a batch at one random position: [batch, any height, any width, channels] becomes [batch,
 * height, width, channels], float32. If images are not larger than the result along both axes, the layer takes their middle,
 * and enlarges it if it is too small. Bounding boxes and masks are changed accordingly. Otherwise the identity, so crop images
 * in the data pipeline, not inside the model. Keras: `RandomCrop`.
 *
 * @example new layers.RandomCrop(24, 24, { seed: 1 }).apply(zeros([8, 32, 32, 3])).shape // [8, 24, 24, 3]
 */
export class RandomCrop extends configurable(
  RandomImageLayer,
  'RandomCrop',
  {
    /** Height of the result. */
    height: length(),
    /** Width of the result. */
    width: length(),
  },
  { positional: ['height', 'width'] },
) {
  /**
   * @param height height of the result
   * @param width width of the result
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(height: number, width: number, options: RandomCropOptions = {}) {
    super(options, [height, width]);
  }

  protected override sizeOf(): ImageSize<number> {
    return this;
  }

  override getRandomTransformation({ shape }: Tensor, generator = this.generator): Corner {
    const size = sideLengths(shape);
    if (size.height > this.height && size.width > this.width) {
      const drawn = (rest: number): Tensor =>
        cast(uniform([], { maxval: rest + 1, seed: generator }), 'int32');
      return [drawn(size.height - this.height), drawn(size.width - this.width)];
    }
    const { top, left } = middleOfShape(size, this);
    return [top, left];
  }

  override transformImages(images: Tensor, corner: Corner): Tensor {
    return this.#cut(images, corner, 'bilinear');
  }

  override transformSegmentationMasks(masks: Tensor, corner: Corner): Tensor {
    return this.#cut(masks, corner, 'nearest');
  }

  /** The rectangle of images; one that is too small is enlarged. */
  #cut(images: Tensor, [top, left]: Corner, interpolation: 'bilinear' | 'nearest'): Tensor {
    const { height, width, label } = this;
    if (typeof top === 'number' && typeof left === 'number') {
      const size = sideLengths(images.shape);
      const rows = [top, Math.min(top + height, size.height)] as const;
      const columns = [left, Math.min(left + width, size.width)] as const;
      return resize(slice(images, ':', rows, columns), [height, width], { interpolation });
    }
    const [count = 0] = images.shape;
    const origins = broadcastTo(rowsOf(1, 1, 0, left, 0, 1, top), [count, 6]);
    return affineSampled(label, images, origins, samplingOf(label, NEAREST), [height, width]);
  }

  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    [top, left]: Corner,
    size: ImageSize<number>,
  ): BoundingBoxes {
    const moved = sub(boxes, rowsOf(1, left, top, left, top));
    if (typeof top !== 'number' || typeof left !== 'number') return { boxes: moved, labels };
    const across = this.width / Math.min(this.width, size.width - left);
    const down = this.height / Math.min(this.height, size.height - top);
    return { boxes: mul(moved, tensor([across, down, across, down])), labels };
  }
}

/** Options of `Resizing`. */
export interface ResizingOptions extends OptionsOf<typeof Resizing> {}

/**
 * Resizes images: [batch, any height, any width, channels] becomes [batch, height, width, channels], of the same dtype; whole
 * numbers are rounded. The layer also takes a single image without a batch axis. Keras: `Resizing`, with the interpolation
 * weights of Keras on JAX and TensorFlow.
 *
 * @example new layers.Resizing(224, 224, { cropToAspectRatio: true }).apply(zeros([2, 375, 500, 3])) // shape [2, 224, 224, 3]
 */
export class Resizing extends configurable(ImageSizeLayer, 'Resizing', {
  /** How values between pixels are computed: `'bilinear'` (default), `'nearest'`, `'bicubic'`, `'lanczos3'` or `'lanczos5'`. */
  interpolation: choice(INTERPOLATIONS, { default: 'bilinear' }),
  /** Whether to crop images to the proportions of the result first, so that nothing is distorted. Default false. */
  cropToAspectRatio: boolean({ default: false }),
  /** Whether to pad images with `fillValue` to the proportions of the result first, so that nothing is distorted. Default false. */
  padToAspectRatio: boolean({ default: false }),
  /** How images are padded: only `'constant'`. */
  fillMode: only(['constant']),
  /** The number with which images are padded. Default 0. */
  fillValue: number({ default: 0 }),
  /** Whether to smooth an axis that gets shorter, so that no pixel is ignored. Default false. */
  antialias: boolean({ default: false }),
}) {
  /**
   * @param height height of the result
   * @param width width of the result
   * @throws ValueError if an argument or option is unknown or out of range, or if images are both cropped and padded.
   */
  constructor(height: number, width: number, options: ResizingOptions = {}) {
    super(options, [height, width]);
    if (this.cropToAspectRatio && this.padToAspectRatio) {
      throw new ValueError(
        `${classNameOf(this)}: only one of cropToAspectRatio and padToAspectRatio can be true. Choose whether images lose ` +
          `what does not fit, or get borders.`,
      );
    }
  }

  protected override dtypeOf(images: DType): DType {
    return images;
  }

  protected override resized(images: Tensor, isOfClasses: boolean): Tensor {
    const { height, width, antialias, fillValue, cropToAspectRatio, padToAspectRatio } = this;
    const interpolation = isOfClasses ? 'nearest' : this.interpolation;
    const fitting = { cropToAspectRatio, padToAspectRatio, fillValue };
    return resize(images, [height, width], { interpolation, antialias, ...fitting });
  }

  protected override changeOf(size: ImageSize<number>): SizeChange {
    const { height, width, cropToAspectRatio, padToAspectRatio } = this;
    const stretch = { height: height / size.height, width: width / size.width };
    if (!cropToAspectRatio && !padToAspectRatio) return { scale: stretch, shift: { height: 0, width: 0 } }; // prettier-ignore
    const pick = cropToAspectRatio ? Math.max : Math.min;
    const ratio = pick(stretch.height, stretch.width);
    // Whole pixels are cut off, or added, in front.
    const cut = (side: number, whole: number): number => {
      const rest = (side * ratio - whole) / 2;
      return cropToAspectRatio ? Math.floor(rest) : -Math.floor(-rest);
    };
    return {
      scale: { height: ratio, width: ratio },
      shift: { height: cut(size.height, height), width: cut(size.width, width) },
    };
  }
}
