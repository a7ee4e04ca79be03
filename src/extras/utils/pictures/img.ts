import { brandOf, checkNumber, LENGTH, requireObject } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';

/**
 * A picture: pixels row by row from the top, with the samples of a pixel next to each other. It is a plain object, so it can be sent to
 * a worker. The browser's `ImageData` is not used, since it always has four channels and does not exist in Node.
 */
export interface Img {
  /** height · width · channels samples; 16-bit only in a grayscale picture from a 16-bit file. */
  readonly data: Uint8Array | Uint16Array;
  /** The number of pixels in a row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** 1: gray; 3: red, green, blue; 4: with alpha. */
  readonly channels: 1 | 3 | 4;
}

/** Pixels in the form of the browser's `ImageData`. */
export interface ImageDataLike {
  /** Four bytes per pixel, row by row from the top: red, green, blue and alpha. */
  readonly data: Uint8ClampedArray | Uint8Array;
  /** The number of pixels in a row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
}

/** A picture with its checks made. */
export interface CheckedImg {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** `value` if it is a picture or an ImageData. @throws ValueError or ShapeError, naming the owner. */
export function checkImg(owner: string, value: unknown): CheckedImg {
  const { data, width, height, channels = 4 } = requireObject(owner, 'img', value) as Partial<Img>;
  const [columns, rows] = [
    checkNumber(owner, 'img.width', width, LENGTH),
    checkNumber(owner, 'img.height', height, LENGTH),
  ];
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new ValueError(
      `${owner}: img.channels must be 1, 3 or 4, got ${describeValue(channels)}.`,
    );
  }
  if (data === undefined || !/^Uint(8|8Clamped|16)Array$/.test(brandOf(data))) {
    throw new ValueError(
      `${owner}: img.data must be a Uint8Array or a Uint16Array, got ${describeValue(data)}.`,
    );
  }
  const count = columns * rows * channels;
  if (data.length !== count) {
    throw new ShapeError(
      `${owner}: a picture of ${columns} × ${rows} pixels with ${channels} channels has ${count} samples, but ` +
        `${data.length} came.`,
    );
  }
  return { data, width: columns, height: rows, channels };
}
