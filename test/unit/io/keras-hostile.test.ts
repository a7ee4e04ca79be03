import '../without-collector.js';
import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FormatError, layers, memory, models, Sequential, ValueError } from '../../../src/index.js';
import { concatenate } from '../../../src/files/formats/bytes.js';
import type { FileArray } from '../../../src/files/formats/elements.js';
import { zip } from '../../../src/files/formats/zip.js';
import { unzipAll } from '../formats/unzip-all.js';
import { writeHdf5 } from '../../../src/files/formats/hdf5/write.js';
import type { Hdf5Content } from '../../../src/files/formats/hdf5/write.js';

const folder = fileURLToPath(new URL('../../fixtures/models/keras', import.meta.url));
const others = fileURLToPath(new URL('../../fixtures/keras-files', import.meta.url));
const file = Uint8Array.from(readFileSync(join(folder, 'mlp.keras')));
const members = async (): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }[]> =>
  unzipAll(file);

/** The file with its config changed. */
async function withConfig(change: (text: string) => string): Promise<Uint8Array<ArrayBuffer>> {
  const all = await members();
  return zip(
    all.map(({ name, bytes }) =>
      name === 'config.json'
        ? { name, bytes: new TextEncoder().encode(change(new TextDecoder().decode(bytes))) }
        : { name, bytes },
    ),
  );
}

/** The file with other weights. */
async function withWeights(content: Hdf5Content): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = concatenate(writeHdf5('test', content));
  return zip(
    (await members()).map((each) => (each.name.endsWith('.h5') ? { ...each, bytes } : each)),
  );
}

