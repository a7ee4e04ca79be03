import { describe, expect, it } from 'vitest';
import {
  SparseCategoricalAccuracy,
  SparseTopKCategoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
} from '../../../src/metrics.js';
import { tensor } from '../../../src/engine/tensor/index.js';

describe('class labels whose shape differs in axes of length 1', () => {
  const rows = [
    [0.9, 0.1, 0],
    [0.8, 0.15, 0.05],
  ];

  it.each([
    [SparseCategoricalAccuracy, {}],
    [SparseTopKCategoricalAccuracy, { k: 1 }],
  ] as const)('%o takes [2, 1] for predictions [1, 2, 3], one label a row', (Class, options) => {
    for (const [labels, expected] of [
      [[[0], [0]], 1],
      [[[0], [1]], 0.5],
      [[[2], [1]], 0],
    ] as const) {
      const metric = new Class(options);
      metric.updateState(labels, [rows]);
      expect(metric.result()).toBe(expected);
      // And the other way round.
      const other = new Class(options);
      other.updateState([labels.flat()], rows);
      expect(other.result()).toBe(expected);
    }
    const weighted = new Class(options);
    weighted.updateState([[0], [1]], rows, [3, 1]);
    expect(weighted.result()).toBe(0.75);
  });

  it('refuses as many labels in another order of axes, and one-hot targets', () => {
    const scores = tensor(new Float32Array(24), { shape: [2, 3, 4] });
    for (const shape of [[3, 2], [6], [2, 3, 4]]) {
      const size = shape.reduce((product, length) => product * length, 1);
      const labels = tensor(new Int32Array(size), { shape });
      expect(() => {
        new SparseCategoricalAccuracy().updateState(labels, scores);
      }).toThrow(/Expected one class label a row of predictions, shape \(2, 3\)/);
    }
  });

  it('the functions give the shapes of Keras', () => {
    // keras.metrics.sparse_categorical_accuracy drops a last axis of length 1, sparse_top_k… keeps the shape of y_true.
    const shapes = (labels: number[], scores: number[]): number[][] => {
      const y = tensor(new Int32Array(labels.reduce((a, b) => a * b, 1)), { shape: labels });
      const p = tensor(new Float32Array(scores.reduce((a, b) => a * b, 1)), { shape: scores });
      return [sparseCategoricalAccuracy(y, p), sparseTopKCategoricalAccuracy(y, p)].map((t) => [
        ...t.shape,
      ]);
    };
    expect(shapes([6], [6, 4])).toEqual([[6], [6]]);
    expect(shapes([6, 1], [6, 4])).toEqual([[6], [6, 1]]);
    expect(shapes([6, 1], [6, 1, 4])).toEqual([[6], [6, 1]]);
    expect(shapes([2, 3], [2, 3, 4])).toEqual([
      [2, 3],
      [2, 3],
    ]);
    expect(shapes([2, 3, 1], [2, 3, 4])).toEqual([
      [2, 3],
      [2, 3, 1],
    ]);
  });
});
