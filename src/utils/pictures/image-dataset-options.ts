import { checkBoolean, checkNumber, checkOptions, oneOf } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { COLOR_MODES, DEFAULT_PICTURE_BYTES } from '../../formats/pictures/names.js';
import { sizesOf } from '../../ops/image/images.js';
import { INTERPOLATIONS } from '../../ops/image/interpolation.js';
import { checkDataFormat } from '../../ops/windows/data-format.js';
import { checkFolderDataset, FOLDER_OPTIONS } from '../folders/folder-options.js';
import type { CheckedFolderDataset } from '../folders/folder-options.js';
import type { ImageDatasetOptions } from './image-dataset.js';
import { checkMaxPixels } from './load-img.js';
import type { PictureSettings } from './picture-element.js';

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
export interface CheckedImageDataset extends CheckedFolderDataset {
  readonly workers: number | 'auto';
  readonly settings: PictureSettings;
}

/** The options of `imageDatasetFromDirectory`. @throws ValueError for one that is none. */
export function checkImageDataset(
  owner: string,
  options: ImageDatasetOptions,
): CheckedImageDataset {
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
