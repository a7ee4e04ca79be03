import { isBlob, isUrl } from '../config/brands.js';
import { checkNumber } from '../config/check-number.js';
import { FormatError } from '../errors.js';
import { concatenate } from '../formats/inflate.js';
import { MAX_JSON_BYTES } from '../formats/json.js';
import { readSource, sourceChunks, sourceName } from './source.js';
import type { ReadOptions, Source } from './source.js';

/** The most bytes that a file may have, or inflate to, unless more are allowed: 1 GiB. */
const DEFAULT = 2 ** 30;

/** Options of readers that limit how much they read. */
export interface LimitedReadOptions extends ReadOptions {
  /**
   * The most bytes that the file, or the files together, may have, and that what is compressed in it may unpack to.
   * Default 2³⁰ (1 GiB).
   */
  readonly maxBytes?: number;
}

/** The option `maxBytes`. @throws ValueError for anything but a number from 0 on. */
export function maxBytesOf(owner: string, { maxBytes }: { readonly maxBytes?: number }): number {
  return checkNumber(owner, 'maxBytes', maxBytes ?? DEFAULT, { min: 0 });
}

/**
 * All bytes of a source. What is longer is not held: reading stops at the limit.
 *
 * @param kind what messages call data that have no name
 * @throws FormatError beyond `maxBytes`; what `readSource` throws.
 */
export function readAtMost(
  maxBytes: number,
  source: Source,
  kind: string,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return readWithin(maxBytes, source, kind, options, ' If you trust it, allow more with maxBytes.');
}

/** All bytes of a file of JSON, which has a limit of its own. Parameters and errors: see `readAtMost`. */
export function readJsonFile(
  source: Source,
  kind: string,
  options: ReadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  return readWithin(MAX_JSON_BYTES, source, kind, options, '');
}

async function readWithin(
  maxBytes: number,
  source: Source,
  kind: string,
  options: ReadOptions,
  advice: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLong = (): FormatError =>
    new FormatError(
      `${sourceName(source, kind)}: longer than the ${maxBytes} bytes that are allowed.${advice}`,
    );
  if (typeof source !== 'string' && !isUrl(source)) {
    // Of what is no source at all, `readSource` says so.
    const bytes = source as { readonly byteLength?: number } | null | undefined;
    const length = isBlob(source) ? source.size : (bytes?.byteLength ?? 0);
    if (length > maxBytes) throw tooLong();
    return readSource(source, options);
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of sourceChunks(source, options)) {
    length += piece.length;
    if (length > maxBytes) throw tooLong();
    pieces.push(piece);
  }
  return concatenate(pieces, length);
}
