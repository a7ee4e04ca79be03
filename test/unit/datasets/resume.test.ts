// Downloads that break off go on where they stopped: in the same call, and in the next one.
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IdxDataset } from '../../../src/extras/datasets/idx-files.js';
import { loadIdxDataset } from '../../../src/extras/datasets/load-idx.js';
import type { LoadDataOptions } from '../../../src/extras/datasets/load-files.js';
import { DatasetError } from '../../../src/errors.js';
import { bundledProgram } from '../../integration/bundled-program.js';
import { fileName, startServer, type TestServer } from '../locations/http-server.js';
import { idxBytes } from '../formats/idx-bytes.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { gzippedFor, tiny } from './tiny-dataset.js';

// Bytes that gzip cannot shrink: sent in several pieces.
const noise = Array.from({ length: 6250 }, (_, i) => [
  ...createHash('sha256').update(String(i)).digest(),
]).flat();
const images = idxBytes('u8', [noise.length], noise);
const zipped = gzipSync(images);
const dataset: IdxDataset = {
  ...tiny,
  trainImages: {
    name: 'large-images',
    sha256: createHash('sha256').update(images).digest('hex'),
    maxBytes: images.length,
  },
};

/** Ranges that were asked for of the large file; '' without one. */
let ranges: string[];
let server: TestServer;
let cacheDirectory: string;

interface Behaviour {
  /** Bytes after which the connection is torn, request by request; then it holds. */
  readonly tears: number[];
  readonly etag?: () => string;
  readonly knowsRanges?: boolean;
  readonly contents?: (request: number) => Buffer;
}

function large(
  { tears, etag, knowsRanges = true, contents = () => zipped }: Behaviour,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { range = '' } = request.headers;
  ranges.push(range);
  const file = contents(ranges.length - 1);
  const from = knowsRanges ? Number(/^bytes=(\d+)-$/.exec(range)?.[1] ?? 0) : 0;
  const rest = file.subarray(from);
  if (etag !== undefined) response.setHeader('etag', etag());
  response.setHeader('content-length', rest.length);
  if (from > 0)
    response.setHeader('content-range', `bytes ${from}-${file.length - 1}/${file.length}`);
  response.writeHead(from > 0 ? 206 : 200);
  const tear = tears.shift();
  if (tear === undefined) response.end(rest);
  else response.write(rest.subarray(0, tear), () => setTimeout(() => response.destroy(), 30));
}

async function serve(behaviour: Behaviour): Promise<void> {
  server = await startServer({
    files: (request, response) => {
      if (fileName(request) === 'large-images.gz') large(behaviour, request, response);
      else response.end(gzippedFor(request));
    },
  });
}

beforeEach(async () => {
  vi.stubEnv('LANEGRAD_DATA_DIR', '');
  cacheDirectory = await temporaryFolder();
  ranges = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const load = async (options: LoadDataOptions = {}): Promise<boolean> => {
  const mirrors = [server.url('files')];
  const { trainImages } = await loadIdxDataset(dataset, { cacheDirectory, mirrors, ...options });
  return Buffer.from(trainImages.data.buffer, trainImages.data.byteOffset).equals(
    Buffer.from(images.subarray(8)),
  );
};
const kept = async (): Promise<string[]> =>
  (await readdir(join(cacheDirectory, 'tiny'))).filter((name) => name.startsWith('large'));

describe('a download that breaks off', () => {
  it('goes on at the same mirror', async () => {
    await serve({ tears: [70_000, 50_000], etag: () => '"1"' });
    const loaded: number[] = [];
    const onProgress: LoadDataOptions['onProgress'] = ({ url, loadedBytes, totalBytes }) => {
      if (!url.endsWith('large-images.gz')) return;
      loaded.push(loadedBytes);
      expect(totalBytes).toBe(zipped.length);
    };
    expect(await load({ onProgress })).toBe(true);
    expect(ranges).toEqual(['', 'bytes=70000-', 'bytes=120000-']);
    // Progress never goes back.
    expect(loaded).toEqual(loaded.toSorted((a, b) => a - b));
    expect(loaded.at(-1)).toBe(zipped.length);
    expect(await kept()).toEqual(['large-images.gz']);
  });

  it('goes on in the next call, which forgets the part', async () => {
    await serve({ tears: [60_000, 0] });
    await expect(load()).rejects.toThrow(DatasetError);
    expect(await kept()).toEqual(['large-images.gz.part']);
    ranges = [];
    expect(await load()).toBe(true);
    expect(ranges).toEqual(['bytes=60000-']);
    expect(await kept()).toEqual(['large-images.gz']);
  });

  it('goes on after it was aborted', async () => {
    await serve({ tears: [] });
    const controller = new AbortController();
    const onProgress: LoadDataOptions['onProgress'] = ({ url }) => {
      if (url.endsWith('large-images.gz')) controller.abort(new Error('later'));
    };
    await expect(load({ onProgress, signal: controller.signal })).rejects.toThrow('later');
    expect(await kept()).toEqual(['large-images.gz.part']);
    ranges = [];
    expect(await load()).toBe(true);
    expect(ranges[0]).toMatch(/^bytes=[1-9]\d*-$/);
  });

  it('starts over where the server knows no ranges', async () => {
    await serve({ tears: [70_000], knowsRanges: false });
    expect(await load()).toBe(true);
    expect(ranges).toEqual(['', 'bytes=70000-']);
  });

  it('starts over where the file has changed', async () => {
    const other = Buffer.alloc(zipped.length, 1);
    let version = 0;
    await serve({
      tears: [70_000],
      etag: () => `"${version++}"`,
      contents: (request) => (request === 0 ? other : zipped),
    });
    expect(await load()).toBe(true);
    expect(ranges).toEqual(['', 'bytes=70000-', '']);
  });

  it('starts over where parts of different files were put together, which the check sum tells', async () => {
    const other = Buffer.alloc(zipped.length, 1);
    await serve({ tears: [70_000], contents: (request) => (request === 0 ? other : zipped) });
    expect(await load()).toBe(true);
    expect(ranges).toEqual(['', 'bytes=70000-', '']);
    expect(await kept()).toEqual(['large-images.gz']);
  });

  it('is given up if nothing more comes', async () => {
    await serve({ tears: Array.from({ length: 50 }, () => 10) });
    await expect(load()).rejects.toThrow(/large-images\.gz failed/);
    expect(ranges.length).toBeLessThan(10);
  });
});

it('several processes fill one cache at the same time', async () => {
  await serve({ tears: [70_000, 30_000, 90_000], etag: () => '"1"' });
  const program = await bundledProgram(new URL('./load-child.ts', import.meta.url));
  const args = [program, JSON.stringify(dataset), server.url('files')];
  const run = (): Promise<number | null> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [...args, cacheDirectory], { stdio: 'inherit' });
      child.on('close', resolve);
    });
  expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0]);
  expect(await kept()).toContain('large-images.gz');
  server.requests.length = 0;
  expect(await load()).toBe(true);
  expect(server.requests).toEqual([]);
});
