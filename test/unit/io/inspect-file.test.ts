// What is seen of files without reading their arrays, beside what Keras sees (test/oracles/fixtures/keras-inspection.py).
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zip } from '../../../src/files/formats/zip.js';
import {
  data,
  FormatError,
  layers,
  memory,
  models,
  tensor,
  ValueError,
} from '../../../src/index.js';
import { writeKeras } from '../../../src/io/keras.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

const folder = new URL('../../fixtures/keras-inspection/', import.meta.url);
const path = (name: string): string => new URL(name, folder).pathname;

interface Compared {
  readonly status: 'success' | 'error';
  readonly names: readonly string[];
}

interface Edited {
  readonly arrays: Readonly<Record<string, readonly [shape: readonly number[], dtype: string]>>;
  readonly config: boolean;
  readonly version: string | null;
  readonly same: Compared;
  readonly wider?: Compared;
  readonly shorter?: Compared;
}

const edited = JSON.parse(readFileSync(new URL('editor.json', folder), 'utf8')) as Readonly<
  Record<string, Edited>
>;

/** A path without `vars`, which Keras leaves out. */
const asInKeras = (name: string): string => name.replace('/vars/', '/');

const silent = { printFn: () => undefined };

function small(units = 2, optimizer: 'adam' | 'sgd' = 'adam'): models.Sequential {
  const model = new models.Sequential([
    new layers.Dense(4, { name: 'hidden', inputShape: [3] }),
    new layers.BatchNormalization(),
    ...(units === 0 ? [] : [new layers.Dense(units, { name: 'out' })]),
  ]);
  model.compile({ optimizer, loss: 'mse' });
  return model;
}

describe('inspectFile and the file editor of Keras', () => {
  it.each(Object.keys(edited))('find the same arrays in %s', async (name) => {
    const { tensors } = memory();
    const file = await models.inspectFile(path(name));
    const { arrays, config, version } = edited[name] ?? ({} as Edited);
    const found = Object.fromEntries(
      file.arrays.map(({ path, shape, dtype }) => [asInKeras(path), [shape, dtype]]),
    );
    // Keras passes over groups inside a layer.
    expect(found).toMatchObject(arrays);
    if (name !== 'branches.keras')
      expect(Object.keys(found).sort()).toEqual(Object.keys(arrays).sort());
    expect(file.config !== undefined).toBe(config);
    expect(file.version ?? null).toBe(version);
    expect(memory().tensors).toBe(tensors);
  });

  it('find the same differences from models', async () => {
    const expected = edited['small.keras'];
    const model = small();
    model.trainOnBatch(tensor([[1, 1, 1]]), tensor([[1, 1]]));
    const file = await models.inspectFile(path('small.keras'));
    expect(file.compare(model, silent)).toEqual({
      status: 'success',
      errorCount: 0,
      matchCount: Object.keys(expected?.arrays ?? {}).length,
      missing: [],
      unexpected: [],
      mismatched: [],
    });
    const wider = small(3);
    wider.trainOnBatch(tensor([[1, 1, 1]]), tensor([[1, 1, 1]]));
    const { status, mismatched, errorCount } = file.compare(wider, silent);
    expect(status).toBe(expected?.wider?.status);
    expect(mismatched.map((one) => asInKeras(one.path)).sort()).toEqual(expected?.wider?.names);
    expect(errorCount).toBe(6);
    expect(mismatched[0]).toEqual({ path: 'layers/dense_1/vars/0', model: [4, 3], file: [4, 2] });
    const shorter = file.compare(small(0, 'sgd'), silent);
    const unexpected = shorter.unexpected.map((one) =>
      asInKeras(one).replace(/(dense_1)\/.*/, '$1'),
    );
    expect([...new Set(unexpected)].sort()).toEqual(expected?.shorter?.names);
    expect(shorter.missing).toEqual([]);
  });

  it('sees the arrays of an LSTM, which the editor passes over', async () => {
    const file = await models.inspectFile(path('branches.keras'));
    const lstm = file.arrays.filter(({ path }) => path.includes('lstm'));
    expect(lstm.map(({ path, shape }) => [path, shape])).toEqual([
      ['layers/lstm/cell/vars/0', [4, 12]],
      ['layers/lstm/cell/vars/1', [3, 12]],
      ['layers/lstm/cell/vars/2', [12]],
    ]);
    const model = await models.loadModel(path('branches.keras'));
    expect(file.compare(model, silent)).toMatchObject({ status: 'success', matchCount: 8 });
    expect(file.layers.map(({ name, className }) => `${name} ${className}`)).toEqual([
      'words InputLayer',
      'embedding Embedding',
      'numbers InputLayer',
      'lstm LSTM',
      'inner Sequential',
      expect.stringMatching(/^inner\/\S+ InputLayer$/),
      expect.stringMatching(/^inner\/\S+ Dense$/),
      'concatenate Concatenate',
      expect.stringMatching(/^dense\S* Dense$/),
    ]);
    model.dispose();
  });
});

