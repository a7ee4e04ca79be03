// What a convolution's windows see, written out as the rows of a matrix, so that the matrix product can convolve.

import { shareBegin, shareEnd } from '../split';
import { fillWords } from './fill';
import { endInside, firstInside, Window } from './window';

/**
 * columns [rows · outWidth, kernelHeight, kernelWidth, channels]: a line for each output of `rows` rows of
 * outputs from `firstRow` on, counted through all images; 0 outside of the image. Split over outputs.
 * @module windows
 * @cost 0.3 size(window)
 */
export function im2col(
  thread: i32,
  threads: i32,
  columns: usize,
  x: usize,
  window: usize,
  firstRow: i32,
  rows: i32,
): void {
  const w = changetype<Window>(window);
  const height = w.height;
  const width = w.width;
  const outHeight = w.outHeight;
  const outWidth = w.outWidth;
  const kernelHeight = w.kernelHeight;
  const kernelWidth = w.kernelWidth;
  const dilationY = w.dilationY;
  const dilationX = w.dilationX;
  const padTop = w.padTop;
  const padLeft = w.padLeft;
  const strideY = w.strideY;
  const strideX = w.strideX;
  const pixelBytes = (<usize>w.channels) << 2;
  const rowBytes = <usize>width * pixelBytes;
  const lineBytes = <usize>kernelWidth * pixelBytes;
  // Neighbouring taps are neighbours in memory too, unless they are dilated: then they are copied one by one.
  const run = dilationX == 1 ? kernelWidth : 1;

  const begin = shareBegin(rows * outWidth, thread, threads, 1);
  const end = shareEnd(rows * outWidth, thread, threads, 1);
  let to = columns + <usize>begin * <usize>kernelHeight * lineBytes;
  let row = firstRow + begin / outWidth;
  let left = (begin % outWidth) * strideX - padLeft;
  const right = outWidth * strideX - padLeft;
  const whole = width - (kernelWidth - 1) * dilationX;
  for (let i = begin; i < end; i++) {
    const image = x + <usize>(row / outHeight) * <usize>height * rowBytes;
    let y = (row % outHeight) * strideY - padTop;
    for (let ky = 0; ky < kernelHeight; ky++, y += dilationY) {
      if (<u32>y >= <u32>height) {
        to = zeros(to, lineBytes);
        continue;
      }
      const line = image + <usize>y * rowBytes;
      let at = left;
      // Most windows lie inside of the image.
      if (run == kernelWidth && left >= 0 && left < whole) {
        to = copyFloats(to, line + <usize>left * pixelBytes, lineBytes);
        continue;
      }
      for (let kx = 0; kx < kernelWidth; kx += run, at += dilationX) {
        const first = firstInside(at, 1, run);
        const last = max(first, endInside(at, 1, run, width));
        to = zeros(to, <usize>first * pixelBytes);
        const from = line + <usize>(at + first) * pixelBytes;
        to = copyFloats(to, from, <usize>(last - first) * pixelBytes);
        to = zeros(to, <usize>(run - last) * pixelBytes);
      }
    }
    left += strideX;
    if (left == right) {
      left = -padLeft;
      row++;
    }
  }
}

/** Writes zeros; returns where they end. */
function zeros(to: usize, bytes: usize): usize {
  fillWords(to, <i32>(bytes >> 2), 0);
  return to + bytes;
}

/**
 * Copies; returns where the copy ends. Not memory.copy, for which engines leave Wasm: runs are short, and there
 * are many.
 */
function copyFloats(to: usize, from: usize, bytes: usize): usize {
  const end = to + bytes;
  for (; to + 16 <= end; to += 16, from += 16) v128.store(to, v128.load(from));
  for (; to < end; to += 4, from += 4) store<i32>(to, load<i32>(from));
  return end;
}
