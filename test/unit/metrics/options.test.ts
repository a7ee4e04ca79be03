// Options of metrics, by what they do and what they refuse.
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import { losses, metrics } from '../../../src/index.js';
import { metricRegistry } from '../../../src/nn/metrics/registry.js';
import { metricSpecs } from '../../specs/metrics.js';

describe('the direction of a metric', () => {
  it.each(Object.entries(metricSpecs))('of %s is that of its row', (name, { direction }) => {
    const Class = metrics[name as keyof typeof metrics] as { readonly direction?: string };
    expect(Class.direction).toBe(direction);
  });

  it('is that of the loss which the metric is the mean of', () => {
    for (const name of Object.keys(losses)) {
      if (name === 'CosineSimilarity' || metricRegistry.find(name) === undefined) continue;
      if (!/^[A-Z]/.test(name)) continue;
      expect([name, metricRegistry.create(name).direction]).toEqual([name, 'down']);
    }
    expect(new metrics.CosineSimilarity().direction).toBe('up');
  });
});

describe('an option out of range', () => {
  const { AUC, F1Score, FBetaScore, Precision, Recall } = metrics;
  it.each<[() => unknown, string]>([
    [() => new AUC({ numLabels: 2 }), 'AUC: numLabels is for multiLabel only'],
    [() => new AUC({ thresholds: [0.5, 2] }), 'AUC: thresholds must be numbers from 0 to 1'],
    [() => new AUC({ thresholds: [] }), 'AUC: thresholds must be numbers from 0 to 1'],
    [
      () => new AUC({ labelWeights: [1, -1] }),
      'AUC: labelWeights must be a list of finite numbers',
    ],
    [() => new AUC({ labelWeights: ['1'] as never }), 'AUC: labelWeights must be a list'],
    [() => new AUC({ labelWeights: 1 as never }), 'AUC: labelWeights must be a list'],
    [() => new Recall({ thresholds: [NaN] }), 'Recall: thresholds must be numbers from 0 to 1'],
    [() => new F1Score({ beta: 2 as 1 }), 'F1Score: beta is 1, got 2. Use FBetaScore'],
  ])('is refused: %s', (make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  it('is not one that the range ends with', () => {
    expect(new FBetaScore({ threshold: 1 }).threshold).toBe(1);
    expect(new AUC({ numThresholds: 2 }).numThresholds).toBe(2);
    expect(new Precision({ topK: 1, classId: 0 }).getConfig()).toMatchObject({
      top_k: 1,
      class_id: 0,
    });
  });
});

describe('AUC', () => {
  it('with thresholds counts the outermost two as well, and writes them sorted', () => {
    const auc = new metrics.AUC({ thresholds: [0.7, 0.2] });
    expect(auc.numThresholds).toBe(4);
    expect(auc.getConfig()).toMatchObject({ num_thresholds: 4, thresholds: [0.2, 0.7] });
    expect(metrics.AUC.fromConfig(auc.getConfig()).getConfig()).toEqual(auc.getConfig());
    expect(new metrics.AUC().getConfig()).not.toHaveProperty('thresholds');
  });
});

describe('FBetaScore without a threshold', () => {
  it('takes the largest score of each row, and no class of a row of zeros', () => {
    const metric = new metrics.FBetaScore({ beta: 2 });
    metric.updateState(
      [
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 0],
        [1, 0, 0],
      ],
      [
        [0.1, 0.7, 0.2],
        [0.3, 0.6, 0.1],
        [0.9, 0.05, 0.05],
        [0, 0, 0],
      ],
    );
    // Class 0: tp 1, fp 0, fn 1; class 1: tp 1, fp 1, fn 0; class 2: fn 1. (1 + 4) p r / (4 p + r).
    const expected = [(5 * 0.5) / (4 + 0.5), (5 * 0.5) / (2 + 1), 0];
    [metric.result()].flat().forEach((score, i) => {
      expect(score).toBeCloseTo(expected[i] ?? NaN, 6);
    });
  });
});

describe('FBetaScore of a weighted batch', () => {
  it('counts each row, or each number, by the weight that came for it', () => {
    const update = (weights: number[] | number[][]): number[] => {
      const metric = new metrics.F1Score({ threshold: 0.5 });
      metric.updateState(
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
        weights,
      );
      return [metric.result()].flat();
    };
    // 2 tp / (2 tp + fp + fn), in class 0: tp, fn, fp; in class 1: fp, tp, tp.
    for (const [weights, expected] of [
      [
        [3, 5, 7],
        [6 / (6 + 7 + 5), 24 / (24 + 3)],
      ],
      [
        [
          [3, 1],
          [5, 2],
          [7, 4],
        ],
        [6 / (6 + 7 + 5), 12 / (12 + 1)],
      ],
    ] as [number[] | number[][], number[]][]) {
      update(weights).forEach((score, i) => expect(score).toBeCloseTo(expected[i] ?? NaN, 6));
    }
  });
});

describe('R2Score with numRegressors', () => {
  const yTrue = [[1], [2], [3], [6], [8]];
  const yPred = [[1.5], [2], [2], [6], [7]];
  const score = (numRegressors: number): number => {
    const metric = new metrics.R2Score({ numRegressors });
    metric.updateState(yTrue, yPred);
    return metric.result() as number;
  };

  it('is 1 − (1 − R²)(n − 1) / (n − p − 1)', () => {
    const plain = 1 - (0.25 + 1 + 1) / (9 + 4 + 1 + 4 + 16);
    expect(score(0)).toBeCloseTo(plain, 6);
    for (const p of [1, 2, 3]) {
      expect(score(p)).toBeCloseTo(1 - ((1 - plain) * 4) / (5 - p - 1), 6);
    }
    // Too few samples for more regressors: as Keras, R² itself.
    for (const p of [4, 5, 6]) expect(score(p)).toBeCloseTo(plain, 6);
  });

  it('does not count samples of weight 0', () => {
    const metric = new metrics.R2Score({ numRegressors: 2 });
    metric.updateState([...yTrue, [100]], [...yPred, [-5]], [1, 1, 1, 1, 1, 0]);
    expect(metric.result()).toBeCloseTo(score(2), 6);
  });
});

describe('AUC', () => {
  it('goes on from a state, whatever it has counted', () => {
    const make = () => new metrics.AUC({ numThresholds: 3, multiLabel: true });
    const counted = make();
    // In the first column the example of Keras's documentation, 0.75; the second one is right throughout.
    const yTrue = [[0, 0], [0, 1], [1, 0], [1, 1]]; // prettier-ignore
    const yPred = [[0, 0], [0.5, 1], [0.3, 0], [0.9, 1]]; // prettier-ignore
    counted.updateState(yTrue, yPred);
    expect(counted.result()).toBeCloseTo((0.75 + 1) / 2, 6);
    const [fresh, other] = [make(), make()];
    other.updateState([[1, 0, 1], [0, 1, 1]], [[0, 0, 0], [1, 1, 1]]); // prettier-ignore
    for (const metric of [fresh, other]) {
      metric.setState(counted.getState());
      expect(metric.result()).toBe(counted.result());
    }
    // That of a metric which has counted nothing.
    other.setState([0]);
    expect(other.result()).toBe(0);
    other.updateState([[0], [0], [1], [1]], [[0], [0.5], [0.3], [0.9]]);
    expect(other.result()).toBeCloseTo(0.75, 6);
  });

  it('refuses a state of other thresholds', () => {
    const counted = new metrics.AUC({ numThresholds: 5 });
    counted.updateState([0, 1], [0.2, 0.8]);
    const metric = new metrics.AUC({ numThresholds: 3 });
    expect(() => {
      metric.setState(counted.getState());
    }).toThrow(
      /auc.*: a state of 12 counts came, which are not those of 1 columns and 3 thresholds/,
    );
    expect(() => {
      metric.setState([1, 2, 3]);
    }).toThrow(ValueError);
  });
});
