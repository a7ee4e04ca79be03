// Files that NumPy wrote (test/fixtures/numpy-files, or LANEGRAD_NUMPY_DIR), and files as its format describes them.
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { data, tensor } from '../../../src/index.js';
import { encodeNpy, parseNpy } from '../../../src/files/formats/npy.js';
import { parseNpz } from '../../../src/files/formats/npz.js';
import { FormatError, ValueError } from '../../../src/errors.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

interface Expected {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly number[];
}

const folder =
  process.env['LANEGRAD_NUMPY_DIR'] ??
  fileURLToPath(new URL('../../fixtures/numpy-files', import.meta.url));
const { npz, ...npy } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
> & { readonly npz: Record<string, Expected> };

/** The element type that holds one of NumPy's. */
function dtypeFor(name: string): string {
  if (/bool|b1/.test(name)) return 'bool';
  if (/float|f\d/.test(name)) return 'float32';
  return /uint8|u1/.test(name) ? 'uint8' : 'int32';
}

function expectArray(
  actual: { shape: readonly number[]; dtype: string; data: ArrayLike<number> },
  expected: Expected,
): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(actual.dtype).toBe(dtypeFor(expected.dtype));
  const isFloat = actual.dtype === 'float32';
  expect(Array.from(actual.data)).toEqual(
    expected.data.map((value) => (isFloat ? Math.fround(value) : value)),
  );
}

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
const ascii = (text: string): number[] => Array.from(text, (c) => c.charCodeAt(0));

/** An NPY file of version 1 with that header. */
function npyFile(header: string, elements: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const length = [header.length & 255, header.length >> 8];
  return Uint8Array.from([0x93, ...ascii('NUMPY'), 1, 0, ...length, ...ascii(header), ...elements]);
}

