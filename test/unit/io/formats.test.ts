// The formats by themselves: `lanegrad/io/keras`, `lanegrad/io/safetensors`, `lanegrad/io/npz`, `lanegrad/io/tfjs`.
import '../without-collector.js';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layers, memory, models, tensor } from '../../../src/index.js';
import { FormatError, ValueError } from '../../../src/errors.js';
import { readKeras, writeKeras, writeKerasWeights } from '../../../src/io/keras.js';
import { readNpz, writeNpz } from '../../../src/io/npz.js';
import { readSafetensors, writeSafetensors } from '../../../src/io/safetensors.js';
import { readLayersModel, writeLayersModel } from '../../../src/io/tfjs.js';
import { bitsOf, twoLayers } from '../models/networks.js';

/** A target that is a source as well. */
function files() {
  const all = new Map<string, Uint8Array>();
  return {
    all,
    write: (name: string, bytes: Uint8Array) => all.set(name, bytes),
    read: (name: string) => all.get(name) ?? new Uint8Array(),
  };
}

describe('lanegrad/io/safetensors', () => {
  it('reads what it writes, with any names', async () => {
    const target = files();
    const x = tensor([[1.5, -2]]);
    const arrays = Object.fromEntries([
      ['x', x],
      ['__proto__', tensor([7], { dtype: 'int32' })],
    ]);
    await writeSafetensors(target, arrays, { metadata: { format: 'test' } });
    expect([...target.all.keys()]).toEqual(['arrays.safetensors']);
    const { tensors, metadata } = await readSafetensors(target.read('arrays.safetensors'));
    expect(Object.keys(tensors)).toEqual(['x', '__proto__']);
    expect(tensors['x']?.toArray()).toEqual([[1.5, -2]]);
    expect(Object.entries(metadata)).toEqual([['format', 'test']]);
  });

  it('refuses what it cannot write or read, and leaves no tensor', async () => {
    const before = memory();
    await expect(writeSafetensors(files(), { __metadata__: [1] })).rejects.toThrow(ValueError);
    const metadata = { n: 1 } as never;
    await expect(writeSafetensors(files(), { x: [1] }, { metadata })).rejects.toThrow(/a text/);
    await expect(readSafetensors(new Uint8Array(20))).rejects.toThrow(FormatError);
    expect(memory().tensors).toBe(before.tensors);
  });
});

describe('lanegrad/io/npz', () => {
  it('reads what it writes', async () => {
    const target = files();
    await writeNpz(target, { x: [[1.5, -2]] });
    expect((await readNpz(target.read('arrays.npz')))['x']?.toArray()).toEqual([[1.5, -2]]);
  });
});

describe('lanegrad/io/tfjs', () => {
  it('gives a saved model as data, which makes the same model again', async () => {
    const [saved, again] = [files(), files()];
    const model = twoLayers();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.save(saved);
    const contents = await readLayersModel(saved);
    expect(contents.layers.map((layer) => layer.class_name)).toEqual(['Dense', 'Dense']);
    expect(contents.trainingConfig).toMatchObject({ loss: 'mean_squared_error' });
    expect(Object.values(contents.weights).map(({ shape }) => shape)).toEqual([
      [3, 4],
      [4],
      [4, 2],
      [2],
    ]);
    await writeLayersModel(again, { ...contents, name: 'again' }, contents.weights);
    const loaded = await models.loadModel(again);
    expect(loaded.name).toBe('again');
    expect(bitsOf(loaded)).toEqual(bitsOf(model));
  });

  it('refuses a layer that TensorFlow.js has no words for', async () => {
    const { class_name, config } = layers.serialize(new layers.Conv2D(4, 1, { groups: 2 }));
    const model = { name: 'm', layers: [{ class_name, config }] };
    await expect(writeLayersModel(files(), model, {})).rejects.toThrow(/no groups/);
  });
});

describe('lanegrad/io/keras', () => {
  const folder = fileURLToPath(new URL('../../fixtures/keras-files', import.meta.url));

  it('gives a saved model as data, which makes the same model again', async () => {
    const [saved, again] = [files(), files()];
    const model = twoLayers();
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.save(saved, { format: 'keras' });
    const contents = await readKeras(saved.read(`${model.name}.keras`));
    expect(contents).toMatchObject({ format: 'keras', model: { class_name: 'Sequential' } });
    expect(contents.compileConfig).toMatchObject({ loss: 'mse' });
    expect(contents.names['layers/dense']).toBe(model.layers[0]?.name);
    expect(contents.weights['layers/dense_1/vars/0']?.shape).toEqual([4, 2]);
    expect(contents.weights['optimizer/vars/0']?.shape).toEqual([]);
    await writeKeras(again, contents, contents.weights);
    const loaded = await models.loadModel(again.read('model.keras'));
    expect(bitsOf(loaded)).toEqual(bitsOf(model));
    expect(loaded.optimizer?.name).toBe('adam');
    await writeKerasWeights(again, contents.weights, contents.names);
    const other = twoLayers(2);
    await other.loadWeights(again.read('model.weights.h5'));
    expect(bitsOf(other)).toEqual(bitsOf(model));
    const same = await readKeras(again.read('model.weights.h5'));
    expect(same).toMatchObject({ format: 'weights', model: undefined, names: contents.names });
  });

  it('reads legacy files', async () => {
    const [file, weights] = await Promise.all([
      readKeras(join(folder, 'chain.h5')),
      readKeras(join(folder, 'chain-legacy-weights.h5')),
    ]);
    expect(file.format).toBe('legacy');
    expect(file.model).toMatchObject({ class_name: 'Functional' });
    expect(file.compileConfig).toHaveProperty('optimizer');
    expect(weights.model).toBeUndefined();
    expect(file.weights['conv/conv/kernel']?.shape).toEqual([2, 2, 3]);
    for (const [name, x] of Object.entries(weights.weights)) {
      expect(file.weights[name]?.toArray()).toEqual(x.toArray());
    }
  });

  it('refuses what it cannot write or read, and leaves no tensor', async () => {
    const before = memory();
    for (const name of ['kernel', 'vars/1', 'a/../vars/0', '/vars/0', 'a/vars/00']) {
      const writing = writeKerasWeights(files(), { [name]: [1] });
      await expect(writing).rejects.toThrow(/expected 'layers\/dense\/vars\/0'/);
    }
    await expect(writeKeras(files(), { model: undefined }, {})).rejects.toThrow(ValueError);
    await expect(readKeras(new Uint8Array(20))).rejects.toThrow(FormatError);
    const path = join(folder, 'chain.keras');
    await expect(readKeras(path, { maxBytes: 100 })).rejects.toThrow(FormatError);
    expect(memory().tensors).toBe(before.tensors);
  });
});
