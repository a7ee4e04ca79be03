import { isArrayBuffer } from '../../config/index.js';

/** Bytes kept between runs under names such as `mnist/train-images-idx3-ubyte.gz`. */
export interface ByteCache {
  /** Where the bytes are, for messages. */
  readonly location: string;
  /** Makes the location if it is not there. Throws what the host throws where nothing can be put into it. */
  prepare(): Promise<void>;
  /** The bytes under `name`, or undefined when there are none. */
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Stores `bytes`; a reader sees all of them or none. */
  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Forgets `name`; does nothing when it is not there. */
  remove(name: string): Promise<void>;
}

/** Something in a folder. */
export interface FolderEntry {
  readonly name: string;
  /** A folder, or a link to one. */
  readonly isFolder: boolean;
  readonly isLink: boolean;
}

/**
 * Environment variables, files and a location to keep downloads, as the host has them. The choice is made at run time, like
 * that of the `ThreadHost`; they are apart, because a page that only trains needs no files.
 */
export interface FileHost {
  /** Whether there are folders with files that a program reads by their paths; false in a browser. */
  readonly hasFolders: boolean;
  /** An environment variable; undefined when it is unset or empty, and always in a browser. */
  environment(name: string): string | undefined;
  /** The location of `name` inside `folder`; `name` may hold `/`. */
  join(folder: string, name: string): string;
  /** False only when it is certain that there is no such folder (a URL cannot be asked). */
  folderExists(folder: string): Promise<boolean>;
  /**
   * The files of such names in a folder, and when each was last written, in milliseconds. None where there is no such
   * folder, and in a browser.
   */
  listFolder(folder: string, names: RegExp): Promise<ReadonlyMap<string, number>>;
  /** The files and folders in a folder, in no order, without pipes and devices; undefined where there is none. A browser has no folders: ValueError. */
  readFolder(folder: string): Promise<readonly FolderEntry[] | undefined>;
  /** The location of a folder without links, by which two ways to it are known to be the same. */
  realLocation(folder: string): Promise<string>;
  /**
   * Reads a whole file: a path or a `file:` URL in Node, a URL (relative to the page) in a browser.
   * Undefined when there is no such file; every other failure is thrown as the host reports it. Pipes and devices are none.
   */
  readFile(location: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Reads a file, no pipe and no device, in pieces of at most about `size` bytes, of which one is held at a time. */
  readPieces(
    location: string,
    size: number,
    signal?: AbortSignal,
  ): Promise<AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> | undefined>;
  /**
   * Writes a file so that, whatever happens, a reader finds the old bytes or all of the new ones; keeps its mode and,
   * where that is permitted, its owner; follows links; writes to what is not a regular file directly (`platform.replace.ts`).
   * Missing folders are made. A browser has no files: ValueError.
   *
   * @param like a file whose mode and owner a new one gets
   */
  writeFileAtomic(path: string, bytes: Uint8Array<ArrayBuffer>, like?: string): Promise<void>;
  /**
   * Puts files into a folder, by their paths in it. A folder that is not there yet appears with all of them, or not at all;
   * into one that is there, each file is put as `writeFileAtomic` does, and other files stay. A browser has no files: ValueError.
   */
  writeFolder(
    folder: string,
    files: readonly (readonly [path: string, bytes: Uint8Array])[],
  ): Promise<void>;
  /** Removes temporary files of files of such names that writers left in a folder when they were killed. */
  removeLeftovers(folder: string, names: RegExp): Promise<void>;
  /**
   * The cache at `location` (a folder in Node, the name of a Cache Storage cache in a browser), or the
   * host's usual one: `~/.cache/lanegrad`, or the cache named `lanegrad`. Undefined where the host
   * has no place for one.
   */
  openCache(location?: string): Promise<ByteCache | undefined>;
}

/**
 * The bytes as a plain Uint8Array, also those of a Buffer. Decompression and digests refuse shared memory: a view of it
 * is copied, any other is not.
 */
export function unsharedBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const memory = bytes.buffer;
  if (!isArrayBuffer(memory)) return new Uint8Array(bytes);
  return new Uint8Array(memory, bytes.byteOffset, bytes.byteLength);
}
