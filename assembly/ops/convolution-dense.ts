// The convolutions of convolution.ts for operands without many zeros: the register tile reads the images in place. The
// same sums in the same order, so the same bits.
//
// `shape` is what spread.ts describes. Windows begin at or before the first pixel of x and end at or behind the last.
import { copyTile } from '../gemm/edge';
import { epilogue } from '../gemm/epilogue';
import { gemmOffsets3x12 } from '../gemm/offsets';
import { KC, MR, NR, NR_BYTES } from '../gemm/tile';
import { shareBegin, shareEnd } from '../split';
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

const EDGE_BYTES: usize = <usize>MR * NR_BYTES;

/** Pixels of a block of `convolveWeightsDense`: as many rows of dy stay in L1 while all taps go over them. */
const PIXELS: i32 = 192;

/** Bytes of x that are padded at a time for `convolveWeightsDense`. */
const GROUP_BYTES: i32 = 1 << 16;

// An image of x with the zeros around it that windows see.
// @ts-ignore: decorator
@inline
function lines(shape: usize): i32 {
  return load<i32>(shape, Y_HEIGHT) + load<i32>(shape, KERNEL_HEIGHT) - 1;
}

// @ts-ignore: decorator
@inline
function lineWords(shape: usize): i32 {
  const pixels = load<i32>(shape, Y_WIDTH) + load<i32>(shape, KERNEL_WIDTH) - 1;
  return pixels * load<i32>(shape, X_CHANNELS);
}

// @ts-ignore: decorator
@inline
function imageWords(shape: usize): i32 {
  return load<i32>(shape, X_HEIGHT) * load<i32>(shape, X_WIDTH) * load<i32>(shape, X_CHANNELS);
}

// @ts-ignore: decorator
@inline
function isPadded(shape: usize): bool {
  return lines(shape) * lineWords(shape) != imageWords(shape);
}

/** to = an image of x and zeros around it; the zeros are there already. */
function padImage(to: usize, x: usize, shape: usize): void {
  const pixelBytes = (<usize>load<i32>(shape, X_CHANNELS)) << 2;
  const top = load<i32>(shape, BASE_Y) + load<i32>(shape, KERNEL_HEIGHT) - 1;
  const left = load<i32>(shape, BASE_X) + load<i32>(shape, KERNEL_WIDTH) - 1;
  const widthBytes = <usize>load<i32>(shape, X_WIDTH) * pixelBytes;
  const lineBytes = (<usize>lineWords(shape)) << 2;
  copyPadded(
    to,
    lineBytes,
    x,
    load<i32>(shape, X_HEIGHT),
    widthBytes,
    top,
    <usize>left * pixelBytes,
  );
}

// @ts-ignore: decorator
@inline
function taps(shape: usize): i32 {
  const kernel = load<i32>(shape, KERNEL_HEIGHT) * load<i32>(shape, KERNEL_WIDTH);
  return kernel * load<i32>(shape, X_CHANNELS);
}

function rowsScratchBytes(shape: usize): usize {
  const padded = isPadded(shape) ? lines(shape) * lineWords(shape) : 0;
  return EDGE_BYTES + ((<usize>(taps(shape) + padded)) << 2);
}

/** Bytes of scratch of `convolveDense`. */
export function convolveDenseScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * rowsScratchBytes(shape);
}

/**
 * y = activation(x ∗ kernel + bias). `packed` is the kernel as a matrix [kernelHeight · kernelWidth · x channels, y
 * channels], packed by gemmPackB; `bias` 0 for none. Each element of y is one sum over the taps in order, starting at
 * +0. Split over rows of y.
 *
 * Scratch of one thread:    edge tile │ offsets of the taps │ an image of x, padded, if windows reach beyond it
 */
