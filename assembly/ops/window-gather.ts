// The backward pass, from windows to pixels: a pixel gathers from every window that covers it, in the order of the taps.
// No two threads write one pixel, and the order does not depend on their number.

import { loadVector, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { fillWords } from './fill';
import { ceilDivide, is2x2, isInside, Window } from './window';

/**
 * dx += what `columns` [rows · outWidth, kernelHeight, kernelWidth, channels] holds for each pixel: the transpose
 * of `im2col` for the same rows of outputs.
 * @module windows
 * @cost 0.5 size(window)
 * @inPlace
 */
export function col2im(
  thread: i32,
  threads: i32,
  dx: usize,
  columns: usize,
  window: usize,
  firstRow: i32,
  rows: i32,
): void {
  const w = changetype<Window>(window);
  const taps = w.kernelHeight * w.kernelWidth;
  gather(thread, threads, dx, columns, 0, w, firstRow, rows, taps, false);
}

/**
 * dx = Σ dy over the windows that cover a pixel: the transpose of `windowSum`.
 * @module windows
 * @cost 0.5 size(window)
 */
export function windowSumGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  window: usize,
): void {
  poolGradient(thread, threads, dx, dy, 0, changetype<Window>(window));
}

/**
 * dx = Σ dy over the windows whose tap in `taps` is the pixel: the transpose of `windowPick`.
 * @module windows
 * @cost 1 size(window)
 */
export function windowPickGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  taps: usize,
  window: usize,
): void {
  poolGradient(thread, threads, dx, dy, taps, changetype<Window>(window));
}

function poolGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  taps: usize,
  window: Window,
): void {
  const isDisjoint = window.strideY >= window.kernelHeight && window.strideX >= window.kernelWidth;
  if (isDisjoint && isInside(window)) {
    spread(thread, threads, dx, dy, taps, window);
    return;
  }
  const rows = window.images * window.outHeight;
  gather(thread, threads, dx, dy, taps, window, 0, rows, 1, true);
}

/** The same for windows that share no pixel and lie in the image: each gives its dy to its own pixels. */
function spread(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  taps: usize,
  window: Window,
): void {
  const height = window.height;
  const channels = window.channels;
  const outHeight = window.outHeight;
  const outWidth = window.outWidth;
  const kernelHeight = window.kernelHeight;
  const kernelWidth = window.kernelWidth;
  const strideY = window.strideY;
  const pixelBytes = (<usize>channels) << 2;
  const rowWords = window.width * channels;
  const rowBytes = (<usize>rowWords) << 2;
  const strideX = window.strideX;
  const stepX = <usize>strideX * pixelBytes;
  // Pixels between and behind the windows belong to none; where windows touch, there are only those behind.
  const filled =
    strideX == kernelWidth && strideY == kernelHeight ? outWidth * kernelWidth * channels : 0;
  const isPlain = taps && filled && is2x2(window);

  const rows = window.images * outHeight;
  const end = shareEnd(rows, thread, threads, 1);
  for (let row = shareBegin(rows, thread, threads, 1); row < end; row++) {
    const image = row / outHeight;
    const oy = row - image * outHeight;
    const top = oy * strideY;
    // The last row of windows has what is below.
    const lines = (oy == outHeight - 1 ? height : top + strideY) - top;
    let corner = dx + <usize>(image * height + top) * rowBytes;
    for (let i = 0; i < lines; i++) {
      const taken = i < kernelHeight ? filled : 0;
      const line = corner + <usize>i * rowBytes;
      fillWords(line + ((<usize>taken) << 2), rowWords - taken, 0);
    }
    let from = <usize>(row * outWidth) * pixelBytes;
    if (isPlain) {
      giveTo2x2(corner, dy + from, taps + from, outWidth, pixelBytes, rowBytes);
      continue;
    }
    for (let ox = 0; ox < outWidth; ox++, corner += stepX, from += pixelBytes) {
      for (let c = 0; c < channels; c += 4) {
        const offset = (<usize>c) << 2;
        const rest = channels - c;
        const value = loadVector(dy + from + offset, rest);
        const picked = taps ? loadVector(taps + from + offset, rest) : i32x4.splat(0);
        let tap = 0;
        let line = corner + offset;
        for (let ky = 0; ky < kernelHeight; ky++, line += rowBytes) {
          let pixel = line;
          for (let kx = 0; kx < kernelWidth; kx++, tap++, pixel += pixelBytes) {
            const mine = taps ? v128.and(value, i32x4.eq(picked, i32x4.splat(tap))) : value;
            storeVector(pixel, mine, rest);
          }
        }
      }
    }
  }
}

