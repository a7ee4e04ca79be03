// What a function of Keras's and its class declare once: options, checks and names.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { losses, metrics, tensor } from '../../../src/index.js';
import { softmax } from '../../../src/engine/ops/index.js';
import { currentRuntime } from '../../../src/engine/runtime/index.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the options of a function', () => {
  it('are those of the class, with the same ranges', () => {
    const wrong: readonly [string, object][] = [
      ['huber', { delta: -1 }],
      ['cosineSimilarity', { axis: 0.5 }],
      ['sparseCategoricalCrossentropy', { ignoreClass: 0.5 }],
      ['binaryFocalCrossentropy', { alpha: 1.5 }],
      ['categoricalFocalCrossentropy', { gamma: -1 }],
    ];
    for (const [name, options] of wrong) {
      const f = losses[name as 'huber'];
      const Class = losses[`${name[0]?.toUpperCase() ?? ''}${name.slice(1)}` as 'Huber'];
      const rest = (make: () => unknown): string => {
        try {
          make();
        } catch (error) {
          if (error instanceof ValueError) return error.message.replace(/^\w+: /, '');
        }
        throw new Error(`${name} took ${JSON.stringify(options)}`);
      };
      expect(rest(() => f([[1]], [[1]], options))).toBe(rest(() => new Class(options)));
    }
  });

  it('have the defaults of the class, which null stands for too', () => {
    const [yTrue, yPred] = [[[0, 4]], [[3, 0]]];
    const expected = new losses.Huber({ reduction: 'none' }).apply(yTrue, yPred).toArray();
    for (const options of [undefined, {}, { delta: undefined }, { delta: null as never }]) {
      expect(losses.huber(yTrue, yPred, options as object).toArray()).toEqual(expected);
    }
    expect(losses.huber(yTrue, yPred, { delta: 2 }).toArray()).not.toEqual(expected);
  });

  it('are refused by name if they are unknown, also where there are none', () => {
    expect(() => losses.huber([[1]], [[1]], { detla: 1 } as object)).toThrow(
      "huber: unknown option 'detla'. Did you mean 'delta'? Known options: delta.",
    );
    const plain = losses.meanSquaredError as unknown as (...args: unknown[]) => unknown;
    expect(() => plain([[1]], [[1]], { delta: 1 })).toThrow(
      "mean_squared_error: unknown option 'delta'. Known options: none.",
    );
  });
});

describe('a loss', () => {
  it('checks its options when it is made, not for every batch', () => {
    const loss = new losses.Huber({ delta: 2 });
    const isFinite = vi.spyOn(Number, 'isFinite');
    const keys = vi.spyOn(Object, 'keys');
    loss.apply(tensor([[0]]), tensor([[4]])).dispose();
    expect(isFinite.mock.calls.filter(([value]) => value === 2)).toEqual([]);
    expect(keys.mock.calls.flat()).not.toContain(loss);
  });

  it('looks through labels once, without a copy', () => {
    const loss = new losses.SparseCategoricalCrossentropy({ ignoreClass: 9 });
    const labels = tensor([1, 9, 0]);
    const data = vi.spyOn(labels, 'data');
    const search = vi.spyOn(currentRuntime().kernels, 'firstOutOfRange');
    const probabilities = softmax(
      tensor([
        [0, 0],
        [1, 9],
        [0, 0],
      ]),
    );
    expect(loss.apply(labels, probabilities, [1, 1, 1]).item()).toBeCloseTo(Math.LN2, 6);
    expect(data).not.toHaveBeenCalled();
    expect(search).not.toHaveBeenCalled();
  });

  it.each([
    [losses.Huber, 'huber_loss'],
    [losses.LogCosh, 'log_cosh'],
    [losses.KLDivergence, 'kl_divergence'],
    [losses.MeanSquaredError, 'mean_squared_error'],
    [metrics.LogCoshError, 'logcosh'],
    [metrics.FBetaScore, 'fbeta_score'],
    [metrics.RootMeanSquaredError, 'root_mean_squared_error'],
    [metrics.R2Score, 'r2_score'],
    [metrics.Mean, 'mean'],
  ])('or metric has Keras’s name, the second as well: %o %s', (Class, name) => {
    expect([new Class().name, new Class().name]).toEqual([name, name]);
    class Own extends (Class as typeof losses.Huber) {
      static override readonly className = 'Own';
    }
    expect(new Own().name).toBe(name);
  });

  it('of a user’s that extends one of Keras’s does not take over the names of that', () => {
    class Doubled extends losses.MeanSquaredError {
      static override readonly className = 'Doubled';
    }
    losses.register(Doubled);
    expect(losses.get('mse').constructor).toBe(losses.MeanSquaredError);
    expect(losses.get('doubled')).toBeInstanceOf(Doubled);
  });
});

describe('a metric of a loss', () => {
  it('has the function as a method that knows its options', () => {
    const metric = new metrics.BinaryAccuracy({ threshold: 0.7 });
    expect(metric.fn(tensor([[1, 1]]), tensor([[0.6, 0.8]])).toArray()).toEqual([[0, 1]]);
  });

  it('leaves an option that Keras’s metric does not have at the default', () => {
    const metric = new metrics.BinaryCrossentropy();
    metric.updateState(
      [
        [1, 0],
        [1, 1],
      ],
      [
        [0.5, 0.25],
        [0.5, 0.5],
      ],
      [1, 0],
    );
    // The mean over the last axis of the first sample: another axis would mix the samples.
    expect(metric.result()).toBeCloseTo((Math.LN2 - Math.log(0.75)) / 2, 6);
    expect(() => new metrics.BinaryCrossentropy({ axis: 1 } as object)).toThrow(
      "BinaryCrossentropy: unknown option 'axis'",
    );
    expect(metric.getConfig()).not.toHaveProperty('axis');
  });
});
