import {
  checkBoolean,
  checkLength,
  checkNumber,
  checkOptions,
  isListOf,
  oneOf,
} from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import type { Dataset, ElementPart } from '../../data/index.js';
import type { ColorMode } from '../../formats/pictures/convert.js';
import { PICTURE_ENDINGS } from '../../formats/pictures/kind.js';
import { sizesOf } from '../../ops/image/images.js';
import { INTERPOLATIONS } from '../../ops/image/interpolation.js';
import type { Interpolation } from '../../ops/image/interpolation.js';
import { checkDataFormat } from '../../ops/windows/data-format.js';
import type { DataFormatOption } from '../../ops/windows/data-format.js';
import { maxBytesOf } from '../../places/source.js';
import type { Tensor } from '../../tensor/index.js';
import type { PictureFolder } from './folders.js';
import { checkMaxPixels, COLOR_MODES } from './load-img.js';
import type { PictureSettings } from './picture-element.js';

/** Options of `imageDatasetFromDirectory`. */
export interface ImageDatasetOptions {
  /**
   * `'inferred'`: the folders in the folder are the classes. A list: a whole number for each file, in the order of the files
   * without `shuffle`. Null: there are no labels. Default `'inferred'`.
   */
  readonly labels?: 'inferred' | readonly number[] | null;
  /**
   * `'int'`: int32 labels [batch]; `'binary'`: float32 [batch, 1]; `'categorical'`: float32 [batch, classes], one-hot; null: no labels.
   * Default `'int'`.
   */
  readonly labelMode?: 'int' | 'binary' | 'categorical' | null;
  /** The classes in the order of their numbers, all folders or some. Default: all, sorted. */
  readonly classNames?: readonly string[] | null;
  /** Gray, colours, or colours with alpha: 1, 3 or 4 channels. Default `'rgb'`. */
  readonly colorMode?: ColorMode;
  /** Pictures of a batch; null: they come one by one. Default 32. */
  readonly batchSize?: number | null;
  /** Height and width that pictures are brought to, or one number for both. Default [256, 256]. */
  readonly imageSize?: number | readonly [height: number, width: number];
  /** Whether files are shuffled, once before they are split and then in each pass. Default true. */
  readonly shuffle?: boolean;
  /** Where the order comes from, a whole number below 2³². Default, and null: the global generator. */
  readonly seed?: number | null;
  /** The share of the files that is kept for validation, above 0 and below 1. Default, and null: none. */
  readonly validationSplit?: number | null;
  /** Which part is given; `'both'` gives a list of both. Default, and null: all. */
  readonly subset?: 'training' | 'validation' | 'both' | null;
  /** How pixels between pixels are computed, as in `ops.image.resize`. Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  /** Whether links to folders within are followed. Default false. */
  readonly followLinks?: boolean;
  /** Whether pictures are cut to the proportions of `imageSize`, so that nothing is distorted. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** Whether pictures get black borders, so that nothing is distorted. Default false. */
  readonly padToAspectRatio?: boolean;
  /** Default, and null: `'channels_last'`, [batch, height, width, channels]. */
  readonly dataFormat?: DataFormatOption | null;
  /** Whether the numbers of files and classes are printed. Default true. */
  readonly verbose?: boolean;
  /**
   * Workers that decode while the model trains, in Node; 0: this thread decodes. Default `'auto'`: one less than the machine
   * has threads, at most 4. A page decodes on its own thread.
   */
  readonly workers?: number | 'auto';
  /** The most pixels that a picture may have. Default: see `loadImg`. */
  readonly maxPixels?: number;
  /** The most bytes that a file may have. Default 2³⁰. */
  readonly maxBytes?: number;
}

/** Pictures of a folder. */
export interface ImageDataset extends Dataset<Tensor | ElementPart[]> {
  /** The classes in the order of their numbers; null without labels. */
  readonly classNames: readonly string[] | null;
  /** The files, in the order before they are shuffled in passes. */
  readonly filePaths: readonly string[];
}

const OPTIONS = [
  'labels',
  'labelMode',
  'classNames',
  'colorMode',
  'batchSize',
  'imageSize',
  'shuffle',
  'seed',
  'validationSplit',
  'subset',
  'interpolation',
  'followLinks',
  'cropToAspectRatio',
  'padToAspectRatio',
  'dataFormat',
  'verbose',
  'workers',
  'maxPixels',
  'maxBytes',
] as const satisfies readonly (keyof ImageDatasetOptions)[];

/** The options with their checks made. */
export interface CheckedImageDataset {
  readonly labels: 'inferred' | readonly number[] | null;
  readonly labelMode: 'int' | 'binary' | 'categorical' | null;
  readonly classNames: readonly string[] | undefined;
  readonly batchSize: number | undefined;
  readonly shuffle: boolean;
  readonly seed: number | undefined;
  readonly validationSplit: number | undefined;
  readonly subset: 'training' | 'validation' | 'both' | undefined;
  readonly followLinks: boolean;
  readonly verbose: boolean;
  readonly workers: number | 'auto';
  readonly settings: PictureSettings;
}

/**
 * The pictures of a folder with their labels, as batches for `fit`: x float32 [batch, height, width, channels] from 0 to 255, and
 * y. Files are found, shuffled and split in the order of Keras, with the same seed into the same parts. JPEG, PNG, GIF
 * and BMP files are found by their names. Keras: `image_dataset_from_directory`.
 *
 * Pictures are read as they are needed, some ahead: in Node workers decode while the model trains.
 *
 * @param directory a path (Node), the files that a user picked, or a folder's handle
 * @throws ValueError for an option that is none, labels that do not fit, or a folder without pictures; DatasetError where there is
 * no folder. While iterating: what `loadImg` throws, naming the file.
 * @example
 * const [train, test] = await utils.imageDatasetFromDirectory('flowers', {
 *   imageSize: [96, 96], validationSplit: 0.2, subset: 'both', seed: 1,
 * });
 * await model.fit(train, { epochs: 5, validationData: test });
 */
