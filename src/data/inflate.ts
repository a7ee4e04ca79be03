import { FormatError } from '../errors.js';

// DecompressionStream inflates whatever it is handed before anyone can say stop, and deflate expands up
// to 1032 times. Slices of this size bound that to 64 MiB at a time.
const sliceLength = 1 << 16;

/** Compressed data, and what messages call them. */
export interface Deflated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `gzip` with its header and check sum, or the bare stream that zip files hold. */
  readonly format: 'gzip' | 'deflate-raw';
  readonly name: string;
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

/**
 * Inflates piece by piece; whoever stops taking pieces stops the inflating.
 *
 * @throws FormatError when the data are corrupted or truncated.
 */
export async function* inflatedChunks(data: Deflated): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = new DecompressionStream(data.format);
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // A failure of the stream arrives at both ends. The reader reports it; here it is only kept from
  // being called unhandled.
  feed(writer, data.bytes).catch(() => undefined);
  writer.closed.catch(() => undefined);
  try {
    for (;;) {
      const { done, value } = await readChunk(reader, data);
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
  { bytes, format, name }: Deflated,
) {
  try {
    return await reader.read();
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? ` (${error.message})` : '';
    const kind = format === 'gzip' ? 'gzip' : 'compressed';
    throw new FormatError(
      `${name}: corrupted or truncated ${kind} data of ${bytes.length} bytes${reason}. Get the file again.`,
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

/** Deflates without any header, as zip files hold it. */
export async function deflateRaw(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
