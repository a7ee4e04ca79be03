import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DatasetError, ValueError } from '../../../src/errors.js';
import { data, datasets, models, utils } from '../../../src/index.js';
import { fileHost } from '../../../src/files/locations/platform.js';
import { nodeFileHost } from '../../../src/files/locations/platform.node.js';
import { webFileHost } from '../../../src/files/locations/platform.web.js';
import { startServer, type TestServer } from './http-server.js';
import { temporaryFolder } from './temporary-folder.js';

const bytes = Uint8Array.of(1, 2, 3, 255);

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

describe('fileHost', () => {
  it('is the same at every call', () => {
    expect(fileHost()).toBe(fileHost());
  });

  it('has no node adapter where there is no process', () => {
    vi.stubGlobal('process', undefined);
    expect(nodeFileHost()).toBeUndefined();
  });
});

describe('the node adapter', () => {
  it('reads the environment; empty is unset', () => {
    vi.stubEnv('LANEGRAD_TEST', 'x');
    expect(fileHost().environment('LANEGRAD_TEST')).toBe('x');
    vi.stubEnv('LANEGRAD_TEST', '');
    expect(fileHost().environment('LANEGRAD_TEST')).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('reads no pipe and no device', async () => {
    const folder = await temporaryFolder();
    const pipe = join(folder, 'x.png');
    execFileSync('mkfifo', [pipe]);
    await symlink('/dev/zero', join(folder, 'zeros.png'));
    await symlink('nowhere', join(folder, 'nothing.png'));
    await mkdir(join(folder, 'inner'));
    await writeFile(join(folder, 'file.png'), bytes);
    const names = (await fileHost().readFolder(folder))?.map(({ name }) => name);
    expect(names?.sort()).toEqual(['file.png', 'inner', 'nothing.png']);
    const zeros = join(folder, 'zeros.png');
    await expect(utils.loadImg(pipe)).rejects.toThrow(
      /x\.png': it is a pipe, not a file\. Read it in/,
    );
    await expect(utils.loadImg(zeros)).rejects.toThrow(/zeros\.png': it is a device, not a file/);
    const read = [models.loadModel, data.readCsv, data.readNpy, data.readNpz, data.readIdx];
    for (const path of [pipe, zeros, pathToFileURL(pipe)]) {
      for (const each of read) await expect(each(path)).rejects.toThrow(DatasetError);
    }
    execFileSync('mkfifo', [join(folder, 'model.json')]);
    await expect(models.loadModel(folder)).rejects.toThrow(/it is a pipe/);
    execFileSync('mkfifo', [join(folder, 'mnist.npz'), join(folder, 'train-images-idx3-ubyte')]);
    await expect(datasets.mnist.loadData({ directory: folder })).rejects.toThrow(/it is a pipe/);
  });

  it('reads a file by path and by file: URL, and knows what is missing', async () => {
    const path = join(await temporaryFolder(), 'a b.bin');
    await writeFile(path, bytes);
    expect(await fileHost().readFile(path)).toEqual(bytes);
    expect(await fileHost().readFile(pathToFileURL(path).href)).toEqual(bytes);
    expect(await fileHost().readFile(`${path}.gz`)).toBeUndefined();
    expect(await fileHost().readFile(join(path, 'below-a-file'))).toBeUndefined();
  });

  it('throws what the system reports for anything else', async () => {
    await expect(fileHost().readFile(await temporaryFolder())).rejects.toThrow(/EISDIR/);
  });

  it('tells folders from files and from nothing', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), bytes);
    expect(await fileHost().folderExists(folder)).toBe(true);
    expect(await fileHost().folderExists(join(folder, 'file'))).toBe(false);
    expect(await fileHost().folderExists(join(folder, 'none'))).toBe(false);
  });

  it('writes a file into folders it makes, over an old one, and leaves nothing else', async () => {
    const folder = join(await temporaryFolder(), 'a', 'b');
    const path = join(folder, 'file.bin');
    await fileHost().writeFileAtomic(path, Uint8Array.of(9));
    await fileHost().writeFileAtomic(path, bytes);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(await readdir(folder)).toEqual(['file.bin']);
  });

  it('shows readers old or new bytes, never a part, while many write at once', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'file.bin');
    const contents = Array.from({ length: 12 }, (_, i) => new Uint8Array(50_000).fill(i));
    const writes = contents.map((content) => fileHost().writeFileAtomic(path, content));
    const written = Promise.all(writes);
    for (let i = 0; i < 20; i++) {
      const seen = await fileHost().readFile(path);
      if (seen === undefined) continue;
      expect(seen.length).toBe(50_000);
      expect(new Set(seen).size).toBe(1);
    }
    await written;
    expect(await readdir(folder)).toEqual(['file.bin']);
  });

  it('leaves no temporary file behind when the write fails', async () => {
    const folder = await temporaryFolder();
    await fileHost().writeFileAtomic(join(folder, 'taken', 'inside'), bytes);
    await expect(fileHost().writeFileAtomic(join(folder, 'taken'), bytes)).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['taken']);
  });

  it('keeps a cache in a folder, by default below the home', async () => {
    const folder = await temporaryFolder();
    const cache = await fileHost().openCache(join(folder, 'cache'));
    expect(await cache?.get('mnist/a.gz')).toBeUndefined();
    await cache?.remove('mnist/a.gz');
    await cache?.put('mnist/a.gz', bytes);
    expect(await cache?.get('mnist/a.gz')).toEqual(bytes);
    await cache?.remove('mnist/a.gz');
    expect(await cache?.get('mnist/a.gz')).toBeUndefined();
    const usual = await fileHost().openCache();
    expect(usual?.location).toBe(join(homedir(), '.cache', 'lanegrad'));
  });
});

