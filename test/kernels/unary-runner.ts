// Runs the kernels `unary` and `unaryGradient` by the name of the op.

import { expect } from 'vitest';
import * as functions from '../../assembly/generated/unary-op.js';
import type { UnaryOp } from '../../assembly/generated/unary-op.js';
import { rectifierOf } from '../../src/engine/ops/elementwise/unary.js';
import { wasm } from './instance.js';

/** The functions by name; Keras's relu is the one of three that its parameters name. */
export type UnaryName = Exclude<keyof typeof UnaryOp, 'BoundedRelu' | 'LeakyRelu'>;

// A module that is compiled by itself has its enums as objects.
const { UnaryOp: codes } = functions as unknown as {
  readonly UnaryOp: Readonly<Record<UnaryName, UnaryOp>>;
};

const codeOf = (name: UnaryName, p: Parameters): UnaryOp =>
  name === 'Relu' ? rectifierOf(p) : codes[name];

/** p0, p1, p2 */
export type Parameters = readonly [number, number, number];
export const none: Parameters = [0, 0, 0];

/** How a kernel is called: by how many threads, how far off a multiple of 16 bytes, on its own input. */
export interface Split {
  readonly threads: number;
  readonly skew: number;
  readonly inPlace: boolean;
}
const whole: Split = { threads: 1, skew: 0, inPlace: false };

/** f of every element. Nothing but the output may be written. */
export function unary(
  x: Float32Array,
  name: UnaryName,
  p: Parameters,
  split = whole,
): Float32Array {
  const input = wasm.place(x, split.skew);
  const output = split.inPlace
    ? input
    : wasm.place(
        x.map(() => -123.5),
        split.skew,
      );
  wasm.runSplit(
    'unary',
    split.threads,
    output.pointer,
    input.pointer,
    x.length,
    codeOf(name, p),
    ...p,
  );
  const y = output.read();
  expect(output.isFenced() && input.isFenced(), 'memory beyond the output is untouched').toBe(true);
  if (!split.inPlace) expect(input.read()).toEqual(x);
  for (const array of new Set([input, output])) array.release();
  return y;
}

/** dy * f' at every element. Nothing but the output may be written. */
export function unaryGradient(
  dy: Float32Array,
  x: Float32Array,
  name: UnaryName,
  p: Parameters,
  split = whole,
): Float32Array {
  const upstream = wasm.place(dy, split.skew);
  const input = wasm.place(x, split.skew);
  const result = wasm.place(unary(x, name, p), split.skew);
  const output = split.inPlace
    ? upstream
    : wasm.place(
        x.map(() => -123.5),
        split.skew,
      );
  const pointers = [output, upstream, input, result].map(({ pointer }) => pointer);
  wasm.runSplit('unaryGradient', split.threads, ...pointers, x.length, codeOf(name, p), ...p);
  const dx = output.read();
  const placed = new Set([upstream, input, result, output]);
  expect([...placed].every((array) => array.isFenced())).toBe(true);
  expect(input.read()).toEqual(x);
  for (const array of placed) array.release();
  return dx;
}
