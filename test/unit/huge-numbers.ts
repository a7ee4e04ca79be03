import { expect } from 'vitest';
import { LanegradError } from '../../src/errors.js';
import { memory, ones, tidy } from '../../src/engine/tensor/index.js';

/** Numbers that a hostile file may hold: around the longest axis, int32, uint32, exact integers, and far beyond. */
export const HUGE = [
  2 ** 28 - 3,
  2 ** 30,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 5,
  2 ** 32,
  2 ** 53 - 1,
  1e300,
] as const;

/**
 * What `f` gives, or the message of the library's own error that it throws. Either way nothing is left in memory, and
 * memory can still be had.
 */
export function outcome<T>(f: () => T): { readonly value: T } | { readonly message: string } {
  const before = memory();
  let result: { readonly value: T } | { readonly message: string };
  try {
    result = { value: tidy(f) };
  } catch (error) {
    expect(error).toBeInstanceOf(LanegradError);
    // Of a trap in a shared call.
    expect(String(error)).not.toMatch(/A kernel stopped/);
    result = { message: error instanceof Error ? error.message : '' };
  }
  expect(memory()).toMatchObject({ tensors: before.tensors, bytes: before.bytes });
  expect(tidy(() => ones([100, 100]).sum().item())).toBe(1e4);
  return result;
}

/** The message of the error that `f` throws, as above. */
export function refusal(f: () => unknown): string {
  const result = outcome(f);
  if ('message' in result) return result.message;
  throw new Error(`it was not refused, but gave ${String(result.value)}`);
}

/** Ways to every number of a config. */
export function* numbersIn(
  value: unknown,
  path: readonly string[] = [],
): Generator<readonly string[]> {
  if (typeof value === 'number') yield path;
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* numbersIn(inner, [...path, key]);
  }
}

/** A copy of a config with another number at the end of the path. */
export function withNumber(
  value: unknown,
  [key, ...rest]: readonly string[],
  number: number,
): unknown {
  if (key === undefined) return number;
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string, unknown>;
  copy[key] = withNumber(copy[key], rest, number);
  return copy;
}
