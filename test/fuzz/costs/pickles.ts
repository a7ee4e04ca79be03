// Pickles and tar archives: small files that unpack to a lot.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { scaled } from './builders.js';
import type { Attack } from './loaders.js';

const u32 = (n: number): string =>
  String.fromCharCode(...[0, 8, 16, 24].map((shift) => (n >>> shift) & 255));

/** A list of 64 values, 64 times, and so on. */
const doubled = `(${'N'.repeat(64)}lq\x00${Array.from({ length: 9 }, (_, i) => `(${`h${String.fromCharCode(i)}`.repeat(64)}lq${String.fromCharCode(i + 1)}`).join('')}.`;

/** So many times an array of the same megabyte, converted each time. */
const arrays = (): string =>
  `(B${u32(2 ** 20)}${'a'.repeat(2 ** 20)}q\x00cnumpy\ndtype\n(Vi2\ntRq\x010` +
  `0${'cnumpy.core.numeric\n_frombuffer\n(h\x00h\x01(J\x00\x00\x08\x00tVC\ntR'.repeat(scaled(100_000))}l.`;

const texts: Readonly<Record<string, () => string>> = {
  'nothing, again and again': () => `(${'N'.repeat(scaled(9_000_000))}l.`,
  'nothing, and no list': () => 'N'.repeat(scaled(9_000_000)),
  lists: () => `(${']'.repeat(scaled(9_000_000))}l.`,
  dicts: () => `(${'}'.repeat(scaled(9_000_000))}l.`,
  tuples: () => `(${')'.repeat(scaled(9_000_000))}l.`,
  marks: () => '('.repeat(scaled(9_000_000)),
  'lists in lists': () => `${']'.repeat(scaled(4_000_000))}${'a'.repeat(scaled(4_000_000))}.`,
  'values that are kept': () => `N${'\x94'.repeat(scaled(9_000_000))}.`,
  'values kept at far places': () =>
    `N${Array.from({ length: scaled(1_800_000) }, (_, i) => `r${u32(i * 2000)}`).join('')}.`,
  'the same lists': () => doubled,
  'short texts': () => `(${'\x8c\x01a'.repeat(scaled(3_000_000))}l.`,
  'short bytes': () => `(${'C\x00'.repeat(scaled(4_500_000))}l.`,
  'texts of Python 2': () => `(${"S''\n".repeat(scaled(2_000_000))}l.`,
  'a long text of Python 2': () => `S'${'\\x41'.repeat(scaled(2_000_000))}'\n.`,
  'a long text of escapes': () => `V${'\\u0041'.repeat(scaled(1_500_000))}\n.`,
  'lines without an end': () => 'I'.repeat(scaled(9_000_000)),
  'long numbers': () => `(${`\x8a\xff${'\x7f'.repeat(255)}`.repeat(scaled(35_000))}l.`,
  'long decimals': () => `(${`L${'9'.repeat(990)}L\n`.repeat(scaled(9_000))}l.`,
  'keys of a dict': () =>
    `}(${Array.from({ length: scaled(1_000_000) }, (_, i) => `J${u32(i)}N`).join('')}u.`,
  'arrays of the same bytes': arrays,
  'bytes of the same text': () =>
    `(X${u32(2 ** 20)}${'a'.repeat(2 ** 20)}q\x00${'c_codecs\nencode\n(h\x00Vlatin1\ntR'.repeat(scaled(250_000))}l.`,
  callables: () => 'cnumpy\nndarray\n0'.repeat(scaled(550_000)),
};

const latin1 = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(text, 'latin1'));

/** A header of an empty file, and what is behind it, again and again. */
const members = (): Uint8Array<ArrayBuffer> => {
  const archive = new URL('../../fixtures/datasets/cifar-10-python.tar.gz', import.meta.url);
  const folder = gunzipSync(readFileSync(archive)).subarray(0, 512);
  return new Uint8Array(Buffer.concat(Array.from({ length: scaled(18_000) }, () => folder)));
};

export const pickles: readonly Attack[] = [
  ...Object.entries(texts).map(([name, make]): Attack => {
    return { name: `pickle: ${name}`, kind: 'pickle', make: () => latin1(make()) };
  }),
  { name: 'tar: members', kind: 'tar', make: members },
];
