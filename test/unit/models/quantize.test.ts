// `model.quantize`: what it stores, what the layers then compute, and what it refuses.
import { describe, expect, it } from 'vitest';
import { grad, layers, memory, models, ops, random, tensor, tidy, Variable } from '../../../src/index.js'; // prettier-ignore
import type { Tensor } from '../../../src/index.js';
import { expectSameBits } from '../../kernels/views.js';

const input = (...shape: number[]): Tensor => random.normal(shape, { seed: 3 });

const sameBits = (actual: Tensor, wanted: Tensor): void => {
  expectSameBits(actual.data(), wanted.data(), 'values');
};

/** A model of one layer that holds these weights. */
function modelOf(layer: layers.Layer, ...weights: number[][][]): models.Sequential {
  const model = new models.Sequential([layer]);
  const values = layer.weights.map(({ shape }, i) =>
    weights[i] === undefined ? random.normal(shape, { seed: i }) : tensor(weights[i]),
  );
  layer.setWeights(values);
  return model;
}

/** Two models with the same values: one quantized, the other float32 with the values that the first one then has. */
async function pair(make: () => models.Sequential, mode: 'int8' | 'float16') {
  const [small, plain] = [make(), make()];
  const before = small.getWeights();
  await small.quantize(mode);
  plain.setWeights(small.getWeights());
  return { small, plain, before };
}

const LAYERS: Readonly<Record<string, readonly [() => layers.Layer, () => Tensor]>> = {
  Dense: [() => new layers.Dense(70, { activation: 'tanh', inputShape: [40] }), () => input(33, 40)],
  'Dense of one row': [() => new layers.Dense(70, { activation: 'relu', inputShape: [40] }), () => input(1, 40)],
  'Dense over steps': [() => new layers.Dense(7, { activation: 'softmax', inputShape: [3, 5] }), () => input(4, 3, 5)],
  'Dense that needs several pieces': [() => new layers.Dense(150, { inputShape: [3000] }), () => input(5, 3000)],
  Embedding: [() => new layers.Embedding(30, 7, { inputShape: [5] }), () => random.randint([4, 5], 0, 30, { seed: 1 })],
  Conv1D: [() => new layers.Conv1D(4, 3, { inputShape: [9, 2] }), () => input(2, 9, 2)],
  Conv2D: [() => new layers.Conv2D(4, 3, { groups: 2, activation: 'relu', inputShape: [8, 8, 2] }), () => input(2, 8, 8, 2)],
  Conv3D: [() => new layers.Conv3D(2, 2, { inputShape: [4, 4, 4, 1] }), () => input(2, 4, 4, 4, 1)],
  Conv2DTranspose: [() => new layers.Conv2DTranspose(4, 4, { strides: 2, inputShape: [5, 6, 3] }), () => input(2, 5, 6, 3)],
  DepthwiseConv2D: [() => new layers.DepthwiseConv2D(3, { depthMultiplier: 2, inputShape: [5, 6, 3] }), () => input(2, 5, 6, 3)],
  SeparableConv1D: [() => new layers.SeparableConv1D(4, 3, { depthMultiplier: 2, inputShape: [9, 3] }), () => input(2, 9, 3)],
  'EinsumDense with several axes of units': [() => new layers.EinsumDense('abc,cde->abde', [null, 2, 4], { biasAxes: 'de', inputShape: [3, 5] }), () => input(2, 3, 5)],
  'EinsumDense that sums over two axes': [() => new layers.EinsumDense('abcd,cde->abe', [null, 4], { inputShape: [3, 5, 2] }), () => input(2, 3, 5, 2)],
  'EinsumDense with units first': [() => new layers.EinsumDense('ab,cb->ac', [4], { inputShape: [5] }), () => input(3, 5)],
  'EinsumDense with a kernel for each step': [() => new layers.EinsumDense('abc,bcd->abd', [3, 4], { inputShape: [3, 5] }), () => input(2, 3, 5)],
}; // prettier-ignore

