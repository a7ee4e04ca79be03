/**
 * 60 000 photographs of 100 classes, 32 × 32 pixels of colour; downloaded.
 *
 * @module
 */

import type { LoadDataOptions } from './load-files.js';
import type { TrainTestTensors } from './tensors.js';

/** Options of `cifar100.loadData`. */
export interface Cifar100Options extends LoadDataOptions {
  /** Labels of the 100 classes (`'fine'`, the default), or of their 20 groups (`'coarse'`). */
  readonly labelMode?: 'fine' | 'coarse' | undefined;
}

/**
 * Loads CIFAR-100 (A. Krizhevsky 2009), like `keras.datasets.cifar100.load_data`.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape `[50000, 32, 32, 3]` and
 * `[10000, 32, 32, 3]`, labels of shape `[50000, 1]` and `[10000, 1]` with 0 to 99, or 0 to 19.
 *
 * `cifar-100-python.tar.gz` (169 MB), or the unpacked folder `cifar-100-python`, is found and read like that of `cifar10`.
 *
 * @throws DatasetError if a directory does not exist or lacks the file, or if all mirrors fail.
 * @throws FormatError if the file is damaged, or contains other objects, which the message names.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const [[trainImages, trainLabels]] = await datasets.cifar100.loadData({ labelMode: 'coarse' });
 */
export async function loadData(options: Cifar100Options = {}): Promise<TrainTestTensors> {
  const { CIFAR100, loadCifar, labelsOf } = await import('./cifar.js');
  const owner = 'datasets.cifar100.loadData';
  return loadCifar(owner, CIFAR100, options, labelsOf(owner, options?.labelMode), ['labelMode']);
}
