import { DEFAULT_MAX_BYTES } from '../bytes.js';
import { Machine } from './machine.js';
import { STEPS } from './opcodes.js';
import type { PickleValue } from './values.js';
import { describeValue } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import type { TooLarge } from '../bytes.js';
import type { FileArray } from '../elements.js';
import { objectsOfNpy, parseNpy } from '../npy.js';
import { eachMember } from '../npz.js';
import type { NpzOptions } from '../npz.js';
import { PickledArray } from './values.js';

// A pickle is a program of a machine with a stack: an opcode of one byte, then what it takes. The program has no jumps, so it
// ends after its last byte. What Python's machine could call or make an object of is refused here by its name; nothing of a
// file is ever run. The opcodes are those of protocols 0 to 5.

/** How a pickle is read. */
interface PickleOptions {
  /** The name of the file in messages. */
  readonly name: string;
  /** The most bytes of memory that all values may take. Default: 1 GiB. */
  readonly maxBytes?: number | undefined;
}

/**
 * What a pickle holds: lists, tuples, dicts, numbers, texts, bytes, and NumPy's arrays of numbers or objects. What follows the
 * end of the pickle is left alone, as Python leaves it.
 *
 * @throws FormatError for a pickle that names anything else, that is damaged or truncated, that holds itself, or that holds more
 * levels or takes more bytes of memory than are allowed.
 */
export function parsePickle(bytes: Uint8Array<ArrayBuffer>, options: PickleOptions): PickleValue {
  return unpickle(bytes, options).value;
}

/** The value of a pickle, as `parsePickle` reads it, with the bytes of memory that its values were charged. */
function unpickle(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes = DEFAULT_MAX_BYTES }: PickleOptions,
): { readonly value: PickleValue; readonly taken: number } {
  const machine = new Machine(bytes, name, maxBytes);
  while (!machine.isOver) {
    const code = machine.unsigned(1);
    const step = STEPS[code];
    if (step === undefined)
      throw machine.wrong(`0x${code.toString(16)} is not an opcode of a pickle`);
    step(machine);
  }
  return { value: machine.pop(), taken: machine.memory.taken };
}

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
