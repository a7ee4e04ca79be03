import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import {
  MeanSquaredError as MeanSquaredErrorLoss,
  meanAbsoluteError,
} from '../../../src/losses.js';
import {
  AUC,
  BinaryAccuracy,
  CategoricalAccuracy,
  F1Score,
  Mean,
  MeanMetricWrapper,
  MeanSquaredError,
  Metric,
  Precision,
  R2Score,
  RootMeanSquaredError,
  SparseCategoricalAccuracy,
  SparseCategoricalCrossentropy,
  SparseTopKCategoricalAccuracy,
  Sum,
  TopKCategoricalAccuracy,
  TruePositives,
  get,
} from '../../../src/metrics.js';
import { resultNumber } from '../../../src/nn/metrics/metric.js';
import { memory, tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

describe('Mean and Sum', () => {
  it('gather weighted values over batches', () => {
    const [mean, sum] = [new Mean(), new Sum()];
    for (const metric of [mean, sum]) {
      metric.updateState([1, 2, 3]);
      metric.updateState([10, 20], [0.5, 2]);
      metric.updateState(4);
    }
    expect(mean.result()).toBeCloseTo((6 + 45 + 4) / (3 + 2.5 + 1), 6);
    expect(sum.result()).toBe(55);
    mean.resetState();
    sum.resetState();
    expect([mean.result(), sum.result()]).toEqual([0, 0]);
  });

  it('count the values of one sample by their mean', () => {
    const mean = new Mean();
    mean.updateState(
      [
        [1, 3],
        [5, 7],
      ],
      [3, 1],
    );
    expect(mean.result()).toBe((3 * 2 + 6) / 4);
  });

  it('stay exact over many batches: the sums are float64', () => {
    const sum = new Sum();
    // float32 cannot count on from here.
    sum.updateState(2 ** 24);
    for (let i = 0; i < 101; i++) sum.updateState(1);
    expect(sum.result()).toBe(2 ** 24 + 101);
  });

  it('take an empty batch for nothing', () => {
    const mean = new Mean();
    mean.updateState(new Float32Array(0));
    mean.updateState([2]);
    expect(mean.result()).toBe(2);
  });

  it('refuse weights that do not fit, naming both shapes', () => {
    expect(() => new Mean().updateState([1, 2, 3], [1, 2])).toThrow(ShapeError);
    expect(() => new Mean().updateState([1, 2, 3], [1, 2])).toThrow(/\(2,\).*\(3,\)/);
  });
});

describe('accuracies', () => {
  it('compare the largest places', () => {
    const metric = new CategoricalAccuracy();
    metric.updateState(
      [
        [0, 1],
        [1, 0],
        [1, 0],
      ],
      [
        [0.1, 0.9],
        [0.4, 0.6],
        [0.7, 0.3],
      ],
    );
    expect(metric.result()).toBeCloseTo(2 / 3, 6);
  });

  it.each([
    ['(n)', tensor([1, 0, 1], { dtype: 'int32' })],
    ['(n, 1)', tensor([[1], [0], [1]])],
  ])('take class labels of shape %s', (_, labels) => {
    const metric = new SparseCategoricalAccuracy();
    metric.updateState(labels, [
      [0.1, 0.9],
      [0.4, 0.6],
      [0.3, 0.7],
    ]);
    expect(metric.result()).toBeCloseTo(2 / 3, 6);
  });

  it('refuse one-hot targets where labels are due, and say which metric fits', () => {
    const metric = new SparseCategoricalAccuracy();
    expect(() => metric.updateState([[0, 1]], [[0.1, 0.9]])).toThrow(/'categorical_accuracy'/);
  });

  it('count predictions above the threshold', () => {
    const metric = new BinaryAccuracy({ threshold: 0.7 });
    metric.updateState([1, 1, 0, 0], [[0.8], [0.6], [0.6], [0.9]]);
    expect(metric.result()).toBe(0.5);
  });

  it('count labels among the k most probable, ties in their favour', () => {
    const oneHot = new TopKCategoricalAccuracy({ k: 2 });
    oneHot.updateState(
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
      [
        [0.1, 0.6, 0.3],
        [0.2, 0.5, 0.3],
      ],
    );
    expect(oneHot.result()).toBe(0.5);
    const sparse = new SparseTopKCategoricalAccuracy({ k: 1 });
    sparse.updateState(
      [2, 0],
      [
        [0.4, 0.2, 0.4],
        [NaN, 1, 0],
      ],
    );
    expect(sparse.result()).toBe(0.5);
    const sorted = new SparseTopKCategoricalAccuracy({ k: 2, fromSortedIds: true });
    sorted.updateState(
      [7, 3],
      [
        [1, 7, 3],
        [1, 7, 3],
      ],
    );
    expect(sorted.result()).toBe(0.5);
  });
});

describe('counts of true and false', () => {
  const labels = [1, 1, 0, 0];
  const scores = [0.9, 0.4, 0.6, 0.1];

  it('give one number a threshold', () => {
    const metric = new TruePositives({ thresholds: [0.5, 0.2, 0.95] });
    metric.updateState(labels, scores);
    expect(metric.result()).toEqual([1, 2, 0]);
    expect(resultNumber(metric)).toBe(1);
  });

  it('weigh samples', () => {
    const metric = new Precision();
    metric.updateState(labels, scores, [3, 1, 2, 1]);
    expect(metric.result()).toBeCloseTo(3 / 5, 6);
  });

  it('are 0 where nothing is predicted', () => {
    const metric = new Precision();
    metric.updateState([0, 1], [0.1, 0.2]);
    expect(metric.result()).toBe(0);
  });

  it('refuse thresholds out of range and columns that are not there', () => {
    expect(() => new Precision({ thresholds: 1.5 })).toThrow(ValueError);
    expect(() => new Precision({ topK: 0 })).toThrow(/Precision: topK/);
    const metric = new Precision({ classId: 4 });
    expect(() => metric.updateState([[0, 1]], [[0.1, 0.9]])).toThrow(ShapeError);
  });
});

describe('AUC', () => {
  /** The share of pairs of a positive and a negative that are in the right order: the exact area. */
  function exactArea(labels: readonly number[], scores: readonly number[]): number {
    let right = 0;
    let pairs = 0;
    labels.forEach((a, i) =>
      labels.forEach((b, j) => {
        if (a !== 1 || b !== 0) return;
        pairs++;
        const [p, q] = [scores[i] ?? 0, scores[j] ?? 0];
        right += p > q ? 1 : p === q ? 0.5 : 0;
      }),
    );
    return right / pairs;
  }

  const labels = [1, 0, 1, 1, 0, 0, 1, 0];
  const scores = [0.91, 0.85, 0.7, 0.52, 0.33, 0.21, 0.15, 0.02];

  it('of the ROC curve is the share of pairs in the right order', () => {
    const metric = new AUC({ numThresholds: 1001 });
    metric.updateState(labels, scores);
    expect(metric.result()).toBeCloseTo(exactArea(labels, scores), 4);
  });

  it('is the mean of the columns with multiLabel', () => {
    const reversed = scores.map((score) => 1 - score);
    const metric = new AUC({ multiLabel: true, labelWeights: [3, 1] });
    metric.updateState(
      labels.map((label) => [label, label]),
      scores.map((score, i) => [score, reversed[i] ?? 0]),
    );
    const [a, b] = [exactArea(labels, scores), exactArea(labels, reversed)];
    expect(metric.result()).toBeCloseTo((3 * a + b) / 4, 3);
  });

  it('takes logits', () => {
    const metric = new AUC({ fromLogits: true });
    metric.updateState(
      labels,
      scores.map((p) => Math.log(p / (1 - p))),
    );
    expect(metric.result()).toBeCloseTo(exactArea(labels, scores), 3);
  });

  it('refuses unknown curves', () => {
    expect(() => new AUC({ curve: 'XY' as 'PR' })).toThrow(
      /curve must be 'ROC', 'PR' or 'PRGAIN', got 'XY'/,
    );
  });
});

describe('F1Score and R2Score', () => {
  it('are what their formulas say', () => {
    const f1 = new F1Score({ threshold: 0.5 });
    f1.updateState(
      [
        [1, 0],
        [1, 1],
        [0, 1],
      ],
      [
        [0.9, 0.8],
        [0.2, 0.7],
        [0.6, 0.9],
      ],
    );
    // class 0: tp 1, fp 1, fn 1; class 1: tp 2, fp 1, fn 0
    const result = f1.result();
    expect(result).toHaveLength(2);
    [1 / 2, 4 / 5].forEach((expected, i) => expect([result].flat()[i]).toBeCloseTo(expected, 5));
    const r2 = new R2Score();
    r2.updateState([[1], [2], [3], [6]], [[1.5], [2], [2], [6]]);
    expect(r2.result()).toBeCloseTo(1 - (0.25 + 1) / (4 + 1 + 0 + 9), 6);
  });

  it('R2Score of targets without variance is 0, far from 0 as well', () => {
    const r2 = new R2Score();
    const target = Math.fround(-4.9);
    for (let i = 0; i < 100; i++) r2.updateState([[target]], [[target + (i % 2) / 2]]);
    expect(r2.result()).toBe(0);
    const far = new R2Score();
    far.updateState([[1e6], [1e6 + 1], [1e6 + 2]], [[1e6], [1e6 + 1], [1e6 + 1]]);
    expect(far.result()).toBeCloseTo(1 - 1 / 2, 9);
  });

  it('keep a classAggregation of null through a config', () => {
    const metric = R2Score.fromConfig(new R2Score({ classAggregation: null }).getConfig());
    expect(metric.classAggregation).toBeNull();
  });
});

describe('metrics by name', () => {
  it.each(['mae', 'MAE', 'mean_absolute_error', 'meanAbsoluteError'])(
    "'%s' takes that string as its name",
    (name) => {
      const metric = get(name);
      expect(metric.name).toBe(name);
      metric.updateState([[1, 2]], [[2, 4]]);
      expect(metric.result()).toBe(1.5);
    },
  );

  it('suggests the nearest name', () => {
    expect(() => get('mean_squared_eror')).toThrow(/Did you mean 'mean_squared_error'\?/);
  });
});

describe('own metrics', () => {
  it('may be plain functions, losses, or functions of the losses', () => {
    const worst = get(function worst(t: Tensor, p: Tensor) {
      return p.sub(t).abs().max(-1);
    });
    const loss = get(new MeanSquaredErrorLoss({ name: 'penalty' }));
    const absolute = get(meanAbsoluteError);
    for (const metric of [worst, loss, absolute]) metric.updateState([[0, 0]], [[1, -3]]);
    expect([worst.name, worst.result()]).toEqual(['worst', 3]);
    expect([loss.name, loss.result()]).toEqual(['penalty', 5]);
    expect(absolute.result()).toBe(2);
    expect(() => worst.getConfig()).toThrow(/plain function/);
  });

  it('must return a tensor', () => {
    const metric = new MeanMetricWrapper((() => 1) as unknown as () => Tensor, { name: 'bad' });
    expect(() => metric.updateState([1], [1])).toThrow(/'bad'.*must return a tensor.* returned 1/);
  });

  it('may be classes', () => {
    class Batches extends Metric {
      static override readonly className = 'Batches';
      #count = 0;
      override updateState(): void {
        this.#count++;
      }
      override result(): number {
        return this.#count;
      }
      override resetState(): void {
        this.#count = 0;
      }
    }
    const metric = new Batches();
    metric.updateState();
    expect([metric.name, metric.result()]).toEqual(['batches', 1]);
  });
});

describe('SparseCategoricalCrossentropy with ignoreClass', () => {
  it.each([[[1, 5]], [[[1], [5]]]])('leaves rows out of a mean weighted by %j', (weights) => {
    const metric = new SparseCategoricalCrossentropy({ ignoreClass: -1 });
    metric.updateState(
      [0, -1],
      [
        [0.5, 0.5],
        [0.1, 0.9],
      ],
      weights,
    );
    expect(metric.result()).toBeCloseTo(Math.LN2, 6);
  });

  it('weighs steps of sequences by their sample', () => {
    const metric = new SparseCategoricalCrossentropy({ ignoreClass: 9 });
    const steps = [
      [
        [0.5, 0.5],
        [0.25, 0.75],
      ],
      [
        [0.25, 0.75],
        [0.5, 0.5],
      ],
    ];
    const labels = [
      [0, 0],
      [0, 9],
    ];
    metric.updateState(labels, steps, [1, 3]);
    expect(metric.result()).toBeCloseTo((Math.log(2) + Math.log(4) + 3 * Math.log(4)) / 5, 6);
  });
});

it('updating makes no tensors that stay', () => {
  const [targets, predictions] = [tensor([[1, 2]]), tensor([[2, 4]])];
  const all = [new MeanSquaredError(), new RootMeanSquaredError(), new AUC(), new R2Score()];
  const before = memory().tensors;
  for (const metric of all) metric.updateState(targets, predictions, [1]);
  expect(memory().tensors).toBe(before);
});
