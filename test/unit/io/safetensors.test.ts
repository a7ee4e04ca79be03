import { describe, expect, it } from 'vitest';
import type { FileArray } from '../../../src/files/formats/elements.js';
import { FormatError } from '../../../src/errors.js';
import { encodeSafetensors, parseSafetensors } from '../../../src/files/formats/safetensors.js';

/** A file with that header, as JSON or text, and those elements. */
function file(header: unknown, elements: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + elements.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(elements, 8 + text.length);
  return bytes;
}

/** A file of one tensor. */
function one(dtype: string, shape: unknown, elements: readonly number[]): Uint8Array<ArrayBuffer> {
  return file({ x: { dtype, shape, data_offsets: [0, elements.length] } }, elements);
}

const x = (dtype: string, shape: unknown, data_offsets: unknown): unknown => ({
  x: { dtype, shape, data_offsets },
});

describe('parseSafetensors', () => {
  it.each<[string, number[], FileArray['dtype'], number[]]>([
    // Bits by IEEE 754: 1.5 = 0x3fc00000; half 0x3e00, bfloat 0x3fc0, double 0x3ff8….
    ['F32', [0, 0, 0xc0, 0x3f], 'float32', [1.5]],
    ['F16', [0, 0x3e, 1, 0, 0, 0x7c, 0, 0xfc], 'float32', [1.5, 2 ** -24, Infinity, -Infinity]],
    ['F16', [0xff, 0x7b, 0, 0x80, 1, 0x7c], 'float32', [65504, -0, NaN]],
    ['BF16', [0xc0, 0x3f, 0x80, 0xff], 'float32', [1.5, -Infinity]],
    ['F64', [0, 0, 0, 0, 0, 0, 0xf8, 0x3f], 'float32', [1.5]],
    ['I64', [254, 255, 255, 255, 255, 255, 255, 255], 'int32', [-2]],
    ['I32', [1, 0, 0, 128], 'int32', [-2147483647]],
    ['I16', [255, 255], 'int32', [-1]],
    ['I8', [255], 'int32', [-1]],
    ['U64', [7, 0, 0, 0, 0, 0, 0, 0], 'int32', [7]],
    ['U32', [255, 255, 255, 127], 'int32', [2147483647]],
    ['U16', [255, 255], 'int32', [65535]],
    ['U8', [255], 'uint8', [255]],
    ['BOOL', [1, 0], 'bool', [1, 0]],
  ])('reads %s', (dtype, elements, expected, values) => {
    const array = parseSafetensors(one(dtype, [values.length], elements)).arrays.get('x');
    expect(array?.dtype).toBe(expected);
    expect([...(array?.data ?? [])]).toEqual(values);
  });

  it('takes padding, metadata, scalars and empty tensors, in any order of the header', () => {
    const header = {
      b: { dtype: 'U8', shape: [], data_offsets: [1, 2] },
      __metadata__: { format: 'pt', __proto__x: '' },
      none: { dtype: 'F32', shape: [0, 3], data_offsets: [1, 1] },
      a: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
    };
    const { arrays, metadata } = parseSafetensors(file(`${JSON.stringify(header)}   `, [5, 6]));
    expect([...arrays.keys()]).toEqual(['a', 'none', 'b']);
    expect(arrays.get('b')).toEqual({ shape: [], dtype: 'uint8', data: Uint8Array.of(6) });
    expect(metadata.get('format')).toBe('pt');
  });

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['nothing', new Uint8Array(), /too few/],
    ['a header beyond the file', Uint8Array.of(99, 0, 0, 0, 0, 0, 0, 0, 123, 125), /truncated/],
    ['a header of 2^63 bytes', Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 128, 123, 125), /truncated/],
    ['no JSON', file('{"x"', []), /no JSON/],
    ['a list', file([1, 2]), /JSON object/],
    ['a space before the brace', file(' {}'), /JSON object/],
    ['UTF-8 that is none', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 123, 255), /no JSON/],
    ['metadata that are no texts', file({ __metadata__: { a: 1 } }), /metadata 'a'/],
    ['an unknown dtype', file(x('F8_E4M3', [0], [0, 0])), /F8_E4M3/],
    ['a dtype of Object.prototype', file(x('constructor', [0], [0, 0])), /dtype/],
    ['no offsets', file(x('U8', [0], null)), /data_offsets/],
    ['backward offsets', file(x('U8', [1], [1, 0]), [0]), /data_offsets/],
    ['fractional offsets', file(x('U8', [1], [0, 1.5]), [0]), /data_offsets/],
    ['a shape that is not a list', file(x('U8', 1, [0, 1]), [0]), /shape/],
    ['a negative length', file(x('U8', [-1, -1], [0, 1]), [0]), /not a shape/],
    ['a length that overflows', file(x('U8', [2 ** 31, 2 ** 31, 4], [0, 0])), /too large/],
    ['other bytes than the shape', file(x('F32', [2], [0, 4]), [0, 0, 0, 0]), /needs 8 bytes/],
    ['a truncated file', one('F32', [2], [0, 0, 0, 0, 0, 0, 0, 0]).slice(0, -1), /truncated/],
    ['trailing bytes', Uint8Array.of(...one('U8', [1], [5]), 0), /trailing/],
    ['a bool that is 2', one('BOOL', [1], [2]), /bool/],
    ['an int64 beyond int32', one('I64', [1], [0, 0, 0, 0, 1, 0, 0, 0]), /beyond int32/],
    [
      'a gap',
      file({ a: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, [0, 0]),
      /back to back/,
    ],
    [
      'an overlap',
      file(
        {
          a: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
          b: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
        },
        [0, 0, 0],
      ),
      /back to back/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseSafetensors(bytes, 'f')).toThrow(FormatError);
    expect(() => parseSafetensors(bytes, 'f')).toThrow(message);
  });
});

describe('encodeSafetensors', () => {
  it('writes the layout that the format describes', () => {
    const bytes = encodeSafetensors([
      ['w', { shape: [2], dtype: 'float32', data: Float32Array.of(1.5, 0) }],
    ]);
    const header = '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + length))).toBe(header.padEnd(length));
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0]);
  });

  it('keeps names, order, types and bits', () => {
    const arrays: [string, FileArray][] = [
      ['2', { shape: [1, 2], dtype: 'float32', data: Float32Array.of(-0, NaN) }],
      ['1', { shape: [], dtype: 'int32', data: Int32Array.of(-5) }],
      ['__proto__', { shape: [3], dtype: 'uint8', data: Uint8Array.of(1, 2, 3) }],
      ['é/☃', { shape: [1], dtype: 'bool', data: Uint8Array.of(1) }],
      ['none', { shape: [0], dtype: 'float32', data: new Float32Array() }],
    ];
    const { arrays: read, metadata } = parseSafetensors(encodeSafetensors(arrays, { a: 'b' }));
    expect([...read]).toEqual(arrays);
    expect([...metadata]).toEqual([['a', 'b']]);
  });
});
