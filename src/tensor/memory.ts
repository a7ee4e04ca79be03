import { currentRuntime } from '../runtime/index.js';
import { liveTensorCount } from './owner.js';

/** What tensors take up. */
export interface MemoryInfo {
  /** Tensors that have not been disposed (weights included). */
  readonly tensors: number;
  /**
   * Bytes of linear memory in use. Copies that can be made again (weights packed for `predict`) are not counted:
   * they are given up when memory runs out.
   */
  readonly bytes: number;
  /** Bytes of linear memory taken from the system; it grows on demand and never shrinks. */
  readonly reserved: number;
}

/**
 * What tensors take up now.
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
