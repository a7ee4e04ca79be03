// Writes an HDF5 file with everything that the writer can do, and a description of its contents, for h5py.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileArray } from '../../../src/files/formats/elements.js';
import { writeHdf5 } from '../../../src/files/formats/hdf5/write.js';

const floats = (...shape: number[]): FileArray => {
  const length = shape.reduce((product, each) => product * each, 1);
  const data = Float32Array.from({ length }, (_, i) => Math.fround(Math.sin(i)));
  return { shape, dtype: 'float32', data };
};

const arrays = new Map<string, FileArray>([
  ['matrix', floats(3, 5)],
  ['lone', floats()],
  ['empty', floats(0, 3)],
  ['axes', floats(1, 2, 1, 3, 1, 1, 2, 1)],
  ['whole', { shape: [3], dtype: 'int32', data: Int32Array.of(-(2 ** 31), 0, 2 ** 31 - 1) }],
  ['bytes', { shape: [2, 1], dtype: 'uint8', data: Uint8Array.of(0, 255) }],
  ['größe 層 😀', floats(2)],
  ['n'.repeat(60_000), floats(1)],
  // Many, which lie in one block of links.
  ...Array.from({ length: 3000 }, (_, i) => [`many ${i}`, floats(i % 3)] as const),
]);
const texts = ['', 'dense', 'größe 層 😀', 'long '.repeat(2000)];

/** Writes `hdf5.h5` and `hdf5.json`. */
export async function writeHdf5Case(folder: string): Promise<void> {
  const groups = new Map(texts.map((name, i) => [`group ${i}`, { texts: { name } }]));
  const pieces = writeHdf5('test', { arrays, groups });
  await writeFile(path.join(folder, 'hdf5.h5'), Buffer.concat(pieces));
  const described = Array.from(arrays, ([name, { data, ...rest }]) => [
    name,
    { ...rest, data: [...data] },
  ]);
  const expected = { arrays: Object.fromEntries(described) as unknown, texts };
  await writeFile(path.join(folder, 'hdf5.json'), JSON.stringify(expected));
}