describe.each(['int8', 'float16'] as const)('%s', (mode) => {
  const cases = Object.entries(LAYERS).map(([name, made]) => [name, ...made] as const);
  it.each(cases)('%s computes with the values that the layer tells', async (_, layer, x) => {
    const { small, plain, before } = await pair(() => modelOf(layer()), mode);
    const given = x();
    sameBits(small.predictOnBatch(given), plain.predictOnBatch(given));
    // Near what they were: by half a step of 255 at most, or by half a unit in the last of 11 binary places.
    const after = small.getWeights();
    before.forEach((wanted, i) => {
      const largest = wanted.abs().max().item();
      const difference = wanted.sub(after[i] ?? 0).abs().max().item(); // prettier-ignore
      expect(difference).toBeLessThan(largest * (mode === 'int8' ? 1 / 250 : 1 / 2000));
    });
    expect(small.layers[0]?.weights[0]?.quantized?.mode).toBe(mode);
  });

  it('holds a quarter or half of the bytes', async () => {
    const model = modelOf(new layers.Dense(200, { inputShape: [500] }));
    const before = memory().bytes;
    await model.quantize(mode);
    const kernel = 200 * 500;
    const scales = mode === 'int8' ? 200 * 4 : 0;
    const wanted = (mode === 'int8' ? kernel : 2 * kernel) + scales;
    expect(before - memory().bytes).toBeGreaterThan(4 * kernel - wanted - 256);
    const x = input(64, 500);
    const held = memory().bytes;
    model.predictOnBatch(x).dispose();
    model.predictOnBatch(x).dispose();
    expect(memory().bytes).toBe(held);
  });

  it('leaves nothing behind', async () => {
    const before = memory().bytes;
    const tensors = memory().tensors;
    const model = new models.Sequential([new layers.Dense(20, { inputShape: [50] })]);
    await model.quantize(mode);
    tidy(() => {
      expect(model.layers[0]?.weights[0]?.value.shape).toEqual([50, 20]);
    });
    expect(String(model.layers[0]?.weights[0])).toContain(`stored as ${mode}`);
    model.dispose();
    model.dispose();
    expect([memory().bytes, memory().tensors]).toEqual([before, tensors]);
  });

  it('takes other weights in the same form', async () => {
    const model = modelOf(new layers.Dense(2, { useBias: false, inputShape: [3] }));
    await model.quantize(mode);
    const values = [[0.5, -1.25], [0.25, 3], [-0.125, 0]]; // prettier-ignore
    model.setWeights([tensor(values)]);
    const [kernel] = model.getWeights();
    expect(kernel?.sub(tensor(values)).abs().max().item()).toBeLessThan(3 / 250);
    expect(model.layers[0]?.weights[0]?.quantized?.mode).toBe(mode);
    // What it gives it takes without a loss.
    model.setWeights([kernel ?? 0]);
    expect(
      model
        .getWeights()[0]
        ?.sub(kernel ?? 0)
        .abs()
        .max()
        .item(),
    ).toBeLessThan(1e-6);
  });

  it('gives gradients at the input', async () => {
    const { small, plain } = await pair(
      () => modelOf(new layers.Dense(7, { activation: 'tanh', inputShape: [5] })),
      mode,
    );
    const x = input(3, 5);
    const at = (model: models.Sequential) => grad((given: Tensor) => model.apply(given).sum())(x);
    sameBits(at(small), at(plain));
  });
});

