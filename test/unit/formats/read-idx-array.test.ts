import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileArray } from '../../../src/nn/data/file-tensors.js';
import { readIdx } from '../../../src/data.js';
import type { FileArray, LimitedReadOptions } from '../../../src/data.js';
import type { Source } from '../../../src/files/locations/source.js';
import { DatasetError, FormatError, ValueError } from '../../../src/errors.js';
import { startServer, type TestServer } from '../locations/http-server.js';
import { concatBytes, idxBytes, withByte } from './idx-bytes.js';
import { temporaryFolder } from '../locations/temporary-folder.js';

const plain = idxBytes('i16', [2, 2], [1, -2, 300, -400]);
const gzipped = new Uint8Array(gzipSync(plain));
const expected = { shape: [2, 2], dtype: 'int32', data: Int32Array.of(1, -2, 300, -400) };

async function readIdxArray(source: Source, options?: LimitedReadOptions): Promise<FileArray> {
  const tensor = await readIdx(source, options);
  const array = fileArray(tensor);
  tensor.dispose();
  return array;
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer({
    plain: (_, response) => response.end(plain),
    gzipped: (_, response) => response.end(gzipped),
    // A server that says how the bytes are encoded: fetch has inflated them before we see them.
    encoded: (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipped),
  });
});
afterAll(() => server.close());

describe('readIdxArray takes its bytes from', () => {
  const shared = new Uint8Array(new SharedArrayBuffer(gzipped.length));
  shared.set(gzipped);
  const sources: [string, Source][] = [
    ['a Uint8Array', plain],
    ['gzipped bytes', gzipped],
    ['an ArrayBuffer', plain.buffer],
    ['a view', concatBytes(Uint8Array.of(1), gzipped).subarray(1)],
    ['shared memory', shared],
    ['a Blob', new Blob([gzipped])],
    [
      'a data: URL',
      `data:application/octet-stream;base64,${Buffer.from(gzipped).toString('base64')}`,
    ],
  ];
  it.each(sources)('%s', async (_, source) => {
    expect(await readIdxArray(source)).toEqual(expected);
  });

  it('a path and a file: URL', async () => {
    const path = join(await temporaryFolder(), 'x.idx.gz');
    await writeFile(path, gzipped);
    expect(await readIdxArray(path)).toEqual(expected);
    expect(await readIdxArray(pathToFileURL(path))).toEqual(expected);
  });

  it.each(['plain', 'gzipped', 'encoded'])('a server: %s', async (folder) => {
    expect(await readIdxArray(server.url(folder))).toEqual(expected);
    expect(await readIdxArray(new URL(server.url(folder)))).toEqual(expected);
  });
});

describe('readIdxArray refuses', () => {
  it.each([
    ['a truncated file', plain.subarray(0, 15), /truncated.*needs 20 bytes, got 15/],
    ['a truncated gzip', gzipped.subarray(0, -9), /corrupted or truncated gzip/],
    ['a truncated file in a sound gzip', new Uint8Array(gzipSync(plain.subarray(0, 15))), /got 15/],
    ['trailing bytes', concatBytes(plain, Uint8Array.of(1)), /trailing bytes/],
    [
      'a gzip that holds more than its header declares',
      new Uint8Array(gzipSync(concatBytes(plain, new Uint8Array(100_000)))),
      /more than the expected 20 bytes/,
    ],
    ['something else in gzip', new Uint8Array(gzipSync('hello, world')), /not an IDX file/],
    ['an empty file', new Uint8Array(0), /truncated/],
  ])('%s', async (_, bytes, message) => {
    const reading = readIdxArray(bytes);
    await expect(reading).rejects.toThrow(FormatError);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/^IDX data: /);
  });

  it('a damaged file, by its name', async () => {
    const path = join(await temporaryFolder(), 'x.idx');
    await writeFile(path, withByte(plain, 2, 0x77));
    await expect(readIdxArray(path)).rejects.toThrow(`${path}: unknown IDX element type 77`);
  });

  it('a file that is not there, a folder, a URL that is not there', async () => {
    const folder = await temporaryFolder();
    await expect(readIdxArray(join(folder, 'x'))).rejects.toThrow(DatasetError);
    await expect(readIdxArray(join(folder, 'x'))).rejects.toThrow(/there is no such file/);
    await expect(readIdxArray(folder)).rejects.toThrow(DatasetError);
    await expect(readIdxArray(server.url('none'))).rejects.toThrow(/HTTP 404/);
  });

  it('a source of another kind', async () => {
    const number: unknown = 3;
    await expect(readIdxArray(number as Source)).rejects.toThrow(ValueError);
    await expect(readIdxArray(number as Source)).rejects.toThrow(/from 3: expected a path/);
  });

  it('to go on after an abort', async () => {
    const reason = new Error('stop');
    const signal = AbortSignal.abort(reason);
    await expect(readIdxArray(plain, { signal })).rejects.toBe(reason);
  });

  it('anything else than a FormatError for damaged gzip', async () => {
    const damage = fc.tuple(fc.nat(gzipped.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { maxLength: 3 }), async (edits) => {
        const bytes = edits.reduce((all, [at, value]) => withByte(all, at, value), gzipped);
        await readIdxArray(bytes).catch((error: unknown) => {
          expect(error).toBeInstanceOf(FormatError);
        });
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
