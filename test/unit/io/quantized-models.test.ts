// Models of TensorFlow.js's format with quantized weights: written, and read with or without unpacking.
import { describe, expect, it } from 'vitest';
import {
  FormatError,
  layers,
  memory,
  models,
  random,
  tensor,
  ValueError,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { expectSameBits } from '../../kernels/views.js';

type Files = Map<string, Uint8Array>;
type Mode = 'uint8' | 'uint16' | 'float16';

async function saved(model: models.Sequential, quantize?: Mode): Promise<Files> {
  const files: Files = new Map();
  const target = { write: (name: string, bytes: Uint8Array) => void files.set(name, bytes) };
  await model.save(target, quantize === undefined ? {} : { quantize });
  return files;
}

const load = (files: Files, quantized?: 'keep' | 'unpack'): Promise<models.Model> =>
  models.loadModel(
    { read: (name) => files.get(name) ?? new Uint8Array() },
    quantized === undefined ? {} : { quantized },
  );

interface Manifest {
  weightsManifest: { weights: { name: string; quantization?: Record<string, unknown> }[] }[];
}

const described = (files: Files): Manifest['weightsManifest'][0]['weights'] =>
  (JSON.parse(new TextDecoder().decode(files.get('model.json'))) as Manifest).weightsManifest[0]
    ?.weights ?? [];

const network = (): models.Sequential =>
  new models.Sequential([
    new layers.Conv2D(4, 3, { activation: 'relu', inputShape: [8, 8, 1], name: 'conv' }),
    new layers.Flatten(),
    new layers.Dense(40, { activation: 'tanh', name: 'hidden' }),
    new layers.BatchNormalization({ name: 'norm' }),
    new layers.Dense(3, { name: 'last' }),
  ]);

const images = (): Tensor => random.normal([5, 8, 8, 1], { seed: 2 });

const modes = (model: models.Model): (string | undefined)[] =>
  model.weights.map(({ quantized }) => quantized?.mode);

describe.each(['uint8', 'uint16', 'float16'] as const)('%s', (mode) => {
  it('takes a quarter or half of the bytes, for weights of two and more axes', async () => {
    const model = network();
    const [plain, small] = [await saved(model), await saved(model, mode)];
    const kernels = 3 * 3 * 4 + 144 * 40 + 40 * 3;
    const bytes = mode === 'uint8' ? 1 : 2;
    const before = plain.get('weights.bin')?.length ?? NaN;
    expect(before - (small.get('weights.bin')?.length ?? NaN)).toBe((4 - bytes) * kernels);
    const quantized = described(small).filter(({ quantization }) => quantization);
    expect(quantized.map(({ name }) => name)).toEqual([
      'conv/kernel',
      'hidden/kernel',
      'last/kernel',
    ]);
    for (const { quantization } of quantized) {
      expect(quantization).toMatchObject({ dtype: mode, original_dtype: 'float32' });
    }
  });

  it('is kept as it is, and predicts what the unpacked model predicts', async () => {
    const files = await saved(network(), mode);
    const before = memory().bytes;
    const kept = await load(files, 'keep');
    const held = memory().bytes - before;
    const unpacked = await load(files);
    expect(held).toBeLessThan((memory().bytes - before - held) * (mode === 'uint8' ? 0.42 : 0.62));
    expect(modes(kept).filter((each) => each !== undefined)).toEqual([mode, mode, mode]);
    expect(modes(unpacked).every((each) => each === undefined)).toBe(true);
    for (const rows of [1, 5]) {
      const x = images().slice([0, rows]);
      expectSameBits(kept.predictOnBatch(x).data(), unpacked.predictOnBatch(x).data(), 'outputs');
    }
    // What was kept is written as it was read.
    const again = await saved(kept as models.Sequential);
    expect(again.get('weights.bin')).toEqual(files.get('weights.bin'));
  });

  it('is unpacked unless it is to be kept, and can then be trained', async () => {
    const model = await load(await saved(network(), mode));
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const [loss = NaN] = [model.trainOnBatch(images(), random.normal([5, 3]))].flat();
    expect(loss).toBeGreaterThan(0);
    const kept = await load(await saved(network(), mode), 'keep');
    kept.compile({ optimizer: 'sgd', loss: 'mse' });
    expect(() => kept.trainOnBatch(images(), random.normal([5, 3]))).toThrow(
      /layer 'conv'.*load a quantized file with \{ quantized: 'unpack' \}/,
    );
  });
});

/** A Dense layer with that kernel, and the numbers of its file. */
async function numbers(values: number[][], mode: 'uint8' | 'uint16') {
  const model = new models.Sequential([
    new layers.Dense(values[0]?.length ?? 0, { useBias: false, inputShape: [values.length] }),
  ]);
  model.setWeights([tensor(values)]);
  const files = await saved(model, mode);
  const bytes = files.get('weights.bin') ?? new Uint8Array();
  const { quantization } = described(files)[0] ?? {};
  const q = mode === 'uint8' ? bytes : new Uint16Array(bytes.slice().buffer);
  return { q: Array.from(q), scale: quantization?.['scale'], min: quantization?.['min'] };
}

// quantize_weights of tensorflowjs/quantization.py gives these numbers.
describe('the numbers', () => {
  it('have one that stands for 0, where 0 lies between', async () => {
    // scale = 4 / 255, zero at round(1 / scale) = 64
    const { q, scale, min } = await numbers([[-1, 0.5], [0, 3]], 'uint8'); // prettier-ignore
    expect(scale).toBe(4 / 255);
    expect(min).toBe((-64 * 4) / 255);
    expect(q).toEqual([0, 96, 64, 255]);
  });

  it('begin at the smallest where all have one sign', async () => {
    const { q, scale, min } = await numbers([[1, 1.5], [2, 3]], 'uint16'); // prettier-ignore
    expect([scale, min]).toEqual([2 / 65535, 1]);
    expect(q).toEqual([0, 16384, 32768, 65535]);
  });

  it('are zeros where there is one value alone', async () => {
    expect(await numbers([[0.25, 0.25]], 'uint8')).toEqual({ q: [0, 0], scale: 1, min: 0.25 });
  });
});

describe('what is refused', () => {
  it('an unknown form', async () => {
    await expect(saved(network(), 'int8' as Mode)).rejects.toThrow(
      /save: quantize must be 'uint8', 'uint16' or 'float16', got 'int8'/,
    );
    await expect(load(await saved(network()), 'kept' as 'keep')).rejects.toThrow(
      /loadModel: quantized must be 'keep' or 'unpack', got 'kept'/,
    );
  });

  it('the option for a .keras file', async () => {
    const target = { write: () => undefined };
    await expect(network().save(target, { format: 'keras', quantize: 'uint8' })).rejects.toThrow(
      /quantize is for TensorFlow.js's format.*model\.quantize/,
    );
  });

  it.each([
    ['uint8', NaN],
    ['float16', 1e6],
  ] as const)('%s of %d', async (mode, value) => {
    const model = network();
    model.getLayer('last').weights[0]?.assign(tensor(new Float32Array(120).fill(value), { shape: [40, 3] })); // prettier-ignore
    await expect(saved(model, mode)).rejects.toThrow(ValueError);
    await expect(saved(model, mode)).rejects.toThrow(/weight '.*last\/kernel' holds/);
  });

  it('a shape that is not the layer’s, without memory left behind', async () => {
    const files = await saved(network(), 'uint8');
    const json = new TextDecoder().decode(files.get('model.json')).replace('[144,40]', '[40,144]');
    files.set('model.json', new TextEncoder().encode(json));
    const before = memory().bytes;
    await expect(load(files, 'keep')).rejects.toThrow(FormatError);
    expect(memory().bytes).toBe(before);
  });
});

describe('other files', () => {
  it('float16 with infinity is unpacked', async () => {
    const files = await saved(network(), 'float16');
    const bytes = files.get('weights.bin') ?? new Uint8Array();
    // The first number of the first kernel.
    bytes.set([0x00, 0x7c], 0);
    const model = await load(files, 'keep');
    expect(modes(model)).toEqual([undefined, undefined, 'float16', undefined, undefined, undefined, undefined, undefined, 'float16', undefined]); // prettier-ignore
    expect(model.weights[0]?.value.data()[0]).toBe(Infinity);
  });

  it('weights of an int8 model are written as float32', async () => {
    const model = network();
    await model.quantize('int8');
    const again = await load(await saved(model), 'keep');
    expect(modes(again).every((each) => each === undefined)).toBe(true);
    const x = images();
    expectSameBits(again.predictOnBatch(x).data(), model.predictOnBatch(x).data(), 'outputs');
  });
});
