// Pieces of the last axis, and the axis again as the sum of its pieces.
import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, requireRoom, sizeOf, zeros } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { pad } from '../shapes/concat.js';
import { sliceAlong } from '../indexing/slice.js';
import { writeWindow } from '../windows/window.js';
import type { Window } from '../windows/window.js';

/** x cut along its last axis, or with zeros behind it, to `length`. */
export function fitLast(x: Tensor, length: number): Tensor {
  const last = x.ndim - 1;
  const given = x.shape[last] ?? 0;
  if (given >= length) return given === length ? x : sliceAlong(x, last, [0, length]);
  return pad(x, [...new Array<[number, number]>(last).fill([0, 0]), [0, length - given]]);
}

/** The frames of `length` that begin every `stride` elements along the axis of n. */
const windowOf = (rows: number, n: number, length: number, stride: number): Window => ({
  images: rows,
  height: 1,
  width: n,
  channels: 1,
  outHeight: 1,
  outWidth: countFrames(n, length, stride),
  kernelHeight: 1,
  kernelWidth: length,
  strideY: 1,
  strideX: stride,
  padTop: 0,
  padLeft: 0,
  dilationY: 1,
  dilationX: 1,
});

/** How many frames there are. */
export const countFrames = (n: number, length: number, stride: number): number =>
  Math.floor((n - length) / stride) + 1;

/** Frames [..., frames, length] of x[..., n], float32 or int32, where n is at least `length`. */
export function framesOf(op: string, x: Tensor, length: number, stride: number): Tensor {
  const { shape } = x;
  const n = shape.at(-1) ?? 0;
  const rows = sizeOf(shape.slice(0, -1));
  const out = [...shape.slice(0, -1), countFrames(n, length, stride), length];
  requireRoom(out, x.dtype, op);
  const frames = emptyTensor(out, x.dtype);
  const at = writeWindow(windowOf(rows, n, length, stride));
  currentRuntime().with(windows).run('im2col', frames.pointer, x.pointer, at, 0, rows);
  return record(op, [x], frames, [], (dy) => [sumOfFrames(op, dy, n, stride)]);
}

/** x[..., n] of which each element is the sum of its places in frames [..., frames, length]: the transpose of `framesOf`. */
export function sumOfFrames(op: string, frames: Tensor, n: number, stride: number): Tensor {
  const { shape } = frames;
  const length = shape.at(-1) ?? 0;
  const rows = sizeOf(shape.slice(0, -2));
  requireRoom([...shape.slice(0, -2), n], 'float32', op);
  const out = zeros([...shape.slice(0, -2), n]);
  const at = writeWindow(windowOf(rows, n, length, stride));
  currentRuntime().with(windows).run('col2im', out.pointer, frames.pointer, at, 0, rows);
  return record(op, [frames], out, [], (dy) => [framesOf(op, dy, length, stride)]);
}
