import { describeValue } from '../../config/describe-value.js';
import {
  checkNumber,
  checkOptions,
  checkSignal,
  isArrayBuffer,
  isBlob,
  isUint8Array,
  isUrl,
  messageOf,
} from '../../config/index.js';
import { DatasetError, FormatError, ValueError } from '../../errors.js';
import { beyondLimit, bytesOfBuffer, concatenate, DEFAULT_MAX_BYTES } from '../formats/bytes.js';
import type { TooLarge } from '../formats/bytes.js';
import { MAX_JSON_BYTES } from '../formats/json.js';
import { downloadChunks } from './download.js';
import { fileHost } from './platform.js';
import { unsharedBytes } from './file-host.js';
import { findFiles, getFiles } from './stores/open.js';
import { storeAddress } from './stores/store.js';
import type { NamedFile, StoreAddress } from './stores/store.js';

/**
 * The source of bytes for a reader: the bytes themselves, a Blob (such as a File that the user has picked), a URL, or a
 * string. A string is a URL with `http:`, `https:`, `data:` or `blob:`, a file stored in this browser
 * (`indexeddb://name` or `localstorage://name`), or otherwise a path in Node and a URL relative to the page in a
 * browser.
 */
export type Source = Uint8Array | ArrayBuffer | Blob | URL | string;

/** Options of functions that read a {@link Source}. */
export interface ReadOptions {
  /** A signal that stops reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of functions that limit how much they read. */
export interface LimitedReadOptions extends ReadOptions {
  /**
   * The largest size in bytes of the file, or of all files together, and of its uncompressed contents. Default 2³⁰ (1
   * GiB).
   */
  readonly maxBytes?: number;
}

/** The option `maxBytes`. @throws ValueError for anything but a number from 0 on. */
export function maxBytesOf(owner: string, { maxBytes }: { readonly maxBytes?: number }): number {
  return checkNumber(owner, 'maxBytes', maxBytes ?? DEFAULT_MAX_BYTES, { min: 0 });
}

/** Bytes of one piece of what is at hand as a whole. */
const PIECE = 1 << 18;

/**
 * The bytes of a source, piece by piece: never more than a piece is held.
 *
 * @throws DatasetError when they cannot be fetched, ValueError for anything but a source.
 */
export async function* sourceChunks(
  source: Source,
  { signal }: ReadOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  checkSignal('read', signal);
  const location = typeof source === 'string' || isUrl(source) ? String(source) : undefined;
  if (location !== undefined && /^(https?|data|blob):/i.test(location)) {
    yield* downloadChunks(location, { signal });
  } else if (location !== undefined && storeAddress(location) === undefined) {
    yield* readingLocation(location, signal);
  } else {
    const whole = isBlob(source) ? source : await bytesAtHand(source);
    const end = isBlob(whole) ? whole.size : whole.length;
    for (let offset = 0; offset < end; offset += PIECE) {
      signal?.throwIfAborted();
      yield isBlob(whole)
        ? new Uint8Array(await whole.slice(offset, offset + PIECE).arrayBuffer())
        : whole.subarray(offset, offset + PIECE);
    }
  }
}

/** The bytes of what needs no reading piece by piece: all sources but paths and URLs. */
async function bytesAtHand(source: Source): Promise<Uint8Array<ArrayBuffer>> {
  if (isUint8Array(source)) return unsharedBytes(source);
  if (isArrayBuffer(source)) return bytesOfBuffer(source);
  if (isBlob(source)) return new Uint8Array(await source.arrayBuffer());
  const address =
    isUrl(source) || typeof source === 'string' ? storeAddress(String(source)) : undefined;
  if (address !== undefined) return onlyFile(address, await getFiles(address));
  throw new ValueError(
    `cannot read data from ${describeValue(source)}: expected a path, a URL, a Blob, a Uint8Array or an ArrayBuffer.`,
  );
}

/**
 * All bytes of a source. What is longer is not held: reading stops at the limit.
 *
 * @param kind the name in messages of data without a name
 * @throws FormatError beyond `maxBytes`; what `sourceChunks` throws.
 */
export function readAtMost(
  maxBytes: number,
  source: Source,
  kind: string,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return readWithin(maxBytes, source, kind, options, beyondLimit);
}

/** A file that was read as a whole. */
export interface WholeFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The name in messages. */
  readonly name: string;
  /** The most bytes that what is compressed in it may unpack to. */
  readonly maxBytes: number;
}

