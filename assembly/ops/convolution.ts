// Convolutions whose windows move pixel by pixel: nothing is unrolled into a matrix, and what is zero is left out.
//
// `shape` is what spread.ts describes.
//
//   weights [x channels, kernelHeight, kernelWidth, y channels]: what one channel of x adds to a row of the window
//   lies in one piece.
import { epilogue } from '../gemm/epilogue';
import { addSparseRows, LIST_PADDING, listNonZero } from '../gemm/sparse-rows';
import { shareBegin, shareEnd } from '../split';
import { fillWords } from './fill';
import {
  BASE_X,
  BASE_Y,
  copyPadded,
  IMAGES,
  KERNEL_HEIGHT,
  KERNEL_WIDTH,
  X_CHANNELS,
  X_HEIGHT,
  X_WIDTH,
  Y_CHANNELS,
  Y_HEIGHT,
  Y_WIDTH,
} from './spread';

/** Bytes of scratch of `convolve` for x of so many channels. */
export function convolveScratchBytes(channels: i32, threads: i32): usize {
  return <usize>threads * <usize>(channels + LIST_PADDING) * 8;
}

/**
 * y = activation(Σ x · weights + bias): every pixel of x that is not zero is added to the window over which it
 * spreads. `bias` 0 for none; weights must be finite. Each element of y is one sum in the order of the pixels of x
 * and, within one, of its channels, starting at +0. Split over rows of y.
 */
export function convolve(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  weights: usize,
  bias: usize,
  shape: usize,
  activation: i32,
  scratch: usize,
): void {
  const height = load<i32>(shape, X_HEIGHT);
  const width = load<i32>(shape, X_WIDTH);
  const channels = load<i32>(shape, X_CHANNELS);
  const yHeight = load<i32>(shape, Y_HEIGHT);
  const yWidth = load<i32>(shape, Y_WIDTH);
  const yChannels = load<i32>(shape, Y_CHANNELS);
  const kernelHeight = load<i32>(shape, KERNEL_HEIGHT);
  const kernelWidth = load<i32>(shape, KERNEL_WIDTH);
  const baseY = load<i32>(shape, BASE_Y);
  const baseX = load<i32>(shape, BASE_X);
  const pixelBytes = (<usize>channels) << 2;
  const yPixelBytes = (<usize>yChannels) << 2;
  const yRowBytes = <usize>yWidth * yPixelBytes;
  const lineBytes = <usize>kernelWidth * yPixelBytes;
  const values = scratch + <usize>thread * <usize>(channels + LIST_PADDING) * 8;
  const offsets = values + ((<usize>(channels + LIST_PADDING)) << 2);

  const rows = load<i32>(shape, IMAGES) * yHeight;
  const end = shareEnd(rows, thread, threads, 1);
  let row = shareBegin(rows, thread, threads, 1);
  while (row < end) {
    // Rows first … last of one image.
    const image = row / yHeight;
    const first = row - image * yHeight;
    const last = min(yHeight, first + (end - row));
    const from = x + <usize>(image * height) * <usize>width * pixelBytes;
    const to = y + <usize>(image * yHeight) * yRowBytes;
    row += last - first;

    // A row is cleared before the first pixel reaches it, and finished after the last.
    let cleared = first;
    let finished = first;
    const stop = min(height, last - baseY);
    for (let iy = max(0, first - baseY - kernelHeight + 1); iy < stop; iy++) {
      const top = iy + baseY;
      const begin = max(top, first);
      const bottom = min(top + kernelHeight, last);
      if (cleared < bottom) {
        fillWords(to + <usize>cleared * yRowBytes, (bottom - cleared) * yWidth * yChannels, 0);
        cleared = bottom;
      }
      let pixel = from + <usize>(iy * width) * pixelBytes;
      for (let ix = 0; ix < width; ix++, pixel += pixelBytes) {
        const left = ix + baseX;
        const skipped = max(0, -left);
        const columns = (min(kernelWidth, yWidth - left) - skipped) * yChannels;
        if (columns <= 0) continue;
        const kept = listNonZero(
          values,
          offsets,
          pixel,
          channels,
          4,
          0,
          <usize>kernelHeight * lineBytes,
        );
        if (kept == 0) continue;
        let line = weights + <usize>(begin - top) * lineBytes + <usize>skipped * yPixelBytes;
        let c = to + <usize>begin * yRowBytes + <usize>(left + skipped) * yPixelBytes;
        for (let oy = begin; oy < bottom; oy++, line += lineBytes, c += yRowBytes) {
          addSparseRows(c, columns, values, offsets, kept, line);
        }
      }
      // The next row of x begins one row further down.
      const done = min(max(top + 1, finished), last);
      finish(to, finished, done, yRowBytes, yWidth, yChannels, bias, activation);
      finished = done;
    }
    if (cleared < last) {
      fillWords(to + <usize>cleared * yRowBytes, (last - cleared) * yWidth * yChannels, 0);
    }
    finish(to, finished, last, yRowBytes, yWidth, yChannels, bias, activation);
  }
}

