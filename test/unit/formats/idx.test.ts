import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIdx } from '../../../src/files/formats/idx.js';
import { FormatError } from '../../../src/errors.js';
import { concatBytes, idxBytes, withByte } from './idx-bytes.js';

describe('parseIdx reads every element type', () => {
  it('u8 as uint8', () => {
    const array = parseIdx(idxBytes('u8', [2, 3], [0, 1, 127, 128, 254, 255]));
    expect(array).toEqual({
      shape: [2, 3],
      dtype: 'uint8',
      data: Uint8Array.of(0, 1, 127, 128, 254, 255),
    });
  });

  it.each([
    ['i8', [-128, -1, 0, 127]],
    ['i16', [-32768, -2, 258, 32767]],
    ['i32', [-2147483648, -3, 16909060, 2147483647]],
  ] as const)('%s as int32', (type, values) => {
    const array = parseIdx(idxBytes(type, [4], values));
    expect(array).toEqual({ shape: [4], dtype: 'int32', data: Int32Array.from(values) });
  });

  it.each(['f32', 'f64'] as const)('%s as float32', (type) => {
    const values = [0, -1.5, 0.1, 3.4e38, Infinity, NaN];
    const array = parseIdx(idxBytes(type, [3, 2], values));
    expect(array).toEqual({ shape: [3, 2], dtype: 'float32', data: Float32Array.from(values) });
  });

  it('big-endian, checked on bytes written by hand', () => {
    const bytes = Uint8Array.of(0, 0, 0x0b, 1, 0, 0, 0, 2, 0x01, 0x02, 0xff, 0xfe);
    expect(parseIdx(bytes).data).toEqual(Int32Array.of(258, -2));
  });
});

describe('parseIdx reads every shape', () => {
  it('rank 0 is one number', () => {
    expect(parseIdx(idxBytes('f32', [], [2.5]))).toEqual({
      shape: [],
      dtype: 'float32',
      data: Float32Array.of(2.5),
    });
  });

  it('rank 255', () => {
    const shape = new Array<number>(255).fill(1);
    expect(parseIdx(idxBytes('u8', shape, [7]))).toMatchObject({ shape });
  });

  it('an axis of length 0, even beside huge ones', () => {
    const shape = [4294967295, 4294967295, 0, 4294967295];
    expect(parseIdx(idxBytes('i32', shape, []))).toEqual({
      shape,
      dtype: 'int32',
      data: new Int32Array(0),
    });
  });

  it('from an ArrayBuffer, and from a view at an odd offset', () => {
    const file = idxBytes('f64', [2], [1, 2]);
    const moved = concatBytes(Uint8Array.of(9, 9, 9), file).subarray(3);
    expect(parseIdx(file.buffer).data).toEqual(Float32Array.of(1, 2));
    expect(parseIdx(moved).data).toEqual(Float32Array.of(1, 2));
  });
});

describe('parseIdx refuses, and says what came and what was expected', () => {
  const good = idxBytes('u8', [2, 3], [1, 2, 3, 4, 5, 6]);

  it.each([
    ['nothing at all', new Uint8Array(0), /truncated.*at least 4 bytes, got 0/],
    ['three bytes', good.subarray(0, 3), /truncated.*at least 4 bytes, got 3/],
    ['a wrong magic', withByte(good, 0, 0x89), /not an IDX file.*00 00.*got 89 00 08 02/],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), /gzip data: read it with data\.readIdx/],
    [
      'an unknown type',
      withByte(good, 2, 0x0a),
      /unknown IDX element type 0A; known are 08 \(u8\)/,
    ],
    ['a cut header', good.subarray(0, 11), /header of rank 2 has 12 bytes, got 11/],
    ['a cut body', good.subarray(0, 17), /truncated.*\[2, 3\] of type 08 needs 18 bytes, got 17/],
    ['trailing bytes', concatBytes(good, Uint8Array.of(0)), /trailing.*needs 18 bytes, got 19/],
  ])('%s', (_, bytes, message) => {
    expect(() => parseIdx(bytes, 'a.idx')).toThrow(FormatError);
    expect(() => parseIdx(bytes, 'a.idx')).toThrow(message);
    expect(() => parseIdx(bytes, 'a.idx')).toThrow(/^a\.idx: /);
  });

  it.each([
    ['above 32 bits', [65536, 65536]],
    ['above 53 bits', [4294967295, 4294967295, 4294967295]],
    ['beyond what a double can hold', new Array<number>(255).fill(4294967295)],
  ])('a size %s, before any allocation', (_, shape) => {
    expect(() => parseIdx(idxBytes('u8', shape, []))).toThrow(FormatError);
    expect(() => parseIdx(idxBytes('u8', shape, []))).toThrow(/too large: shape \[/);
  });
});

describe('parseIdx under fuzzing', () => {
  const tinyShape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });

  it('gives back what was written', () => {
    fc.assert(
      fc.property(
        tinyShape,
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        (shape, stream) => {
          const size = shape.reduce((product, dim) => product * dim, 1);
          const values = [...stream.take(size)];
          const array = parseIdx(idxBytes('u8', shape, values));
          expect(array.shape).toEqual(shape);
          expect([...array.data]).toEqual(values);
        },
      ),
      { seed: 1 },
    );
  });

  it('throws nothing but FormatError, whatever the bytes', () => {
    const magic = fc.constantFrom([], [0, 0], [0, 0, 8], [0, 0, 0x0e, 3], [0, 0, 0x0d, 1, 0, 0]);
    fc.assert(
      fc.property(magic, fc.uint8Array({ maxLength: 64 }), (start, rest) => {
        try {
          const { shape, data } = parseIdx(Uint8Array.from([...start, ...rest]));
          expect(data.length).toBe(shape.reduce((product, dim) => product * dim, 1));
          expect(data.length).toBeLessThanOrEqual(70);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
