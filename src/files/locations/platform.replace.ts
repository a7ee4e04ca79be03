import { crc32 } from '../formats/bytes.js';

type Stats = import('node:fs').Stats;

/** What replacing a file needs of Node. */
export interface ReplaceHost {
  readonly files: typeof import('node:fs/promises');
  readonly paths: typeof import('node:path');
  /** Number of this process. */
  readonly pid: number;
  /** When this process started, in seconds since 1970. */
  readonly started: number;
  /** Whether a process of this machine runs; true where that cannot be known. */
  isRunning(pid: number): boolean;
  /** The name of the machine, as far as it is known. */
  machine(): string;
  /** A text of letters and digits that no other call gives. */
  unique(): string;
}

/** A file that goes into a folder, by its path in it. */
export type FolderFile = readonly [path: string, bytes: Uint8Array];

/** How files are written, and what was left by processes that did not come to the end of it is removed. */
export interface FileReplacer {
  /**
   * Puts bytes in place of a file, so that a reader finds the old ones or all of the new ones, whatever happens.
   * The mode stays, the owner and the group where that is permitted. A symbolic link stays, and what it leads to is
   * replaced. What is not a regular file, such as a device or a pipe, is never replaced: the bytes are written to it.
   * Missing folders are made.
   *
   * @param like a file whose mode and owner a new one gets
   */
  replace(path: string, bytes: Uint8Array, like?: string): Promise<void>;
  /**
   * Puts files into a folder, by their paths in it. A folder that is not there yet appears with all of them, or not at all;
   * into one that is there, each file is put as `replace` does, and other files stay.
   */
  fill(folder: string, files: readonly FolderFile[]): Promise<void>;
  /** Makes a folder, and those around it that are missing. */
  makeFolder(folder: string): Promise<void>;
  /** Removes what writers of such files of a folder have left there that no longer run. */
  removeLeftovers(folder: string, names: RegExp): Promise<void>;
}

// A temporary file is called `model.keras.MACHINE-PROCESS-START-UNIQUE.tmp`, so that others know whether it is in use.
const TEMPORARY = /^(.+)\.([0-9a-z]+)-(\d+)-([0-9a-z]+)-[0-9a-z]+\.tmp$/;

/** Where a machine cannot tell whether another's process runs: no writer lets a file rest as long between two writes. */
const ABANDONED = 3_600_000;

/** Seconds: the start is computed, and rounded. */
const SAME_START = 2;

/** No chain of links is longer: Linux follows as many. */
const MAX_LINKS = 40;

/** Replaces files by way of that host. */
export function fileReplacer(host: ReplaceHost): FileReplacer {
  return new HostReplacer(host);
}

class HostReplacer implements FileReplacer {
  readonly #host: ReplaceHost;
  readonly #files: ReplaceHost['files'];
  readonly #paths: ReplaceHost['paths'];
  /** The machine, and on Linux the container: numbers of processes mean something within it alone. */
  #machine: Promise<string> | undefined;

  constructor(host: ReplaceHost) {
    this.#host = host;
    this.#files = host.files;
    this.#paths = host.paths;
  }

