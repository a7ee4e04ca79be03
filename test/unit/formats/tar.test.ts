import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { tarMembers } from '../../../src/files/formats/tar.js';

const text = (contents: string): Buffer => Buffer.from(contents);

interface Header {
  readonly name: string;
  readonly size: number;
  readonly type?: string;
  readonly prefix?: string;
}

/** A header as POSIX describes it. */
function header({ name, size, type = '0', prefix = '' }: Header): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 'latin1');
  block.write('0000644\0', 100);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('        ', 148);
  block.write(type, 156, 'latin1');
  block.write('ustar\0', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const member = (name: string, contents: Buffer, more: Partial<Header> = {}): Buffer => {
  const padded = Buffer.alloc(Math.ceil(contents.length / 512) * 512);
  padded.set(contents);
  return Buffer.concat([header({ name, size: contents.length, ...more }), padded]);
};

const END = Buffer.alloc(1024);

const read = (...parts: readonly Buffer[]): [string, string][] =>
  Array.from(tarMembers(new Uint8Array(Buffer.concat(parts)), 'x.tar'), ({ name, bytes }) => [
    name,
    Buffer.from(bytes).toString(),
  ]);

describe('tarMembers', () => {
  it('reads an archive of Python', () => {
    const file = new URL('../../fixtures/datasets/cifar-10-python.tar.gz', import.meta.url);
    const names = Array.from(
      tarMembers(new Uint8Array(gunzipSync(readFileSync(file))), 'x.tar'),
      ({ name }) => name,
    );
    const batches = ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5', 'test_batch']; // prettier-ignore
    expect(names).toEqual(batches.map((name) => `cifar-10-batches-py/${name}`));
  });

  it('gives files alone, with their long names', () => {
    const long = `a/${'b'.repeat(150)}/c`;
    const folder = member('a/', text(''), { type: '5' });
    const link = member('link', text(''), { type: '2' });
    const extended = member('PaxHeader', text('20 mtime=1\n'), { type: 'x' });
    const old = member('old', text('three'), { type: '\0' });
    expect(
      read(
        folder,
        member('a/x', text('one')),
        link,
        extended,
        member('././@LongLink', text(`${long}\0`), { type: 'L' }),
        member('cut', text('two')),
        old,
        member('name', text(''), { prefix: 'folder' }),
        END,
      ),
    ).toEqual([
      ['a/x', 'one'],
      [long, 'two'],
      ['old', 'three'],
      ['folder/name', ''],
    ]);
  });

  it('reads an archive without the blocks at its end', () => {
    expect(read(member('x', text('one')))).toEqual([['x', 'one']]);
  });

  const damaged = (at: number, byte: number): Buffer => {
    const block = member('x', text('one'));
    block[at] = byte;
    return block;
  };

  it.each<[string, Buffer, RegExp]>([
    ['nothing', Buffer.alloc(0), /truncated at byte 0/],
    ['a short header', Buffer.alloc(100, 65), /truncated at byte 0/],
    ['another file', Buffer.alloc(1024, 65), /expected octal digits/],
    ['a changed name', damaged(0, 66), /its check sum is \d+, but it states \d+/],
    ['a size that is none', damaged(124, 0x39), /check sum/],
    ['a cut member', member('x', Buffer.alloc(600)).subarray(0, 1000), /has 600 bytes, 488 follow/],
    ['a huge member', header({ name: 'x', size: 8 ** 11 - 1 }), /has 8589934591 bytes, 0 follow/],
  ])('refuses %s', (_, bytes, message) => {
    const call = () => read(bytes);
    expect(call).toThrow(FormatError);
    expect(call).toThrow(message);
  });
});
