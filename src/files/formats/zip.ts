import { describeValue } from '../../config/describe-value.js';
import { FormatError, ValueError } from '../../errors.js';
import { beyondLimit, concatenate, crc32, lengthOf } from './bytes.js';
import type { TooLarge } from './bytes.js';
import { deflate, inflate, inflatedChunks, MAX_RATIO } from './gzip.js';
import { isInnerPath } from './inner-name.js';
import { isUint8Array } from '../../config/index.js';

// Zip: members one after the other, then a directory of them, then where the directory is.
//
//     local header  name  extra  data          for each member
//     central header  name  extra  comment     for each member
//     end record                               finds the central headers
//
// Only the central headers are believed: whatever else lies in the file belongs to no member. The compression is
// the host's own (DecompressionStream), so that no inflater has to be bundled.

/** A member of a zip file, as the directory tells. */
export interface ZipEntry {
  readonly name: string;
  readonly isDeflated: boolean;
  /** CRC-32 of the contents. */
  readonly crc: number;
  /** Bytes in the file. */
  readonly compressedSize: number;
  /** Bytes of the contents. */
  readonly size: number;
  /** Where its data begin in the file. */
  readonly start: number;
}

/** A member that was read. */
interface UnzippedMember extends ZipMember {
  /** Whether its bytes were inflated; else they are a part of the file. */
  readonly isDeflated: boolean;
}

/** How a zip file is read. */
interface UnzipOptions {
  /** The name of the file in messages. */
  readonly name: string;
  /** The most bytes that all compressed members may inflate to. */
  readonly maxBytes: number;
  /** Makes the error for more. Default: one that advises to give `maxBytes`. */
  readonly tooLarge?: TooLarge;
  /** Says whether a member is wanted; others are left as they are. What it throws ends the reading. Default: all are. */
  readonly isWanted?: (entry: ZipEntry) => boolean;
}

/** True for bytes that begin as a zip file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/**
 * Members of a zip file, one at a time, in the order of its directory. Stored members are views of `bytes`.
 *
 * @throws FormatError for a file that is none, damaged or truncated (CRC-32 included), encrypted or beyond 4 GiB,
 * and, before anything is inflated, for one that would inflate to more than `maxBytes`.
 */
export async function* unzip(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes, tooLarge = beyondLimit, isWanted = () => true }: UnzipOptions,
): AsyncGenerator<UnzippedMember, void, undefined> {
  const files = readZipDirectory(bytes, name).filter((entry) => !entry.name.endsWith('/'));
  const entries = files.filter(isWanted);
  const inflated = entries.reduce((sum, { isDeflated, size }) => sum + (isDeflated ? size : 0), 0);
  if (inflated > maxBytes) {
    throw tooLarge(`${name}: the zip file inflates to ${inflated} bytes; allowed are ${maxBytes}`);
  }
  for (const entry of entries) {
    const contents = await contentsOf(bytes, entry, name);
    yield { name: entry.name, bytes: contents, isDeflated: entry.isDeflated };
  }
}

/** Compressed bytes of a member of which its beginning is inflated: at most 4 MiB come out. */
const HEAD = 1 << 12;

/**
 * The beginnings of the members of a zip file: of each as much as is stored, or as its first 4 kB inflate to.
 *
 * @throws FormatError as `unzip`; damaged contents are not found.
 */
export async function* memberHeads(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes }: Pick<UnzipOptions, 'name' | 'maxBytes'>,
): AsyncGenerator<ZipMember, void, undefined> {
  const entries = readZipDirectory(bytes, name).filter((entry) => !entry.name.endsWith('/'));
  let left = maxBytes;
  for (const entry of entries) {
    const raw = bytes.subarray(entry.start, entry.start + Math.min(entry.compressedSize, HEAD));
    if (!entry.isDeflated) {
      yield { name: entry.name, bytes: raw };
      continue;
    }
    left -= Math.min(entry.size, raw.length * MAX_RATIO);
    if (left < 0)
      throw beyondLimit(
        `${name}: the beginnings of its members inflate to more than ${maxBytes} bytes`,
      );
    const pieces: Uint8Array[] = [];
    const deflated = {
      bytes: raw,
      format: 'deflate-raw',
      name: `${name}: '${entry.name}'`,
    } as const;
    for await (const piece of inflatedChunks(deflated)) {
      pieces.push(piece);
      if (lengthOf(pieces) >= Math.min(entry.size, HEAD)) break;
    }
    yield { name: entry.name, bytes: concatenate(pieces).subarray(0, HEAD) };
  }
}

