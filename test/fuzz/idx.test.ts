import { gunzipSync, gzipSync } from 'node:zlib';
import { data } from '../../src/index.js';
import { fuzz } from './fuzz.js';
import type { Part } from './fuzz.js';

/** An IDX file as the format describes it: 00 00, type, rank, big-endian lengths, elements. */
function idx(type: number, itemSize: number, shape: readonly number[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((length, axis) => header.writeUInt32BE(length, 4 + 4 * axis));
  const size = shape.reduce((product, length) => product * length, itemSize);
  return Buffer.concat([header, Buffer.from(Array.from({ length: size }, (_, i) => 7 * i))]);
}

const types = [
  ['u8', 0x08, 1, [3, 4, 2]],
  ['i8', 0x09, 1, [5]],
  ['i16', 0x0b, 2, [2, 3]],
  ['i32', 0x0c, 4, [4]],
  ['f32', 0x0d, 4, [2, 2]],
  ['f64', 0x0e, 8, []],
] as const;
const plain = new Map(
  types.map(([name, type, size, shape]) => [name as string, idx(type, size, shape)]),
);
// As large as it gets in a page of the format, so that deflate has something to say.
plain.set(
  'zeros',
  Buffer.concat([idx(0x08, 1, [1, 0x10000]).subarray(0, 12), Buffer.alloc(65536)]),
);

const read = async (file: Uint8Array<ArrayBuffer>): Promise<void> => {
  (await data.readIdx(file)).dispose();
};

fuzz('data.readIdx', { files: plain, read });

/** What is compressed, under a checksum that is right. */
const inside: Part = {
  name: 'what is compressed',
  take: (file) => Uint8Array.from(gunzipSync(file)),
  put: (_, part) => Uint8Array.from(gzipSync(part)),
};

fuzz('data.readIdx (gzip)', {
  files: new Map([...plain].map(([name, bytes]) => [name, gzipSync(bytes)])),
  parts: [inside],
  read,
});
