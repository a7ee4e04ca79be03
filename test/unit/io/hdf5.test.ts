// Files of h5py's by test/oracles/fixtures/hdf5-fixtures.py.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/index.js';
import { concatenate } from '../../../src/files/formats/bytes.js';
import { readHdf5 } from '../../../src/files/formats/hdf5/read.js';
import type { Hdf5Group } from '../../../src/files/formats/hdf5/read.js';
import { writeHdf5 } from '../../../src/files/formats/hdf5/write.js';

interface Contents {
  readonly arrays: Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>>;
  readonly texts: Readonly<Record<string, string | string[]>>;
}

const folder = fileURLToPath(new URL('../../fixtures/hdf5', import.meta.url));
const bytesOf = (name: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(readFileSync(join(folder, name)));
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  Contents
>;

async function arraysIn(group: Hdf5Group, path = ''): Promise<[string, object][]> {
  const found: [string, object][] = [];
  for (const name of group.keys()) {
    const inner = group.group(name);
    if (inner !== undefined) found.push(...(await arraysIn(inner, `${path}${name}/`)));
    else {
      const array = await group.array(name);
      found.push([
        path + name,
        { shape: array?.shape, data: [...(array?.data ?? [])].map(Number) },
      ]);
    }
  }
  return found;
}

function groupAt(root: Hdf5Group, path: string): Hdf5Group | undefined {
  const names = path.split('/').filter((name) => name !== '');
  return names.reduce<Hdf5Group | undefined>((group, name) => group?.group(name), root);
}

describe.each(Object.entries(expected))('%s, written by h5py', (name, { arrays, texts }) => {
  it('gives all arrays', async () => {
    const found = Object.fromEntries(await arraysIn(readHdf5(bytesOf(name), name, 1e6)));
    const asHere = Object.entries(arrays).map(([path, { shape, data }]) => {
      return [path, { shape, data: data.map(Number) }] as const;
    });
    expect(found).toEqual(Object.fromEntries(asHere));
  });

  it('gives all texts, and no other attributes', () => {
    const root = readHdf5(bytesOf(name), name, 1e6);
    for (const [place, value] of Object.entries(texts)) {
      const [path = '', attribute = ''] = place.split('@');
      const group = groupAt(root, path);
      expect(group?.text(attribute)).toEqual(typeof value === 'string' ? value : undefined);
      expect(group?.texts(attribute)).toEqual(typeof value === 'string' ? undefined : value);
    }
    for (const other of ['number', 'numbers', 'empty', 'missing']) {
      expect([root.text(other), root.texts(other)]).toEqual([undefined, undefined]);
    }
  });
});

/** A file whose root has two links, both of which lead to the root again. */
function circular(): Uint8Array<ArrayBuffer> {
  const names = ['first', 'second'];
  const groups = new Map(names.map((name) => [name, {}]));
  const bytes = concatenate(writeHdf5('test', { groups }));
  // An address stands at the end of the superblock, and in a link behind the name.
  const root = bytes.slice(36, 44);
  for (const name of names) {
    const at = Buffer.from(bytes).indexOf(name);
    expect(at).toBeGreaterThan(0);
    bytes.set(root, at + name.length);
  }
  return bytes;
}

describe('an HDF5 file', () => {
  it('with arrays that can grow is refused, in the layout that h5py does not write by default', async () => {
    const root = readHdf5(bytesOf('can-grow.h5'), 'grown.h5', 1e6);
    await expect(root.array('x')).rejects.toThrow(FormatError);
    await expect(root.array('x')).rejects.toThrow(/grown\.h5: 'x' can grow .* h5py's defaults/);
  });

  it('is inflated no further than is allowed', async () => {
    const root = readHdf5(bytesOf('arrays-earliest.h5'), 'a.h5', 500);
    const chunked = root.group('chunked');
    await expect(chunked?.array('one')).resolves.toMatchObject({ shape: [4, 4] });
    await expect(chunked?.array('gzip')).rejects.toThrow(/500 that are allowed.*maxBytes/);
  });

  it('is refused if it is cut off anywhere', async () => {
    const bytes = bytesOf('arrays-earliest.h5');
    for (let length = 0; length < bytes.length - 1; length += 97) {
      const reading = async () => arraysIn(readHdf5(bytes.slice(0, length), 'a.h5', 1e6));
      await expect(reading()).rejects.toThrow(FormatError);
    }
  });

  describe('whose links form circles', () => {
    /** Opens 2²⁰ groups, if there is no limit. @returns what the reader says, and how many it has opened */
    const openAll = (bytes: Uint8Array<ArrayBuffer>): [message: string, opened: number] => {
      let opened = 0;
      const visit = (group: Hdf5Group, depth: number): void => {
        for (const name of depth < 20 ? group.keys() : []) {
          const inner = group.group(name);
          opened++;
          if (inner !== undefined) visit(inner, depth + 1);
        }
      };
      try {
        visit(readHdf5(bytes, 'a.h5', 1e6), 0);
        return ['', opened];
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        return [(error as FormatError).message, opened];
      }
    };

    it('is read no further than its length justifies', () => {
      const [message, opened] = openAll(circular());
      expect(message).toMatch(/^a\.h5: damaged HDF5 file: its structure goes round in circles/);
      expect(opened).toBeLessThan(100_000);
    });

    it('gives at most 100,000 groups and arrays, however long it is', () => {
      const bytes = concatenate([circular(), new Uint8Array(2 ** 23)]);
      expect(openAll(bytes)).toEqual(['a.h5: holds more than 100000 objects.', 100_000]);
    });
  });

  // The header of a tree of version 2: 'BTHD', version, type, bytes of a node (u32), of a record (u16), depth (u16).
  it.each<[string, (head: DataView) => void]>([
    ['records of no bytes', (head) => head.setUint16(10, 0, true)],
    ['nodes that hold no record', (head) => head.setUint32(6, 9 + head.getUint16(10, true), true)],
    ['a depth that no file needs', (head) => head.setUint16(12, 17, true)],
  ])('is refused if it has a tree of %s', async (_, damage) => {
    const bytes = bytesOf('many-latest-ordered.h5');
    const places = [...Buffer.from(bytes).toString('latin1').matchAll(/BTHD/g)].map((m) => m.index);
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) damage(new DataView(bytes.buffer, place));
    const reading = async () => arraysIn(readHdf5(bytes, 'a.h5', 1e6));
    await expect(reading()).rejects.toThrow(
      'a.h5: damaged HDF5 file: a tree of nodes that hold nothing.',
    );
  });

  it('is refused if a check sum is wrong', async () => {
    const bytes = bytesOf('arrays-latest.h5');
    const root = readHdf5(bytes, 'a.h5', 1e6);
    const array = await root.group('chunked')?.array('check sums');
    const needle = Buffer.from(array?.data.slice(100, 110).buffer ?? new ArrayBuffer(0));
    let changed = 0;
    for (let at = -1; (at = Buffer.from(bytes).indexOf(needle, at + 1)) !== -1; changed++) {
      bytes[at] = (bytes[at] ?? 0) ^ 1;
    }
    expect(changed).toBeGreaterThan(0);
    await expect(root.group('chunked')?.array('check sums')).rejects.toThrow(/check sum is wrong/);
  });
});
