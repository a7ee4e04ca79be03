import {
  brandOf,
  checkBoolean,
  checkNumber,
  checkOptions,
  isBlob,
  LENGTH,
  oneOf,
} from '../../../config/index.js';
import {
  COLOR_MODES,
  DEFAULT_MAX_PIXELS,
  DEFAULT_PICTURE_BYTES,
  PICTURE_INTERPOLATIONS,
} from '../../../files/formats/pictures/names.js';
import type { ColorMode, PictureInterpolation } from '../../../files/formats/pictures/names.js';
import type { ReadOptions, Source } from '../../../files/places/source.js';
import { sizesOf } from '../../../engine/ops/image/images.js';
import type { Img } from './img.js';

/** Options of `loadImg`. */
export interface LoadImgOptions extends ReadOptions {
  /** Gray, colours, or colours with alpha. Default `'rgb'`. */
  readonly colorMode?: ColorMode;
  /** Height and width that the picture is brought to. Default, and null: those of the file. */
  readonly targetSize?: readonly [height: number, width: number] | null;
  /** How pixels between pixels are computed, as in Pillow. Default `'nearest'`. */
  readonly interpolation?: PictureInterpolation;
  /** Whether the picture is cut to the proportions of `targetSize` first, so that nothing is distorted. Default false. */
  readonly keepAspectRatio?: boolean;
  /**
   * The most pixels that a picture may have, as its header states it, before memory is asked for. Default 89478485, beyond which
   * Pillow warns.
   */
  readonly maxPixels?: number;
  /**
   * The most bytes of memory that reading the picture may take: of the file, of what decodes it, and of the pixels. They are
   * computed from the header, before memory is asked for. Default 671088640 (640 MiB), which is enough for a JPEG of 50 million
   * pixels.
   */
  readonly maxBytes?: number;
}

/**
 * Reads a JPEG, PNG, GIF (its first frame), WebP or BMP picture, with the same pixels as Keras's `load_img` and Pillow, in Node
 * and in pages. What the file holds counts, not its name. A picture is not turned as its EXIF data say, as in Keras.
 *
 * JPEG and WebP need a package beside this one: `npm install @jsquash/jpeg @jsquash/webp`.
 *
 * @param source a path or URL, a Blob or File, or bytes
 * @throws FormatError for a file that is no picture, damaged, truncated or larger than the limits; ValueError for an option that is
 * none, or if a package is missing; DatasetError if the file cannot be had. All name the file.
 * @example
 * const img = await utils.loadImg('cat.jpg', { targetSize: [224, 224], interpolation: 'bilinear' });
 * const x = utils.imgToArray(img).expandDims(0);
 */
export async function loadImg(source: Source, options: LoadImgOptions = {}): Promise<Img> {
  const owner = 'loadImg';
  checkOptions(owner, options, [
    'colorMode',
    'targetSize',
    'interpolation',
    'keepAspectRatio',
    'maxPixels',
    'maxBytes',
    'signal',
  ]);
  const { colorMode = 'rgb', targetSize, interpolation = 'nearest', ...more } = options;
  const { keepAspectRatio = false, maxPixels, maxBytes = DEFAULT_PICTURE_BYTES, signal } = more;
  const [height = 0, width = 0] =
    targetSize === undefined || targetSize === null
      ? []
      : sizesOf(owner, 'targetSize', targetSize, 2);
  const settings = {
    colorMode: oneOf(owner, 'colorMode', colorMode, COLOR_MODES),
    size: height === 0 ? undefined : ([height, width] as const),
    interpolation: oneOf(owner, 'interpolation', interpolation, PICTURE_INTERPOLATIONS),
    keepAspectRatio: checkBoolean(owner, 'keepAspectRatio', keepAspectRatio),
  };
  const limit = checkMaxPixels(owner, maxPixels);
  const { loadPixels, readFile } = await import('../../pictures/index.js');
  const file = await readFile(owner, 'picture', source, { signal, maxBytes });
  const name = fileName(source) ?? file.name;
  return loadPixels({ ...file, name, maxPixels: limit }, settings);
}

/** The limit of pixels. @throws ValueError for what is none. */
export function checkMaxPixels(owner: string, maxPixels: number | undefined): number {
  return checkNumber(owner, 'maxPixels', maxPixels ?? DEFAULT_MAX_PIXELS, LENGTH);
}

/** The name of a file that the user picked. */
function fileName(source: Source): string | undefined {
  return isBlob(source) && brandOf(source) === 'File' ? (source as File).name : undefined;
}