  async replace(path: string, bytes: Uint8Array, like?: string): Promise<void> {
    const found = await this.#files.stat(path).catch(undefinedIfMissing);
    const pattern = found ?? (like === undefined ? undefined : await this.#statOf(like));
    if (found !== undefined && !found.isFile()) {
      await this.#writeInto(path, bytes);
      return;
    }
    const target =
      found === undefined ? await this.#endOfLinks(path) : await this.#files.realpath(path);
    const folder = this.#paths.dirname(target);
    await this.makeFolder(folder);
    const stem = stemOf(this.#paths.basename(target));
    await this.#removeAbandoned(folder, (name) => name === stem);
    // Next to the target, because a rename is atomic only within one file system; unique, because several processes may
    // write the same file at the same time.
    const temporary = this.#paths.join(folder, `${stem}.${await this.#writer()}.tmp`);
    try {
      await this.#writeNew(temporary, bytes, pattern);
      await this.#files.rename(temporary, target);
    } catch (error) {
      await this.#files.rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async fill(folder: string, files: readonly FolderFile[]): Promise<void> {
    const found = await this.#files.stat(folder).catch(undefinedIfMissing);
    if (found !== undefined) {
      for (const [name, bytes] of files) await this.replace(this.#paths.join(folder, name), bytes);
      return;
    }
    const parent = this.#paths.dirname(folder);
    await this.makeFolder(parent);
    const stem = stemOf(this.#paths.basename(folder));
    await this.#removeAbandoned(parent, (name) => name === stem);
    const temporary = this.#paths.join(parent, `${stem}.${await this.#writer()}.tmp`);
    try {
      await this.#files.mkdir(temporary);
      for (const [name, bytes] of files) {
        const path = this.#paths.join(temporary, name);
        await this.#files.mkdir(this.#paths.dirname(path), { recursive: true });
        await this.#files.writeFile(path, bytes);
      }
      await this.#files.rename(temporary, folder);
    } catch (error) {
      await this.#files.rm(temporary, { recursive: true, force: true }).catch(() => undefined);
      // Another process may have been faster.
      const isThere = await this.#files.stat(folder).catch(() => undefined);
      if (isThere === undefined) throw error;
      await this.fill(folder, files);
    }
  }

  async makeFolder(folder: string): Promise<void> {
    try {
      await this.#files.mkdir(folder, { recursive: true });
    } catch (error) {
      // Of a file system that is read-only, too, Node says that there is no such folder. Step by step it says what is wrong.
      if (!isMissing(error) || this.#paths.dirname(folder) === folder) throw error;
      await this.makeFolder(this.#paths.dirname(folder));
      await this.#files.mkdir(folder);
    }
  }

  removeLeftovers(folder: string, names: RegExp): Promise<void> {
    return this.#removeAbandoned(folder, (name) => names.test(name));
  }

  #here(): Promise<string> {
    return (this.#machine ??= this.#files
      .readlink('/proc/self/ns/pid')
      .catch(() => '')
      .then((processes) => code(this.#host.machine() + processes)));
  }

  /** What the name of a temporary file says of its writer. */
  async #writer(): Promise<string> {
    const { pid, started } = this.#host;
    return `${await this.#here()}-${pid}-${started.toString(36)}-${this.#host.unique()}`;
  }

  #statOf(path: string): Promise<Stats | undefined> {
    return this.#files.stat(path).catch(() => undefined);
  }

  /** Writes a file that is not there yet, with the mode and the owner of another. */
  async #writeNew(path: string, bytes: Uint8Array, pattern: Stats | undefined): Promise<void> {
    // What was readable by its owner alone never is by others, not even in parts.
    const handle = await this.#files.open(path, 'wx', pattern === undefined ? 0o666 : 0o600);
    try {
      await handle.writeFile(bytes);
      if (pattern !== undefined) await this.#keepRights(path, pattern);
      // Without it a crash of the machine may leave the new name on an empty file.
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Writes to a device or a pipe; of a folder the host says that it is one. */
  async #writeInto(path: string, bytes: Uint8Array): Promise<void> {
    const handle = await this.#files.open(path, this.#files.constants.O_WRONLY);
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
  }

  /** Where a link leads that leads to nothing yet, or the path itself if it is none. */
  async #endOfLinks(path: string): Promise<string> {
    let end = path;
    for (let hops = 0; hops < MAX_LINKS; hops++) {
      const link = await this.#files.readlink(end).catch(() => undefined);
      if (link === undefined) return end;
      end = this.#paths.resolve(await this.#files.realpath(this.#paths.dirname(end)), link);
    }
    throw new Error(`too many symbolic links at '${path}'`);
  }

  /** Gives a new file the owner, the group and the mode of an old one, as far as this process may. */
  async #keepRights(path: string, old: Stats): Promise<void> {
    const made = await this.#files.stat(path);
    const chown = (user: number, group: number): Promise<boolean> =>
      this.#files.chown(path, user, group).then(
        () => true,
        () => false,
      );
    const isOthers = made.uid !== old.uid || made.gid !== old.gid;
    const keepsGroup =
      !isOthers || (await chown(old.uid, old.gid)) || (await chown(made.uid, old.gid));
    const mode = old.mode & 0o777;
    // Another group must not get what the old one had: as much as all other users have.
    const others = mode & 0o007;
    await this.#files.chmod(path, keepsGroup ? mode : (mode & 0o707) | (others << 3));
  }

  async #removeAbandoned(folder: string, isOurs: (stem: string) => boolean): Promise<void> {
    const names = await this.#files.readdir(folder).catch(() => []);
    const found = names.flatMap((name) => {
      const [, stem = '', ...writer] = TEMPORARY.exec(name) ?? [];
      return stem !== '' && isOurs(stem) ? [{ path: this.#paths.join(folder, name), writer }] : [];
    });
    if (found.length === 0) return;
    const machine = await this.#here();
    for (const { path, writer } of found) {
      const [where, pid = '', started = ''] = writer;
      const isGone = where === machine && !this.#isLiving(Number(pid), parseInt(started, 36));
      // What cannot be removed belongs to another user, or is gone already.
      if (isGone || (await this.#isAbandoned(path))) {
        await this.#files.rm(path, { recursive: true, force: true }).catch(() => undefined);
      }
    }
  }

  /** Other threads of this process write as well; another process may have had its number before. */
  #isLiving(pid: number, started: number): boolean {
    if (pid === this.#host.pid) return Math.abs(started - this.#host.started) <= SAME_START;
    return this.#host.isRunning(pid);
  }

  async #isAbandoned(path: string): Promise<boolean> {
    const stat = await this.#files.lstat(path).catch(() => undefined);
    return stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED;
  }
}

/** What the temporary files of a name begin with: the name, if there is room for more behind it. */
function stemOf(name: string): string {
  return name.length <= 60 ? name : `${name.slice(0, 40)}~${code(name)}`;
}

function code(text: string): string {
  return crc32(new TextEncoder().encode(text)).toString(36);
}

/** No file of that name, or a part of the path is a file and not a folder. */
export function isMissing(error: unknown): boolean {
  // Not whether it is an Error: that of another realm is none of ours.
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function undefinedIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}