async function contentsOf(
  file: Uint8Array<ArrayBuffer>,
  entry: ZipEntry,
  label: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const raw = file.subarray(entry.start, entry.start + entry.compressedSize);
  const name = `${label}: '${entry.name}'`;
  const bytes = entry.isDeflated
    ? await inflate({ bytes: raw, format: 'deflate-raw', name }, entry.size)
    : raw;
  if (bytes.length < entry.size) {
    throw new FormatError(
      `${name} inflates to ${bytes.length} bytes, but the zip file says ${entry.size}.`,
    );
  }
  if (crc32(bytes) !== entry.crc) {
    throw new FormatError(`${name} is damaged: its check sum is wrong. Get the file again.`);
  }
  return bytes;
}

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const CENTRAL_LENGTH = 46;
const LOCAL_LENGTH = 30;

/** A larger number stands for "see the zip64 record": files beyond 4 GiB. */
const ZIP64 = 0xffffffff;

/**
 * The members of a zip file, checked against each other and the file before any of them is read.
 *
 * @param label the name of the file in messages
 * @throws FormatError for a file that is none, truncated, encrypted, split or beyond 4 GiB, and for members that
 * overlap, share a name, lie about their size, or have a name that leads out of a folder.
 */
export function readZipDirectory(bytes: Uint8Array<ArrayBuffer>, label: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view, label);
  const count = view.getUint16(end + 10, true);
  const length = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (start === ZIP64 || count === 0xffff) {
    throw new FormatError(`${label}: zip64 files (beyond 4 GiB or 65534 members) cannot be read.`);
  }
  const isWhole = view.getUint16(end + 4, true) === 0 && view.getUint16(end + 8, true) === count;
  if (!isWhole || start + length > end || count * CENTRAL_LENGTH > length) {
    throw new FormatError(`${label}: the zip file's end record does not fit the file.`);
  }
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_LENGTH > start + length || view.getUint32(at, true) !== CENTRAL) {
      throw new FormatError(`${label}: the zip file's directory is damaged at member ${i}.`);
    }
    const entry = centralEntry(view, bytes, at, start, label);
    if (names.has(entry.name)) {
      throw new FormatError(`${label}: two members of the zip file are called '${entry.name}'.`);
    }
    names.add(entry.name);
    entries.push(entry);
    at += CENTRAL_LENGTH + [28, 30, 32].reduce((sum, of) => sum + view.getUint16(at + of, true), 0);
  }
  refuseOverlaps(entries, label);
  return entries;
}

/** The end record is the last thing but a comment, whose length it holds. */
function findEnd(view: DataView, label: string): number {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    const isEnd = view.getUint32(at, true) === END && view.getUint16(at + 20, true) === last - at;
    if (isEnd) return at;
  }
  throw new FormatError(`${label}: not a zip file, or a truncated one: it has no end record.`);
}

function centralEntry(
  view: DataView,
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  limit: number,
  label: string,
): ZipEntry {
  const name = nameAt(bytes, at + CENTRAL_LENGTH, view.getUint16(at + 28, true), label);
  const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
  const [crc, compressedSize, size, local] = [16, 20, 24, 42].map((of) =>
    view.getUint32(at + of, true),
  ) as [number, number, number, number];
  const refuse = (problem: string): FormatError =>
    new FormatError(`${label}: member '${name}' of the zip file ${problem}.`);
  if (flags & 1) throw refuse('is encrypted');
  if (method !== 0 && method !== 8) {
    throw refuse(`is compressed by method ${method}; readable are stored (0) and deflated (8)`);
  }
  if ([compressedSize, size, local].includes(ZIP64)) throw refuse('is larger than 4 GiB');
  if (method === 0 && size !== compressedSize) throw refuse('has two sizes');
  if (size > compressedSize * MAX_RATIO) {
    throw refuse(`claims to inflate from ${compressedSize} to ${size} bytes, which no data can`);
  }
  if (local + LOCAL_LENGTH > limit || view.getUint32(local, true) !== LOCAL) {
    throw refuse('is not where the directory says');
  }
  const start =
    local + LOCAL_LENGTH + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + compressedSize > limit) throw refuse('reaches beyond the data: truncated');
  return { name, isDeflated: method === 8, crc, compressedSize, size, start };
}

