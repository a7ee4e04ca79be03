import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadIdxDataset } from '../../../src/extras/datasets/load-idx.js';
import type { LoadDataOptions } from '../../../src/extras/datasets/load-files.js';
import { DatasetError, ValueError } from '../../../src/errors.js';
import { fileName, startServer, type TestServer } from '../locations/http-server.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { gzippedFor, plainFile, plainFiles, tiny, writeFiles } from './tiny-dataset.js';

let server: TestServer;
let cacheDirectory: string;

beforeAll(async () => {
  server = await startServer({
    good: (request, response) => response.end(gzippedFor(request)),
    // Gzip undone on the way, as `Content-Encoding: gzip` does.
    encoded: (request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzippedFor(request)),
    corrupt: (request, response) => {
      const bytes = gunzipSync(gzippedFor(request) ?? '');
      bytes[bytes.length - 1] = 200;
      response.end(gzipSync(bytes));
    },
    truncated: (request, response) => response.end(gzippedFor(request)?.subarray(0, -10)),
    page: (_, response) => response.end('<html>Please log in</html>'),
    huge: (_, response) => response.end(new Uint8Array(50_000)),
    hanging: () => undefined,
    'lacks-one': (request, response) => {
      if (fileName(request) === 'test-labels.gz') response.writeHead(404).end();
      else response.end(gzippedFor(request));
    },
  });
});
afterAll(() => server.close());

beforeEach(async () => {
  vi.stubEnv('LANEGRAD_DATA_DIR', '');
  vi.stubEnv('LANEGRAD_CACHE_DIR', '');
  cacheDirectory = await temporaryFolder();
  server.requests.length = 0;
});
afterEach(() => vi.unstubAllEnvs());

const load = (folders: readonly string[], options: LoadDataOptions = {}) =>
  loadIdxDataset(tiny, {
    cacheDirectory,
    mirrors: folders.map((folder) => server.url(folder)),
    ...options,
  });

async function expectTiny(loading: ReturnType<typeof load>): Promise<void> {
  const { trainImages, trainLabels, testImages, testLabels } = await loading;
  expect(trainImages.shape).toEqual([50, 4, 3]);
  expect(testImages.data).toEqual(plainFile('test-images').subarray(16));
  expect(trainLabels.data).toEqual(plainFile('train-labels').subarray(8));
  expect(testLabels.shape).toEqual([20]);
}

const cached = async (): Promise<string[]> => (await readdir(join(cacheDirectory, 'tiny'))).sort();
const allCached = [...plainFiles.keys()].map((name) => `${name}.gz`).sort();

describe('mirrors', () => {
  it('fill the cache, which then needs no network', async () => {
    await expectTiny(load(['good']));
    expect(server.requests.sort()).toEqual(allCached.map((name) => `/good/${name}`));
    expect(await cached()).toEqual(allCached);
    server.requests.length = 0;
    await expectTiny(load(['good']));
    await expectTiny(load([], { offline: true }));
    expect(server.requests).toEqual([]);
  });

  it('may be named without the last slash', async () => {
    await expectTiny(load([], { mirrors: [server.url('good').slice(0, -1)] }));
  });

  it('may send the files inflated; they are cached as they came', async () => {
    await expectTiny(load(['encoded']));
    expect(await cached()).toEqual([...plainFiles.keys()].sort());
    await expectTiny(load([], { offline: true }));
  });

  it.each(['corrupt', 'truncated', 'page', 'huge', 'nothing', 'lacks-one'])(
    'are asked in turn: one that is bad (%s) is left for the next, and nothing bad is kept',
    async (bad) => {
      await expectTiny(load([bad, 'good']));
      expect(await cached()).toEqual(allCached);
      for (const name of plainFiles.keys()) {
        const kept = gunzipSync(await readFile(join(cacheDirectory, 'tiny', `${name}.gz`)));
        expect(new Uint8Array(kept)).toEqual(plainFile(name));
      }
    },
  );

  it('are left when they hang', async () => {
    // Two mirrors share 800 ms.
    await expectTiny(load(['hanging', 'good'], { timeout: 800 }));
  });

  it('report their progress', async () => {
    const last = new Map<string, number>();
    const onProgress: LoadDataOptions['onProgress'] = ({ url, loadedBytes }) =>
      void last.set(url, loadedBytes);
    await expectTiny(load(['good'], { onProgress }));
    expect([...last.keys()].sort()).toEqual(allCached.map((name) => server.url('good') + name));
    expect(last.get(`${server.url('good')}test-images.gz`)).toBe(
      gzipSync(plainFile('test-images')).length,
    );
  });

  it('may be used by several loaders of one cache at the same time', async () => {
    await Promise.all(Array.from({ length: 5 }, () => expectTiny(load(['good']))));
    expect(await cached()).toEqual(allCached);
  });
});

