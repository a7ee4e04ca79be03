import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readIdx, writeIdx } from '../../../src/data.js';
import { ValueError } from '../../../src/errors.js';
import { tensor, zeros } from '../../../src/engine/tensor/index.js';
import { idxBytes } from './idx-bytes.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

/** The bytes that are written for a tensor. */
async function written(x: Parameters<typeof writeIdx>[1], options = {}): Promise<Uint8Array> {
  let result = new Uint8Array(0);
  await writeIdx({ write: (_, bytes) => (result = bytes) }, x, options);
  return result;
}

describe('writeIdx', () => {
  it.each([
    ['uint8', 'u8', [0, 255, 7, 9]],
    ['int32', 'i32', [-2147483648, 2147483647, 0, 1]],
    ['float32', 'f32', [0.5, -1.5, 3, 4]],
    ['bool', 'u8', [0, 1, 1, 0]],
  ] as const)('writes %s as %s', async (dtype, type, values) => {
    const x = tensor([...values], { shape: [2, 1, 2], dtype });
    expect(await written(x)).toEqual(idxBytes(type, [2, 1, 2], values));
  });

  it('writes any shape, and arrays', async () => {
    expect(await written(7)).toEqual(idxBytes('f32', [], [7]));
    expect(await written(zeros([0, 3]))).toEqual(idxBytes('f32', [0, 3], []));
    expect(await written([[1, 2]])).toEqual(idxBytes('f32', [1, 2], [1, 2]));
  });

  it('gzips by the name or if it is told to', async () => {
    const folder = await temporaryFolder();
    await mkdir(folder, { recursive: true });
    const x = tensor(Uint8Array.of(1, 2, 3));
    const plain = idxBytes('u8', [3], [1, 2, 3]);
    const read = async (name: string): Promise<Uint8Array> => readFile(join(folder, name));
    await writeIdx(join(folder, 'a.gz'), x);
    expect(new Uint8Array(gunzipSync(await read('a.gz')))).toEqual(plain);
    expect((await readIdx(join(folder, 'a.gz'))).toArray()).toEqual([1, 2, 3]);
    await writeIdx(join(folder, 'b'), x);
    expect(new Uint8Array(await read('b'))).toEqual(plain);
    await writeIdx(join(folder, 'c.gz'), x, { compress: false });
    expect(new Uint8Array(await read('c.gz'))).toEqual(plain);
    expect(new Uint8Array(gunzipSync(await written(x, { compress: true })))).toEqual(plain);
  });

  it('refuses what it cannot do', async () => {
    await expect(written(1, { compression: true })).rejects.toThrow(/unknown option 'compression'/);
    await expect(written(1, { compress: 'yes' })).rejects.toThrow(ValueError);
    await expect(writeIdx('ftp://x/y', 1)).rejects.toThrow(/cannot write to 'ftp:\/\/x\/y'/);
  });
});
