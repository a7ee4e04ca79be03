// Pickles that Python and NumPy wrote (test/oracles/fixtures/dataset-fixtures.py), of all protocols; and what is refused.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/errors.js';
import { parsePickle } from '../../../src/files/formats/pickle/read.js';
import { PickledArray, PickledDict } from '../../../src/files/formats/pickle/values.js';
import type { PickleValue } from '../../../src/files/formats/pickle/values.js';

const folder = fileURLToPath(new URL('../../fixtures/pickles/', import.meta.url));
const readJson = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

const expected = readJson('expected.json') as Readonly<Record<string, unknown>>;
const refused = readJson('refused.json') as Readonly<Record<string, readonly number[]>>;

/** A value as the script describes it; the type of arrays aside, as that of tensors stands in its place. */
function described(value: PickleValue): unknown {
  if (value instanceof PickledArray) {
    const { shape, elements } = value;
    const data = Array.isArray(elements)
      ? elements.map(described)
      : Array.from((elements as { readonly data: ArrayLike<number> }).data);
    return { shape: [...shape], data };
  }
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (value instanceof PickledDict) {
    return { dict: Array.from(value, ([key, entry]) => [key, described(entry)]) };
  }
  if (Array.isArray(value)) return value.map(described);
  if (typeof value === 'bigint') return { int: String(value) };
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { float: Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf' };
  }
  return value;
}

/** The same form of what the script wrote: without types, bool as 0 and 1, in float32 where tensors are. */
function inOurTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOurTypes);
  if (typeof value !== 'object' || value === null || !('shape' in value)) return value;
  const { shape, dtype, data } = value as { shape: unknown; dtype: string; data: unknown[] };
  const numbers = data.map((x) => (dtype === 'object' ? inOurTypes(x) : Math.fround(Number(x))));
  return { shape, data: numbers };
}

const parse = (bytes: ArrayLike<number>): PickleValue =>
  parsePickle(new Uint8Array(bytes), { name: 'x.pkl' });

const latin1 = (text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(text, 'latin1'));

/** A number of four bytes, as the opcodes X, T and B have it. */
const u32 = (n: number): string =>
  String.fromCharCode(...[0, 8, 16, 24].map((shift) => (n >>> shift) & 255));

