import { configurable, length } from '../../../config/index.js';
import { areaOf } from '../../../engine/ops/image/bounding-boxes.js';
import type { BoundingBoxes, ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { greater, mul, sub, where } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { tensor } from '../../../engine/tensor/index.js';
import { BaseImagePreprocessingLayer } from './image-preprocessing.js';

/** How points move when images get another size: y · scale.height − shift.height, and so for x with the width. */
export interface SizeChange {
  readonly scale: ImageSize<number>;
  readonly shift: ImageSize<number>;
}

/** A layer that gives images another size, in training and out of it. Nothing is drawn. */
export abstract class ImageSizeLayer extends configurable(
  BaseImagePreprocessingLayer,
  'ImageSizeLayer',
  {
    /** Height of the result. */
    height: length(),
    /** Width of the result. */
    width: length(),
  },
  { positional: ['height', 'width'] },
) {
  override get onlyInTraining(): boolean {
    return false;
  }

  protected override sizeOf(): ImageSize<number> {
    return this;
  }

  /**
   * Resized images [batch, height, width, channels].
   *
   * @param isOfClasses whether pixels are class indices, which cannot be interpolated
   */
  protected abstract resized(images: Tensor, isOfClasses: boolean): Tensor;

  /** How points move in images of the given size. */
  protected abstract changeOf(size: ImageSize<number>): SizeChange;

  override getRandomTransformation(_images: Tensor): null {
    return null;
  }

  override transformImages(images: Tensor): Tensor {
    return this.resized(images, false);
  }

  override transformSegmentationMasks(masks: Tensor): Tensor {
    return this.resized(masks, true);
  }

  override transformBoundingBoxes(
    { boxes, labels }: BoundingBoxes,
    _transformation: null,
    size: ImageSize<number>,
  ): BoundingBoxes {
    const { scale, shift } = this.changeOf(size);
    const along = ({ height, width }: ImageSize<number>): Tensor => tensor([width, height, width, height]); // prettier-ignore
    // What stands for no box, such as four zeros, stays zero where all others move.
    const moved = sub(mul(boxes, along(scale)), along(shift));
    return { boxes: where(greater(areaOf(boxes), 0), moved, 0), labels };
  }
}

/** The largest rectangle of images of a size that has the shape of another one: whole pixels, in the middle. */
export function middleOfShape(
  { height, width }: ImageSize<number>,
  shape: ImageSize<number>,
): Rectangle {
  const limited = (side: number, other: number): number => Math.max(1, Math.min(side, Math.trunc(other))); // prettier-ignore
  const rows = limited(height, (width * shape.height) / shape.width);
  const columns = limited(width, (height * shape.width) / shape.height);
  return inMiddle({ height, width }, { height: rows, width: columns });
}

/** A rectangle in the middle of images; of an odd number of rows or columns around it one more is behind. */
export const inMiddle = (images: ImageSize<number>, inside: ImageSize<number>): Rectangle => ({
  ...inside,
  top: Math.floor((images.height - inside.height) / 2),
  left: Math.floor((images.width - inside.width) / 2),
});

/** Pixels of images. */
export interface Rectangle extends ImageSize<number> {
  readonly top: number;
  readonly left: number;
}
