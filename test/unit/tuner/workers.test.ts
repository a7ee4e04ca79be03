// Trials in workers: the same bits at the same number of parallel trials, whatever ends first, and what becomes of trouble.
import { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { random, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { BayesianOptimization, GridSearch, HyperParameters, Hyperband, RandomSearch } from '../../../src/tuner.js'; // prettier-ignore
import type { Trial, TunerOptions } from '../../../src/tuner.js';
import type { TrialTask } from '../../../src/extras/tuner/run-trial.js';
import { TrialWorkers } from '../../../src/extras/tuner/trial-workers.js';
import { bundledProgram } from '../../integration/bundled-program.js';
import { hypermodel } from './trials.js';

const worker = await bundledProgram(new URL('trial-worker.ts', import.meta.url));
const x = random.uniform([16, 2], { seed: 1 });
const y = tensor(Array.from({ length: 16 }, (_, i) => [i / 16]));
const data = { verbose: 0, epochs: 2 } as const;
const options = { objective: 'loss', seed: 6, worker } as const;

function withMishap(mishap: string): TunerOptions {
  const hyperparameters = new HyperParameters();
  hyperparameters.fixed('mishap', mishap);
  return { ...options, hyperparameters };
}

describe('a search in workers', () => {
  it('of one is the search here, bit for bit', async () => {
    const run = async (more: object): Promise<readonly Trial[]> => {
      const search = new RandomSearch(hypermodel, { objective: 'loss', seed: 6, maxTrials: 3, ...more }); // prettier-ignore
      await search.search(x, y, data);
      return search.trials;
    };
    expect(await run({ worker })).toEqual(await run({}));
  });

  it('of two comes to the same again, and takes results in the order of the trials', async () => {
    const orders: number[][] = [];
    const run = async (): Promise<readonly Trial[]> => {
      const search = new BayesianOptimization(hypermodel, {
        ...options,
        parallel: 2,
        maxTrials: 8,
      });
      const order: number[] = [];
      orders.push(order);
      await search.search(x, y, { ...data, onTrialEnd: ({ number }) => order.push(number) });
      const [model] = await search.getBestModels();
      const predictions = (await model?.predict(x, { verbose: 0 })) as Tensor;
      expect(predictions.shape).toEqual([16, 1]);
      return search.trials;
    };
    const trials = await run();
    expect(await run()).toEqual(trials);
    expect(new Set(trials.map(({ values }) => values['kind'])).size).toBe(2);
    for (const order of orders) expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('goes on after an interruption to what it would have come to', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'lanegrad-'));
    try {
      const make = (): BayesianOptimization =>
        new BayesianOptimization(hypermodel, { ...options, parallel: 2, maxTrials: 8, directory });
      const controller = new AbortController();
      const stopped = make().search(x, y, {
        ...data,
        signal: controller.signal,
        onTrialEnd: ({ number }) => {
          if (number === 3) controller.abort(new Error('enough'));
        },
      });
      await expect(stopped).rejects.toThrow('enough');
      const search = make();
      await search.search(x, y, data);
      const whole = new BayesianOptimization(hypermodel, { ...options, parallel: 2, maxTrials: 8 });
      await whole.search(x, y, data);
      expect(search.trials).toEqual(whole.trials);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('of a grid and of Hyperband leaves nothing out', async () => {
    const hyperparameters = new HyperParameters();
    hyperparameters.int('units', { min: 2, max: 3 });
    const grid = new GridSearch(hypermodel, { ...options, parallel: 2, hyperparameters });
    await grid.search(x, y, data);
    const found = grid.trials.map(
      ({ values }) =>
        `${String(values['kind'])} ${String(values['units'])} ${String(values['batchSize'])}`,
    );
    expect(new Set(found).size).toBe(8);
    expect(found).toHaveLength(8);
    const band = async (parallel: number): Promise<readonly Trial[]> => {
      const search = new Hyperband(hypermodel, { ...options, parallel, maxEpochs: 4, factor: 2 });
      await search.search(x, y, { verbose: 0 });
      return search.trials;
    };
    const trials = await band(2);
    expect(await band(2)).toEqual(trials);
    expect(trials).toHaveLength((await band(1)).length);
  });
});

describe('trouble in workers', () => {
  it('makes a trial fail: an error, and a worker that dies', async () => {
    for (const [mishap, text] of [
      ['throw', 'RangeError: a mishap'],
      ['exit', 'its worker has died: it has ended with code 3'],
    ] as const) {
      const search = new RandomSearch(hypermodel, { ...withMishap(mishap), maxTrials: 3 });
      await search.search(x, y, data);
      expect(search.trials.map(({ status }) => status)).toEqual([
        'completed',
        'failed',
        'completed',
      ]);
      expect(search.trials[1]?.message).toBe(text);
    }
  });

  it('that hang ends by a signal', async () => {
    const controller = new AbortController();
    const search = new RandomSearch(hypermodel, { ...withMishap('hang'), parallel: 2 });
    const stopped = search.search(x, y, { ...data, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('enough')), 1000);
    await expect(stopped).rejects.toThrow('enough');
    expect(search.trials.map(({ status }) => status)).toEqual(['running', 'running']);
  });

  it('that has not begun ends with the search, also where nothing says that a worker has ended', async () => {
    let count = 0;
    const silent = { postMessage: () => undefined, terminate: () => undefined };
    const workers = new TrialWorkers({
      owner: 'RandomSearch',
      start: () => {
        count++;
        return Object.assign(new EventEmitter(), silent);
      },
      runtime: {},
      data: () => undefined,
    });
    const task = { from: [], values: {} } as unknown as TrialTask;
    const waiting = workers.run(task);
    workers.end();
    await expect(waiting).rejects.toThrow('the search has ended');
    await expect(workers.run(task)).rejects.toThrow('the search has ended');
    expect(count).toBe(1);
  });

  it('that never begin is said with what to do', async () => {
    const run = (given: URL | string): Promise<void> =>
      new RandomSearch(hypermodel, { ...options, worker: given }).search(x, y, data);
    const advice = 'The option worker names a module that calls tuner.serveTrials';
    await expect(run(new URL('no-such-file.mjs', import.meta.url))).rejects.toThrow(advice);
    await expect(run('data:text/javascript,0')).rejects.toThrow('it has ended with code 0');
  });

  it('that data cannot be sent is said before one starts', async () => {
    const search = new RandomSearch(hypermodel, options);
    await expect(search.search(x, y, { ...data, callbacks: {} })).rejects.toThrow(
      'RandomSearch: callbacks cannot be sent to workers. Make them in the worker: serveTrials({ build, fit }).',
    );
    await expect(search.search([[x, y]].values() as never)).rejects.toThrow(
      'an iterator gives its batches once',
    );
    await expect(
      search.search({ [Symbol.iterator]: () => [[x, y]].values() } as never, data),
    ).rejects.toThrow('x: trials in workers take tensors, arrays and numbers');
    await expect(search.search([new Map()] as never, y, data)).rejects.toThrow(
      'x: trials in workers take',
    );
  });
});
