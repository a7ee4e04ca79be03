// What is written over, and what stays of it.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import * as files from 'node:fs/promises';
import path, { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileHost } from '../../../src/files/locations/platform.js';
import { fileReplacer } from '../../../src/files/locations/platform.replace.js';
import { data, layers, models, ValueError } from '../../../src/index.js';
import { temporaryFolder } from './temporary-folder.js';

const bytes = Uint8Array.of(1, 2, 3, 255);
const write = (path: string): Promise<void> => fileHost().writeFileAtomic(path, bytes);
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
const isRoot = process.getuid?.() === 0;

/** A folder and a file in it that holds other bytes. */
async function oldFile(mode = 0o644): Promise<{ folder: string; path: string }> {
  const folder = await temporaryFolder();
  const path = join(folder, 'file.bin');
  await writeFile(path, 'old');
  await chmod(path, mode);
  return { folder, path };
}

describe('a file that is written over', () => {
  it.each([0o600, 0o640, 0o644, 0o660, 0o666, 0o755, 0o400])('keeps its mode %o', async (mode) => {
    const { folder, path } = await oldFile(mode);
    await write(path);
    expect(await modeOf(path)).toBe(mode);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(await readdir(folder)).toEqual(['file.bin']);
  });

  it('has the usual mode where there was none', async () => {
    const folder = await temporaryFolder();
    await write(join(folder, 'new'));
    await writeFile(join(folder, 'usual'), '');
    expect(await modeOf(join(folder, 'new'))).toBe(await modeOf(join(folder, 'usual')));
  });

  it.skipIf(!isRoot)('keeps its owner and group where root writes (needs root)', async () => {
    const { path } = await oldFile(0o640);
    await chown(path, 4321, 1234);
    await write(path);
    const { uid, gid } = await stat(path);
    expect([uid, gid]).toEqual([4321, 1234]);
    expect(await modeOf(path)).toBe(0o640);
  });

  it('keeps its mode in every format', async () => {
    const folder = await temporaryFolder();
    const x = [1, 2];
    const network = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
    const writers: [string, (path: string) => Promise<void>][] = [
      ['x.npy', (path) => data.writeNpy(path, x)],
      ['x.npz', (path) => data.writeNpz(path, { x })],
      ['x.idx', (path) => data.writeIdx(path, x)],
      ['w.safetensors', (path) => network.saveWeights(path)],
      ['m.keras', (path) => network.save(path)],
      ['model/model.json', (path) => network.save(join(path, '..'))],
    ];
    for (const [name, writer] of writers) {
      const path = join(folder, name);
      await writer(path);
      await chmod(path, 0o600);
      await writer(path);
      expect(await modeOf(path), name).toBe(0o600);
    }
    // The weights have another name each time.
    const model = join(folder, 'model');
    network.setWeights([[[7], [7]], [7]]);
    await network.save(model);
    for (const file of await readdir(model)) expect(await modeOf(join(model, file))).toBe(0o600);
    network.dispose();
  });
});

describe('a symbolic link', () => {
  it('stays, and the file that it leads to is replaced in its folder', async () => {
    const { folder, path } = await oldFile(0o600);
    const other = await temporaryFolder();
    const link = join(other, 'link');
    await symlink(path, join(other, 'between'));
    await symlink('between', link);
    await write(link);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(new Uint8Array(await readFile(path))).toEqual(bytes);
    expect(await modeOf(path)).toBe(0o600);
    expect([await readdir(folder), await readdir(other)]).toEqual([
      ['file.bin'],
      ['between', 'link'],
    ]);
  });

  it('that leads to nothing yet stays, and the file is made', async () => {
    const folder = await temporaryFolder();
    await symlink(join('below', 'file.bin'), join(folder, 'link'));
    await write(join(folder, 'link'));
    expect(await readlink(join(folder, 'link'))).toBe(join('below', 'file.bin'));
    expect(new Uint8Array(await readFile(join(folder, 'below', 'file.bin')))).toEqual(bytes);
  });

  it('that leads round in circles is an error', async () => {
    const folder = await temporaryFolder();
    await symlink('b', join(folder, 'a'));
    await symlink('a', join(folder, 'b'));
    await expect(data.writeNpy(join(folder, 'a'), [1])).rejects.toThrow(ValueError);
    expect((await readdir(folder)).sort()).toEqual(['a', 'b']);
  });

  it('may be the folder of a model', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'real'));
    await symlink('real', join(folder, 'link'));
    const network = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
    for (let i = 0; i < 2; i++) await network.save(join(folder, 'link'));
    network.dispose();
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect((await readdir(join(folder, 'real'))).sort()).toEqual([
      'model.json',
      expect.stringMatching(/^weights-[0-9a-f]{8}\.bin$/),
    ]);
  });
});

/**
 * A device like that of /dev. Root, which could replace the machine's own, is given one in a separate folder; undefined
 * where that is not permitted or not usable.
 */
async function device(name: string, minor: number): Promise<string | undefined> {
  if (!isRoot) return `/dev/${name}`;
  const path = join(await temporaryFolder(), name);
  try {
    execFileSync('mknod', ['-m', '666', path, 'c', '1', String(minor)], { stdio: 'ignore' });
    await (await open(path, 'r+')).close();
    return path;
  } catch {
    return undefined;
  }
}

