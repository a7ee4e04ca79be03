// A folder whose files grow while a program runs: on disk, in the origin private file system of a page, or behind a handle.
import { isUrl } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { ValueError } from '../../errors.js';
import { nodeAppendFile } from './platform.append.js';
import { fileHost } from './platform.js';
import { atLocation } from './write.js';

/** How a file or folder is opened in a `WritableDirectory`. */
export interface OpenOptions {
  /** `true` makes the file or folder where it is missing. */
  readonly create: boolean;
}

/** A folder of a page that can be written into, as `showDirectoryPicker({ mode: 'readwrite' })` gives it. */
export interface WritableDirectory {
  /** `'directory'`, which tells a folder from a file. */
  readonly kind: 'directory';
  /** The name of the folder, without those of folders above. */
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

/** A file of a page that can be written. */
export interface WritableFile {
  /** `'file'`, which tells a file from a folder. */
  readonly kind: 'file';
  /** The file as it is now. */
  getFile(): Promise<Blob>;
  /** What writes into the file. */
  createWritable(options: WritingOptions): Promise<WritingStream>;
}

/** How a file is opened for writing. */
export interface WritingOptions {
  /** Whether the file keeps the bytes that it has. */
  readonly keepExistingData: boolean;
}

/** Bytes, and where they are written. */
export interface WrittenPiece {
  /** `'write'`, the only kind of change that is used here. */
  readonly type: 'write';
  /** The byte of the file at which the data begin. */
  readonly position: number;
  /** The bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What writes into a file of a page; the file changes when it is closed. */
export interface WritingStream {
  /**
   * Writes bytes at a place.
   *
   * @param piece the bytes, and where they are written
   */
  write(piece: WrittenPiece): Promise<unknown>;
  /** Ends the writing, and puts what was written into the file. */
  close(): Promise<unknown>;
  /** Ends the writing, and leaves the file as it was. */
  abort(): Promise<unknown>;
}

/** Where logs go: a path or `file:` URL (Node, Deno, Bun); in a browser a path in its origin private file system, or a folder's handle. */
export type LogLocation = string | URL | WritableDirectory;

/** A folder of logs. What the host cannot do is a ValueError that names the owner and the file. */
export interface LogFolder {
  /** Adds bytes to the end of a file, which is made if it is not there. @param name may hold `/` */
  append(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Replaces a file. @param name may hold `/` */
  write(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** Refuses what is no folder for logs. @returns how messages call it */
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
