// The shape of images as Keras's functions of bounding boxes take it.
import { describeValue } from '../../../config/describe-value.js';
import { isListOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import type { ImageSize } from '../../../engine/ops/image/bounding-boxes.js';

/** The option of functions that accept boxes of any format. */
export interface ImageShapeOption {
  /** The shape of the images, [height, width, channels] or [height, width]. Only formats that begin with `rel_` need it. */
  readonly imageShape?: readonly number[];
}

/**
 * Height and width of images.
 *
 * @param isNeeded whether a format is relative
 * @throws ValueError for anything but a shape, and where one is needed and missing.
 */
export function sizeOfImages(
  op: string,
  imageShape: unknown,
  isNeeded: boolean,
): Partial<ImageSize<number>> {
  if (imageShape === undefined && !isNeeded) return {};
  const isLength = (x: unknown): x is number => Number.isInteger(x) && (x as number) > 0;
  if (isListOf(imageShape, isLength) && (imageShape.length === 2 || imageShape.length === 3)) {
    const [height = 0, width = 0] = imageShape;
    return { height, width };
  }
  throw new ValueError(
    `${op}: imageShape must be the shape of the images, such as [480, 640, 3]` +
      `${isNeeded ? ', which turns parts into pixels' : ''}, got ${describeValue(imageShape)}.`,
  );
}
