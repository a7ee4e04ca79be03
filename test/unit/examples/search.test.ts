// The search over threads: what a config may hold, and that a search has the bits of runs without a pause.
import { describe, expect, it } from 'vitest';
import { isSameWithoutPause, search } from '../../../examples/search/search.js';
import { readConfig } from '../../../examples/search/trial.js';

describe('configs', () => {
  it('from outside are checked', () => {
    const config = { learningRate: 0.1, units: 8, dropout: 0, epochs: 1, seed: 0 };
    const read = (change: object): unknown => readConfig(JSON.stringify({ ...config, ...change }));
    expect(read({})).toEqual(config);
    expect(() => read({ lr: 1 })).toThrow('The config has no lr; it has learningRate, units');
    expect(() => read({ units: 1.5 })).toThrow('units must be a whole number from 1 to 10000');
    expect(() => read({ dropout: 1 })).toThrow('dropout must be a number from 0 to 0.99, got 1');
    expect(() => read({ seed: '7' })).toThrow('seed must be a whole number');
    expect(() => readConfig('[1]')).toThrow('The config must be an object');
  });
});

describe('a search', () => {
  it('over threads ends trials early, and what went on in rounds has the bits of a run without a pause', async () => {
    const tuner = await search({ epochs: 4, threads: 2 });
    // 4, 2 and 1 trials; 3 and 1; 3.
    expect(tuner.trials).toHaveLength(14);
    expect(tuner.trials.every(({ status }) => status === 'completed')).toBe(true);
    const last = tuner.trials.find(({ values }) => values['tuner/round'] === 2);
    if (last === undefined) throw new Error('no trial went on');
    expect(await isSameWithoutPause(last)).toBe(true);
  });
});
