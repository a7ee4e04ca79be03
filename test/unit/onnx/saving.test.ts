// What surrounds writing: names, targets, versions, what is refused, and models of ONNX files that are written again.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  Input,
  layers,
  memory,
  models,
  ops,
  tensor,
  tidy,
  ValueError,
} from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { ModelProto } from '../../../src/files/formats/onnx/schema.js';
import { loadOnnx, saveOnnx } from '../../../src/io/onnx.js';
import type { SaveOnnxOptions, WritableModel } from '../../../src/io/onnx.js';

const file = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/onnx/${name}.script.onnx`, import.meta.url));

/** The files that are written, by name. */
async function written(
  model: WritableModel,
  options: SaveOnnxOptions = {},
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  await saveOnnx(model, { write: (name, bytes) => void files.set(name, bytes) }, options);
  return files;
}

async function messageOf(model: WritableModel, options: SaveOnnxOptions = {}) {
  const [bytes] = (await written(model, options)).values();
  return ModelProto.decode(bytes ?? new Uint8Array(), 'file');
}

const dense = (): models.Sequential =>
  new models.Sequential([
    new layers.Dense(16, { inputShape: [20], activation: 'relu', name: 'hidden' }),
    new layers.Dense(2, { name: 'scores' }),
  ]);

const predicted = (model: { predictOnBatch(x: never): unknown }, x: Tensor): unknown =>
  tidy(() => (model.predictOnBatch(x as never) as Tensor).data());

describe('saveOnnx', () => {
  it('keeps the names of inputs, outputs and weights, and leaves the batch open', async () => {
    const x = Input([20], { name: 'image' });
    const model = new models.Model({
      inputs: { image: x },
      outputs: { scores: new layers.Dense(2, { name: 'head' }).apply(x) },
    });
    const { graph, opsetImport } = await messageOf(model);
    expect(opsetImport).toEqual([{ domain: '', version: 17n }]);
    expect(graph?.input.map(({ name }) => name)).toEqual(['image']);
    expect(graph?.output.map(({ name }) => name)).toEqual(['scores']);
    expect(graph?.initializer.map(({ name }) => name)).toEqual(['head/kernel', 'head/bias']);
    const dims = graph?.input[0]?.type?.tensorType?.shape?.dim;
    expect(dims).toEqual([
      { dimValue: undefined, dimParam: 'batch' },
      { dimValue: 20n, dimParam: undefined },
    ]);
  });

  it('turns no axes between layers of images', async () => {
    const model = new models.Sequential([
      new layers.Conv2D(4, 3, { inputShape: [9, 9, 3], activation: 'relu' }),
      new layers.BatchNormalization(),
      new layers.MaxPooling2D(),
      new layers.Conv2D(2, 2),
      new layers.GlobalAveragePooling2D(),
    ]);
    const { graph } = await messageOf(model);
    expect(graph?.node.map(({ opType }) => opType)).toEqual([
      'Transpose', 'Conv', 'Relu', 'BatchNormalization', 'MaxPool', 'Conv', 'ReduceMean',
    ]); // prettier-ignore
  });

  it('names all that it cannot write, and writes nothing then', async () => {
    const model = new models.Sequential([
      new layers.Equalization({ inputShape: [4, 4, 3], name: 'equal' }),
      new layers.Flatten(),
      new layers.Dense(3, { activation: (x) => x.mul(2), name: 'doubled' }),
      new layers.Lambda((x) => x, { name: 'same' }),
    ]);
    const names: string[] = [];
    const saving = saveOnnx(model, { write: (name) => void names.push(name) });
    await expect(saving).rejects.toThrow(ValueError);
    await expect(saving).rejects.toThrow(/'equal' \(Equalization\): .*'doubled' \(Dense\): its activation/s); // prettier-ignore
    expect(names).toEqual([]);
  });

  it('writes layers of your own that compute by operations', async () => {
    class Halves extends layers.Layer {
      static override readonly className = 'Halves';
      override call(x: Tensor): Tensor {
        return ops.mul(x, 0.5);
      }
    }
    const model = new models.Sequential([new Halves({ inputShape: [3] })]);
    const [bytes] = (await written(model)).values();
    const back = await loadOnnx(bytes ?? new Uint8Array());
    expect(predicted(back, tensor([[2, 4, 6]]))).toEqual(Float32Array.of(1, 2, 3));
  });

  it('writes what a call of your own layer is given by name, and refuses tensors there', async () => {
    class Scaled extends layers.Layer<Tensor, Tensor, { readonly factor?: number | Tensor }> {
      static override readonly className = 'Scaled';
      override readonly callArguments = ['factor'];
      override call(x: Tensor, { factor = 1 }: { readonly factor?: number | Tensor } = {}): Tensor {
        return ops.mul(x, factor);
      }
    }
    const x = Input([2]);
    const by = (factor: number | Tensor) =>
      new models.Model({ inputs: x, outputs: new Scaled().apply(x, { factor }) });
    const [bytes] = (await written(by(3))).values();
    const back = await loadOnnx(bytes ?? new Uint8Array());
    expect(predicted(back, tensor([[1, 2]]))).toEqual(Float32Array.of(3, 6));
    await expect(written(by(tensor(3)))).rejects.toThrow(/gets a tensor of the program/);
    const steps = Input([3, 2]);
    const begun = new layers.GRU(4).apply(steps, { initialState: [ops.ones([1, 4])] as never });
    await expect(written(new models.Model({ inputs: steps, outputs: begun }))).rejects.toThrow(
      /gets a tensor of the program/,
    );
  });

  it('refuses to read a mask that a function computes, and strides beyond windows of unknown size', async () => {
    const x = Input([3, 2]);
    const masking = new layers.Lambda((y: Tensor) => y, { mask: () => ops.ones([1, 3], 'bool') });
    const mean = new layers.GlobalAveragePooling1D().apply(masking.apply(x));
    await expect(written(new models.Model({ inputs: x, outputs: mean }))).rejects.toThrow(/mask/);
    const image = Input([null, null, 1]);
    const conv = (size: number, strides: number) =>
      new models.Model({
        inputs: image,
        outputs: new layers.Conv2D(1, size, { strides, padding: 'same' }).apply(image),
      });
    await expect(written(conv(2, 3))).rejects.toThrow(/strides longer than its window/);
    // Nothing is added to windows of one pixel.
    const model = conv(1, 4);
    const [bytes] = (await written(model)).values();
    const pixels = ops.reshape(ops.arange(64), [1, 8, 8, 1]).astype('float32');
    expect(predicted(await loadOnnx(bytes ?? new Uint8Array()), pixels)).toEqual(
      predicted(model, pixels),
    );
  });

  it('reads arrays next to a file that are not trained', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'onnx-'));
    const target = path.join(folder, 'model.onnx');
    const model = new models.Sequential([new layers.BatchNormalization({ inputShape: [512] })]);
    await saveOnnx(model, target, { externalData: true });
    const back = await loadOnnx(target);
    await rm(folder, { recursive: true });
    const x = ops.sin(ops.arange(512)).reshape([1, 512]);
    expect(predicted(back, x)).toEqual(predicted(model, x));
    const small = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
    expect([...(await written(small, { externalData: true })).keys()]).toHaveLength(1);
  });

  it('gives an object that takes files names without paths', async () => {
    const model = new models.Sequential([new layers.Dense(32, { inputShape: [32] })], { name: '..:x' }); // prettier-ignore
    const names = [...(await written(model, { externalData: true })).keys()];
    expect(names).toEqual(['.._x.onnx.data', '.._x.onnx']);
  });

  it('refuses states that stay, a model without a graph, and wrong options', async () => {
    const model = new models.Sequential([
      new layers.LSTM(2, { stateful: true, inputShape: [3, 2] }),
    ]);
    await expect(written(model)).rejects.toThrow(/stateful/);
    await expect(written(new models.Sequential([new layers.Dense(1)]))).rejects.toThrow(/no graph/);
    await expect(written(dense(), { opset: 16 })).rejects.toThrow(/from 17 to 24, got 16/);
    await expect(written(dense(), { other: 1 } as never)).rejects.toThrow(ValueError);
  });

  it('writes newer versions of the operators', async () => {
    const { opsetImport, irVersion } = await messageOf(dense(), { opset: 21 });
    expect(opsetImport).toEqual([{ domain: '', version: 21n }]);
    expect(irVersion).toBe(10n);
  });

  it('puts large weights into a file of their own, which replaces those of the model before', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'onnx-'));
    const target = path.join(folder, 'model.onnx');
    const model = dense();
    const x = ops.ones([1, 20]);
    await saveOnnx(model, target, { externalData: true });
    const [first] = (await readdir(folder)).filter((name) => name.endsWith('.data'));
    expect(first).toMatch(/^model\.onnx\.[0-9a-f]{8}\.data$/);
    model.setWeights(model.getWeights().map((weight) => ops.add(weight, 1)));
    await saveOnnx(model, target, { externalData: true });
    const names = await readdir(folder);
    expect(names).toHaveLength(2);
    expect(names).not.toContain(first);
    const back = await loadOnnx(target);
    expect(predicted(back, x)).toEqual(predicted(model, x));
    const files = await written(model, { externalData: true });
    expect([...files.keys()]).toEqual([`${model.name}.onnx.data`, `${model.name}.onnx`]);
    await rm(folder, { recursive: true });
  });

  it('keeps the weights of the last of several saves to one path at once', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'onnx-'));
    const target = path.join(folder, 'model.onnx');
    const x = ops.ones([1, 20]);
    const saved = [1, 2, 3].map((factor) => {
      const model = dense();
      model.setWeights(model.getWeights().map((weight) => ops.mul(weight, factor)));
      return model;
    });
    // The second is as the first, and one path is spelled otherwise.
    saved[1]?.setWeights(saved[0]?.getWeights() ?? []);
    const paths = [target, `${folder}/./model.onnx`, target];
    for (let round = 0; round < 5; round++) {
      await Promise.all(saved.map((model, i) => saveOnnx(model, paths[i] ?? target, { externalData: true }))); // prettier-ignore
      expect(await readdir(folder)).toHaveLength(2);
      const back = await loadOnnx(target);
      expect(predicted(back, x)).toEqual(predicted(saved[2] ?? dense(), x));
    }
    await rm(folder, { recursive: true });
  });

  it('keeps data that another program has just written for the same path', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'onnx-'));
    const target = path.join(folder, 'model.onnx');
    const model = dense();
    await saveOnnx(model, target, { externalData: true });
    const other = path.join(folder, 'model.onnx.01234567.data');
    await writeFile(other, 'data');
    model.setWeights(model.getWeights().map((weight) => ops.add(weight, 1)));
    await saveOnnx(model, target, { externalData: true });
    expect(await readdir(folder)).toContain('model.onnx.01234567.data');
    // The other program has failed: its data are older than the file that is replaced next.
    model.setWeights(model.getWeights().map((weight) => ops.add(weight, 1)));
    await saveOnnx(model, target, { externalData: true });
    expect(await readdir(folder)).toHaveLength(2);
    await rm(folder, { recursive: true });
  });

  it.each(['cnn', 'lstm', 'encoder'])(
    'writes a model of an ONNX file again, as it was trained: %s',
    async (name) => {
      const model = await loadOnnx(file(name));
      const [input] = model.inputs as unknown as readonly { readonly shape: readonly (number | null)[]; readonly dtype: 'int32' | 'float32' }[]; // prettier-ignore
      const shape = (input?.shape ?? []).map((length) => length ?? 2);
      const numbers = ops.reshape(ops.arange(shape.reduce((a, b) => a * b, 1)), shape);
      const x = input?.dtype === 'int32' ? ops.mod(numbers, 7) : ops.sin(numbers);
      for (const weight of model.trainableWeights) weight.assign(ops.mul(weight.value, 0.5));
      const before = ModelProto.decode(await bytesIn(name), name);
      const [bytes] = (await written(model)).values();
      const after = ModelProto.decode(bytes ?? new Uint8Array(), name);
      expect(after.opsetImport).toEqual(before.opsetImport.filter(({ domain }) => domain === ''));
      expect(after.graph?.input[0]).toMatchObject({
        name: before.graph?.input[0]?.name,
        type: { tensorType: { elemType: before.graph?.input[0]?.type?.tensorType?.elemType } },
      });
      expect(after.graph?.output.map((port) => port.name)).toEqual(
        before.graph?.output.map((port) => port.name),
      );
      const back = await loadOnnx(bytes ?? new Uint8Array());
      expect(predicted(back, x)).toEqual(predicted(model, x));
      expect(back.weights.map((weight) => weight.name).sort()).toEqual(
        model.weights.map((weight) => weight.name).sort(),
      );
    },
  );

  it('leaves nothing behind', async () => {
    const model = dense();
    const { tensors } = memory();
    await written(model);
    expect(memory().tensors).toBe(tensors);
  });
});

async function bytesIn(name: string): Promise<Uint8Array> {
  const { readFile } = await import('node:fs/promises');
  return readFile(file(name));
}
