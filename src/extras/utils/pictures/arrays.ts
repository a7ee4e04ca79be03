import { checkBoolean, checkOptions } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { moveAxis } from '../../../engine/ops/index.js';
import { checkDataFormat } from '../../../engine/ops/windows/data-format.js';
import type { DataFormatOption } from '../../../engine/ops/index.js';
import { formatShape, tensor, tidy, toTensor } from '../../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../../engine/tensor/index.js';
import { checkDType } from '../../../config/dtype.js';
import type { DTypeName } from '../../../config/dtype.js';
import { checkImg } from './img.js';
import type { ImageDataLike, Img } from './img.js';

/** Options of `imgToArray`. */
export interface ImgToArrayOptions {
  /** Default, and null: `'channels_last'`, [height, width, channels]; `'channels_first'` is [channels, height, width]. */
  readonly dataFormat?: DataFormatOption | null;
  /** The dtype of the tensor. Default, and null: float32. */
  readonly dtype?: DTypeName | null;
}

/** Options of `arrayToImg`. */
export interface ArrayToImgOptions {
  /** Where the channels are: default, and null, `'channels_last'`. */
  readonly dataFormat?: DataFormatOption | null;
  /** Whether the smallest number becomes 0 and the largest 255. Default true. */
  readonly scale?: boolean;
  /** The dtype to which the numbers are converted first. Default, and null: float32. */
  readonly dtype?: DTypeName | null;
}

/**
 * The pixels of a picture as a tensor [height, width, channels]: the numbers of the file, 0 to 255. Keras: `img_to_array`.
 *
 * @param img a picture of `loadImg`, or the ImageData of a page
 * @throws ValueError for anything but a picture; ShapeError if samples are missing.
 * @example utils.imgToArray({ data: new Uint8Array(12), width: 2, height: 2, channels: 3 }).shape // [2, 2, 3]
 */
export function imgToArray(img: Img | ImageDataLike, options: ImgToArrayOptions = {}): Tensor {
  const owner = 'imgToArray';
  checkOptions(owner, options, ['dataFormat', 'dtype']);
  const format = checkDataFormat(owner, options.dataFormat ?? undefined);
  const dtype = checkDType(options.dtype ?? 'float32');
  const { data, width, height, channels } = checkImg(owner, img);
  return tidy(() => {
    const pixels = tensor(data, { shape: [height, width, channels], dtype });
    return format === 'channels_first' ? moveAxis(pixels, -1, 0) : pixels;
  });
}

/**
 * Converts an array [height, width, channels] with 1, 3 or 4 channels to a picture. Fractions are dropped; without `scale`, numbers
 * outside 0 … 255 wrap around, as in NumPy, and gray beyond 255 has 16 bits. Keras: `array_to_img`.
 *
 * @throws ShapeError for a wrong rank or number of channels; ValueError for an unknown option, for an integer dtype with `scale`, and
 * for gray beyond 65535.
 * @example [...utils.arrayToImg([[[0], [1]], [[2], [3]]]).data] // [0, 85, 170, 255]
 */
export function arrayToImg(x: TensorLike, options: ArrayToImgOptions = {}): Img {
  return toImg('arrayToImg', x, options);
}

/** A picture of an array. @param owner the function, for messages */
export function toImg(owner: string, x: TensorLike, options: ArrayToImgOptions): Img {
  checkOptions(owner, options, ['dataFormat', 'scale', 'dtype']);
  const format = checkDataFormat(owner, options.dataFormat ?? undefined);
  const dtype = checkDType(options.dtype ?? 'float32');
  const isScaled = checkBoolean(owner, 'scale', options.scale ?? true);
  if (isScaled && dtype !== 'float32') {
    throw new ValueError(
      `${owner}: numbers of dtype ${dtype} cannot be scaled. Give scale: false.`,
    );
  }
  const { values, shape } = tidy(() => {
    const given = toTensor(x);
    if (given.ndim !== 3) {
      throw new ShapeError(
        `${owner}: expected one picture of shape (height, width, channels), got ${formatShape(given.shape)}.`,
      );
    }
    const last = format === 'channels_first' ? moveAxis(given, 0, -1) : given;
    return { values: last.astype(dtype).data(), shape: last.shape };
  });
  const [height = 0, width = 0, channels = 0] = shape;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new ShapeError(
      `${owner}: a picture has 1, 3 or 4 channels, got ${channels} in ${formatShape(shape)}. dataFormat says where they are.`,
    );
  }
  if (height === 0 || width === 0) {
    throw new ShapeError(`${owner}: a picture of shape ${formatShape(shape)} has no pixels.`);
  }
  if (isScaled) spread(values as Float32Array);
  const largest = channels === 1 ? largestOf(values) : 0;
  return {
    data: largest > 255 ? words(owner, values, largest) : bytes(values),
    width,
    height,
    channels,
  };
}

/** Brings numbers to 0 … 255 in place, each step rounded to float32. */
function spread(values: Float32Array): void {
  const { least, most } = values.reduce(
    (so, value) => ({ least: Math.min(so.least, value), most: Math.max(so.most, value) }),
    { least: Infinity, most: -Infinity },
  );
  const range = Math.fround(most - least);
  values.forEach((value, i) => {
    const share =
      range === 0 ? Math.fround(value - least) : Math.fround(Math.fround(value - least) / range);
    values[i] = Math.fround(share * 255);
  });
}

function largestOf(values: Iterable<number>): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, value);
  return largest;
}

/** Whole numbers, of which the last eight bits count. */
function bytes(values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(values, (value) => Math.trunc(value));
}

function words(owner: string, values: ArrayLike<number>, largest: number): Uint16Array {
  if (largest >= 65536) {
    throw new ValueError(
      `${owner}: gray has at most 16 bits, got ${largest}. Give smaller numbers, or scale: true.`,
    );
  }
  return Uint16Array.from(values, (value) => Math.trunc(value));
}
