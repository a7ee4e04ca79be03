// Tables, archives and lists with very many parts, or very long ones.
import { gzipSync } from 'node:zlib';
import { zip } from '../../../src/files/formats/zip.js';
import { join, scaled } from './builders.js';
import type { Bytes } from './builders.js';
import type { Attack } from './loaders.js';

const text = (content: string): Bytes => new Uint8Array(Buffer.from(content, 'latin1'));
const gzipped = (content: Uint8Array): Bytes => new Uint8Array(gzipSync(content));

/** The pickle of an object array, in a deflated member of an NPZ file. */
function objects(pickle: string): Promise<Bytes> {
  const header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n";
  const bytes = text(
    `\x93NUMPY\x01\x00${String.fromCharCode(header.length)}\x00${header}${pickle}`,
  );
  return zip([{ name: 'x.npy', bytes }], { compress: true });
}

/** Pickles as long as the data set of IMDB lets them be, which deflate to little. */
const LENGTH = 260_000_000;
const filled = (part: string): string => part.repeat(scaled(Math.floor(LENGTH / part.length)));

export const tables: readonly Attack[] = [
  { name: 'CSV: columns', kind: 'csv', make: () => text(`${'a,'.repeat(scaled(4_900_000))}b\n`) },
  {
    name: 'CSV: named columns and a row',
    kind: 'csv',
    make: () => text(`${join(scaled(900_000), (i) => i.toString(36))}\n${join(scaled(900_000), () => '1')}\n`), // prettier-ignore
  },
  { name: 'CSV: columns of texts', kind: 'csv as columns', make: () => text(`${'a,'.repeat(scaled(4_900_000))}b\n`) }, // prettier-ignore
  { name: 'CSV: rows', kind: 'csv', make: () => text(`a\n${'1\n'.repeat(scaled(4_900_000))}`) },
  {
    name: 'CSV: empty lines',
    kind: 'csv',
    make: () => text(`a\n${'\n'.repeat(scaled(9_900_000))}`),
  },
  {
    name: 'CSV: quotes',
    kind: 'csv',
    make: () => text(`"${'""'.repeat(scaled(4_900_000))}"\n1\n`),
  },
  { name: 'CSV: a quote without an end', kind: 'csv', make: () => text(`a\n"${'1\n'.repeat(scaled(4_900_000))}`) }, // prettier-ignore
  { name: 'CSV: categories', kind: 'csv of categories', make: () => text(`${Array.from({ length: scaled(1_500_000) }, (_, i) => `x${i.toString(36)}`).join('\n')}\n`) }, // prettier-ignore
  { name: 'CSV: gzip of rows', kind: 'csv', make: () => gzipped(text(`a\n${'1\n'.repeat(scaled(30_000_000))}`)) }, // prettier-ignore
  { name: 'IDX: gzip of members', kind: 'idx', make: () => new Uint8Array(Buffer.concat(Array.from({ length: scaled(400_000) }, () => gzipSync('')))) }, // prettier-ignore
  { name: 'tokenizer: words', kind: 'tokenizer', make: () => text(JSON.stringify({ class_name: 'Tokenizer', config: { word_counts: `{${join(scaled(600_000), (i) => `"${i.toString(36)}":1`)}}` } })) }, // prettier-ignore
  { name: 'archive: a tar of marks', kind: 'archive', make: () => gzipped(Buffer.alloc(scaled(250_000_000), '(')) }, // prettier-ignore
  { name: 'objects: marks', kind: 'objects', make: () => objects(filled('(')) },
  { name: 'objects: values that go again', kind: 'objects', make: () => objects(filled('N0')) },
  { name: 'objects: numbers that go again', kind: 'objects', make: () => objects(filled('I1\n0')) },
  { name: 'objects: empty bytes', kind: 'objects', make: () => objects(filled('C\x00')) },
  { name: 'objects: dicts', kind: 'objects', make: () => objects(filled('}')) },
  { name: 'objects: escapes', kind: 'objects', make: () => objects(`V${filled('\\u0041')}\n.`) },
  { name: 'objects: escapes of Python 2', kind: 'objects', make: () => objects(`S'${filled('\\1')}'\n.`) }, // prettier-ignore
  { name: 'objects: long numbers', kind: 'objects', make: () => objects(filled(`\x8a\xff${'\x7f'.repeat(255)}0`)) }, // prettier-ignore
  { name: 'objects: values kept', kind: 'objects', make: () => objects(`N${filled('q\x00')}`) },
  { name: 'objects: versions', kind: 'objects', make: () => objects(filled('\x80\x02')) },
];
