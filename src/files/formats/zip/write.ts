import { isUint8Array } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { concatenate, crc32, lengthOf } from '../bytes.js';
import { deflate } from '../inflate.js';

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
