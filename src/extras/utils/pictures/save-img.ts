import { checkNumber, checkOptions, oneOf } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { ValueError } from '../../../errors.js';
import type { WrittenFormat } from '../../pictures/encode.js';
import type { Target } from '../../../files/places/target.js';
import type { DataFormatOption } from '../../../engine/ops/index.js';
import type { TensorLike } from '../../../engine/tensor/index.js';
import { toImg } from './arrays.js';

/** Options of `saveImg`. */
export interface SaveImgOptions {
  /** Where the channels are: default, and null, `'channels_last'`. */
  readonly dataFormat?: DataFormatOption | null;
  /** Default, and null: by the ending of the name. */
  readonly fileFormat?: 'png' | 'jpeg' | 'jpg' | null;
  /** Whether the smallest number becomes 0 and the largest 255. Default true. */
  readonly scale?: boolean;
  /** How much a JPEG file keeps, 1 to 100. Default 75, as in Pillow. */
  readonly quality?: number;
}

/**
 * Writes an array [height, width, channels] as a PNG or JPEG picture. JPEG has no alpha: it is left out, with a warning. Keras:
 * `save_img`.
 *
 * JPEG needs a package beside this one: `npm install @jsquash/jpeg`.
 *
 * @param target a path, `downloads://name`, or an object { write(name, bytes) }, which needs `fileFormat`
 * @throws what `arrayToImg` throws; ValueError for another format, a place that cannot be written to, or a missing package.
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
