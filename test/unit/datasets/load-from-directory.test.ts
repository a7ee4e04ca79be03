import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadIdxDataset } from '../../../src/extras/datasets/load-idx.js';
import { DatasetError, FormatError } from '../../../src/errors.js';
import { webFileHost } from '../../../src/files/locations/platform.web.js';
import { fileName, startServer, type Handler } from '../locations/http-server.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { gzippedFor, plainFile, plainFiles, tiny, writeFiles } from './tiny-dataset.js';

beforeEach(async () => {
  vi.stubEnv('LANEGRAD_DATA_DIR', '');
  vi.stubEnv('LANEGRAD_CACHE_DIR', join(await temporaryFolder(), 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

/** What the made-up files hold. */
const expected = {
  trainImages: { shape: [50, 4, 3], dtype: 'uint8', data: plainFile('train-images').subarray(16) },
  trainLabels: { shape: [50], dtype: 'uint8', data: plainFile('train-labels').subarray(8) },
  testImages: { shape: [20, 4, 3], dtype: 'uint8', data: plainFile('test-images').subarray(16) },
  testLabels: { shape: [20], dtype: 'uint8', data: plainFile('test-labels').subarray(8) },
};

describe('option directory', () => {
  it.each([
    ['gzipped files', 'gz', ''],
    ['plain files', 'plain', ''],
    ['gzipped files in a folder of the name', 'gz', 'tiny'],
    ['plain files in a folder of the name', 'plain', 'tiny'],
  ] as const)('may hold %s', async (_, form, below) => {
    const directory = await temporaryFolder();
    await writeFiles(join(directory, below), form);
    expect(await loadIdxDataset(tiny, { directory })).toEqual(expected);
    expect(await loadIdxDataset(tiny, { directory: pathToFileURL(directory) })).toEqual(expected);
  });

  it('may mix both forms', async () => {
    const directory = await temporaryFolder();
    await writeFiles(directory, 'gz', ['train-images', 'test-labels']);
    await writeFiles(directory, 'plain', ['test-images', 'train-labels']);
    expect(await loadIdxDataset(tiny, { directory })).toEqual(expected);
  });

  it('goes before LANEGRAD_DATA_DIR', async () => {
    vi.stubEnv('LANEGRAD_DATA_DIR', join(await temporaryFolder(), 'not-there'));
    const directory = await temporaryFolder();
    await writeFiles(directory, 'gz');
    expect(await loadIdxDataset(tiny, { directory })).toEqual(expected);
  });

  it('that lacks files is an error that names them', async () => {
    const directory = await temporaryFolder();
    await writeFiles(directory, 'gz', ['train-images', 'test-labels']);
    const loading = loadIdxDataset(tiny, { directory });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(
      `tiny: the directory '${directory}' (option directory) lacks train-labels[.gz], test-images[.gz]; ` +
        'also not in its folder tiny/. Give the option directory, or',
    );
  });

  it('that does not exist is an error', async () => {
    const directory = join(await temporaryFolder(), 'none');
    const loading = loadIdxDataset(tiny, { directory });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(/none' \(option directory\) does not exist/);
  });

  it('with a file of other contents is an error that gives both check sums; the file stays', async () => {
    const directory = await temporaryFolder();
    await writeFiles(directory, 'plain');
    const path = join(directory, 'test-labels');
    const wrong = new Uint8Array(plainFile('test-labels'));
    wrong[20] = 77;
    await writeFile(path, wrong);
    const loading = loadIdxDataset(tiny, { directory });
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(`${path}: checksum mismatch: expected SHA-256`);
    await expect(loading).rejects.toThrow(tiny.testLabels.sha256);
    expect(new Uint8Array(await readFile(path))).toEqual(wrong);
  });

  it('with a truncated plain file is a checksum error that shows the lengths', async () => {
    const directory = await temporaryFolder();
    await writeFiles(directory, 'plain');
    await writeFile(join(directory, 'train-images'), plainFile('train-images').subarray(0, 300));
    const loading = loadIdxDataset(tiny, { directory });
    await expect(loading).rejects.toThrow(/\(616 bytes\), got [0-9a-f]{64} \(300 bytes\)/);
  });

  it('with a damaged gzip file is a FormatError that names it', async () => {
    const directory = await temporaryFolder();
    await writeFiles(directory, 'gz');
    const path = join(directory, 'train-images.gz');
    await writeFile(path, gzipSync(plainFile('train-images')).subarray(0, -12));
    const loading = loadIdxDataset(tiny, { directory });
    await expect(loading).rejects.toThrow(FormatError);
    await expect(loading).rejects.toThrow(`${path}: corrupted or truncated gzip data`);
  });

  it('with a gzip file that holds too much is a FormatError', async () => {
    const directory = await temporaryFolder();
    await writeFiles(directory, 'gz');
    await writeFile(join(directory, 'test-labels.gz'), gzipSync(new Uint8Array(1_000_000)));
    await expect(loadIdxDataset(tiny, { directory })).rejects.toThrow(FormatError);
  });

  it('may be a URL in a browser', async () => {
    const server = await startServer({
      site: (request, response) => {
        const bytes = request.url?.startsWith('/site/tiny/') ? gzippedFor(request) : undefined;
        response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
      },
    });
    try {
      const options = { directory: server.url('site') };
      expect(await loadIdxDataset(tiny, options, webFileHost())).toEqual(expected);
    } finally {
      await server.close();
    }
  });
});

describe('a server that answers with a page, and status 200, for what it does not have', () => {
  const page = new TextEncoder().encode('\n<!doctype html><title>An app</title>');

  /** What loading from `/site` comes to, where only `has` tells of files. */
  async function loadFrom(has: Handler): Promise<unknown> {
    const server = await startServer({ site: has });
    try {
      return await loadIdxDataset(tiny, { directory: server.url('site') }, webFileHost());
    } finally {
      await server.close();
    }
  }

  it.each(['gz', 'plain'] as const)('may have the files in the folder itself, %s', async (form) => {
    const answer: Handler = (request, response) => {
      const isIn = !request.url?.includes('/tiny/');
      const bytes = form === 'gz' ? gzippedFor(request) : plainFiles.get(fileName(request));
      response.writeHead(200).end(isIn && bytes !== undefined ? bytes : page);
    };
    expect(await loadFrom(answer)).toEqual(expected);
  });

  it('may have other files of the same names in the folder of the data set’s name', async () => {
    const answer: Handler = (request, response) => {
      const isIn = !request.url?.includes('/tiny/');
      response.writeHead(200).end(isIn ? (gzippedFor(request) ?? page) : 'of the other');
    };
    expect(await loadFrom(answer)).toEqual(expected);
  });

  it('lacks what it sends pages for', async () => {
    const loading = loadFrom((_, response) => response.writeHead(200).end(page));
    await expect(loading).rejects.toThrow(DatasetError);
    await expect(loading).rejects.toThrow(
      /site\/' \(option directory\) lacks train-images\[\.gz\], .*'http:.*\.gz' is a web page instead\. Give/,
    );
  });
});

describe('LANEGRAD_DATA_DIR', () => {
  it('is used without the option', async () => {
    const directory = await temporaryFolder();
    await writeFiles(join(directory, 'tiny'), 'gz');
    vi.stubEnv('LANEGRAD_DATA_DIR', directory);
    expect(await loadIdxDataset(tiny, { offline: true })).toEqual(expected);
  });

  it('may hold other data sets only: then the cache and the mirrors are asked', async () => {
    const directory = await temporaryFolder();
    vi.stubEnv('LANEGRAD_DATA_DIR', directory);
    const cacheDirectory = await temporaryFolder();
    await expect(loadIdxDataset(tiny, { cacheDirectory, offline: true })).rejects.toThrow(
      `  - LANEGRAD_DATA_DIR ${directory}: not there, nor in its tiny/\n`,
    );
    await writeFiles(join(cacheDirectory, 'tiny'), 'gz');
    expect(await loadIdxDataset(tiny, { cacheDirectory, offline: true })).toEqual(expected);
  });

  it('may be the folder of another data set whose files are called alike', async () => {
    const directory = await temporaryFolder();
    for (const name of plainFiles.keys()) await writeFile(join(directory, name), 'of the other');
    vi.stubEnv('LANEGRAD_DATA_DIR', directory);
    const cacheDirectory = await temporaryFolder();
    await writeFiles(join(cacheDirectory, 'tiny'), 'gz');
    expect(await loadIdxDataset(tiny, { cacheDirectory, offline: true })).toEqual(expected);
    // Named by the caller it is a mistake.
    await expect(loadIdxDataset(tiny, { directory })).rejects.toThrow(/checksum mismatch/);
  });

  it('may hold the data set in any of its folders, before files that lie beside them', async () => {
    const directory = await temporaryFolder();
    for (const name of plainFiles.keys()) await writeFile(join(directory, name), 'of the other');
    await writeFiles(join(directory, 'tiny'), 'gz');
    vi.stubEnv('LANEGRAD_DATA_DIR', directory);
    const dataset = { ...tiny, folders: ['tiny-set', 'tiny'] as const };
    expect(await loadIdxDataset(dataset)).toEqual(expected);
    expect(await loadIdxDataset(dataset, { directory })).toEqual(expected);
  });

  it('that holds a part of the data set is an error', async () => {
    const directory = await temporaryFolder();
    await writeFiles(directory, 'gz');
    await rm(join(directory, 'test-images.gz'));
    vi.stubEnv('LANEGRAD_DATA_DIR', directory);
    await expect(loadIdxDataset(tiny)).rejects.toThrow(
      /\(LANEGRAD_DATA_DIR\) lacks test-images\[\.gz\];/,
    );
  });

  it('that does not exist is an error', async () => {
    vi.stubEnv('LANEGRAD_DATA_DIR', join(await temporaryFolder(), 'typo'));
    await expect(loadIdxDataset(tiny)).rejects.toThrow(
      /typo' \(LANEGRAD_DATA_DIR\) does not exist/,
    );
  });
});

describe('where there is no SHA-256', () => {
  it('nothing is loaded and nothing deleted', async () => {
    const cacheDirectory = await temporaryFolder();
    await writeFiles(join(cacheDirectory, 'tiny'), 'gz');
    vi.stubGlobal('crypto', {});
    await expect(loadIdxDataset(tiny, { cacheDirectory })).rejects.toThrow(/secure pages/);
    vi.unstubAllGlobals();
    expect(await loadIdxDataset(tiny, { cacheDirectory, offline: true })).toEqual(expected);
    expect(plainFiles.size).toBe(4);
  });
});
