// Pooling: one number out of the pixels that a window covers, channel by channel. `window` is described in window.ts.

import { loadVector, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { endInside, firstInside, is2x2, isInside, Window } from './window';

const SUM: i32 = 0;
const MAX: i32 = 1;
const PICK: i32 = 2;

/**
 * out[image, oy, ox, c] = Σ x over the window, added up in the order of its taps.
 * @module windows
 * @cost 0.5 size(window)
 */
export function windowSum(thread: i32, threads: i32, out: usize, x: usize, window: usize): void {
  reduceWindows(thread, threads, out, 0, x, changetype<Window>(window), SUM);
}

/**
 * out = the largest x in the window, taps = which one it is: ky · kernelWidth + kx, int32. The first of equals
 * wins, NaN wins over numbers.
 * @module windows
 * @cost 1 size(window)
 */
export function windowMax(
  thread: i32,
  threads: i32,
  out: usize,
  taps: usize,
  x: usize,
  window: usize,
): void {
  reduceWindows(thread, threads, out, taps, x, changetype<Window>(window), MAX);
}

/**
 * out = x at the tap that `taps` names for each window and channel.
 * @module windows
 * @cost 1 size(window)
 */
export function windowPick(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  taps: usize,
  window: usize,
): void {
  reduceWindows(thread, threads, out, taps, x, changetype<Window>(window), PICK);
}

/** Where x is larger than y, which comes before it, or NaN, unless y is NaN already. */
// @ts-ignore: decorator
@inline
function beats(x: v128, y: v128): v128 {
  return v128.andnot(f32x4.eq(y, y), f32x4.ge(y, x));
}

/**
 * Image by image from the end to the beginning: what a kernel has written last is read first, as long as it is in the
 * cache.
 */
function reduceWindows(
  thread: i32,
  threads: i32,
  out: usize,
  taps: usize,
  x: usize,
  window: Window,
  mode: i32,
): void {
  const outHeight = window.outHeight;
  const rows = window.images * outHeight;
  const begin = shareBegin(rows, thread, threads, 1);
  let end = shareEnd(rows, thread, threads, 1);
  while (end > begin) {
    const first = max(begin, end - 1 - ((end - 1) % outHeight));
    reduceRows(out, taps, x, window, mode, first, end);
    end = first;
  }
}

/** Rows `begin` … `end` of the outputs. */
function reduceRows(
  out: usize,
  taps: usize,
  x: usize,
  window: Window,
  mode: i32,
  begin: i32,
  end: i32,
): void {
  const height = window.height;
  const width = window.width;
  const channels = window.channels;
  const outHeight = window.outHeight;
  const outWidth = window.outWidth;
  const kernelHeight = window.kernelHeight;
  const kernelWidth = window.kernelWidth;
  const dilationY = window.dilationY;
  const dilationX = window.dilationX;
  const strideY = window.strideY;
  const strideX = window.strideX;
  const padTop = window.padTop;
  const padLeft = window.padLeft;
  // Most windows lie inside of the image: they begin before this pixel.
  const whole = width - (kernelWidth - 1) * dilationX;
  const pixelBytes = (<usize>channels) << 2;
  const rowBytes = <usize>width * pixelBytes;
  const stepX = <usize>dilationX * pixelBytes;
  const stepY = <usize>dilationY * rowBytes;

  const isPlain = mode == MAX && is2x2(window) && isInside(window);

  for (let row = begin; row < end; row++) {
    const image = row / outHeight;
    const top = (row - image * outHeight) * strideY - padTop;
    const firstY = firstInside(top, dilationY, kernelHeight);
    const countY = endInside(top, dilationY, kernelHeight, height) - firstY;
    const lines = x + <usize>(image * height + top + firstY * dilationY) * rowBytes;
    let at = <usize>(row * outWidth) * pixelBytes;
    if (isPlain && maxOf2x2(out + at, taps + at, lines, outWidth, channels, strideX, rowBytes)) {
      continue;
    }
    let left = -padLeft;
    for (let ox = 0; ox < outWidth; ox++, left += strideX, at += pixelBytes) {
      const isWhole = left >= 0 && left < whole;
      const firstX = isWhole ? 0 : firstInside(left, dilationX, kernelWidth);
      const endX = isWhole ? kernelWidth : endInside(left, dilationX, kernelWidth, width);
      const countX = endX - firstX;
      const firstTap = firstY * kernelWidth + firstX;
      const from = lines + <usize>(left + firstX * dilationX) * pixelBytes;
      for (let c = 0; c < channels; c += 4) {
        const offset = (<usize>c) << 2;
        const rest = channels - c;
        // The first pixel starts a maximum: a window of -Infinity must name a tap of its own.
        let result = mode == MAX ? loadVector(from + offset, rest) : f32x4.splat(0);
        let which = mode == PICK ? loadVector(taps + at + offset, rest) : i32x4.splat(firstTap);
        let line = from + offset;
        for (let ky = 0, firstOfRow = firstTap; ky < countY; ky++, firstOfRow += kernelWidth) {
          for (let kx = 0, pixel = line; kx < countX; kx++, pixel += stepX) {
            const value = loadVector(pixel, rest);
            const tap = i32x4.splat(firstOfRow + kx);
            if (mode == SUM) {
              result = f32x4.add(result, value);
            } else if (mode == PICK) {
              result = v128.bitselect(value, result, i32x4.eq(which, tap));
            } else {
              const wins = beats(value, result);
              result = v128.bitselect(value, result, wins);
              which = v128.bitselect(tap, which, wins);
            }
          }
          line += stepY;
        }
        storeVector(out + at + offset, result, rest);
        if (mode == MAX) storeVector(taps + at + offset, which, rest);
      }
    }
  }
}

/**
 * A row of maxima over 2 × 2 pixels, the pooling of nearly every network. False if there may be a NaN in it, which needs
 * other comparisons: the sum of four numbers tells (so do infinities of both signs).
 */
function maxOf2x2(
  out: usize,
  taps: usize,
  x: usize,
  width: i32,
  channels: i32,
  stride: i32,
  rowBytes: usize,
): bool {
  const pixelBytes = (<usize>channels) << 2;
  const gap = <usize>(stride - 1) * pixelBytes;
  let bad = i32x4.splat(0);
  for (let ox = 0; ox < width; ox++, x += gap) {
    for (const end = x + pixelBytes; x < end; x += 16, out += 16, taps += 16) {
      const x0 = v128.load(x);
      const x1 = v128.load(x + pixelBytes);
      const below = x + rowBytes;
      const x2 = v128.load(below);
      const x3 = v128.load(below + pixelBytes);
      const sum = f32x4.add(f32x4.add(x0, x1), f32x4.add(x2, x3));
      bad = v128.or(bad, f32x4.ne(sum, sum));
      // Of equal numbers both take the first.
      const isRight = f32x4.lt(x0, x1);
      const isRightBelow = f32x4.lt(x2, x3);
      const upper = f32x4.pmax(x0, x1);
      const lower = f32x4.pmax(x2, x3);
      v128.store(out, f32x4.pmax(upper, lower));
      // A mask is −1 where it holds.
      const tap = v128.bitselect(
        i32x4.sub(isRightBelow, i32x4.splat(2)),
        isRight,
        f32x4.lt(upper, lower),
      );
      v128.store(taps, i32x4.abs(tap));
    }
  }
  return !v128.any_true(bad);
}
