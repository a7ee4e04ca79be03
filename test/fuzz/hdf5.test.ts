import { fileURLToPath } from 'node:url';
import { concatenate } from '../../src/files/formats/bytes.js';
import type { FileArray } from '../../src/files/formats/elements.js';
import { readHdf5 } from '../../src/files/formats/hdf5/read.js';
import type { Hdf5Group } from '../../src/files/formats/hdf5/read.js';
import { writeHdf5 } from '../../src/files/formats/hdf5/write.js';
import { fuzz, realFiles } from './fuzz.js';

/** Reads everything, whatever it is called. */
async function readAll(group: Hdf5Group): Promise<void> {
  for (const name of ['text', 'list', 'strings', 'text 7', 'name']) {
    group.text(name);
    group.texts(name);
  }
  for (const name of group.keys()) {
    const inner = group.group(name);
    if (inner === undefined) await group.array(name);
    else await readAll(inner);
  }
}

/** As files are written here. */
function written(): Uint8Array {
  const x: FileArray = { shape: [2, 1], dtype: 'float32', data: Float32Array.of(1, 2) };
  const vars = { texts: { name: 'dense' }, arrays: new Map(['0', '1'].map((name) => [name, x])) };
  const dense = { groups: new Map([['vars', vars]]) };
  const layers = { groups: new Map(['dense', 'dense_1'].map((name) => [name, dense])) };
  return concatenate(writeHdf5('test', { groups: new Map([['layers', layers]]) }));
}

fuzz('readHdf5', {
  files: new Map([
    ...realFiles(fileURLToPath(new URL('../fixtures/hdf5', import.meta.url)), 't.h5', 'ordered.h5'),
    ['written.h5', written()],
  ]),
  read: async (file) => readAll(readHdf5(file, 'test', 2 ** 24)),
});
