import { fileBytes, readElements } from '../data/elements.js';
import type { ElementKind, FileArray } from '../data/elements.js';
import { FormatError, LanegradError, ValueError } from '../errors.js';
import { loadHdf5 } from './hdf5-library.js';
import { isHdf5 } from './hdf5-signature.js';

// HDF5 is read and written by h5wasm, which is the HDF Group's own library compiled to WebAssembly. It is large, so
// it is an optional peer that is loaded when a file needs it. The library works on files, which lie in its memory,
// and reports what is wrong with a file by printing: what it prints is caught here and becomes the error's text.

/** A group of an open file. It lives as long as the file is open. */
export interface Hdf5Group {
  /** `/` for the root. */
  readonly path: string;
  /** Names of the groups and arrays in it. */
  keys(): readonly string[];
  /** The group of that name; undefined if there is none. */
  group(name: string): Hdf5Group | undefined;
  /** The array of that name; undefined if there is none. @throws FormatError for one that holds no numbers. */
  array(name: string): FileArray | undefined;
  /** The attribute of that name, if it is a text. */
  text(name: string): string | undefined;
  /** The attribute of that name, if it is a list of texts. */
  texts(name: string): readonly string[] | undefined;
}

/** A group that is to be written. */
export interface Hdf5Content {
  readonly texts?: Readonly<Record<string, string>>;
  readonly groups?: ReadonlyMap<string, Hdf5Content>;
  readonly arrays?: ReadonlyMap<string, FileArray>;
}

/** What is used of h5wasm. */
interface Library {
  readonly ready: Promise<{ readonly FS: FileSystem }>;
  readonly File: new (path: string, mode: 'r' | 'w', options?: object) => LibraryFile;
}

interface FileSystem {
  writeFile(path: string, bytes: Uint8Array): void;
  readFile(path: string): Uint8Array<ArrayBuffer>;
  unlink(path: string): void;
  createDevice(folder: string, name: string, input: null, output: (code: number) => void): unknown;
  open(path: string, flags: string): unknown;
  close(stream: unknown): void;
  /** By their numbers; 2 is where errors are printed. */
  readonly streams: unknown[];
}

interface LibraryObject {
  readonly type: string;
  readonly attrs: Readonly<Record<string, LibraryAttribute>>;
}

interface LibraryAttribute {
  readonly metadata: Metadata;
  readonly value: unknown;
}

interface LibraryGroup extends LibraryObject {
  keys(): string[];
  get(name: string): LibraryObject | null;
  create_group(name: string): LibraryGroup;
  create_attribute(name: string, value: string): void;
  create_dataset(options: { name: string; data: ArrayBufferView; shape: number[] }): unknown;
}

interface LibraryFile extends LibraryGroup {
  readonly file_id: bigint;
  close(): void;
}

interface LibraryDataset extends LibraryObject {
  readonly metadata: Metadata;
  readonly filters: readonly { readonly id: number }[];
  readonly value: unknown;
}

