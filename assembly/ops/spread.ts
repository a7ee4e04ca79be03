// How the pixels of x spread over y, for convolutions whose windows move pixel by pixel.

import { BLOCK_PIXELS } from '../tuning';

/**
 * The window of pixel (iy, ix) is the kernelHeight × kernelWidth pixels of y from (iy + baseY, ix + baseX) on. Of the
 * forward convolution x is the input and y the output; of the gradient of its input it is the other way round.
 *
 * `one` and `work` make it a layout of one axis, by which the runtime tells whether a call is worth sharing. TypeScript
 * writes it by the positions that the build reads from here.
 */
@unmanaged
export class Spread {
  one: i32;
  work: i32;
  images: i32;
  xHeight: i32;
  xWidth: i32;
  xChannels: i32;
  yHeight: i32;
  yWidth: i32;
  yChannels: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  baseY: i32;
  baseX: i32;

  /** Lines of an image of x with the zeros around it that windows see. */
  @inline
  lines(): i32 {
    return this.yHeight + this.kernelHeight - 1;
  }

  /** Floats of such a line. */
  @inline
  lineWords(): i32 {
    return (this.yWidth + this.kernelWidth - 1) * this.xChannels;
  }

  /** Floats of an image of x itself. */
  @inline
  imageWords(): i32 {
    return this.xHeight * this.xWidth * this.xChannels;
  }

  /** Whether there are zeros around it. */
  @inline
  isPadded(): bool {
    return this.lines() * this.lineWords() != this.imageWords();
  }

  /** Floats of a row of the window: they are one run of memory. */
  @inline
  run(): i32 {
    return this.kernelWidth * this.xChannels;
  }

  /** Floats of the window. */
  @inline
  taps(): i32 {
    return this.kernelHeight * this.kernelWidth * this.xChannels;
  }

  /** Rows of y that are worked on at a time. */
  @inline
  blockRows(): i32 {
    return min(this.yHeight, max(1, BLOCK_PIXELS / max(1, this.yWidth)));
  }
}

/** to = an image of x and zeros around it; the zeros are there already. */
export function padImage(to: usize, x: usize, shape: Spread): void {
  const pixelBytes = (<usize>shape.xChannels) << 2;
  const top = shape.baseY + shape.kernelHeight - 1;
  const left = shape.baseX + shape.kernelWidth - 1;
  const widthBytes = <usize>shape.xWidth * pixelBytes;
  const lineBytes = (<usize>shape.lineWords()) << 2;
  copyPadded(to, lineBytes, x, shape.xHeight, widthBytes, top, <usize>left * pixelBytes);
}

/** Copies an image of `height` lines of `widthBytes` into one with zeros around it, from line `top` and `left` on. */
export function copyPadded(
  to: usize,
  lineBytes: usize,
  from: usize,
  height: i32,
  widthBytes: usize,
  top: i32,
  left: usize,
): void {
  to += <usize>top * lineBytes + left;
  for (let y = 0; y < height; y++, to += lineBytes, from += widthBytes) {
    memory.copy(to, from, widthBytes);
  }
}
