import { unsharedBytes } from './file-host.js';
import type { ByteCache, FileHost, FolderEntry } from './file-host.js';
import { fileReplacer, isMissing } from './platform.replace.js';

// Node's modules are asked for at run time, as in runtime/platform.node.ts.

/** The adapter for Node, Deno and Bun; undefined elsewhere. */
export function nodeFileHost(): FileHost | undefined {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const files = process.getBuiltinModule('node:fs/promises');
  const paths = process.getBuiltinModule('node:path');
  const os = process.getBuiltinModule('node:os');
  const urls = process.getBuiltinModule('node:url');

  const toPath = (location: string): string =>
    /^file:/i.test(location) ? urls.fileURLToPath(location) : location;

  /** Reading a pipe may wait for ever, and a device may have no end. What they are is known before they are opened. */
  async function requireFile(location: string): Promise<string> {
    const path = toPath(location);
    const kind = specialKind(await files.stat(path));
    if (kind === undefined) return path;
    throw new Error(`it is ${kind}, not a file. Read it in the program, and give the bytes.`);
  }

  async function readFile(location: string, signal?: AbortSignal) {
    try {
      const buffer = await files.readFile(
        await requireFile(location),
        signal === undefined ? {} : { signal },
      );
      return unsharedBytes(buffer);
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function readPieces(location: string, size: number, signal?: AbortSignal) {
    try {
      return piecesOf(await files.open(await requireFile(location)), size, signal);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  const replacer = fileReplacer({
    files,
    paths,
    pid: process.pid,
    started: Math.round(Date.now() / 1000 - process.uptime()),
    isRunning,
    machine: () => machineName(os),
    unique: () => Math.random().toString(36).slice(2, 8),
  });

  const writeFileAtomic: FileHost['writeFileAtomic'] = (location, bytes, like) =>
    replacer.replace(toPath(location), bytes, like === undefined ? like : toPath(like));

  function folderCache(folder: string): ByteCache {
    const pathOf = (name: string): string => paths.join(folder, name);
    return {
      location: folder,
      async prepare() {
        await replacer.makeFolder(folder);
        await files.access(folder, files.constants.W_OK);
      },
      get: (name) => readFile(pathOf(name)),
      put: (name, bytes) => writeFileAtomic(pathOf(name), bytes),
      remove: (name) => files.rm(pathOf(name), { force: true }),
    };
  }

  return {
    environment(name) {
      try {
        return process.env[name] || undefined;
      } catch {
        // Deno throws where the program may not see its environment: to the program it is unset.
        return undefined;
      }
    },
    join: (folder, name) => paths.join(toPath(folder), name),
    async folderExists(folder) {
      try {
        return (await files.stat(toPath(folder))).isDirectory();
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    },
    async listFolder(folder, names) {
      const path = toPath(folder);
      const all = await files.readdir(path).catch(() => []);
      const modified = await Promise.all(
        all
          .filter((name) => names.test(name))
          .map(async (name): Promise<[string, number][]> => {
            const stat = await files.lstat(paths.join(path, name)).catch(() => undefined);
            return stat?.isFile() === true ? [[name, stat.mtimeMs]] : [];
          }),
      );
      return new Map(modified.flat());
    },
    async readFolder(folder) {
      const path = toPath(folder);
      try {
        const entries = await files.readdir(path, { withFileTypes: true });
        const found = await Promise.all(
          entries.map(async (entry): Promise<FolderEntry[]> => {
            const isLink = entry.isSymbolicLink();
            // A link that leads nowhere is no folder.
            const target = isLink
              ? await files.stat(paths.join(path, entry.name)).catch(() => undefined)
              : entry;
            if (target !== undefined && specialKind(target) !== undefined) return [];
            return [{ name: entry.name, isFolder: target?.isDirectory() ?? false, isLink }];
          }),
        );
        return found.flat();
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    realLocation: (folder) => files.realpath(toPath(folder)),
    readFile,
    readPieces,
    writeFileAtomic,
    removeLeftovers: (folder, names) => replacer.removeLeftovers(toPath(folder), names),
    async openCache(location) {
      if (location !== undefined) return folderCache(toPath(location));
      const home = homeFolder(os);
      return home === undefined ? undefined : folderCache(paths.join(home, '.cache', 'lanegrad'));
    },
  };
}

/** What is neither a file nor a folder, in words. */
function specialKind(
  entry: Pick<
    import('node:fs').Stats,
    'isFIFO' | 'isSocket' | 'isCharacterDevice' | 'isBlockDevice'
  >,
): string | undefined {
  if (entry.isFIFO()) return 'a pipe';
  if (entry.isSocket()) return 'a socket';
  return entry.isCharacterDevice() || entry.isBlockDevice() ? 'a device' : undefined;
}

async function* piecesOf(
  handle: import('node:fs/promises').FileHandle,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  try {
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await handle.read(new Uint8Array(size), 0, size);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

/** The user's home; undefined for an account that has none. */
function homeFolder(os: typeof import('node:os')): string | undefined {
  try {
    return os.homedir() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process runs. Deno and containers may forbid the question: then it may run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { readonly code?: unknown }).code !== 'ESRCH';
  }
}

/** Deno throws where the program may not know it. */
function machineName(os: typeof import('node:os')): string {
  try {
    return os.hostname();
  } catch {
    return '';
  }
}
