import { FormatError } from '../../errors.js';
import { beyondLimit, concatenate } from './bytes.js';
import { inflate, inflatedChunks } from './inflate.js';

// Header 10 bytes, an empty deflate block 2, check sum and length 8.
const minGzipLength = 20;

/** Whether the bytes start with the gzip magic. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export interface InflateOptions {
  /** What messages call the source. */
  readonly name: string;
  /** The most bytes that may come out. */
  readonly limit: number;
}

/**
 * Inflates a gzip file of one member. Throws FormatError when it is corrupted (CRC-32 included),
 * truncated, followed by other bytes, or inflates to more than `limit` bytes; it stops at the limit.
 */
export async function inflateGzip(
  bytes: Uint8Array<ArrayBuffer>,
  { name, limit }: InflateOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  checkLength(bytes, name);
  const inflated = await inflate({ bytes, format: 'gzip', name }, limit);
  checkDeclaredLength(bytes, inflated.length, name);
  return inflated;
}

/** The first `count` bytes that a gzip file inflates to, or all of them if they are fewer. */
export async function inflateGzipHead(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  checkLength(bytes, name);
  for await (const chunk of inflatedChunks({ bytes, format: 'gzip', name })) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return concatenate(chunks).subarray(0, count);
}

function checkLength(bytes: Uint8Array, name: string): void {
  if (bytes.length >= minGzipLength) return;
  throw new FormatError(
    `${name}: truncated gzip data: at least ${minGzipLength} bytes are needed, got ${bytes.length}.`,
  );
}

/**
 * The bytes that arrive, inflated if they begin as gzip does. Errors: see `inflateGzip`.
 *
 * @param allowed the most bytes that may come out when so many have come in
 */
export async function* maybeInflated(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  name: string,
  allowed: (arrived: number) => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = withHead(bytes, 2);
  const { value: head } = await pieces.next();
  const isZipped = head !== undefined && isGzip(head);
  let arrived = 0;
  let last = new Uint8Array(0);
  async function* watched(): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    try {
      for (let piece = head; piece !== undefined; piece = (await pieces.next()).value) {
        arrived += piece.length;
        last = concatenate([last, piece.subarray(-4)]).slice(-4);
        yield piece;
      }
    } finally {
      await pieces.return();
    }
  }
  let length = 0;
  for await (const piece of isZipped
    ? inflatedChunks({ bytes: watched(), format: 'gzip', name })
    : watched()) {
    length += piece.length;
    if (length > allowed(arrived)) {
      const unpacks = isZipped ? `${arrived} bytes of gzip unpack to` : 'it has';
      throw beyondLimit(
        `${name}: ${unpacks} more than the ${allowed(arrived)} bytes that are allowed`,
      );
    }
    yield piece;
  }
  if (isZipped) checkDeclaredLength(last, length, name);
}

/** The same bytes; the first piece has at least `count` of them, or all if they are fewer. */
async function* withHead(
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  count: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let head = new Uint8Array(0);
  let isThere = false;
  for await (const piece of bytes) {
    if (isThere) yield piece;
    else {
      head = concatenate([head, piece]);
      isThere = head.length >= count;
      if (isThere) yield head;
    }
  }
  if (!isThere) yield head;
}

// Engines disagree on what may follow the first member: some ignore it, some refuse it, some inflate
// further members. The length in the last four bytes settles it alike everywhere.
function checkDeclaredLength(bytes: Uint8Array, length: number, name: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const declared = view.getUint32(bytes.length - 4, true);
  if (declared !== length % 2 ** 32) {
    throw new FormatError(
      `${name}: gzip data inflates to ${length} bytes, but its last four bytes declare ${declared}: it has ` +
        `trailing bytes or several members. Expected one gzip member and nothing after it.`,
    );
  }
}