/** Bias and activation for rows first … last of an image. */
function finish(
  image: usize,
  first: i32,
  last: i32,
  rowBytes: usize,
  width: i32,
  channels: i32,
  bias: usize,
  activation: i32,
): void {
  if (first >= last || !(bias || activation)) return;
  const pixels = (last - first) * width;
  epilogue(
    image + <usize>first * rowBytes,
    (<usize>channels) << 2,
    pixels,
    channels,
    bias,
    activation,
  );
}

/** Bytes of y that are worked on at a time: they stay in L1 or L2 while all channels of x go over them. */
const GROUP_BYTES: i32 = 1 << 16;

/** Images of a group. */
function groupImages(shape: usize): i32 {
  const imageBytes = paddedHeight(shape) * paddedWidth(shape) * load<i32>(shape, Y_CHANNELS) * 4;
  return max(1, min(load<i32>(shape, IMAGES), GROUP_BYTES / max(1, imageBytes)));
}

// An image of y with as many zeros around it as the windows reach beyond it.
// @ts-ignore: decorator
@inline
function paddedHeight(shape: usize): i32 {
  const base = load<i32>(shape, BASE_Y);
  const reach = load<i32>(shape, X_HEIGHT) + base + load<i32>(shape, KERNEL_HEIGHT) - 1;
  return max(0, -base) + max(load<i32>(shape, Y_HEIGHT), reach);
}

// @ts-ignore: decorator
@inline
function paddedWidth(shape: usize): i32 {
  const base = load<i32>(shape, BASE_X);
  const reach = load<i32>(shape, X_WIDTH) + base + load<i32>(shape, KERNEL_WIDTH) - 1;
  return max(0, -base) + max(load<i32>(shape, Y_WIDTH), reach);
}

// @ts-ignore: decorator
@inline
function listLength(shape: usize): i32 {
  return groupImages(shape) * load<i32>(shape, X_HEIGHT) * load<i32>(shape, X_WIDTH) + LIST_PADDING;
}

// @ts-ignore: decorator
@inline
function groupScratchBytes(shape: usize): usize {
  const padded =
    groupImages(shape) * paddedHeight(shape) * paddedWidth(shape) * load<i32>(shape, Y_CHANNELS);
  return (<usize>(2 * listLength(shape) + padded)) << 2;
}

/** Bytes of scratch of `convolveWeights`. */
export function convolveWeightsScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * groupScratchBytes(shape);
}

/**
 * dWeights [parts, x channels, kernelHeight, kernelWidth, y channels] = Σ x · y over the pixels of a part of the images
 * and their windows of y: added up, the gradient of `convolve` for its weights, if y is the gradient of its result. y
 * must be finite, and a part hold an image. Each element is one sum in the order of the pixels of x, starting at +0.
 * Split over parts, then over
 * channels of x and rows of the kernel.
 *
 * Scratch of one thread:    values │ offsets │ images of y, padded, if windows reach beyond them
 */
