// A folder whose files grow while a program runs: on disk, in the origin private file system of a page, or behind a handle.
import { isUrl } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { nodeAppendFile } from './platform.append.js';
import { fileHost } from './platform.js';
import { atLocation } from './write.js';

/** Options for opening a file or folder in a `WritableDirectory`. */
export interface OpenOptions {
  /** Whether to create the file or folder if it does not exist. */
  readonly create: boolean;
}

/** A writable folder in a browser, as `showDirectoryPicker({ mode: 'readwrite' })` returns it. */
export interface WritableDirectory {
  /** Always `'directory'`, which distinguishes a folder from a file. */
  readonly kind: 'directory';
  /** The name of the folder, without the folders above it. */
  readonly name: string;
  /**
   * A folder in this folder.
   *
   * @param name the name of the folder
   */
  getDirectoryHandle(name: string, options: OpenOptions): Promise<WritableDirectory>;
  /**
   * A file in this folder.
   *
   * @param name the name of the file
   */
  getFileHandle(name: string, options: OpenOptions): Promise<WritableFile>;
}

/** A writable file in a browser. */
export interface WritableFile {
  /** Always `'file'`, which distinguishes a file from a folder. */
  readonly kind: 'file';
  /** The current contents of the file. */
  getFile(): Promise<Blob>;
  /** Opens the file for writing. */
  createWritable(options: WritingOptions): Promise<WritingStream>;
}

/** Options for opening a file for writing. */
export interface WritingOptions {
  /** Whether to keep the existing bytes of the file. */
  readonly keepExistingData: boolean;
}

/** Bytes and their position in the file. */
export interface WrittenPiece {
  /** Always `'write'`, the only kind of change that is used. */
  readonly type: 'write';
  /** The position in the file at which the data begin. */
  readonly position: number;
  /** The bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A stream that writes into a file in a browser; the file changes when the stream is closed. */
export interface WritingStream {
  /**
   * Writes bytes at a position.
   *
   * @param piece the bytes and their position
   */
  write(piece: WrittenPiece): Promise<unknown>;
  /** Closes the stream and saves the written bytes to the file. */
  close(): Promise<unknown>;
  /** Closes the stream without changing the file. */
  abort(): Promise<unknown>;
}

/**
 * The location of logs: a path or `file:` URL (Node, Deno, Bun); in a browser, a path in its origin private file system or a
 * folder's handle.
 */
export type LogLocation = string | URL | WritableDirectory;

/** A folder of logs. What the host cannot do is a ValueError that names the owner and the file. */
export interface LogFolder {
  /** Adds bytes to the end of a file, which is made if it is not there. @param name may hold `/` */
  append(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Replaces a file. @param name may hold `/` */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Checks that a value is a folder for logs. @returns its name in messages */
export function checkLogLocation(owner: string, name: string, location: LogLocation): string {
  if (typeof location === 'string' && location !== '') return location;
  if (isUrl(location) && location.protocol === 'file:') return location.href;
  if (isDirectory(location)) return location.name;
  throw new ValueError(
    `${owner}: ${name} must be the path of a folder or, in a page, the handle of one that may be written, got ` +
      `${describeValue(location)}.`,
  );
}

function isDirectory(value: unknown): value is WritableDirectory {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { readonly kind?: unknown }).kind === 'directory' &&
    typeof (value as { readonly getFileHandle?: unknown }).getFileHandle === 'function'
  );
}

/** Opens a folder. It is made when something is written into it. */
export function openLogFolder(owner: string, location: LogLocation): LogFolder {
  const label = checkLogLocation(owner, 'logDir', location);
  const host = fileHost();
  const appendFile = nodeAppendFile();
  const writing = (name: string, f: () => Promise<void>): Promise<void> =>
    atLocation(owner, `write '${name}' in '${label}'`, f);
  if (!isDirectory(location) && appendFile !== undefined) {
    const at = (name: string): string => host.join(label, name);
    return {
      append: (name, bytes) => writing(name, () => appendFile(at(name), bytes)),
      write: (name, bytes) => writing(name, () => host.writeFileAtomic(at(name), bytes)),
    };
  }
  const file = async (name: string): Promise<WritableFile> => {
    const path = isDirectory(location) ? name : `${label}/${name}`;
    return fileBelow(isDirectory(location) ? location : await privateFiles(), path);
  };
  return {
    append: (name, bytes) => writing(name, async () => writeInto(await file(name), bytes, true)),
    write: (name, bytes) => writing(name, async () => writeInto(await file(name), bytes, false)),
  };
}

/** The origin private file system, which a browser keeps for a site. */
async function privateFiles(): Promise<WritableDirectory> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage;
  if (typeof storage?.getDirectory !== 'function') {
    throw new Error('there is no private file system: a browser has one only on secure pages');
  }
  return await storage.getDirectory();
}

async function fileBelow(root: WritableDirectory, path: string): Promise<WritableFile> {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const last = names.pop() ?? '';
  let folder = root;
  for (const name of names) folder = await folder.getDirectoryHandle(name, { create: true });
  return folder.getFileHandle(last, { create: true });
}

/** Writes whole or not at all: the stream works on a copy until it is closed. */
async function writeInto(
  file: WritableFile,
  data: Uint8Array<ArrayBuffer>,
  keepExistingData: boolean,
): Promise<void> {
  if (typeof file.createWritable !== 'function') {
    throw new Error('this browser writes no files of a page outside of workers');
  }
  const position = keepExistingData ? (await file.getFile()).size : 0;
  const stream = await file.createWritable({ keepExistingData });
  try {
    await stream.write({ type: 'write', position, data });
  } catch (error) {
    await stream.abort().catch(() => undefined);
    throw error;
  }
  await stream.close();
}
