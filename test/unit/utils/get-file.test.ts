// Files from a server of this machine: where they are kept, when they are asked for again, and what archives may not do.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultWriter } from '../../../src/config/platform.js';
import type { GetFileOptions } from '../../../src/extras/utils/downloads/get-file-options.js';
import { zip } from '../../../src/files/formats/zip.js';
import * as hosts from '../../../src/files/locations/platform.js';
import { webFileHost } from '../../../src/files/locations/platform.web.js';
import { DatasetError, FormatError, utils, ValueError } from '../../../src/index.js';
import { startServer, type TestServer } from '../locations/http-server.js';
import { temporaryFolder } from '../locations/temporary-folder.js';
import { link, tar } from './tar.js';

/** What Keras calls files and folders: see test/oracles/fixtures/keras-inspection.py. */
const paths = JSON.parse(
  readFileSync(new URL('../../fixtures/keras-inspection/get-file.json', import.meta.url), 'utf8'),
) as readonly {
  readonly options: {
    readonly fname?: string;
    readonly extract?: boolean;
    readonly cache_subdir?: string;
  };
  readonly kept: string;
  readonly path: string;
}[];

const text = Buffer.from('a,b\n1,2\n');
const sha256 = createHash('sha256').update(text).digest('hex');
const md5 = createHash('md5').update(text).digest('hex');

let server: TestServer;
let cacheDir: string;
/** What the server sends, by the last part of the path. */
let contents: Record<string, Uint8Array>;

beforeEach(async () => {
  vi.stubEnv('LANEGRAD_CACHE_DIR', '');
  cacheDir = await temporaryFolder();
  contents = { 'a.csv': text };
  server = await startServer({
    files: (request, response) => {
      const name = new URL(request.url ?? '', 'http://x').pathname.split('/').at(-1) ?? '';
      const found = contents[name];
      if (found === undefined) response.writeHead(404).end();
      else response.end(found);
    },
  });
});