describe('the numbers', () => {
  // keras.quantizers.abs_max_quantize(w, axis=0, to_numpy=True) of Keras 3.16 gives these q and scales.
  const w = [[0.5, -1.25, 0], [0.25, 3, 0], [-0.125, 0.0117, 0], [0.4990157, -2.9, 0]]; // prettier-ignore
  const scales = [253.99993896484375, 42.33333206176758, 1270000000];
  const q = [[127, -53, 0], [63, 127, 0], [-32, 0, 0], [127, -123, 0]]; // prettier-ignore

  it('of int8 are those of Keras', async () => {
    const model = modelOf(new layers.Dense(3, { useBias: false, inputShape: [4] }), w);
    await model.quantize('int8');
    const wanted = q.map((row) => row.map((x, j) => Math.fround(x * Math.fround(1 / (scales[j] ?? NaN))))); // prettier-ignore
    expect(model.getWeights()[0]?.toArray()).toEqual(wanted);
  });

  it('of an Embedding have a scale for each row', async () => {
    const model = modelOf(new layers.Embedding(4, 3, { inputShape: [1] }), w);
    await model.quantize('int8');
    // abs_max_quantize(w, axis=-1)
    const rows = [101.59999084472656, 42.33333206176758, 1015.9991455078125, 43.7931022644043];
    const numbers = [[51, -127, 0], [11, 127, 0], [-127, 12, 0], [22, -127, 0]]; // prettier-ignore
    const wanted = numbers.map((row, i) => row.map((x) => Math.fround(x * Math.fround(1 / (rows[i] ?? NaN))))); // prettier-ignore
    expect(model.getWeights()[0]?.toArray()).toEqual(wanted);
  });

  it('of float16 are those of NumPy', async () => {
    const values = [1 / 3, -2.5e-8, 6.1e-5, 65504, 0.1, 1e-7, 5.97e-8, 2.98e-8];
    // numpy.float32(values).astype('float16').astype('float32')
    const wanted = [0.333251953125, -0, 6.097555160522461e-5, 65504, 0.0999755859375, 1.1920928955078125e-7, 5.960464477539063e-8, 0]; // prettier-ignore
    const model = modelOf(new layers.Dense(1, { useBias: false, inputShape: [8] }), values.map((x) => [x])); // prettier-ignore
    await model.quantize('float16');
    expect(Array.from(model.getWeights()[0]?.data() ?? [])).toEqual(wanted);
  });
});

describe('a whole model', () => {
  it('says which layers were quantized and which stay as they are', async () => {
    const model = new models.Sequential([
      new layers.Embedding(20, 8, { inputShape: [6], name: 'words' }),
      new layers.LSTM(5, { name: 'walk' }),
      new layers.LayerNormalization({ name: 'norm' }),
      new layers.Dense(4, { name: 'hidden' }),
      new layers.Dense(3, { name: 'class' }),
    ]);
    const report = await model.quantize('int8', { filters: /words|hidden/ });
    expect(report).toEqual({
      mode: 'int8',
      quantized: ['words', 'hidden'],
      skipped: [expect.stringContaining('lstm_cell') as string, 'norm', 'class'],
    });
    const rest = await model.quantize('float16', { filters: (layer) => layer.name === 'class' });
    expect(rest.quantized).toEqual(['class']);
    expect(model.countParams()).toBe(20 * 8 + 4 * (8 + 5 + 1) * 5 + 10 + 5 * 4 + 4 + 4 * 3 + 3);
  });

  it('reaches the projections of attention', async () => {
    const x = layers.Input([5, 8]);
    const y = new layers.MultiHeadAttention(2, 4).apply([x, x]);
    const model = new models.Model({ inputs: x, outputs: y });
    const report = await model.quantize('int8');
    expect(report.quantized).toHaveLength(4);
    expect(model.predictOnBatch(input(2, 5, 8)).shape).toEqual([2, 5, 8]);
  });

  it('ties the weights of a ReversibleEmbedding', async () => {
    const layer = new layers.ReversibleEmbedding(9, 4);
    layer.build([null, 3]);
    const inner = layers.Input([3]);
    const model = new models.Model({ inputs: inner, outputs: layer.apply(inner) });
    await model.quantize('int8');
    const [table] = model.getWeights();
    const x = input(2, 3, 4);
    const scores = layer.apply(x, { reverse: true });
    sameBits(scores, ops.einsum('...d,vd->...v', x, table ?? 0));
  });
});

