import { brandOf, checkOptions, messageOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, requireTensor, tensor } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { checkImg } from './img.js';
import type { ImageDataLike, Img } from './img.js';

/* eslint-disable @typescript-eslint/no-empty-object-type --
   what declarations name must be there in programs whose TypeScript has no types of pages; where it has, both are one */
declare global {
  interface HTMLCanvasElement {}
  interface HTMLImageElement {}
  interface HTMLVideoElement {}
  interface ImageBitmap {}
  interface OffscreenCanvas {}
  interface VideoFrame {}
}
/* eslint-enable */

/** A source of pixels in a page. */
export type PixelSource =
  | ImageDataLike
  | HTMLCanvasElement
  | OffscreenCanvas
  | HTMLImageElement
  | HTMLVideoElement
  | ImageBitmap
  | VideoFrame
  | Img;

/** Options of `fromPixels`. */
export interface FromPixelsOptions {
  /** The channels: 3 for red, green and blue, 4 with alpha, 1 for red alone. Default 3. */
  readonly channels?: 1 | 3 | 4;
}

/** A canvas on which pixels can be drawn. */
export type PixelTarget = HTMLCanvasElement | OffscreenCanvas;

/**
 * The pixels of a canvas, an image, a video (or camera), an ImageBitmap, a VideoFrame or an ImageData as a uint8 tensor [height,
 * width, channels]. The size is that of the pixels, not the size on the screen. TensorFlow.js: `browser.fromPixels`.
 *
 * @throws ValueError for a source without pixels, or without pixels yet, for pixels from another site, which the browser protects,
 * and for 16-bit gray.
 * @example
 * const canvas = document.createElement('canvas');
 * const x = utils.fromPixels(canvas).astype('float32').div(255).expandDims(0);
 */
export function fromPixels(source: PixelSource, options: FromPixelsOptions = {}): Tensor {
  const owner = 'fromPixels';
  checkOptions(owner, options, ['channels']);
  const { channels = 3 } = options;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new ValueError(`${owner}: channels must be 1, 3 or 4, got ${describeValue(channels)}.`);
  }
  const { data, width, height, channels: given } = pixelsOf(owner, source);
  if (data.BYTES_PER_ELEMENT === 2) {
    throw new ValueError(
      `${owner}: a picture of 16 bits does not fit a uint8 tensor. Give it to imgToArray.`,
    );
  }
  const shape = [height, width, channels];
  if (given === channels) return tensor(data, { shape, dtype: 'uint8' });
  const picked = new Uint8Array(width * height * channels);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < channels; c++) {
      const missing = c === 3 ? 255 : data[i * given];
      picked[i * channels + c] = (c < given ? data[i * given + c] : missing) ?? 0;
    }
  }
  return tensor(picked, { shape });
}

/** Width and height of what can be drawn; 0: there is nothing yet. */
function sizeOf(source: object, brand: string): readonly [number, number] | undefined {
  const sizes = source as Readonly<Record<string, number>>;
  const named = {
    HTMLCanvasElement: ['width', 'height'],
    OffscreenCanvas: ['width', 'height'],
    ImageBitmap: ['width', 'height'],
    HTMLImageElement: ['naturalWidth', 'naturalHeight'],
    HTMLVideoElement: ['videoWidth', 'videoHeight'],
    VideoFrame: ['displayWidth', 'displayHeight'],
  }[brand];
  if (named === undefined) return undefined;
  const [width = '', height = ''] = named;
  return [sizes[width] ?? 0, sizes[height] ?? 0];
}

function pixelsOf(owner: string, source: PixelSource): ReturnType<typeof checkImg> {
  const brand = brandOf(source);
  const size = sizeOf(source, brand);
  if (size === undefined) {
    const isImg = typeof source === 'object' && source !== null && 'data' in source;
    if (isImg) return checkImg(owner, source);
    throw new ValueError(
      `${owner}: expected a canvas, an image, a video, an ImageBitmap, a VideoFrame or an ImageData, got ` +
        `${describeValue(source)}. A file is read by loadImg.`,
    );
  }
  const [width, height] = size;
  if (width === 0 || height === 0) {
    throw new ValueError(
      `${owner}: the ${brand} has no pixels yet. Wait until it is loaded: for 'loadeddata' of a video, for decode() of an image.`,
    );
  }
  const { data } = drawn(owner, source as CanvasImageSource, brand, width, height);
  return { data, width, height, channels: 4 };
}

