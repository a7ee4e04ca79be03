import { choice, configurable, number } from '../../config/index.js';
import type { ImageSize } from '../../ops/image/bounding-boxes.js';
import { samplingOf } from '../../ops/image/sample.js';
import type { SamplingOptions } from '../../ops/image/sample.js';
import { affineSampled } from '../../ops/image/transform.js';
import type { Tensor } from '../../tensor/index.js';
import { RandomImageLayer, sideLengths } from './image-preprocessing.js';

/** A layer whose pixels are those of the images elsewhere: turned, moved, stretched. */
export abstract class MovedImages extends RandomImageLayer {
  /** How numbers between pixels, and beyond the images, are found. */
  protected abstract readonly sampling: SamplingOptions;

  /**
   * Where pixels come from: that at (x, y) is the images' at (a₀x + a₁y + a₂, b₀x + b₁y + b₂).
   *
   * @returns a₀, a₁, a₂, b₀, b₁, b₂ of each image, [batch, 6]
   */
  protected abstract originOf(transformation: unknown, size: ImageSize<number>): Tensor;

  override transformImages(images: Tensor, transformation: unknown): Tensor {
    return this.#moved(images, transformation, this.sampling);
  }

  override transformSegmentationMasks(masks: Tensor, transformation: unknown): Tensor {
    return this.#moved(masks, transformation, { ...this.sampling, interpolation: 'nearest' });
  }

  #moved(images: Tensor, transformation: unknown, sampling: SamplingOptions): Tensor {
    const rows = this.originOf(transformation, sideLengths(images.shape));
    return affineSampled(this.label, images, rows, samplingOf(this.label, sampling));
  }
}

/** What the layers have in common that move images by parts of a pixel. */
export abstract class SampledImages extends configurable(MovedImages, 'SampledImages', {
  /**
   * What there is beyond the images: their mirror image (`'reflect'`, default), the images again (`'wrap'`), `fillValue`
   * (`'constant'`) or the pixel at the border (`'nearest'`).
   */
  fillMode: choice(['reflect', 'wrap', 'constant', 'nearest'], { default: 'reflect' }),
  /** `'bilinear'` (default): straight lines between four pixels. `'nearest'`: the nearest pixel. */
  interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear' }),
  /** The number beyond the images where `fillMode` is `'constant'`. Default 0. */
  fillValue: number({ default: 0 }),
}) {
  protected override get sampling(): SamplingOptions {
    return this;
  }
}
