import { inflateGzip, inflateGzipHead, isGzip } from './gzip.js';
import { maxIdxHeaderLength, parseIdx, parseIdxHeader, type IdxArray } from './idx.js';
import { readSource, sourceName, type ReadOptions, type Source } from './source.js';

/** Reads an IDX file, gzipped or not, into a typed array. Sources and errors: see `readIdx`. */
export async function readIdxArray(source: Source, options: ReadOptions = {}): Promise<IdxArray> {
  const name = sourceName(source, 'IDX');
  const bytes = await readSource(source, options);
  if (!isGzip(bytes)) return parseIdx(bytes, name);
  // The header says how much there is to inflate, so that a small file cannot swell without end.
  const head = await inflateGzipHead(bytes, maxIdxHeaderLength, name);
  const limit = parseIdxHeader(head, name).byteLength;
  return parseIdx(await inflateGzip(bytes, { name, limit }), name);
}
