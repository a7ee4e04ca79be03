// Runs a kernel with one output on views of any element type, and proves that it wrote nothing else.

import { expect } from 'vitest';
import { wasm } from './instance.js';

export type Elements = Float32Array | Int32Array | Uint8Array;

/** A pointer to element `origin` of an array: where a view with negative strides starts. */
export interface View {
  readonly array: Elements;
  readonly origin: number;
}

/** An argument that the kernel may leave anything in. */
export interface Scratch {
  readonly scratchBytes: number;
}

export type Argument = number | Elements | View | Scratch;

function viewOf(argument: Elements | View | Scratch): View {
  if ('scratchBytes' in argument) {
    return { array: new Uint8Array(argument.scratchBytes).fill(0x5a), origin: 0 };
  }
  return 'array' in argument ? argument : { array: argument, origin: 0 };
}

function bytesOf({ buffer, byteOffset, byteLength }: Elements | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Vitest compares typed arrays slowly and shows every element; this names the first that differs. */
export function expectSameBits(
  got: Elements | Uint32Array,
  want: Elements | Uint32Array,
  what: string,
): void {
  const bytes = bytesOf(want);
  const different = bytesOf(got).findIndex((byte, i) => byte !== bytes[i]);
  expect(different, `${what}: first byte that differs`).toBe(-1);
}

/**
 * Places every array `skew` elements off a multiple of 16 bytes, calls `kernel` with the pointers, checks that no
 * guard byte and no input has changed, and returns the value of the call and what the array `written` then holds.
 */
function runOnce(
  name: string,
  args: readonly Argument[],
  skew: number,
  written: number,
  kernel: (pointers: readonly number[]) => number,
): { value: number; output: Elements } {
  const placed = args.map((arg) => {
    if (typeof arg === 'number') return arg;
    const { array, origin } = viewOf(arg);
    const isScratch = 'scratchBytes' in arg;
    const place = wasm.place<Elements>(array, skew * (isScratch ? 16 : array.BYTES_PER_ELEMENT));
    return { array, place, isScratch, pointer: place.pointer + origin * array.BYTES_PER_ELEMENT };
  });
  const value = kernel(placed.map((arg) => (typeof arg === 'number' ? arg : arg.pointer)));
  let output: Elements = new Uint8Array(0);
  placed.forEach((arg, i) => {
    if (typeof arg === 'number') return;
    const now = arg.place.read();
    if (i === written) output = now;
    else if (!arg.isScratch) expectSameBits(now, arg.array, `${name} left argument ${i} as it was`);
    expect(arg.place.isFenced(), `${name} wrote within argument ${i} only`).toBe(true);
    arg.place.release();
  });
  return { value, output };
}

/**
 * Runs a kernel whose first argument is the output (as it is before the call) as 1, 2, 3 and 7 threads, each time
 * with another alignment, expects the same bits, and returns the output.
 */
export function runKernel(
  name: string,
  output: Elements | View,
  ...inputs: readonly Argument[]
): number[] {
  const [once, ...others] = [1, 2, 3, 7].map((threads, skew) => {
    const split = (pointers: readonly number[]): number => {
      wasm.runSplit(name, threads, ...pointers);
      return threads;
    };
    return runOnce(name, [output, ...inputs], skew, 0, split);
  });
  if (once === undefined) throw new Error('Unreachable: there are four runs.');
  for (const { value, output: again } of others) {
    expectSameBits(again, once.output, `${name} with ${value} threads`);
  }
  return Array.from(once.output);
}

/** The value of a function that takes no thread arguments and writes nothing, at four alignments. */
export function askKernel(name: string, ...inputs: readonly Argument[]): number {
  const ask = (pointers: readonly number[]): number => wasm.run(name, ...pointers);
  const answers = [0, 1, 2, 3].map((skew) => runOnce(name, inputs, skew, -1, ask).value);
  expect(new Set(answers).size, `answers of ${name} at four alignments`).toBe(1);
  return answers[0] ?? NaN;
}

/** The layout block of a loop nest: shape, then the strides of two operands. */
export function layoutOf(
  shape: readonly number[],
  first: readonly number[],
  second: readonly number[],
): Int32Array {
  return Int32Array.from([shape.length, ...shape, ...first, ...second]);
}

/** Outputs start with values that no kernel computes. */
export const blankF32 = (length: number): Float32Array => new Float32Array(length).fill(-12345.75);
export const blankI32 = (length: number): Int32Array => new Int32Array(length).fill(-123456789);
export const blankU8 = (length: number): Uint8Array => new Uint8Array(length).fill(0xcd);
