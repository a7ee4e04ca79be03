import { isError, isUint8Array } from '../../config/index.js';
import { FormatError } from '../../errors.js';

// DecompressionStream inflates whatever it is handed before it can be stopped, and deflate expands up
// to 1032 times. Slices of this size bound that to 64 MiB at a time.
const sliceLength = 1 << 16;

/** Compressed data, and what messages call them. */
export interface Deflated {
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
