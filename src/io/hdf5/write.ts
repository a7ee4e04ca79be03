import type { FileArray } from '../../formats/elements.js';
import { ValueError } from '../../errors.js';
import { loadHdf5 } from './library.js';

// HDF5 is written by h5wasm, which is the HDF Group's own library compiled to WebAssembly. It is large, so it is an
// optional peer that is loaded when a file is written. The library works on files, which lie in its memory, and reports
// what is wrong by printing: what it prints is caught here and becomes the error's text.

/** A group that is to be written. */
export interface Hdf5Content {
  readonly texts?: Readonly<Record<string, string>>;
  readonly groups?: ReadonlyMap<string, Hdf5Content>;
  readonly arrays?: ReadonlyMap<string, FileArray>;
}

/** What is used of h5wasm. */
interface Library {
  readonly ready: Promise<{ readonly FS: FileSystem }>;
  readonly File: new (path: string, mode: 'w', options: object) => LibraryFile;
}

interface FileSystem {
  readFile(path: string): Uint8Array<ArrayBuffer>;
  unlink(path: string): void;
  createDevice(folder: string, name: string, input: null, output: (code: number) => void): unknown;
  open(path: string, flags: string): unknown;
  close(stream: unknown): void;
  /** By their numbers; 2 is where errors are printed. */
  readonly streams: unknown[];
}

interface LibraryGroup {
  create_group(name: string): LibraryGroup;
  create_attribute(name: string, value: string): void;
  create_dataset(options: { name: string; data: ArrayBufferView; shape: number[] }): unknown;
}

interface LibraryFile extends LibraryGroup {
  close(): void;
}

interface OpenLibrary {
  readonly File: Library['File'];
  readonly FS: FileSystem;
}

let opened: Promise<OpenLibrary> | undefined;
let count = 0;
/** What the library has printed since the last call of it. */
let printed = '';

const DEVICE = 'lanegrad-errors';

async function openLibrary(owner: string): Promise<OpenLibrary> {
  opened ??= prepareLibrary(owner);
  try {
    return await opened;
  } catch (error) {
    opened = undefined;
    throw error;
  }
}

async function prepareLibrary(owner: string): Promise<OpenLibrary> {
  const { File, ready } = (await loadHdf5(owner)) as Library;
  const { FS } = await ready;
  FS.createDevice('/dev', DEVICE, null, (code) => {
    if (printed.length < 10_000) printed += String.fromCharCode(code);
  });
  return { File, FS };
}

/** Runs `f` on a file in the library's memory, which is gone afterwards. */
function onFile<T>({ FS }: OpenLibrary, f: (path: string) => T): T {
  const path = `/lanegrad-${count++}.h5`;
  const errors = FS.open(`/dev/${DEVICE}`, 'w');
  const stderr = FS.streams[2];
  FS.streams[2] = errors;
  printed = '';
  try {
    return f(path);
  } finally {
    FS.streams[2] = stderr;
    FS.close(errors);
    try {
      FS.unlink(path);
    } catch {
      // It was never made.
    }
  }
}

/** What is wrong, in the library's words: the innermost of the errors that it printed. */
function reason(): string {
  const [, text] = [...printed.matchAll(/#\d+: .*? in \w+\(\): (.*)/g)].at(-1) ?? [];
  return text ?? 'no reason given';
}

/** @returns the bytes of an HDF5 file. @throws ValueError if h5wasm is not installed. */
export async function writeHdf5(
  owner: string,
  content: Hdf5Content,
): Promise<Uint8Array<ArrayBuffer>> {
  const library = await openLibrary(owner);
  return onFile(library, (path) => {
    // As Python's library writes: readable by all that read HDF5.
    const file = new library.File(path, 'w', { libver: ['earliest', 'latest'] });
    try {
      writeGroup(file, content);
    } finally {
      file.close();
    }
    if (printed !== '') throw new ValueError(`${owner}: HDF5 cannot hold the model: ${reason()}.`);
    return library.FS.readFile(path);
  });
}

function writeGroup(group: LibraryGroup, { texts = {}, groups, arrays }: Hdf5Content): void {
  for (const [name, text] of Object.entries(texts)) group.create_attribute(name, text);
  for (const [name, { data, shape }] of arrays ?? []) {
    group.create_dataset({ name, data, shape: [...shape] });
  }
  for (const [name, content] of groups ?? []) writeGroup(group.create_group(name), content);
}
