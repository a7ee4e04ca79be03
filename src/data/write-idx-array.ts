import { isUint8Array } from '../config/brands.js';
import { checkBoolean } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { DType } from '../tensor/dtype.js';
import type { FileArray } from '../formats/elements.js';
import { maxIdxRank, type IdxType } from '../formats/idx.js';
import { deflate } from '../formats/inflate.js';
import { targetLocation, type Target } from '../places/target.js';
import { writeTarget } from '../places/write.js';
import type { WriteIdxOptions } from './write-idx.js';

const TYPES: Readonly<Record<DType, IdxType>> = {
  bool: 0x08,
  uint8: 0x08,
  int32: 0x0c,
  float32: 0x0d,
};

/** Writes an array as an IDX file. Targets and errors: see `writeIdx`. */
export async function writeIdxArray(
  target: Target,
  array: FileArray,
  options: WriteIdxOptions,
): Promise<void> {
  checkOptions('writeIdx', options, ['compress']);
  const isNamedGz = targetLocation('writeIdx', target)?.endsWith('.gz') === true;
  const compress = checkBoolean('writeIdx', 'compress', options.compress ?? isNamedGz);
  const bytes = encodeIdx(array);
  const file = compress ? await deflate(bytes, 'gzip') : bytes;
  await writeTarget('writeIdx', target, file, compress ? 'array.idx.gz' : 'array.idx');
}

function encodeIdx({ shape, dtype, data }: FileArray): Uint8Array<ArrayBuffer> {
  if (shape.length > maxIdxRank) {
    throw new ValueError(`writeIdx: IDX holds at most ${maxIdxRank} axes, got ${shape.length}.`);
  }
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(2, TYPES[dtype]);
  view.setUint8(3, shape.length);
  shape.forEach((length, axis) => {
    view.setUint32(4 + 4 * axis, length);
  });
  if (isUint8Array(data)) bytes.set(data, start);
  else if (dtype === 'int32') data.forEach((v, i) => view.setInt32(start + 4 * i, v));
  else data.forEach((v, i) => view.setFloat32(start + 4 * i, v));
  return bytes;
}
