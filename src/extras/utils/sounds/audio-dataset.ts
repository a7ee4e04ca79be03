import type { Tensor } from '../../../engine/tensor/index.js';
import type { FolderSource } from '../folders/list-folder.js';
import type { FolderDatasetFunction } from '../folders/make-folder-dataset.js';
import type { AudioDatasetOptions } from './make-audio-dataset.js';

/**
 * The sounds of a folder with their labels, as batches for `fit`: x float32 [batch, frames, channels], nominally from −1 to 1, and y.
 * Files that end in `.wav` are found, shuffled and split in the same order as in Keras; the same seed gives the same parts. Keras:
 * `audio_dataset_from_directory`.
 *
 * Without `outputSequenceLength` the sounds of a batch are padded with zeros to the longest of them. Sounds are read on demand, some
 * of them ahead.
 *
 * @param directory a path (Node), the files that a user picked, or a folder's handle
 * @throws ValueError for an invalid option, labels that do not match, or a folder without sounds; DatasetError if the folder does not
 * exist. While iterating: whatever `loadAudio` throws, naming the file; ShapeError for a batch of sounds with different numbers of
 * channels.
 * @example
 * const [train, test] = await utils.audioDatasetFromDirectory('commands', {
 *   samplingRate: 16_000, outputSequenceLength: 16_000, validationSplit: 0.2, subset: 'both', seed: 1,
 * });
 * await model.fit(train, { epochs: 5, validationData: test });
 */
export const audioDatasetFromDirectory: FolderDatasetFunction<AudioDatasetOptions, Tensor> =
  (async (directory: FolderSource, options: AudioDatasetOptions = {}) => {
    const { makeAudioDataset } = await import('./make-audio-dataset.js');
    return makeAudioDataset('audioDatasetFromDirectory', directory, options);
  }) as FolderDatasetFunction<AudioDatasetOptions, Tensor>;
