import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { download, type DownloadProgress } from '../../../src/files/locations/download.js';
import { DatasetError } from '../../../src/errors.js';
import { startServer, type TestServer } from './http-server.js';

const body = Uint8Array.from({ length: 5000 }, (_, i) => i % 256);
let server: TestServer;

beforeAll(async () => {
  server = await startServer({
    good: (_, response) => response.writeHead(200, { 'content-length': body.length }).end(body),
    chunked: (_, response) => {
      response.write(body.subarray(0, 2000));
      setTimeout(() => response.end(body.subarray(2000)), 20);
    },
    empty: (_, response) => response.end(),
    broken: (_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 2000), () => response.destroy());
    },
    silent: () => undefined,
    stalls: (_, response) => response.write(body.subarray(0, 2000)),
    error: (_, response) => response.writeHead(503, 'Busy').end('later'),
  });
});
afterAll(() => server.close());

describe('download', () => {
  it('gives the body and reports its way', async () => {
    const steps: DownloadProgress[] = [];
    const bytes = await download(server.url('good'), { onProgress: (step) => steps.push(step) });
    expect(bytes).toEqual(body);
    expect(steps.at(-1)).toEqual({ url: server.url('good'), loadedBytes: 5000, totalBytes: 5000 });
  });

  it('joins pieces of a body of unknown length', async () => {
    const steps: DownloadProgress[] = [];
    const bytes = await download(server.url('chunked'), {
      stallTimeout: 2000,
      onProgress: (step) => steps.push(step),
    });
    expect(bytes).toEqual(body);
    expect(steps.at(-1)?.totalBytes).toBeUndefined();
  });

  it('gives an empty body', async () => {
    expect(await download(server.url('empty'))).toEqual(new Uint8Array(0));
  });

  it.each([
    ['a status of 404', 'nothing', {}, /HTTP 404 Not Found$/],
    ['a status of 503', 'error', {}, /HTTP 503 Busy$/],
    ['a body that breaks off', 'broken', {}, /failed: /],
    [
      'a server that never answers',
      'silent',
      { stallTimeout: 60 },
      /nothing for 60 ms \(timeout\)/,
    ],
    ['a body that falls silent', 'stalls', { stallTimeout: 60 }, /nothing for 60 ms \(timeout\)/],
    ['a declared length above the limit', 'good', { maxBytes: 4999 }, /5000 bytes.*at most 4999/],
    ['a body above the limit', 'chunked', { maxBytes: 1999 }, /2000 bytes.*at most 1999/],
  ])('refuses %s', async (_, folder, options, message) => {
    const started = download(server.url(folder), options);
    await expect(started).rejects.toThrow(DatasetError);
    await expect(started).rejects.toThrow(message);
    await expect(started).rejects.toThrow(`download of ${server.url(folder)} failed: `);
  });

  it('names the reason when no server listens', async () => {
    const gone = await startServer({});
    await gone.close();
    await expect(download(gone.url('x'))).rejects.toThrow(/fetch failed \(.*ECONNREFUSED.*\)/);
  });

  it("throws the signal's reason, before and during the download", async () => {
    const reason = new Error('no longer wanted');
    const early = download(server.url('good'), { signal: AbortSignal.abort(reason) });
    await expect(early).rejects.toBe(reason);
    const controller = new AbortController();
    const late = download(server.url('stalls'), { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(late).rejects.toBe(reason);
  });

  it('lets an exception of onProgress through', async () => {
    const onProgress = vi.fn(() => {
      throw new RangeError('mine');
    });
    await expect(download(server.url('good'), { onProgress })).rejects.toThrow(RangeError);
    expect(onProgress).toHaveBeenCalledTimes(1);
  });
});