describe('when all mirrors fail', () => {
  it('the error lists every attempt, its reason, and what to do', async () => {
    const folders = ['nothing', 'corrupt', 'truncated', 'page'];
    const error: unknown = await load(folders).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatasetError);
    const { message } = error as DatasetError;
    expect(message).toMatch(/^tiny: cannot get (train|test)-(images|labels)\. Tried:\n/);
    expect(message).toContain(`  - cache ${cacheDirectory}: not there\n`);
    expect(message).toMatch(
      / {2}- download of http:\S+\/nothing\/\S+\.gz failed: HTTP 404 Not Found\n/,
    );
    expect(message).toMatch(
      / {2}- http:\S+\/corrupt\/\S+\.gz: checksum mismatch: expected SHA-256 /,
    );
    expect(message).toMatch(/ {2}- http:\S+\/truncated\/\S+\.gz: corrupted or truncated gzip data/);
    expect(message).toMatch(/ {2}- http:\S+\/page\/\S+\.gz: checksum mismatch/);
    expect(message).toMatch(/Give the option directory, or LANEGRAD_DATA_DIR, the folder/);
    expect(await readdir(cacheDirectory)).toEqual([]);
  });

  it('because they hang, the error says so', async () => {
    const error: unknown = await load(['hanging'], { timeout: 200 }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as DatasetError).message).toMatch(
      /hanging\/\S+\.gz.*(nothing for 200 ms|time limit of 200 ms was over)/,
    );
  });

  it('because the time for all is over, the rest is not tried', async () => {
    // Each mirror may be silent for 500 ms, but bytes keep coming; only the total ends it.
    const dripping = await startServer({
      drip: (_, response) => {
        const timer = setInterval(() => response.write(Uint8Array.of(0)), 20);
        response.on('close', () => clearInterval(timer));
      },
    });
    try {
      const mirrors = [dripping.url('drip'), dripping.url('next')];
      const loading = load([], { mirrors, timeout: 1000 });
      await expect(loading).rejects.toThrow(DatasetError);
      await expect(loading).rejects.toThrow(/drip\/\S+\.gz: the time limit of 1000 ms was over/);
      expect(dripping.requests.every((path) => path.startsWith('/drip/'))).toBe(true);
    } finally {
      await dripping.close();
    }
  });

  it('or none are given', async () => {
    await expect(load([])).rejects.toThrow(/mirrors: none given/);
  });

  it('or offline is set, no server is asked', async () => {
    const loading = load(['good'], { offline: true });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(/mirrors: not asked, as offline is set/);
    expect(server.requests).toEqual([]);
  });
});

describe('a bad file in the cache', () => {
  it('is replaced from a mirror', async () => {
    await writeFiles(join(cacheDirectory, 'tiny'), 'gz');
    const path = join(cacheDirectory, 'tiny', 'train-labels.gz');
    await writeFile(path, gzipSync('something else'));
    await expectTiny(load(['good']));
    expect(server.requests).toEqual(['/good/train-labels.gz']);
    expect(new Uint8Array(gunzipSync(await readFile(path)))).toEqual(plainFile('train-labels'));
  });

  it('is deleted, and the error tells of it', async () => {
    await mkdir(join(cacheDirectory, 'tiny'));
    for (const name of allCached) await writeFile(join(cacheDirectory, 'tiny', name), 'junk');
    await expect(load([], { offline: true })).rejects.toThrow(
      /\.gz in the cache .*: checksum mismatch: .* \(It has been deleted from the cache\.\)/,
    );
    expect((await cached()).length).toBeLessThan(4);
  });
});

describe('aborting', () => {
  it("throws the signal's reason", async () => {
    const reason = new Error('no longer wanted');
    const signal = AbortSignal.abort(reason);
    await expect(load(['good'], { signal })).rejects.toBe(reason);
    const controller = new AbortController();
    const loading = load(['hanging', 'good'], { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(loading).rejects.toBe(reason);
  });

  it('by an exception of onProgress throws that exception', async () => {
    const onProgress = (): never => {
      throw new RangeError('mine');
    };
    await expect(load(['good', 'good'], { onProgress })).rejects.toThrow(RangeError);
  });
});

describe('options', () => {
  it.each<[object, RegExp]>([
    [{ dir: 'x' }, /datasets\.tiny\.loadData: unknown option 'dir'/],
    [{ directory: '' }, /directory is an empty string/],
    [{ cacheDirectory: '' }, /cacheDirectory is an empty string/],
    [{ timeout: 0 }, /timeout must be a positive number of ms, got 0/],
    [{ timeout: NaN }, /timeout must be a positive number of ms, got NaN/],
    [{ mirrors: ['ftp://x/'] }, /a mirror must be an http\(s\) URL, got 'ftp:\/\/x\/'/],
  ])('%o is refused', async (options, message) => {
    await expect(loadIdxDataset(tiny, options)).rejects.toThrow(ValueError);
    await expect(loadIdxDataset(tiny, options)).rejects.toThrow(message);
  });

  it('a cache directory that cannot be written is an error', async () => {
    const file = join(cacheDirectory, 'a-file');
    await writeFile(file, 'x');
    const loading = load(['good'], { cacheDirectory: file });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(/cannot write 'tiny\/.*' to the cache '.*a-file'/);
  });
});