export function convolveWeights(
  thread: i32,
  threads: i32,
  dWeights: usize,
  x: usize,
  y: usize,
  shape: usize,
  parts: i32,
  scratch: usize,
): void {
  const images = load<i32>(shape, IMAGES);
  const height = load<i32>(shape, X_HEIGHT);
  const width = load<i32>(shape, X_WIDTH);
  const channels = load<i32>(shape, X_CHANNELS);
  const kernelHeight = load<i32>(shape, KERNEL_HEIGHT);
  const yHeight = load<i32>(shape, Y_HEIGHT);
  const yPixelBytes = (<usize>load<i32>(shape, Y_CHANNELS)) << 2;
  const yWidthBytes = <usize>load<i32>(shape, Y_WIDTH) * yPixelBytes;
  const yImageBytes = <usize>yHeight * yWidthBytes;
  const top = max(0, -load<i32>(shape, BASE_Y));
  const left = <usize>max(0, -load<i32>(shape, BASE_X)) * yPixelBytes;
  const columns = load<i32>(shape, KERNEL_WIDTH) * load<i32>(shape, Y_CHANNELS);
  const lineBytes = (<usize>columns) << 2;
  const pixelBytes = (<usize>channels) << 2;
  const rows = paddedHeight(shape);
  const rowBytes = <usize>paddedWidth(shape) * yPixelBytes;
  const isPadded =
    rows != load<i32>(shape, Y_HEIGHT) || paddedWidth(shape) != load<i32>(shape, Y_WIDTH);
  // The first window of an image, in the padded one.
  const corner =
    <usize>max(0, load<i32>(shape, BASE_Y)) * rowBytes +
    <usize>max(0, load<i32>(shape, BASE_X)) * yPixelBytes;
  const group = groupImages(shape);
  const values = scratch + <usize>thread * groupScratchBytes(shape);
  const offsets = values + ((<usize>listLength(shape)) << 2);
  const padded = offsets + ((<usize>listLength(shape)) << 2);

  // Unit i of part p is p · units + i.
  const units = channels * kernelHeight;
  const first = shareBegin(parts * units, thread, threads, 1);
  const last = shareEnd(parts * units, thread, threads, 1);
  if (first >= last) return;
  memory.fill(dWeights + <usize>first * lineBytes, 0, <usize>(last - first) * lineBytes);
  if (isPadded) memory.fill(padded, 0, <usize>(group * rows) * rowBytes);

  for (let part = first / units; part * units < last; part++) {
    const begin = max(0, first - part * units);
    const end = min(units, last - part * units);
    const stopImage = shareEnd(images, part, parts, 1);
    const sums = dWeights + <usize>(part * units) * lineBytes;
    for (let image = shareBegin(images, part, parts, 1); image < stopImage; image += group) {
      const count = min(group, stopImage - image);
      let from = y + <usize>image * yImageBytes;
      if (isPadded) {
        for (let i = 0; i < count; i++) {
          const source = from + <usize>i * yImageBytes;
          const to = padded + <usize>(i * rows) * rowBytes;
          copyPadded(to, rowBytes, source, yHeight, yWidthBytes, top, left);
        }
        from = padded;
      }
      const pixels = x + <usize>(image * height * width) * pixelBytes;
      let unit = begin;
      while (unit < end) {
        const channel = unit / kernelHeight;
        let kept = 0;
        let pixel = pixels + ((<usize>channel) << 2);
        for (let i = 0; i < count; i++) {
          let row = corner + <usize>(i * rows) * rowBytes;
          for (let iy = 0; iy < height; iy++, row += rowBytes) {
            const at = (<usize>kept) << 2;
            const to = offsets + at;
            kept += listNonZero(values + at, to, pixel, width, pixelBytes, row, yPixelBytes);
            pixel += <usize>width * pixelBytes;
          }
        }
        const stop = min(end, (channel + 1) * kernelHeight);
        for (; unit < stop; unit++) {
          const line = from + <usize>(unit - channel * kernelHeight) * rowBytes;
          addSparseRows(sums + <usize>unit * lineBytes, columns, values, offsets, kept, line);
        }
      }
    }
  }
}