describe('readNpy', () => {
  it.each(Object.entries(npy))('reads %s as NumPy does', async (name, expected) => {
    using x = await data.readNpy(join(folder, name));
    expectArray({ shape: x.shape, dtype: x.dtype, data: x.data() }, expected);
  });

  it('leaves no file of the folder out', () => {
    const files = readdirSync(folder).filter((name) => name.endsWith('.npy'));
    expect(Object.keys(npy).sort()).toEqual(files.sort());
  });

  it('takes keys in any order, Python 2 numbers and no trailing comma', () => {
    const header = "{'shape': (2L, 1L), 'fortran_order': False, 'descr': '>i2'}\n";
    expect(parseNpy(npyFile(header, [0, 7, 255, 255]))).toEqual({
      shape: [2, 1],
      dtype: 'int32',
      data: Int32Array.of(7, -1),
    });
  });

  it('reads an empty array in Fortran order at once, however long an axis is', () => {
    const header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2147483647, 2, 0), }";
    expect(parseNpy(npyFile(header, [])).shape).toEqual([2147483647, 2, 0]);
  }, 20_000);

  it('turns Fortran order of three axes', () => {
    // F[i, j, k] lies at i + 2 j + 4 k.
    const header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2, 2), }";
    const { data: elements } = parseNpy(npyFile(header, [0, 1, 2, 3, 4, 5, 6, 7]));
    expect([...elements]).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
  });

  it.each([
    ['|O', /never run/],
    ['<U5', /text/],
    ['|S3', /bytes/],
    ['<c8', /complex/],
    ['<M8', /dates/],
    ['<f16', /cannot be read/],
    ['=f4', /cannot be read/],
  ])('refuses element type %s', (descr, message) => {
    const bytes = npyFile(`{'descr': '${descr}', 'fortran_order': False, 'shape': (0,), }`);
    expect(() => parseNpy(bytes)).toThrow(FormatError);
    expect(() => parseNpy(bytes)).toThrow(message);
  });

  it.each<[string, string, number[], RegExp]>([
    [
      'named fields',
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (0,), }",
      [],
      /named/,
    ],
    ['a lacking key', "{'descr': '<f4', 'shape': (0,), }", [], /header/],
    [
      'a further key',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (0,), 'x': 'y'}",
      [],
      /header/,
    ],
    [
      'a negative length',
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
      [],
      /header/,
    ],
    [
      'an absurd shape',
      "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999,), }",
      [],
      /shape/,
    ],
    [
      'too much',
      "{'descr': '|u1', 'fortran_order': False, 'shape': (65536, 65536), }",
      [],
      /too large/,
    ],
    [
      'too few elements',
      "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }",
      [1],
      /truncated/,
    ],
    [
      'too many elements',
      "{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }",
      [1, 2],
      /trailing/,
    ],
    ['bool 2', "{'descr': '|b1', 'fortran_order': False, 'shape': (1,), }", [2], /bool/],
    [
      'an int64 beyond int32',
      "{'descr': '<i8', 'fortran_order': False, 'shape': (1,), }",
      [0, 0, 0, 128, 0, 0, 0, 0],
      /2147483648.*beyond int32/,
    ],
  ])('refuses %s', (_, header, elements, message) => {
    expect(() => parseNpy(npyFile(header, elements))).toThrow(FormatError);
    expect(() => parseNpy(npyFile(header, elements))).toThrow(message);
  });

  it('answers at once to a header made to be slow', () => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${'1'.repeat(9000)}!`;
    const start = performance.now();
    expect(() => parseNpy(npyFile(header))).toThrow(FormatError);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('writeNpy', () => {
  it('writes what NumPy writes, byte for byte', async () => {
    // The bytes of numpy.save for float32, int32, uint8 and bool of one, several and no axes.
    for (const name of ['f4.npy', 'i4.npy', 'u1.npy', 'bool.npy']) {
      const bytes = own(await readFile(join(folder, name)));
      expect([...encodeNpy(parseNpy(bytes))], name).toEqual([...bytes]);
    }
  });

  it('writes to a path or to an object', async () => {
    const path = join(await temporaryFolder(), 'deep', 'x.npy');
    await data.writeNpy(path, [[1, 2]]);
    expect((await data.readNpy(path)).toArray()).toEqual([[1, 2]]);
    const written: [string, Uint8Array][] = [];
    await data.writeNpy({ write: (name, bytes) => written.push([name, bytes]) }, 5);
    expect(written[0]?.[0]).toBe('array.npy');
    expect((await data.readNpy(written[0]?.[1] ?? '')).item()).toBe(5);
  });

  it.each(['http://host/x.npy', 'indexeddb://x', ''])('refuses to write to %j', async (target) => {
    await expect(data.writeNpy(target, 1)).rejects.toThrow(ValueError);
  });
});

describe('readNpz', () => {
  it.each(['stored.npz', 'compressed.npz'])('reads %s as NumPy does', async (name) => {
    const arrays = await data.readNpz(join(folder, name));
    expect(Object.keys(arrays).sort()).toEqual(Object.keys(npz).sort());
    for (const [key, array] of Object.entries(npz)) {
      const x = arrays[key];
      if (x === undefined) throw new Error(key);
      expectArray({ shape: x.shape, dtype: x.dtype, data: x.data() }, array);
    }
  });

  it.each([false, true])('reads what writeNpz wrote, compressed: %s', async (compress) => {
    const path = join(await temporaryFolder(), 'x.npz');
    const ints = tensor([1, -2], { dtype: 'int32' });
    const arrays = { 'a/b': [[1.5, -0]], ints, __proto__x: [true], empty: new Float32Array(0) };
    await data.writeNpz(path, arrays, { compress });
    const read = await data.readNpz(path);
    expect(Object.keys(read)).toEqual(Object.keys(arrays));
    expect(read['a/b']?.data()).toEqual(Float32Array.of(1.5, -0));
    expect(read['ints']?.dtype).toBe('int32');
    expect(read['empty']?.shape).toEqual([0]);
  });

  it('takes __proto__ for a name like any other', async () => {
    const bytes: Uint8Array[] = [];
    const arrays = Object.fromEntries([['__proto__', 7]]);
    await data.writeNpz({ write: (_, written) => bytes.push(written) }, arrays);
    const read = await data.readNpz(bytes[0] ?? '');
    expect(Object.keys(read)).toEqual(['__proto__']);
    expect(Object.prototype).not.toHaveProperty('item');
  });

  it('refuses to write a name that leads out of a folder', async () => {
    const sink = { write: () => undefined };
    for (const name of ['../x', '/x', 'a/../b', 'c:x']) {
      await expect(data.writeNpz(sink, { [name]: 1 })).rejects.toThrow(ValueError);
    }
  });

  it('refuses to write a name longer than a zip file can hold', async () => {
    const sink = { write: () => undefined };
    // ".npy" is added, and ü takes two bytes.
    for (const [name, fits] of [
      ['x'.repeat(65_531), true],
      ['x'.repeat(65_532), false],
      ['ü'.repeat(32_766), false],
    ] as const) {
      const writing = data.writeNpz(sink, { [name]: 1 });
      if (fits) await writing;
      else await expect(writing).rejects.toThrow(ValueError);
    }
  });

  it('stops at maxBytes before anything is inflated', async () => {
    const bytes: Uint8Array[] = [];
    const sink = { write: (_: string, written: Uint8Array) => bytes.push(written) };
    await data.writeNpz(sink, { zeros: new Float32Array(100_000) }, { compress: true });
    const small = bytes[0] ?? new Uint8Array();
    expect(small.length).toBeLessThan(2000);
    await expect(data.readNpz(small, { maxBytes: 399_000 })).rejects.toThrow(/maxBytes/);
    await expect(data.readNpz(small, { maxBytes: 401_000 })).resolves.toHaveProperty('zeros');
  });
});

/** A zip file of one member, as its fields say. */
function zipOf(fields: {
  name?: string;
  method?: number;
  flags?: number;
  size?: number;
  contents?: Uint8Array;
  copies?: number;
}): Uint8Array<ArrayBuffer> {
  const { name = 'x.npy', method = 0, flags = 0, contents = Uint8Array.of(1), copies = 1 } = fields;
  const u16 = (n: number): number[] => [n & 255, n >> 8];
  const u32 = (n: number): number[] => [...u16(n & 0xffff), ...u16(n >>> 16)];
  const size = fields.size ?? contents.length;
  const common = [
    ...u16(20),
    ...u16(flags),
    ...u16(method),
    ...u32(0),
    ...u32(0),
    ...u32(contents.length),
    ...u32(size),
    ...u16(name.length),
    ...u16(0),
  ];
  const local = [...ascii('PK\x03\x04'), ...common, ...ascii(name), ...contents];
  const central = Array.from({ length: copies }, (_, i) => {
    const called = i === 0 ? name : `${name.slice(0, -1)}${i}`;
    return [
      ...ascii('PK\x01\x02'),
      ...u16(20),
      ...common,
      ...u16(0),
      ...u16(0),
      ...u16(0),
      ...u32(0),
      ...u32(0),
      ...ascii(called),
    ];
  }).flat();
  const end = [
    ...ascii('PK\x05\x06'),
    0,
    0,
    0,
    0,
    ...u16(copies),
    ...u16(copies),
    ...u32(central.length),
    ...u32(local.length),
    0,
    0,
  ];
  return Uint8Array.from([...local, ...central, ...end]);
}

describe('a hostile zip file', () => {
  const deflated = deflateRawSync(new Uint8Array(1000));
  it.each<[string, Parameters<typeof zipOf>[0], RegExp]>([
    ['a wrong check sum', {}, /check sum/],
    ['encryption', { flags: 1 }, /encrypted/],
    ['an unknown method', { method: 12 }, /method 12/],
    ['a path that leads out', { name: '../x.npy' }, /leads out/],
    ['an absolute path', { name: '/x.npy' }, /leads out/],
    ['a path with backslashes', { name: 'a\\x.npy' }, /leads out/],
    ['two sizes of a stored member', { size: 5 }, /two sizes/],
    ['a ratio that no data can have', { method: 8, size: 2 ** 31 }, /claims to inflate/],
    [
      'less than it inflates to',
      { method: 8, contents: deflated, size: 999 },
      /more than the expected 999/,
    ],
    ['more than it inflates to', { method: 8, contents: deflated, size: 1001 }, /1000 bytes/],
    ['overlapping members', { copies: 2 }, /overlap/],
    [
      'data that are not deflated',
      { method: 8, contents: Uint8Array.of(255, 255), size: 10 },
      /corrupted|inflates/,
    ],
  ])('with %s is a FormatError', async (_, fields, message) => {
    const read = parseNpz(zipOf(fields), { name: 'test', maxBytes: 2 ** 31 });
    await expect(read).rejects.toThrow(FormatError);
    await expect(parseNpz(zipOf(fields), { name: 'test', maxBytes: 2 ** 31 })).rejects.toThrow(
      message,
    );
  });

  it('that holds something else than arrays is refused', async () => {
    const bytes: Uint8Array[] = [];
    await data.writeNpz({ write: (_, written) => bytes.push(written) }, { x: 1 });
    const text = own(bytes[0] ?? new Uint8Array());
    // Both headers name it x.npy.
    for (let i = 0; i < text.length - 4; i++) {
      if (String.fromCharCode(...text.subarray(i, i + 4)) === '.npy') text[i + 1] = 0x74;
    }
    await expect(data.readNpz(text)).rejects.toThrow(/not an array/);
  });
});
