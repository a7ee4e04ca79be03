import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as datasets from '../../../src/datasets.js';
import { breastCancer, iris } from '../../../src/datasets.js';
import { datasetSpecs } from '../../specs/datasets.js';
import { ValueError } from '../../../src/errors.js';
import { mean } from '../../../src/engine/ops/index.js';

const sha256 = (data: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    .digest('hex');

const count = (labels: Iterable<number>, label: number): number =>
  [...labels].filter((one) => one === label).length;

describe('iris.loadData', () => {
  it('gives 120 flowers to train and 30 to test, of each class every fifth', async () => {
    const [[xTrain, yTrain], [xTest, yTest]] = await iris.loadData();
    expect([xTrain, yTrain, xTest, yTest].map(({ shape, dtype }) => [...shape, dtype])).toEqual([
      [120, 4, 'float32'],
      [120, 'uint8'],
      [30, 4, 'float32'],
      [30, 'uint8'],
    ]);
    // Digests over the rows of the CSV as float32.
    expect([sha256(xTrain.data()), sha256(xTest.data())]).toEqual([
      '9810b2af9c4c2cd31e6dea6252f7f0a1d0a8a179c666575f9b9d7b9f3268050c',
      'a2bc5035e01aec8cc35b79d954284f811607c8ea8464ae209acbf39efdddb3f9',
    ]);
    expect(iris.classNames.map((_, label) => count(yTest.data(), label))).toEqual([10, 10, 10]);
    expect(iris.featureNames).toHaveLength(4);
  });

  it('gives the means that the file of the data set states', async () => {
    const [[x]] = await iris.loadData({ testSplit: 0 });
    expect(x.shape).toEqual([150, 4]);
    const means = mean(x, 0).data();
    [5.84, 3.05, 3.76, 1.2].forEach((expected, column) => {
      expect(Math.abs((means[column] ?? NaN) - expected)).toBeLessThan(0.01);
    });
  });
});

describe('breastCancer.loadData', () => {
  it('gives 456 tumours to train and 113 to test, of each class every fifth', async () => {
    const [[xTrain, yTrain], [xTest, yTest]] = await breastCancer.loadData();
    expect([xTrain, yTrain, xTest, yTest].map(({ shape, dtype }) => [...shape, dtype])).toEqual([
      [456, 30, 'float32'],
      [456, 'uint8'],
      [113, 30, 'float32'],
      [113, 'uint8'],
    ]);
    expect([sha256(xTrain.data()), sha256(xTest.data())]).toEqual([
      'ba9d1541e8fbab8a1bcc3e6aa320b92a1eec973cfc47fe17c415904afb6f4097',
      '18748a424704b0649c474cd64e171779fa56bee3f03f54df9b25f070aded122f',
    ]);
    // Of 212 malignant and 357 benign ones.
    expect(breastCancer.classNames.map((_, label) => count(yTest.data(), label))).toEqual([42, 71]);
    expect(breastCancer.featureNames).toHaveLength(30);
    expect(breastCancer.featureNames[29]).toBe('worst fractal dimension');
  });
});

it.each([
  ['iris', iris],
  ['breastCancer', breastCancer],
])('%s.loadData refuses a share out of range and unknown options', async (name, dataset) => {
  const loading = dataset.loadData({ testSplit: 1 });
  await expect(loading).rejects.toThrow(ValueError);
  await expect(loading).rejects.toThrow(
    `datasets.${name}.loadData: testSplit must be a finite number of at least 0 and below 1, got 1`,
  );
  const misspelt: object = { testsplit: 0.1 };
  await expect(dataset.loadData(misspelt)).rejects.toThrow(/Did you mean 'testSplit'/);
});

const embedded = Object.entries(datasetSpecs).filter(([, { classes }]) => classes !== undefined);
it.each(embedded)(
  '%s has samples of each class, as many as labels',
  async (name, { options, classes = 0 }) => {
    // prettier-ignore
    const parts = await datasets[name as 'iris'].loadData(options);
    for (const [x, y] of parts) {
      expect(x.shape[0]).toBe(y.size);
      expect([...new Set(y.data())].sort()).toEqual(
        Array.from({ length: classes }, (_, label) => label),
      );
    }
  },
);
