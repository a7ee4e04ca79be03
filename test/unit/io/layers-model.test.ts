import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layers, models, tensor } from '../../../src/index.js';
import { FormatError, ValueError } from '../../../src/errors.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { bitsOf, numbers } from '../models/networks.js';

const folder = join(
  process.env['LANEGRAD_MODELS_DIR'] ??
    fileURLToPath(new URL('../../fixtures/models', import.meta.url)),
  'tfjs',
);

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  { readonly x: Numbers; readonly y: Numbers }
>;

type Files = Map<string, Uint8Array<ArrayBuffer>>;

function reader(files: Files): models.FileSource {
  return {
    read: (name) => {
      const bytes = files.get(name);
      if (bytes === undefined) throw new FormatError(`no file '${name}'`);
      return bytes;
    },
  };
}

async function save(model: models.Model): Promise<Files> {
  const files: Files = new Map();
  await model.save({ write: (name, bytes) => files.set(name, bytes) });
  return files;
}

function network(): models.Sequential {
  return new models.Sequential([
    new layers.Conv2D(3, [3, 3], { activation: 'relu', inputShape: [6, 5, 2] }),
    new layers.BatchNormalization(),
    new layers.Flatten(),
    new layers.Dropout(0.5),
    new layers.Dense(4, { activation: 'softmax', kernelRegularizer: 'l2' }),
  ]);
}

/** Files of a Dense layer 2 → 1, with the manifest or topology changed. */
async function denseFiles(change: (file: ModelFile) => void): Promise<Files> {
  const files = await save(
    new models.Sequential([new layers.Dense(1, { inputShape: [2], name: 'd' })]),
  );
  const file = JSON.parse(new TextDecoder().decode(files.get('model.json'))) as ModelFile;
  change(file);
  files.set('model.json', new TextEncoder().encode(JSON.stringify(file)));
  return files;
}

interface ModelFile {
  modelTopology: {
    config: { layers: { class_name: string; config: Record<string, unknown> }[] };
  };
  weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[];
  trainingConfig?: unknown;
}

