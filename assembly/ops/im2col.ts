// What a convolution's windows see, written out as the rows of a matrix, so that the matrix product can convolve.

import { shareBegin, shareEnd } from '../split';
import { fillWords } from './fill';
import { copyBytes } from './strided';
import {
  CHANNELS,
  DILATION_X,
  DILATION_Y,
  HEIGHT,
  KERNEL_HEIGHT,
  KERNEL_WIDTH,
  OUT_HEIGHT,
  OUT_WIDTH,
  PAD_LEFT,
  PAD_TOP,
  STRIDE_X,
  STRIDE_Y,
  WIDTH,
  endInside,
  firstInside,
} from './window';

/**
 * columns [rows · outWidth, kernelHeight, kernelWidth, channels]: a line for each output of `rows` rows of
 * outputs from `firstRow` on, counted through all images; 0 outside of the image. Split over outputs.
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
  const height = load<i32>(window, HEIGHT);
  const width = load<i32>(window, WIDTH);
  const outHeight = load<i32>(window, OUT_HEIGHT);
  const outWidth = load<i32>(window, OUT_WIDTH);
  const kernelHeight = load<i32>(window, KERNEL_HEIGHT);
  const kernelWidth = load<i32>(window, KERNEL_WIDTH);
  const dilationY = load<i32>(window, DILATION_Y);
  const dilationX = load<i32>(window, DILATION_X);
  const padTop = load<i32>(window, PAD_TOP);
  const padLeft = load<i32>(window, PAD_LEFT);
  const strideY = load<i32>(window, STRIDE_Y);
  const strideX = load<i32>(window, STRIDE_X);
  const pixelBytes = (<usize>load<i32>(window, CHANNELS)) << 2;
  const rowBytes = <usize>width * pixelBytes;
  const lineBytes = <usize>kernelWidth * pixelBytes;
  // Neighbouring taps are neighbours in memory too, unless they are dilated: then they are copied one by one.
  const run = dilationX == 1 ? kernelWidth : 1;

  const begin = shareBegin(rows * outWidth, thread, threads, 1);
  const end = shareEnd(rows * outWidth, thread, threads, 1);
  let to = columns + <usize>begin * <usize>kernelHeight * lineBytes;
  for (let i = begin; i < end; i++) {
    const row = firstRow + i / outWidth;
    const image = x + <usize>(row / outHeight) * <usize>height * rowBytes;
    const left = (i % outWidth) * strideX - padLeft;
    let y = (row % outHeight) * strideY - padTop;
    for (let ky = 0; ky < kernelHeight; ky++, y += dilationY) {
      if (<u32>y >= <u32>height) {
        fillWords(to, <i32>(lineBytes >> 2), 0);
        to += lineBytes;
        continue;
      }
      const line = image + <usize>y * rowBytes;
      let at = left;
      for (let kx = 0; kx < kernelWidth; kx += run, at += dilationX) {
        const first = firstInside(at, 1, run);
        const last = max(first, endInside(at, 1, run, width));
        to = zeros(to, <usize>first * pixelBytes);
        const bytes = <usize>(last - first) * pixelBytes;
        // A run wholly beside the image has no place to read from.
        if (bytes) copyBytes(to, line + <usize>(at + first) * pixelBytes, bytes);
        to = zeros(to + bytes, <usize>(run - last) * pixelBytes);
      }
    }
  }
}

/** Writes zeros; returns where they end. */
// @ts-ignore: decorator
@inline
function zeros(to: usize, bytes: usize): usize {
  if (bytes) fillWords(to, <i32>(bytes >> 2), 0);
  return to + bytes;
}
