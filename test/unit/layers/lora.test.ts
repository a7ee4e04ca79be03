import { describe, expect, it } from 'vitest';
import {
  FormatError,
  initializers,
  Input,
  layers,
  memory,
  models,
  optimizers,
  Sequential,
  tensor,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { writeKeras } from '../../../src/io/keras.js';

const steady = new initializers.RandomNormal({ seed: 3, stddev: 0.5 });

const samples = (rows: number, columns: number, start = 0): Tensor =>
  tensor(
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i + start)),
    { shape: [rows, columns] },
  );

function network(units = 16): Sequential {
  return new Sequential([
    Input({ shape: [8] }),
    new layers.Dense(units, { activation: 'relu', name: 'wide', kernelInitializer: steady }),
    new layers.Dense(2, { name: 'last', kernelInitializer: steady }),
  ]);
}

const layerOf = (model: models.Model, name: string): layers.Dense =>
  model.getLayer(name) as unknown as layers.Dense;

const bitsOf = (x: Tensor): string => Buffer.from(x.data().buffer).toString('hex');

async function saved(
  save: (sink: { write: (name: string, bytes: Uint8Array<ArrayBuffer>) => void }) => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer> | undefined;
  await save({ write: (_, given) => (bytes = given) });
  return bytes ?? expect.fail('nothing was saved');
}

describe('enableLora of a layer', () => {
  it('changes nothing at first, and leaves only A, B and the bias to training', () => {
    const layer = new layers.Dense(3);
    const x = samples(4, 8);
    const before = layer.apply(x).data();
    layer.enableLora(2, { loraAlpha: 6 });
    expect(layer.apply(x).data()).toEqual(before);
    expect(layer.kernel.trainable).toBe(false);
    expect(layer.trainableWeights).toEqual([layer.bias, layer.loraKernelA, layer.loraKernelB]);
    expect(layer.getConfig()).toMatchObject({ lora_rank: 2, lora_alpha: 6 });
    layer.trainable = false;
    expect(layer.trainableWeights).toEqual([]);
    layer.trainable = true;
    expect(layer.trainableWeights).toHaveLength(3);
  });

  it('refuses what it cannot do, and leaves the layer as it was', () => {
    const bytes = memory().bytes;
    const fresh = (options = {}): layers.Dense => {
      const layer = new layers.Dense(3, { name: 'd', ...options });
      layer.build([null, 4]);
      return layer;
    };
    expect(() => {
      new layers.Dense(3, { name: 'd' }).enableLora(2);
    }).toThrow(/^Dense layer 'd' is not built/);
    const cases: readonly (readonly [layer: layers.Dense, rank: unknown, o: object, m: RegExp])[] =
      [
        [fresh(), 0, {}, /^Dense layer 'd': enableLora: rank must be a whole number of at least 1/],
        [fresh(), 2 ** 40, {}, /rank must be at most/],
        [fresh(), 2, { alpha: 2 }, /alpha/],
        [fresh(), 2, { loraAlpha: NaN }, /loraAlpha must be a finite number/],
        [fresh(), 2, { aInitializer: 'nothing' }, /nothing/],
        [fresh({ kernelConstraint: 'non_neg' }), 2, {}, /kernelConstraint constrains/],
        [fresh({ loraRank: 1 }), 2, {}, /enableLora was called already/],
      ];
    for (const [layer, rank, options, message] of cases) {
      const { length } = layer.weights;
      expect(() => {
        layer.enableLora(rank as number, options);
      }).toThrow(message);
      expect(layer.weights).toHaveLength(length);
      layer.dispose();
    }
    expect(memory().bytes).toBeLessThanOrEqual(bytes);
  });
});

describe('training with LoRA', () => {
  const trained = async (model: Sequential): Promise<void> => {
    model.compile({ optimizer: new optimizers.Adam({ learningRate: 0.05 }), loss: 'mse' });
    const fit = { epochs: 8, batchSize: 8, verbose: 0, shuffle: false } as const;
    const { history } = await model.fit(samples(32, 8), samples(32, 2, 9), fit);
    expect(history.loss?.at(-1)).toBeLessThan(history.loss?.[0] ?? 0);
  };

  it.each(['float32', 'int8', 'float16'] as const)(
    'of %s weights changes only A and B',
    async (mode) => {
      const model = network();
      if (mode !== 'float32') await model.quantize(mode);
      const { adapted, frozen } = await model.enableLora(2, { filters: /wide/ });
      expect([adapted, frozen]).toEqual([['wide'], ['last']]);
      const names = ['bias', 'lora_kernel_a', 'lora_kernel_b'];
      expect(model.trainableWeights.map(({ name }) => name)).toEqual(names);
      const kernel = layerOf(model, 'wide').kernel.lend((value) => bitsOf(value));
      await trained(model);
      expect(layerOf(model, 'wide').kernel.lend((value) => bitsOf(value))).toBe(kernel);
      model.dispose();
    },
  );

  it('takes no memory for gradients and state of the rest', async () => {
    const units = 4096;
    const whole = network(units);
    const kernel = layerOf(whole, 'wide').kernel.byteLength;
    await whole.enableLora(1, { filters: /wide/ });
    const before = memory();
    whole.compile({ optimizer: new optimizers.Adam(), loss: 'mse' });
    const [x, y] = [samples(1, 8), samples(1, 2)];
    whole.trainOnBatch(x, y);
    const state = memory().bytes - before.bytes;
    // A: 8, B: units, the bias: units; each twice.
    expect(state).toBeLessThan(2 * 4 * (2 * units + 8) + 4096);
    expect(state).toBeLessThan(kernel);
    whole.dispose();
  });
});

