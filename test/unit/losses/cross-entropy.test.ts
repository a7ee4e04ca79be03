import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import { losses } from '../../../src/index.js';
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  SparseCategoricalCrossentropy,
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from '../../../src/losses.js';
import { sigmoid, softmax, valueAndGrad } from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';

const numbers = (x: Tensor): number[] => Array.from(x.data());

/** ln Σ exp z − z[label], in float64. */
function crossEntropy(logits: readonly number[], label: number): number {
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, z) => total + Math.exp(z - largest), 0);
  return Math.log(sum) + largest - (logits[label] ?? NaN);
}

describe('categorical cross-entropy', () => {
  it('is exact behind a softmax, whatever the size of the logits', () => {
    const logits = tensor([
      [1e4, 0, -1e4],
      [-1e4, 1e4, 0],
      [5, 5, 5],
    ]);
    const targets = tensor([
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const [value, gradient] = valueAndGrad<[Tensor]>((z) =>
      new CategoricalCrossentropy().apply(targets, softmax(z)),
    )(logits);
    expect(value.item()).toBeCloseTo((1e4 + 0 + Math.log(3)) / 3, 2);
    // (p − t) / 3
    const third = 1 / 3;
    const expected = [third, -third, 0, 0, 0, 0, 1 / 9, 1 / 9, 1 / 9 - third];
    numbers(gradient).forEach((g, i) => expect(g).toBeCloseTo(expected[i] ?? NaN, 6));
  });

  it('clips probabilities that come without logits to [1e-7, 1 − 1e-7]', () => {
    const losses = categoricalCrossentropy([[1, 0]], [[0, 1]]);
    expect(losses.item()).toBeCloseTo(-Math.log(1e-7), 4);
  });

  it('smooths labels', () => {
    const logits = [0.3, -1.2, 2];
    const smooth = 0.3;
    const expected =
      (1 - smooth) * crossEntropy(logits, 1) +
      (smooth / 3) * [0, 1, 2].reduce((sum, label) => sum + crossEntropy(logits, label), 0);
    const parameters = { fromLogits: true, labelSmoothing: smooth };
    expect(categoricalCrossentropy([[0, 1, 0]], [logits], parameters).item()).toBeCloseTo(
      expected,
      5,
    );
  });

  it('takes the classes from any axis', () => {
    // [1, classes 2, 3]
    const logits = tensor([
      [
        [0.5, -1, 2],
        [0.1, 3, -2],
      ],
    ]);
    const targets = tensor([
      [
        [1, 0, 1],
        [0, 1, 0],
      ],
    ]);
    const expected = [
      crossEntropy([0.5, 0.1], 0),
      crossEntropy([-1, 3], 1),
      crossEntropy([2, -2], 0),
    ];
    const fused = categoricalCrossentropy(targets, logits, { fromLogits: true, axis: 1 });
    const plain = categoricalCrossentropy(targets, softmax(logits, 1), { axis: 1 });
    expect(fused.shape).toEqual([1, 3]);
    numbers(fused).forEach((loss, i) => expect(loss).toBeCloseTo(expected[i] ?? NaN, 5));
    numbers(plain).forEach((loss, i) => expect(loss).toBeCloseTo(expected[i] ?? NaN, 5));
  });

  it.each([
    ['(n)', [0, 2]],
    ['(n, 1)', [[0], [2]]],
  ])('refuses class labels of shape %s and says what to do', (_, labels) => {
    const predictions = tensor([0.2, 0.3, 0.5, 0.2, 0.3, 0.5], { shape: [2, 3] });
    const compute = (): unknown => categoricalCrossentropy(labels, predictions);
    expect(compute).toThrow(ShapeError);
    expect(compute).toThrow(/utils\.toCategorical\(y, 3\).*sparse_categorical_crossentropy/);
  });

  it('refuses targets of another number of classes, naming both shapes', () => {
    const compute = (): unknown => categoricalCrossentropy([[1, 0]], [[0.2, 0.3, 0.5]]);
    expect(compute).toThrow(ShapeError);
    expect(compute).toThrow(/\(1, 2\).*\(1, 3\)/);
  });
});

describe('sparse categorical cross-entropy', () => {
  it('is exact behind a softmax, whatever the size of the logits', () => {
    const [value, gradient] = valueAndGrad<[Tensor]>((z) =>
      new SparseCategoricalCrossentropy().apply([1, 0], softmax(z)),
    )(
      tensor([
        [1e4, -1e4],
        [-1e4, 1e4],
      ]),
    );
    expect(value.item()).toBeCloseTo(2e4, 1);
    expect(numbers(gradient)).toEqual([0.5, -0.5, -0.5, 0.5]);
  });

  it.each([
    ['int32 (n)', tensor([2, 0], { dtype: 'int32' })],
    ['uint8 (n)', tensor([2, 0], { dtype: 'uint8' })],
    ['float32 (n, 1)', tensor([[2], [0]])],
  ])('takes labels as %s', (_, labels) => {
    const losses = sparseCategoricalCrossentropy(labels, [
      [0.2, 0.3, 0.5],
      [0.2, 0.3, 0.5],
    ]);
    expect(losses.shape).toEqual([2]);
    expect(numbers(losses)[0]).toBeCloseTo(-Math.log(0.5), 5);
    expect(numbers(losses)[1]).toBeCloseTo(-Math.log(0.2), 5);
  });

  it.each([
    ['too large', [0, 3], /label 3 at position \[1\].*0 … 2/],
    ['negative', [-1, 0], /label -1 at position \[0\].*0 … 2/],
    ['no whole number', [0, 1.5], /label 1\.5 at position \[1\].*0 … 2/],
  ])('refuses a label that is %s, naming it and its place', (_, labels, message) => {
    const compute = (): unknown =>
      sparseCategoricalCrossentropy(labels, [
        [0.2, 0.3, 0.5],
        [0.2, 0.3, 0.5],
      ]);
    expect(compute).toThrow(ValueError);
    expect(compute).toThrow(message);
  });

  it('refuses one-hot targets and says what to do', () => {
    const compute = (): unknown => sparseCategoricalCrossentropy([[0, 1]], [[0.4, 0.6]]);
    expect(compute).toThrow(ShapeError);
    expect(compute).toThrow(/one-hot.*'categorical_crossentropy'/);
  });

  it.each([true, false])(
    'leaves out ignoreClass from the loss and its mean (fromLogits %s)',
    (fromLogits) => {
      const logits = [
        [1, 2, 3],
        [0, 0, 5],
        [3, 1, 0],
      ];
      const labels = [0, 255, 2];
      const loss = new SparseCategoricalCrossentropy({ fromLogits, ignoreClass: 255 });
      const predictions = fromLogits ? tensor(logits) : tensor(softmax(tensor(logits)));
      const [first, last] = [crossEntropy([1, 2, 3], 0), crossEntropy([3, 1, 0], 2)];
      const losses = numbers(loss.call(tensor(labels), predictions));
      expect(losses[0]).toBeCloseTo(first, 5);
      expect(losses[1]).toBe(0);
      expect(losses[2]).toBeCloseTo(last, 5);
      expect(loss.apply(labels, predictions).item()).toBeCloseTo((first + last) / 2, 5);
      // Weights of either shape: by them, the losses that count, scaled up to all three.
      const weights = tensor([0.5, 7, 2]);
      for (const given of [weights, weights.reshape([3, 1])]) {
        const weighted = loss.apply(labels, predictions, given).item();
        expect(weighted).toBeCloseTo((0.5 * first + 2 * last) / 2, 5);
      }
    },
  );

  it('gives rows of ignoreClass no gradient, also if they are all zeros', () => {
    const loss = new SparseCategoricalCrossentropy({ ignoreClass: 0 });
    const labels = tensor([0, 1], { dtype: 'int32' });
    const [value, gradient] = valueAndGrad<[Tensor]>((p) => loss.apply(labels, p))(
      tensor([
        [0, 0],
        [0.4, 0.6],
      ]),
    );
    expect(value.item()).toBeCloseTo(-Math.log(0.6), 5);
    // d(−ln(b / (a + b))): 1 / (a + b), and 1 / (a + b) − 1 / b.
    expect(numbers(gradient).slice(0, 2)).toEqual([0, 0]);
    expect(numbers(gradient)[2]).toBeCloseTo(1, 5);
    expect(numbers(gradient)[3]).toBeCloseTo(1 - 1 / 0.6, 5);
  });

  // Keras 3.16 on JAX: SparseCategoricalCrossentropy(from_logits, ignore_class=9, label_smoothing=0.3).
  it.each([
    [
      true,
      [
        [-0.35498470067977905, 0.07236423343420029, 0.28262048959732056],
        [0, 0, 0],
        [0.3718973398208618, 0.0070975907146930695, -0.37899497151374817],
      ],
    ],
    [
      false,
      [
        [-3.9429352283477783, 0.29569190740585327, 0.4248392581939697],
        [0, 0, 0],
        [0.8814878463745117, 0.12430638074874878, -18.04305648803711],
      ],
    ],
  ])('smooths labels, of rows that count (fromLogits %s)', (fromLogits, expected) => {
    const logits = tensor([
      [1, 2, 3],
      [0.5, -1, 5],
      [3, 1, 0],
    ]);
    // Probabilities need not sum to 1.
    const predictions = fromLogits ? logits : softmax(logits).mul([[1], [2], [0.5]]);
    const labels = [0, 9, 2];
    const parameters = { fromLogits, ignoreClass: 9, labelSmoothing: 0.3 };
    const losses = numbers(sparseCategoricalCrossentropy(labels, predictions, parameters));
    [2.107606, 0, 2.769846].forEach((loss, i) => expect(losses[i]).toBeCloseTo(loss, 5));
    const loss = new SparseCategoricalCrossentropy(parameters);
    const [value, gradient] = valueAndGrad<[Tensor]>((x) => loss.apply(labels, x))(predictions);
    expect(value.item()).toBeCloseTo(2.438726, 5);
    numbers(gradient).forEach((g, i) => expect(g).toBeCloseTo(expected.flat()[i] ?? NaN, 4));
    expect(loss.getConfig()['label_smoothing']).toBe(0.3);
  });

  it('smooths labels behind a softmax from its logits: what smoothed one-hot targets give', () => {
    const logits = tensor([
      [80, -90, 3],
      [1, 2, 3],
    ]);
    const sparse = sparseCategoricalCrossentropy([1, 2], softmax(logits), { labelSmoothing: 0.1 });
    const rows = [
      [80, -90, 3],
      [1, 2, 3],
    ];
    rows.forEach((row, i) => {
      const mean = [0, 1, 2].reduce((sum, label) => sum + crossEntropy(row, label), 0) / 3;
      const expected = 0.9 * crossEntropy(row, i + 1) + 0.1 * mean;
      expect(numbers(sparse)[i]).toBeCloseTo(expected, 4);
    });
  });

  it('weighs the steps of sequences that ignoreClass leaves by their sample', () => {
    const [a, b] = [Math.log(2), Math.log(4)];
    const [steps, labels] = [
      [
        [
          [0.5, 0.5],
          [0.25, 0.75],
        ],
        [
          [0.25, 0.75],
          [0.5, 0.5],
        ],
      ],
      [
        [0, 0],
        [0, 9],
      ],
    ] as const;
    const options = { ignoreClass: 9, reduction: 'mean_with_sample_weight' } as const;
    const loss = new SparseCategoricalCrossentropy(options).apply(labels, steps, [1, 3]);
    expect(loss.item()).toBeCloseTo((a + b + 3 * b) / 5, 5);
  });
});

describe('binary cross-entropy', () => {
  it('is exact behind a sigmoid, whatever the size of the logits', () => {
    const [value, gradient] = valueAndGrad<[Tensor]>((z) =>
      new BinaryCrossentropy().apply([0, 1, 1, 0], sigmoid(z)),
    )(tensor([[1e4], [1e4], [-1e4], [-1e4]]));
    expect(value.item()).toBeCloseTo(2e4 / 4, 1);
    expect(numbers(gradient)).toEqual([0.25, 0, -0.25, 0]);
  });

  it('means over the last axis', () => {
    const expected = -(Math.log(0.8) + Math.log(1 - 0.4)) / 2;
    expect(binaryCrossentropy([[1, 0]], [[0.8, 0.4]]).item()).toBeCloseTo(expected, 6);
  });

  it('refuses targets of another shape, naming both', () => {
    expect(() =>
      binaryCrossentropy(
        [1, 0],
        [
          [0.2, 0.3],
          [0.2, 0.3],
        ],
      ),
    ).toThrow(/\(2,\).*\(2, 2\)/);
  });
});

describe('options of the cross-entropy functions', () => {
  it.each([
    ['categoricalCrossentropy', 'categorical_crossentropy'],
    ['binaryCrossentropy', 'binary_crossentropy'],
    ['categoricalFocalCrossentropy', 'categorical_focal_crossentropy'],
    ['binaryFocalCrossentropy', 'binary_focal_crossentropy'],
  ] as const)('%s are checked like those of the class', (name, owner) => {
    const call = (parameters: object) => () => losses[name]([[1, 0]], [[0.5, 0.5]], parameters);
    expect(call({ labelSmoothing: 2 })).toThrow(
      `${owner}: labelSmoothing must be a finite number from 0 to 1, got 2.`,
    );
    expect(call({ fromLogits: 'yes' })).toThrow(`${owner}: fromLogits must be true or false`);
    expect(call({ axis: 0.5 })).toThrow(`${owner}: axis must be a whole number, got 0.5.`);
  });
});
