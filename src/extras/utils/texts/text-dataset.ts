import type { StringArray } from '../../../engine/tensor/index.js';
import type { FolderSource } from '../folders/list-folder.js';
import type { FolderDatasetFunction } from '../folders/make-folder-dataset.js';
import type { TextDatasetOptions } from './make-text-dataset.js';

/**
 * The texts of a folder with their labels, as batches for `fit` and `adapt`: x strings [batch], and y. Files that end in `.txt`, in UTF-8,
 * are found, shuffled and split in the same order as in Keras; the same seed gives the same parts. Keras: `text_dataset_from_directory`.
 *
 * Texts are read on demand, some of them ahead.
 *
 * @param directory a path (Node), the files that a user picked, or a folder's handle
 * @throws ValueError for an invalid option, labels that do not match, or a folder without texts; DatasetError if the folder does not
 * exist. While iterating: FormatError for a file that is not UTF-8 or is larger than `maxBytes`, DatasetError for a file that cannot be
 * read.
 * @example
 * const [train, test] = await utils.textDatasetFromDirectory('reviews', {
 *   batchSize: 64, validationSplit: 0.2, subset: 'both', seed: 1,
 * });
 * await model.fit(train, { epochs: 5, validationData: test });
 */
export const textDatasetFromDirectory: FolderDatasetFunction<TextDatasetOptions, StringArray> =
  (async (directory: FolderSource, options: TextDatasetOptions = {}) => {
    const { makeTextDataset } = await import('./make-text-dataset.js');
    return makeTextDataset('textDatasetFromDirectory', directory, options);
  }) as FolderDatasetFunction<TextDatasetOptions, StringArray>;
