import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digits } from '../../../src/datasets.js';
import { ValueError } from '../../../src/errors.js';

const sha256 = (bytes: ArrayLike<number>): string =>
  createHash('sha256').update(Uint8Array.from(bytes)).digest('hex');

describe('digits.loadData', () => {
  it('gives 1442 digits to train and 355 to test', async () => {
    const [[trainImages, trainLabels], [testImages, testLabels]] = await digits.loadData();
    expect(trainImages.shape).toEqual([1442, 8, 8]);
    expect(trainLabels.shape).toEqual([1442]);
    expect(testImages.shape).toEqual([355, 8, 8]);
    expect(testLabels.shape).toEqual([355]);
    for (const x of [trainImages, trainLabels, testImages, testLabels]) {
      expect(x.dtype).toBe('uint8');
    }
    // Digests over the rows of the CSV: for testing, every fifth row of each class.
    expect(sha256(testImages.data())).toBe(
      '208645cd23e830184fd2fd044f441db9e420ba10f04e1caaee49bc0bb5941240',
    );
    expect(sha256(trainImages.data())).toBe(
      '238ffe25c90c1cd4aed363476e5c5e67528a279b6cca8e7c046a90f6f2dd4eb8',
    );
    const labels = [...testLabels.data()];
    expect(labels.slice(0, 12)).toEqual([5, 0, 9, 8, 7, 1, 2, 6, 3, 4, 0, 2]);
    const counts = Array.from({ length: 10 }, (_, i) => labels.filter((l) => l === i).length);
    expect(counts).toEqual([35, 36, 35, 36, 36, 36, 36, 35, 34, 36]);
  });

  it('takes another share, or none, for testing', async () => {
    const [, [halfImages]] = await digits.loadData({ testSplit: 0.5 });
    // floor(count / 2) of the classes' 178 182 177 183 181 182 181 179 174 180.
    expect(halfImages.shape).toEqual([896, 8, 8]);
    const [[trainImages, trainLabels], [testImages]] = await digits.loadData({ testSplit: 0 });
    expect(trainImages.shape).toEqual([1797, 8, 8]);
    expect(testImages.shape).toEqual([0, 8, 8]);
    // The file's first three digits.
    expect([...trainLabels.data().slice(0, 3)]).toEqual([0, 1, 2]);
    expect([...trainImages.data().slice(0, 8)]).toEqual([0, 0, 5, 13, 9, 1, 0, 0]);
  });

  it('refuses a share out of range and unknown options', async () => {
    for (const testSplit of [-0.1, 1, NaN]) {
      const loading = digits.loadData({ testSplit });
      await expect(loading).rejects.toThrow(ValueError);
      await expect(loading).rejects.toThrow(`at least 0 and below 1, got ${testSplit}`);
    }
    const misspelt: object = { testsplit: 0.1 };
    await expect(digits.loadData(misspelt)).rejects.toThrow(
      /unknown option 'testsplit'\. Did you mean 'testSplit'/,
    );
  });
});
