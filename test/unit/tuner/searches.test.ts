// What searches try, in which order, and what they do about failures.
import { describe, expect, it } from 'vitest';
import { memory } from '../../../src/index.js';
import { BayesianOptimization, GridSearch, HyperParameters, Hyperband, RandomSearch } from '../../../src/tuner.js'; // prettier-ignore
import type { Trial } from '../../../src/tuner.js';
import { branin } from './functions.js';

const quiet = { verbose: 0 } as const;
const valuesOf = ({ trials }: { readonly trials: readonly Trial[] }): unknown[] =>
  trials.map(({ values }) => values);

describe('a search at random', () => {
  it('is the same for the same seed, and another one for another', async () => {
    const run = async (seed: number): Promise<unknown[]> => {
      const search = new RandomSearch(branin, { maxTrials: 5, seed });
      await search.search(quiet);
      return valuesOf(search);
    };
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('tries nothing twice, and ends when everything was tried', async () => {
    const search = new RandomSearch((hp) => hp.int('x', { min: 1, max: 6 }), { maxTrials: 50, seed: 0 }); // prettier-ignore
    await search.search(quiet);
    expect(search.trials.map(({ values }) => values['x']).toSorted()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(search.getBestTrials(2).map(({ score }) => score)).toEqual([1, 2]);
  });

  it('finds hyperparameters within conditions, and keeps those that a trial has asked for', async () => {
    const search = new RandomSearch(
      (hp) => (hp.boolean('deep') ? hp.int('layers', { min: 2, max: 3 }) : 1),
      { maxTrials: 20, seed: 3 },
    );
    await search.search(quiet);
    const found = new Set(search.trials.map(({ values }) => JSON.stringify(values)));
    expect([...found].toSorted()).toEqual([
      '{"deep":false}',
      '{"deep":true,"layers":2}',
      '{"deep":true,"layers":3}',
    ]);
    expect(search.trials).toHaveLength(3);
    expect(search.space.map(({ name }) => name)).toEqual(['deep', 'layers']);
  });

  it('takes the mean of the executions, whose seeds differ', async () => {
    const seeds: number[] = [];
    const search = new RandomSearch(
      (hp, { execution, seed }) => {
        seeds.push(seed);
        return { f1: hp.fixed('base', 0.5) + execution };
      },
      { maxTrials: 1, executionsPerTrial: 3, objective: { name: 'f1', direction: 'max' } },
    );
    await search.search(quiet);
    expect(search.trials[0]).toMatchObject({ score: 1.5, metrics: { f1: 1.5 } });
    expect(new Set(seeds).size).toBe(3);
  });

  it('takes values and ranges that were declared before in place of those of the function', async () => {
    const hyperparameters = new HyperParameters();
    hyperparameters.fixed('rate', 0.25);
    hyperparameters.int('units', { min: 3, max: 4 });
    const options = { hyperparameters, maxTrials: 20, seed: 0 };
    const f = (hp: HyperParameters): number =>
      hp.float('rate', { min: 0, max: 1 }) + hp.int('units', { min: 1, max: 9 }) + hp.int('other', { min: 5, max: 6 }); // prettier-ignore
    const search = new RandomSearch(f, options);
    await search.search(quiet);
    const sorted = (one: RandomSearch): number[] =>
      one.trials.map(({ score = NaN }) => score).toSorted((a, b) => a - b);
    expect(sorted(search)).toEqual([8.25, 9.25, 9.25, 10.25]);
    const narrow = new RandomSearch(f, { ...options, tuneNewEntries: false });
    await narrow.search(quiet);
    expect(sorted(narrow)).toEqual([8.25, 9.25]);
    const closed = new RandomSearch(f, { ...options, allowNewEntries: false });
    await expect(closed.search(quiet)).rejects.toThrow(
      "'other' is not in the hyperparameters of the tuner",
    );
  });
});

describe('a search of a grid', () => {
  it('goes through all combinations, the last hyperparameter first', async () => {
    const search = new GridSearch((hp) => {
      const kind = hp.choice('kind', ['a', 'b']);
      const x = hp.int('x', { min: 1, max: 3 });
      return kind === 'a' ? x : -x;
    });
    await search.search(quiet);
    expect(
      search.trials.map(({ values }) => `${String(values['kind'])}${String(values['x'])}`),
    ).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3']);
  });

  it('goes through conditions without repeating a trial', async () => {
    const search = new GridSearch((hp) => {
      if (!hp.boolean('dropout')) return 0;
      return hp.float('rate', { min: 0.1, max: 0.3, step: 0.1 });
    });
    await search.search(quiet);
    expect(search.trials.map(({ score }) => score)).toEqual([0, 0.1, 0.2, 0.3]);
  });

  it('takes ten values of a range without a step, the ends included', async () => {
    const search = new GridSearch((hp) => hp.float('x', { min: 1e-4, max: 1e5, sampling: 'log' }));
    await search.search(quiet);
    const scores = search.trials.map(({ score = NaN }) => score);
    expect(scores).toHaveLength(10);
    for (const [i, score] of scores.entries()) expect(score / 10 ** (i - 4)).toBeCloseTo(1, 10);
  });

  it('ends after maxTrials, also in a range of a billion values', async () => {
    const search = new GridSearch((hp) => hp.int('x', { min: 0, max: 1e9 }), { maxTrials: 3 });
    await search.search(quiet);
    expect(search.trials.map(({ score }) => score)).toEqual([0, 1, 2]);
  });
});

describe('Hyperband', () => {
  it('has the brackets of algorithm 1 for 81 epochs and factor 3', () => {
    const { brackets } = new Hyperband(branin, { maxEpochs: 81, factor: 3 });
    expect(brackets.map((rounds) => rounds.map(({ trials, epochs }) => [trials, epochs]))).toEqual([
      [[81, 1], [27, 3], [9, 9], [3, 27], [1, 81]],
      [[34, 3], [11, 9], [3, 27], [1, 81]],
      [[15, 9], [5, 27], [1, 81]],
      [[8, 27], [2, 81]],
      [[5, 81]],
    ]); // prettier-ignore
  });

  it('lets the best of a round go on, in their values and from their epochs', async () => {
    const search = new Hyperband(
      (hp) => Math.abs(hp.float('x', { min: -1, max: 1 })) / Number(hp.get('tuner/epochs')),
      { maxEpochs: 9, factor: 3, seed: 5, hyperbandIterations: 2 },
    );
    await search.search(quiet);
    // 9, 3 and 1; 5 and 1; 3: twice.
    expect(search.trials).toHaveLength(2 * (13 + 6 + 3));
    const ofRound = (bracket: number, round: number): Trial[] =>
      search.trials.filter(
        ({ values }) => values['tuner/bracket'] === bracket && values['tuner/round'] === round,
      );
    const sizeOf = (trial: Trial): number => Math.abs(Number(trial.values['x']));
    for (const half of [0, 1]) {
      const [first, second] = [ofRound(2, 0).slice(9 * half, 9 * half + 9), ofRound(2, 1).slice(3 * half, 3 * half + 3)]; // prettier-ignore
      const best = first.map(sizeOf).toSorted((a, b) => a - b).slice(0, 3); // prettier-ignore
      expect(second.map(sizeOf)).toEqual(best);
      for (const { values } of second) {
        expect(values).toMatchObject({ 'tuner/epochs': 3, 'tuner/initial_epoch': 1 });
        expect(search.trials[Number(values['tuner/trial_id'])]?.values['x']).toBe(values['x']);
      }
    }
  });

  it('goes on without the trials that have failed', async () => {
    let count = 0;
    const search = new Hyperband(
      (hp) => {
        const x = hp.float('x', { min: 0, max: 1 });
        if (count++ % 2 === 0) throw new Error('no luck');
        return x;
      },
      { maxEpochs: 4, factor: 2, seed: 1, maxConsecutiveFailedTrials: 2 },
    );
    await search.search(quiet);
    const lasts = search.trials.filter(({ values }) => values['tuner/epochs'] === 4);
    expect(lasts.length).toBeGreaterThan(0);
    expect(search.trials.filter(({ status }) => status === 'failed').length).toBeGreaterThan(3);
  });
});

describe('a trial that fails', () => {
  it('is kept with its reason, and the search goes on', async () => {
    const search = new RandomSearch(
      (hp, { number }) => {
        const x = hp.float('x', { min: 0, max: 1 });
        if (number === 1) throw new RangeError('too wide');
        return number === 3 ? NaN : x;
      },
      { maxTrials: 6, seed: 2 },
    );
    await search.search(quiet);
    expect(search.trials.map(({ status }) => status)).toEqual(
      ['completed', 'failed', 'completed', 'failed', 'completed', 'completed'],
    ); // prettier-ignore
    expect(search.trials[1]?.message).toBe('RangeError: too wide');
    expect(search.trials[1]?.values['x']).toBeTypeOf('number');
    expect(search.trials[3]?.message).toBe("the objective 'objective' is NaN");
    expect(search.getBestTrials(10)).toHaveLength(4);
  });

  it('is run again if it may be', async () => {
    let calls = 0;
    const search = new RandomSearch(
      () => {
        if (calls++ === 0) throw new Error('at first');
        return 1;
      },
      { maxTrials: 1, maxRetriesPerTrial: 1 },
    );
    await search.search(quiet);
    expect(search.trials).toMatchObject([{ status: 'completed', score: 1 }]);
  });

  it('ends the search when others have failed before it', async () => {
    const options = { maxTrials: 9, maxConsecutiveFailedTrials: 2, seed: 0 };
    const search = new BayesianOptimization((hp) => {
      throw new Error(`broken at ${hp.int('x', { min: 0, max: 100 })}`);
    }, options);
    await expect(search.search(quiet)).rejects.toThrow(
      /2 trials have failed one after the other.*trial 0001: Error: broken at/,
    );
    expect(search.trials).toHaveLength(2);
  });
});

describe('a program that is wrong', () => {
  it('ends the search at once, with what to do', async () => {
    const run = (f: (hp: HyperParameters) => unknown, options = {}): Promise<void> =>
      new RandomSearch(f as never, { maxTrials: 4, ...options }).search(quiet);
    await expect(run(() => 'good')).rejects.toThrow(
      'must return a compiled model, a number, or numbers by name',
    );
    await expect(run(() => ({ accuracy: 1 }))).rejects.toThrow(
      "the objective 'val_loss' is not among what was measured: accuracy.",
    );
    await expect(run(() => ({ f1: 1 }), { objective: 'f1' })).rejects.toThrow(
      "Give objective: { name: 'f1', direction: 'max' }",
    );
    await expect(
      run((hp) => hp.int('x', { min: 0, max: 2 }) + hp.int('x', { min: 0, max: 3 })),
    ).rejects.toThrow(
      "'x' is int from 0 to 3, but it was declared as int from 0 to 2. A name has one range",
    );
    let max = 2;
    await expect(run((hp) => hp.int('x', { min: 0, max: max++ }))).rejects.toThrow(
      'but it was declared as int from 0 to 2 in an earlier trial',
    );
  });

  it('finds mistakes in options before anything runs', () => {
    const make = (options: object) => (): unknown => new RandomSearch(branin, options);
    expect(make({ maxTrial: 3 })).toThrow("unknown option 'maxTrial'. Did you mean 'maxTrials'?");
    expect(make({ maxTrials: 0 })).toThrow(
      'maxTrials must be a whole number from 1 to 1000000, got 0',
    );
    expect(make({ objective: { name: 'f1', direction: 'up' } })).toThrow(
      "objective.direction must be 'min' or 'max'",
    );
    expect(make({ parallel: 2 })).toThrow('parallel: 2 needs a worker');
    expect(make({ projectName: '../x' })).toThrow(
      "projectName must be the name of a folder, without '/'",
    );
    expect(make({ hyperparameters: { x: 1 } })).toThrow(
      'hyperparameters must be an object of class HyperParameters',
    );
    expect(() => new RandomSearch(3 as never)).toThrow('RandomSearch: expected a function of hp');
    expect(() => new Hyperband(branin, { factor: 1 })).toThrow(
      'factor must be a whole number from 2',
    );
    expect(() => new BayesianOptimization(branin, { acquisition: 'pi' as never })).toThrow(
      "acquisition must be 'expected_improvement' or",
    );
  });
});

describe('summaries', () => {
  it('show the space and the results', async () => {
    const search = new RandomSearch(
      (hp) => hp.int('units', { min: 8, max: 16, step: 8 }) * (hp.choice('kind', ['a', 'b']) === 'a' ? 1 : 2),
      { maxTrials: 4, seed: 0 },
    ); // prettier-ignore
    const lines: string[] = [];
    const printFn = (text: string): unknown => lines.push(...text.split('\n'));
    await search.searchSpaceSummary({ printFn });
    expect(lines).toEqual([
      'Search space: 2 hyperparameters',
      '  units: int from 8 to 16 by steps of 8, default 8',
      "  kind: one of ['a', 'b'], default a",
    ]);
    lines.length = 0;
    await search.search(quiet);
    search.resultsSummary(1, { printFn });
    expect(lines).toEqual([
      'Results in memory: 1 trials, the best first',
      expect.stringMatching(/^ {2}trial 000\d: 8 \(units 8, kind a\)$/),
    ]);
  });

  it('leave no tensors behind', async () => {
    const before = memory();
    await new BayesianOptimization(branin, { maxTrials: 8, seed: 0 }).search(quiet);
    expect(memory().tensors).toBe(before.tensors);
  });
});
