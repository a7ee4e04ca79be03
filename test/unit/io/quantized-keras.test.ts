// `.keras` files with quantized weights: int8 as Keras has it, and float16 arrays.
import { describe, expect, it } from 'vitest';
import { FormatError, layers, memory, models, random } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { unzip, zip } from '../../../src/files/formats/zip.js';
import type { NewZipMember } from '../../../src/files/formats/zip.js';
import { expectSameBits } from '../../kernels/views.js';

async function bytesOf(model: models.Sequential | models.Model): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  await model.save({ write: (_, bytes) => void parts.push(bytes.slice()) }, { format: 'keras' });
  return Uint8Array.from(Buffer.concat(parts));
}

const words = (): Tensor => random.randint([3, 5], 0, 12, { seed: 4 });

const network = (): models.Sequential =>
  new models.Sequential([
    new layers.Embedding(12, 6, { inputShape: [5], name: 'words' }),
    new layers.EinsumDense('abc,cde->abde', [null, 2, 3], { biasAxes: 'de', name: 'heads' }),
    new layers.EinsumDense('abde,dec->abc', [null, 6], { name: 'joined' }),
    new layers.Conv1D(4, 2, { name: 'conv' }),
    new layers.Flatten(),
    new layers.Dense(300, { activation: 'relu', name: 'hidden' }),
    new models.Sequential([new layers.Dense(2, { name: 'last', inputShape: [300] })], { name: 'inner' }),
  ]); // prettier-ignore

const modes = (model: models.Model): (string | undefined)[] =>
  model.weights.map(({ quantized }) => quantized?.mode);

describe.each(['int8', 'float16'] as const)('%s', (mode) => {
  it('comes back as it was, with the same bits', async () => {
    const model = network();
    await model.quantize(mode);
    const bytes = await bytesOf(model);
    const loaded = await models.loadModel(bytes);
    // Keras has no int8 convolutions: their kernels are float32 in the file.
    const wanted = modes(model).map((each, i) => (mode === 'int8' && i === 4 ? undefined : each));
    expect(modes(loaded)).toEqual(wanted);
    for (const x of [words(), words().slice([0, 1])]) {
      expectSameBits(loaded.predictOnBatch(x).data(), model.predictOnBatch(x).data(), 'outputs');
    }
    expect(await bytesOf(loaded)).toEqual(bytes);
  });

  it('is unpacked if it is to be', async () => {
    const model = network();
    await model.quantize(mode);
    const loaded = await models.loadModel(await bytesOf(model), { quantized: 'unpack' });
    expect(modes(loaded).every((each) => each === undefined)).toBe(true);
    const x = words();
    expectSameBits(loaded.predictOnBatch(x).data(), model.predictOnBatch(x).data(), 'outputs');
    loaded.compile({ optimizer: 'sgd', loss: 'mse' });
    loaded.trainOnBatch(x, random.normal([3, 2]));
  });

  it('makes the file smaller, and leaves out the state of the optimizer', async () => {
    const model = new models.Sequential([new layers.Dense(500, { inputShape: [300] })]);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    model.trainOnBatch(random.normal([2, 300]), random.normal([2, 500]));
    await model.quantize(mode);
    const bytes = await bytesOf(model);
    expect(bytes.length).toBeLessThan(300 * 500 * (mode === 'int8' ? 1 : 2) + 20_000);
    const loaded = await models.loadModel(bytes);
    expect(loaded.optimizer?.name).toBeDefined();
  });
});

it('float16 that is infinite becomes float32, as numbers in half the room are finite', async () => {
  const model = new models.Sequential([new layers.Dense(1, { useBias: false, inputShape: [4] })]);
  model.setWeights([[[1], [0.5], [0], [-1]]]);
  await model.quantize('float16');
  const latin = (halves: readonly number[]): string =>
    Buffer.from(Uint16Array.from(halves).buffer).toString('latin1');
  const rest = [0x3800, 0, 0xbc00];
  const bytes = await changed(await bytesOf(model), (text) =>
    text.replace(latin([0x3c00, ...rest]), latin([0x7c00, ...rest])),
  );
  const loaded = await models.loadModel(bytes);
  expect(loaded.weights[0]?.value.toArray()).toEqual([[Infinity], [0.5], [0], [-1]]);
  expect(loaded.predictOnBatch([[1, 1, 1, 1]]).data()).toEqual(Float32Array.of(Infinity));
});