/** A row of windows of 2 × 2 pixels that touch. */
function giveTo2x2(
  dx: usize,
  dy: usize,
  taps: usize,
  width: i32,
  pixelBytes: usize,
  rowBytes: usize,
): void {
  for (let ox = 0; ox < width; ox++, dx += pixelBytes) {
    for (const end = dx + pixelBytes; dx < end; dx += 16, dy += 16, taps += 16) {
      const value = v128.load(dy);
      const picked = v128.load(taps);
      const below = dx + rowBytes;
      v128.store(dx, v128.and(value, i32x4.eq(picked, i32x4.splat(0))));
      v128.store(dx + pixelBytes, v128.and(value, i32x4.eq(picked, i32x4.splat(1))));
      v128.store(below, v128.and(value, i32x4.eq(picked, i32x4.splat(2))));
      v128.store(below + pixelBytes, v128.and(value, i32x4.eq(picked, i32x4.splat(3))));
    }
  }
}

/**
 * Adds to every pixel of dx from `source`, which holds `pitch` pixels an output: one for each tap, or a single one
 * for all of them, and then, if there are `picked` taps, only where they name the tap. `clear`: dx is set to 0 first.
 */
function gather(
  thread: i32,
  threads: i32,
  dx: usize,
  source: usize,
  picked: usize,
  window: Window,
  firstRow: i32,
  rows: i32,
  pitch: i32,
  clear: bool,
): void {
  if (rows <= 0) return;
  const height = window.height;
  const width = window.width;
  const channels = window.channels;
  const outHeight = window.outHeight;
  const outWidth = window.outWidth;
  const kernelHeight = window.kernelHeight;
  const kernelWidth = window.kernelWidth;
  const strideY = window.strideY;
  const strideX = window.strideX;
  const dilationY = window.dilationY;
  const dilationX = window.dilationX;
  const pixelBytes = (<usize>channels) << 2;
  const outputBytes = <usize>pitch * pixelBytes;
  const tapBytes = pitch == 1 ? <usize>0 : pixelBytes;
  // The next tap that reaches a pixel is `tapsY` or `tapsX` taps on, and belongs to the output so many before.
  const sharedY = greatestCommonDivisor(strideY, dilationY);
  const sharedX = greatestCommonDivisor(strideX, dilationX);
  const tapsY = strideY / sharedY;
  const tapsX = strideX / sharedX;
  const outputsY = dilationY / sharedY;
  const outputsX = dilationX / sharedX;
  const inverseY = inverse(outputsY, tapsY);
  const inverseX = inverse(outputsX, tapsX);
  const stepX = <usize>tapsX * tapBytes - <usize>outputsX * outputBytes;
  const stepY =
    <usize>(tapsY * kernelWidth) * tapBytes - <usize>(outputsY * outWidth) * outputBytes;

  // Only images that have outputs among the rows are touched.
  const firstImage = firstRow / outHeight;
  const lines = ((firstRow + rows - 1) / outHeight - firstImage + 1) * height;
  const end = shareEnd(lines, thread, threads, 1);
  for (let i = shareBegin(lines, thread, threads, 1); i < end; i++) {
    const image = firstImage + i / height;
    const imageRow = image * outHeight;
    const low = max(firstRow - imageRow, 0);
    const high = min(firstRow + rows - imageRow, outHeight);
    const y = (i % height) + window.padTop;
    const firstY =
      dilationY == 1 ? y % strideY : firstTap(y, sharedY, tapsY, inverseY, kernelHeight);
    const lastY = (y - firstY * dilationY) / strideY;
    const skipY = lastY < high ? 0 : ceilDivide(lastY - high + 1, outputsY);
    const ky = firstY + skipY * tapsY;
    const oy = lastY - skipY * outputsY;
    const countY = counted(ky, tapsY, kernelHeight, oy - low, outputsY);
    let to = dx + <usize>(image * height + (i % height)) * <usize>width * pixelBytes;
    if (clear) fillWords(to, width * channels, 0);
    if (countY <= 0) continue;
    const line = source + <usize>((imageRow + oy - firstRow) * outWidth) * outputBytes;
    for (let ix = 0; ix < width; ix++, to += pixelBytes) {
      const x = ix + window.padLeft;
      const firstX =
        dilationX == 1 ? x % strideX : firstTap(x, sharedX, tapsX, inverseX, kernelWidth);
      const lastX = (x - firstX * dilationX) / strideX;
      const skipX = lastX < outWidth ? 0 : ceilDivide(lastX - outWidth + 1, outputsX);
      const kx = firstX + skipX * tapsX;
      const ox = lastX - skipX * outputsX;
      const countX = counted(kx, tapsX, kernelWidth, ox, outputsX);
      if (countX <= 0) continue;
      const tap = ky * kernelWidth + kx;
      const from = line + <usize>ox * outputBytes + <usize>tap * tapBytes;
      for (let c = 0; c < channels; c += 4) {
        const offset = (<usize>c) << 2;
        const rest = channels - c;
        let sum = loadVector(to + offset, rest);
        let row = from + offset;
        for (let j = 0, rowTap = tap; j < countY; j++, rowTap += tapsY * kernelWidth) {
          let at = row;
          for (let k = 0, atTap = rowTap; k < countX; k++, atTap += tapsX) {
            let value = loadVector(at, rest);
            if (picked) {
              const taps = loadVector(at - source + picked, rest);
              value = v128.and(value, i32x4.eq(taps, i32x4.splat(atTap)));
            }
            sum = f32x4.add(sum, value);
            at += stepX;
          }
          row += stepY;
        }
        storeVector(to + offset, sum, rest);
      }
    }
  }
}

