import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Dataset, readCsv } from '../../../../src/data.js';
import type { Source } from '../../../../src/data.js';
import { DatasetError, FormatError } from '../../../../src/errors.js';
import { Dense } from '../../../../src/layers.js';
import { Sequential } from '../../../../src/models.js';
import { collect } from '../../data/dataset/elements.js';
import { startServer } from '../../locations/http-server.js';
import { temporaryFolder } from '../../locations/temporary-folder.js';
import { bytes, failure, read } from './readers.js';

describe('the text', () => {
  it('may have quotes, with delimiters, line breaks and quotes in them', async () => {
    const text = 'n,"a ""name"""\n"1","x, y"\n2,"two\nlines"\n3,"say ""hi"""\n';
    const { categories, x } = await readCsv(bytes(text), { dtypes: { 'a "name"': 'category' } });
    expect(categories).toEqual({ 'a "name"': ['x, y', 'two\nlines', 'say "hi"'] });
    expect(x.toArray()).toEqual([
      [1, 0],
      [2, 1],
      [3, 2],
    ]);
  });

  it.each([
    ['\\n', 'a,b\n1,2\n3,4\n'],
    ['\\r\\n', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['\\r', 'a,b\r1,2\r3,4'],
    ['a byte order mark', '\ufeffa,b\n1,2\n3,4'],
    ['empty lines', '\na,b\n\n1,2\n\n\n3,4\n\n'],
    ['spaces around numbers', 'a,b\n 1,2 \n3 , 4'],
    ['quotes', '"a","b"\r\n"1","2"\r\n"3","4"'],
  ])('may have %s', async (_, text) => {
    const x = [
      [1, 2],
      [3, 4],
    ];
    expect((await read(text, { columns: ['a', 'b'] })).x).toEqual(x);
  });

  it('may have other delimiters, encodings and lines before the header', async () => {
    expect((await read('a;b\n1;2', { delimiter: ';' })).x).toEqual([[1, 2]]);
    expect((await read('a\tb\n1\t2', { delimiter: '\t' })).x).toEqual([[1, 2]]);
    expect((await read('made by x\n\na,b\n1,2', { skipRows: 1 })).x).toEqual([[1, 2]]);
    const latin = Uint8Array.from('größe\n1', (character) => character.charCodeAt(0));
    expect((await read(latin, { encoding: 'latin1', columns: ['größe'] })).x).toEqual([[1]]);
    expect((await failure(latin)).message).toMatch(/the text is not utf-8\. Give encoding/);
  });

  it('is cut anywhere into the pieces that arrive', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},"na""me, ${i % 3}\r\nµ"`);
    const text = `id,text\r\n${rows.join('\r\n')}`;
    const all = bytes(text);
    const expected = await readCsv(all, { dtypes: { text: 'category' } });
    for (const size of [1, 2, 3, 7, 50]) {
      const server = await startServer({
        csv: (_, response) => {
          void (async () => {
            for (let at = 0; at < all.length; at += size) {
              response.write(all.subarray(at, at + size));
              if (at % 64 < size) await new Promise(setImmediate);
            }
            response.end();
          })();
        },
      });
      const got = await readCsv(server.url('csv'), { dtypes: { text: 'category' } });
      await server.close();
      expect(got.x.toArray()).toEqual(expected.x.toArray());
      expect(got.categories).toEqual({
        text: ['na"me, 0\nµ', 'na"me, 1\nµ', 'na"me, 2\nµ'],
      });
    }
  });

  it('is longer than a piece', async () => {
    const rows = 60_000;
    const text = `a,b\n${Array.from({ length: rows }, (_, i) => `${i},${i % 7}`).join('\n')}\n`;
    const { x, y } = await readCsv(bytes(text), { label: 'b' });
    expect(x.shape).toEqual([rows, 1]);
    expect([...x.data()].every((value, i) => value === i)).toBe(true);
    expect([...(y?.data() ?? [])].every((value, i) => value === i % 7)).toBe(true);
  });
});

describe('the source', () => {
  it('is bytes, a Blob, a path, a URL, gzipped or not', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'some.csv');
    await writeFile(path, 'a,b\n1,2\n3,4\n');
    await writeFile(`${path}.gz`, gzipSync('a,b\n1,2\n3,4\n'));
    const zipped = new Uint8Array(gzipSync('a,b\n1,2\n3,4\n'));
    const sources: Source[] = [
      path,
      pathToFileURL(path),
      `${path}.gz`,
      zipped,
      zipped.buffer,
      new Blob(['a,b\n1,2\n3,4\n']),
      'data:text/csv,a,b%0A1,2%0A3,4',
    ];
    for (const source of sources) {
      const { x } = await readCsv(source);
      expect(x.toArray()).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect(await collect(Dataset.csv(source).skip(1))).toEqual([[3, 4]]);
    }
  });

  it('that is not there or damaged is an error', async () => {
    const missing = join(await temporaryFolder(), 'none.csv');
    await expect(readCsv(missing)).rejects.toThrow(DatasetError);
    await expect(collect(Dataset.csv(missing))).rejects.toThrow(/none\.csv.*no such file/);
    const zipped = new Uint8Array(gzipSync(`a\n${'1\n'.repeat(1000)}`));
    expect(await failure(zipped.subarray(0, -9))).toBeInstanceOf(FormatError);
    const broken = new Uint8Array(zipped);
    broken.set([(broken.at(-6) ?? 0) ^ 1], broken.length - 6);
    expect(await failure(broken)).toBeInstanceOf(FormatError);
    const server = await startServer({
      torn: (_, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('a,b\n1,2\n');
        setTimeout(() => response.destroy(), 20);
      },
    });
    await expect(readCsv(server.url('torn'))).rejects.toThrow(DatasetError);
    await server.close();
  });

  it('is let go of when a pass is left early', async () => {
    const path = join(await temporaryFolder(), 'long.csv');
    await writeFile(path, `a\n${'1\n'.repeat(500_000)}`);
    // Files that stay open would run out.
    for (let i = 0; i < 50; i++) expect(await collect(Dataset.csv(path), 1)).toEqual([[1]]);
  });

  it('ends with the signal', async () => {
    const reason = new Error('enough');
    const options = { signal: AbortSignal.abort(reason) };
    await expect(readCsv(bytes('a\n1'), options)).rejects.toBe(reason);
  });
});

describe('training on a CSV file', () => {
  it('streams it, and learns a line', async () => {
    const path = join(await temporaryFolder(), 'line.csv');
    const lines = Array.from(
      { length: 64 },
      (_, i) => `${(i - 32) / 32},${(2 * (i - 32)) / 32 + 1}`,
    );
    await writeFile(path, `x,y\n${lines.join('\n')}\n`);
    const model = new Sequential([new Dense(1, { inputShape: [1] })]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const rows = Dataset.csv(path, { label: ['y'] })
      .shuffle(64, { seed: 1 })
      .batch(8)
      .prefetch(2);
    const { history } = await model.fit(rows, { epochs: 80, verbose: 0 });
    expect(history.loss?.at(-1)).toBeLessThan(1e-3);
  });
});
