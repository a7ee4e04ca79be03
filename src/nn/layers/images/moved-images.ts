import { choice, configurable, number } from '../../../config/index.js';
import { affineSampled } from '../../../engine/ops/image/transform.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { samplingOf } from '../../../engine/ops/image/sample.js';
import type { SamplingOptions } from '../../../engine/ops/index.js';
import {
  cast,
  concat,
  div,
  expandDims,
  max,
  min,
  mul,
  reshape,
  split,
  stack,
  sub,
} from '../../../engine/ops/index.js';
import { full } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { RandomImageLayer, sideLengths } from './image-preprocessing.js';

type Four = [Tensor, Tensor, Tensor, Tensor];
type Six = [...Four, Tensor, Tensor];

/** A layer whose pixels are those of the images elsewhere: turned, moved, stretched. */
export abstract class MovedImages extends RandomImageLayer {
  /** How values between pixels and beyond the images are computed. */
  protected abstract readonly sampling: SamplingOptions;

  /**
   * Where pixels come from: the pixel at (x, y) shows the image at (a₀x + a₁y + a₂, b₀x + b₁y + b₂).
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
    const size = sideLengths(images.shape);
    const { height, width } = this.sizeOf(size);
    const sides = [height ?? size.height, width ?? size.width] as const;
    return affineSampled(
      this.label,
      images,
      this.originOf(transformation, size),
      samplingOf(this.label, sampling),
      sides,
    );
  }

  /** The boxes around the moved corners. */
  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    transformation: unknown,
    size: ImageSize<number>,
  ): BoundingBoxes {
    const origin = expandDims(this.originOf(transformation, size), 1);
    const [a0, a1, a2, b0, b1, b2] = split(origin, 6, -1) as Six;
    const [left, top, right, bottom] = split(boxes, 4, -1) as Four;
    // The corners lie where the pixels at them come from, which is solved for where these lie.
    const x = sub(concat([left, right, right, left], -1), a2);
    const y = sub(concat([top, top, bottom, bottom], -1), b2);
    const determinant = sub(mul(a0, b1), mul(a1, b0));
    const xs = div(sub(mul(b1, x), mul(a1, y)), determinant);
    const ys = div(sub(mul(a0, y), mul(b0, x)), determinant);
    const sides = [min(xs, -1), min(ys, -1), max(xs, -1), max(ys, -1)];
    return { boxes: stack(sides, -1), labels };
  }
}

/** Numbers of each image side by side, [batch, numbers]: tensors hold one for each image, a number is that of all. */
export function rowsOf(count: number, ...numbers: readonly (Tensor | number)[]): Tensor {
  return concat(
    numbers.map((x) => (typeof x === 'number' ? full([count, 1], x) : reshape(cast(x, 'float32'), [count, 1]))),
    1,
  ); // prettier-ignore
}

/** What the layers have in common that move images by parts of a pixel. */
export abstract class SampledImages extends configurable(MovedImages, 'SampledImages', {
  /**
   * What fills the space beyond the images: their mirror image (`'reflect'`, default), their repetition (`'wrap'`),
   * `fillValue` (`'constant'`) or the nearest pixel at the border (`'nearest'`).
   */
  fillMode: choice(['reflect', 'wrap', 'constant', 'nearest'], { default: 'reflect' }),
  /** `'bilinear'` (default): linear interpolation of four pixels. `'nearest'`: the nearest pixel. */
  interpolation: choice(['bilinear', 'nearest'], { default: 'bilinear' }),
  /** The value beyond the images with `fillMode: 'constant'`. Default 0. */
  fillValue: number({ default: 0 }),
}) {
  protected override get sampling(): SamplingOptions {
    return this;
  }
}