/**
 * The first tap that reaches a position from an output, which may lie behind the last one: tap · dilation ≡ position, modulo
 * the stride. `kernel` if it has none.
 */
// @ts-ignore: decorator
@inline
function firstTap(position: i32, shared: i32, taps: i32, inverse: i32, kernel: i32): i32 {
  if (position % shared != 0) return kernel;
  return min(<i32>((<i64>((position / shared) % taps) * inverse) % taps), kernel);
}

/** How many taps from `tap` on are in the kernel and belong to outputs that are there (`before` + 1 of them). */
// @ts-ignore: decorator
@inline
function counted(tap: i32, taps: i32, kernel: i32, before: i32, outputs: i32): i32 {
  if (tap >= kernel || before < 0) return 0;
  return min((kernel - tap + taps - 1) / taps, before / outputs + 1);
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b != 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/** The number below `modulus` that times a is 1, modulo `modulus`, for an a without a common divisor; 0 for modulus 1. */
function inverse(a: i32, modulus: i32): i32 {
  let rest = modulus;
  let value = a % modulus;
  let before = 0;
  let result = 1;
  while (value > 1) {
    const times = rest / value;
    const nextValue = rest - times * value;
    rest = value;
    value = nextValue;
    const nextResult = before - times * result;
    before = result;
    result = nextResult;
  }
  return modulus == 1 ? 0 : result < 0 ? result + modulus : result;
}
