import type { Tensor } from '../../../engine/tensor/index.js';
import type { BothSubsets, Labeled, OneSubset, Unlabeled } from '../folders/folder-options.js';
import type { FolderSource } from '../folders/list-folder.js';
import type { ImageDataset, ImageDatasetOptions } from './image-dataset-options.js';

/**
 * The pictures of a folder with their labels, as batches for `fit`: x float32 [batch, height, width, channels] from 0 to 255, and
 * y. Files are found, shuffled and split in the same order as in Keras; the same seed gives the same parts. JPEG, PNG, GIF and BMP
 * files are recognized by their extensions. Keras: `image_dataset_from_directory`.
 *
 * Pictures are read on demand, some of them ahead; in Node, workers decode while the model trains.
 *
 * @param directory a path (Node), the files that a user picked, or a folder's handle
 * @throws ValueError for an invalid option, labels that do not match, or a folder without pictures; DatasetError if the folder
 * does not exist. While iterating: whatever `loadImg` throws, naming the file.
 * @example
 * const [train, test] = await utils.imageDatasetFromDirectory('flowers', {
 *   imageSize: [96, 96], validationSplit: 0.2, subset: 'both', seed: 1,
 * });
 * await model.fit(train, { epochs: 5, validationData: test });
 */
export function imageDatasetFromDirectory(
  directory: FolderSource,
  options: ImageDatasetOptions & Unlabeled & BothSubsets,
): Promise<[ImageDataset<Tensor>, ImageDataset<Tensor>]>;
export function imageDatasetFromDirectory(
  directory: FolderSource,
  options: ImageDatasetOptions & Unlabeled & OneSubset,
): Promise<ImageDataset<Tensor>>;
export function imageDatasetFromDirectory(
  directory: FolderSource,
  options: ImageDatasetOptions & Labeled & BothSubsets,
): Promise<[ImageDataset<[x: Tensor, y: Tensor]>, ImageDataset<[x: Tensor, y: Tensor]>]>;
export function imageDatasetFromDirectory(
  directory: FolderSource,
  options?: ImageDatasetOptions & Labeled & OneSubset,
): Promise<ImageDataset<[x: Tensor, y: Tensor]>>;
export function imageDatasetFromDirectory(
  directory: FolderSource,
  options: ImageDatasetOptions & BothSubsets,
): Promise<[ImageDataset, ImageDataset]>;
export function imageDatasetFromDirectory(
  directory: FolderSource,
  options?: ImageDatasetOptions & OneSubset,
): Promise<ImageDataset>;
export async function imageDatasetFromDirectory(
  directory: FolderSource,
  options: ImageDatasetOptions = {},
): Promise<ImageDataset | [ImageDataset, ImageDataset]> {
  const { makeImageDataset } = await import('./image-dataset-options.js');
  return makeImageDataset('imageDatasetFromDirectory', directory, options);
}
