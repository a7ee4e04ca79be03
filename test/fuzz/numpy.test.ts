import { fileURLToPath } from 'node:url';
import { data } from '../../src/index.js';
import { zip } from '../../src/files/formats/zip.js';
import { unzipAll } from '../unit/formats/unzip-all.js';
import { fuzz, realFiles } from './fuzz.js';
import type { Part } from './fuzz.js';

const folder =
  process.env['LANEGRAD_NUMPY_DIR'] ??
  fileURLToPath(new URL('../fixtures/numpy-files', import.meta.url));

fuzz('data.readNpy', {
  files: realFiles(folder, '.npy'),
  read: async (file) => {
    (await data.readNpy(file)).dispose();
  },
});

/** The first member, in an archive whose sizes and checksums are right. */
const member: Part = {
  name: 'a member',
  take: async (file) => (await unzipAll(file))[0]?.bytes.slice(),
  put: async (file, part) => {
    const [first, ...others] = await unzipAll(file);
    const members = [{ name: first?.name ?? 'x.npy', bytes: part }, ...others];
    return zip(members, { compress: part.length % 2 === 0 });
  },
};

/** The deflated bytes of the second member; sizes and checksum are as they were. */
const deflated: Part = {
  name: 'deflated bytes',
  take: (file) => {
    const found = findDeflated(file);
    return found === undefined ? undefined : file.slice(...found);
  },
  put: (file, part) => {
    const [start, end] = findDeflated(file) ?? [0, 0];
    const changed = file.slice();
    changed.set(part.subarray(0, end - start), start);
    return changed;
  },
};

/** From the first local header (30 bytes, name, extra) to the second. */
function findDeflated(file: Uint8Array): [number, number] | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  if (view.getUint16(8, true) !== 8) return undefined;
  const start = 30 + view.getUint16(26, true) + view.getUint16(28, true);
  const next = Buffer.from(file).indexOf('PK\x03\x04', start, 'latin1');
  return [start, next];
}

fuzz('data.readNpz', {
  files: realFiles(folder, '.npz'),
  parts: [member, deflated],
  read: async (file) => {
    const arrays = await data.readNpz(file, { maxBytes: 2 ** 20 });
    for (const array of Object.values(arrays)) array.dispose();
  },
});
