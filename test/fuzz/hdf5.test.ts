import { fileURLToPath } from 'node:url';
import { readHdf5 } from '../../src/formats/hdf5/read.js';
import type { Hdf5Group } from '../../src/formats/hdf5/read.js';
import { fuzz, realFiles } from './fuzz.js';

/** Reads everything, whatever it is called. */
async function readAll(group: Hdf5Group): Promise<void> {
  for (const name of ['text', 'list', 'strings', 'text 7']) {
    group.text(name);
    group.texts(name);
  }
  for (const name of group.keys()) {
    const inner = group.group(name);
    if (inner === undefined) await group.array(name);
    else await readAll(inner);
  }
}

fuzz('readHdf5', {
  files: realFiles(
    fileURLToPath(new URL('../fixtures/hdf5', import.meta.url)),
    't.h5',
    'ordered.h5',
  ),
  read: async (file) => readAll(readHdf5(file, 'test', 2 ** 24)),
});