describe('loadModel', () => {
  it.each(Object.entries(expected))(
    'predicts as TensorFlow.js does: %s',
    async (name, { x, y }) => {
      const model = await models.loadModel(join(folder, name));
      const got = (await model.predict(tensor(x.data, { shape: x.shape }))).data();
      expect(got.length).toBe(y.data.length);
      y.data.forEach((value, i) => expect(Math.abs((got[i] ?? NaN) - value)).toBeLessThan(1e-5));
    },
  );

  it('reads several shards, quantized weights and the compilation', async () => {
    const files = await denseFiles((file) => {
      const [group] = file.weightsManifest;
      if (group === undefined) return;
      group.paths = ['a', './b'];
      group.weights.forEach((weight, i) => {
        weight['quantization'] =
          i === 0 ? { dtype: 'uint16', scale: 0.5, min: -1 } : { dtype: 'float16' };
      });
      const optimizer_config = { class_name: 'SGD', config: { learning_rate: 0.5 } };
      file.trainingConfig = { optimizer_config, loss: 'mse', metrics: ['mae'] };
    });
    // Kernel 2 · 0.5 − 1 = 0 and 256 · 0.5 − 1 = 127; bias 1.5 as a half.
    files.set('a', new Uint8Array([2, 0, 0]));
    files.set('b', new Uint8Array([1, 0x00, 0x3e]));
    const model = await models.loadModel(reader(files));
    expect(model.getWeights().map((w) => [...w.data()])).toEqual([[0, 127], [1.5]]);
    expect(model.loss?.name).toBe('mean_squared_error');
  });

  it.each<[string, RegExp, (file: ModelFile) => void]>([
    [
      'an unknown layer',
      /classes that are not known here: Nope\. .*registerLayer/,
      (f) => void (f.modelTopology.config.layers[0] = { class_name: 'Nope', config: {} }),
    ],
    [
      'a Lambda',
      /code in files is not run/,
      (f) => void (f.modelTopology.config.layers[0] = { class_name: 'Lambda', config: {} }),
    ],
    [
      'a huge layer',
      /more weights/,
      (f) => void Object.assign(f.modelTopology.config.layers[0]?.config ?? {}, { units: 1e8 }),
    ],
    [
      'bilinear interpolation, which is another function there',
      /bilinear/,
      (f) =>
        void (f.modelTopology.config.layers[0] = {
          class_name: 'UpSampling2D',
          config: { size: [2, 2], interpolation: 'bilinear' },
        }),
    ],
    [
      'a path that leads out',
      /file next to it/,
      (f) => void (f.weightsManifest = [{ paths: ['../x'], weights: [] }]),
    ],
    [
      'a wrong shape',
      /bytes/,
      (f) => void Object.assign(f.weightsManifest[0]?.weights[0] ?? {}, { shape: [3, 1] }),
    ],
    ['a missing weight', /bytes/, (f) => void f.weightsManifest[0]?.weights.pop()],
    [
      'an absurd shape',
      /too large/,
      (f) => void Object.assign(f.weightsManifest[0]?.weights[0] ?? {}, { shape: [4e9, 4e9] }),
    ],
  ])('refuses %s', async (_, message, change) => {
    const loading = models.loadModel(reader(await denseFiles(change)));
    await expect(loading).rejects.toThrow(FormatError);
    await expect(models.loadModel(reader(await denseFiles(change)))).rejects.toThrow(message);
  });

  it('takes what TensorFlow.js writes of every dropout for nothing', async () => {
    const files = await denseFiles((file) => {
      const noise = { rate: 0.5, noise_shape: null, seed: null, name: 's' };
      file.modelTopology.config.layers.push({
        class_name: 'SpatialDropout1D',
        config: { ...noise, batch_input_shape: [null, 4, 2] },
      });
      file.modelTopology.config.layers.reverse();
    });
    expect((await models.loadModel(reader(files))).layers).toHaveLength(2);
  });

  it('takes __proto__ for a name and changes no prototype', async () => {
    const files = await denseFiles(() => undefined);
    const text = new TextDecoder().decode(files.get('model.json'));
    const hostile = text.replace('"units"', '"__proto__":{"polluted":1},"units"');
    files.set('model.json', new TextEncoder().encode(hostile));
    await expect(models.loadModel(reader(files))).rejects.toThrow(FormatError);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('save', () => {
  it('keeps every bit, and what the network says', async () => {
    const path = join(await temporaryFolder(), 'model');
    const model = network();
    await model.save(path);
    const loaded = await models.loadModel(join(path, 'model.json'));
    expect(bitsOf(loaded)).toEqual(bitsOf(model));
    const x = tensor(numbers(120), { shape: [2, 6, 5, 2] });
    expect((await loaded.predict(x)).data()).toEqual((await model.predict(x)).data());
  });

  it('leaves the old model whole if writing fails, and deletes its weights if not', async () => {
    const path = await temporaryFolder();
    const [old, next] = [network(), network()];
    await old.save(path);
    const [shard = ''] = (await readdir(path)).filter((name) => name.endsWith('.bin'));
    const file = await readFile(join(path, 'model.json'));
    // A folder cannot be replaced by a file: the rename of model.json fails, the last step.
    await rm(join(path, 'model.json'));
    await mkdir(join(path, 'model.json', 'x'), { recursive: true });
    await expect(next.save(path)).rejects.toThrow(`save: cannot write '${path}': EISDIR`);
    const files = {
      read: (name: string) => (name === 'model.json' ? file : readFile(join(path, name))),
    };
    expect(bitsOf(await models.loadModel(files))).toEqual(bitsOf(old));
    await rm(join(path, 'model.json'), { recursive: true });
    await old.save(path);
    await next.save(path);
    expect(await readdir(path)).not.toContain(shard);
    expect(bitsOf(await models.loadModel(path))).toEqual(bitsOf(next));
  });

  it('deletes weights that a killed save left behind, and nothing else', async () => {
    const path = await temporaryFolder();
    await network().save(path);
    const shards = async (): Promise<string[]> =>
      (await readdir(path)).filter((name) => name.endsWith('.bin')).sort();
    const [shard = ''] = await shards();
    const contents = await readFile(join(path, shard));
    await network().save(path);
    // As if that save had ended before the old weights were deleted.
    const yesterday = new Date(Date.now() - 86_400_000);
    await writeFile(join(path, shard), contents);
    await utimes(join(path, shard), yesterday, yesterday);
    // Called like ours, but holding something else; and called otherwise.
    for (const name of ['weights-00c0ffee.bin', 'weights-mine.bin', 'weights.bin']) {
      await writeFile(join(path, name), contents);
      await utimes(join(path, name), yesterday, yesterday);
    }
    await network().save(path);
    expect(await shards()).not.toContain(shard);
    // Younger than the model: another save may be about to name it.
    await writeFile(join(path, shard), contents);
    await network().save(path);
    expect(await shards()).toContain(shard);
    await network().save(path);
    expect((await shards()).filter((name) => /-[0-9a-f]{8}\./.test(name))).toHaveLength(2);
    expect(await shards()).toEqual(
      expect.arrayContaining(['weights-00c0ffee.bin', 'weights-mine.bin', 'weights.bin']),
    );
  });

  it.each(['m.h5', 'm.npz', 'm.json'])('refuses %s', async (name) => {
    await expect(network().save(name)).rejects.toThrow(ValueError);
  });

  it('refuses what would be another network in TensorFlow.js', async () => {
    const sampled = new models.Sequential([
      new layers.UpSampling2D(2, { interpolation: 'bilinear', inputShape: [2, 2, 1] }),
    ]);
    await expect(sampled.save('m')).rejects.toThrow(/'up_sampling2d.*bilinear/);
    const smooth = new models.Sequential([
      new layers.UpSampling2D(2, { interpolation: 'lanczos3', inputShape: [2, 2, 1] }),
    ]);
    await expect(smooth.save('m')).rejects.toThrow(
      /TensorFlow\.js has no interpolation 'lanczos3'/,
    );
  });

  it('refuses options that it cannot honour', async () => {
    const options = { includeOptimizer: true };
    await expect(network().save('m', options)).rejects.toThrow(/no state of the optimizer/);
  });
});

describe('maxBytes', () => {
  it('limits the files of a model together', async () => {
    const files = await save(network());
    const size = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    await models.loadModel(reader(files), { maxBytes: size });
    for (const maxBytes of [size - 1, 100, 0]) {
      const loading = models.loadModel(reader(files), { maxBytes });
      await expect(loading).rejects.toThrow(FormatError);
      await expect(models.loadModel(reader(files), { maxBytes })).rejects.toThrow(
        /^model: (model\.json|weights\.bin) data: longer than .* with maxBytes/,
      );
    }
    // Nothing where bytes should be, as JavaScript may give it.
    const nothing = { read: () => JSON.parse('null') as Uint8Array };
    await expect(models.loadModel(nothing)).rejects.toThrow(/cannot read data from null/);
  });

  it('limits what quantized weights unpack to', async () => {
    const files = await denseFiles((file) => {
      const [group] = file.weightsManifest;
      Object.assign(group?.weights[0] ?? {}, {
        shape: [2, 4000],
        quantization: { dtype: 'uint8', scale: 1, min: 0 },
      });
      Object.assign(group?.weights[1] ?? {}, { shape: [1] });
    });
    files.set('weights.bin', new Uint8Array(8004));
    await expect(models.loadModel(reader(files), { maxBytes: 20_000 })).rejects.toThrow(
      /unpack to 32004 bytes; allowed are 20000/,
    );
  });
});
