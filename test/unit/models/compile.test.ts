import { beforeEach, describe, expect, it } from 'vitest';
import { resetNames } from '../../../src/config/index.js';
import { ValueError } from '../../../src/errors.js';
import { MeanSquaredError } from '../../../src/losses.js';
import { MeanAbsoluteError } from '../../../src/metrics.js';
import { mean, square, sub } from '../../../src/engine/ops/index.js';
import { RMSprop, SGD } from '../../../src/optimizers.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import type { CompileOptions } from '../../../src/models.js';
import { bitsOf, compiledTwoLayers, regression, twoLayers } from './networks.js';

beforeEach(resetNames);

const mse = (yTrue: Tensor, yPred: Tensor): Tensor => mean(square(sub(yPred, yTrue)), -1);

/** The history of one epoch. */
async function historyOf(options: CompileOptions): Promise<Record<string, number[]>> {
  const model = twoLayers();
  model.compile(options);
  const { x, y } = regression(10);
  return (await model.fit(x, y, { verbose: 0, shuffle: false })).history;
}

describe('compile', () => {
  it('takes names, instances and functions that mean the same', async () => {
    const sgd = new SGD({ learningRate: 0.01 });
    const byName = await historyOf({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'] });
    const byCamelCase = await historyOf({
      optimizer: 'SGD',
      loss: 'meanSquaredError',
      metrics: ['mae'],
    });
    const byInstance = await historyOf({
      optimizer: sgd,
      loss: new MeanSquaredError(),
      metrics: [new MeanAbsoluteError({ name: 'mae' })],
    });
    const mae = (t: Tensor, p: Tensor): Tensor => p.sub(t).abs().mean(-1);
    const byFunction = await historyOf({ optimizer: 'sgd', loss: mse, metrics: [mae] });
    expect(Object.keys(byName)).toEqual(['loss', 'mae']);
    expect(byCamelCase).toEqual(byName);
    expect(byInstance).toEqual(byName);
    expect(byFunction).toEqual(byName);
  });

  it('has Keras’s defaults', () => {
    const model = twoLayers();
    expect(model.optimizer).toBeUndefined();
    expect(model.metrics).toEqual([]);
    expect(model.metricsNames).toEqual([]);
    model.compile();
    expect(model.optimizer).toBeInstanceOf(RMSprop);
    expect(model.loss).toBeUndefined();
    expect(model.metricsNames).toEqual(['loss']);
  });

  it.each([
    [{ optimizer: 'rmsprp' }, /Unknown optimizer 'rmsprp'.* Did you mean 'rmsprop'\?/],
    [{ loss: 'mean_sqared_error' }, /Unknown loss 'mean_sqared_error'.*'mean_squared_error'/],
    [{ metrics: ['accurac'] }, /Unknown metric 'accurac'.*'accuracy'/],
    [{ weightedMetrics: ['ma'] }, /Unknown metric 'ma'/],
    [{ optimiser: 'sgd' }, /compile: unknown option 'optimiser'. Did you mean 'optimizer'\?/],
    [
      { metrics: 'accuracy' },
      /compile: metrics must be a list, such as \['accuracy'\], .* got 'accuracy'/,
    ],
    [{ lossWeights: [1, 2] }, /lossWeights must be one number .* got \[1, 2\]/],
    [{ lossWeights: NaN }, /lossWeights must be one number .* got NaN/],
    [{ loss: 7 }, /loss: expected a name.* got 7/],
    [{ loss: new MeanSquaredError({ reduction: 'none' }) }, /reduction 'none'.* no single number/],
    [{ loss: new MeanSquaredError({ reduction: null }) }, /no single number/],
  ])('refuses %o', (options, message) => {
    const model = twoLayers();
    expect(() => {
      model.compile(options as CompileOptions);
    }).toThrow(message);
    expect(() => {
      model.compile(options as CompileOptions);
    }).toThrow(ValueError);
    expect(model.optimizer).toBeUndefined();
  });

  it('weighs the loss', async () => {
    const [plain, tripled, listed] = [
      await historyOf({ optimizer: 'sgd', loss: 'mse' }),
      await historyOf({ optimizer: 'sgd', loss: 'mse', lossWeights: 3 }),
      await historyOf({ optimizer: 'sgd', loss: 'mse', lossWeights: [3] }),
    ];
    expect(tripled['loss']?.[0]).toBeCloseTo(3 * (plain['loss']?.[0] ?? NaN), 5);
    expect(listed).toEqual(tripled);
  });

  it('gives every metric a name of its own, as Keras does', async () => {
    const history = await historyOf({
      loss: 'mse',
      metrics: ['mae', 'mae', 'mse'],
      weightedMetrics: ['mae', 'mae', 'mape'],
    });
    expect(Object.keys(history)).toEqual([
      'loss',
      'mae',
      'mae_1',
      'mse',
      'weighted_mae',
      'weighted_mae_1',
      'mape',
    ]);
  });

  it('keeps sample weights out of metrics, and in weightedMetrics', async () => {
    const model = twoLayers();
    model.compile({ loss: 'mse', metrics: ['mae'], weightedMetrics: ['mae'] });
    const { x, y } = regression(4);
    const options = { verbose: 0, returnDict: true } as const;
    const alone = await model.evaluate(x.slice([1, 3]), y.slice([1, 3]), options);
    const all = await model.evaluate(x, y, options);
    const weighted = await model.evaluate(x, y, { ...options, sampleWeight: [0, 1, 1, 0] });
    expect(weighted['mae']).toBe(all['mae']);
    expect(weighted['weighted_mae']).toBeCloseTo(alone['mae'] ?? NaN, 6);
    // Σ w · loss / n, not / Σ w.
    expect(weighted.loss).toBeCloseTo((alone.loss ?? NaN) / 2, 6);
  });

  it('again keeps the weights and resets the optimizer', async () => {
    const model = compiledTwoLayers();
    const { x, y } = regression(10);
    await model.fit(x, y, { verbose: 0 });
    const trained = bitsOf(model);
    expect(model.optimizer?.iterations).toBe(1);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(bitsOf(model)).toEqual(trained);
    expect(model.optimizer?.iterations).toBe(0);
    expect(model.metricsNames).toEqual(['loss']);
    await model.fit(x, y, { verbose: 0 });
    expect(bitsOf(model)).not.toEqual(trained);
  });

  it('with the same instance goes on with its state', async () => {
    const model = twoLayers();
    const optimizer = new SGD({ momentum: 0.9 });
    const { x, y } = regression(10);
    for (let i = 0; i < 2; i++) {
      model.compile({ optimizer, loss: 'mse' });
      await model.fit(x, y, { verbose: 0 });
    }
    expect(optimizer.iterations).toBe(2);
  });
});
