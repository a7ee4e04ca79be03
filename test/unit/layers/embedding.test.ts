import { describe, expect, it } from 'vitest';
import { DTypeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { Sequential } from '../../../src/models.js';
import { differentiate } from '../../../src/engine/ops/control/grad.js';
import { mul, sum } from '../../../src/engine/ops/index.js';
import { normal } from '../../../src/random.js';
import { Adam } from '../../../src/optimizers.js';
import { tensor } from '../../../src/engine/tensor/create.js';
import { tidy } from '../../../src/engine/tensor/scope.js';
import { expectAllClose } from '../../golden/cases.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { centralGradient } from '../../reference/gradients.js';

function built(): layers.Embedding {
  const layer = new layers.Embedding(4, 2, { name: 'e' });
  layer.build([null, 3]);
  layer.setWeights([
    [
      [0, 1],
      [10, 11],
      [20, 21],
      [30, 31],
    ],
  ]);
  return layer;
}

it.each(['int32', 'uint8', 'float32'] as const)('looks up whole numbers of dtype %s', (dtype) => {
  const x = tensor(
    [
      [3, 0],
      [1, 1],
    ],
    { dtype },
  );
  expect(built().apply(x).toArray()).toEqual([
    [
      [30, 31],
      [0, 1],
    ],
    [
      [10, 11],
      [10, 11],
    ],
  ]);
});

it('takes input of any shape', () => {
  const layer = built();
  expect(layer.apply(tensor([2], { dtype: 'int32' })).toArray()).toEqual([[20, 21]]);
  expect(layer.apply(tensor([[[2]]], { dtype: 'int32' })).shape).toEqual([1, 1, 1, 2]);
  expect(layer.computeOutputShape([null, 7])).toEqual([null, 7, 2]);
});

it('starts evenly spread over -0.05 … 0.05', () => {
  const layer = new layers.Embedding(200, 50);
  layer.build([null, 1]);
  const values = [...layer.embeddings.value.data()];
  expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(Math.fround(0.05));
  // 10,000 draws of variance 0.1² / 12: the mean's standard error is 2.9e-4.
  expect(Math.abs(values.reduce((a, b) => a + b) / values.length)).toBeLessThan(1.5e-3);
});

it('adds up the gradient of numbers that come more than once', () => {
  const layer = built();
  const indices = [3, 1, 1, 0, 1, 3];
  const x = tensor(indices, { shape: [2, 3], dtype: 'int32' });
  const dy = normal([2, 3, 2], { seed: 1 });
  const lookUp = ({ data }: DenseArray): DenseArray => ({
    shape: [2, 3, 2],
    data: indices.flatMap((index) => data.slice(2 * index, 2 * index + 2)),
  });
  const table = layer.embeddings.value;
  const expected = centralGradient(
    (first) => lookUp(first ?? { shape: [], data: [] }),
    [{ shape: [4, 2], data: [...table.data()] }],
    0,
    [...dy.data()],
  );
  tidy(() => {
    const f = () => sum(mul(layer.apply(x), dy));
    const [gradient] = differentiate('test', f, [table]).gradients;
    expectAllClose(gradient?.data() ?? [], expected, 'gradient');
    expect([...(gradient?.data().slice(4, 6) ?? [])]).toEqual([0, 0]);
  });
});

it('is trained as the first layer of a model', async () => {
  const model = new Sequential([
    new layers.Embedding(3, 4, { inputShape: [2], embeddingsInitializer: 'zeros' }),
    new layers.Flatten(),
    new layers.Dense(1),
  ]);
  model.compile({ optimizer: new Adam({ learningRate: 0.05 }), loss: 'mse' });
  const x = tensor(
    [
      [0, 1],
      [1, 2],
      [0, 2],
      [1, 1],
    ],
    { dtype: 'int32' },
  );
  const y = tensor([[1], [3], [2], [2]]);
  const { history } = await model.fit(x, y, { epochs: 60, verbose: 0 });
  const losses = history.loss ?? [];
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2);
  expect(model.outputShape).toEqual([null, 1]);
});

describe('bad input', () => {
  it.each([[4], [-1]])('index %i', (index) => {
    const x = tensor([[0, index]], { dtype: 'int32' });
    expect(() => built().apply(x)).toThrow(ValueError);
    expect(() => built().apply(x)).toThrow(
      new RegExp(`Embedding layer 'e'.*index ${index} at position 1.*\\(1, 2\\).*0 … 3`),
    );
  });

  it('numbers that are not whole', () => {
    expect(() => built().apply(tensor([0.5]))).toThrow(DTypeError);
    expect(() => built().apply(tensor([NaN]))).toThrow(/'e'.*whole numbers/);
  });

  it.each<[() => unknown, RegExp]>([
    [() => new layers.Embedding(0, 2), /inputDim .* at least 1, got 0/],
    [() => new layers.Embedding(2, 1.5), /outputDim/],
    [() => new layers.Embedding(2, 2, { maskZeros: true } as object), /Did you mean 'maskZero'/],
    [() => new layers.Embedding(2, 2).embeddings, /is not built/],
  ])('case %#', (make, message) => {
    expect(make).toThrow(ValueError);
    expect(make).toThrow(message);
  });

  it('comes from configs with what it does not have', () => {
    const read = (config: object) =>
      layers.deserialize({
        class_name: 'Embedding',
        config: { input_dim: 3, output_dim: 2, ...config },
      });
    expect(read({ input_length: 10 }).getConfig()).toMatchObject({ input_dim: 3, output_dim: 2 });
    expect(read({ mask_zero: true }).getConfig()).toMatchObject({ mask_zero: true });
    expect(read({ lora_rank: 4 }).getConfig()).toMatchObject({ lora_rank: 4 });
  });
});