export function convolveDense(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  packed: usize,
  bias: usize,
  shape: usize,
  activation: i32,
  scratch: usize,
): void {
  const yHeight = load<i32>(shape, Y_HEIGHT);
  const yWidth = load<i32>(shape, Y_WIDTH);
  const n = load<i32>(shape, Y_CHANNELS);
  const k = taps(shape);
  const pixelBytes = (<usize>load<i32>(shape, X_CHANNELS)) << 2;
  const imageBytes = (<usize>imageWords(shape)) << 2;
  const lineBytes = (<usize>lineWords(shape)) << 2;
  const yPixelBytes = (<usize>n) << 2;
  const edge = scratch + <usize>thread * rowsScratchBytes(shape);
  const offsets = edge + EDGE_BYTES;
  const padded = offsets + ((<usize>k) << 2);
  const usesPadded = isPadded(shape);
  if (usesPadded) memory.fill(padded, 0, <usize>lines(shape) * lineBytes);
  // A row of the window is one run of memory.
  const run = load<i32>(shape, KERNEL_WIDTH) * load<i32>(shape, X_CHANNELS);
  for (let p = 0; p < k; p++) {
    const offset = <usize>(p / run) * lineBytes + ((<usize>(p % run)) << 2);
    store<u32>(offsets + ((<usize>p) << 2), <u32>offset);
  }

  const rows = load<i32>(shape, IMAGES) * yHeight;
  const end = shareEnd(rows, thread, threads, 1);
  let current = -1;
  let from = x;
  for (let row = shareBegin(rows, thread, threads, 1); row < end; row++) {
    const image = row / yHeight;
    if (image != current) {
      current = image;
      from = x + <usize>image * imageBytes;
      if (usesPadded) {
        padImage(padded, from, shape);
        from = padded;
      }
    }
    const line = from + <usize>(row - image * yHeight) * lineBytes;
    const to = y + <usize>(row * yWidth) * yPixelBytes;
    for (let p = 0; p < k; p += KC) {
      const depth = min(KC, k - p);
      const listed = offsets + ((<usize>p) << 2);
      let panel = packed + <usize>p * NR_BYTES;
      for (let j = 0; j < n; j += NR, panel += <usize>k * NR_BYTES) {
        const c = to + ((<usize>j) << 2);
        const columns = min(NR, n - j);
        multiplyRow(
          c,
          yPixelBytes,
          yWidth,
          columns,
          line,
          pixelBytes,
          listed,
          depth,
          panel,
          p,
          edge,
        );
      }
    }
    if (bias || activation) epilogue(to, yPixelBytes, yWidth, n, bias, activation);
  }
}

/** `columns` channels of `width` neighbouring pixels of y, `pixelBytes` apart, from x at `a`, `aBytes` apart. */
function multiplyRow(
  c: usize,
  pixelBytes: usize,
  width: i32,
  columns: i32,
  a: usize,
  aBytes: usize,
  offsets: usize,
  depth: i32,
  panel: usize,
  accumulate: i32,
  edge: usize,
): void {
  for (let i = 0; i < width; i += MR) {
    const rows = min(MR, width - i);
    // Too few pixels are done together with those before them, which are not copied.
    const first = max(0, i + rows - MR);
    const to = c + <usize>first * pixelBytes;
    const from = a + <usize>first * aBytes;
    if (rows == MR && columns == NR) {
      gemmOffsets3x12(to, pixelBytes, from, aBytes, offsets, depth, panel, NR_BYTES, accumulate);
    } else if (width >= MR) {
      if (accumulate) copyTile(edge, NR_BYTES, to, pixelBytes, MR, columns);
      gemmOffsets3x12(edge, NR_BYTES, from, aBytes, offsets, depth, panel, NR_BYTES, accumulate);
      const skipped = <usize>(i - first);
      copyTile(
        to + skipped * pixelBytes,
        pixelBytes,
        edge + skipped * NR_BYTES,
        NR_BYTES,
        rows,
        columns,
      );
    } else {
      // Of one or two, each is all three rows of a tile.
      for (let row: usize = 0; row < <usize>rows; row++) {
        const pixel = to + row * pixelBytes;
        if (accumulate) copyTile(edge, 0, pixel, 0, 1, columns);
        gemmOffsets3x12(
          edge,
          0,
          from + row * aBytes,
          0,
          offsets,
          depth,
          panel,
          NR_BYTES,
          accumulate,
        );
        copyTile(pixel, 0, edge, 0, 1, columns);
      }
    }
  }
}

/** Images of a group, in which x is padded. */
function groupImages(shape: usize): i32 {
  const bytes = lines(shape) * lineWords(shape) * 4;
  return max(1, min(load<i32>(shape, IMAGES), GROUP_BYTES / max(1, bytes)));
}

// @ts-ignore: decorator
@inline
function groupPixels(shape: usize): i32 {
  return groupImages(shape) * load<i32>(shape, Y_HEIGHT) * load<i32>(shape, Y_WIDTH);
}

function weightsScratchBytes(shape: usize): usize {
  const padded = isPadded(shape) ? groupImages(shape) * lines(shape) * lineWords(shape) : 0;
  return EDGE_BYTES + ((<usize>(groupPixels(shape) + padded)) << 2);
}