describe.skipIf(process.platform !== 'linux')('what is not a regular file (needs Linux)', () => {
  it('is written to and not replaced: a device', async (context) => {
    const path = await device('null', 3);
    if (path === undefined) return context.skip('devices');
    const before = await stat(path);
    await data.writeNpy(path, [1, 2]);
    const after = await stat(path);
    expect(after.isCharacterDevice()).toBe(true);
    expect([after.ino, after.mode, after.rdev]).toEqual([before.ino, before.mode, before.rdev]);
  });

  it('says that it is full', async (context) => {
    const path = await device('full', 7);
    if (path === undefined) return context.skip('devices');
    const network = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
    await expect(network.save(path, { format: 'keras' })).rejects.toThrow(ValueError);
    const saving = network.saveWeights(path, { format: 'npz' });
    await expect(saving).rejects.toThrow(/cannot write '.*full': ENOSPC/);
    network.dispose();
    expect((await stat(path)).isCharacterDevice()).toBe(true);
  });

  it('gives its reader the bytes: a pipe, also behind a link', { timeout: 20_000 }, async () => {
    const folder = await temporaryFolder();
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await symlink('pipe', join(folder, 'link'));
    for (const path of [pipe, join(folder, 'link')]) {
      const [, got] = await Promise.all([write(path), readFile(pipe)]);
      expect(new Uint8Array(got)).toEqual(bytes);
    }
    expect((await lstat(pipe)).isFIFO()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['link', 'pipe']);
  });

  it('says what is wrong with missing folders on a file system that is read-only', async () => {
    // Node calls the folder missing if it makes those around it as well.
    const readOnly = ((path: string, options?: { recursive: boolean }) => {
      if (path === '/') return Promise.resolve();
      const code = options?.recursive === true || dirname(path) !== '/' ? 'ENOENT' : 'EROFS';
      return Promise.reject(Object.assign(new Error(`${code}: mkdir '${path}'`), { code }));
    }) as typeof mkdir;
    const replacer = fileReplacer({
      files: { ...files, mkdir: readOnly },
      paths: path,
      pid: process.pid,
      started: 0,
      isRunning: () => true,
      machine: () => 'here',
      unique: () => 'a',
    });
    await expect(replacer.replace('/no-such-folder/inside/file.bin', bytes)).rejects.toThrow(
      "EROFS: mkdir '/no-such-folder'",
    );
  });

  it('is an error that changes nothing: a folder', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'taken'));
    await expect(data.writeNpy(join(folder, 'taken'), [1])).rejects.toThrow(/EISDIR/);
    expect(await readdir(folder)).toEqual(['taken']);
  });
});

describe('the temporary file of a writer', () => {
  /** What a writer calls its temporary file, as this process does it. */
  async function temporaryName(path: string): Promise<string> {
    const folder = join(path, '..');
    const names: string[] = [];
    const writing = fileHost().writeFileAtomic(path, new Uint8Array(1 << 24));
    let done = false;
    void writing.finally(() => (done = true));
    while (!done) names.push(...(await readdir(folder)).filter((name) => name.endsWith('.tmp')));
    await writing;
    return names[0] ?? '';
  }

  /** The name with parts changed: file, machine, process, start, and what makes it unique. */
  const changed = (name: string, part: number, to: string): string => {
    const parts = /^(.+)\.([0-9a-z]+)-(\d+)-([0-9a-z]+)-([0-9a-z]+)\.tmp$/.exec(name)?.slice(1);
    if (parts === undefined) throw new Error(`'${name}' is not called so`);
    const [file = '', ...rest] = parts.with(part, to);
    return `${file}.${rest.join('-')}.tmp`;
  };

  it('is removed by the next write if the writer is gone, and stays while it lives', async () => {
    const { folder, path } = await oldFile();
    const own = await temporaryName(path);
    const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'close');
    const started = Math.round(Date.now() / 1000 - process.uptime());
    const stays = [
      changed(own, 4, 'another'),
      changed(own, 2, String(living.pid)),
      changed(changed(own, 2, String(dead.pid)), 1, 'elsewhere'),
      changed(changed(own, 2, String(dead.pid)), 0, 'other.bin'),
      'file.bin.tmp',
      'file.bin.backup-1.tmp',
    ];
    const goes = [
      changed(own, 2, String(dead.pid)),
      // Another process that had the same number.
      changed(own, 3, (started - 100).toString(36)),
    ];
    const old = changed(changed(own, 4, 'old'), 1, 'elsewhere');
    for (const name of [...stays, ...goes, old]) await writeFile(join(folder, name), 'part');
    const longAgo = Date.now() / 1000 - 4000;
    await utimes(join(folder, old), longAgo, longAgo);
    await write(path);
    living.kill();
    expect((await readdir(folder)).sort()).toEqual(['file.bin', ...stays].sort());
  });

  it('is removed of a model as well, whose weights have another name each time', async () => {
    const folder = join(await temporaryFolder(), 'model');
    await mkdir(folder);
    const own = await temporaryName(join(folder, 'weights-01234567.bin'));
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'close');
    const left = changed(own, 2, String(dead.pid));
    await writeFile(join(folder, left), 'part');
    await writeFile(join(folder, changed(left, 0, 'model.json')), 'part');
    const network = new models.Sequential([new layers.Dense(1, { inputShape: [2] })]);
    await network.save(folder);
    network.dispose();
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('has a name that the host takes, however long that of the file is', async () => {
    const folder = await temporaryFolder();
    for (const name of ['x'.repeat(250), 'é'.repeat(120)]) {
      await write(join(folder, name));
      await write(join(folder, name));
      expect(new Uint8Array(await readFile(join(folder, name)))).toEqual(bytes);
    }
    expect(await readdir(folder)).toHaveLength(2);
  });
});
