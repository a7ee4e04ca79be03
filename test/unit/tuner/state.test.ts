// Searches in folders: an interruption changes nothing, and files that are damaged or of another search are named.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SearchStore } from '../../../src/extras/tuner/store.js';
import { BayesianOptimization, GridSearch, Hyperband, RandomSearch } from '../../../src/tuner.js'; // prettier-ignore
import type { Trial, HyperParameters } from '../../../src/tuner.js';
import { bundledProgram } from '../../integration/bundled-program.js';
import { branin } from './functions.js';

const quiet = { verbose: 0 } as const;
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

const open = (options = {}): BayesianOptimization =>
  new BayesianOptimization(branin, { maxTrials: 10, seed: 4, directory, projectName: 'branin', ...options }); // prettier-ignore

async function whole(): Promise<readonly Trial[]> {
  const search = new BayesianOptimization(branin, { maxTrials: 10, seed: 4 });
  await search.search(quiet);
  return search.trials;
}

describe('a search that is interrupted', () => {
  it('comes to what one comes to that is not, when its process is killed', async () => {
    const program = await bundledProgram(new URL('interrupted-child.ts', import.meta.url));
    const child = spawn(process.execPath, [program, directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // It has told of six trials, and runs the seventh for ever.
    let told = '';
    for await (const text of child.stdout) {
      told += String(text);
      if (told.includes('trial 6 runs')) break;
    }
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const search = open();
    await search.reload();
    expect(search.trials.map(({ status }) => status)).toEqual([
      ...Array<string>(6).fill('completed'),
      'running',
    ]);
    await search.search(quiet);
    expect(search.trials).toEqual(await whole());
  });

  it('begins no trial after a signal, whether it comes with a result or while files are opened', async () => {
    const run = async (signalAt: number): Promise<readonly number[]> => {
      const begun: number[] = [];
      const search = new Hyperband(
        (hp, { number }) => {
          begun.push(number);
          return hp.float('x', { min: 0, max: 1 });
        },
        { maxEpochs: 4, factor: 2, seed: 1, directory, projectName: `signal ${signalAt}` },
      );
      const controller = new AbortController();
      const stop = (number: number): void => {
        if (number === signalAt) controller.abort(new Error('enough'));
      };
      const openStore = SearchStore.open.bind(SearchStore);
      vi.spyOn(SearchStore, 'open').mockImplementationOnce(async (...place) => {
        const store = await openStore(...place);
        stop(-1);
        return store;
      });
      const stopped = search.search({
        ...quiet,
        signal: controller.signal,
        onTrialEnd: ({ number }) => {
          stop(number);
        },
      });
      await expect(stopped).rejects.toThrow('enough');
      expect(search.trials).toHaveLength(begun.length);
      return begun;
    };
    expect(await run(2)).toEqual([0, 1, 2]);
    expect(await run(-1)).toEqual([]);
  });

  it('goes on with more trials, and is not repeated', async () => {
    let calls = 0;
    const counted = (hp: HyperParameters): number => {
      calls++;
      return branin(hp);
    };
    const run = async (maxTrials: number): Promise<RandomSearch> => {
      const search = new RandomSearch(counted, { maxTrials, seed: 4, directory });
      await search.search(quiet);
      return search;
    };
    const first = await run(3);
    await run(3);
    expect(calls).toBe(3);
    const more = await run(5);
    expect(calls).toBe(5);
    expect(more.trials.slice(0, 3)).toEqual(first.trials);
    const again = new RandomSearch(counted, { maxTrials: 2, seed: 9, directory, overwrite: true });
    await again.search(quiet);
    expect(again.trials).toHaveLength(2);
    expect(again.trials[0]?.values).not.toEqual(first.trials[0]?.values);
    // It is cleared once, not at each call.
    await again.search(quiet);
    expect(calls).toBe(7);
  });

  it('keeps a seed that was drawn', async () => {
    const run = async (maxTrials: number): Promise<RandomSearch> => {
      const search = new RandomSearch(branin, { maxTrials, directory });
      await search.search(quiet);
      return search;
    };
    await run(2);
    const more = await run(4);
    const { seed } = JSON.parse(await readFile(path.join(directory, 'untitled_project/tuner.json'), 'utf8')) as { seed: number }; // prettier-ignore
    const same = new RandomSearch(branin, { maxTrials: 4, seed });
    await same.search(quiet);
    expect(same.trials).toEqual(more.trials);
  });
});

describe('a folder of another search', () => {
  it('is refused, with what differs and what to do', async () => {
    await open({ maxTrials: 2 }).search(quiet);
    const file = `'tuner.json' in '${path.join(directory, 'branin')}'`;
    const advice = 'Remove the folder, or give another projectName or overwrite: true.';
    for (const [options, text] of [
      [{ seed: 5 }, 'its seed is 4, here it is 5'],
      [{ beta: 1 }, 'its beta is 2.6, here it is 1'],
      [{ objective: 'loss' }, 'its objective is'],
      [{ executionsPerTrial: 2 }, 'its executionsPerTrial is 1, here it is 2'],
    ] as const) {
      const refused = open(options).search(quiet);
      await expect(refused).rejects.toThrow(`${file} is of another search: ${text}`);
      await expect(open(options).reload()).rejects.toThrow(advice);
    }
    const grid = new GridSearch(branin, { directory, projectName: 'branin' });
    await expect(grid.search(quiet)).rejects.toThrow(
      "its tuner is 'BayesianOptimization', here it is 'GridSearch'",
    );
  });

  it('whose hyperparameters have other ranges is named', async () => {
    await open({ maxTrials: 2 }).search(quiet);
    const search = new BayesianOptimization((hp) => hp.float('x', { min: 0, max: 1 }), {
      maxTrials: 4,
      seed: 4,
      directory,
      projectName: 'branin',
    });
    await expect(search.search(quiet)).rejects.toThrow(
      `'x' is float from 0 to 1, but it was declared as float from -5 to 10 in trials in '${path.join(directory, 'branin')}'.`,
    );
  });
});

describe('damaged files', () => {
  const damage = async (
    name: string,
    change: (json: Record<string, unknown>) => unknown,
  ): Promise<void> => {
    const file = path.join(directory, 'branin', name);
    const json = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    const changed = change(json);
    await writeFile(file, typeof changed === 'string' ? changed : JSON.stringify(changed));
  };

  it('are named, with what is wrong and what to do', async () => {
    const x = {
      kind: 'float',
      name: 'x',
      min: 0,
      max: 1,
      step: null,
      sampling: 'linear',
      default: 0,
    };
    for (const [name, change, text] of [
      ['tuner.json', () => '{"version": 1', 'JSON'],
      ['tuner.json', () => [], 'it is not an object'],
      ['tuner.json', (json: object) => ({ ...json, version: 2 }), 'its version is 2'],
      ['tuner.json', (json: object) => ({ ...json, seed: -1 }), 'its seed is not a whole number'],
      ['trial_0001/trial.json', () => 'null', 'it is not an object'],
      ['trial_0001/trial.json', (json: object) => ({ ...json, number: 7 }), 'its number is not 1'],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, after: 1e9 }),
        'after is not a number of earlier trials',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, score: null }),
        'its score is not a finite number',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, score: 'NaN' }),
        'its score is not a finite number',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => JSON.stringify(json).replace(/"score":[^,]+/, '"score":1e999'),
        'its score is not a finite number',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, status: 'done' }),
        'its status is none',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, metrics: [['a', 'b']] }),
        "its metric 'a' is not a number",
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, values: [['x', {}]] }),
        'its values are no numbers',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({
          ...json,
          values: [
            ['x', 99],
            ['y', 1],
          ],
        }),
        "'x' has a value that it may not have",
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, space: [x, x] }),
        'its space has a name twice',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, space: [{ ...x, min: 2 }] }),
        'min must be at most max',
      ],
      [
        'trial_0001/trial.json',
        (json: object) => ({ ...json, space: [x], values: [['x', 0.5]] }),
        "'x' has another range than in earlier trials",
      ],
      [
        'trial_0000/trial.json',
        (json: object) => ({ ...json, status: 'running', score: undefined }),
        'it was proposed after trial 0, which has no result',
      ],
    ] as const) {
      await open({ maxTrials: 3, overwrite: true }).search(quiet);
      await damage(name, change);
      const refused = open().search(quiet);
      await expect(refused, String(change)).rejects.toThrow(text);
      await expect(open().reload()).rejects.toThrow(
        `in '${path.join(directory, 'branin')}' is no state of a search`,
      );
    }
  });

  it('of weights are named when a model is made', async () => {
    const { layers, models } = await import('../../../src/index.js');
    const search = new RandomSearch(
      () => {
        const model = new models.Sequential([new layers.Dense(1, { inputShape: [1] })]);
        model.compile({ optimizer: 'sgd', loss: 'mse' });
        return model;
      },
      { objective: 'loss', maxTrials: 1, directory },
    );
    await search.search([[1], [2]], [[1], [2]], quiet);
    const folder = path.join(directory, 'untitled_project');
    expect(await search.getBestModels()).toHaveLength(1);
    await writeFile(path.join(folder, 'trial_0000/best.safetensors'), 'no weights');
    await expect(search.getBestModels()).rejects.toThrow(
      `'trial_0000/best.safetensors' in '${folder}'`,
    );
    await rm(path.join(folder, 'trial_0000/best.safetensors'));
    await expect(search.getBestModels()).rejects.toThrow('there are no weights of trial 0');
  });
});