describe('the web adapter', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      good: (_, response) => response.end(bytes),
      error: (_, response) => response.writeHead(500).end('broken'),
    });
  });
  afterAll(() => server.close());

  it('has no environment and joins URLs', () => {
    const web = webFileHost();
    expect(web.environment('PATH')).toBeUndefined();
    expect(web.join('/data', 'mnist')).toBe('/data/mnist');
    expect(web.join('/data/', 'mnist')).toBe('/data/mnist');
  });

  it('reads files by URL; 404 is a missing file, other statuses are errors', async () => {
    const web = webFileHost();
    expect(await web.readFile(server.url('good'))).toEqual(bytes);
    expect(await web.readFile(server.url('none'))).toBeUndefined();
    await expect(web.readFile(server.url('error'))).rejects.toThrow(/HTTP 500/);
  });

  it('cannot write files, and says what to do', async () => {
    const writing = webFileHost().writeFileAtomic('a.bin', bytes);
    await expect(writing).rejects.toThrow(ValueError);
    await expect(writing).rejects.toThrow(/'a\.bin'.*downloads:\/\//);
  });

  it('keeps its cache in Cache Storage', async () => {
    const stores = new Map<string, Map<string, Response>>();
    vi.stubGlobal('caches', {
      open: async (name: string) => {
        const store = stores.get(name) ?? new Map<string, Response>();
        stores.set(name, store);
        return {
          match: async (key: string) => store.get(new URL(key).href)?.clone(),
          put: async (key: string, value: Response) => void store.set(new URL(key).href, value),
          delete: async (key: string) => store.delete(new URL(key).href),
        };
      },
    });
    const cache = await webFileHost().openCache();
    expect(await cache?.get('mnist/a.gz')).toBeUndefined();
    await cache?.put('mnist/a.gz', bytes);
    expect(await cache?.get('mnist/a.gz')).toEqual(bytes);
    await cache?.remove('mnist/a.gz');
    expect(await cache?.get('mnist/a.gz')).toBeUndefined();
    await (await webFileHost().openCache('mine'))?.put('a', bytes);
    expect([...stores.keys()]).toEqual(['lanegrad', 'mine']);
  });

  it('has no cache where Cache Storage is missing', async () => {
    vi.stubGlobal('caches', undefined);
    expect(await webFileHost().openCache()).toBeUndefined();
  });
});
