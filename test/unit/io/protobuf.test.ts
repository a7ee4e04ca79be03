// The binary encoding, against bytes of protobuf's own guide and of Python's library.
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import {
  bytesFieldHead,
  list,
  nested,
  nestedList,
  optional,
  scalar,
  Schema,
} from '../../../src/files/formats/protobuf.js';
import { fromHex, hex } from '../flower/fixtures.js';

const Inner = new Schema('Inner', { a: [1, scalar('uint64')] });
const Outer = new Schema('Outer', {
  text: [2, scalar('string')],
  inner: [3, nested(() => Inner)],
  numbers: [4, list('uint64')],
  signed: [5, list('sint64')],
  texts: [6, list('string')],
  inners: [7, nestedList(() => Inner, 3)],
  maybe: [8, optional('bool')],
  real: [9, scalar('double')],
});
const absent = {
  text: '',
  inner: undefined,
  numbers: undefined,
  signed: undefined,
  texts: undefined,
  inners: [],
  maybe: undefined,
  real: 0,
};

describe('a message of protobuf', () => {
  // https://protobuf.dev/programming-guides/encoding
  it.each([
    ['a number', Inner, { a: 150n }, '089601'],
    ['a text', Outer, { text: 'testing' }, '120774657374696e67'],
    ['a message within', Outer, { inner: { a: 150n } }, '1a03089601'],
    ['an empty message within', Outer, { inner: { a: 0n } }, '1a00'],
    ['a packed list', Outer, { numbers: [3n, 270n, 86942n] }, '2206038e029ea705'],
    [
      'zigzag numbers',
      Outer,
      { signed: [0n, -1n, 1n, -2n, 0x7fffffffn] },
      '2a0900010203feffffff0f',
    ],
    ['texts', Outer, { texts: ['', 'a'] }, '3200320161'],
    ['messages', Outer, { inners: [{ a: 1n }, { a: 0n }] }, '3a0208013a00'],
    ['a false that is there', Outer, { maybe: false }, '4000'],
    ['what is empty', Outer, { text: '', numbers: [], real: 0 }, ''],
    ['minus zero', Outer, { real: -0 }, '490000000000000080'],
  ] as const)('has the bytes of the guide: %s', (_, schema, values, bytes) => {
    expect(hex((schema as typeof Outer).encode(values as object))).toBe(bytes);
  });

  it('is read, with what it lacks as absent', () => {
    expect(Outer.decode(fromHex(''), 'x')).toEqual(absent);
    const bytes = fromHex('120161' + '1a0208054000');
    expect(Outer.decode(bytes, 'x')).toEqual({
      ...absent,
      text: 'a',
      inner: { a: 5n },
      maybe: false,
    });
  });

  it('is read when lists are not packed, or are in parts', () => {
    const { numbers } = Outer.decode(fromHex('2003' + '220203042005'), 'x');
    expect(numbers).toEqual([3n, 3n, 4n, 5n]);
    expect(Outer.decode(fromHex('2200'), 'x').numbers).toEqual([]);
  });

  it('is read past fields that are unknown, of any kind', () => {
    // Numbers 100 to 103: a number, eight bytes, a text, four bytes.
    const unknown = 'a006ff01' + 'a9060102030405060708' + 'b2060161' + 'bd0601020304';
    expect(Outer.decode(fromHex(`${unknown}120161`), 'x')).toEqual({ ...absent, text: 'a' });
  });

  it('shares nothing between two readings', () => {
    const first = Outer.decode(fromHex('3a02080122020304'), 'x');
    const second = Outer.decode(fromHex('3a02080222020506'), 'x');
    expect(first.inners).toEqual([{ a: 1n }]);
    expect(second.inners).toEqual([{ a: 2n }]);
    expect(Outer.decode(fromHex(''), 'x').inners).toEqual([]);
  });

  it.each([
    ['a tag alone', '12'],
    ['a text that is cut off', '120561'],
    ['a length beyond everything', '12ffffffff0f'],
    ['a number without end', '0affffffffffffffffffffff'],
    ['the field 0', '0001'],
    ['a wrong wire type', '1001'],
    ['a wrong wire type of a message', '1801'],
    ['a group without end', 'a306'],
    ['a list that is cut off', '2205010203'],
    ['a list whose last number is cut off', '22018e'],
    ['a message within that is wrong', '1a0112'],
    ['a text that is no UTF-8', '1201ff'],
  ])('is a FormatError if it is none: %s', (_, bytes) => {
    const decode = (): unknown => Outer.decode(fromHex(bytes), 'the label');
    expect(decode).toThrow(FormatError);
    expect(decode).toThrow(/^the label: no message Outer of protobuf: .*\.$/);
  });

  it('has no more messages in a list than are allowed', () => {
    expect(Outer.decode(fromHex('3a003a003a00'), 'x').inners).toHaveLength(3);
    expect(() => Outer.decode(fromHex('3a003a003a003a00'), 'x')).toThrow(/more than 3 messages/);
  });

  it('may have a field of bytes appended', () => {
    expect(hex(bytesFieldHead(4, 300))).toBe('22ac02');
  });
});
