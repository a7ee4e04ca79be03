import type { IdxDataset } from './idx-files.js';

// The check sums are those of the inflated files whose gzipped form has the MD5 sums that the authors publish.
export const FASHION_MNIST: IdxDataset = {
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
