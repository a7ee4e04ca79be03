import { DEFAULT_MAX_BYTES } from '../bytes.js';
import { Machine } from './machine.js';
import { STEPS } from './opcodes.js';
import type { PickleValue } from './values.js';

// A pickle is a program of a machine with a stack: an opcode of one byte, then what it takes. The program has no jumps, so it
// ends after its last byte. What Python's machine could call or make an object of is refused here by its name; nothing of a
// file is ever run. The opcodes are those of protocols 0 to 5.

/** How a pickle is read. */
export interface PickleOptions {
  /** What messages call the file. */
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
export function unpickle(
  bytes: Uint8Array<ArrayBuffer>,
  { name, maxBytes = DEFAULT_MAX_BYTES }: PickleOptions,
): { readonly value: PickleValue; readonly taken: number } {
  const machine = new Machine(bytes, name, maxBytes);
  while (!machine.isOver) {
    const code = machine.unsigned(1);
    const step = STEPS[code];
    if (step === undefined) throw machine.wrong(`0x${code.toString(16)} is no opcode of a pickle`);
    step(machine);
  }
  return { value: machine.pop(), taken: machine.memory.taken };
}