describe('files', () => {
  it('of trained weights alone hold what LoRA has learned', async () => {
    const model = network();
    await model.enableLora(2);
    for (const { bias } of [layerOf(model, 'wide'), layerOf(model, 'last')]) {
      if (bias !== null) bias.trainable = false;
    }
    for (const weight of model.trainableWeights)
      weight.assign(samples(...(weight.shape as [number, number])));
    const x = samples(3, 8);
    const expected = model.predictOnBatch(x).data();
    const bytes = await saved((sink) => model.saveWeights(sink, { trainableOnly: true }));
    expect(bytes.length).toBeLessThan(2000);
    const other = network();
    await other.enableLora(2);
    await expect(other.loadWeights(bytes, { trainableOnly: true })).rejects.toThrow(
      /holds 4 arrays/,
    );
    for (const { bias } of [layerOf(other, 'wide'), layerOf(other, 'last')]) {
      if (bias !== null) bias.trainable = false;
    }
    await other.loadWeights(bytes, { trainableOnly: true });
    expect(other.predictOnBatch(x).data()).toEqual(expected);
    const refusal = /trainableOnly is not for files of Keras's/;
    await expect(
      model.saveWeights({ write: () => undefined }, { trainableOnly: true, format: 'h5' }),
    ).rejects.toThrow(refusal);
    model.trainable = false;
    await expect(
      model.saveWeights({ write: () => undefined }, { trainableOnly: true }),
    ).rejects.toThrow(/has no trainable weights/);
  });

  it.each(['keras', 'tfjs'] as const)('of the format %s hold the sums', async (format) => {
    const model = network();
    layerOf(model, 'wide').enableLora(2, { bInitializer: steady });
    const x = samples(3, 8);
    const files: Record<string, Uint8Array<ArrayBuffer>> = {};
    await model.save({ write: (name, bytes) => void (files[name] = bytes) }, { format });
    const read = (name: string): Promise<Uint8Array<ArrayBuffer>> =>
      Promise.resolve(files[name] ?? new Uint8Array());
    const [first] = Object.values(files);
    const source = format === 'keras' ? first : { read };
    const back = await models.loadModel(source as Uint8Array<ArrayBuffer>);
    const got = [...back.predictOnBatch(x).data()];
    model
      .predictOnBatch(x)
      .data()
      .forEach((value, i) => {
        expect(got[i]).toBeCloseTo(value, 5);
      });
    const layer = layerOf(back, 'wide');
    expect(layer.loraRank).toBe(format === 'keras' ? 2 : null);
    expect(layer.loraKernelB?.value.data().some(Boolean) ?? false).toBe(false);
    // With zeros in A as well, nothing would be learned any more.
    expect(layer.loraKernelA?.value.data().some(Boolean) ?? true).toBe(true);
  });

  it('that ask for many more weights than they hold are refused', async () => {
    const layer = { class_name: 'Dense', config: { name: 'd', units: 2, lora_rank: 1_000_000 } };
    const first = { class_name: 'InputLayer', config: { name: 'i', batch_shape: [null, 3] } };
    const model = { class_name: 'Sequential', config: { name: 's', layers: [first, layer] } };
    const arrays = { 'layers/dense/vars/0': [[1, 2], [3, 4], [5, 6]], 'layers/dense/vars/1': [0, 0] }; // prettier-ignore
    const bytes = await saved((sink) => writeKeras(sink, { model }, arrays));
    const before = memory().bytes;
    const loading = models.loadModel(bytes);
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(/Dense layer 'd': enableLora: .* Choose a smaller rank/);
    expect(memory().bytes).toBeLessThanOrEqual(before);
    layer.config.lora_rank = 4;
    const back = await models.loadModel(await saved((sink) => writeKeras(sink, { model }, arrays)));
    expect(back.predictOnBatch(tensor([[1, 1, 1]])).data()).toEqual(Float32Array.of(9, 12));
  });
});

describe('enableLora of a model', () => {
  it('reaches layers inside of layers, and freezes the rest', async () => {
    const x = Input([6, 8]);
    const attention = new layers.MultiHeadAttention(2, 4, { name: 'attention' });
    const y = attention.apply([x, x]);
    const model = new models.Model({
      inputs: x,
      outputs: new layers.LayerNormalization().apply(y),
    });
    const { adapted } = await model.enableLora(2, { filters: /query|value/ });
    expect(adapted).toEqual(['query', 'value']);
    expect(new Set(model.trainableWeights.map(({ name }) => name))).toEqual(
      new Set(['bias', 'lora_kernel_a', 'lora_kernel_b']),
    );
    expect(model.trainableWeights).toHaveLength(6);
  });

  it('refuses before anything has changed', async () => {
    const model = network();
    await expect(model.enableLora(2, { filters: /none/ })).rejects.toThrow(/has no layer for LoRA/);
    layerOf(model, 'last').enableLora(1);
    await expect(model.enableLora(2)).rejects.toThrow(/Dense layer 'last' has LoRA already/);
    expect(layerOf(model, 'wide').loraRank).toBe(null);
    await expect(new Sequential([new layers.Dense(2)]).enableLora(2)).rejects.toThrow(
      /is not built/,
    );
  });
});