export function imageDatasetFromDirectory(
  directory: PictureFolder,
  options: ImageDatasetOptions & { readonly subset: 'both' },
): Promise<[ImageDataset, ImageDataset]>;
export function imageDatasetFromDirectory(
  directory: PictureFolder,
  options?: ImageDatasetOptions & { readonly subset?: 'training' | 'validation' | null },
): Promise<ImageDataset>;
export async function imageDatasetFromDirectory(
  directory: PictureFolder,
  options: ImageDatasetOptions = {},
): Promise<ImageDataset | [ImageDataset, ImageDataset]> {
  const owner = 'imageDatasetFromDirectory';
  const checked = checkImageDataset(owner, options);
  const { makeImageDataset } = await import('./make-image-dataset.js');
  return makeImageDataset(owner, directory, checked);
}

function checkImageDataset(owner: string, options: ImageDatasetOptions): CheckedImageDataset {
  checkOptions(owner, options, OPTIONS);
  const { labels = 'inferred', labelMode = 'int', colorMode = 'rgb', imageSize = 256 } = options;
  const { interpolation = 'bilinear', batchSize = 32, workers = 'auto' } = options;
  const flag = (name: keyof ImageDatasetOptions, value: unknown = false): boolean =>
    checkBoolean(owner, name, value);
  const size = typeof imageSize === 'number' ? [imageSize, imageSize] : imageSize;
  const [height = 1, width = 1] = sizesOf(owner, 'imageSize', size, 2);
  const shuffle = flag('shuffle', options.shuffle ?? true);
  const isSeed = options.seed !== undefined && options.seed !== null;
  const seed = isSeed
    ? checkNumber(owner, 'seed', options.seed, { min: 0, max: 2 ** 32 - 1, integer: true })
    : undefined;
  const [cropToAspectRatio, padToAspectRatio] = [
    flag('cropToAspectRatio', options.cropToAspectRatio),
    flag('padToAspectRatio', options.padToAspectRatio),
  ];
  if (cropToAspectRatio && padToAspectRatio) {
    throw new ValueError(
      `${owner}: only one of cropToAspectRatio and padToAspectRatio can be true. Choose whether pictures lose what does not ` +
        `fit, or get borders.`,
    );
  }
  return {
    ...checkLabels(owner, labels, labelMode, options.classNames),
    batchSize: batchSize === null ? undefined : checkLength(owner, 'batchSize', batchSize),
    shuffle,
    seed,
    ...checkSplit(owner, options, shuffle && seed === undefined),
    followLinks: flag('followLinks', options.followLinks),
    verbose: flag('verbose', options.verbose ?? true),
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
      maxBytes: maxBytesOf(owner, options),
    },
  };
}

function checkLabels(
  owner: string,
  labels: unknown,
  labelMode: unknown,
  classNames: unknown,
): Pick<CheckedImageDataset, 'labels' | 'labelMode' | 'classNames'> {
  const isList = isListOf(labels, Number.isInteger);
  if (labels !== 'inferred' && labels !== null && !isList) {
    throw new ValueError(
      `${owner}: labels must be 'inferred', null or a list of whole numbers, one for each file, got ${describeValue(labels)}.`,
    );
  }
  const mode =
    labelMode === null
      ? null
      : oneOf(owner, 'labelMode', labelMode, ['int', 'binary', 'categorical'], 'null');
  const isNamed = classNames !== undefined && classNames !== null;
  const isName = (name: unknown): name is string => typeof name === 'string' && name !== '';
  if (isNamed && (!isListOf(classNames, isName) || classNames.length === 0)) {
    throw new ValueError(
      `${owner}: classNames must be a list of names of folders, got ${describeValue(classNames)}.`,
    );
  }
  if (isNamed && (labels !== 'inferred' || mode === null)) {
    throw new ValueError(`${owner}: classNames needs labels: 'inferred' and a labelMode.`);
  }
  const hasNone = labels === null || mode === null;
  return {
    labels: hasNone ? null : (labels as 'inferred' | readonly number[]),
    labelMode: hasNone ? null : mode,
    classNames: isNamed ? (classNames) : undefined,
  };
}

function checkSplit(
  owner: string,
  { validationSplit, subset }: ImageDatasetOptions,
  isUnknownOrder: boolean,
): Pick<CheckedImageDataset, 'validationSplit' | 'subset'> {
  const isPart = subset !== undefined && subset !== null;
  const isSplit = validationSplit !== undefined && validationSplit !== null;
  if (isPart !== isSplit) {
    throw new ValueError(
      `${owner}: validationSplit and subset go together: give both, such as { validationSplit: 0.2, subset: 'both' }, or none.`,
    );
  }
  if (!isPart || !isSplit) return { validationSplit: undefined, subset: undefined };
  if (isUnknownOrder) {
    throw new ValueError(
      `${owner}: shuffled files are split by a seed, so that no file is in both parts. Give seed, or shuffle: false.`,
    );
  }
  return {
    validationSplit: checkNumber(owner, 'validationSplit', validationSplit, { above: 0, below: 1 }),
    subset: oneOf(owner, 'subset', subset, ['training', 'validation', 'both'] as const),
  };
}

/** How messages call the files that are looked for. */
export const LOOKED_FOR = PICTURE_ENDINGS.join(', ');