async function refuses(bytes: Uint8Array<ArrayBuffer>, message: RegExp): Promise<void> {
  const before = memory();
  const error: unknown = await models.loadModel(bytes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(FormatError);
  expect((error as Error).message).toMatch(message);
  expect(memory()).toEqual(before);
  expect(Object.keys(Object.prototype)).toEqual([]);
}

const float = (shape: readonly number[]): FileArray => ({
  shape,
  dtype: 'float32',
  data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
});

describe('a Keras file from an unknown author', () => {
  it('may not hold code', async () => {
    const lambda =
      '{"module":"keras.layers","class_name":"Lambda","config":{"name":"l","function":' +
      '{"class_name":"__lambda__","config":{"code":"4wEAAAA="}}},"registered_name":null}';
    const hostile = await withConfig((text) =>
      text.replace('"layers": [', `"layers": [${lambda},`),
    );
    await refuses(hostile, /code in files is not run/);
    await refuses(
      await withConfig((text) =>
        text.replace('"relu"', '{"class_name":"__lambda__","config":{"value":"x"}}'),
      ),
      /activation/,
    );
  });

  it('may use names that objects have of themselves, and changes no prototype', async () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      const value = `"${key}": {"polluted": 1}, `;
      for (const before of ['"units"', '"rho"', '"optimizer"', '"layers"']) {
        const hostile = await withConfig((text) => text.replace(before, value + before));
        const isOption = before === '"units"' || before === '"rho"';
        if (isOption) await refuses(hostile, new RegExp(key));
        else (await models.loadModel(hostile)).dispose();
      }
      await refuses(
        await withConfig((text) => text.replace('"Dense"', `"${key}"`)),
        new RegExp(`not known here: ${key}`),
      );
    }
  });

  it('lists all classes that are not known, and those of others that are called as Keras names them', async () => {
    const hostile = await withConfig((text) =>
      text
        .replace('"class_name": "Dense"', '"class_name": "JaxLayer"')
        .replace(/"keras.layers"(, "class_name": "Dense")/, '"my_package"$1'),
    );
    await refuses(hostile, /not known here: JaxLayer, Dense\. .*registerLayer/);
  });

  it('may not need more memory than it is long', async () => {
    const units = await withConfig((text) => text.replace('"units": 16', '"units": 200000000'));
    await refuses(units, /needs more weights than the \d+ numbers of the file/);
    const shape = await withConfig((text) => text.replaceAll('[null, 12]', '[null, 99999999]'));
    await refuses(shape, /needs more weights than/);
    const beyond = await withConfig((text) => text.replaceAll('[null, 12]', '[null, 999999999]'));
    await refuses(beyond, /InputLayer: batchShape must be at most 268435452, .*got 999999999/);
  });

  it('may not have a tensor of thousands of axes, and the message shows the first of them', async () => {
    const axes = `[null, ${'9, '.repeat(8000)}12]`;
    const deep = await withConfig((text) => text.replaceAll('[null, 12]', axes));
    await refuses(deep, /at most 64 axes, got \(None, (9, ){63}… 8002 axes\)/);
  });

  it('may not hold arrays that do not fit its layers', async () => {
    const vars = (...shapes: number[][]): Hdf5Content => ({
      groups: new Map([
        ['vars', { arrays: new Map(shapes.map((each, i) => [String(i), float(each)])) }],
      ]),
    });
    const weights = (dense: Hdf5Content, dense1: Hdf5Content): Hdf5Content => ({
      groups: new Map([
        [
          'layers',
          {
            groups: new Map([
              ['dense', dense],
              ['dense_1', dense1],
            ]),
          },
        ],
      ]),
    });
    const good = vars([16, 5], [5]);
    (await models.loadModel(await withWeights(weights(vars([12, 16], [16]), good)))).dispose();
    await refuses(
      await withWeights(weights(vars([16, 12], [16]), good)),
      /'mlp\/hidden\/kernel' has shape \(12, 16\) .* file's array has shape \(16, 12\)/,
    );
    await refuses(
      await withWeights(weights(vars([12, 16]), good)),
      /holds 1 weights of layer 'hidden', which has 2/,
    );
    await refuses(
      await withWeights({
        groups: new Map([['layers', { groups: new Map([['dense', vars([192], [16])]]) }]]),
      }),
      /layers with weights/,
    );
  });

  it('may not have names that lead out, or no config', async () => {
    const [first, ...rest] = await members();
    await refuses(
      await zip([{ name: '../evil', bytes: new Uint8Array(3) }, ...rest]),
      /leads out of the folder/,
    );
    await refuses(await zip([first ?? { name: '', bytes: file }]), /expected config\.json/);
  });

  it.each(['chain.keras', 'chain.h5'])('may not be longer than maxBytes: %s', async (name) => {
    const path = join(others, name);
    const { size } = await stat(path);
    await models.loadModel(path, { maxBytes: size });
    const loading = models.loadModel(path, { maxBytes: size - 1 });
    await expect(loading).rejects.toThrow(FormatError);
    await expect(models.loadModel(path, { maxBytes: size - 1 })).rejects.toThrow(/with maxBytes/);
    await expect(models.loadModel(path, { maxBytes: NaN })).rejects.toThrow(ValueError);
  });

  it('leaves nothing of a model inside of it that cannot be made', async () => {
    const nested = Uint8Array.from(readFileSync(join(others, 'nested.keras')));
    const all = await unzipAll(nested);
    const changed = all.map(({ name, bytes }) => {
      const text = new TextDecoder().decode(bytes);
      const at = text.lastIndexOf('"activation"');
      const hostile = `${text.slice(0, at)}"activations"${text.slice(at + 12)}`;
      return name === 'config.json'
        ? { name, bytes: new TextEncoder().encode(hostile) }
        : { name, bytes };
    });
    await refuses(await zip(changed), /activations/);
  });

  it.each([
    ['external', /leads into another file/],
    ['circle', /nest deeper than/],
    ['bomb', /more bytes than a file of this length can hold/],
    ['shared', /more bytes than a file of this length can hold/],
  ])(
    'may not lead into other files, round in circles, or to too much: %s',
    async (kind, message) => {
      const model = new Sequential([new layers.Dense(1, { inputShape: [1] })]);
      const loading = model.loadWeights(join(others, `hostile-${kind}.weights.h5`));
      const error: unknown = await loading.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FormatError);
      expect((error as Error).message).toMatch(message);
    },
  );
});
