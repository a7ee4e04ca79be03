import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readIdx } from '../../../src/nn/data/read-and-write.js';
import { FormatError } from '../../../src/errors.js';
import { idxBytes } from './idx-bytes.js';

describe('readIdx', () => {
  it.each([
    ['u8', 'uint8', [0, 255, 7, 9]],
    ['i8', 'int32', [-128, 127, 0, 1]],
    ['i16', 'int32', [-32768, 32767, 0, 1]],
    ['i32', 'int32', [-2147483648, 2147483647, 0, 1]],
    ['f32', 'float32', [0.5, -1.5, 3, 4]],
    ['f64', 'float32', [0.25, -2.5, 3, 4]],
  ] as const)('makes a tensor of %s as %s', async (type, dtype, [a, b, c, d]) => {
    const file = new Uint8Array(gzipSync(idxBytes(type, [2, 1, 2], [a, b, c, d])));
    using x = await readIdx(file);
    expect(x.dtype).toBe(dtype);
    expect(x.shape).toEqual([2, 1, 2]);
    expect(x.toArray()).toEqual([[[a, b]], [[c, d]]]);
  });

  it('refuses what is not IDX', async () => {
    await expect(readIdx(Uint8Array.of(1, 2, 3, 4))).rejects.toThrow(FormatError);
  });
});
