import type { DatasetFile, DatasetLocation } from './dataset-files.js';

/** A data set of four IDX files, as MNIST and Fashion-MNIST are. */
export interface IdxDataset extends DatasetLocation {
  readonly trainImages: DatasetFile;
  readonly trainLabels: DatasetFile;
  readonly testImages: DatasetFile;
  readonly testLabels: DatasetFile;
}

/** The check sums of the training images and labels, of the test images and labels. */
type CheckSums = readonly [string, string, string, string];

/** A data set of the names and the shapes of MNIST. */
function likeMnist(
  location: DatasetLocation,
  [trainImages, trainLabels, testImages, testLabels]: CheckSums,
): IdxDataset {
  const images = (part: string, count: number, sha256: string): DatasetFile => ({
    name: `${part}-images-idx3-ubyte`,
    sha256,
    maxBytes: 16 + count * 28 * 28,
  });
  const labels = (part: string, count: number, sha256: string): DatasetFile => ({
    name: `${part}-labels-idx1-ubyte`,
    sha256,
    maxBytes: 8 + count,
  });
  return {
    ...location,
    trainImages: images('train', 60000, trainImages),
    trainLabels: labels('train', 60000, trainLabels),
    testImages: images('t10k', 10000, testImages),
    testLabels: labels('t10k', 10000, testLabels),
  };
}

// The check sums are those of the inflated files as Yann LeCun published them; how a mirror has
// compressed them does not matter.
export const MNIST = likeMnist(
  {
    name: 'mnist',
    folders: ['mnist'],
    mirrors: [
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      // Sends CORS headers: the one that any web page may read.
      'https://cdn.jsdelivr.net/gh/fgnt/mnist@master/',
    ],
  },
  [
    'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  ],
);

// The check sums are those of the inflated files whose gzipped form has the MD5 sums that the authors publish.
export const FASHION_MNIST = likeMnist(
  {
    name: 'fashionMnist',
    folders: ['fashion-mnist', 'fashion'],
    mirrors: [
      // Sends CORS headers: any web page may read it.
      'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    ],
  },
  [
    'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  ],
);
