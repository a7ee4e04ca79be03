import { hexOf } from '../../files/formats/bytes.js';
import { DatasetError, FormatError } from '../../errors.js';
import type { NpzOptions } from '../../files/formats/npz.js';
import { inflateGzip, isGzip } from '../../files/formats/gzip.js';

// MD5 (RFC 1321), by which Keras verifies its indices of words. It finds damage; it would not stop a forger, so nothing of such
// a file is trusted beyond that.

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** ⌊2³² · |sin(i + 1)|⌋. */
const SINES = Int32Array.from({ length: 64 }, (_, i) =>
  Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))),
);

/** MD5 of the bytes in lower-case hexadecimal. */
export function md5(bytes: Uint8Array): string {
  // A bit of 1, zeros, and the number of bits in the last 8 of a multiple of 64 bytes.
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, true);

  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < padded.length; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const [mixed, word] = step(round, i, b, c, d);
      const sum = (a + mixed + (SINES[i] ?? 0) + view.getInt32(block + 4 * word, true)) | 0;
      const shift = SHIFTS[round]?.[i & 3] ?? 0;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    [a, b, c, d].forEach((word, i) => (state[i] = (state[i] ?? 0) + word));
  }
  return hexOf(new Uint8Array(state.buffer));
}

/** What a step adds, and the word of the block that it reads. */
function step(round: number, i: number, b: number, c: number, d: number): [number, number] {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(b & d) | (c & ~d), (5 * i + 1) & 15];
  if (round === 2) return [b ^ c ^ d, (3 * i + 5) & 15];
  return [c ^ (b | ~d), (7 * i) & 15];
}

/** One file of a data set. */
export interface DatasetFile {
  /** The plain name. */
  readonly name: string;
  /** SHA-256, lower-case hexadecimal. */
  readonly sha256?: string;
  /** MD5, of files of which Keras has no other check sum. */
  readonly md5?: string;
  /** The most bytes that it may have. Of a file that is not kept whole it is the length, inflated. */
  readonly maxBytes: number;
  /** Whether the file is kept as it is. Else the gzipped file has `.gz` behind the name, and the check sum is of what it inflates to. */
  readonly isWhole?: true;
}

/** What a data set is called, and where it is found. */
export interface DatasetLocation {
  /** The data set's name in `datasets` and in messages. */
  readonly name: string;
  /** What the folder that holds it may be called, the likeliest first; the cache uses the first. */
  readonly folders: readonly [string, ...string[]];
  /** URLs of folders that hold the files, gzipped unless they are whole, best first. */
  readonly mirrors: readonly string[];
}

/** A data set, or a part of one that is loaded by itself. */
export interface DatasetFiles extends DatasetLocation {
  readonly files: readonly DatasetFile[];
  /** Other files that a folder may hold in their place; mirrors do not have them. */
  readonly otherFiles?: readonly DatasetFile[];
  /**
   * Whether a folder may hold other contents under the names: then they are read as they are. What comes from mirrors and the
   * cache is verified in any case.
   */
  readonly mayDiffer?: true;
}

/** A limit of bytes that no option moves. @param maxBytes far more than the arrays of a data set take */
export function fixedLimit(maxBytes: number): Omit<NpzOptions, 'name'> {
  const tooLarge = (problem: string): FormatError =>
    new FormatError(`${problem}: far more than the data set has. Give a smaller file.`);
  return { maxBytes, tooLarge };
}

/** The names under which a file may be stored, the likeliest first. */
export function storedNames({ name, isWhole }: DatasetFile): readonly [string, ...string[]] {
  return isWhole === true ? [name] : [`${name}.gz`, name];
}

/** The name under which a file is stored that came so. */
export function nameAsStored({ name, isWhole }: DatasetFile, stored: Uint8Array): string {
  return isWhole !== true && isGzip(stored) ? `${name}.gz` : name;
}

/**
 * The contents of a file, inflated unless it is kept whole. Whether it is gzipped is seen in the bytes: a server may have
 * undone the gzip on the way.
 *
 * Throws FormatError when the gzip is damaged. `location` is the name of the source in messages.
 */
export async function contentsOf(
  stored: Uint8Array<ArrayBuffer>,
  { isWhole, maxBytes }: DatasetFile,
  location: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (isWhole === true || !isGzip(stored)) return stored;
  return inflateGzip(stored, { name: location, limit: maxBytes });
}

/** As `contentsOf`, if the check sum is right; else throws DatasetError. */
export async function verifiedContents(
  stored: Uint8Array<ArrayBuffer>,
  file: DatasetFile,
  location: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const contents = await contentsOf(stored, file, location);
  const [kind, expected] =
    file.md5 === undefined ? (['SHA-256', file.sha256] as const) : (['MD5', file.md5] as const);
  const got = file.md5 === undefined ? await sha256(contents) : md5(contents);
  if (got !== expected) {
    throw new DatasetError(
      `${location}: checksum mismatch: expected ${kind} ${String(expected)}` +
        (file.isWhole === true ? '' : ` (${file.maxBytes} bytes)`) +
        `, got ${got} (${contents.length} bytes). Delete the file and get it again.`,
    );
  }
  return contents;
}

/**
 * Throws DatasetError where the host offers no digest. Asked before anything is read, so that a missing digest
 * is never taken for a bad file.
 */
export function requireSha256(): void {
  if (typeof globalThis.crypto?.subtle?.digest === 'function') return;
  throw new DatasetError(
    'cannot verify the data: SHA-256 needs crypto.subtle, which a browser offers only on secure pages. ' +
      'Serve the page over https or from localhost.',
  );
}

/** SHA-256 of the bytes in lower-case hexadecimal. Throws DatasetError where the host has no digest. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  requireSha256();
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}
