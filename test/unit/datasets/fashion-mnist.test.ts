import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fashionMnist } from '../../../src/datasets.js';
import { DatasetError } from '../../../src/errors.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

const directory = process.env['LANEGRAD_DATA_DIR'] ?? '';
const isThere = ['fashion-mnist', 'fashion'].some(
  (folder) => directory !== '' && existsSync(join(directory, folder)),
);

describe('fashionMnist.loadData', () => {
  it.skipIf(!isThere)(
    'loads the real Fashion-MNIST (needs Fashion-MNIST in LANEGRAD_DATA_DIR)',
    async () => {
      const [[trainImages, trainLabels], [testImages, testLabels]] = await fashionMnist.loadData();
      expect(trainImages.shape).toEqual([60000, 28, 28]);
      expect(testImages.shape).toEqual([10000, 28, 28]);
      // Published facts: the first labels of both sets, and that the classes are equally large.
      expect([...trainLabels.data().slice(0, 10)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
      const labels = [...testLabels.data()];
      expect(labels.slice(0, 10)).toEqual([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
      const counts = fashionMnist.classNames.map((_, i) => labels.filter((l) => l === i).length);
      expect(counts).toEqual(Array.from({ length: 10 }, () => 1000));
      for (const x of [trainImages, trainLabels, testImages, testLabels]) x.dispose();
    },
  );

  it('names the files and folders that a directory lacks', async () => {
    const loading = fashionMnist.loadData({ directory: await temporaryFolder() });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(
      /lacks train-images.*also not in its folder fashion-mnist\/ or fashion\//,
    );
  });
});
