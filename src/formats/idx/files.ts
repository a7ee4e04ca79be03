import { isUint8Array } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import type { DType } from '../../tensor/dtype.js';
import type { FileArray } from '../elements.js';
import { inflateGzip, inflateGzipHead, isGzip } from '../gzip.js';
import { idxTensorBytes, parseIdx, parseIdxHeader, type IdxArray, type IdxType } from './parse.js';

/** The rank is one byte. */
const MAX_RANK = 255;

/** No header is longer. */
const MAX_HEADER_LENGTH = 4 + 4 * MAX_RANK;

/**
 * Parses the bytes of an IDX file, gzipped or not.
 *
 * @param maxBytes the most bytes that it may unpack to. Default: no limit.
 * @throws FormatError as `parseIdx` does, and if it is damaged as gzip or unpacks to more.
 */
export async function unpackIdx(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  maxBytes = Infinity,
): Promise<IdxArray> {
  if (!isGzip(bytes)) return parseIdx(bytes, name);
  // The header says how much there is to inflate, so that a small file cannot swell without end.
  const head = await inflateGzipHead(bytes, MAX_HEADER_LENGTH, name);
  const header = parseIdxHeader(head, name);
  const unpacked = Math.max(header.byteLength, idxTensorBytes(header));
  if (unpacked > maxBytes) {
    throw new FormatError(
      `${name}: unpacks to ${unpacked} bytes; allowed are ${maxBytes}. If you trust it, allow more with maxBytes.`,
    );
  }
  return parseIdx(await inflateGzip(bytes, { name, limit: header.byteLength }), name);
}

const TYPE_OF: Readonly<Record<DType, IdxType>> = {
  bool: 0x08,
  uint8: 0x08,
  int32: 0x0c,
  float32: 0x0d,
};

/** The bytes of an IDX file. @throws ValueError for more axes than it can have. */
export function encodeIdx({ shape, dtype, data }: FileArray): Uint8Array<ArrayBuffer> {
  if (shape.length > MAX_RANK) {
    throw new ValueError(`writeIdx: IDX holds at most ${MAX_RANK} axes, got ${shape.length}.`);
  }
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, TYPE_OF[dtype]);
  view.setUint8(3, shape.length);
  shape.forEach((length, axis) => view.setUint32(4 + 4 * axis, length));
  if (isUint8Array(data)) bytes.set(data, start);
  else if (dtype === 'int32') data.forEach((v, i) => view.setInt32(start + 4 * i, v));
  else data.forEach((v, i) => view.setFloat32(start + 4 * i, v));
  return bytes;
}
