import { idxTensor } from '../data/read-idx.js';
import type { IdxDataset } from './idx-files.js';
import type { LoadDataOptions } from './load-options.js';
import type { TrainTestTensors } from './tensors.js';

// The check sums are those of the inflated files whose gzipped form has the MD5 sums that the authors publish.
const dataset: IdxDataset = {
  name: 'fashionMnist',
  folders: ['fashion-mnist', 'fashion'],
  mirrors: [
    // Sends CORS headers: any web page may read it.
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
  ],
  trainImages: {
    name: 'train-images-idx3-ubyte',
    sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    byteLength: 16 + 60000 * 28 * 28,
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    byteLength: 8 + 60000,
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    byteLength: 16 + 10000 * 28 * 28,
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    byteLength: 8 + 10000,
  },
};

/** What the labels 0 to 9 stand for. */
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
 * Loads Fashion-MNIST: 70 000 images of clothes of 28x28 pixels in 10 classes (Zalando SE, MIT licence), as
 * `keras.datasets.fashion_mnist.load_data`.
 *
 * Returns `[[trainImages, trainLabels], [testImages, testLabels]]`, all `uint8`: images of shape
 * `[60000, 28, 28]` and `[10000, 28, 28]`, labels of shape `[60000]` and `[10000]` with 0 to 9 (`classNames`).
 *
 * The files come from where those of `mnist.loadData` come from, in the same order, and are verified alike (31 MB);
 * a directory may hold them in `fashion-mnist/` or `fashion/`.
 *
 * @throws DatasetError if a directory does not exist, lacks a file or holds a wrong one, or if all mirrors fail
 * (the message lists every attempt).
 * @throws FormatError if a gzip file in a directory is damaged.
 * @throws ValueError for an unknown or useless option.
 * @example const [[trainImages, trainLabels], [testImages, testLabels]] = await datasets.fashionMnist.loadData();
 */
export async function loadData(options: LoadDataOptions = {}): Promise<TrainTestTensors> {
  const { loadIdxDataset } = await import('./load-idx.js');
  const arrays = await loadIdxDataset(dataset, options);
  return [
    [idxTensor(arrays.trainImages), idxTensor(arrays.trainLabels)],
    [idxTensor(arrays.testImages), idxTensor(arrays.testLabels)],
  ];
}