function nameAt(bytes: Uint8Array, at: number, length: number, label: string): string {
  const raw = bytes.subarray(at, at + length);
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
  } catch (error) {
    throw new FormatError(`${label}: a member's name is no UTF-8 text.`, { cause: error });
  }
  if (isInnerPath(name)) return name;
  throw new FormatError(
    `${label}: the zip file has a member ${describeValue(name)}, a name that leads out of the folder.`,
  );
}

/** Overlapping members are how a small file inflates to a huge one. */
function refuseOverlaps(entries: readonly ZipEntry[], label: string): void {
  const sorted = [...entries].sort((a, b) => a.start - b.start);
  sorted.forEach((entry, i) => {
    const next = sorted[i + 1];
    if (next === undefined || entry.start + entry.compressedSize + LOCAL_LENGTH <= next.start)
      return;
    throw new FormatError(
      `${label}: members '${entry.name}' and '${next.name}' of the zip file overlap.`,
    );
  });
}

// The container is written here, the compression is the host's own (CompressionStream), so that no library has to be
// bundled.

/** A member with its contents. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** A member that is to be written. */
export interface NewZipMember {
  readonly name: string;
  /** The member's contents, whole or in pieces, one behind the other. */
  readonly bytes: Uint8Array<ArrayBuffer> | readonly Uint8Array<ArrayBuffer>[];
}

/** Bit 11: names are UTF-8. */
const UTF8 = 0x0800;
/** 1 January 1980, so that the same contents give the same file. */
const DATE = 0x21;
/** The version of the format that a reader needs: 2.0, for deflate. */
const VERSION = 20;

/**
 * The bytes of a zip file with these members.
 *
 * @throws ValueError for more than 65534 members or 4 GiB, which need a format of their own, and for a name of more
 * than 65535 bytes.
 */
export async function zip(
  members: readonly NewZipMember[],
  { compress = false }: { readonly compress?: boolean } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of members) {
    const encoded = new TextEncoder().encode(name);
    if (encoded.length > 0xffff) {
      throw new ValueError(
        `A name in a zip file takes at most 65535 bytes, but '${name.slice(0, 40)}…' takes ${encoded.length}. ` +
          `Shorten it.`,
      );
    }
    const pieces = isUint8Array(bytes) ? [bytes] : bytes;
    const whole = (): Uint8Array<ArrayBuffer> => (isUint8Array(bytes) ? bytes : concatenate(bytes));
    const data = compress ? [await deflate(whole(), 'deflate-raw')] : pieces;
    const sum = pieces.reduce((before, piece) => crc32(piece, before), 0);
    const packed = lengthOf(data);
    // What local and central header share, from the version on.
    const common = [
      ...u16(VERSION, UTF8, compress ? 8 : 0, 0, DATE),
      ...u32(sum, packed, lengthOf(pieces)),
      ...u16(encoded.length, 0),
    ];
    const local = Uint8Array.from([...u32(0x04034b50), ...common]);
    directory.push(
      Uint8Array.from([
        ...u32(0x02014b50),
        ...u16(VERSION),
        ...common,
        ...u16(0, 0, 0),
        ...u32(0, offset),
      ]),
      encoded,
    );
    parts.push(local, encoded);
    for (const piece of data) parts.push(piece);
    offset += local.length + encoded.length + packed;
  }
  const length = lengthOf(directory);
  if (members.length > 65534 || offset + length > 0xfffffffe) {
    throw new ValueError(
      `A zip file holds at most 65534 members and 4 GiB, got ${members.length} members of ${offset} bytes. Write ` +
        `safetensors, or several files.`,
    );
  }
  const end = Uint8Array.from([
    ...u32(0x06054b50),
    ...u16(0, 0, members.length, members.length),
    ...u32(length, offset),
    ...u16(0),
  ]);
  return concatenate([...parts, ...directory, end]);
}

function u16(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 255, (value >> 8) & 255]);
}

function u32(...values: readonly number[]): number[] {
  return values.flatMap((value) => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255));
}
