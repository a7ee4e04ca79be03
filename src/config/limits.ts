import { ValueError } from '../errors.js';
import { checkNumber } from './checks.js';

/** The largest block that the allocator of linear memory can hold, in bytes: 1 GiB less its header. */
export const MAX_BLOCK_BYTES = 2 ** 30 - 16;

/**
 * The longest axis that a float32 tensor can have. Options that are lengths or sizes go no further, so that kernels, which
 * count in int32, can add a few of them up: a position in a window is a length plus a stride or a dilation.
 */
export const MAX_LENGTH = MAX_BLOCK_BYTES / 4;

/** The whole numbers that int32 holds. */
export const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1, integer: true } as const;

/** The largest float32. */
export const MAX_FLOAT32 = (2 - 2 ** -23) * 2 ** 127;

/** Where lengths and sizes begin; they end at `MAX_LENGTH`. */
export const LENGTH = { min: 1, integer: true } as const;

/** `value` if it is a whole number from 1 to `MAX_LENGTH`, else a ValueError that names the owner and the option. */
export function checkLength(owner: string, name: string, value: unknown): number {
  const length = checkNumber(owner, name, value, LENGTH);
  requireLengths(owner, name, [length]);
  return length;
}

/** Throws a ValueError, which names the owner and the option, if one of the lengths is above `MAX_LENGTH`. */
export function requireLengths(
  owner: string,
  name: string,
  lengths: readonly (number | null)[],
): void {
  for (const length of lengths) {
    if (length === null || length <= MAX_LENGTH) continue;
    throw new ValueError(`${owner}: ${name} must be at most ${MAX_LENGTH}, got ${length}.`);
  }
}
