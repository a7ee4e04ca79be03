import '../without-collector.js';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  FormatError,
  layers,
  memory,
  models,
  optimizers,
  Sequential,
  ShapeError,
  tensor,
  ValueError,
} from '../../../src/index.js';
import type { Tensor, Variable } from '../../../src/index.js';
import { unzipAll } from '../formats/unzip-all.js';
import { readHdf5 } from '../../../src/files/formats/hdf5/read.js';
import { readKerasWeights } from '../../../src/files/formats/keras/weights.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf, compiledTwoLayers, regression, twoLayers } from '../models/networks.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}
interface Expected {
  readonly x: Numbers;
  readonly y: Numbers;
  readonly predict: Numbers;
  readonly resume_history: Readonly<Record<string, readonly number[]>>;
  readonly predict_after_resume: Numbers;
}

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));
/** Saved by Keras 3.16. */
const folder = join(process.env['LANEGRAD_MODELS_DIR'] ?? join(fixtures, 'models'), 'keras');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
>;
/** Of other kinds, by test/oracles/fixtures/keras-fixtures.py. */
const others = join(fixtures, 'keras-files');
const expectedOthers = JSON.parse(readFileSync(join(others, 'expected.json'), 'utf8')) as Record<
  string,
  Omit<Expected, 'resume_history' | 'predict_after_resume'> & {
    readonly history: Expected['resume_history'];
    readonly after: Numbers;
  }
>;

const array = ({ shape, data, dtype }: Numbers): Tensor =>
  tensor(dtype.startsWith('int') ? Int32Array.from(data) : Float32Array.from(data), { shape });

function expectClose(x: Tensor, { shape, data }: Numbers, tolerance: number): void {
  expect(x.shape).toEqual(shape);
  x.data().forEach((value, i) => {
    expect(Math.abs(value - (data[i] ?? NaN))).toBeLessThanOrEqual(tolerance);
  });
}

const bits = (variables: readonly Variable[]): number[][] =>
  variables.map(({ value }) => [...new Uint8Array(value.data().buffer)]);
const optimizerBits = (model: models.Model): number[][] => bits(model.optimizer?.variables ?? []);

async function bytesOf(
  model: models.Model,
  options: models.SaveOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array();
  await model.save({ write: (_, all) => (bytes = all) }, { format: 'keras', ...options });
  return bytes;
}

/** The members of a `.keras` file, and its config. */
async function contents(bytes: Uint8Array<ArrayBuffer>): Promise<{
  readonly names: readonly string[];
  readonly config: string;
  readonly weights: Uint8Array<ArrayBuffer>;
}> {
  const members = await unzipAll(bytes);
  const [, config, weights] = members;
  return {
    names: members.map(({ name }) => name),
    config: new TextDecoder().decode(config?.bytes),
    weights: weights?.bytes ?? new Uint8Array(),
  };
}

describe.each(Object.entries(expected))('%s, saved by Keras', (name, numbers) => {
  const training = { batchSize: 10, epochs: 1, shuffle: false, verbose: 0 } as const;

  it('predicts what Keras predicted', async () => {
    const model = await models.loadModel(join(folder, `${name}.keras`));
    const x = array(numbers.x).slice('0:6');
    expectClose(await model.predict(x, { verbose: 0 }), numbers.predict, 1e-5);
  });

  // The random numbers of its dropout are different.
  if (name !== 'regression_norm')
    it('goes on training as Keras did', async () => {
      const model = await models.loadModel(join(folder, `${name}.keras`));
      const { history } = await model.fit(array(numbers.x), array(numbers.y), training);
      for (const [metric, values] of Object.entries(numbers.resume_history)) {
        expect(history[metric]?.[0]).toBeCloseTo(values[0] ?? NaN, 5);
      }
      const x = array(numbers.x).slice('0:6');
      expectClose(await model.predict(x, { verbose: 0 }), numbers.predict_after_resume, 1e-5);
    });

  it('has the same weights and optimizer state in .weights.h5', async () => {
    const model = await models.loadModel(join(folder, `${name}.keras`));
    const other = await models.loadModel(join(folder, `${name}.keras`));
    for (const variable of [...other.weights, ...(other.optimizer?.variables ?? [])]) {
      variable.assign(tensor(1, { dtype: variable.dtype }).add(variable.value));
    }
    await other.loadWeights(join(folder, `${name}.weights.h5`));
    expect(bitsOf(other)).toEqual(bitsOf(model));
    expect(optimizerBits(other)).toEqual(optimizerBits(model));
  });

  it('is the same after saving, bit for bit', async () => {
    const model = await models.loadModel(join(folder, `${name}.keras`));
    const again = await models.loadModel(await bytesOf(model));
    expect(bitsOf(again)).toEqual(bitsOf(model));
    expect(optimizerBits(again)).toEqual(optimizerBits(model));
    expect(JSON.stringify(again)).toBe(JSON.stringify(model));
    expect(again.optimizer?.getConfig()).toEqual(model.optimizer?.getConfig());
  });

  it('is written as Keras writes it', async () => {
    const file = readFileSync(join(folder, `${name}.keras`));
    const keras = await contents(Uint8Array.from(file));
    const ours = await contents(await bytesOf(await models.loadModel(Uint8Array.from(file))));
    expect(ours.names).toEqual(keras.names);
    const [a, b] = await Promise.all(
      [keras, ours].map(({ weights }) => readKerasWeights(readHdf5(weights, 'test', 1e6))),
    );
    expect(Object.fromEntries(b ?? [])).toEqual(Object.fromEntries(a ?? []));
  });
});

