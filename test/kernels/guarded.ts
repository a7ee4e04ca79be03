// Runs a kernel on arrays placed in linear memory and proves that it only touched its outputs.

import { expect } from 'vitest';
import { wasm, type Placed } from './instance.js';
import { expectSameBits } from './views.js';

type Data = Float32Array | Int32Array | Uint32Array;

/** An argument that the kernel writes; it starts with the contents of `data`. */
export interface Output {
  readonly output: Data;
}

/** An argument that the kernel may leave anything in. */
export interface Scratch {
  readonly scratch: Float32Array;
}

/** The array of another argument, by its position: for kernels that work in place. */
export interface Alias {
  readonly aliasOf: number;
}

export type Argument = number | Data | Output | Scratch | Alias;

/** An output of `length` float32 that starts with a value no kernel computes. */
export function outputF32(length: number): Output {
  return { output: new Float32Array(length).fill(-12345.678) };
}

/** An output of `length` int32 that starts with a value no kernel computes. */
export function outputI32(length: number): Output {
  return { output: new Int32Array(length).fill(-123456789) };
}

/** An array that the kernel updates in place. */
export function inOut(data: Data): Output {
  return { output: data };
}

/** Room for `length` float32 that the kernel works in. */
export function scratchF32(length: number): Scratch {
  return { scratch: new Float32Array(length) };
}

/** The array behind an argument. */
function contents(argument: Data | Output | Scratch): Data {
  if ('output' in argument) return argument.output;
  return 'scratch' in argument ? argument.scratch : argument;
}

/** Calls a kernel as `threads` threads would (0: it takes no thread arguments); returns what its outputs hold. */
function runOnce(kernel: string, threads: number, args: readonly Argument[]): Data[] {
  const placed = new Map<number, Placed<Data>>();
  args.forEach((argument, i) => {
    if (typeof argument === 'number' || 'aliasOf' in argument) return;
    // Never aligned to a vector: kernels are given views into the middle of arrays.
    placed.set(i, wasm.place(contents(argument), 4 * (1 + (i % 3))));
  });
  const values = args.map((argument, i) => {
    if (typeof argument === 'number') return argument;
    return placed.get('aliasOf' in argument ? argument.aliasOf : i)?.pointer ?? NaN;
  });
  if (threads === 0) wasm.run(kernel, ...values);
  else wasm.runSplit(kernel, threads, ...values);

  const outputs: Data[] = [];
  args.forEach((argument, i) => {
    const array = placed.get(i);
    if (array === undefined || typeof argument === 'number' || 'aliasOf' in argument) return;
    if ('output' in argument) outputs.push(array.read());
    else if (!('scratch' in argument) && !('aliasOf' in argument)) {
      expectSameBits(array.read(), contents(argument), `argument ${i} of ${kernel} is an input`);
    }
    expect(array.isFenced(), `${kernel} wrote within argument ${i} only`).toBe(true);
    array.release();
  });
  return outputs;
}

/**
 * Runs a kernel as 1, 2, 3 and 7 threads, expects the same bits each time and nothing written beyond the outputs,
 * and returns the contents of the outputs in order.
 */
export function runKernel(kernel: string, ...args: readonly Argument[]): Data[] {
  const outputs = runOnce(kernel, 1, args);
  for (const threads of [2, 3, 7]) {
    const again = runOnce(kernel, threads, args);
    outputs.forEach((output, i) => {
      expectSameBits(
        again[i] ?? output,
        output,
        `output ${i} of ${kernel} with ${threads} threads`,
      );
    });
  }
  return outputs;
}

/** The same for a kernel with one output. */
export function runKernelForOutput(kernel: string, ...args: readonly Argument[]): number[] {
  const [output] = runKernel(kernel, ...args);
  if (output === undefined) throw new Error(`${kernel}: no argument is marked as an output.`);
  return [...output];
}

/** The same for a kernel that takes no thread arguments. */
export function runWholeKernel(kernel: string, ...args: readonly Argument[]): number[] {
  const [output] = runOnce(kernel, 0, args);
  if (output === undefined) throw new Error(`${kernel}: no argument is marked as an output.`);
  return [...output];
}

/** |actual - expected| <= absolute + relative |expected|; NaN and the infinities must be met exactly. */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  absolute: number,
  relative: number,
): void {
  expect(actual.length).toBe(expected.length);
  const wrong = actual.findIndex((a, i) => {
    const e = expected[i] ?? NaN;
    if (!Number.isFinite(e)) return !Object.is(a, e);
    return !(Math.abs(a - e) <= absolute + relative * Math.abs(e));
  });
  const place = `element ${wrong}: ${actual[wrong] ?? ''}, expected ${expected[wrong] ?? ''}`;
  expect(wrong, place).toBe(-1);
}
