import { describeValue } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import type { TooLarge } from '../bytes.js';
import type { FileArray } from '../elements.js';
import { objectsOfNpy, parseNpy } from '../npy.js';
import { eachMember } from '../npz.js';
import type { NpzOptions } from '../npz.js';
import { unpickle } from './read.js';
import { PickledArray } from './values.js';
import type { PickleValue } from './values.js';

/** An array of Python's objects, row-major. */
export interface ObjectArray {
  readonly shape: readonly number[];
  readonly objects: readonly PickleValue[];
  /** Bytes of memory that the objects were charged. */
  readonly taken: number;
}

/**
 * Arrays of an NPZ file by name, in their order, those of Python's objects among them.
 *
 * @throws FormatError as `parseNpz` and `unpickle`.
 */
export async function parseObjectNpz(
  bytes: Uint8Array<ArrayBuffer>,
  options: NpzOptions,
): Promise<Map<string, FileArray | ObjectArray>> {
  const arrays = new Map<string, FileArray | ObjectArray>();
  await eachMember(bytes, options, (name, contents, { label, left }) => {
    const array = parseObjectNpy(contents, label, left, options.tooLarge);
    arrays.set(name, array);
    return 'data' in array ? array.data.byteLength : array.taken;
  });
  return arrays;
}

/** An NPY file, of numbers or of Python's objects. @throws FormatError as `parseNpy` and `parsePickle`. */
export function parseObjectNpy(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  maxBytes: number,
  tooLarge?: TooLarge,
): FileArray | ObjectArray {
  const found = objectsOfNpy(bytes, name);
  if (found === undefined) return parseNpy(bytes, name, maxBytes, tooLarge);
  const { shape, start } = found;
  const { value: pickled, taken } = unpickle(bytes.subarray(start), { name, maxBytes });
  const count = shape.reduce((size, length) => size * length, 1);
  if (pickled instanceof PickledArray && Array.isArray(pickled.elements)) {
    const objects = pickled.elements as readonly PickleValue[];
    if (objects.length === count) return { shape, objects, taken };
  }
  throw new FormatError(
    `${name}: expected the pickle of an array of ${count} objects, got ${describeValue(pickled)}.`,
  );
}