/**
 * Reads a file for a function with the options of a limited reader.
 *
 * @param owner the function, for messages
 * @throws ValueError for other options; what `readAtMost` throws.
 */
export async function readFile(
  owner: string,
  kind: string,
  source: Source,
  options: LimitedReadOptions,
): Promise<WholeFile> {
  checkOptions(owner, options, ['signal', 'maxBytes']);
  const maxBytes = maxBytesOf(owner, options);
  const bytes = await readAtMost(maxBytes, source, kind, { signal: options.signal });
  return { bytes, name: sourceName(source, kind), maxBytes };
}

/** All bytes of a file of JSON, which has a limit of its own. Parameters and errors: see `readAtMost`. */
export function readJsonFile(
  source: Source,
  kind: string,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return readWithin(
    MAX_JSON_BYTES,
    source,
    kind,
    options,
    (problem) => new FormatError(`${problem}.`),
  );
}

/** As `readAtMost`, with another error beyond the limit. */
export async function readWithin(
  maxBytes: number,
  source: Source,
  kind: string,
  options: ReadOptions,
  refusal: TooLarge,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = (): FormatError =>
    refusal(`${sourceName(source, kind)}: longer than the ${maxBytes} bytes that are allowed`);
  if (typeof source !== 'string' && !isUrl(source)) {
    checkSignal('read', options.signal);
    // Of what is not a source at all, `bytesAtHand` says so.
    const bytes = source as { readonly byteLength?: number } | null | undefined;
    const length = isBlob(source) ? source.size : (bytes?.byteLength ?? 0);
    if (length > maxBytes) throw tooLong();
    return bytesAtHand(source);
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of sourceChunks(source, options)) {
    length += piece.length;
    if (length > maxBytes) throw tooLong();
    pieces.push(piece);
  }
  return concatenate(pieces);
}

/** All bytes of the file that a writer put at a location before; undefined if there is none. */
export async function readWritten(location: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const address = storeAddress(location);
  if (address === undefined) return fileHost().readFile(location);
  const files = await findFiles(address);
  return files === undefined ? undefined : onlyFile(address, files);
}

/**
 * The location of a file in the folder of another one. A URL keeps its query, which may be what permits the reading; a path has
 * none, and may have `?` and `#` in its names.
 */
export function siblingOf(location: string, name: string): string {
  const isPath = fileHost().hasFolders && !/^[a-z][a-z0-9+.-]+:/i.test(location);
  const [, path = '', query = ''] = isPath
    ? [location, location]
    : (/^([^?#]*)(.*)$/s.exec(location) ?? []);
  return path.replace(/[^/\\]*$/, '') + name + query;
}

/** The name of a source in messages. */
export function sourceName(source: Source, format: string): string {
  if (typeof source !== 'string' && !isUrl(source)) return `${format} data`;
  const location = String(source);
  // A data: URL is the whole file.
  return location.length > 200 ? `${location.slice(0, 200)}…` : location;
}

async function* readingLocation(
  location: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const failed = (cause: unknown): never => {
    signal?.throwIfAborted();
    throw new DatasetError(`cannot read '${location}': ${messageOf(cause)}`, { cause });
  };
  const pieces = await fileHost().readPieces(location, PIECE, signal).catch(failed);
  if (pieces === undefined) {
    throw new DatasetError(`cannot read '${location}': there is no such file. Check the path.`);
  }
  try {
    for (;;) {
      const { done, value } = await pieces.next().catch(failed);
      if (done === true) return;
      yield value;
    }
  } finally {
    await pieces.return();
  }
}

function onlyFile(
  { location }: StoreAddress,
  files: readonly NamedFile[],
): Uint8Array<ArrayBuffer> {
  const [file] = files;
  if (file !== undefined && files.length === 1) return file[1];
  throw new ValueError(
    `cannot read '${location}': it is a model of ${files.length} files, not a file. Read it with loadModel.`,
  );
}
