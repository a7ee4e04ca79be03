// What convolutions with the register tile (gemm/runs.ts) have in common: images with zeros around them, lists of places
// in them, tiles of either width.
import { gemmRuns2x16, gemmRuns4x8, NARROW, TILE_BYTES, TILE_ROWS, WIDE } from '../gemm/runs';
import {
  BASE_X,
  BASE_Y,
  copyPadded,
  KERNEL_HEIGHT,
  KERNEL_WIDTH,
  X_CHANNELS,
  X_HEIGHT,
  X_WIDTH,
  Y_HEIGHT,
  Y_WIDTH,
} from './spread';

/** A tile beside C, and the list of its rows if fewer are left than it has. */
export const EDGE_BYTES: usize = TILE_BYTES + <usize>TILE_ROWS * 4;

/** Pixels that are worked on at a time, unless a row of y has more: their windows and the panel stay in L1. */
const PIXELS: i32 = 192;

// An image of x with the zeros around it that windows see.
// @ts-ignore: decorator
@inline
export function lines(shape: usize): i32 {
  return load<i32>(shape, Y_HEIGHT) + load<i32>(shape, KERNEL_HEIGHT) - 1;
}

// @ts-ignore: decorator
@inline
export function lineWords(shape: usize): i32 {
  const pixels = load<i32>(shape, Y_WIDTH) + load<i32>(shape, KERNEL_WIDTH) - 1;
  return pixels * load<i32>(shape, X_CHANNELS);
}

// @ts-ignore: decorator
@inline
export function imageWords(shape: usize): i32 {
  return load<i32>(shape, X_HEIGHT) * load<i32>(shape, X_WIDTH) * load<i32>(shape, X_CHANNELS);
}

// @ts-ignore: decorator
@inline
export function isPadded(shape: usize): bool {
  return lines(shape) * lineWords(shape) != imageWords(shape);
}

/** to = an image of x and zeros around it; the zeros are there already. */
export function padImage(to: usize, x: usize, shape: usize): void {
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
export function taps(shape: usize): i32 {
  const kernel = load<i32>(shape, KERNEL_HEIGHT) * load<i32>(shape, KERNEL_WIDTH);
  return kernel * load<i32>(shape, X_CHANNELS);
}

/** Floats of a row of the window: they are one run of memory. */
// @ts-ignore: decorator
@inline
export function run(shape: usize): i32 {
  return load<i32>(shape, KERNEL_WIDTH) * load<i32>(shape, X_CHANNELS);
}

/** Lists `height` lines of `width` places, `step` bytes from one to the next; returns the end of the list. */
export function list(
  to: usize,
  from: usize,
  height: i32,
  lineBytes: usize,
  width: i32,
  step: usize,
): usize {
  for (let y = 0; y < height; y++, from += lineBytes) {
    let at = from;
    for (let x = 0; x < width; x++, to += 4, at += step) store<u32>(to, <u32>at);
  }
  return to;
}

/** The rows of a tile of `rows` of which only `count` are there: the last one stands for the others. */
export function listRows(to: usize, from: usize, rows: i32, count: i32): usize {
  if (count >= rows) return from;
  for (let r = 0; r < rows; r++) {
    store<u32>(to + ((<usize>r) << 2), load<u32>(from + ((<usize>min(r, count - 1)) << 2)));
  }
  return to;
}

/** Columns of the tile for the last `left` columns. */
// @ts-ignore: decorator
@inline
export function tileColumns(left: i32): i32 {
  return left > NARROW ? WIDE : NARROW;
}

/** A tile of WIDE or NARROW columns. */
export function multiply(
  columns: i32,
  c: usize,
  rowBytes: usize,
  a: usize,
  rows: usize,
  rowCount: i32,
  lines: usize,
  lineCount: i32,
  runBytes: usize,
  step: usize,
  b: usize,
  bBytes: usize,
  accumulate: i32,
  bias: usize,
  relu: i32,
): void {
  if (columns == WIDE)
    gemmRuns2x16(
      c,
      rowBytes,
      a,
      rows,
      rowCount,
      lines,
      lineCount,
      runBytes,
      step,
      b,
      bBytes,
      accumulate,
      bias,
      relu,
    );
  else
    gemmRuns4x8(
      c,
      rowBytes,
      a,
      rows,
      rowCount,
      lines,
      lineCount,
      runBytes,
      step,
      b,
      bBytes,
      accumulate,
      bias,
      relu,
    );
}

/** Rows of y that are worked on at a time. */
// @ts-ignore: decorator
@inline
export function blockRows(shape: usize): i32 {
  return min(load<i32>(shape, Y_HEIGHT), max(1, PIXELS / max(1, load<i32>(shape, Y_WIDTH))));
}