describe.each(Object.entries(expectedOthers))('%s, a model of several kinds', (name, numbers) => {
  it.each(['keras', 'h5'])('predicts and goes on training from .%s', async (extension) => {
    const model = await models.loadModel(join(others, `${name}.${extension}`));
    const [x, y] = [array(numbers.x), array(numbers.y)];
    expectClose(await model.predict(x, { verbose: 0 }), numbers.predict, 1e-5);
    const training = { batchSize: 5, epochs: 1, shuffle: false, verbose: 0 } as const;
    const { history } = await model.fit(x, y, training);
    expect(history.loss?.[0]).toBeCloseTo(numbers.history['loss']?.[0] ?? NaN, 5);
    expectClose(await model.predict(x, { verbose: 0 }), numbers.after, 1e-4);
  });

  it('gives its weights in legacy .h5 files too', async () => {
    const model = await models.loadModel(join(others, `${name}.keras`));
    for (const file of [`${name}-legacy-weights.h5`, `${name}.h5`, `${name}.keras`]) {
      const other = await models.loadModel(join(others, `${name}.keras`));
      for (const weight of other.weights) weight.assign(weight.value.add(1));
      await other.loadWeights(join(others, file));
      expect(bitsOf(other)).toEqual(bitsOf(model));
    }
  });
});

