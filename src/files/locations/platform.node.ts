import { unsharedBytes } from './file-host.js';
import type { ByteCache, FileHost, FolderEntry } from './file-host.js';
import { fileReplacer, isMissing } from './platform.replace.js';
import type { FolderFile } from './platform.replace.js';

// Node's modules are asked for at run time, as in engine/runtime/platform.ts.

/** The adapter for Node, Deno and Bun; undefined elsewhere. */
export function nodeFileHost(): FileHost | undefined {
  if (typeof globalThis.process?.getBuiltinModule !== 'function') return undefined;
  const node = new NodeFiles();
  // Functions that need no `this`: a copy of the host works as well.
  return {
    hasFolders: true,
    environment,
    join: (folder, name) => node.join(folder, name),
    folderExists: (folder) => node.folderExists(folder),
    listFolder: (folder, names) => node.listFolder(folder, names),
    readFolder: (folder) => node.readFolder(folder),
    realLocation: (folder) => node.realLocation(folder),
    readFile: (location, signal) => node.readFile(location, signal),
    readPieces: (location, size, signal) => node.readPieces(location, size, signal),
    writeFileAtomic: (path, bytes, like) => node.writeFileAtomic(path, bytes, like),
    writeFolder: (folder, files) => node.writeFolder(folder, files),
    removeLeftovers: (folder, names) => node.removeLeftovers(folder, names),
    openCache: (location) => node.openCache(location),
  };
}

/** What a host does by way of Node's modules. */
class NodeFiles implements Omit<FileHost, 'environment' | 'hasFolders'> {
  readonly #files = process.getBuiltinModule('node:fs/promises');
  readonly #paths = process.getBuiltinModule('node:path');
  readonly #os = process.getBuiltinModule('node:os');
  readonly #urls = process.getBuiltinModule('node:url');
  readonly #replacer = fileReplacer({
    files: this.#files,
    paths: this.#paths,
    pid: process.pid,
    started: Math.round(Date.now() / 1000 - process.uptime()),
    isRunning,
    machine: () => machineName(this.#os),
    unique: () => Math.random().toString(36).slice(2, 8),
  });

  join(folder: string, name: string): string {
    return this.#paths.join(this.#toPath(folder), name);
  }

  async folderExists(folder: string): Promise<boolean> {
    try {
      return (await this.#files.stat(this.#toPath(folder))).isDirectory();
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async listFolder(folder: string, names: RegExp): Promise<ReadonlyMap<string, number>> {
    const path = this.#toPath(folder);
    const all = await this.#files.readdir(path).catch(() => []);
    const modified = await Promise.all(
      all
        .filter((name) => names.test(name))
        .map(async (name): Promise<[string, number][]> => {
          const stat = await this.#files.lstat(this.#paths.join(path, name)).catch(() => undefined);
          return stat?.isFile() === true ? [[name, stat.mtimeMs]] : [];
        }),
    );
    return new Map(modified.flat());
  }

  async readFolder(folder: string): Promise<readonly FolderEntry[] | undefined> {
    const path = this.#toPath(folder);
    try {
      const entries = await this.#files.readdir(path, { withFileTypes: true });
      const found = await Promise.all(
        entries.map(async (entry): Promise<FolderEntry[]> => {
          const isLink = entry.isSymbolicLink();
          // A link that leads nowhere is no folder.
          const target = isLink
            ? await this.#files.stat(this.#paths.join(path, entry.name)).catch(() => undefined)
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
  }

  realLocation(folder: string): Promise<string> {
    return this.#files.realpath(this.#toPath(folder));
  }

  async readFile(
    location: string,
    signal?: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const buffer = await this.#files.readFile(
        await this.#requireFile(location),
        signal === undefined ? {} : { signal },
      );
      return unsharedBytes(buffer);
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async readPieces(
    location: string,
    size: number,
    signal?: AbortSignal,
  ): Promise<AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> | undefined> {
    try {
      return piecesOf(await this.#files.open(await this.#requireFile(location)), size, signal);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  writeFileAtomic(location: string, bytes: Uint8Array<ArrayBuffer>, like?: string): Promise<void> {
    return this.#replacer.replace(
      this.#toPath(location),
      bytes,
      like === undefined ? like : this.#toPath(like),
    );
  }

  writeFolder(folder: string, files: readonly FolderFile[]): Promise<void> {
    return this.#replacer.fill(this.#toPath(folder), files);
  }

  removeLeftovers(folder: string, names: RegExp): Promise<void> {
    return this.#replacer.removeLeftovers(this.#toPath(folder), names);
  }

  async openCache(location?: string): Promise<ByteCache | undefined> {
    if (location !== undefined) return this.#folderCache(this.#toPath(location));
    const home = homeFolder(this.#os);
    if (home === undefined) return undefined;
    return this.#folderCache(this.#paths.join(home, '.cache', 'lanegrad'));
  }

  #toPath(location: string): string {
    return /^file:/i.test(location) ? this.#urls.fileURLToPath(location) : location;
  }

  /** Reading a pipe may wait for ever, and a device may have no end. What they are is known before they are opened. */
  async #requireFile(location: string): Promise<string> {
    const path = this.#toPath(location);
    const kind = specialKind(await this.#files.stat(path));
    if (kind === undefined) return path;
    throw new Error(`it is ${kind}, not a file. Read it in the program, and give the bytes.`);
  }

  #folderCache(folder: string): ByteCache {
    const pathOf = (name: string): string => this.#paths.join(folder, name);
    return {
      location: folder,
      prepare: async () => {
        await this.#replacer.makeFolder(folder);
        await this.#files.access(folder, this.#files.constants.W_OK);
      },
      get: (name) => this.readFile(pathOf(name)),
      put: (name, bytes) => this.writeFileAtomic(pathOf(name), bytes),
      remove: (name) => this.#files.rm(pathOf(name), { force: true }),
    };
  }
}

/** A variable of the process. */
function environment(name: string): string | undefined {
  try {
    return process.env[name] || undefined;
  } catch {
    // Deno throws where the program may not see its environment: to the program it is unset.
    return undefined;
  }
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
