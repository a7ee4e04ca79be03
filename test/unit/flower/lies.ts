// Objects that Flower would never write, and messages made of them that lie.
import { createHash } from 'node:crypto';
import { encodeNpy } from '../../../src/files/formats/npy.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Objects by id, as a hostile server makes them: correct hashes of anything. */
export class Objects {
  readonly contents = new Map<string, Bytes>();

  raw(content: string | Uint8Array): string {
    const bytes = Uint8Array.from(Buffer.from(content as string));
    const id = createHash('sha256').update(bytes).digest('hex');
    this.contents.set(id, bytes);
    return id;
  }

  /** An object of a body. @param children ids, or what stands in their place */
  object(type: string, children: readonly string[] | string, body: string | Uint8Array): string {
    const bytes = Buffer.from(body as string);
    const ids = typeof children === 'string' ? children : children.join(',');
    return this.raw(Buffer.concat([Buffer.from(`${type} ${ids} ${bytes.length}\0`), bytes]));
  }

  /** An array of the bytes of an NPY file. */
  array(npy: Uint8Array, told: object = {}, chunks = [this.object('ArrayChunk', [], npy)]): string {
    const body = { dtype: 'float32', shape: [2], stype: 'numpy.ndarray', arraychunk_ids: [0] };
    return this.object('Array', chunks, JSON.stringify({ ...body, ...told }));
  }

  arrays(id: string): string {
    return this.object('ArrayRecord', [id], JSON.stringify({ w: id }));
  }

  message(record: string): string {
    const dict = this.object('RecordDict', [record], JSON.stringify({ weights: record }));
    return this.object('Message', [dict], '');
  }
}

export const npy = encodeNpy({ shape: [2], dtype: 'float32', data: Float32Array.of(1, 2) });
export const elsewhere = 'ab'.repeat(32);

/** An NPY file of that element type and shape, whatever they are. */
export function npyOf(descr: string, shape: string, elements: Uint8Array): Bytes {
  const dict = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const head = Buffer.from(`\x93NUMPY\x01\x00\x76\x00${dict}\n`, 'latin1');
  return Uint8Array.from(Buffer.concat([head, elements]));
}

