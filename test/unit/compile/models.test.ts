// Compiled models give the bits of `predictOnBatch`.
import { describe, expect, it } from 'vitest';
import { compileModel, runCompiled } from '../../../src/compile.js';
import { Input, layers, models, ops, random } from '../../../src/index.js';
import { ByteReader } from '../../../src/extras/compile/link/bytes.js';
import { expectSameBits } from './compiled.js';
import type { AnyModel } from './compiled.js';

/** A chain of layers. */
function chain(...list: readonly unknown[]): AnyModel {
  random.setSeed(7);
  const model = new models.Sequential();
  for (const layer of list) model.add(layer as never);
  return model;
}

/** The section that names what a host calls when it instantiates the module. */
const START = 8;

const { Conv2D, Dense, DepthwiseConv2D, BatchNormalization, Embedding } = layers;

/** Weights that are not those of the beginning: means and variances are other numbers than 0 and 1. */
function stirred(model: AnyModel): AnyModel {
  for (const weight of model.weights) {
    const numbers = Float32Array.from(weight.value.data(), (x, i) => 0.9 * x + 0.3 + 0.2 * Math.sin(i)); // prettier-ignore
    weight.assign(ops.reshape(numbers, weight.shape));
  }
  return model;
}

const MODELS: Readonly<Record<string, () => AnyModel>> = {
  'a dense network': () =>
    chain(
      new Dense(64, { activation: 'relu', inputShape: [784] }),
      new Dense(10, { activation: 'softmax' }),
    ),
  'a convolutional network': () =>
    chain(
      new Conv2D(8, 3, { activation: 'relu', inputShape: [12, 12, 1] }),
      new layers.MaxPooling2D(2),
      new Conv2D(16, 3, { activation: 'relu', padding: 'same' }),
      new layers.Flatten(),
      new Dense(10, { activation: 'softmax' }),
    ),
  'a block of MobileNet': () =>
    stirred(
      chain(
        new Conv2D(16, 3, { strides: 2, padding: 'same', useBias: false, inputShape: [16, 16, 3] }),
        new BatchNormalization(),
        new layers.ReLU({ maxValue: 6 }),
        new DepthwiseConv2D(3, { padding: 'same', useBias: false }),
        new BatchNormalization(),
        new layers.ReLU({ maxValue: 6 }),
        new Conv2D(24, 1, { useBias: false }),
        new BatchNormalization(),
        new layers.GlobalAveragePooling2D(),
        new Dense(5),
      ),
    ),
  'an LSTM': () =>
    chain(
      new layers.LSTM(24, { returnSequences: true, inputShape: [9, 6] }),
      new layers.GRU(16),
      new Dense(3),
    ),
  'a bidirectional network': () =>
    chain(new layers.Bidirectional(new layers.SimpleRNN(8), { inputShape: [5, 4] }), new Dense(2)),
  'convolutions back': () =>
    chain(
      new layers.Conv2DTranspose(8, 3, { padding: 'same', inputShape: [8, 8, 8] }),
      new layers.ReLU(),
      new layers.Conv2DTranspose(4, 3, { strides: 2, activation: 'relu' }),
      new layers.Conv2DTranspose(16, 3, { padding: 'same' }),
    ),
  'sequences by convolutions': () =>
    chain(
      new layers.Conv1D(16, 3, { padding: 'causal', activation: 'gelu', inputShape: [20, 8] }),
      new layers.LayerNormalization(),
      new layers.Conv1D(8, 3, { dilationRate: 2 }),
      new layers.GlobalMaxPooling1D(),
    ),
};

describe('a compiled model gives the bits of predictOnBatch', () => {
  for (const [name, make] of Object.entries(MODELS)) {
    for (const batchSize of [1, 3]) {
      it(`${name}, batches of ${batchSize}`, async () => {
        const model = make();
        await expectSameBits(model, { batchSize });
        model.dispose();
      });
    }
  }

  it('embeddings', async () => {
    const model = chain(new Embedding(20, 8, { inputShape: [7] }), new layers.GlobalAveragePooling1D(), new Dense(2)); // prettier-ignore
    await expectSameBits(model, { batchSize: 2, below: 20 });
    model.dispose();
  });

  for (const weights of ['int8', 'float16'] as const) {
    it(`weights as ${weights}`, async () => {
      const model = chain(
        new Conv2D(8, 3, { activation: 'relu', inputShape: [8, 8, 3] }),
        new layers.Flatten(),
        new Dense(32, { activation: 'relu' }),
        new Dense(10),
      );
      const copy = runCompiled(await compileModel(model, { weights }));
      expect(copy.description.weights).toBe(weights);
      await model.quantize(weights);
      const own = runCompiled(await expectSameBits(model));
      const x = Float32Array.from({ length: 192 }, (_, i) => Math.sin(i));
      expect(copy.predict(x)).toEqual(own.predict(x));
      model.dispose();
    });
  }

  it('transforms of weights, which are computed once', async () => {
    const sectionsOf = (bytes: Uint8Array): number[] => {
      const reader = new ByteReader(bytes, 8);
      const ids: number[] = [];
      while (!reader.isDone) {
        ids.push(reader.byte());
        reader.skip(reader.unsigned());
      }
      return ids;
    };
    const all = [
      chain(new Conv2D(64, 3, { activation: 'relu', inputShape: [13, 13, 32] })),
      chain(new layers.GRU(32, { inputShape: [12, 32] })),
      chain(new Dense(8, { inputShape: [4] })),
    ];
    const hasStart = [];
    for (const model of all) {
      for (const batchSize of [1, 8])
        hasStart.push(sectionsOf(await expectSameBits(model, { batchSize })).includes(START));
      model.dispose();
    }
    expect(hasStart).toEqual([true, true, true, true, false, false]);
  });

  it('several inputs and outputs', async () => {
    random.setSeed(3);
    const [a, b] = [Input([6]), Input([4])];
    const h = new Dense(8, { activation: 'tanh' }).apply(new layers.Concatenate().apply([a, b]));
    const [y, z] = [new Dense(2).apply(h), new Dense(3, { activation: 'sigmoid' }).apply(h)];
    const model = new models.Model({ inputs: [a, b], outputs: [y, z, h] });
    await expectSameBits(model as AnyModel, { batchSize: 4 });
    model.dispose();
  });

  it('a block of a transformer', async () => {
    random.setSeed(4);
    const x = Input([12], { dtype: 'int32' });
    const e = new Embedding(30, 16).apply(x);
    const n = new layers.LayerNormalization().apply(e);
    const attended = new layers.MultiHeadAttention(2, 8).apply([n, n], { useCausalMask: true });
    const h = new layers.Add().apply([e, attended]);
    const f = new Dense(32, { activation: 'gelu' }).apply(new layers.LayerNormalization().apply(h));
    const y = new Dense(30).apply(new layers.Add().apply([h, new Dense(16).apply(f)]));
    const model = new models.Model({ inputs: x, outputs: y });
    await expectSameBits(model as AnyModel, { batchSize: 2, below: 30 });
    model.dispose();
  });
});