interface Metadata {
  readonly type: number;
  readonly size: number;
  readonly signed: boolean;
  readonly vlen: boolean;
  readonly shape: readonly number[] | null;
  readonly chunks: readonly number[] | null;
  readonly virtual_sources?: readonly unknown[];
  readonly enum_type?: { readonly type: number };
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
function reason(error?: unknown): string {
  const [, text] = [...printed.matchAll(/#\d+: .*? in \w+\(\): (.*)/g)].at(-1) ?? [];
  return text ?? (error instanceof Error ? error.message.slice(0, 200) : 'no reason given');
}

/**
 * Opens the bytes of an HDF5 file for `read`, and closes it after.
 *
 * @param owner the method, for the message if the library is not installed
 * @param label what messages call the file
 * @throws FormatError for a file that is none, or damaged as far as it was read, or that would fill more memory than
 * its length allows; ValueError if h5wasm is not installed; what `read` throws.
 */
export async function readHdf5<T>(
  owner: string,
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
  read: (root: Hdf5Group) => T,
): Promise<T> {
  if (!isHdf5(bytes)) throw new FormatError(`${label}: not an HDF5 file.`);
  const library = await openLibrary(owner);
  return onFile(library, (path) => {
    let file: LibraryFile | undefined;
    try {
      library.FS.writeFile(path, bytes);
      file = new library.File(path, 'r');
      if (file.file_id < 0n) throw new Error('it cannot be opened');
      const result = read(new OpenGroup(file, '/', new Limits(bytes.length, label), 0));
      // The library prints errors and goes on as if there were nothing.
      if (printed !== '') throw new Error(printed);
      return result;
    } catch (error) {
      if (error instanceof LanegradError && printed === '') throw error;
      throw new FormatError(`${label}: damaged HDF5 file: ${reason(error)}. Get the file again.`, {
        cause: error,
      });
    } finally {
      if (file !== undefined && file.file_id >= 0n) file.close();
    }
  });
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

// Models nest a few levels; links may form circles.
const MAX_DEPTH = 64;
const MAX_OBJECTS = 100_000;
/** Deflate cannot do better. */
const MAX_RATIO = 1032;
const MAX_INFLATED = 2 ** 30;
/** Deflate, shuffle and check sums, which the library has built in. */
const FILTERS = [1, 2, 3];

/** What a file of that length may make its reader do: several links may lead to one array. */
class Limits {
  #objects = MAX_OBJECTS;
  #stored: number;
  #inflated: number;

  constructor(
    length: number,
    readonly label: string,
  ) {
    this.#stored = length;
    this.#inflated = Math.min(length * MAX_RATIO, MAX_INFLATED);
  }

  countObject(): void {
    if (this.#objects-- === 0) {
      throw new FormatError(`${this.label}: holds more than ${MAX_OBJECTS} objects.`);
    }
  }

  countBytes(bytes: number, isFiltered: boolean, name: string): void {
    if (isFiltered) this.#inflated -= bytes;
    else this.#stored -= bytes;
    if (this.#stored < 0 || this.#inflated < 0) {
      throw new FormatError(
        `${this.label}: with '${name}' its arrays come to more bytes than a file of this length can hold.`,
      );
    }
  }
}

class OpenGroup implements Hdf5Group {
  readonly #group: LibraryGroup;
  readonly #limits: Limits;
  readonly #depth: number;
  #names: readonly string[] | undefined;

  constructor(
    group: LibraryGroup,
    readonly path: string,
    limits: Limits,
    depth: number,
  ) {
    if (depth > MAX_DEPTH) {
      throw new FormatError(`${limits.label}: groups nest deeper than ${MAX_DEPTH}.`);
    }
    this.#group = group;
    this.#limits = limits;
    this.#depth = depth;
  }

  keys(): readonly string[] {
    return (this.#names ??= this.#group.keys());
  }

  /** The object of that name, which lies in this file: a link could lead anywhere. */
  #find(name: string): LibraryObject | undefined {
    if (!this.keys().includes(name)) return undefined;
    this.#limits.countObject();
    const found = this.#group.get(name);
    if (found?.type === 'Group' || found?.type === 'Dataset') return found;
    throw new FormatError(
      `${this.#limits.label}: '${this.#pathOf(name)}' is a ${found?.type ?? 'thing of unknown kind'}; readable are ` +
        `groups and arrays.`,
    );
  }

  #pathOf(name: string): string {
    return this.path === '/' ? name : `${this.path}/${name}`;
  }

  group(name: string): Hdf5Group | undefined {
    const found = this.#find(name);
    if (found?.type !== 'Group') return undefined;
    return new OpenGroup(found as LibraryGroup, this.#pathOf(name), this.#limits, this.#depth + 1);
  }

  array(name: string): FileArray | undefined {
    const found = this.#find(name);
    if (found?.type !== 'Dataset') return undefined;
    return readDataset(found as LibraryDataset, this.#pathOf(name), this.#limits);
  }

  text(name: string): string | undefined {
    const value = this.#attribute(name);
    return typeof value === 'string' ? value : undefined;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#attribute(name);
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return isList ? value : undefined;
  }

  #attribute(name: string): unknown {
    const { attrs } = this.#group;
    const attribute = Object.hasOwn(attrs, name) ? attrs[name] : undefined;
    const metadata = attribute?.metadata;
    if (metadata?.shape == null || metadata.type !== STRING) return undefined;
    const owner = `attribute ${name} of '${this.path}'`;
    const items = metadata.shape.reduce((product, length) => product * length, 1);
    this.#limits.countBytes(items * metadata.size, false, owner);
    return attribute?.value;
  }
}

// Classes of HDF5's types.
const INTEGER = 0;
const FLOAT = 1;
const STRING = 3;
const ENUM = 8;

function readDataset(dataset: LibraryDataset, path: string, limits: Limits): FileArray {
  const name = `${limits.label}: '${path}'`;
  const { metadata } = dataset;
  const { shape } = metadata;
  const kind = kindOf(metadata);
  if (shape === null || kind === undefined) {
    throw new FormatError(
      `${name} holds no numbers of a known kind; readable are bool, integers, float32 and float64.`,
    );
  }
  if ((metadata.virtual_sources?.length ?? 0) > 0) {
    throw new FormatError(`${name} lies in other files.`);
  }
  const bytes = fileBytes(shape, kind, name);
  const filters = metadata.chunks === null ? [] : dataset.filters.map(({ id }) => id);
  if (filters.some((id) => !FILTERS.includes(id))) {
    throw new FormatError(
      `${name} is compressed by HDF5 filter ${filters.join(', ')}; readable is gzip. Save it again without ` +
        `compression.`,
    );
  }
  limits.countBytes(bytes, filters.includes(1), path);
  if (bytes === 0) {
    const empty = new DataView(new ArrayBuffer(0));
    return { shape: [...shape], ...readElements(empty, kind, true, name) };
  }
  const { value } = dataset;
  const view = ArrayBuffer.isView(value) ? value : scalar(value, kind);
  if (view?.byteLength !== bytes) throw new FormatError(`${name} cannot be read.`);
  const elements = new DataView(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
  // Big-endian files too: the library has turned the bytes round.
  return { shape: [...shape], ...readElements(elements, kind, true, name) };
}

/** How the elements lie in memory; undefined for what is no number. */
function kindOf({ type, size, signed, vlen, enum_type: of }: Metadata): ElementKind | undefined {
  if (vlen) return undefined;
  if (type === FLOAT) return size === 4 ? 'f4' : size === 8 ? 'f8' : undefined;
  // Python's bool is an enum of bytes.
  if (type === ENUM && of?.type === INTEGER && size === 1) return 'b1';
  const letter = signed ? 'i' : 'u';
  const kinds = [1, 2, 4, 8].map((bytes) => `${letter}${bytes}` as ElementKind);
  return type === INTEGER ? kinds[Math.log2(size)] : undefined;
}

/** The library gives a lone element as a number: its bytes again. */
function scalar(value: unknown, kind: ElementKind): ArrayBufferView | undefined {
  if (typeof value === 'bigint') return BigInt64Array.of(BigInt.asIntN(64, value));
  if (typeof value !== 'number') return undefined;
  if (kind === 'f4') return Float32Array.of(value);
  if (kind === 'f8') return Float64Array.of(value);
  if (kind.endsWith('1')) return Uint8Array.of(value);
  return kind.endsWith('2') ? Int16Array.of(value) : Int32Array.of(value);
}