describe('parsePickle', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.pkl')))('reads %s', (name) => {
    expect(described(parse(readFileSync(join(folder, name))))).toEqual(inOurTypes(expected[name]));
  });

  it('reads the texts of Python 2 as bytes, as keys as texts', () => {
    const dict = parse(latin1("\x80\x02}U\x04dataS'a\\x00\\n\\101'\nsK\x07T\x01\x00\x00\x00bs."));
    expect(Array.from(dict as PickledDict)).toEqual([
      ['data', Uint8Array.of(97, 0, 10, 65)],
      [7, Uint8Array.of(98)],
    ]);
  });

  it('leaves alone what follows', () => {
    expect(parse(latin1('K\x05.K'))).toBe(5);
  });

  it.each<[string, RegExp]>([
    ['os.system', /names the callable 'os\.system'\. A pickle is a program, and none is run/],
    ['posix.system', /'posix\.system'/],
    ['builtins.eval', /'builtins\.eval'/],
    ['builtins.getattr', /'__builtin__\.getattr'/],
    ['collections.OrderedDict', /'collections\.OrderedDict'/],
    ['numpy.load', /'numpy\.load'/],
    ['datetime.date', /'datetime\.date'/],
    ['subprocess.Popen by name and place', /'subprocess\.Popen'/],
    ['INST', /'os\.system'/],
    ['persistent id', /PERSID/],
    ['extension', /EXT1/],
    ['set', /a set/],
    ['complex', /'__builtin__\.complex'/],
    ['named fields', /element type 'V8'|named fields/],
    ['texts of NumPy', /element type 'U2'/],
    ['complex numbers of NumPy', /element type 'c8'/],
    ['holds itself', /in itself/],
    ['buffer outside', /NEXT_BUFFER/],
  ])('refuses what is no data, and names it: %s', (name, message) => {
    const call = () => parse(refused[name] ?? []);
    expect(call).toThrow(FormatError);
    expect(call).toThrow(message);
  });

  it('has a line for each refused pickle of the script', () => {
    expect(Object.keys(refused).length).toBe(18);
  });

  /** Lists in lists: each opens one and closes it behind the others. */
  const nested = (depth: number): string => `${']'.repeat(depth)}${'a'.repeat(depth - 1)}.`;

  it.each<[string, string, RegExp]>([
    ['no pickle', 'hello', /value \d+ was not kept/],
    ['an unknown opcode', '\x80\x02\xff.', /0xff is not an opcode of a pickle/],
    ['an unknown protocol', '\x80\x09.', /protocol 9 of pickles is unknown/],
    ['nothing', '', /truncated: 1 bytes are needed, 0 follow/],
    ['a stack without a value', '.', /nothing is on the stack/],
    ['a value below a mark', 'K\x01(.', /nothing is on the stack/],
    ['no mark', 'l.', /no mark is on the stack/],
    ['a text without an end', `X${u32(2 ** 31)}abc`, /truncated: 2147483648 bytes are needed/],
    ['a text that is not UTF-8', `X${u32(1)}\xff.`, /a text is not UTF-8/],
    ['a line without an end', 'cos', /end of a line within 2000 bytes/],
    ['a number that is none', 'Iabc\n.', /expected a whole number, got 'abc'/],
    ['a decimal that is none', 'F0x10\n.', /expected a number, got '0x10'/],
    ['a text without quotes', 'Sabc\n.', /expected a text in quotes/],
    [
      'a character that is none',
      'V\\Uffffffff\n.',
      /holds the character \\Uffffffff; the last one is/,
    ],
    ['a number of many digits', `I${'1'.repeat(1500)}\n.`, /expected a whole number/],
    ['a number of many bytes', `\x8b${u32(256)}${'\x01'.repeat(256)}.`, /256 bytes; at most 255/],
    ['a key that is a list', '}]K\x01s.', /the key of a dict is/],
    ['a key without a value', '(K\x01d.', /a key has no value/],
    ['items of a number', 'K\x01K\x02a.', /items are added to 1/],
    ['keys of a list', ']K\x01K\x02s.', /a key is given to/],
    ['a call of a number', 'K\x01)R.', /1 is called with/],
    ['a state of a number', 'K\x01)b.', /gives 1 the state/],
    ['a shape that is too large', 'cnumpy.core.numeric\n_frombuffer\n(C\x00cnumpy\ndtype\n(Vf4\ntR(J\xff\xff\xff\x7fJ\xff\xff\xff\x7ftVC\ntR.', /is too large/], // prettier-ignore
    ['an array of other bytes', 'cnumpy.core.numeric\n_frombuffer\n(C\x02abcnumpy\ndtype\n(Vf4\ntR(K\x01tVC\ntR.', /needs 4 bytes, got 2/], // prettier-ignore
    ['levels', nested(33), /deeper than 32 levels/],
    ['a container in itself', ']2a.', /one in itself/],
    ['a container that is changed later', ']q\x00(h\x00l0K\x01a.', /changes a container after/], // prettier-ignore
  ])('refuses %s', (_, text, message) => {
    const call = () => parse(latin1(text));
    expect(call).toThrow(FormatError);
    expect(call).toThrow(message);
  });

  it('reads as many levels as it says', () => {
    expect(JSON.stringify(parse(latin1(nested(32))))).toBe('['.repeat(32) + ']'.repeat(32));
  });

  const cow = 'X\x03\x00\x00\x00cow';

  // Each takes more than a mebibyte of memory, mostly many times its length.
  it.each<[string, string]>([
    ['nothing', `(${'N'.repeat(40_000)}l.`],
    ['values that go again', `${'N0'.repeat(140_000)}N.`],
    ['marks', '('.repeat(50_000)],
    ['marks that go again', '(1'.repeat(50_000)],
    ['lists', `(${']'.repeat(5000)}l.`],
    ['tuples of one', `(${'N\x85'.repeat(5000)}l.`],
    ['dicts', `(${'}'.repeat(2500)}l.`],
    [
      'entries of a dict',
      `}(${Array.from({ length: 10_000 }, (_, i) => `J${u32(i)}N`).join('')}u.`,
    ],
    ['keys that are bytes', `}C\xff${'a'.repeat(255)}q\x000${'h\x00Ns'.repeat(3000)}.`],
    ['values kept', `N${'\x94'.repeat(12_000)}.`],
    ['values kept at far places', `N${Array.from({ length: 12_000 }, (_, i) => `r${u32(i * 2000)}`).join('')}.`], // prettier-ignore
    ['empty bytes', `(${'C\x00'.repeat(8000)}l.`],
    ['short texts', `(${cow.repeat(25_000)}l.`],
    ['texts of Python 2', `(${"S''\n".repeat(8000)}l.`],
    ['a long text of Python 2', `S'${'\\x41'.repeat(300_000)}'\n.`],
    ['a long text of escapes', `V${'\\u0041'.repeat(50_000)}\n.`],
    ['a long text', `X${u32(600_000)}${'a'.repeat(600_000)}.`],
    ['long numbers', `(${`\x8a\x10${'\x7f'.repeat(16)}`.repeat(2000)}l.`],
    ['decimals', `(${'G\x3f\xb9\x99\x99\x99\x99\x99\x9a'.repeat(25_000)}l.`],
    ['callables', 'cnumpy\nndarray\n0'.repeat(30_000)],
    ['states', `cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tC\x01btR(K\x01(K\x00tcnumpy\ndtype\n(Vf4\ntR\x89C\x00tq\x000${'h\x00b'.repeat(5000)}.`], // prettier-ignore
    // A list of 64 values, 64 times, and so on: 16 million.
    ['values met again and again', `(${'N'.repeat(64)}lq\x00${[0, 1, 2].map((i) => `(${`h${String.fromCharCode(i)}`.repeat(64)}lq${String.fromCharCode(i + 1)}`).join('')}.`], // prettier-ignore
  ])('bounds the memory that values take: %s', (_, text) => {
    const call = () => parsePickle(latin1(text), { name: 'x.pkl', maxBytes: 2 ** 20 });
    expect(call).toThrow(FormatError);
    expect(call).toThrow(
      /^x\.pkl: byte \d+: the values of the pickle take more than the 1048576 bytes of memory/,
    );
  });

  it('bounds what arrays and bytes of one text take', () => {
    // The same 1,000,000 bytes as 10 arrays, and bytes made of the same text.
    const array = `cnumpy.core.numeric\n_frombuffer\n(h\x00h\x01(J${u32(1e6)}tVC\ntR`;
    const arrays = `(B${u32(1e6)}${'a'.repeat(1e6)}q\x00cnumpy\ndtype\n(Vu1\ntRq\x01${array.repeat(10)}l.`;
    const bytes = `(B${u32(1e6)}${'a'.repeat(1e6)}X${u32(1e6)}${'a'.repeat(1e6)}q\x00${'c_codecs\nencode\n(h\x00Vlatin1\ntR'.repeat(10)}l.`;
    for (const [text, least] of [
      [arrays, 10e6],
      [bytes, 12e6],
    ] as const) {
      const read = (maxBytes: number) => parsePickle(latin1(text), { name: 'x.pkl', maxBytes });
      expect((read(least + 20_000) as unknown[]).length).toBeGreaterThan(10);
      expect(() => read(least)).toThrow(FormatError);
    }
  });

  it('refuses an array of many axes before it looks at each', () => {
    const text = `cnumpy.core.numeric\n_frombuffer\n(C\x00cnumpy\ndtype\n(Vf4\ntR(${'K\x00'.repeat(65)}tVC\ntR.`;
    expect(() => parse(latin1(text))).toThrow(/has no shape/);
  });

  it('reads escapes that are cut off as Python wrote them', () => {
    const bytes = (text: string): number[] => [...(parse(latin1(text)) as Uint8Array)];
    expect(bytes("S'a\\x4\\q\\08\\377\\\\'\n.")).toEqual([...latin1('a\\x4\\q\x008\xff\\')]);
    expect(bytes('S"\'"\r\n.')).toEqual([0x27]);
    expect(parse(latin1('V\\u00e4\\u4e2d\\U0001F600\\ud800\\u12\\q\\\n.'))).toBe(
      'ä中😀\ud800\\u12\\q\\',
    );
  });

  it('reads the lists of a file as large as that of IMDB', () => {
    // 50,000 lists of 236 numbers: 11.8 million values, within the bytes that its data set allows.
    const list = `](${'M\x07\x01'.repeat(236)}e`;
    const text = latin1(`(${list.repeat(50_000)}l.`);
    const read = parsePickle(text, { name: 'x.pkl', maxBytes: 2 ** 28 }) as unknown[][];
    expect(read.length).toBe(50_000);
    expect(read.at(-1)?.at(-1)).toBe(263);
  });
});
