// What is written is read by HDF5's own library, compiled to WebAssembly (h5wasm), and by the reader here. Keras and h5py
// read it in test/oracles/verify-with-keras.py.
import * as h5wasm from 'h5wasm';
import { expect, describe, it } from 'vitest';
import { concatenate } from '../../../src/files/formats/bytes.js';
import type { FileArray } from '../../../src/files/formats/elements.js';
import { ValueError } from '../../../src/index.js';
import { lookup3, writeHdf5 } from '../../../src/files/formats/hdf5/write.js';
import { readHdf5 } from '../../../src/files/formats/hdf5/read.js';
import type { Hdf5Group } from '../../../src/files/formats/hdf5/read.js';
import type { Hdf5Content } from '../../../src/files/formats/hdf5/write.js';

const bytesOf = (content: Hdf5Content): Uint8Array<ArrayBuffer> =>
  concatenate(writeHdf5('test', content));

const floats = (...shape: number[]): FileArray => {
  const length = shape.reduce((product, each) => product * each, 1);
  return {
    shape,
    dtype: 'float32',
    data: Float32Array.from({ length }, (_, i) => Math.sin(i) * 1e3),
  };
};

/** Paths, and what stands there, as text. */
type Contents = Record<string, unknown>;
const described = (shape: readonly number[], type: string, data: ArrayLike<unknown>): string =>
  `[${shape.join()}] ${type} ${Array.from(data).join(' ')}`;

/** Numbers are float32, int32 and uint8 in files, or int8 and float16. */
const TYPES = { float32: '<f', int32: '<i', uint8: '<B', bool: '<B', i1: '<b', f2: '<e' };

