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
import type { ReadOptions, Source } from '../../../files/locations/source.js';
import { sizesOf } from '../../../engine/ops/image/images.js';
import type { Img } from './img.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { WrittenFormat } from '../../pictures/codec.js';
import type { Target } from '../../../files/locations/target.js';
import type { DataFormatOption } from '../../../engine/ops/index.js';
import type { TensorLike } from '../../../engine/tensor/index.js';
import { toImg } from './arrays.js';

/** Options of `loadImg`. */
export interface LoadImgOptions extends ReadOptions {
  /** The colours: `'grayscale'`, `'rgb'` or `'rgba'`. Default `'rgb'`. */
  readonly colorMode?: ColorMode;
  /** The height and width to which the picture is resized. Default, and null: those of the file. */
  readonly targetSize?: readonly [height: number, width: number] | null;
  /** How values between pixels are computed, as in Pillow. Default `'nearest'`. */
  readonly interpolation?: PictureInterpolation;
  /** Whether to crop the picture to the proportions of `targetSize` first, so that nothing is distorted. Default false. */
  readonly keepAspectRatio?: boolean;
  /**
   * The largest number of pixels in a picture, checked in its header before memory is allocated. Default 89478485, above which
   * Pillow warns.
   */
  readonly maxPixels?: number;
  /**
   * The largest amount of memory in bytes for reading the picture: for the file, the decoder and the pixels, computed from the
   * header before memory is allocated. Default 671088640 (640 MiB), which is enough for a JPEG of 50 million pixels.
   */
  readonly maxBytes?: number;
}

/**
 * Reads a JPEG, PNG, GIF (its first frame), WebP or BMP picture, with the same pixels as Keras's `load_img` and Pillow, in Node
 * and in pages. The format is determined by the contents of the file, not its name. EXIF rotation is ignored, as in Keras.
 *
 * JPEG and WebP need an additional package: `npm install @jsquash/jpeg @jsquash/webp`.
 *
 * @param source a path or URL, a Blob or File, or bytes
 * @throws FormatError for a file that is not a picture, damaged, truncated or larger than the limits; ValueError for an invalid
 * option, or if a package is missing; DatasetError if the file cannot be fetched. All messages name the file.
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

/** The limit of pixels. @throws ValueError for an invalid limit. */
export function checkMaxPixels(owner: string, maxPixels: number | undefined): number {
  return checkNumber(owner, 'maxPixels', maxPixels ?? DEFAULT_MAX_PIXELS, LENGTH);
}

/** The name of a file that the user picked. */
function fileName(source: Source): string | undefined {
  return isBlob(source) && brandOf(source) === 'File' ? (source as File).name : undefined;
}

/** Options of `saveImg`. */
export interface SaveImgOptions {
  /** Where the channels are: default, and null, `'channels_last'`. */
  readonly dataFormat?: DataFormatOption | null;
  /** The file format. Default, and null: determined by the extension. */
  readonly fileFormat?: 'png' | 'jpeg' | 'jpg' | null;
  /** Whether the smallest number becomes 0 and the largest 255. Default true. */
  readonly scale?: boolean;
  /** The quality of a JPEG file, 1 to 100. Default 75, as in Pillow. */
  readonly quality?: number;
}

/**
 * Writes an array [height, width, channels] as a PNG or JPEG picture. JPEG has no alpha channel: it is dropped with a warning.
 * Keras: `save_img`.
 *
 * JPEG needs an additional package: `npm install @jsquash/jpeg`.
 *
 * @param target a path, `downloads://name`, or an object { write(name, bytes) }, which needs `fileFormat`
 * @throws whatever `arrayToImg` throws; ValueError for an unknown format, a location that is not writable, or a missing
 * package.
 * @example await utils.saveImg('noise.png', random.uniform([32, 32, 3]));
 */
export async function saveImg(
  target: Target,
  x: TensorLike,
  options: SaveImgOptions = {},
): Promise<void> {
  const owner = 'saveImg';
  checkOptions(owner, options, ['dataFormat', 'fileFormat', 'scale', 'quality']);
  const { dataFormat = null, fileFormat, scale = true, quality = 75 } = options;
  checkNumber(owner, 'quality', quality, { min: 1, max: 100, integer: true });
  const { encodePicture, targetLocation, writeTarget } = await import('../../pictures/index.js');
  const format = formatOf(owner, targetLocation(owner, target), fileFormat);
  const img = toImg(owner, x, { dataFormat, scale });
  if (format === 'jpeg' && img.channels === 4) {
    // eslint-disable-next-line no-console -- Keras warns, and the picture is written
    console.warn('lanegrad: saveImg: JPEG has no alpha, so it is left out. Write PNG to keep it.');
  }
  const bytes = await encodePicture(owner, img, format, quality);
  await writeTarget(owner, target, bytes, `picture.${format}`);
}

function formatOf(
  owner: string,
  location: string | undefined,
  given: SaveImgOptions['fileFormat'],
): WrittenFormat {
  const names = ['png', 'jpeg', 'jpg'] as const;
  const [, ending] = /\.([^./\\]+)$/.exec(location ?? '') ?? [];
  const isGiven = given !== undefined && given !== null;
  const name = isGiven ? oneOf(owner, 'fileFormat', given, names) : ending?.toLowerCase();
  if (name === undefined) {
    throw new ValueError(
      `${owner}: ${location === undefined ? 'the target has no name' : `'${location}' has no ending`} that says the format. ` +
        `Give fileFormat: 'png' or 'jpeg'.`,
    );
  }
  if (!names.some((known) => known === name)) {
    throw new ValueError(
      `${owner}: pictures are written as PNG and JPEG, got the ending ${describeValue(ending)}. Name a .png or .jpg file.`,
    );
  }
  return name === 'png' ? name : 'jpeg';
}
