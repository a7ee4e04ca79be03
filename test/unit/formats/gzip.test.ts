import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflateGzip, inflateGzipHead, isGzip } from '../../../src/files/formats/gzip.js';
import { FormatError } from '../../../src/errors.js';
import { concatBytes, withByte } from './idx-bytes.js';

const gzip = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes));
const text = new TextEncoder().encode('the quick brown fox jumps over the lazy dog, 0123456789');
const options = { name: 'a.gz', limit: 1000 };

describe('inflateGzip', () => {
  it.each([0, 1, 1000, 65536, 300_000])('gives back %d bytes', async (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7919) >> 5);
    const inflated = await inflateGzip(gzip(bytes), { name: 'a', limit: length });
    expect(Buffer.compare(inflated, bytes)).toBe(0);
  });

  it('reads a view in the middle of a buffer', async () => {
    const moved = concatBytes(Uint8Array.of(1, 2, 3), gzip(text), Uint8Array.of(4)).subarray(3, -1);
    expect(await inflateGzip(moved, options)).toEqual(text);
  });

  it.each([
    ['cut in the body', gzip(text).subarray(0, -20), /a\.gz: corrupted or truncated gzip data/],
    ['cut in the trailer', gzip(text).subarray(0, -3), /a\.gz: corrupted or truncated gzip data/],
    ['cut in the header', gzip(text).subarray(0, 9), /at least 20 bytes are needed, got 9/],
    ['a wrong check sum', withByte(gzip(text), gzip(text).length - 6, 0x55), /corrupted/],
    ['a wrong method', withByte(gzip(text), 2, 7), /corrupted/],
    ['a wrong magic', withByte(gzip(text), 0, 0), /corrupted/],
    ['a wrong length', withByte(gzip(text), gzip(text).length - 1, 1), /a\.gz: /],
    ['trailing bytes', concatBytes(gzip(text), text), /a\.gz: /],
    ['a second member', concatBytes(gzip(text), gzip(text)), /a\.gz: /],
  ])('refuses %s', async (_, bytes, message) => {
    const inflated = inflateGzip(bytes, options);
    await expect(inflated).rejects.toThrow(FormatError);
    await expect(inflated).rejects.toThrow(message);
  });

  it('says that something follows the first member', async () => {
    const inflated = inflateGzip(concatBytes(gzip(text), gzip(text)), options);
    await expect(inflated).rejects.toThrow(/trailing bytes or several members|corrupted/);
  });

  it('stops at the limit instead of inflating a bomb', async () => {
    // 64 MiB of zeros in 64 KiB.
    const bomb = gzip(new Uint8Array(1 << 26));
    await expect(inflateGzip(bomb, options)).rejects.toThrow(
      /a\.gz: gzip data inflates to more than the expected 1000 bytes/,
    );
  });

  it('throws nothing but FormatError, whatever is damaged', async () => {
    const good = gzip(text);
    const edit = fc.record({
      offset: fc.nat(good.length - 1),
      value: fc.integer({ min: 0, max: 255 }),
      length: fc.integer({ min: 2, max: good.length }),
    });
    await fc.assert(
      fc.asyncProperty(edit, async ({ offset, value, length }) => {
        const damaged = withByte(good, offset, value).subarray(0, length);
        try {
          // Bytes 4 to 9 of the header (time, flags, system) may be anything.
          expect(await inflateGzip(damaged, options)).toEqual(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('throws nothing but FormatError on random bytes behind a gzip header', async () => {
    const header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (rest) => {
        try {
          const inflated = await inflateGzip(Uint8Array.from([...header, ...rest]), options);
          expect(inflated.length).toBeLessThanOrEqual(options.limit);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

describe('inflateGzipHead', () => {
  it('gives the first bytes of a long file', async () => {
    const bytes = Uint8Array.from({ length: 500_000 }, (_, i) => i % 251);
    expect(await inflateGzipHead(gzip(bytes), 5, 'a')).toEqual(Uint8Array.of(0, 1, 2, 3, 4));
  });

  it('gives all of a short file', async () => {
    expect(await inflateGzipHead(gzip(text), 5000, 'a')).toEqual(text);
  });
});

describe('isGzip', () => {
  it('looks at the first two bytes', () => {
    expect(isGzip(gzip(text))).toBe(true);
    expect(isGzip(text)).toBe(false);
    expect(isGzip(Uint8Array.of(0x1f))).toBe(false);
    expect(isGzip(new Uint8Array(0))).toBe(false);
  });
});
