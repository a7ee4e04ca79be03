/**
 * 60 000 photographs of 10 classes, 32 × 32 pixels of colour; downloaded.
 *
 * @module
 */

import type { LoadDataOptions } from './load-files.js';
import type { TrainTestTensors } from './tensors.js';

/** The names of the labels 0 to 9. */
export const classNames: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
];

/**
 * Loads CIFAR-10 (A. Krizhevsky 2009), like `keras.datasets.cifar10.load_data`.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape `[50000, 32, 32, 3]` and
 * `[10000, 32, 32, 3]`, labels of shape `[50000, 1]` and `[10000, 1]` with 0 to 9 (`classNames`).
 *
 * `cifar-10-python.tar.gz` (170 MB) is looked for in the same places as the files of `mnist.loadData`. The SHA-256 of a
 * downloaded file is checked. Instead, a directory may contain the unpacked folder `cifar-10-batches-py`. Its files are Python
 * pickles: only arrays and numbers are read, and nothing in them is run.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError if the file is damaged, or contains other objects, which the message names.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const [[trainImages, trainLabels], [testImages, testLabels]] = await datasets.cifar10.loadData();
 */
export async function loadData(options: LoadDataOptions = {}): Promise<TrainTestTensors> {
  const { CIFAR10, loadCifar } = await import('./cifar.js');
  return loadCifar('datasets.cifar10.loadData', CIFAR10, options, { key: 'labels', classes: 10 });
}
