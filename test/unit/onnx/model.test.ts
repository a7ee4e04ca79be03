// What a model of an ONNX file does beside predicting: inner tensors, frozen weights, .keras files, repeated steps.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { layers, memory, models, ops, tensor, tidy, ValueError } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { loadOnnx } from '../../../src/io/onnx.js';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/onnx/${name}.script.onnx`, import.meta.url));

const images = (): Tensor => ops.sin(ops.reshape(ops.arange(2 * 22 * 22), [2, 1, 22, 22]));

const onBatch = (model: { predictOnBatch(x: never): unknown }, x: Tensor): Tensor =>
  model.predictOnBatch(x as never) as Tensor;

describe('a model of an ONNX file', () => {
  it('has the names of the file, and its arrays as weights', async () => {
    const model = await loadOnnx(file('cnn'));
    expect(model.inputs).toMatchObject([{ shape: [null, 1, 22, 22], dtype: 'float32' }]);
    expect(model.outputPorts?.names).toEqual(['y']);
    expect(model.weights.map(({ name }) => name)).toEqual([
      '0.weight', '0.bias', '3.weight', '3.bias', '6.weight', '6.bias',
    ]); // prettier-ignore
    // Kernels as convolutions read them, and matrices [inputs, outputs].
    expect(model.weights.map(({ shape }) => shape)).toEqual([
      [5, 5, 1, 6], [6], [3, 3, 6, 8], [8], [128, 10], [10],
    ]); // prettier-ignore
    expect(model.trainableWeights).toHaveLength(6);
    model.dispose();
  });

  it('freezes weights by their names', async () => {
    const model = await loadOnnx(file('cnn'), { freeze: [/^0\./, '3.bias'] });
    expect(model.trainableWeights.map(({ name }) => name)).toEqual([
      '3.weight',
      '6.weight',
      '6.bias',
    ]);
    model.dispose();
    const whole = await loadOnnx(file('cnn'), { freeze: true });
    expect(whole.trainableWeights).toEqual([]);
    whole.dispose();
  });

  it('gives tensors within, on which a new head stands that is trained', async () => {
    const base = await loadOnnx(file('cnn'), { outputs: ['/5/Flatten_output_0'], freeze: true });
    expect(base.outputs).toMatchObject([{ shape: [null, 128] }]);
    expect(base.weights).toHaveLength(4);
    const [input] = base.inputs as unknown as readonly never[];
    const features = (base.outputs as readonly never[])[0] as never;
    const head = new layers.Dense(3, { activation: 'softmax' }).apply(features) as never;
    const model = new models.Model({ inputs: input as never, outputs: head });
    model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
    const before = base.getWeights().map((weight) => weight.data());
    await model.fit(images() as never, tensor([0, 2]) as never, { epochs: 2, verbose: 0 });
    expect(base.getWeights().map((weight) => weight.data())).toEqual(before);
    expect(model.trainableWeights).toHaveLength(2);
  });

  it('is saved as a .keras file, and predicts the same when it is loaded', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'onnx-'));
    const model = await loadOnnx(file('cnn'));
    const expected = tidy(() => onBatch(model, images()).data());
    const target = path.join(folder, 'model.keras');
    await model.save(target);
    const loaded = await models.loadModel(target);
    expect(tidy(() => onBatch(loaded, images()).data())).toEqual(expected);
    expect(loaded.trainableWeights.map(({ name }) => name)).toEqual(
      model.trainableWeights.map(({ name }) => name),
    );
    model.dispose();
    loaded.dispose();
    await rm(folder, { recursive: true });
  });

  it.each(['cnn', 'scale', 'lstm', 'unet', 'conv3d'])(
    'repeats steps without layers: %s',
    async (name) => {
      const model = await loadOnnx(file(name));
      const [input] = model.inputs as unknown as readonly {
        readonly shape: readonly (number | null)[];
      }[];
      const shape = (input?.shape ?? []).map((length) => length ?? 2);
      const x = ops.cos(ops.reshape(ops.arange(shape.reduce((a, b) => a * b, 1)), shape));
      const [first, ...others] = Array.from({ length: 9 }, () =>
        tidy(() => onBatch(model, x).data()),
      );
      for (const other of others) expect(other).toEqual(first);
      expect(model.predictions.count).toBe(1);
      model.dispose();
    },
  );

  it('leaves nothing behind', async () => {
    const before = memory().tensors;
    const model = await loadOnnx(file('encoder'));
    model.dispose();
    await expect(loadOnnx(file('encoder'), { outputs: ['none'] })).rejects.toThrow(ValueError);
    await expect(loadOnnx(new Uint8Array([8, 1]))).rejects.toThrow(FormatError);
    expect(memory().tensors).toBe(before);
  });
});