describe('inspectFile', () => {
  const model = small();

  it('knows every format that is written, and compares it with the model', async () => {
    const temporary = await temporaryFolder();
    const writers: [string, string, (path: string) => Promise<void>][] = [
      ['m.keras', 'keras', (path) => model.save(path)],
      ['m.weights.h5', 'weights', (path) => model.saveWeights(path)],
      ['m.safetensors', 'safetensors', (path) => model.saveWeights(path)],
      ['m.npz', 'npz', (path) => model.saveWeights(path)],
      ['folder', 'tfjs', (path) => model.save(path, { format: 'tfjs' })],
    ];
    for (const [name, format, write] of writers) {
      const target = join(temporary, name);
      await write(target);
      const file = await models.inspectFile(target);
      expect(file.format).toBe(format);
      expect(file.compare(model, silent), name).toMatchObject({ status: 'success' });
      expect(file.compare(small(3), silent).mismatched.length, name).toBeGreaterThan(0);
      const bytes = file.arrays
        .filter(({ dtype }) => dtype === 'float32')
        .reduce((sum, { bytes = 0 }) => sum + bytes, 0);
      expect(bytes, name).toBeGreaterThanOrEqual(4 * model.countParams());
      if (format === 'tfjs') continue;
      // Bytes and a Blob tell what they are.
      const given = new Uint8Array(await readFile(target));
      expect((await models.inspectFile(given)).arrays).toEqual(file.arrays);
      expect((await models.inspectFile(new Blob([given]))).format).toBe(format);
    }
  });

  it('reads legacy files of Keras 2 by layers', async () => {
    const legacy = new URL('../../fixtures/keras-files/', import.meta.url).pathname;
    const [name = ''] = (await readdir(legacy))
      .filter((file) => file.endsWith('.h5') && !file.includes('weights'))
      .sort();
    const file = await models.inspectFile(join(legacy, name));
    expect(file.format).toBe('legacy');
    const loaded = await models.loadModel(join(legacy, name));
    expect(file.compare(loaded, silent)).toMatchObject({ status: 'success' });
    loaded.dispose();
  });

  it('prints what is in a file', async () => {
    const lines: string[] = [];
    const file = await models.inspectFile(path('small.keras'));
    file.summary({ printFn: (text) => lines.push(text) });
    const text = lines.join('\n').replace(/^.*small\.keras/, 'small.keras');
    expect(text).toMatch(
      /^small\.keras: \.keras, Keras 3\.15\.1, compiled\nModel Sequential, layers: 4\n/,
    );
    expect(text).toContain('  hidden               Dense\n');
    expect(text).toMatch(/\n {2}layers\/dense\/vars\/0 +\(3, 4\) +float32 +48 bytes +hidden\n/);
    file.compare(small(0), { printFn: (text) => lines.push(text) });
    expect(lines.at(-1)).toMatch(/layers\/dense_1\/vars\/0: in the file, missing in the model\n/);
  });

  it('names types of elements as the file has them', async () => {
    const temporary = await temporaryFolder();
    const file = await models.inspectFile(path('half.weights.h5'));
    expect(file.arrays.map(({ dtype, bytes }) => [dtype, bytes])).toEqual([
      ['float16', 24],
      ['float16', 8],
    ]);
    const npz = join(temporary, 'a.npz');
    await data.writeNpz(
      npz,
      { a: tensor([1, 2], { dtype: 'int32' }), b: tensor([true]) },
      { compress: true },
    );
    const { arrays } = await models.inspectFile(npz);
    expect(arrays).toEqual([
      { path: 'a', shape: [2], dtype: 'int32', bytes: 8 },
      { path: 'b', shape: [1], dtype: 'bool', bytes: 1 },
    ]);
  });

  it('knows layers whose classes are not registered', async () => {
    const temporary = await temporaryFolder();
    const target = join(temporary, 'own.keras');
    const config = { layers: [{ class_name: 'Secret', config: { name: '\u001b[31mred' } }] };
    await writeKeras(
      target,
      { model: { class_name: 'Own', config } },
      { 'layers/secret/vars/0': [1, 2] },
    );
    const file = await models.inspectFile(target);
    expect(file.layers).toMatchObject([{ className: 'Secret' }]);
    const lines: string[] = [];
    file.summary({ printFn: (text) => lines.push(text) });
    expect(lines.join()).not.toContain('\u001b');
  });

  it('reads no more of a safetensors file than its header', async () => {
    const header = JSON.stringify({
      a: { dtype: 'F32', shape: [250_000_000], data_offsets: [0, 1e9] },
    });
    const head = Buffer.alloc(8 + header.length);
    head.writeBigUInt64LE(BigInt(header.length));
    head.write(header, 8);
    const { arrays } = await models.inspectFile(new Uint8Array(head), { maxBytes: 1000 });
    expect(arrays).toEqual([{ path: 'a', shape: [250_000_000], dtype: 'float32', bytes: 1e9 }]);
  });

  it('refuses what is damaged, too large or none', async () => {
    const temporary = await temporaryFolder();
    const whole = new Uint8Array(await readFile(path('small.keras')));
    await expect(models.inspectFile(path('small.keras'), { maxBytes: 100 })).rejects.toThrow(
      /longer than the 100 bytes/,
    );
    const refused: [Uint8Array, RegExp][] = [
      [whole.subarray(0, 5000), /no end record|not a zip file/],
      [new TextEncoder().encode('<html>no file</html>'), /file data/],
      [new Uint8Array(4), /too few|file data/],
      [
        new Uint8Array(await zip([{ name: 'a.txt', bytes: new Uint8Array(3) }])),
        /'a\.txt' is not an array/,
      ],
      [new Uint8Array(await zip([{ name: 'a.npy', bytes: new Uint8Array(3) }])), /not an NPY file/],
      [
        new Uint8Array([255, 255, 255, 255, 0, 0, 0, 0, 0x7b, ...new Uint8Array(20)]),
        /header is said to have 4294967295 bytes/,
      ],
    ];
    for (const [bytes, message] of refused) {
      const inspecting = models.inspectFile(new Uint8Array(bytes));
      await expect(inspecting, String(message)).rejects.toThrow(FormatError);
      await expect(inspecting).rejects.toThrow(message);
    }
    await writeFile(join(temporary, 'model.json'), '{"modelTopology": {}, "weightsManifest": 3}');
    await expect(models.inspectFile(temporary)).rejects.toThrow(/weightsManifest must be a list/);
    const file = await models.inspectFile(path('small.keras'));
    expect(() => file.compare(3 as never)).toThrow(ValueError);
    expect(() => file.compare(model, { print: 1 } as never)).toThrow(/unknown option 'print'/);
  });
});
