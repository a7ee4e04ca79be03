import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { data } from '../../src/index.js';
import type { CsvOptions } from '../../src/data.js';
import { FormatError, ValueError } from '../../src/errors.js';
import { fuzz, SEED } from './fuzz.js';
import type { Part } from './fuzz.js';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const table = bytes(
  'length,width,"the\nspecies"\r\n5.1,3.5,"se""to""sa"\r\n7.0,,versicolor\n-1e3,nan,"a,b"\n\n6.3,3.3,"x\ny"\n',
);
const numbers = bytes('a;b\n1;2\n3;4\n5;-6\n');

const readers: Record<string, CsvOptions> = {
  'table.csv': { label: 2, dtypes: { 2: 'category' }, missing: 'nan' },
  'table.csv.gz': { label: 2, dtypes: { 2: 'category' }, missing: -1 },
  'numbers.csv': { delimiter: ';', dtypes: { b: 'int32' } },
};

const inflated: Part = {
  name: 'what is gzipped',
  take: (file) => (file[0] === 0x1f ? Uint8Array.from(gunzipSync(file)) : undefined),
  put: (_, part) => Uint8Array.from(gzipSync(part)),
};

const files = new Map([
  ['table.csv', table],
  ['table.csv.gz', Uint8Array.from(gzipSync(table))],
  ['numbers.csv', numbers],
]);

fuzz('data.readCsv and Dataset.csv', {
  files,
  parts: [inflated],
  // A changed header may lack the columns that are asked for.
  errors: [FormatError, ValueError],
  read: async (file, name) => {
    const options = readers[name] ?? {};
    let rows = 0;
    for await (const batch of data.Dataset.csv(file, options).batch(2)) {
      const parts = [batch].flat();
      rows += parts[0]?.shape[0] ?? 0;
      for (const part of parts) part.dispose();
    }
    const { x, y } = await data.readCsv(file, options);
    const read = x.shape[0];
    x.dispose();
    y?.dispose();
    expect(read).toBe(rows);
  },
});

fuzz('data.readCsvColumns', {
  files,
  parts: [inflated],
  errors: [FormatError, ValueError],
  read: async (file, name) => {
    const { delimiter = ',' } = readers[name] ?? {};
    const { columns, columnNames } = await data.readCsvColumns(file, { delimiter, missing: 'nan' });
    const lengths = columnNames.map((column) => columns[column]?.shape[0]);
    for (const column of Object.values(columns)) column.dispose();
    expect(new Set(lengths).size).toBe(1);
  },
});

describe('tables of any texts', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Lets a file arrive `size` bytes at a time. */
  function arriving(file: Uint8Array<ArrayBuffer>, size: number): void {
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < file.length; at += size) {
          controller.enqueue(file.slice(at, at + size));
        }
        controller.close();
      },
    });
    vi.stubGlobal('fetch', async () => new Response(body));
  }

  const runs = Number(process.env['LANEGRAD_FUZZ_RUNS'] ?? 300);
  const cell = fc
    .array(fc.constantFrom('a', 'b', ' ', ',', '"', '\n', 'µ', '😀', '1', '.'), { maxLength: 6 })
    // Texts that stand for missing values are left out.
    .map((characters) => `x${characters.join('')}`);

  it(
    'are read as they were written, however they are cut and quoted',
    { timeout: 60_000 + 100 * runs },
    async () => {
      const tables = fc.record({
        rows: fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }),
        quoteAll: fc.boolean(),
        end: fc.constantFrom('\n', '\r\n', '\r'),
        isClosed: fc.boolean(),
        piece: fc.integer({ min: 1, max: 30 }),
      });
      await fc.assert(
        fc.asyncProperty(tables, async ({ rows, quoteAll, end, isClosed, piece }) => {
          const write = (text: string): string =>
            quoteAll || /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
          const lines = [['first', 'second'], ...rows].map((row) => row.map(write).join(','));
          const file = bytes(lines.join(end) + (isClosed ? end : ''));
          arriving(file, piece);
          const { x, categories } = await data.readCsv('http://127.0.0.1/table.csv', {
            dtypes: { first: 'category', second: 'category' },
          });
          const indices = x.toArray() as number[][];
          x.dispose();
          const read = indices.map(([i = -1, j = -1]) => [
            categories['first']?.[i],
            categories['second']?.[j],
          ]);
          expect(read).toEqual(rows);
        }),
        { numRuns: runs, seed: SEED },
      );
    },
  );
});