describe('a functional model with attention', () => {
  it('has its projections as float32 in the file, and predicts the same', async () => {
    const x = layers.Input([5, 8]);
    const y = new layers.Dense(3).apply(new layers.MultiHeadAttention(2, 4).apply([x, x]));
    const model = new models.Model({ inputs: x, outputs: y });
    await model.quantize('int8');
    const loaded = await models.loadModel(await bytesOf(model));
    expect(modes(loaded).filter((mode) => mode === 'int8')).toHaveLength(1);
    const given = random.normal([2, 5, 8], { seed: 1 });
    expectSameBits(loaded.predictOnBatch(given).data(), model.predictOnBatch(given).data(), 'y');
  });
});

/** The file with other texts in its members; `change` gets them as latin1. */
async function changed(
  bytes: Uint8Array,
  change: (text: string, name: string) => string,
): Promise<Uint8Array> {
  const members: NewZipMember[] = [];
  for await (const { name, bytes: content } of unzip(Uint8Array.from(bytes), {
    name: 'file',
    maxBytes: 1e8,
  })) {
    const text = change(Buffer.from(content).toString('latin1'), name);
    members.push({ name, bytes: Uint8Array.from(Buffer.from(text, 'latin1')) });
  }
  return zip(members);
}

describe('what is refused', () => {
  const small = async (): Promise<Uint8Array> => {
    const model = new models.Sequential([new layers.Dense(3, { name: 'only', inputShape: [4] })]);
    await model.quantize('int8');
    return bytesOf(model);
  };
  const refuse = async (bytes: Uint8Array, message: RegExp): Promise<void> => {
    const before = memory().bytes;
    const loading = models.loadModel(bytes);
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(message);
    expect(memory().bytes).toBe(before);
  };

  it('another mode', async () => {
    const bytes = await changed(await small(), (text) =>
      text.replace(/"mode":\s*"int8"/, '"mode":"int4"'),
    );
    await refuse(
      bytes,
      /Dense layer 'only' is quantized as 'int4_from_float32'; readable is int8_from_float32/,
    );
  });

  it('an int8 layer without scales', async () => {
    const plain = new models.Sequential([new layers.Dense(3, { name: 'only', inputShape: [4] })]);
    const policy =
      /("name":\s*"only",\s*"trainable":\s*true,\s*"dtype":\s*)\{[^{}]*\{[^{}]*\}[^{}]*\}/;
    const bytes = await changed(await bytesOf(plain), (text) =>
      text.replace(policy, '$1"int8_from_float32"'),
    );
    await refuse(
      bytes,
      /Dense layer 'only' is int8 and has 2 arrays; expected 3: its weights and their scales/,
    );
  });

  it.each([0, NaN, Infinity, -1])('a scale of %d', async (scale) => {
    const model = new models.Sequential([new layers.Dense(1, { useBias: false, inputShape: [4] })]);
    model.setWeights([[[1], [0.5], [0], [-1]]]);
    await model.quantize('int8');
    // 127 / (1 + 1e-7) as float32
    const latin = (x: number): string => Buffer.from(Float32Array.of(x).buffer).toString('latin1');
    const held = latin(127 / Math.fround(1 + Math.fround(1e-7)));
    const bytes = await changed(await bytesOf(model), (text, name) => {
      if (!name.endsWith('.h5')) return text;
      expect(text).toContain(held);
      return text.replace(held, latin(scale));
    });
    await refuse(bytes, /weight 'kernel' has a scale of .*; expected a number above 1e-36/);
  });
});
