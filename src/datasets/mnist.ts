import { idxTensor } from '../data/read-idx.js';
import type { IdxDataset } from './idx-files.js';
import type { LoadDataOptions } from './load-options.js';
import type { TrainTestTensors } from './tensors.js';

// The check sums are those of the inflated files as Yann LeCun published them; how a mirror has
// compressed them does not matter.
const dataset: IdxDataset = {
  name: 'mnist',
  folders: ['mnist'],
  mirrors: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
    // Sends CORS headers: the one that any web page may read.
    'https://cdn.jsdelivr.net/gh/fgnt/mnist@master/',
  ],
  trainImages: {
    name: 'train-images-idx3-ubyte',
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    byteLength: 16 + 60000 * 28 * 28,
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    byteLength: 8 + 60000,
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    byteLength: 16 + 10000 * 28 * 28,
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    byteLength: 8 + 10000,
  },
};

/**
 * Loads MNIST: 70 000 handwritten digits of 28x28 pixels (Y. LeCun, C. Cortes; CC BY-SA 3.0), as
 * `keras.datasets.mnist.load_data`.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape
 * `[60000, 28, 28]` and `[10000, 28, 28]` with 0 (paper) to 255 (ink), labels of shape `[60000]` and
 * `[10000]` with 0 to 9.
 *
 * The four files are taken from `directory`, if it is given; else from the folder in the environment
 * variable LANEGRAD_DATA_DIR, if it has them; else each from the cache, or from the mirrors in turn, and
 * then kept in the cache (11 MB). The SHA-256 of every file is checked, wherever it comes from; what fails is
 * not kept.
 *
 * @throws DatasetError if a directory does not exist, lacks a file or holds a wrong one, or if all mirrors fail
 * (the message lists every attempt).
 * @throws FormatError if a gzip file in a directory is damaged.
 * @throws ValueError for an unknown or useless option.
 * @example const [[trainImages, trainLabels], [testImages, testLabels]] = await datasets.mnist.loadData();
 */
export async function loadData(options: LoadDataOptions = {}): Promise<TrainTestTensors> {
  const { loadIdxDataset } = await import('./load-idx.js');
  const arrays = await loadIdxDataset(dataset, options);
  return [
    [idxTensor(arrays.trainImages), idxTensor(arrays.trainLabels)],
    [idxTensor(arrays.testImages), idxTensor(arrays.testLabels)],
  ];
}