afterEach(async () => {
  await server.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const get = (name: string, options: GetFileOptions = {}): Promise<string> =>
  utils.getFile(`${server.url('files')}${name}`, { cacheDir, ...options });

/** All files below a folder, by their paths. */
const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('getFile', () => {
  it('keeps a file where Keras would, and does not ask for it again', async () => {
    const path = await get('a.csv');
    expect(path).toBe(join(cacheDir, 'datasets', 'a.csv'));
    expect(await readFile(path)).toEqual(text);
    expect(await get('a.csv')).toBe(path);
    expect(server.requests).toHaveLength(1);
    contents['a.csv'] = Buffer.from('new');
    await get('a.csv', { forceDownload: true });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await filesIn(cacheDir)).toEqual(['datasets/a.csv']);
  });

  it.each(paths)('has the path of Keras: $options', async ({ options, kept, path }) => {
    const { fname, extract, cache_subdir: cacheSubdir } = options;
    contents['flowers.tar.gz'] = gzipSync(tar([['x.txt', text]]));
    const got = await get('flowers.tar.gz?x=1', { fname, extract, cacheSubdir });
    expect(got).toBe(join(cacheDir, path));
    expect(await filesIn(cacheDir)).toEqual(
      extract === true ? [join(path, 'x.txt'), kept].sort() : [kept],
    );
  });

  it('uses the cache of the data sets, a home, and an absolute folder', async () => {
    vi.stubEnv('LANEGRAD_CACHE_DIR', join(cacheDir, 'named'));
    expect(await get('a.csv', { cacheDir: undefined })).toBe(
      join(cacheDir, 'named/datasets/a.csv'),
    );
    vi.stubEnv('HOME', cacheDir);
    expect(await get('a.csv', { cacheDir: '~/k' })).toBe(join(cacheDir, 'k/datasets/a.csv'));
    const cacheSubdir = join(cacheDir, 'absolute');
    expect(await get('a.csv', { cacheSubdir })).toBe(join(cacheSubdir, 'a.csv'));
  });

  it.each([sha256, sha256.toUpperCase(), md5])('verifies the check sum %s', async (fileHash) => {
    const path = await get('a.csv', { fileHash });
    await get('a.csv', { fileHash });
    expect(server.requests).toHaveLength(1);
    // What is damaged is downloaded again.
    await writeFile(path, 'damaged');
    await get('a.csv', { fileHash });
    expect(await readFile(path)).toEqual(text);
    expect(server.requests).toHaveLength(2);
  });

  it('keeps nothing of a file with another check sum, and what was there stays', async () => {
    const wrong = get('a.csv', { fileHash: '0'.repeat(64) });
    await expect(wrong).rejects.toThrow(DatasetError);
    await expect(wrong).rejects.toThrow(
      `expected SHA-256 ${'0'.repeat(64)}, got ${sha256} (8 bytes)`,
    );
    expect(await filesIn(cacheDir)).toEqual([]);
    const path = await get('a.csv');
    await expect(get('a.csv', { fileHash: '0'.repeat(32) })).rejects.toThrow('expected MD5');
    expect(await readFile(path)).toEqual(text);
  });

  it('names what fails: a missing file, too many bytes, an abort', async () => {
    await expect(get('none.csv')).rejects.toThrow(/none\.csv failed: HTTP 404/);
    await expect(get('a.csv', { maxBytes: 4 })).rejects.toThrow('expected at most 4');
    const reason = new Error('own');
    await expect(get('a.csv', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await filesIn(cacheDir)).toEqual([]);
    await writeFile(join(cacheDir, 'file'), '');
    const inFile = get('a.csv', { cacheDir: join(cacheDir, 'file') });
    await expect(inFile).rejects.toThrow(
      /getFile: cannot write '.*file\/datasets\/a\.csv'.*A part of the path is a file/s,
    );
  });

  it('tells onProgress of each piece, else draws on a terminal alone', async () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    const seen: number[] = [];
    await get('a.csv', { onProgress: ({ loadedBytes }) => seen.push(loadedBytes) });
    await get('a.csv', { forceDownload: true });
    expect(seen).toEqual([8]);
    expect(lines).toEqual([]);
    vi.spyOn(defaultWriter(), 'isTerminal', 'get').mockReturnValue(true);
    vi.spyOn(defaultWriter(), 'hasColors', 'get').mockReturnValue(false);
    await get('a.csv', { forceDownload: true });
    expect(lines[0]).toBe(`Downloading data from ${server.url('files')}a.csv\n`);
    expect(lines.at(-1)).toMatch(/^\r8\/8 ━{20} 0s \S+\/step/);
  });

  it('is refused in a browser, with what to do', async () => {
    vi.spyOn(hosts, 'fileHost').mockReturnValue(webFileHost());
    await expect(get('a.csv')).rejects.toThrow(
      /getFile: a browser has no folder for files. Give the URL itself/,
    );
  });
});

describe('archives of getFile', () => {
  const zipped = (...files: [string, Buffer][]): Promise<Uint8Array> =>
    zip(
      files.map(([name, bytes]) => ({ name, bytes: new Uint8Array(bytes) })),
      { compress: true },
    );

  it('are extracted, and not again while they are there', async () => {
    const long = `${'d'.repeat(120)}/${'é'.repeat(90)}.txt`;
    const files: [string, Buffer][] = [
      ['a.txt', text],
      ['b/c.txt', Buffer.from('c')],
    ];
    contents['t.tar'] = tar([
      ['./a.txt', text],
      ['b/c.txt', Buffer.from('c')],
      [long, text],
    ]);
    contents['t.tgz'] = gzipSync(tar(files));
    contents['t.zip'] = await zipped(...files);
    for (const name of ['t.tar', 't.tgz', 't.zip']) {
      const folder = await get(name, { extract: true });
      expect(folder).toBe(join(cacheDir, 'datasets', name));
      const names = ['a.txt', 'b/c.txt', ...(name === 't.tar' ? [long] : [])];
      expect(await filesIn(folder)).toEqual(names);
      expect(await readFile(join(folder, 'a.txt'))).toEqual(text);
      // What a program changes there stays.
      await writeFile(join(folder, 'a.txt'), 'mine');
      await get(name, { extract: true });
      expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('mine');
    }
    expect(server.requests).toHaveLength(3);
  });

  it('are extracted again once they are downloaded again; other files stay', async () => {
    contents['t.tgz'] = gzipSync(tar([['a.txt', text]]));
    const folder = await get('t.tgz', { extract: true });
    await writeFile(join(folder, 'own.txt'), 'own');
    contents['t.tgz'] = gzipSync(tar([['a.txt', Buffer.from('new')]]));
    await get('t.tgz', { extract: true, forceDownload: true });
    expect(await filesIn(folder)).toEqual(['a.txt', 'own.txt']);
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('new');
  });

  it('leave out links, with a warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    contents['t.tar'] = tar([['a.txt', text]], [link('out', '/etc/passwd')]);
    const folder = await get('t.tar', { extract: true });
    expect(await readdir(folder)).toEqual(['a.txt']);
    expect(warn.mock.calls.flat().join()).toMatch(/links in the archive \(1\) are left out: out\./);
  });

  it.each(['../out.txt', '/tmp/out.txt', 'a/../../out.txt', 'C:/out.txt', 'a\\..\\out.txt', '..'])(
    'that would write to %s are refused before anything is written',
    async (name) => {
      contents['t.tar'] = tar([
        ['a.txt', text],
        [name, text],
      ]);
      const refused = get('t.tar', { extract: true });
      await expect(refused).rejects.toThrow(FormatError);
      await expect(refused).rejects.toThrow('a name that leads out of the folder');
      contents['t.zip'] = await zipped(['a.txt', text], [name, text]);
      await expect(get('t.zip', { extract: true })).rejects.toThrow(FormatError);
      expect(await filesIn(cacheDir)).toEqual([]);
    },
  );

  it('that inflate to more than maxBytes are refused', async () => {
    const bomb = Buffer.alloc(5_000_000);
    contents['t.tgz'] = gzipSync(tar([['a.txt', bomb]]));
    contents['t.zip'] = await zipped(['a.txt', bomb]);
    // The last four bytes lie.
    const lying = Buffer.from(contents['t.tgz']);
    lying.writeUInt32LE(1024, lying.length - 4);
    contents['lying.tgz'] = lying;
    for (const name of ['t.tgz', 't.zip', 'lying.tgz']) {
      await expect(get(name, { extract: true, maxBytes: 1_000_000 })).rejects.toThrow(FormatError);
    }
    expect(await filesIn(cacheDir)).toEqual([]);
  });

  it('that are none, damaged, empty, or of two minds are refused, and nothing is left', async () => {
    contents['page'] = Buffer.from('<html>Not found</html>');
    contents['short.tgz'] = gzipSync(tar([['a.txt', text]])).subarray(0, 60);
    contents['tiny.tgz'] = Buffer.from([0x1f, 0x8b]);
    contents['gone.tar'] = tar([]);
    contents['both.tar'] = tar([
      ['a', text],
      ['a/b', text],
    ]);
    contents['t.bz2'] = Buffer.from('BZh91AY&SY');
    contents['t.zip'] = await zipped(['a.txt', text]);
    const refusals: [string, RegExp][] = [
      ['page', /tar or zip \(also \.tar\.gz\); it begins as a page does/],
      ['short.tgz', /t\.tgz: (corrupted|the archive inflates)/],
      ['tiny.tgz', /truncated gzip data/],
      ['gone.tar', /no archive|holds no file/],
      ['both.tar', /cannot write '.*both\.tar'/],
      ['t.bz2', /compressed by bzip2/],
    ];
    for (const [name, message] of refusals) {
      await expect(get(name, { extract: true }), name).rejects.toThrow(message);
    }
    await expect(get('t.zip', { extract: true, archiveFormat: 'tar' })).rejects.toThrow(
      'tar (also .tar.gz); it is a zip file',
    );
    expect(await filesIn(cacheDir)).toEqual([]);
    await get('t.zip', { extract: true, archiveFormat: ['zip'] });
  });
});

