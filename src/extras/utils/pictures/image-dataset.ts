import type { Tensor } from '../../../engine/tensor/index.js';
import type { FolderSource } from '../folders/list-folder.js';
import type { FolderDatasetFunction } from '../folders/make-folder-dataset.js';
import type { ImageDatasetOptions } from './image-dataset-options.js';

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
export const imageDatasetFromDirectory: FolderDatasetFunction<ImageDatasetOptions, Tensor> =
  (async (directory: FolderSource, options: ImageDatasetOptions = {}) => {
    const { makeImageDataset } = await import('./image-dataset-options.js');
    return makeImageDataset('imageDatasetFromDirectory', directory, options);
  }) as FolderDatasetFunction<ImageDatasetOptions, Tensor>;
