import { describe, expect, it } from 'vitest';
import { mnist } from '../../../src/datasets.js';
import { DatasetError, ValueError } from '../../../src/errors.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

const directory = process.env['LANEGRAD_DATA_DIR'];

describe('mnist.loadData', () => {
  it.skipIf(!directory)('loads the real MNIST (needs MNIST in LANEGRAD_DATA_DIR)', async () => {
    const [[trainImages, trainLabels], [testImages, testLabels]] = await mnist.loadData();
    expect(trainImages.shape).toEqual([60000, 28, 28]);
    expect(trainLabels.shape).toEqual([60000]);
    expect(testImages.shape).toEqual([10000, 28, 28]);
    expect(testLabels.shape).toEqual([10000]);
    for (const x of [trainImages, trainLabels, testImages, testLabels]) {
      expect(x.dtype).toBe('uint8');
    }
    // Published facts: the first labels of both sets, and how often each digit occurs.
    expect([...trainLabels.data().slice(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    const labels = [...testLabels.data()];
    expect(labels.slice(0, 10)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    const counts = Array.from({ length: 10 }, (_, i) => labels.filter((l) => l === i).length);
    expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    for (const x of [trainImages, trainLabels, testImages, testLabels]) x.dispose();
  });

  it('names the files that a directory lacks', async () => {
    const loading = mnist.loadData({ directory: await temporaryFolder() });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(
      'lacks train-images-idx3-ubyte[.gz], train-labels-idx1-ubyte[.gz], ' +
        't10k-images-idx3-ubyte[.gz], t10k-labels-idx1-ubyte[.gz]',
    );
  });

  it('refuses unknown options', async () => {
    const misspelt: object = { directoy: '/data' };
    await expect(mnist.loadData(misspelt)).rejects.toThrow(ValueError);
    await expect(mnist.loadData(misspelt)).rejects.toThrow(
      /datasets\.mnist\.loadData: unknown option 'directoy'\. Did you mean 'directory'/,
    );
  });
});
