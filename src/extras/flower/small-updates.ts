// Updates in few bytes: what training has changed, in float16 or int8.
import { FormatError } from '../../errors.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { allHalves, roundHalfEven, toHalf } from '../../files/formats/elements.js';
import { bytesOfArray, float32Of } from './object-writer.js';
import type { LentArray } from './object-writer.js';

/** In what type the float32 arrays of an answer travel, as differences from what the server sent. */
export type UpdateDtype = 'float16' | 'int8';

/** The largest number of int8 that is used: as far from 0 on both sides. */
const MAX_INT8 = 127;
const INFINITE_HALF = 0x7c00;

/** An update in few bytes. */
export interface SmallUpdate {
  /**
   * An array of float16 stands for the array that the server sent + the elements, one of int8 for that + scale · the elements,
   * and one of any other type for itself.
   */
  readonly arrays: LentArray[];
  /** The scales, one for each array, where arrays are int8. */
  readonly scales: readonly number[] | undefined;
}

/** The name of the metric that has the scales of an update in int8. A record of their own would be one more request. */
export const UPDATE_SCALES = 'update-scales';

/**
 * What to send of arrays that were received and changed.
 *
 * @param isClipped whether the norm of the update must not grow: numbers are rounded towards 0 then, else to the nearest
 * @throws FormatError for a change that float16 cannot hold.
 */
export function smallUpdate(
  dtype: UpdateDtype,
  received: readonly Tensor[],
  sent: readonly LentArray[],
  isClipped: boolean,
): SmallUpdate {
  const scales: number[] = [];
  const arrays = sent.map((array, i) => {
    const before = received[i];
    if (array.dtype !== 'float32' || before?.dtype !== 'float32') {
      scales.push(1);
      return array;
    }
    const changes = changesOf(before, array);
    const { scale, bytes } =
      dtype === 'int8' ? toInt8(changes, isClipped) : toHalves(changes, isClipped);
    scales.push(scale);
    return ofBytes(array, dtype, bytes);
  });
  return { arrays, scales: dtype === 'int8' ? scales : undefined };
}

function changesOf(before: Tensor, array: LentArray): Float32Array {
  const changes = new Float32Array(bytesOfArray(array).buffer);
  const start = float32Of(before);
  for (let i = 0; i < changes.length; i++) changes[i] = (changes[i] ?? 0) - (start[i] ?? 0);
  return changes;
}

interface Rounded {
  readonly scale: number;
  readonly bytes: Uint8Array;
}

function toInt8(changes: Float32Array, isTowardsZero: boolean): Rounded {
  let largest = 0;
  for (const change of changes) largest = Math.max(largest, Math.abs(change));
  const scale = largest / MAX_INT8;
  const round = isTowardsZero ? Math.trunc : roundHalfEven;
  const rounded = Int8Array.from(changes, (change) => (scale === 0 ? 0 : round(change / scale)));
  return { scale, bytes: new Uint8Array(rounded.buffer) };
}

function toHalves(changes: Float32Array, isTowardsZero: boolean): Rounded {
  const values = allHalves();
  const halves = Uint16Array.from(changes, (change) => {
    const bits = toHalf(change);
    if ((bits & INFINITE_HALF) === INFINITE_HALF) {
      throw new FormatError(
        `an update in float16 cannot hold the change ${change} of a weight: its numbers go to 65504.`,
      );
    }
    // One less in the bits is the next number towards 0.
    return isTowardsZero && Math.abs(values[bits] ?? 0) > Math.abs(change) ? bits - 1 : bits;
  });
  return { scale: 1, bytes: new Uint8Array(halves.buffer) };
}

function ofBytes({ shape }: LentArray, dtype: UpdateDtype, bytes: Uint8Array): LentArray {
  const elements = { peek: (from: number, to: number) => bytes.subarray(from, to) };
  return { shape, dtype, byteLength: bytes.length, lend: (use) => use(elements) };
}
