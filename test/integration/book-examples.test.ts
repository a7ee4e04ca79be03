// The examples of the notebooks of "Deep Learning with Python", at a small size: each learns what it says.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findTopics, judgeReviews, overfitting } from '../../examples/book/dense-texts.js';
import { boston, california, fourFolds, heldOutFifth, madeHouses } from '../../examples/book/houses.js'; // prettier-ignore
import { readInOrder } from '../../examples/book/read-in-order.js';

const folder = process.env['LANEGRAD_DATA_DIR'];
const has = (file: string): boolean => folder !== undefined && existsSync(path.join(folder, file));
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

describe('the examples on texts', () => {
  it('3.5: film reviews as rows of words', async () => {
    const { accuracy, source } = await judgeReviews({ made: true, epochs: 20 });
    expect(source).toBe('made texts');
    expect(accuracy).toBeGreaterThan(0.95);
  });

  it.skipIf(!has('text/rt-polarity.pos.gz'))(
    '3.5: the real sentences (needs text in LANEGRAD_DATA_DIR)',
    async () => {
      const { accuracy } = await judgeReviews();
      expect(accuracy).toBeGreaterThan(0.73);
    },
  );

  it('3.6: topics of newswires', async () => {
    // Guessing finds one in 46.
    const { accuracy } = await findTopics({ made: true });
    expect(accuracy).toBeGreaterThan(0.5);
  });

  it('4.4: losses of each network after each epoch', async () => {
    const names = ['smaller', 'weight decay', 'dropout'] as const;
    const curves = await overfitting({ made: true, epochs: 3, names });
    expect(Object.keys(curves)).toEqual([...names]);
    for (const losses of Object.values(curves)) {
      expect(losses).toHaveLength(3);
      expect(losses[2]).toBeLessThan(losses[0] ?? NaN);
    }
  });

  it('6.1 and 6.2: vectors of words and recurrent layers', async () => {
    const accuracies = await readInOrder({ made: true });
    expect(Object.keys(accuracies)).toEqual(['embedding', 'SimpleRNN', 'LSTM']);
    for (const accuracy of Object.values(accuracies)) expect(accuracy).toBeGreaterThan(0.9);
  });
});

describe('the examples on houses', () => {
  it('learn made ones', async () => {
    const houses = madeHouses(300, 4);
    const spread = houses.y.sub(houses.y.mean()).abs().mean().item();
    const errors = await fourFolds(houses, { epochs: 30 });
    expect(errors).toHaveLength(4);
    expect(mean(errors)).toBeLessThan(0.7 * spread);
  });

  it.skipIf(!has('boston_housing/housing.data'))(
    '3.7: Boston, in four folds (needs boston_housing in LANEGRAD_DATA_DIR)',
    async () => {
      const houses = await boston(true);
      expect(houses.x.shape).toEqual([404, 13]);
      expect(mean(await fourFolds(houses))).toBeLessThan(2.7);
    },
  );

  it.skipIf(!has('california_housing/housing.csv.gz'))(
    'California (needs california_housing in LANEGRAD_DATA_DIR)',
    async () => {
      const houses = await california();
      expect(houses.x.shape).toEqual([20640, 13]);
      // Twelve of the forty epochs.
      expect(await heldOutFifth(houses, { epochs: 12 })).toBeLessThan(38_000);
    },
  );
});