/** Bytes of scratch of `convolveWeightsDense`. */
export function convolveWeightsDenseScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * weightsScratchBytes(shape);
}

/**
 * dKernel [kernelHeight, kernelWidth, x channels, y channels] = Σ x · dy over the pixels of dy and their windows in x.
 * A row of the window has at least three floats, dy at least twelve channels. Each element is one sum in the order of
 * the pixels, starting at +0. Split over rows of three taps.
 *
 * Scratch of one thread:    edge tile │ where windows begin │ images of x, padded, if windows reach beyond them
 */
export function convolveWeightsDense(
  thread: i32,
  threads: i32,
  dKernel: usize,
  x: usize,
  dy: usize,
  shape: usize,
  scratch: usize,
): void {
  const images = load<i32>(shape, IMAGES);
  const yHeight = load<i32>(shape, Y_HEIGHT);
  const yWidth = load<i32>(shape, Y_WIDTH);
  const n = load<i32>(shape, Y_CHANNELS);
  const pixelBytes = (<usize>load<i32>(shape, X_CHANNELS)) << 2;
  const imageBytes = (<usize>imageWords(shape)) << 2;
  const lineBytes = (<usize>lineWords(shape)) << 2;
  const paddedBytes = <usize>lines(shape) * lineBytes;
  const yPixelBytes = (<usize>n) << 2;
  const group = groupImages(shape);
  const edge = scratch + <usize>thread * weightsScratchBytes(shape);
  const offsets = edge + EDGE_BYTES;
  const padded = offsets + ((<usize>groupPixels(shape)) << 2);
  const usesPadded = isPadded(shape);
  if (usesPadded) memory.fill(padded, 0, <usize>group * paddedBytes);
  let at = offsets;
  for (let row = 0; row < group * yHeight; row++) {
    let offset = <usize>(row / yHeight) * paddedBytes + <usize>(row % yHeight) * lineBytes;
    for (let i = 0; i < yWidth; i++, at += 4, offset += pixelBytes) store<u32>(at, <u32>offset);
  }

  const run = load<i32>(shape, KERNEL_WIDTH) * load<i32>(shape, X_CHANNELS);
  const perLine = (run + MR - 1) / MR;
  const units = load<i32>(shape, KERNEL_HEIGHT) * perLine;
  const begin = shareBegin(units, thread, threads, 1);
  const end = shareEnd(units, thread, threads, 1);
  if (begin >= end) return;
  for (let image = 0; image < images; image += group) {
    const count = min(group, images - image);
    let from = x + <usize>image * imageBytes;
    if (usesPadded) {
      for (let i = 0; i < count; i++) {
        padImage(padded + <usize>i * paddedBytes, from + <usize>i * imageBytes, shape);
      }
      from = padded;
    }
    const pixels = count * yHeight * yWidth;
    const rows = dy + <usize>(image * yHeight * yWidth) * yPixelBytes;
    for (let pixel = 0; pixel < pixels; pixel += PIXELS) {
      const depth = min(PIXELS, pixels - pixel);
      const listed = offsets + ((<usize>pixel) << 2);
      const block = rows + <usize>pixel * yPixelBytes;
      const accumulate = i32(image > 0 || pixel > 0);
      for (let j = 0; j < n; j += NR) {
        const left = min(j, n - NR);
        const b = block + ((<usize>left) << 2);
        for (let unit = begin; unit < end; unit++) {
          const ky = unit / perLine;
          const tap = (unit - ky * perLine) * MR;
          const first = min(tap, run - MR);
          const a = from + <usize>ky * lineBytes + ((<usize>first) << 2);
          const c = dKernel + <usize>(ky * run + first) * yPixelBytes + ((<usize>left) << 2);
          if (first == tap && left == j) {
            gemmOffsets3x12(c, yPixelBytes, a, 4, listed, depth, b, yPixelBytes, accumulate);
            continue;
          }
          // Rows and columns that are another tile's are computed again and not copied.
          const skipped = <usize>(tap - first);
          const before = (<usize>(j - left)) << 2;
          if (accumulate) copyTile(edge, NR_BYTES, c, yPixelBytes, MR, NR);
          gemmOffsets3x12(edge, NR_BYTES, a, 4, listed, depth, b, yPixelBytes, accumulate);
          copyTile(
            c + skipped * yPixelBytes + before,
            yPixelBytes,
            edge + skipped * NR_BYTES + before,
            NR_BYTES,
            MR - <i32>skipped,
            NR - (j - left),
          );
        }
      }
    }
  }
}
