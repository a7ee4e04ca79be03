// Depthwise convolutions: each channel has a kernel of its own, so that there is no matrix to multiply by. A vector holds four
// neighbouring channels, and goes through the taps of a few pixels at a time.
import { Epilogue } from '../codes';
import { epilogue } from '../gemm/epilogue';
import { loadVector, madd, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { ceilDivide, endInside, firstInside } from './window';

/**
 * How the pixels of y are made of those of x, along the rows and along the columns. Output i of an axis is at
 * `start + i · step` of y. Its tap t reads x at `read + i · readStep + t · tapStep`, unless that is outside, and is number
 * `weight + t · weightStep` of the kernel. `readStep` and `tapStep` are above 0.
 *
 * A convolution is one such problem. The gradient of its images is one for each remainder of positions by the strides,
 * since these positions see other taps.
 *
 * `one` and `work` make it a layout of one axis, by which the runtime tells whether a call is worth sharing. TypeScript writes
 * it by the positions that the build reads from here.
 */
@unmanaged
export class Depthwise {
  one: i32;
  work: i32;
  images: i32;
  channels: i32;
  kernelWidth: i32;
  xHeight: i32;
  yHeight: i32;
  rows: i32;
  rowStart: i32;
  rowStep: i32;
  rowRead: i32;
  rowReadStep: i32;
  rowTaps: i32;
  rowTapStep: i32;
  rowWeight: i32;
  rowWeightStep: i32;
  xWidth: i32;
  yWidth: i32;
  columns: i32;
  columnStart: i32;
  columnStep: i32;
  columnRead: i32;
  columnReadStep: i32;
  columnTaps: i32;
  columnTapStep: i32;
  columnWeight: i32;
  columnWeightStep: i32;
}

/** Neighbouring outputs that go through the taps together, so that a tap is read once for all of them. */
const TILE: i32 = 4;

/**
 * y[image, row, column, c] = activation(Σ x · kernel[tap, c] + bias[c]) over the taps in their order, rows first, for
 * kernel[kernelHeight, kernelWidth, c]; `bias` 0 for none. Split over rows of y.
 * @module windows
 * @cost 0.1 size(shape)
 */
export function depthwise(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  kernel: usize,
  bias: usize,
  shape: usize,
  activation: Epilogue,
): void {
  const s = changetype<Depthwise>(shape);
  const channels = s.channels;
  const columns = s.columns;
  const pixelBytes = (<usize>channels) << 2;
  const xRowBytes = <usize>s.xWidth * pixelBytes;
  const yStepBytes = <usize>s.columnStep * pixelBytes;
  const columnTaps = s.columnTaps;
  const read = s.columnRead;
  const readStep = s.columnReadStep;
  const tapStep = s.columnTapStep;
  const readBytes = <usize>readStep * pixelBytes;
  const tapRowBytes = <usize>s.rowTapStep * xRowBytes;
  const tapBytes = <usize>tapStep * pixelBytes;
  const weightRowBytes = <usize>(s.rowWeightStep * s.kernelWidth) * pixelBytes;
  const weightBytes = <usize>s.columnWeightStep * pixelBytes;
  // Outputs all of whose taps are inside of the row.
  const first = min(columns, max(0, ceilDivide(max(0, -read), readStep)));
  const room = s.xWidth - (columnTaps - 1) * tapStep - read;
  const end = max(first, min(columns, ceilDivide(max(0, room), readStep)));
  // As many of these as are whole tiles, of channels that are whole vectors.
  const tiles = channels & 3 ? 0 : (end - first) / TILE;

  const rows = s.images * s.rows;
  const last = shareEnd(rows, thread, threads, 1);
  for (let i = shareBegin(rows, thread, threads, 1); i < last; i++) {
    const image = i / s.rows;
    const row = i - image * s.rows;
    const top = s.rowRead + row * s.rowReadStep;
    const firstRow = firstInside(top, s.rowTapStep, s.rowTaps);
    const countRows = endInside(top, s.rowTapStep, s.rowTaps, s.xHeight) - firstRow;
    const line = x + <usize>(image * s.xHeight + top + firstRow * s.rowTapStep) * xRowBytes;
    const weights =
      kernel +
      <usize>((s.rowWeight + firstRow * s.rowWeightStep) * s.kernelWidth + s.columnWeight) *
        pixelBytes;
    const yRow = image * s.yHeight + s.rowStart + row * s.rowStep;
    const to = y + <usize>(yRow * s.yWidth + s.columnStart) * pixelBytes;

    if (tiles > 0) {
      multiplyTiles(
        to + <usize>first * yStepBytes, yStepBytes, line + <usize>(read + first * readStep) * pixelBytes, readBytes,
        weights, tiles, channels, countRows, columnTaps, tapRowBytes, tapBytes, weightRowBytes, weightBytes,
      ); // prettier-ignore
    }
    for (let edge = 0; edge < columns - tiles * TILE; edge++) {
      const column = edge < first ? edge : edge + tiles * TILE;
      const left = read + column * readStep;
      const firstTap = firstInside(left, tapStep, columnTaps);
      const countTaps = endInside(left, tapStep, columnTaps, s.xWidth) - firstTap;
      multiplyPixel(
        to + <usize>column * yStepBytes, line + <usize>(left + firstTap * tapStep) * pixelBytes,
        weights + <usize>firstTap * weightBytes, channels, countRows, countTaps, tapRowBytes, tapBytes,
        weightRowBytes, weightBytes,
      ); // prettier-ignore
    }
    if (bias || activation != Epilogue.None) {
      epilogue(to, yStepBytes, columns, channels, bias, activation);
    }
  }
}

/** One output. */
function multiplyPixel(
  to: usize,
  x: usize,
  kernel: usize,
  channels: i32,
  rows: i32,
  columns: i32,
  tapRowBytes: usize,
  tapBytes: usize,
  weightRowBytes: usize,
  weightBytes: usize,
): void {
  let c = 0;
  for (; c + 12 <= channels; c += 12) {
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let line = x;
    let weights = kernel;
    for (let j = 0; j < rows; j++, line += tapRowBytes, weights += weightRowBytes) {
      let at = line;
      let w = weights;
      for (let i = 0; i < columns; i++, at += tapBytes, w += weightBytes) {
        s0 = madd(v128.load(at), v128.load(w), s0);
        s1 = madd(v128.load(at, 16), v128.load(w, 16), s1);
        s2 = madd(v128.load(at, 32), v128.load(w, 32), s2);
      }
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    to += 48;
    x += 48;
    kernel += 48;
  }
  for (; c < channels; c += 4, to += 16, x += 16, kernel += 16) {
    const rest = channels - c;
    let sum = f32x4.splat(0);
    let line = x;
    let weights = kernel;
    for (let j = 0; j < rows; j++, line += tapRowBytes, weights += weightRowBytes) {
      let at = line;
      let w = weights;
      for (let i = 0; i < columns; i++, at += tapBytes, w += weightBytes) {
        sum = madd(loadVector(at, rest), loadVector(w, rest), sum);
      }
    }
    storeVector(to, sum, rest);
  }
}

/** Tiles of outputs all of whose columns of taps are there. */
function multiplyTiles(
  to: usize,
  toBytes: usize,
  x: usize,
  readBytes: usize,
  kernel: usize,
  tiles: i32,
  channels: i32,
  rows: i32,
  columns: i32,
  tapRowBytes: usize,
  tapBytes: usize,
  weightRowBytes: usize,
  weightBytes: usize,
): void {
  const isThree = columns == 3 && readBytes == tapBytes;
  for (let c = 0; c < channels; c += 4, to += 16, x += 16, kernel += 16) {
    let from = x;
    let out = to;
    for (let tile = 0; tile < tiles; tile++, from += readBytes * TILE, out += toBytes * TILE) {
      if (isThree) {
        threeTaps(
          out, toBytes, from, kernel, rows, tapRowBytes, tapBytes, weightRowBytes, weightBytes,
        ); // prettier-ignore
      } else {
        allTaps(
          out, toBytes, from, readBytes, kernel, rows, columns, tapRowBytes, tapBytes, weightRowBytes,
          weightBytes,
        ); // prettier-ignore
      }
    }
  }
}

/** A tile of outputs, of four channels. */
// @ts-ignore: decorator
@inline
function allTaps(
  out: usize,
  toBytes: usize,
  x: usize,
  readBytes: usize,
  weights: usize,
  rows: i32,
  columns: i32,
  tapRowBytes: usize,
  tapBytes: usize,
  weightRowBytes: usize,
  weightBytes: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let j = 0; j < rows; j++, x += tapRowBytes, weights += weightRowBytes) {
    let at = x;
    let w = weights;
    for (let i = 0; i < columns; i++, at += tapBytes, w += weightBytes) {
      const tap = v128.load(w);
      const second = at + readBytes;
      const third = second + readBytes;
      s0 = madd(v128.load(at), tap, s0);
      s1 = madd(v128.load(second), tap, s1);
      s2 = madd(v128.load(third), tap, s2);
      s3 = madd(v128.load(third + readBytes), tap, s3);
    }
  }
  store4(out, toBytes, s0, s1, s2, s3);
}

/** The same for three taps in a row, where the next output reads the next pixel: six pixels for twelve products. */
// @ts-ignore: decorator
@inline
function threeTaps(
  out: usize,
  toBytes: usize,
  x: usize,
  weights: usize,
  rows: i32,
  tapRowBytes: usize,
  tapBytes: usize,
  weightRowBytes: usize,
  weightBytes: usize,
): void {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let s2 = f32x4.splat(0);
  let s3 = f32x4.splat(0);
  for (let j = 0; j < rows; j++, x += tapRowBytes, weights += weightRowBytes) {
    const w0 = v128.load(weights);
    const w1 = v128.load(weights + weightBytes);
    const w2 = v128.load(weights + weightBytes * 2);
    let at = x;
    let pixel = v128.load(at);
    s0 = madd(pixel, w0, s0);
    at += tapBytes;
    pixel = v128.load(at);
    s0 = madd(pixel, w1, s0);
    s1 = madd(pixel, w0, s1);
    at += tapBytes;
    pixel = v128.load(at);
    s0 = madd(pixel, w2, s0);
    s1 = madd(pixel, w1, s1);
    s2 = madd(pixel, w0, s2);
    at += tapBytes;
    pixel = v128.load(at);
    s1 = madd(pixel, w2, s1);
    s2 = madd(pixel, w1, s2);
    s3 = madd(pixel, w0, s3);
    at += tapBytes;
    pixel = v128.load(at);
    s2 = madd(pixel, w2, s2);
    s3 = madd(pixel, w1, s3);
    at += tapBytes;
    s3 = madd(v128.load(at), w2, s3);
  }
  store4(out, toBytes, s0, s1, s2, s3);
}

// @ts-ignore: decorator
@inline
function store4(out: usize, bytes: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  v128.store(out, s0);
  out += bytes;
  v128.store(out, s1);
  out += bytes;
  v128.store(out, s2);
  out += bytes;
  v128.store(out, s3);
}
