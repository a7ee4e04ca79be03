import { FormatError } from '../errors.js';

// DecompressionStream inflates whatever it is handed before anyone can say stop, and deflate expands up
// to 1032 times. Slices of this size bound that to 64 MiB at a time.
const sliceLength = 1 << 16;

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
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of inflatedChunks(bytes, name)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) {
      throw new FormatError(
        `${name}: gzip data inflates to more than the expected ${limit} bytes.`,
      );
    }
  }
  checkDeclaredLength(bytes, length, name);
  return concatenate(chunks, length);
}

/** The first `count` bytes that a gzip file inflates to, or all of them if they are fewer. */
export async function inflateGzipHead(
  bytes: Uint8Array<ArrayBuffer>,
  count: number,
  name: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of inflatedChunks(bytes, name)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= count) break;
  }
  return concatenate(chunks, length).subarray(0, count);
}

/** Joins chunks whose lengths add up to `length`. */
export function concatenate(
  chunks: readonly Uint8Array[],
  length: number,
): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}

async function* inflatedChunks(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length < minGzipLength) {
    throw new FormatError(
      `${name}: truncated gzip data: at least ${minGzipLength} bytes are needed, got ${bytes.length}.`,
    );
  }
  const stream = new DecompressionStream('gzip');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // A failure of the stream arrives at both ends. The reader reports it; here it is only kept from
  // being called unhandled.
  feed(writer, bytes).catch(() => undefined);
  writer.closed.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await readChunk(reader, bytes, name);
      if (done) return;
      yield value;
    }
  } finally {
    // Also when the consumer stops early: nothing more is inflated, the writer is released.
    await reader.cancel().catch(() => undefined);
  }
}

async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  bytes: Uint8Array,
  name: string,
) {
  try {
    return await reader.read();
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? ` (${error.message})` : '';
    throw new FormatError(
      `${name}: corrupted or truncated gzip data of ${bytes.length} bytes${reason}. Get the file again.`,
      { cause: error },
    );
  }
}

async function feed(
  writer: WritableStreamDefaultWriter<BufferSource>,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += sliceLength) {
    await writer.write(bytes.subarray(offset, offset + sliceLength));
  }
  await writer.close();
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