describe('arguments of getFile that make no sense', () => {
  const url = 'https://example.com/a.zip';
  const cases: [unknown, unknown, RegExp][] = [
    ['a.csv', {}, /origin must be an http\(s\) URL, got 'a\.csv'/],
    ['a.csv', 'https://example.com/a.csv', /getFile\(origin, \{ fname: 'a\.csv' \}\)/],
    ['file:///etc/passwd', {}, /origin must be/],
    [url, { untar: true }, /untar is replaced in Keras: give extract: true/],
    [url, { md5Hash: 'x' }, /give fileHash/],
    [url, { chacheDir: 'x' }, /unknown option 'chacheDir'.*cacheDir/],
    [url, { fileHash: 'xyz' }, /64 hexadecimal digits \(SHA-256\) or 32 \(MD5\), got 'xyz'/],
    [url, { fileHash: 'a'.repeat(32), hashAlgorithm: 'sha256' }, /64 hexadecimal digits, got/],
    [url, { hashAlgorithm: 'sha256' }, /Give fileHash as well/],
    [url, { archiveFormat: 'zip' }, /Give extract: true as well/],
    [
      url,
      { extract: true, archiveFormat: null },
      /archiveFormat must be 'auto', 'tar', 'zip' or a list/,
    ],
    [url, { extract: true, archiveFormat: [] }, /archiveFormat must be/],
    [url, { extract: true, archiveFormat: 'rar' }, /archiveFormat must be/],
    [url, { fname: 'a/b' }, /fname must be the plain name/],
    [url, { fname: '..' }, /fname must be the plain name/],
    ['https://example.com/', {}, /has no name for a file. Give fname/],
    ['https://example.com/a/..', {}, /has no name for a file/],
    [url, { cacheSubdir: '../x' }, /cacheSubdir must be a folder in cacheDir/],
    [url, { extract: 1 }, /extract must be/],
    [url, { maxBytes: -1 }, /maxBytes must be/],
  ];
  it.each(cases)('%s %o', async (origin, options, message) => {
    const refused = utils.getFile(origin as string, options as GetFileOptions);
    await expect(refused).rejects.toThrow(ValueError);
    await expect(refused).rejects.toThrow(message);
  });
});