describe('model.save into .keras', () => {
  it('keeps weights, optimizer state and how the model is compiled', async () => {
    const path = join(await temporaryFolder(), 'deep', 'model.keras');
    const model = twoLayers();
    model.compile({
      optimizer: new optimizers.Adam({ amsgrad: true, useEma: true }),
      loss: 'meanSquaredError',
      metrics: ['mae'],
      lossWeights: 2,
    });
    const { x, y } = regression(8);
    await model.fit(x, y, { epochs: 2, verbose: 0, shuffle: false });
    await model.save(path);
    const loaded = await models.loadModel(path);
    expect(bitsOf(loaded)).toEqual(bitsOf(model));
    expect(optimizerBits(loaded)).toEqual(optimizerBits(model));
    const resume = { epochs: 1, verbose: 0, shuffle: false } as const;
    const { history } = await model.fit(x, y, resume);
    expect((await loaded.fit(x, y, resume)).history).toEqual(history);
    expect(Object.keys(history)).toEqual(['loss', 'mae']);
    expect(bitsOf(loaded)).toEqual(bitsOf(model));
  });

  it('leaves the optimizer out if it is told to', async () => {
    const model = compiledTwoLayers();
    const { x, y } = regression(8);
    await model.fit(x, y, { verbose: 0 });
    const loaded = await models.loadModel(await bytesOf(model, { includeOptimizer: false }));
    expect(loaded.optimizer?.iterations).toBe(0);
    expect(bitsOf(loaded)).toEqual(bitsOf(model));
  });

  it('replaces an older file in one step and leaves nothing beside it', async () => {
    const path = await temporaryFolder();
    await compiledTwoLayers(1).save(join(path, 'm.keras'));
    await compiledTwoLayers(2).save(join(path, 'm.keras'));
    expect(await readdir(path)).toEqual(['m.keras']);
    const loaded = await models.loadModel(join(path, 'm.keras'));
    expect(bitsOf(loaded)).toEqual(bitsOf(twoLayers(2)));
  });

  it('keeps a model that is not built or not compiled as it is', async () => {
    const unbuilt = new Sequential([new layers.Dense(2), new layers.Dense(1)]);
    unbuilt.compile({ optimizer: 'adam', loss: 'mae' });
    const loaded = await models.loadModel(await bytesOf(unbuilt));
    expect(loaded.built).toBe(false);
    expect(loaded.loss?.name).toBe('mean_absolute_error');
    const plain = await models.loadModel(await bytesOf(twoLayers()));
    expect(plain.optimizer).toBeUndefined();
  });

  it('finds the layers that a layer of its own class holds', async () => {
    class Pair extends layers.Layer {
      static override readonly className = 'Pair';
      readonly firstLayer = new layers.Dense(3);
      readonly rest = [new layers.Dense(3), new layers.Dense(2)];
      override call(x: Tensor, { training }: { training: boolean }): Tensor {
        return this.rest.reduce(
          (y, layer) => layer.apply(y, { training }),
          this.firstLayer.apply(x),
        );
      }
    }
    const model = new Sequential([new Pair({ inputShape: [4] })]);
    model.predictOnBatch([[1, 2, 3, 4]]);
    const bytes = await bytesOf(model);
    const saved = await readKerasWeights(readHdf5((await contents(bytes)).weights, 'test', 1e6));
    expect([...saved.keys()].sort()).toEqual([
      '',
      'layers/pair',
      'layers/pair/first_layer',
      'layers/pair/rest/dense',
      'layers/pair/rest/dense_1',
    ]);
    await expect(models.loadModel(bytes)).rejects.toThrow(/not known here: Pair\..*customObjects/s);
    const loaded = await models.loadModel(bytes, { customObjects: { Pair } });
    expect(bitsOf(loaded)).toEqual(bitsOf(model));
  });

  it('refuses what a file cannot hold', async () => {
    const lambda = new Sequential([new layers.Lambda((x) => x.square(), { inputShape: [2] })]);
    await expect(bytesOf(lambda)).rejects.toThrow(ValueError);
    await expect(twoLayers().save('m.keras', { format: 'h5' } as never)).rejects.toThrow(
      /'keras' .* and 'tfjs'/,
    );
    await expect(twoLayers().save('m.keras', { includeOptimizer: 'no' } as never)).rejects.toThrow(
      /includeOptimizer must be true or false/,
    );
  });
});

describe('models.loadModel of Keras files', () => {
  it('takes bytes, a Blob, a file that was picked, and a data: URL', async () => {
    const file = Uint8Array.from(await readFile(join(folder, 'mlp.keras')));
    const url = `data:application/zip;base64,${Buffer.from(file).toString('base64')}`;
    const picked = new File([file], 'mlp.keras');
    const loaded = [file, file.buffer, new Blob([file]), [picked], url].map((source) =>
      models.loadModel(source),
    );
    const [first, ...rest] = (await Promise.all(loaded)).map(bitsOf);
    for (const other of rest) expect(other).toEqual(first);
  });

  it('does not compile if it is told not to', async () => {
    const model = await models.loadModel(join(folder, 'mlp.keras'), { compile: false });
    expect(model.optimizer).toBeUndefined();
  });

  it('reads a model that was never built', async () => {
    const model = await models.loadModel(join(others, 'unbuilt.keras'));
    expect(model.built).toBe(false);
    expect(model.predictOnBatch([[1, 2]]).shape).toEqual([1, 2]);
    expect(model.optimizer?.name).toBe('rm_sprop');
  });

  it.each([
    ['lambda.keras', /code in files is not run/],
    ['custom.keras', /not known here: Own>Scale\. .*registerLayer/],
    ['chain-legacy-weights.h5', /holds weights, but no model/],
  ])('refuses %s and says why', async (file, message) => {
    const before = memory();
    const loading = models.loadModel(join(others, file));
    await expect(loading).rejects.toThrow(FormatError);
    await expect(models.loadModel(join(others, file))).rejects.toThrow(message);
    expect(memory().tensors).toBe(before.tensors);
  });

  it('makes custom layers of the classes that it is given', async () => {
    class Scale extends layers.Layer {
      static override readonly className = 'Scale';
      override build([, features = null]: readonly (number | null)[]): void {
        this.addWeight('factor', [features], { initializer: 'ones' });
      }
      override call(x: Tensor): Tensor {
        return x.mul(this.weights[0]?.value ?? 1);
      }
    }
    const model = await models.loadModel(join(others, 'custom.keras'), {
      customObjects: { Scale },
    });
    expect(model.predictOnBatch([[1, 2, 3]]).shape).toEqual([1, 2]);
    // Such classes count before Keras's own.
    class EinsumDense extends layers.Layer {
      static override readonly className = 'EinsumDense';
    }
    const loading = models.loadModel(join(others, 'custom.keras'), {
      customObjects: { Scale, EinsumDense },
    });
    // The second is a stand-in without the weights that are in the file.
    await expect(loading).rejects.toThrow(/einsum_dense|EinsumDense/);
    await expect(
      models.loadModel(join(others, 'custom.keras'), { customObjects: { Scale: 1 as never } }),
    ).rejects.toThrow(/customObjects must hold classes and functions/);
  });
});