function contentsOf({ texts = {}, groups, arrays }: Hdf5Content, path = ''): Contents {
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${path}@${name}`, text])),
    ...Object.fromEntries(
      Array.from(arrays ?? [], ([name, array]) => [
        `${path}/${name}`,
        described(array.shape, TYPES['kind' in array ? array.kind : array.dtype], array.data),
      ]),
    ),
    ...Object.fromEntries(
      Array.from(groups ?? []).flatMap(([name, group]) => [
        [`${path}/${name}`, 'group'],
        ...Object.entries(contentsOf(group, `${path}/${name}`)),
      ]),
    ),
  };
}

/** The same of a file, as HDF5's own library reads it. */
async function readByLibrary(bytes: Uint8Array): Promise<Contents> {
  const { FS } = await h5wasm.ready;
  FS.writeFile('/test.h5', bytes);
  const file = new h5wasm.File('/test.h5', 'r');
  const contents: Contents = {};
  const visit = (group: h5wasm.Group, path: string): void => {
    for (const [name, { value }] of Object.entries(group.attrs)) {
      contents[`${path}@${name}`] = value;
    }
    for (const name of group.keys()) {
      const inner = group.get(name);
      if (inner instanceof h5wasm.Group) {
        contents[`${path}/${name}`] = 'group';
        visit(inner, `${path}/${name}`);
      } else if (inner instanceof h5wasm.Dataset) {
        const { value, shape, dtype } = inner;
        const data = (typeof value === 'object' ? value : [value]) as ArrayLike<unknown>;
        contents[`${path}/${name}`] = described(shape ?? [], dtype as string, data);
      }
    }
  };
  visit(file, '');
  file.close();
  return contents;
}

/** And as the reader here reads it. */
async function readHere(bytes: Uint8Array<ArrayBuffer>): Promise<Contents> {
  const contents: Contents = {};
  const visit = async (group: Hdf5Group, path: string): Promise<void> => {
    const text = group.text('name');
    if (text !== undefined) contents[`${path}@name`] = text;
    for (const name of group.keys()) {
      const inner = group.group(name);
      const array = await group.array(name);
      if (array !== undefined) {
        const { shape, dtype, data } = array;
        contents[`${path}/${name}`] = described(shape, TYPES[dtype], data);
      } else if (inner !== undefined) {
        contents[`${path}/${name}`] = 'group';
        await visit(inner, `${path}/${name}`);
      }
    }
  };
  await visit(readHdf5(bytes, 'test', 1e6), '');
  return contents;
}

const group = (name: string, ...arrays: FileArray[]): Hdf5Content => ({
  texts: { name },
  arrays: new Map(arrays.map((array, i) => [String(i), array])),
});

const contents: Readonly<Record<string, Hdf5Content>> = {
  'an empty file': {},
  'arrays of every type': group(
    '',
    floats(2, 3),
    { shape: [3], dtype: 'int32', data: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1) },
    { shape: [2, 1], dtype: 'uint8', data: Uint8Array.of(0, 255) },
    { shape: [2], dtype: 'bool', data: Uint8Array.of(1, 0) },
    { shape: [6], dtype: 'float32', data: Float32Array.of(NaN, Infinity, -Infinity, -0, 1e-45, 1) },
  ),
  'lone elements, empty arrays and many axes': group(
    'shapes',
    floats(),
    floats(0),
    floats(0, 3),
    floats(2, 0),
    floats(1, 2, 1, 1, 2, 1, 3, 1, 1, 2),
  ),
  'groups in groups': {
    texts: { name: 'root' },
    groups: new Map([
      [
        'layers',
        { groups: new Map([['dense', { groups: new Map([['vars', group('a', floats(2))]]) }]]) },
      ],
      ['optimizer', { groups: new Map([['vars', group('adam', floats(), floats(1))]]) }],
    ]),
  },
  'names of many letters': {
    groups: new Map(
      ['größe', '層 1', '😀', ' ', 'a b', '..', 'x'.repeat(300), 'y'.repeat(60_000)].map((name) => [
        name,
        group(`${name}: ${name}`.slice(0, 60_000), floats(1)),
      ]),
    ),
  },
  'texts in several heaps, some larger than a heap is': {
    groups: new Map(
      Array.from({ length: 600 }, (_, i) => [
        String(i),
        group(i % 100 === 7 ? 'long '.repeat(i + 800) : 'z'.repeat(i % 40)),
      ]),
    ),
  },
  '3000 arrays in a group': group('many', ...Array.from({ length: 3000 }, (_, i) => floats(i % 3))),
};

describe.each(Object.entries(contents))('HDF5 that is written: %s', (_, content) => {
  it("is read by HDF5's own library", async () => {
    expect(await readByLibrary(bytesOf(content))).toEqual(contentsOf(content));
  });

  it('is read here', async () => {
    expect(await readHere(bytesOf(content))).toEqual(contentsOf(content));
  });
});

describe('HDF5 that is written', () => {
  it('is the same bytes for the same content', () => {
    const content = contents['groups in groups'] ?? {};
    expect(bytesOf(content)).toEqual(bytesOf(content));
  });

  it('holds elements that were not copied, from multiples of 8 on', () => {
    const array = floats(5);
    const pieces = writeHdf5('test', group('a', floats(1), array));
    const at = pieces.findIndex(({ buffer }) => buffer === array.data.buffer);
    expect(at).toBeGreaterThan(0);
    const before = pieces.slice(0, at).reduce((sum, { length }) => sum + length, 0);
    expect(before % 8).toBe(0);
  });

  it('holds as many groups and arrays as are read, and no more', async () => {
    const full = (count: number): Hdf5Content => {
      const arrays = new Map(Array.from({ length: count }, (_, i) => [String(i), floats(0)]));
      return { arrays };
    };
    const root = readHdf5(bytesOf(full(100_000)), 'test', 1e6);
    let count = 0;
    for (const name of root.keys()) if ((await root.array(name)) !== undefined) count++;
    expect(count).toBe(100_000);
    const refused = (): unknown => writeHdf5('save', full(100_001));
    expect(refused).toThrow(ValueError);
    expect(refused).toThrow(/save: HDF5 cannot hold the model: .* more than 100000 groups/);
  }, 60_000);

  const deep = (depth: number): Hdf5Content =>
    depth === 0 ? group('deep', floats(1)) : { groups: new Map([['in', deep(depth - 1)]]) };

  it('nests as deep as is read, and no deeper', async () => {
    expect(Object.keys(await readHere(bytesOf(deep(64))))).toHaveLength(66);
    expect(() => writeHdf5('save', deep(65))).toThrow(ValueError);
    expect(() => writeHdf5('save', deep(65))).toThrow(/nest deeper than 64/);
  });

  it.each(['', '.', 'a/b', 'a\0', 'n'.repeat(65_001), '層'.repeat(22_000)])(
    'refuses the name %j',
    (name) => {
      for (const content of [
        { arrays: new Map([[name, floats(1)]]) },
        { groups: new Map([[name, {}]]) },
      ]) {
        expect(() => writeHdf5('save', content)).toThrow(ValueError);
        expect(() => writeHdf5('save', content)).toThrow(/^save: HDF5 .* is called '/);
      }
    },
  );

  it.each(['a\0b', 't'.repeat(65_001)])('refuses the text %j', (text) => {
    expect(() => writeHdf5('save', group(text))).toThrow(ValueError);
    expect(() => writeHdf5('save', group(text))).toThrow(/^save: HDF5 .* a name is '/);
  });

  it('refuses names that together are longer than libraries read', () => {
    const names = Array.from({ length: 550 }, (_, i) => `${i}${'n'.repeat(64_000)}`);
    const content = { groups: new Map(names.map((name) => [name, {}])) };
    expect(() => writeHdf5('save', content)).toThrow(/names in a group take 3\d+ bytes/);
  });
});

// Of lookup3.c, `driver5`: hashlittle with the initial value 0.
it.each([
  ['', 0xdeadbeef],
  ['Four score and seven years ago', 0x17770551],
])('the check sum of %j is as its author says', (text, sum) => {
  expect(lookup3(new TextEncoder().encode(text))).toBe(sum);
});
