/**
 * 70 000 handwritten digits of 28 × 28 pixels; downloaded.
 *
 * @module
 */

import type { LoadDataOptions } from './load-files.js';
import { idxTensors, type TrainTestTensors } from './tensors.js';

/**
 * Loads MNIST: 70 000 handwritten digits of 28x28 pixels (Y. LeCun, C. Cortes; CC BY-SA 3.0), like
 * `keras.datasets.mnist.load_data`.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape
 * `[60000, 28, 28]` and `[10000, 28, 28]` with 0 (paper) to 255 (ink), labels of shape `[60000]` and
 * `[10000]` with 0 to 9.
 *
 * The four files (11 MB) are read from `directory`, if you give it; otherwise from the folder in the environment
 * variable LANEGRAD_DATA_DIR, if it contains them; otherwise each file from the cache, or from the mirrors in turn,
 * after which it is kept in the cache. The SHA-256 of every file is checked, wherever it comes from; files that fail
 * are not kept.
 *
 * @throws DatasetError if a directory does not exist, lacks a file or contains a wrong one, or if all mirrors fail (the
 * message lists every attempt).
 * @throws FormatError if a gzip file in a directory is damaged.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const [[trainImages, trainLabels], [testImages, testLabels]] = await datasets.mnist.loadData();
 */
export async function loadData(options: LoadDataOptions = {}): Promise<TrainTestTensors> {
  const { loadIdxDataset, MNIST } = await import('./load-idx.js');
  return idxTensors(await loadIdxDataset(MNIST, options));
}
