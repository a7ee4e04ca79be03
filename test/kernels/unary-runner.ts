// Runs the kernels `unary` and `unaryGradient` by the name of the op.

import { expect } from 'vitest';
import { UnaryOp } from '../../assembly/codes.js';
import { wasm } from './instance.js';

export type UnaryName = keyof typeof UnaryOp;

/** The members of a const enum cannot be had by name: this table can, and its type keeps it complete. */
const codes = {
  Negate: UnaryOp.Negate,
  Abs: UnaryOp.Abs,
  Sign: UnaryOp.Sign,
  Sqrt: UnaryOp.Sqrt,
  Rsqrt: UnaryOp.Rsqrt,
  Square: UnaryOp.Square,
  Reciprocal: UnaryOp.Reciprocal,
  Exp: UnaryOp.Exp,
  Expm1: UnaryOp.Expm1,
  Log: UnaryOp.Log,
  Log1p: UnaryOp.Log1p,
  Sin: UnaryOp.Sin,
  Cos: UnaryOp.Cos,
  Tanh: UnaryOp.Tanh,
  Sigmoid: UnaryOp.Sigmoid,
  Erf: UnaryOp.Erf,
  Floor: UnaryOp.Floor,
  Ceil: UnaryOp.Ceil,
  Round: UnaryOp.Round,
  Clip: UnaryOp.Clip,
  Relu: UnaryOp.Relu,
  Elu: UnaryOp.Elu,
  Selu: UnaryOp.Selu,
  Celu: UnaryOp.Celu,
  Gelu: UnaryOp.Gelu,
  GeluTanh: UnaryOp.GeluTanh,
  Silu: UnaryOp.Silu,
  Softplus: UnaryOp.Softplus,
  Softsign: UnaryOp.Softsign,
  HardSigmoid: UnaryOp.HardSigmoid,
  HardSilu: UnaryOp.HardSilu,
  LogSigmoid: UnaryOp.LogSigmoid,
  Mish: UnaryOp.Mish,
  TanhShrink: UnaryOp.TanhShrink,
  HardTanh: UnaryOp.HardTanh,
  Squareplus: UnaryOp.Squareplus,
  Threshold: UnaryOp.Threshold,
  SoftShrink: UnaryOp.SoftShrink,
  HardShrink: UnaryOp.HardShrink,
  SparsePlus: UnaryOp.SparsePlus,
  SparseSigmoid: UnaryOp.SparseSigmoid,
} satisfies Record<UnaryName, UnaryOp>;

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
  wasm.runSplit('unary', split.threads, output.pointer, input.pointer, x.length, codes[name], ...p);
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
  wasm.runSplit('unaryGradient', split.threads, ...pointers, x.length, codes[name], ...p);
  const dx = output.read();
  const placed = new Set([upstream, input, result, output]);
  expect([...placed].every((array) => array.isFenced())).toBe(true);
  expect(input.read()).toEqual(x);
  for (const array of placed) array.release();
  return dx;
}
