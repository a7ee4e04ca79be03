/**
 * 70 000 pictures of clothes, 28 × 28 pixels; downloaded.
 *
 * @module
 */

import type { LoadDataOptions } from './load-files.js';
import { idxTensors, type TrainTestTensors } from './tensors.js';

/** The names of the labels 0 to 9. */
export const classNames: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/**
 * Loads Fashion-MNIST: 70 000 images of clothes of 28x28 pixels in 10 classes (Zalando SE, MIT licence), like
 * `keras.datasets.fashion_mnist.load_data`.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape
 * `[60000, 28, 28]` and `[10000, 28, 28]`, labels of shape `[60000]` and `[10000]` with 0 to 9 (`classNames`).
 *
 * The files (31 MB) are looked for in the same places as those of `mnist.loadData`, and verified in the same way; a
 * directory may contain them in `fashion-mnist/` or `fashion/`.
 *
 * @throws DatasetError if a directory does not exist, lacks a file or contains a wrong one, or if all mirrors fail (the
 * message lists every attempt).
 * @throws FormatError if a gzip file in a directory is damaged.
 * @throws ValueError for an unknown option, or an option without effect.
 * @example const [[trainImages, trainLabels], [testImages, testLabels]] = await datasets.fashionMnist.loadData();
 */
export async function loadData(options: LoadDataOptions = {}): Promise<TrainTestTensors> {
  const { loadIdxDataset, FASHION_MNIST } = await import('./load-idx.js');
  return idxTensors(await loadIdxDataset(FASHION_MNIST, options));
}
