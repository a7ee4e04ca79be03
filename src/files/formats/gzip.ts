import { isError, isUint8Array } from '../../config/index.js';
import { FormatError } from '../../errors.js';
import { beyondLimit, concatenate } from './bytes.js';

// DecompressionStream inflates whatever it is handed before it can be stopped, and deflate expands up
// to 1032 times. Slices of this size bound that to 64 MiB at a time.
const sliceLength = 1 << 16;

/** Compressed data, and their name in messages. */
interface Deflated {
  /** All bytes, or pieces as they arrive. */
  readonly bytes: Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** `gzip` and `deflate` with a header and a check sum, or the bare stream that zip files hold. */
  readonly format: 'gzip' | 'deflate' | 'deflate-raw';
  readonly name: string;
}

/** Deflate cannot do better: a file that says so lies. */
export const MAX_RATIO = 1032;

/**
 * Inflates piece by piece; a caller that takes no more pieces stops the inflating.
 *
 * @throws FormatError when the data are corrupted or truncated; what their source throws.
 */
export async function* inflatedChunks(data: Deflated): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = new DecompressionStream(data.format);
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // A failure of the stream arrives at both ends. The reader reports it; here it is only kept from
  // being called unhandled.
  let failure: { readonly error: unknown } | undefined;
  const failed = (error: unknown): void => {
    failure = { error };
  };
  const feeding = feed(writer, data.bytes, failed).catch(() => undefined);
  writer.closed.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await readChunk(reader, data).catch((error: unknown) => {
        throw failure === undefined ? error : failure.error;
      });
      if (done) return;
      yield value;
    }
  } finally {
    // Also when the consumer stops early: nothing more is inflated, the writer is released.
    await reader.cancel().catch(() => undefined);
    await feeding;
  }
}

/**
 * Inflates all of it, into one piece of memory that is there before.
 *
 * @param limit the most bytes that it may become; where they are fewer, the memory is still that large
 * @throws FormatError also beyond the limit, before more is held.
 */
export async function inflate(
  data: Deflated & { readonly bytes: Uint8Array<ArrayBuffer> },
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const inflated = new Uint8Array(Math.min(limit, data.bytes.length * MAX_RATIO));
  let length = 0;
  for await (const chunk of inflatedChunks(data)) {
    if (length + chunk.length > inflated.length) {
      throw new FormatError(
        `${data.name}: ${kindOf(data)} data inflates to more than the expected ${limit} bytes.`,
      );
    }
    inflated.set(chunk, length);
    length += chunk.length;
  }
  return inflated.subarray(0, length);
}

async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>, data: Deflated) {
  try {
    return await reader.read();
  } catch (error) {
    const reason = isError(error) && error.message !== '' ? ` (${error.message})` : '';
    const { bytes, name } = data;
    const length = isUint8Array(bytes) ? ` of ${bytes.length} bytes` : '';
    throw new FormatError(
      `${name}: corrupted or truncated ${kindOf(data)} data${length}${reason}. Get the file again.`,
      { cause: error },
    );
  }
}

function kindOf({ format }: Deflated): string {
  return format === 'gzip' ? 'gzip' : 'compressed';
}

/** Writes all bytes. What their source throws, it tells; what the stream throws, the reader sees. */
async function feed(
  writer: WritableStreamDefaultWriter<BufferSource>,
  bytes: Deflated['bytes'],
  failed: (error: unknown) => void,
): Promise<void> {
  const pieces = isUint8Array(bytes) ? [bytes] : bytes;
  let isWriting = false;
  try {
    for await (const piece of pieces) {
      isWriting = true;
      for (let offset = 0; offset < piece.length; offset += sliceLength) {
        await writer.write(piece.subarray(offset, offset + sliceLength));
      }
      isWriting = false;
    }
  } catch (error) {
    if (!isWriting) failed(error);
    await writer.abort(error);
    return;
  }
  await writer.close();
}

/** Deflates, without any header as zip files hold it, or as a gzip file. */
export async function deflate(
  bytes: Uint8Array<ArrayBuffer>,
  format: Deflated['format'],
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream(format));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// Header 10 bytes, an empty deflate block 2, check sum and length 8.
const minGzipLength = 20;

/** Whether the bytes start with the gzip magic. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export interface InflateOptions {
  /** The name of the source in messages. */
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