describe('training', () => {
  const compiled = async () => {
    const model = new models.Sequential([
      new layers.Dense(4, { inputShape: [3], name: 'first' }),
      new layers.Dense(2, { name: 'last' }),
    ]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.quantize('int8', { filters: /first/ });
    return model;
  };

  it('is refused, naming the layer', async () => {
    const model = await compiled();
    const message =
      /layer 'first' of model '.*' is quantized \(int8\), and quantized weights cannot be trained/;
    await expect(model.fit(input(4, 3), input(4, 2), { verbose: 0 })).rejects.toThrow(message);
    expect(() => model.trainOnBatch(input(4, 3), input(4, 2))).toThrow(message);
    expect(await model.evaluate(input(4, 3), input(4, 2), { verbose: 0 })).toHaveLength(1);
  });

  it('goes on for the other layers where the quantized one is frozen', async () => {
    const model = await compiled();
    model.getLayer('first').trainable = false;
    const before = model.getWeights();
    await model.fit(input(4, 3), input(4, 2), { verbose: 0 });
    const changed = model.getWeights().map(
      (w, i) =>
        w
          .sub(before[i] ?? 0)
          .abs()
          .max()
          .item() > 0,
    );
    expect(changed).toEqual([false, false, true, true]);
  });

  it('leaves quantized weights out of trainableWeights, and optimizers refuse them', async () => {
    const model = await compiled();
    expect(model.trainableWeights.map(({ path }) => path)).not.toContain('first/kernel');
    const kernel = model.weights[0];
    if (!(kernel instanceof Variable)) throw new Error('no kernel');
    const { SGD } = await import('../../../src/optimizers.js');
    const optimizer = new SGD();
    expect(() => {
      optimizer.apply([input(3, 4)], [kernel]);
    }).toThrow(/is quantized \(int8\), and quantized weights cannot be trained/);
  });
});

describe('what is refused', () => {
  const model = () => modelOf(new layers.Dense(2, { name: 'layer', inputShape: [3] }));

  it('an unknown mode', async () => {
    await expect(model().quantize('int4' as 'int8')).rejects.toThrow(
      /mode must be 'int8' or 'float16', got 'int4'/,
    );
  });

  it('a model without weights', async () => {
    await expect(new models.Sequential([new layers.Dense(2)]).quantize('int8')).rejects.toThrow(
      /has no weights yet/,
    );
  });

  it('a layer that is quantized already', async () => {
    const quantized = model();
    await quantized.quantize('float16');
    await expect(quantized.quantize('int8')).rejects.toThrow(
      /Dense layer 'layer' is quantized already \(float16\)/,
    );
  });

  it('filters that are none', async () => {
    await expect(model().quantize('int8', { filters: 'layer' as never })).rejects.toThrow(
      /filters must be a regular expression/,
    );
  });

  it.each([
    ['int8', NaN, /weight 'kernel' holds NaN, and int8 holds finite numbers alone/],
    ['float16', 1e5, /weight 'kernel' holds 100000, and float16 holds numbers up to 65504 alone/],
  ] as const)('%s of %d, and nothing changes', async (mode, value, message) => {
    const wrong = new models.Sequential([
      new layers.Dense(2, { inputShape: [2] }),
      new layers.Dense(1, { name: 'wrong' }),
    ]);
    wrong.weights[2]?.assign([[1], [value]]);
    const { bytes } = memory();
    await expect(wrong.quantize(mode)).rejects.toThrow(message);
    expect(memory().bytes).toBe(bytes);
    expect(wrong.weights.every(({ quantized }) => quantized === undefined)).toBe(true);
  });

  it('int8 of a kernel whose summed axes do not lie side by side', async () => {
    const layer = new layers.EinsumDense('abc,bdc->ad', [4], { name: 'mixed', inputShape: [3, 5] });
    await expect(modelOf(layer).quantize('int8')).rejects.toThrow(
      /EinsumDense layer 'mixed'.*axes 0, 2 of the kernel.*Use 'float16'/,
    );
  });
});
