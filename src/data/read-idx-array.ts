import { checkOptions } from '../config/index.js';
import { FormatError } from '../errors.js';
import { inflateGzip, inflateGzipHead, isGzip } from '../formats/gzip.js';
import {
  idxTensorBytes,
  maxIdxHeaderLength,
  parseIdx,
  parseIdxHeader,
  type IdxArray,
} from '../formats/idx.js';
import { maxBytesOf, readAtMost, sourceName } from '../places/source.js';
import type { LimitedReadOptions, Source } from '../places/source.js';

/** Reads an IDX file, gzipped or not, into a typed array. Sources and errors: see `readIdx`. */
export async function readIdxArray(
  source: Source,
  options: LimitedReadOptions = {},
): Promise<IdxArray> {
  checkOptions('readIdx', options, ['signal', 'maxBytes']);
  const maxBytes = maxBytesOf('readIdx', options);
  const name = sourceName(source, 'IDX');
  const bytes = await readAtMost(maxBytes, source, 'IDX', { signal: options.signal });
  if (!isGzip(bytes)) return parseIdx(bytes, name);
  // The header says how much there is to inflate, so that a small file cannot swell without end.
  const head = await inflateGzipHead(bytes, maxIdxHeaderLength, name);
  const header = parseIdxHeader(head, name);
  const unpacked = Math.max(header.byteLength, idxTensorBytes(header));
  if (unpacked > maxBytes) {
    throw new FormatError(
      `${name}: unpacks to ${unpacked} bytes; allowed are ${maxBytes}. If you trust it, allow more with maxBytes.`,
    );
  }
  return parseIdx(await inflateGzip(bytes, { name, limit: header.byteLength }), name);
}
