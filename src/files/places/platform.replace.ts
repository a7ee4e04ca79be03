import { crc32 } from '../formats/bytes.js';

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

/** How files are written, and what was left by processes that did not come to the end of it is removed. */
export interface FileReplacer {
  /**
   * Puts bytes in the place of a file, so that a reader finds the old ones or all of the new ones, whatever happens.
   * The mode stays, the owner and the group where that is permitted. A symbolic link stays, and what it leads to is
   * replaced. What is no regular file, such as a device or a pipe, is never replaced: the bytes are written to it.
   * Missing folders are made.
   *
   * @param like a file whose mode and owner a new one gets
   */
  replace(path: string, bytes: Uint8Array, like?: string): Promise<void>;
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
  const { files, paths } = host;

  /** The machine, and on Linux the container: numbers of processes mean something within it alone. */
  let machine: Promise<string> | undefined;
  const here = (): Promise<string> =>
    (machine ??= files
      .readlink('/proc/self/ns/pid')
      .catch(() => '')
      .then((processes) => code(host.machine() + processes)));

  async function replace(path: string, bytes: Uint8Array, like?: string): Promise<void> {
    const found = await files.stat(path).catch(undefinedIfMissing);
    const pattern = found ?? (like === undefined ? undefined : await statOf(like));
    if (found !== undefined && !found.isFile()) {
      await writeInto(path, bytes);
      return;
    }
    const target = found === undefined ? await endOfLinks(path) : await files.realpath(path);
    const folder = paths.dirname(target);
    await makeFolder(folder);
    const stem = stemOf(paths.basename(target));
    await removeAbandoned(folder, (name) => name === stem);
    // Beside the target, because a rename is atomic only within one file system; unique, because several processes may
    // write the same file at the same time.
    const writer = `${await here()}-${host.pid}-${host.started.toString(36)}-${host.unique()}`;
    const temporary = paths.join(folder, `${stem}.${writer}.tmp`);
    try {
      // What was readable by its owner alone never is by others, not even in parts.
      const handle = await files.open(temporary, 'wx', pattern === undefined ? 0o666 : 0o600);
      try {
        await handle.writeFile(bytes);
        if (pattern !== undefined) await keepRights(temporary, pattern);
        // Without it a crash of the machine may leave the new name on an empty file.
        await handle.sync();
      } finally {
        await handle.close();
      }
      await files.rename(temporary, target);
    } catch (error) {
      await files.rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async function makeFolder(folder: string): Promise<void> {
    try {
      await files.mkdir(folder, { recursive: true });
    } catch (error) {
      // Of a file system that is read-only, too, Node says that there is no such folder. Step by step it says what is wrong.
      if (!isMissing(error) || paths.dirname(folder) === folder) throw error;
      await makeFolder(paths.dirname(folder));
      await files.mkdir(folder);
    }
  }

  const statOf = (path: string): Promise<import('node:fs').Stats | undefined> =>
    files.stat(path).catch(() => undefined);

  /** Writes to a device or a pipe; of a folder the host says that it is one. */
  async function writeInto(path: string, bytes: Uint8Array): Promise<void> {
    const handle = await files.open(path, files.constants.O_WRONLY);
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
  }

  /** Where a link leads that leads to nothing yet, or the path itself if it is none. */
  async function endOfLinks(path: string): Promise<string> {
    let end = path;
    for (let hops = 0; hops < MAX_LINKS; hops++) {
      const link = await files.readlink(end).catch(() => undefined);
      if (link === undefined) return end;
      end = paths.resolve(await files.realpath(paths.dirname(end)), link);
    }
    throw new Error(`too many symbolic links at '${path}'`);
  }

  /** Gives a new file the owner, the group and the mode of an old one, as far as this process may. */
  async function keepRights(path: string, old: import('node:fs').Stats): Promise<void> {
    const made = await files.stat(path);
    const chown = (user: number, group: number): Promise<boolean> =>
      files.chown(path, user, group).then(
        () => true,
        () => false,
      );
    const isOthers = made.uid !== old.uid || made.gid !== old.gid;
    const keepsGroup =
      !isOthers || (await chown(old.uid, old.gid)) || (await chown(made.uid, old.gid));
    const mode = old.mode & 0o777;
    // Another group must not get what the old one had: as much as all other users have.
    const others = mode & 0o007;
    await files.chmod(path, keepsGroup ? mode : (mode & 0o707) | (others << 3));
  }

  async function removeAbandoned(folder: string, isOurs: (stem: string) => boolean): Promise<void> {
    const names = await files.readdir(folder).catch(() => []);
    const found = names.flatMap((name) => {
      const [, stem = '', ...writer] = TEMPORARY.exec(name) ?? [];
      return stem !== '' && isOurs(stem) ? [{ path: paths.join(folder, name), writer }] : [];
    });
    if (found.length === 0) return;
    const machine = await here();
    for (const { path, writer } of found) {
      const [where, pid = '', started = ''] = writer;
      const isGone = where === machine && !isLiving(Number(pid), parseInt(started, 36));
      // What cannot be removed belongs to another user, or is gone already.
      if (isGone || (await isAbandoned(path))) {
        await files.rm(path, { force: true }).catch(() => undefined);
      }
    }
  }

  /** Other threads of this process write as well; another process may have had its number before. */
  function isLiving(pid: number, started: number): boolean {
    if (pid === host.pid) return Math.abs(started - host.started) <= SAME_START;
    return host.isRunning(pid);
  }

  async function isAbandoned(path: string): Promise<boolean> {
    const stat = await files.lstat(path).catch(() => undefined);
    return stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED;
  }

  return {
    replace,
    makeFolder,
    removeLeftovers: (folder, names) => removeAbandoned(folder, (name) => names.test(name)),
  };
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
