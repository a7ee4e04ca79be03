import { formatBytes, MAX_BLOCK_BYTES } from '../../config/index.js';
import { OutOfMemoryError } from '../../errors.js';
import type { LanegradError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { bytesOf } from '../../config/dtype.js';
import type { DType } from '../../config/dtype.js';
import { liveTensorCount } from './owner.js';
import { formatShape } from './shape.js';
import type { PartialShape } from './shape.js';

/**
 * Throws unless one block of memory can hold a tensor of that shape, unknown lengths being 1. Lengths of 0 are passed over,
 * as in NumPy: the other axes of an empty tensor are counted by kernels too.
 *
 * @param owner what would make the tensor, for the message: "tile: repeats (9, 9)"; a function where it takes time
 * @param Refusal the error: by default the one for memory, another where no memory is asked for yet
 * @throws OutOfMemoryError or a `Refusal`
 */
export function requireRoom(
  shape: PartialShape,
  dtype: DType,
  owner: string | (() => string) = '',
  Refusal: new (message: string) => LanegradError = OutOfMemoryError,
): void {
  let bytes = bytesOf(dtype);
  for (const length of shape) if (length !== 0) bytes *= length ?? 1;
  if (bytes <= MAX_BLOCK_BYTES) return;
  const name = typeof owner === 'string' ? owner : owner();
  throw new Refusal(
    `${name}${name && ': '}A tensor of shape ${formatShape(shape)}, ${dtype}, takes ${formatBytes(bytes)}, which is larger ` +
      `than one block of linear memory can be (${formatBytes(MAX_BLOCK_BYTES)}). Work on parts of it.`,
  );
}

/** The memory that tensors use. */
export interface MemoryInfo {
  /** The number of tensors that have not been disposed, including weights. */
  readonly tensors: number;
  /**
   * Bytes of linear memory in use. Copies that can be recreated (weights packed for `predict`) are not counted: they
   * are discarded when memory runs out.
   */
  readonly bytes: number;
  /** Bytes of linear memory taken from the system, which grows on demand and never shrinks. */
  readonly reserved: number;
}

/**
 * The memory that tensors use now.
 *
 * @example console.log(memory());
 */
export function memory(): MemoryInfo {
  const runtime = currentRuntime();
  return {
    tensors: liveTensorCount(),
    bytes: runtime.allocatedBytes,
    reserved: runtime.reservedBytes,
  };
}
