import { checkBoolean } from '../config/check-number.js';
import { checkOptions } from '../config/index.js';
import { ValueError } from '../errors.js';
import type { DType, TensorLike } from '../tensor/index.js';
import { deflate } from './inflate.js';
import { maxIdxRank, type IdxType } from './idx.js';
import { fileArray } from './file-array.js';
import { targetLocation, writeTarget, type Target } from './target.js';

/** Options of `writeIdx`. */
export interface WriteIdxOptions {
  /** Whether the file is gzipped. Default: if its name ends in `.gz`. */
  readonly compress?: boolean | undefined;
}

const TYPES: Readonly<Record<DType, IdxType>> = {
  bool: 0x08,
  uint8: 0x08,
  int32: 0x0c,
  float32: 0x0d,
};

/**
 * Writes a tensor as an IDX file, the format of MNIST: uint8 as u8, int32 as i32, float32 as f32, bool as u8 of 0 and
 * 1; any shape.
 *
 * @param target a path, or an object { write(name, bytes) }
 * @throws ValueError for a target that cannot be written to.
 * @example await data.writeIdx('train-images-idx3-ubyte.gz', images);
 */
export async function writeIdx(
  target: Target,
  x: TensorLike,
  options: WriteIdxOptions = {},
): Promise<void> {
  checkOptions('writeIdx', options, ['compress']);
  const isNamedGz = targetLocation('writeIdx', target)?.endsWith('.gz') === true;
  const compress = checkBoolean('writeIdx', 'compress', options.compress ?? isNamedGz);
  const bytes = encodeIdx(x);
  const file = compress ? await deflate(bytes, 'gzip') : bytes;
  await writeTarget('writeIdx', target, file, compress ? 'array.idx.gz' : 'array.idx');
}

function encodeIdx(x: TensorLike): Uint8Array<ArrayBuffer> {
  const { shape, dtype, data } = fileArray(x);
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
  if (data instanceof Uint8Array) bytes.set(data, start);
  else if (data instanceof Int32Array) data.forEach((v, i) => view.setInt32(start + 4 * i, v));
  else data.forEach((v, i) => view.setFloat32(start + 4 * i, v));
  return bytes;
}
