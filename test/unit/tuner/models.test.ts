// Searches that train models: what is judged, which weights are kept, and that a trial of Hyperband goes on bit for bit.
import { describe, expect, it } from 'vitest';
import { layers, memory, models, optimizers, random, tensor } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { Hyperband, HyperParameters, RandomSearch } from '../../../src/tuner.js';
import type { HyperModel } from '../../../src/tuner.js';

const quiet = { verbose: 0 } as const;

function buildModel(hp: HyperParameters): models.Sequential {
  const model = new models.Sequential([
    new layers.Dense(hp.int('units', { min: 2, max: 8 }), {
      activation: hp.choice('activation', ['relu', 'tanh']),
    }),
    new layers.Dropout(hp.float('dropout', { min: 0, max: 0.3 })),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  const learningRate = hp.float('learningRate', { min: 1e-3, max: 0.3, sampling: 'log' });
  const optimizer = new optimizers.Adam({ learningRate });
  model.compile({ optimizer, loss: 'binary_crossentropy', metrics: ['accuracy'] });
  return model;
}

/** Two classes, by the sign of a product. */
function samples(): [x: Tensor, y: Tensor] {
  const x = random.uniform([64, 2], { minval: -1, seed: 1 });
  return [x, tensor((x.toArray() as number[][]).map(([a = 0, b = 0]) => [a * b > 0 ? 1 : 0]))];
}

describe('a search of models', () => {
  it('keeps the best epoch of each trial, and gives the model with its weights', async () => {
    const [x, y] = samples();
    const before = memory();
    const search = new RandomSearch(buildModel, {
      objective: 'val_accuracy',
      maxTrials: 4,
      seed: 3,
    });
    await search.search(x, y, { ...quiet, epochs: 6, validationSplit: 0.25 });
    expect(memory().tensors).toBe(before.tensors);
    const [best] = search.getBestTrials();
    const scores = search.trials.map(({ score = 0 }) => score);
    expect(best?.score).toBe(Math.max(...scores));
    expect(best?.metrics['val_accuracy']).toBe(best?.score);
    expect(best?.bestEpoch).toBeLessThan(6);
    const [model] = await search.getBestModels();
    if (model === undefined) throw new Error('there is no model');
    const [xLast, yLast] = [x.slice([48, 64]), y.slice([48, 64])];
    const results = await model.evaluate(xLast, yLast, { ...quiet, returnDict: true });
    expect(results['accuracy']).toBe(best?.score);
    expect(results.loss).toBeCloseTo(best?.metrics['val_loss'] ?? NaN, 6);
    const [hp] = search.getBestHyperparameters();
    expect(hp?.values).toEqual(best?.values);
    const fresh = buildModel(hp ?? new HyperParameters());
    expect((fresh.layers[0] as layers.Dense).units).toBe(best?.values['units']);
    for (const one of [xLast, yLast, model, fresh, fresh.optimizer]) one?.dispose();
    model.optimizer?.dispose();
    expect(memory().tensors).toBe(before.tensors);
    for (const one of [x, y]) one.dispose();
  });

  it('does not touch the random numbers of the program', async () => {
    const [x, y] = samples();
    random.setSeed(7);
    const expected = random.uniform([2]).toArray();
    random.setSeed(7);
    await new RandomSearch(buildModel, { maxTrials: 2, seed: 1 }).search(x, y, {
      ...quiet,
      validationSplit: 0.25,
    });
    expect(random.uniform([2]).toArray()).toEqual(expected);
  });

  it('trains as fit of the hypermodel says, and lets it declare more', async () => {
    const [x, y] = samples();
    const sizes: unknown[] = [];
    const hypermodel: HyperModel = {
      build: buildModel,
      fit(hp, model, x, y, options) {
        const batchSize = hp.choice('batchSize', [8, 16]);
        sizes.push(batchSize);
        return model.fit(x, y, { ...options, batchSize });
      },
    };
    const search = new RandomSearch(hypermodel, { maxTrials: 3, seed: 2, objective: 'loss' });
    await search.search(x, y, quiet);
    expect(search.trials.map(({ values }) => values['batchSize'])).toEqual(sizes);
    expect(await search.getBestModels(2)).toHaveLength(2);
  });

  it('names an objective that is not measured, and data that are missing', async () => {
    const [x, y] = samples();
    const run = (objective: string, options = {}): Promise<void> =>
      new RandomSearch(buildModel, { objective }).search(x, y, { ...quiet, ...options });
    await expect(run('val_accuracy')).rejects.toThrow(
      "the objective 'val_accuracy' is not among what was measured: loss, accuracy. Values of validation need validationData",
    );
    await expect(run('acuracy')).rejects.toThrow("Did you mean 'accuracy'?");
    await expect(run('loss', { epoch: 3 })).rejects.toThrow(
      "RandomSearch.search: unknown option 'epoch'",
    );
    const search = new Hyperband(buildModel, { objective: 'loss' });
    await expect(search.search(x, y, { epochs: 3 })).rejects.toThrow('the tuner sets the epochs');
    await expect(
      new RandomSearch(buildModel).search([[x, y]][Symbol.iterator]() as never),
    ).rejects.toThrow('an iterator gives its batches once');
    const numbers = new RandomSearch(() => 1, { maxTrials: 1 });
    await numbers.search(quiet);
    await expect(numbers.getBestModels()).rejects.toThrow('there are no weights of trial 0');
  });

  it('ends by a signal, and goes on afterwards', async () => {
    const [x, y] = samples();
    const controller = new AbortController();
    const search = new RandomSearch(buildModel, { objective: 'loss', maxTrials: 3, seed: 1 });
    const options = { ...quiet, epochs: 2 };
    const stopped = search.search(x, y, {
      ...options,
      signal: controller.signal,
      onTrialEnd: () => controller.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    await search.search(x, y, options);
    expect(search.trials.map(({ status }) => status)).toEqual(Array(3).fill('completed'));
    const whole = new RandomSearch(buildModel, { objective: 'loss', maxTrials: 3, seed: 1 });
    await whole.search(x, y, options);
    expect(search.trials).toEqual(whole.trials);
  });
});

describe('Hyperband', () => {
  it('trains on from the earlier round, bit for bit as without a pause', async () => {
    const [x, y] = samples();
    const before = memory();
    const options = { objective: 'loss', maxEpochs: 4, factor: 2, seed: 4 } as const;
    const search = new Hyperband(buildModel, options);
    await search.search(x, y, quiet);
    expect(memory().tensors).toBe(before.tensors);
    expect(search.trials).toHaveLength(4 + 2 + 1 + (3 + 1) + 3);
    const last = search.trials.find(
      ({ values }) => values['tuner/bracket'] === 2 && values['tuner/round'] === 2,
    );
    let first = last;
    while (first?.values['tuner/trial_id'] !== undefined) {
      first = search.trials[Number(first.values['tuner/trial_id'])];
    }
    const losses: number[] = [];
    // The first trial alone, from its seed, for all epochs.
    const again = new RandomSearch(
      (hp, trial) => {
        random.setSeed(trial.seed);
        return buildModel(hp);
      },
      { objective: 'loss', maxTrials: (first?.number ?? 0) + 1, seed: 4 },
    );
    const { number = 0, values = {} } = first ?? {};
    await again.search(x, y, {
      ...quiet,
      epochs: 4,
      callbacks: () => ({ onEpochEnd: (_: number, logs) => void losses.push(logs.loss) }),
    });
    expect(again.trials[number]?.values).toEqual(
      Object.fromEntries(Object.entries(values).filter(([name]) => !name.startsWith('tuner/'))),
    );
    expect(last?.score).toBe(Math.min(...losses.slice(-2)));
  });
});
