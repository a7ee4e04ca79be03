// What a CSV file costs: each character is split a few times at most, and no more is unpacked than is allowed.
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as parser from '../../../../src/files/formats/csv/parser.js';
import { Dataset, readCsv } from '../../../../src/data.js';
import { FormatError, ValueError } from '../../../../src/errors.js';
import { bytes, failure } from './readers.js';

vi.mock('../../../../src/files/formats/csv/parser.js', { spy: true });
const parseText = vi.mocked(parser.parseText);
beforeEach(() => void parseText.mockClear());

/** Characters that were given to the parser. */
const parsed = (): number => parseText.mock.calls.reduce((sum, [text]) => sum + text.length, 0);

const zipped = (text: string | Uint8Array): Uint8Array => new Uint8Array(gzipSync(text));

describe('a row that is long', () => {
  it.each([
    ['of one field', `a\n${'1'.repeat(2 ** 22)}\n`],
    ['in quotes', `a\n"${'x\n'.repeat(2 ** 21)}"\n`],
    ['of many fields', `${'a,'.repeat(2 ** 19)}a\n${'1,'.repeat(2 ** 19)}1\n`],
  ])('is split as often as it doubles: %s', { timeout: 20_000 }, async (_, text) => {
    const { x } = await readCsv(zipped(text), {
      dtypes: text.includes('"') ? { a: 'category' } : {},
    });
    expect(x.shape[0]).toBe(1);
    x.dispose();
    expect(parsed()).toBeLessThan(4 * text.length);
  });

  it('ends at 2²⁴ characters', { timeout: 20_000 }, async () => {
    await expect(readCsv(zipped(`a\n"${'x'.repeat(2 ** 25)}`))).rejects.toThrow(
      /line 2: a quoted field that begins in this row is never closed/,
    );
    expect(parsed()).toBeLessThan(4 * 2 ** 25);
  });

  it('ends there even if its quote is closed later', { timeout: 20_000 }, async () => {
    const dtypes = { a: 'category' } as const;
    const row = (length: number): Uint8Array => zipped(`a\n"${'x'.repeat(length)}"\n`);
    await expect(readCsv(row(2 ** 24 + 2 ** 20), { dtypes })).rejects.toThrow(/line 2: .* closed/);
    const { x } = await readCsv(row(2 ** 24 - 2 ** 20), { dtypes });
    expect(x.shape).toEqual([1, 1]);
    x.dispose();
  });

  it('has at most 2²⁰ fields', { timeout: 20_000 }, async () => {
    const reading = readCsv(zipped(`a\n${','.repeat(2 ** 20)}\n`));
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(/line 2: more than 1048576 fields/);
  });
});

describe('many columns', () => {
  // Each was compared with all others: 10¹¹ comparisons.
  const COUNT = 500_000;
  const names = Array.from({ length: COUNT }, (_, i) => `c${i}`);
  const text = `${names.join()}\n${'1,'.repeat(COUNT - 1)}2\n`;

  it('are read in a time that grows as they do', { timeout: 20_000 }, async () => {
    const dtypes = Object.fromEntries(names.slice(0, 1000).map((name) => [name, 'int32'] as const));
    const { x, y, columnNames } = await readCsv(bytes(text), { label: -1, dtypes });
    expect(x.shape).toEqual([1, COUNT - 1]);
    expect(y?.toArray()).toEqual([2]);
    expect(columnNames).toHaveLength(COUNT - 1);
    x.dispose();
    y?.dispose();
  });

  it('are chosen in a time that grows as they do', { timeout: 20_000 }, async () => {
    const { x } = await readCsv(bytes(text), { columns: names });
    expect(x.shape).toEqual([1, COUNT]);
    x.dispose();
    await expect(readCsv(bytes(text), { columns: [...names, 'c7'] })).rejects.toThrow(
      /column 'c7' is chosen twice/,
    );
  });
});

describe('maxBytes', () => {
  it('limits the file, its text and its numbers', async () => {
    const text = `a,b\n${'1,2\n'.repeat(1000)}`;
    for (const source of [bytes(text), zipped(text)]) {
      // 8 bytes a row, of four characters.
      (await readCsv(source, { maxBytes: 8000 })).x.dispose();
      await expect(readCsv(source, { maxBytes: 7999 })).rejects.toThrow(
        /its numbers take more than the 7999 bytes that are allowed.*with maxBytes/,
      );
      const { message } = await failure(source, { maxBytes: text.length - 1 });
      expect(message).toMatch(/more than the 4003 bytes that are allowed.*with maxBytes/);
    }
    await expect(readCsv(bytes(text), { maxBytes: -1 })).rejects.toThrow(ValueError);
  });

  it('is not needed where gzip unpacks to what tables do, and where rows are streamed', async () => {
    // 80 MiB, a thousand times as long as its gzip.
    const row = Buffer.alloc(2 ** 20, 'x');
    row[2 ** 20 - 1] = 10;
    const file = zipped(Buffer.concat([Buffer.from('a\n'), ...Array<Buffer>(80).fill(row)]));
    const options = { dtypes: { a: 'category' } } as const;
    await expect(readCsv(file, options)).rejects.toThrow(
      /bytes of gzip unpack to more than the 67108864 bytes that are allowed/,
    );
    expect(parsed()).toBeLessThan(4 * 2 ** 26);
    const { x } = await readCsv(file, { ...options, maxBytes: 2 ** 30 });
    expect(x.shape).toEqual([80, 1]);
    x.dispose();
    let rows = 0;
    for await (const sample of Dataset.csv(file, options)) {
      sample.dispose();
      rows++;
    }
    expect(rows).toBe(80);
  }, 20_000);
});
