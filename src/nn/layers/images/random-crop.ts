import { configurable, length } from '../../../config/index.js';
import type { OptionsOf } from '../../../config/index.js';
import { affineSampled } from '../../../engine/ops/image/affine.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { samplingOf } from '../../../engine/ops/image/sample.js';
import { broadcastTo, cast, mul, resize, slice, sub } from '../../../engine/ops/index.js';
import { uniform } from '../../../engine/random/draw.js';
import { tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { RandomImageLayer, sideLengths } from './image-preprocessing.js';
import { middleOfShape } from './image-size.js';
import { rowsOf } from './moved-images.js';

/** Options of `RandomCrop`. */
export interface RandomCropOptions extends OptionsOf<typeof RandomCrop> {}

/** Pixels come to lie on pixels, so none is computed. */
const NEAREST = { interpolation: 'nearest' } as const;

/** The first row and column that are kept of all images of a batch: drawn, or numbers where images are too small for that. */
type Corner = readonly [top: Tensor | number, left: Tensor | number];

/**
 * While training, cuts a rectangle out of the images of a batch, at a place that is drawn for all of them: [batch, any height,
 * any width, channels] becomes [batch, height, width, channels], float32. Of images that are not larger along both axes the
 * middle is taken, and enlarged where it is too small. Bounding boxes and masks follow. Otherwise the identity, so crop images in
 * the data of a model, not inside of the model. Keras: `RandomCrop`.
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
