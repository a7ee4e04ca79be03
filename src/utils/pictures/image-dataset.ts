import type { ColorMode } from '../../formats/pictures/names.js';
import type { DataFormatOption, Interpolation } from '../../ops/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { FolderDatasetOptions } from '../folders/folder-options.js';
import type { FolderSource } from '../folders/list-folder.js';
import type { FolderDataset } from '../folders/make-folder-dataset.js';

/** Options of `imageDatasetFromDirectory`. */
export interface ImageDatasetOptions extends FolderDatasetOptions {
  /** Gray, colours, or colours with alpha: 1, 3 or 4 channels. Default `'rgb'`. */
  readonly colorMode?: ColorMode;
  /** Height and width that pictures are brought to, or one number for both. Default [256, 256]. */
  readonly imageSize?: number | readonly [height: number, width: number];
  /** How pixels between pixels are computed, as in `ops.image.resize`. Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  /** Whether pictures are cut to the proportions of `imageSize`, so that nothing is distorted. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** Whether pictures get black borders, so that nothing is distorted. Default false. */
  readonly padToAspectRatio?: boolean;
  /** Default, and null: `'channels_last'`, [batch, height, width, channels]. */
  readonly dataFormat?: DataFormatOption | null;
  /**
   * Workers that decode while the model trains, in Node; 0: this thread decodes. Default `'auto'`: one less than the machine
   * has threads, at most 4. A page decodes on its own thread.
   */
  readonly workers?: number | 'auto';
  /** The most pixels that a picture may have. Default: see `loadImg`. */
  readonly maxPixels?: number;
  /**
   * The most bytes of memory that reading a picture may take: of the file, of what decodes it, of its pixels, and of these as
   * float32. Default 671088640 (640 MiB), which is enough for a JPEG of 27 million pixels.
   */
  readonly maxBytes?: number;
}

/** Pictures of a folder. */
export type ImageDataset = FolderDataset<Tensor>;

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
  directory: FolderSource,
  options: ImageDatasetOptions & { readonly subset: 'both' },
): Promise<[ImageDataset, ImageDataset]>;
export function imageDatasetFromDirectory(
  directory: FolderSource,
  options?: ImageDatasetOptions & { readonly subset?: 'training' | 'validation' | null },
): Promise<ImageDataset>;
export async function imageDatasetFromDirectory(
  directory: FolderSource,
  options: ImageDatasetOptions = {},
): Promise<ImageDataset | [ImageDataset, ImageDataset]> {
  const { makeImageDataset } = await import('./make-image-dataset.js');
  return makeImageDataset('imageDatasetFromDirectory', directory, options);
}