/** The canvas that pictures are drawn on, kept so that a camera makes no garbage. */
let canvas: PixelTarget | undefined;

function drawn(
  owner: string,
  source: CanvasImageSource,
  brand: string,
  width: number,
  height: number,
): ImageData {
  canvas ??=
    typeof globalThis.OffscreenCanvas === 'undefined'
      ? globalThis.document.createElement('canvas')
      : new globalThis.OffscreenCanvas(width, height);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = contextOf(owner, canvas);
  context.clearRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  try {
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    // A canvas that has seen the pixels of another site gives none away any more.
    canvas = undefined;
    throw new ValueError(
      `${owner}: the browser does not give the pixels of the ${brand} away (${messageOf(cause)}). Pictures of another site need ` +
        `its permission: the attribute crossorigin="anonymous", and the header Access-Control-Allow-Origin there.`,
      { cause },
    );
  }
}

function contextOf(
  owner: string,
  target: PixelTarget,
): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  const context = target.getContext('2d', { willReadFrequently: true });
  if (context !== null) return context;
  throw new ValueError(
    `${owner}: the canvas has no 2d context: it has one of another kind already. Give a canvas of its own.`,
  );
}

/**
 * Converts a tensor to the bytes of a picture, four for each pixel, and draws it on a canvas. The tensor is [height, width] or
 * [height, width, channels] with 1, 3 or 4 channels: float32 from 0 to 1, or int32 or uint8 from 0 to 255. TensorFlow.js:
 * `browser.toPixels`.
 *
 * @param target the canvas to draw on, which is resized to the picture. Default: none
 * @throws ShapeError for a wrong shape; ValueError for a number out of range, or a canvas that cannot be drawn on.
 * @example await utils.toPixels(random.uniform([8, 8, 3]), document.querySelector('canvas'));
 */
export async function toPixels(
  image: Tensor,
  target?: PixelTarget | null,
): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const owner = 'toPixels';
  const { shape, dtype, ndim } = requireTensor(owner, image);
  const [height = 0, width = 0, channels = 1] = shape;
  if ((ndim !== 2 && ndim !== 3) || ![1, 3, 4].includes(channels)) {
    throw new ShapeError(
      `${owner}: expected a picture of shape (height, width) or (height, width, 1, 3 or 4), got ${formatShape(shape)}.`,
    );
  }
  if (dtype === 'bool') throw new ValueError(`${owner}: expected numbers, got a tensor of bool.`);
  const isFloat = dtype === 'float32';
  const most = isFloat ? 1 : 255;
  const values = image.data();
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 4; c++) {
      const from = channels === 1 && c < 3 ? i : i * channels + c;
      const isOpaque = c === 3 && channels !== 4;
      const value = isOpaque ? most : (values[from] ?? 0);
      if (!(value >= 0 && value <= most)) {
        throw new ValueError(
          `${owner}: numbers of ${dtype} must be from 0 to ${most}, got ${value}. Bring them there, as by clip.`,
        );
      }
      data[4 * i + c] = isFloat ? Math.round(value * 255) : value;
    }
  }
  if (target !== undefined && target !== null) draw(owner, target, data, width, height);
  return data;
}

function draw(
  owner: string,
  target: PixelTarget,
  data: Uint8ClampedArray<ArrayBuffer>,
  width: number,
  height: number,
): void {
  if (!/^(HTMLCanvasElement|OffscreenCanvas)$/.test(brandOf(target))) {
    throw new ValueError(`${owner}: expected a canvas to draw on, got ${describeValue(target)}.`);
  }
  target.width = width;
  target.height = height;
  contextOf(owner, target).putImageData(new ImageData(data, width, height), 0, 0);
}
