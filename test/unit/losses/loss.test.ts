import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as losses from '../../../src/losses.js';
import { grad } from '../../../src/engine/ops/index.js';
import {
  FunctionLoss,
  Huber,
  Loss,
  MeanSquaredError,
  get,
  serialize,
} from '../../../src/losses.js';
import { lossRegistry } from '../../../src/nn/losses/registry.js';
import { memory, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const yTrue = [[1], [2], [4]];
const yPred = [[2], [4], [7]];
// squared errors 1, 4, 9

describe('reduction', () => {
  it.each([
    ['sum_over_batch_size', undefined, 14 / 3],
    ['mean', undefined, 14 / 3],
    ['sum', undefined, 14],
    ['mean_with_sample_weight', undefined, 14 / 3],
    ['sum_over_batch_size', [1, 0, 2], 19 / 3],
    ['sum', [1, 0, 2], 19],
    ['mean_with_sample_weight', [1, 0, 2], 19 / 3],
    ['mean_with_sample_weight', [4, 0, 0], 1],
    ['mean_with_sample_weight', [0, 0, 0], 0],
  ] as const)('%s with weights %j gives %f', (reduction, weights, expected) => {
    const loss = new MeanSquaredError({ reduction });
    expect(loss.apply(yTrue, yPred, weights).item()).toBeCloseTo(expected, 5);
  });

  it.each(['none', null] as const)('%s keeps the losses apart', (reduction) => {
    const loss = new MeanSquaredError({ reduction });
    expect(Array.from(loss.apply(yTrue, yPred, [1, 0, 2]).data())).toEqual([1, 0, 18]);
  });

  it('takes one weight a sample for losses of several axes', () => {
    const loss = new MeanSquaredError({ reduction: 'sum' });
    const predictions = tensor([1, 2, 3, 4], { shape: [2, 2, 1] });
    const targets = tensor([0, 0, 0, 0], { shape: [2, 2, 1] });
    expect(loss.apply(targets, predictions, [10, 1]).item()).toBe(10 * (1 + 4) + 9 + 16);
  });

  // Keras 3.16: 0.472973 for Dice. Of y and p follow Σ y p = 1.1, Σ y = 2 and Σ p = 1.7; the mean of the weights is 3.5 / 3.
  it('multiplies a scalar by each weight, and reduces what comes of it, as Keras', () => {
    const [y, p] = [
      [[1], [0], [1]],
      [[0.3], [0.6], [0.8]],
    ];
    const weights = [0.5, 1, 2];
    const dice = 1 - (2 * 1.1) / (3.7 + 1e-7);
    // Σ (1 − y) p = 0.6, Σ y (1 − p) = 0.9.
    const tversky = 1 - 1.1 / (1.1 + 0.3 * 0.6 + 0.7 * 0.9 + 1e-7);
    const value = { alpha: 0.3, beta: 0.7 };
    const cases = [
      [new losses.Dice(), dice * (3.5 / 3)],
      [new losses.Dice({ reduction: 'sum' }), dice * 3.5],
      [new losses.Dice({ reduction: 'mean_with_sample_weight' }), dice],
      [new losses.Tversky(value), tversky * (3.5 / 3)],
      [new losses.Tversky({ ...value, reduction: 'sum' }), tversky * 3.5],
      [new losses.FunctionLoss((a, b) => b.sub(a).abs().max()), 0.7 * (3.5 / 3)],
    ] as const;
    expect(new losses.Dice().apply(y, p, weights).item()).toBeCloseTo(0.472973, 6);
    for (const [loss, expected] of cases) {
      expect(loss.apply(y, p, weights).item()).toBeCloseTo(expected, 6);
      const column = weights.map((weight) => [weight]);
      expect(loss.apply(y, p, column).item()).toBeCloseTo(expected, 6);
      expect(loss.apply(y, p, 2).item()).toBeCloseTo(2 * loss.apply(y, p).item(), 6);
    }
    const each = new losses.Dice({ reduction: 'none' }).apply(y, p, weights);
    expect(each.shape).toEqual([3]);
    weights.forEach((weight, i) => {
      expect(each.data()[i]).toBeCloseTo(weight * dice, 6);
    });
  });

  it('lets gradients of a scalar flow through its weights', () => {
    const y = tensor([[1], [0], [1]]);
    const p = tensor([[0.3], [0.6], [0.8]]);
    const weigh = (x: Tensor): Tensor => new losses.Dice().apply(y, x, [0.5, 1, 2]);
    const plain = grad((x: Tensor) => new losses.Dice().apply(y, x))(p).data();
    grad(weigh)(p)
      .data()
      .forEach((slope, i) => {
        expect(slope).toBeCloseTo((plain[i] ?? NaN) * (3.5 / 3), 6);
      });
  });

  it('refuses weights that do not fit, naming both shapes', () => {
    const compute = (): unknown => new MeanSquaredError().apply(yTrue, yPred, [1, 2]);
    expect(compute).toThrow(ShapeError);
    expect(compute).toThrow(/\(2,\).*\(3,\)/);
  });

  it('refuses an unknown reduction', () => {
    expect(() => new MeanSquaredError({ reduction: 'average' as 'sum' })).toThrow(
      /reduction must be 'sum_over_batch_size', .* or null, got 'average'/,
    );
  });
});

describe('shapes', () => {
  it.each([
    ['(n) against (n, 1)', [1, 2, 4], yPred],
    ['(n, 1) against (n)', yTrue, [2, 4, 7]],
  ])('aligns %s', (_, targets, predictions) => {
    expect(new MeanSquaredError().apply(targets, predictions).item()).toBeCloseTo(14 / 3, 5);
  });

  it('refuses shapes that differ, naming both, rather than broadcast them', () => {
    const compute = (): unknown => new MeanSquaredError().apply([[1, 2, 3]], [[1], [2]]);
    expect(compute).toThrow(ShapeError);
    expect(compute).toThrow(/mean_squared_error.*\(1, 3\).*\(2, 1\)/);
  });
});

describe('losses by name', () => {
  it.each(['mse', 'MSE', 'mean_squared_error', 'meanSquaredError', 'MeanSquaredError'])(
    '%s is the mean squared error',
    (name) => expect(get(name)).toBeInstanceOf(MeanSquaredError),
  );

  it.each([
    ['MAE', 'MeanAbsoluteError'],
    ['mape', 'MeanAbsolutePercentageError'],
    ['msle', 'MeanSquaredLogarithmicError'],
    ['bce', 'BinaryCrossentropy'],
    ['KLD', 'KLDivergence'],
    ['kl_divergence', 'KLDivergence'],
    ['logcosh', 'LogCosh'],
    ['huber', 'Huber'],
    ['categorical_crossentropy', 'CategoricalCrossentropy'],
    ['sparseCategoricalCrossentropy', 'SparseCategoricalCrossentropy'],
  ])('%s is %s', (name, className) => {
    expect(get(name)).toBeInstanceOf(lossRegistry.find(className));
    expect(serialize(get(name)).class_name).toBe(className);
  });

  it('suggests the nearest name', () => {
    expect(() => get('categorical_crossentrpy')).toThrow(ValueError);
    expect(() => get('categorical_crossentrpy')).toThrow(
      /Did you mean 'categorical_crossentropy'\?.*Known:/,
    );
  });

  it('refuses what is no loss', () => {
    expect(() => get(3 as unknown as string)).toThrow(/loss: expected a name.* got 3/);
  });

  it('reads what Keras writes for a loss given by its function', () => {
    const config = 'mean_squared_error' as unknown as Record<string, unknown>;
    expect(get({ class_name: 'function', config })).toBeInstanceOf(MeanSquaredError);
  });
});

describe('configs', () => {
  it('keep a reduction of null', () => {
    expect(MeanSquaredError.fromConfig({ reduction: null }).reduction).toBeNull();
  });

  it('refuse unknown options and values out of range', () => {
    const misspelt = { detla: 1 } as object;
    expect(() => new Huber(misspelt)).toThrow(
      /Huber: unknown option 'detla'. Did you mean 'delta'\?/,
    );
  });
});

describe('own losses', () => {
  it('may be plain functions', () => {
    const worst = get((t, p) => p.sub(t).abs().max(-1));
    expect(worst).toBeInstanceOf(FunctionLoss);
    expect(
      worst
        .apply(
          [
            [0, 0],
            [0, 0],
          ],
          [
            [1, -3],
            [2, 0],
          ],
        )
        .item(),
    ).toBe(2.5);
    expect(() => worst.getConfig()).toThrow(/plain function/);
  });

  it('must return a tensor', () => {
    const bad = get((() => 3) as unknown as () => Tensor);
    expect(() => bad.apply(yTrue, yPred)).toThrow(/must return a tensor.* returned 3/);
  });

  it('may be classes', () => {
    class Cubed extends Loss {
      static override readonly className = 'Cubed';
      override call(targets: Tensor, predictions: Tensor): Tensor {
        return predictions.sub(targets).abs().pow(3).mean(-1);
      }
    }
    expect(new Cubed().apply(yTrue, yPred).item()).toBeCloseTo((1 + 8 + 27) / 3, 4);
  });
});

it('frees everything but the result', () => {
  const [targets, predictions] = [tensor(yTrue), tensor(yPred)];
  const before = memory().tensors;
  const value = new MeanSquaredError().apply(targets, predictions, [1, 2, 3]);
  expect(memory().tensors).toBe(before + 1);
  value.dispose();
});
