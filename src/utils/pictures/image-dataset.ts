import type { Dataset, ElementPart } from '../../data/index.js';
import type { ColorMode } from '../../formats/pictures/names.js';
import type { DataFormatOption, Interpolation } from '../../ops/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { PictureFolder } from './folders.js';

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
  const { makeImageDataset } = await import('./make-image-dataset.js');
  return makeImageDataset('imageDatasetFromDirectory', directory, options);
}
