// The search over threads: which trials go on, what a config may hold, and that a search is the same on any number of threads.
import { describe, expect, it } from 'vitest';
import { rungsOf, sampleConfigs, survivorsOf } from '../../../examples/search/halving.js';
import { search } from '../../../examples/search/search.js';
import { readConfig, runTrial } from '../../../examples/search/trial.js';

describe('rungs', () => {
  it('grow by the factor and end with the last epoch', () => {
    expect(rungsOf(3, 24, 2)).toEqual([3, 6, 12, 24]);
    expect(rungsOf(1, 27, 3)).toEqual([1, 3, 9, 27]);
    expect(rungsOf(2, 10, 2)).toEqual([2, 4, 8, 10]);
    expect(rungsOf(5, 5, 2)).toEqual([5]);
  });

  it('refuse what would not end', () => {
    expect(() => rungsOf(3, 24, 1)).toThrow('from 2 on, got 1');
    expect(() => rungsOf(0, 24, 2)).toThrow('got 0, 24');
    expect(() => rungsOf(9, 3, 2)).toThrow('got 9, 3');
  });
});

describe('survivors', () => {
  it('are the best in their order, one in factor, at least one', () => {
    expect(survivorsOf([0.1, 0.9, 0.5, 0.7], 2)).toEqual([1, 3]);
    expect(survivorsOf([0.1, 0.9, 0.5, 0.7, 0.8], 3)).toEqual([1]);
    expect(survivorsOf([0.4, 0.3], 4)).toEqual([0]);
  });

  it('are the earlier ones of equals, and numbers before NaN', () => {
    expect(survivorsOf([0.5, 0.5, 0.5, 0.5], 2)).toEqual([0, 1]);
    expect(survivorsOf([NaN, 0.1, NaN, 0], 2)).toEqual([1, 3]);
  });
});

describe('configs', () => {
  it('are the same for the same seed, and lie in the space', () => {
    const configs = sampleConfigs(50, 3, 24);
    expect(sampleConfigs(50, 3, 24)).toEqual(configs);
    expect(sampleConfigs(50, 4, 24)).not.toEqual(configs);
    for (const config of configs) {
      expect(config.learningRate).toBeGreaterThanOrEqual(1e-4);
      expect(config.learningRate).toBeLessThanOrEqual(1);
      expect([8, 16, 32, 64]).toContain(config.units);
      expect(config.dropout).toBeGreaterThanOrEqual(0);
      expect(config.dropout).toBeLessThanOrEqual(0.5);
      expect(readConfig(JSON.stringify(config))).toEqual(config);
    }
  });

  it('from outside are checked', () => {
    const config = { learningRate: 0.1, units: 8, dropout: 0, epochs: 1, seed: 0 };
    const read = (change: object): unknown => readConfig(JSON.stringify({ ...config, ...change }));
    expect(() => read({ lr: 1 })).toThrow('The config has no lr; it has learningRate, units');
    expect(() => read({ units: 1.5 })).toThrow('units must be a whole number from 1 to 10000');
    expect(() => read({ dropout: 1 })).toThrow('dropout must be a number from 0 to 0.99, got 1');
    expect(() => read({ seed: '7' })).toThrow('seed must be a whole number');
    expect(() => readConfig('[1]')).toThrow('The config must be an object');
  });
});

describe('a search', () => {
  it('ends trials early, on any number of threads the same, and its best has the bits of one run', async () => {
    const sizes: number[] = [];
    const options = { trials: 4, epochs: 4, firstEpochs: 1, seed: 0 };
    const found = await search({
      ...options,
      threads: 2,
      onRung: (_, running) => sizes.push(running.length),
    });
    expect(sizes).toEqual([4, 2, 1]);
    expect(found.trials.filter(({ report }) => report?.weights === undefined)).toHaveLength(3);
    expect(await search({ ...options, threads: 1 })).toEqual(found);
    expect(await runTrial(found.best.config)).toEqual(found.best.report);
  });
});
