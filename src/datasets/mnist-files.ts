import type { IdxDataset } from './idx-files.js';

// The check sums are those of the inflated files as Yann LeCun published them; how a mirror has
// compressed them does not matter.
export const MNIST: IdxDataset = {
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
