import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { MeanSquaredError } from '../../../src/losses.js';
import * as metrics from '../../../src/metrics.js';
import { Model, Sequential } from '../../../src/models.js';
import { logitsOf } from '../../../src/engine/ops/index.js';
import { keep, memory, ones, tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { expectAllClose } from '../../golden/cases.js';

const { Embedding, Input, Masking } = layers;

/** Steps of two features; the last step of the first sample is padding. */
const SAMPLES = [
  [
    [1, 2],
    [3, 4],
    [0, 0],
  ],
  [
    [5, 6],
    [7, 8],
    [9, 1],
  ],
];
const STEPS = [
  [true, true, false],
  [true, true, true],
];

/** The samples with their mask. */
const masked = (): Tensor => new Masking().apply(SAMPLES);
const maskOf = (x: Tensor): unknown => x.mask?.toArray() ?? null;

let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('Masking', () => {
  it('leaves out steps whose features are all the mask value', () => {
    const y = new Masking({ maskValue: 5 }).apply([
      [
        [5, 5],
        [5, 1],
      ],
    ]);
    expect(y.toArray()).toEqual([
      [
        [0, 0],
        [5, 1],
      ],
    ]);
    expect(maskOf(y)).toEqual([[false, true]]);
  });

  it('keeps the dtype', () => {
    const y = new Masking().apply(tensor([[[0, 1]]], { dtype: 'int32' }));
    expect(y.dtype).toBe('int32');
    expect(() => new Masking().apply([1, 2])).toThrow(ShapeError);
  });
});

describe('Embedding', () => {
  it('with maskZero leaves out zeros', () => {
    const x = tensor([[2, 1, 0]], { dtype: 'int32' });
    const layer = new Embedding(3, 4, { maskZero: true });
    expect(maskOf(layer.apply(x))).toEqual([[true, true, false]]);
    expect(layer.getConfig()['mask_zero']).toBe(true);
    const plain = new Embedding(3, 4);
    expect(maskOf(plain.apply(x))).toBe(null);
    expect([layer.supportsMasking, plain.supportsMasking]).toEqual([true, false]);
  });
});

describe('a mask travels', () => {
  it.each([
    new layers.Activation('softmax'),
    new layers.Dense(3),
    new layers.Dropout(0.5),
    new layers.Identity(),
    new layers.LayerNormalization(),
    new layers.ReLU(),
  ])('through %s', (layer) => {
    expect(maskOf(layer.apply(masked()))).toEqual(STEPS);
    expect(warnings).toEqual([]);
  });

  it('through models, also in models, but not round a layer that ends it', () => {
    const inner = new Sequential([Input([3, 2]), new layers.Dense(2)]);
    const outer = new Sequential([Input([3, 2]), new Masking(), inner]);
    expect(maskOf(outer.apply(SAMPLES))).toEqual(STEPS);
    const input = Input([3, 2]);
    const functional = new Model({ inputs: input, outputs: inner.apply(input) });
    expect(maskOf(functional.apply(masked()))).toEqual(STEPS);
    expect(warnings).toEqual([]);
    const pooled = new Sequential([Input([3, 2]), new layers.GlobalAveragePooling1D()]);
    expect(maskOf(pooled.apply(masked()))).toBe(null);
  });

  it('into a model as its argument, and only there', () => {
    const seen: unknown[] = [];
    const look = new layers.Lambda(
      (x, { mask }) => {
        seen.push((mask as Tensor | null)?.toArray() ?? null);
        return x.add(0);
      },
      { outputShape: [3, 2] },
    );
    const x = masked();
    const mask = tensor([
      [true, false, false],
      [true, false, false],
    ]);
    const stack = new Sequential([Input([3, 2]), new layers.Identity(), look]);
    stack.apply(x, { mask });
    stack.apply(x, { mask: null });
    const [a, b] = [Input([3, 2]), Input([3, 2])];
    const model = new Model({ inputs: { a, b }, outputs: look.apply(layers.add([a, b])) });
    model.apply({ a: x, b: x }, { mask: { a: mask, b: x.mask ?? null } });
    expect(seen).toEqual([mask.toArray(), null, STEPS]);
    expect(maskOf(x)).toEqual(STEPS);
  });

  it('past an input that is the output: the input keeps what it has', () => {
    const x = ones([2, 3]);
    const mask = tensor([true, false]);
    const y = new layers.Identity().apply(x, { mask });
    expect([maskOf(x), maskOf(y)]).toEqual([null, [true, false]]);
  });

  it('not through operations', () => {
    expect(maskOf(masked().add(1))).toBe(null);
  });

  it('as a class with a computeMask of its own says', () => {
    class FirstStep extends layers.Layer {
      static override readonly className = 'FirstStep';
      override call(x: Tensor): Tensor {
        return x.slice(':', [0, 1]);
      }
      override computeMask(_x: Tensor, mask: layers.Mask | null): Tensor | null {
        return mask === null ? null : (mask as Tensor).slice(':', [0, 1]);
      }
    }
    expect(maskOf(new FirstStep().apply(masked()))).toEqual([[true], [true]]);
    expect(maskOf(new FirstStep().apply(SAMPLES))).toBe(null);
  });

  it('through Lambda if it says how', () => {
    const same = new layers.Lambda((x) => x.mul(2), { mask: (_x, mask) => mask });
    expect(maskOf(same.apply(masked()))).toEqual(STEPS);
    const fixed = new layers.Lambda((x) => x.mul(2), { mask: tensor([[true, false, true]]) });
    expect(maskOf(fixed.apply(SAMPLES))).toEqual([[true, false, true]]);
    expect(() => new layers.Lambda((x) => x, { mask: 3 as never })).toThrow(ValueError);
  });
});

it('warns once for each layer that loses a mask', () => {
  const flatten = new layers.Flatten({ name: 'flat' });
  expect(maskOf(flatten.apply(masked()))).toBe(null);
  flatten.apply(masked());
  expect(warnings.length).toBe(1);
  expect(warnings[0]).toMatch(/^lanegrad: Flatten layer 'flat' was given input with a mask/);
  new layers.Flatten().apply(SAMPLES);
  expect(warnings.length).toBe(1);
  new layers.Lambda((x) => x.mul(2)).apply(masked());
  expect(warnings.length).toBe(2);
});

it('refuses a mask that is not a tensor', () => {
  const mask = [[true]] as never;
  expect(() => new layers.Dense(2).apply([[1]], { mask })).toThrow(/mask: expected a tensor/);
  expect(() => new layers.Add().apply([ones([1]), ones([1])], { mask: tensor([true]) })).toThrow(
    /mask must be a list with a mask, or null, for each of the 2 inputs/,
  );
});

describe('layers heed masks:', () => {
  it('GlobalAveragePooling1D averages the steps that count', () => {
    const y = new layers.GlobalAveragePooling1D().apply(masked());
    expectAllClose(y.data(), [2, 3, 7, 5]);
    expect(maskOf(y)).toBe(null);
    const first = new layers.GlobalAveragePooling1D({
      dataFormat: 'channels_first',
      keepdims: true,
    });
    const mask = tensor([[true, false, true]]);
    expect(first.apply([[[1, 2, 3]]], { mask }).toArray()).toEqual([[[2]]]);
  });

  it('BatchNormalization takes its moments from the steps that count, and normalizes all', () => {
    const layer = new layers.BatchNormalization({ momentum: 0.5, epsilon: 0 });
    const x = masked();
    const y = layer.apply(x, { training: true });
    // The steps (1, 2), (3, 4), (5, 6), (7, 8), (9, 1).
    const columns = [
      [1, 3, 5, 7, 9],
      [2, 4, 6, 8, 1],
    ];
    const means = columns.map((c) => c.reduce((a, b) => a + b) / 5);
    const variances = columns.map(
      (c, i) => c.reduce((a, b) => a + (b - (means[i] ?? 0)) ** 2, 0) / 5,
    );
    expectAllClose(
      layer.movingMean.value.data(),
      means.map((m) => m / 2),
    );
    expectAllClose(
      layer.movingVariance.value.data(),
      variances.map((v) => 0.5 + v / 2),
    );
    const expected = Array.from(
      x.data(),
      (value, i) => (value - (means[i % 2] ?? 0)) / Math.sqrt(variances[i % 2] ?? 1),
    );
    expectAllClose(y.data(), expected);
    expect(maskOf(y)).toEqual(STEPS);
    expect(() => layer.apply(x, { mask: tensor([true, true]) })).toThrow(/one axis less/);
  });

  it('Softmax leaves elements out, and a row of which none counts is 0', () => {
    const mask = tensor([
      [true, true, false],
      [false, false, false],
    ]);
    const y = new layers.Softmax().apply(
      [
        [1, 1, 9],
        [1, 2, 3],
      ],
      { mask },
    );
    expectAllClose(y.data(), [0.5, 0.5, 0, 0, 0, 0]);
    const some = tensor([[1, 0.2, 0.7]]);
    expectAllClose(new layers.Softmax().apply([[2, 2, 2]], { mask: some }).data(), [0.5, 0, 0.5]);
    expect(() => new layers.Softmax().apply(masked())).toThrow(/Activation\('softmax'\)/);
  });

  it('merging layers of different ranks widen the masks like their inputs', () => {
    const words = new Embedding(3, 2, { maskZero: true });
    const topic = words.apply(tensor([0, 1], { dtype: 'int32' }));
    expect(maskOf(new layers.Add().apply([masked(), topic]))).toEqual([
      [true, true, false],
      [true, true, true],
    ]);
  });
});

describe('the memory of a mask', () => {
  it('is given back with the tensor, outside of tidy', () => {
    const before = memory();
    const model = new Sequential([
      Input([3, 2]),
      new Masking(),
      new layers.Dense(2, { activation: 'softmax' }),
    ]);
    const weights = memory();
    const y = model.apply(SAMPLES);
    expect(maskOf(y)).toEqual(STEPS);
    expect(logitsOf(y, 'softmax')?.shape).toEqual([2, 3, 2]);
    expect(memory().tensors).toBe(weights.tensors + 3);
    y.dispose();
    expect(memory()).toEqual(weights);
    model.dispose();
    expect(memory().tensors).toBe(before.tensors);
  });

  it('lives through tidy with the tensor that it returns or keeps', () => {
    const before = memory();
    const x = tidy(() => tidy(() => masked()));
    expect(maskOf(x)).toEqual(STEPS);
    let kept: Tensor | undefined;
    tidy(() => {
      kept = keep(masked());
      masked();
    });
    expect(kept && maskOf(kept)).toEqual(STEPS);
    const alias = x.alias();
    x.dispose();
    expect(maskOf(alias)).toEqual(STEPS);
    alias.dispose();
    kept?.dispose();
    expect(memory()).toEqual(before);
  });

  it('is given back when a layer fails', () => {
    const x = masked();
    const before = memory();
    const layer = new layers.Lambda((y) => y.mul(2), {
      mask: () => {
        throw new ValueError('no mask');
      },
    });
    expect(() => layer.apply(x)).toThrow(/computeMask: no mask/);
    expect(memory()).toEqual(before);
    x.dispose();
  });
});

describe('losses and metrics heed the mask of predictions:', () => {
  const yTrue = [
    [[1], [1], [1]],
    [[1], [1], [1]],
  ];
  /** Squared errors 1, 4, 100 and 0, 9, 16; the 100 does not count. */
  const predictions = (): Tensor => {
    const y = tensor([
      [[2], [3], [11]],
      [[1], [4], [5]],
    ]);
    y.attachMask(tensor(STEPS));
    return y;
  };

  it.each([
    ['sum_over_batch_size', undefined, 30 / 5],
    ['mean', undefined, 30 / 5],
    ['sum', undefined, 30],
    ['mean_with_sample_weight', undefined, 30 / 5],
    ['sum_over_batch_size', [2, 1], (2 * 5 + 25) / 5],
    [
      'sum_over_batch_size',
      [
        [2, 1, 1],
        [1, 1, 0],
      ],
      (2 + 4 + 9) / 5,
    ],
    [
      'mean_with_sample_weight',
      [
        [2, 1, 1],
        [1, 1, 0],
      ],
      (2 + 4 + 9) / 5,
    ],
  ] as const)('a loss with reduction %s and weights %j is %f', (reduction, weights, expected) => {
    const loss = new MeanSquaredError({ reduction });
    expect(loss.apply(yTrue, predictions(), weights).item()).toBeCloseTo(expected, 5);
  });

  it('a loss of which nothing counts is 0', () => {
    const y = tensor([[1], [2]]);
    y.attachMask(tensor([false, false]));
    expect(new MeanSquaredError().apply([[0], [0]], y).item()).toBe(0);
  });

  it('a mask that does not fit is refused', () => {
    const y = tensor([[1], [2]]);
    y.attachMask(tensor([true, true, true]));
    expect(() => new MeanSquaredError().apply([[0], [0]], y)).toThrow(
      /the mask of yPred has shape \(3,\), but the losses have shape \(2,\)/,
    );
  });

  it('metrics that are means of values', () => {
    const metric = new metrics.MeanSquaredError();
    metric.updateState(yTrue, predictions());
    expect(metric.result()).toBeCloseTo(30 / 5, 5);
    metric.resetState();
    metric.updateState(yTrue, predictions(), [2, 1]);
    expect(metric.result()).toBeCloseTo((2 * 5 + 25) / (2 * 2 + 3), 5);
    // Keras's class asks for no mask.
    const root = new metrics.RootMeanSquaredError();
    root.updateState(yTrue, predictions());
    expect(root.result()).toBeCloseTo(Math.sqrt(130 / 6), 5);
  });

  it('weighted means of values with a mask', () => {
    const values = tensor([1, 2, 3]);
    values.attachMask(tensor([true, false, true]));
    const mean = new metrics.Mean();
    mean.updateState(values, [1, 1, 3]);
    expect(mean.result()).toBeCloseTo(10 / 4, 6);
    mean.resetState();
    mean.updateState(values);
    expect(mean.result()).toBe(2);
  });
});
