import type { TensorLike } from '../tensor/index.js';
import { fileArray } from './file-tensors.js';
import type { Target } from '../places/target.js';

/** Options of `writeIdx`. */
export interface WriteIdxOptions {
  /** Whether the file is gzipped. Default: if its name ends in `.gz`. */
  readonly compress?: boolean | undefined;
}

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
  const array = fileArray(x);
  const { writeIdxArray } = await import('./files.js');
  await writeIdxArray(target, array, options);
}