export function bytesOf(numbersOfType: ArrayBufferView): Uint8Array {
  const { buffer, byteOffset, byteLength } = numbersOfType;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/** Messages that lie, and what is said of them. */
export function allLies(): readonly (readonly [string, (objects: Objects) => string, RegExp])[] {
  return [
    [
      'an object without a head',
      (o) => o.raw('garbage'),
      /the message: an object must begin with its type/,
    ],
    ['an empty object', (o) => o.raw('\0'), /the message: an object must begin/],
    ['no bytes at all', (o) => o.raw(''), /.*/],
    [
      'a length that is not that of the body',
      (o) => o.raw('Message  5\0abc'),
      /which is 3; got 'Message {2}5'/,
    ],
    ['a length that is negative', (o) => o.raw('Message  -3\0abc'), /must begin/],
    ['a length that is not a number', (o) => o.raw('Message  NaN\0abc'), /must begin/],
    [
      'another type',
      (o) => o.object('ArrayRecord', [], '{}'),
      /the message: is of type 'ArrayRecord', expected Message/,
    ],
    ['an unknown type', (o) => o.object('Pickle', [], ''), /of type 'Pickle'/],
    ['a type like a method', (o) => o.object('__proto__', [], ''), /of type '__proto__'/],
    ['no content', (o) => o.object('Message', [], ''), /has 0 contents/],
    ['two contents', (o) => o.object('Message', [o.raw('1'), o.raw('2')], ''), /has 2 contents/],
    ['a child that is no id', (o) => o.object('Message', 'abc', ''), /'abc' is no id/],
    ['a child in capitals', (o) => o.object('Message', 'AB'.repeat(32), ''), /must begin/],
    ['children with gaps', (o) => o.object('Message', `${elsewhere},,`, ''), /'' is no id/],
    [
      'a child twice',
      (o) => o.object('Message', [elsewhere, elsewhere], ''),
      /names a child twice/,
    ],
    [
      'records that are no JSON',
      (o) => messageOf(o, [], '{'),
      /the records of the message: no JSON/,
    ],
    ['records that are a list', (o) => messageOf(o, [], '[]'), /must be a JSON object/],
    ['records without ids', (o) => messageOf(o, [], '{"a": 1}'), /its names, .*, must have ids/],
    [
      'records that are nested',
      (o) => messageOf(o, [elsewhere], `{"a": {"b": "${elsewhere}"}}`),
      /its names, .*, must have ids/,
    ],
    [
      'records with a name twice',
      (o) => messageOf(o, [elsewhere], `{"a": "${elsewhere}", "a": "${elsewhere}"}`),
      /its names, .*, must have ids/,
    ],
    [
      'a name twice in place of another',
      (o) => messageOf(o, [elsewhere], `{"a": "${elsewhere}", "a": "${elsewhere}", "b": null}`),
      /its names, .*, must have ids/,
    ],
    [
      'a record that is no child',
      (o) => messageOf(o, [], `{"a": "${elsewhere}"}`),
      /must have ids of its 0 children/,
    ],
    [
      'a child that is not a record',
      (o) => messageOf(o, [elsewhere], '{}'),
      /must have ids of its 1 children/,
    ],
    ['deep JSON', (o) => messageOf(o, [], '['.repeat(1e5)), /nested deeper/],
    [
      'bytes that are no UTF-8',
      (o) => messageOf(o, [], Buffer.from([0x7b, 0xff, 0x7d])),
      /no JSON/,
    ],
    [
      'a record of another type',
      (o) => o.message(o.object('RecordDict', [], '{}')),
      /record 'weights': is of type 'RecordDict'/,
    ],
    [
      'a record that is itself an array',
      (o) => o.message(o.array(npy)),
      /record 'weights': is of type 'Array'/,
    ],
    [
      'values with children',
      (o) => o.message(o.object('MetricRecord', [elsewhere], '')),
      /is a MetricRecord with 1 children/,
    ],
    [
      'values that are no protobuf',
      (o) => o.message(o.object('MetricRecord', [], '\xff\xff')),
      /record 'weights': no message Record/,
    ],
    [
      'a value without a kind',
      (o) => o.message(o.object('ConfigRecord', [], Buffer.from('0a050a01611200', 'hex'))),
      /'a' has no value/,
    ],
    [
      'an item without a value',
      (o) => o.message(o.object('ConfigRecord', [], Buffer.from('0a030a0161', 'hex'))),
      /'a' has no value/,
    ],
    [
      'a text among metrics',
      (o) => o.message(o.object('MetricRecord', [], Buffer.from('0a080a016112032a0178', 'hex'))),
      /record 'weights': 'a' is 'x', expected a number/,
    ],
    [
      'millions of values',
      (o) => o.message(o.object('ConfigRecord', [], new Uint8Array(2 ** 22 + 1))),
      /4194305 bytes of values; at most 4194304/,
    ],
    [
      'an array of another type',
      (o) => o.message(o.arrays(o.object('ArrayChunk', [], npy))),
      /array 'w': is of type 'ArrayChunk', expected Array/,
    ],
    [
      'an array that says nothing',
      (o) => o.message(o.arrays(o.object('Array', [], '{}'))),
      /array 'w': is kept as undefined/,
    ],
    [
      'a pickle by its kind',
      (o) => o.message(o.arrays(o.array(npy, { stype: 'pickle' }))),
      /is kept as 'pickle', expected 'numpy.ndarray'/,
    ],
    [
      'a pickle in the NPY',
      (o) =>
        o.message(
          o.arrays(o.array(npyOf("'|O'", '(2,)', new Uint8Array(16)), { dtype: 'object' })),
        ),
      /array 'w': element type '\|O' .*a pickle, which is a program and is never run/,
    ],
    [
      'named fields',
      (o) => o.message(o.arrays(o.array(npyOf("[('a', '<f4')]", '(2,)', new Uint8Array(8))))),
      /named fields/,
    ],
    [
      'complex numbers',
      (o) => o.message(o.arrays(o.array(npyOf("'<c8'", '(2,)', new Uint8Array(16))))),
      /complex/,
    ],
    [
      'no chunks',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [] }, []))),
      /array 'w'/,
    ],
    [
      'a chunk that is not named',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [] }))),
      /arraychunk_ids must name each of its 1 chunks/,
    ],
    [
      'a chunk that there is not',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [0, 1] }))),
      /arraychunk_ids must name/,
    ],
    [
      'a chunk -1',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: [-1] }))),
      /arraychunk_ids must name/,
    ],
    [
      'a chunk by a text',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: ['0'] }))),
      /arraychunk_ids must name/,
    ],
    [
      'a chunk by a name of lists',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: ['length'] }))),
      /arraychunk_ids must name/,
    ],
    [
      'chunks that are no list',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: { length: 1 } }))),
      /arraychunk_ids must name/,
    ],
    [
      'a chunk with children',
      (o) => o.message(o.arrays(o.array(npy, {}, [o.object('ArrayChunk', [elsewhere], npy)]))),
      /is a ArrayChunk with 1 children/,
    ],
    [
      'a chunk that is an array',
      (o) => o.message(o.arrays(o.array(npy, {}, [o.array(npy)]))),
      /of type 'Array', expected ArrayChunk/,
    ],
    [
      'a chunk named a million times',
      (o) => o.message(o.arrays(o.array(npy, { arraychunk_ids: new Array(1e6).fill(0) }))),
      /array 'w': with it the message has more than the \d+ bytes/,
    ],
    [
      'another shape than the NPY',
      (o) => o.message(o.arrays(o.array(npy, { shape: [1, 2] }))),
      /has shape \[2\], but says shape \[1, 2\]/,
    ],
    ['no shape', (o) => o.message(o.arrays(o.array(npy, { shape: null }))), /says shape null/],
    [
      'a shape that is a text',
      (o) => o.message(o.arrays(o.array(npy, { shape: '2' }))),
      /says shape '2'/,
    ],
    [
      'a shape of lists',
      (o) => o.message(o.arrays(o.array(npy, { shape: [[2]] }))),
      /says shape \[\[2\]\]/,
    ],
    [
      'a dtype that is not a text',
      (o) => o.message(o.arrays(o.array(npy, { dtype: 5 }))),
      /of dtype 5/,
    ],
    [
      'a negative size',
      (o) =>
        o.message(o.arrays(o.array(npyOf("'<f4'", '(-2,)', new Uint8Array(8)), { shape: [-2] }))),
      /NPY header must be/,
    ],
    [
      'a huge size',
      (o) => o.message(o.arrays(o.array(npyOf("'<f4'", '(4294967295, 4294967295)', npy)))),
      /too large/,
    ],
    [
      'a size beyond its bytes',
      (o) => o.message(o.arrays(o.array(npyOf("'<f4'", '(1000000,)', npy)))),
      /truncated/,
    ],
    [
      'many axes',
      (o) =>
        o.message(o.arrays(o.array(npyOf("'<f4'", `(${'1,'.repeat(30)})`, new Uint8Array(4))))),
      /but says shape \[2\]/,
    ],
    ['no NPY', (o) => o.message(o.arrays(o.array(Buffer.from('PK\x03\x04')))), /not an NPY file/],
    [
      'an NPY that is cut off',
      (o) => o.message(o.arrays(o.array(npy.subarray(0, 100)))),
      /NPY header is said to have/,
    ],
    [
      'a bool 7',
      (o) =>
        o.message(
          o.arrays(o.array(npyOf("'|b1'", '(2,)', Uint8Array.of(1, 7)), { dtype: 'bool' })),
        ),
      /element 1 of type bool is 7/,
    ],
    [
      'an integer beyond int32',
      (o) =>
        o.message(
          o.arrays(
            o.array(npyOf("'<i8'", '(1,)', bytesOf(BigInt64Array.of(2n ** 40n))), {
              dtype: 'int64',
              shape: [1],
            }),
          ),
        ),
      /beyond int32/,
    ],
  ];
}

export const longNames: readonly ((objects: Objects) => string)[] = [
  'x'.repeat(15e6),
  '\\n'.repeat(7e6),
].map((name) => (o: Objects) => messageOf(o, [elsewhere], `{"${name}": "${elsewhere}"}`));

function messageOf(o: Objects, children: readonly string[], body: string | Uint8Array): string {
  return o.object('Message', [o.object('RecordDict', children, body)], '');
}
