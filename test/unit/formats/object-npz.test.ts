// Arrays of Python's objects in .npy and .npz files; those of numbers stand beside them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readNpz } from '../../../src/data.js';
import { FormatError } from '../../../src/errors.js';
import { encodeNpy } from '../../../src/files/formats/npy.js';
import { parseObjectNpy, parseObjectNpz } from '../../../src/files/formats/pickle/read.js';

const read = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/datasets/${name}`, import.meta.url)));

const options = { name: 'x.npz', maxBytes: 2 ** 20 };

/** An NPY file of objects, of that shape. */
const npy = (shape: string, pickle: Buffer): Uint8Array<ArrayBuffer> => {
  const header = `{'descr': '|O', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return new Uint8Array(Buffer.concat([start, Buffer.from(header), pickle]));
};

const pickled = (name: string): Buffer =>
  readFileSync(new URL(`../../fixtures/pickles/${name}.pkl`, import.meta.url));

describe('parseObjectNpz', () => {
  it.each(['imdb.npz', 'reuters.npz'])('reads the lists of %s', async (name) => {
    const arrays = await parseObjectNpz(read(name), options);
    const lists = arrays.get('x') ?? arrays.get('x_train');
    if (lists === undefined || 'data' in lists) expect.fail('no objects');
    expect(lists.objects.length).toBe(lists.shape[0]);
    expect(lists.objects.every((list) => Array.isArray(list) && list.length >= 3)).toBe(true);
    const labels = arrays.get('y') ?? arrays.get('y_train');
    expect(labels).toMatchObject({ shape: lists.shape, dtype: 'int32' });
  });

  it('bounds what the objects of all arrays take together', async () => {
    const file = read('imdb.npz');
    const arrays = await parseObjectNpz(file, options);
    const taken = [...arrays.values()].map((array) =>
      'data' in array ? array.data.byteLength : array.taken,
    );
    const sum = taken.reduce((a, b) => a + b);
    expect(sum).toBeGreaterThan(1.5 * Math.max(...taken));
    await parseObjectNpz(file, { name: 'x.npz', maxBytes: sum });
    await expect(parseObjectNpz(file, { name: 'x.npz', maxBytes: sum - 1 })).rejects.toThrow(
      FormatError,
    );
  });

  it('is not what programs read arrays with', async () => {
    await expect(readNpz(read('imdb.npz'))).rejects.toThrow(/Python objects \(a pickle/);
  });

  it('reads numbers as they are read elsewhere', () => {
    const array = { shape: [2], dtype: 'float32', data: Float32Array.of(1, 2) } as const;
    expect(parseObjectNpy(encodeNpy(array), 'x.npy', 8)).toEqual(array);
  });

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['a pickle of another length', npy('(3,)', pickled('objects-4')), /an array of 3 objects/],
    ['a pickle of numbers', npy('(6,)', pickled('array-4')), /an array of 6 objects/],
    ['a pickle of a list', npy('(1,)', pickled('numbers-4')), /an array of 1 objects/],
    ['no pickle', npy('(1,)', Buffer.from('hello')), /no pickle/],
  ])('refuses %s', (_, bytes, message) => {
    const call = () => parseObjectNpy(bytes, 'x.npy', 10_000);
    expect(call).toThrow(FormatError);
    expect(call).toThrow(message);
  });
});