describe('weights in .weights.h5', () => {
  async function file(model: models.Model): Promise<string> {
    const path = join(await temporaryFolder(), 'w.weights.h5');
    await model.saveWeights(path);
    return path;
  }

  it('keeps every bit, whatever layers are called', async () => {
    const [from, to] = [twoLayers(1), twoLayers(2)];
    const path = await file(from);
    await to.loadWeights(path);
    expect(bitsOf(to)).toEqual(bitsOf(from));
    const bytes = Uint8Array.from(await readFile(path));
    const another = twoLayers(3);
    await another.loadWeights(bytes);
    expect(bitsOf(another)).toEqual(bitsOf(from));
  });

  it('gives an optimizer its state only if it has been built as that one was', async () => {
    const { x, y } = regression(8);
    const model = compiledTwoLayers();
    await model.fit(x, y, { epochs: 3, verbose: 0 });
    const path = await file(model);
    const fresh = compiledTwoLayers(2);
    await fresh.loadWeights(path);
    expect(fresh.optimizer?.iterations).toBe(0);
    await fresh.fit(x, y, { verbose: 0 });
    await fresh.loadWeights(path);
    expect(fresh.optimizer?.iterations).toBe(3);
    const adam = twoLayers();
    adam.compile({ optimizer: 'adam', loss: 'mse' });
    await adam.fit(x, y, { verbose: 0 });
    await adam.loadWeights(path);
    expect(adam.optimizer?.iterations).toBe(1);
    expect(bitsOf(adam)).toEqual(bitsOf(model));
  });

  function named(width = 4): Sequential {
    return new Sequential([
      new layers.Dense(width, { name: 'a', inputShape: [3] }),
      new layers.Dense(2, { name: 'b' }),
    ]);
  }

  it('skips what does not fit if it is told to, and else changes nothing', async () => {
    const from = named();
    const path = await file(from);
    const to = named(5);
    const before = bitsOf(to);
    await expect(to.loadWeights(path)).rejects.toThrow(ShapeError);
    expect(bitsOf(to)).toEqual(before);
    await to.loadWeights(path, { skipMismatch: true });
    // Only b's bias has one shape in both.
    expect(bitsOf(to)).toEqual([...before.slice(0, 3), bitsOf(from)[3]]);
    const one = new Sequential([new layers.Dense(4, { inputShape: [3], useBias: false })]);
    await expect(one.loadWeights(path)).rejects.toThrow(/are not those of the model/);
  });

  it('refuses files that are none', async () => {
    const path = join(await temporaryFolder(), 'w.weights.h5');
    await writeFile(path, 'no HDF5');
    await expect(twoLayers().loadWeights(path)).rejects.toThrow(FormatError);
    await writeFile(path, Buffer.from('\x89HDF\r\n\x1a\nand no more', 'latin1'));
    await expect(twoLayers().loadWeights(path)).rejects.toThrow(/damaged HDF5 file/);
  });
});
