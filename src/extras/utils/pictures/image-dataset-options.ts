import { checkBoolean, checkNumber, checkOptions, oneOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { COLOR_MODES, DEFAULT_PICTURE_BYTES } from '../../../files/formats/pictures/names.js';
import type { ColorMode } from '../../../files/formats/pictures/names.js';
import type { DataFormatOption, Interpolation } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { sizesOf } from '../../../engine/ops/image/images.js';
import { INTERPOLATIONS } from '../../../engine/ops/image/interpolation.js';
import { checkDataFormat } from '../../../engine/ops/windows/data-format.js';
import { checkFolderDataset, FOLDER_OPTIONS } from '../folders/folder-options.js';
import type { FolderDataset } from '../folders/make-folder-dataset.js';
import type { CheckedFolderDataset, FolderDatasetOptions } from '../folders/folder-options.js';
import { checkMaxPixels } from './load-img.js';
import type { PictureSettings } from './picture-element.js';
import { PICTURE_ENDINGS } from '../../../files/formats/pictures/kind.js';
import type { FolderFile, FolderSource } from '../folders/list-folder.js';
import { makeFolderDataset, READY } from '../folders/make-folder-dataset.js';
import { pictureTensor } from './picture-element.js';
import { pictureOfWorker, workerCount } from './picture-workers.js';

/** Options of `imageDatasetFromDirectory`. */
export interface ImageDatasetOptions extends FolderDatasetOptions {
  /** The colours: `'grayscale'`, `'rgb'` or `'rgba'`, with 1, 3 or 4 channels. Default `'rgb'`. */
  readonly colorMode?: ColorMode;
  /** The height and width to which pictures are resized, or one number for both. Default [256, 256]. */
  readonly imageSize?: number | readonly [height: number, width: number];
  /** How values between pixels are computed, as in `ops.image.resize`. Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  /** Whether to crop pictures to the proportions of `imageSize`, so that nothing is distorted. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** Whether to add black borders to pictures, so that nothing is distorted. Default false. */
  readonly padToAspectRatio?: boolean;
  /** Default, and null: `'channels_last'`, [batch, height, width, channels]. */
  readonly dataFormat?: DataFormatOption | null;
  /**
   * The number of workers that decode while the model trains, in Node; with 0, this thread decodes. Default `'auto'`: one
   * less than the machine has threads, at most 4. A page decodes on its own thread.
   */
  readonly workers?: number | 'auto';
  /** The largest number of pixels in a picture. Default: see `loadImg`. */
  readonly maxPixels?: number;
  /**
   * The largest amount of memory in bytes for reading a picture: for the file, the decoder, the pixels, and the pixels as
   * float32. Default 671088640 (640 MiB), which is enough for a JPEG of 27 million pixels.
   */
  readonly maxBytes?: number;
}

/** The pictures of a folder: `[x, y]` with labels, x alone without. */
export type ImageDataset<
  E extends Tensor | [x: Tensor, y: Tensor] = Tensor | [x: Tensor, y: Tensor],
> = FolderDataset<E>;

const OPTIONS = [
  ...FOLDER_OPTIONS,
  'colorMode',
  'imageSize',
  'interpolation',
  'cropToAspectRatio',
  'padToAspectRatio',
  'dataFormat',
  'workers',
  'maxPixels',
] as const satisfies readonly (keyof ImageDatasetOptions)[];

/** The options with their checks made. */
interface CheckedImageDataset extends CheckedFolderDataset {
  readonly workers: number | 'auto';
  readonly settings: PictureSettings;
}

/** The options of `imageDatasetFromDirectory`. @throws ValueError for one that is none. */
function checkImageDataset(owner: string, options: ImageDatasetOptions): CheckedImageDataset {
  checkOptions(owner, options, OPTIONS);
  const folder = checkFolderDataset(owner, options);
  const { colorMode = 'rgb', imageSize = 256, interpolation = 'bilinear', workers = 'auto' } = options; // prettier-ignore
  const size = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  const [height = 1, width = 1] = sizesOf(owner, 'imageSize', size, 2);
  const [cropToAspectRatio, padToAspectRatio] = [
    checkBoolean(owner, 'cropToAspectRatio', options.cropToAspectRatio ?? false),
    checkBoolean(owner, 'padToAspectRatio', options.padToAspectRatio ?? false),
  ];
  if (cropToAspectRatio && padToAspectRatio) {
    throw new ValueError(
      `${owner}: only one of cropToAspectRatio and padToAspectRatio can be true. Choose whether pictures lose what does not ` +
        `fit, or get borders.`,
    );
  }
  return {
    ...folder,
    workers:
      workers === 'auto'
        ? workers
        : checkNumber(owner, 'workers', workers, { min: 0, integer: true }),
    settings: {
      colorMode: oneOf(owner, 'colorMode', colorMode, COLOR_MODES),
      size: [height, width],
      interpolation: oneOf(owner, 'interpolation', interpolation, INTERPOLATIONS),
      cropToAspectRatio,
      padToAspectRatio,
      dataFormat: checkDataFormat(owner, options.dataFormat ?? undefined),
      maxPixels: checkMaxPixels(owner, options.maxPixels),
      maxBytes: options.maxBytes === undefined ? DEFAULT_PICTURE_BYTES : folder.maxBytes,
    },
  };
}

// A data set of the pictures of a folder: a chunk that is loaded when a program asks for one.

/** Pictures that are read ahead where they come one by one. */
const PICTURES_AHEAD = 16;

/** Parameters and errors: see `imageDatasetFromDirectory`. */
export async function makeImageDataset(
  owner: string,
  folder: FolderSource,
  given: ImageDatasetOptions,
): Promise<ImageDataset | [ImageDataset, ImageDataset]> {
  const options = checkImageDataset(owner, given);
  const { batchSize = PICTURES_AHEAD, settings, workers } = options;
  const count = workerCount(workers);
  const read = async ({ path, source }: FolderFile): Promise<Tensor> => {
    if (typeof source !== 'string') {
      return pictureTensor('getFile' in source ? await source.getFile() : source, path, settings);
    }
    return count === 0
      ? pictureTensor(source, source, settings)
      : pictureOfWorker(count, source, source, settings);
  };
  return makeFolderDataset(owner, folder, options, {
    name: 'pictures',
    endings: PICTURE_ENDINGS,
    // What workers do while a step of training runs must be enough for the next batch.
    ahead: count === 0 ? 1 : READY * batchSize,
    read,
  });
}
