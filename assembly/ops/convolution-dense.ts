// The convolution of convolution.ts for images without many zeros: the register tile reads them in place. The same sums
// in the same order, so the same bits.
//
// `shape` is what spread.ts describes. Windows begin at or before the first pixel of x and end at or behind the last.
// A row of the tile is a pixel of y, its slices are the taps, one run of memory for each row of the window. Where they
// are in an image of x is listed once, and tiles run on from row to row of y, so that only the last one of a block is
// not full.
import { Epilogue } from '../codes';
import { copyTile } from '../gemm/edge';
import { epilogue } from '../gemm/epilogue';
import { TILE_BYTES, tileRows, WIDE } from '../gemm/runs';
import { KC } from '../gemm/tile';
import { apart, shareBegin, shareEnd } from '../split';
import {
  blockRows,
  EDGE_BYTES,
  imageWords,
  isPadded,
  lines,
  lineWords,
  list,
  listRows,
  multiply,
  padImage,
  run,
  taps,
  tileColumns,
} from './convolution-tiles';
import { IMAGES, KERNEL_HEIGHT, X_CHANNELS, Y_CHANNELS, Y_HEIGHT, Y_WIDTH } from './spread';

// @ts-ignore: decorator
@inline
function panelsBytes(shape: usize): usize {
  const panels = (load<i32>(shape, Y_CHANNELS) + WIDE - 1) / WIDE;
  return ((<usize>(panels * taps(shape))) << 2) * WIDE;
}

function rowsScratchBytes(shape: usize): usize {
  const padded = isPadded(shape) ? lines(shape) * lineWords(shape) : 0;
  const listed = load<i32>(shape, KERNEL_HEIGHT) + blockRows(shape) * load<i32>(shape, Y_WIDTH);
  return apart(EDGE_BYTES + panelsBytes(shape) + ((<usize>(listed + padded)) << 2));
}

/** Bytes of scratch of `convolveDense`. */
export function convolveDenseScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * rowsScratchBytes(shape);
}

/** panels = kernel[k, n], the columns of a tile after the other; columns beyond n are 0. */
function packPanels(panels: usize, kernel: usize, k: i32, n: i32): void {
  for (let j = 0; j < n; j += WIDE) {
    const width = tileColumns(n - j);
    const columns = min(width, n - j);
    const rowBytes = (<usize>width) << 2;
    const panelBytes = <usize>k * rowBytes;
    if (columns < width) memory.fill(panels, 0, panelBytes);
    copyTile(panels, rowBytes, kernel + ((<usize>j) << 2), (<usize>n) << 2, k, columns);
    panels += panelBytes;
  }
}

/**
 * y = activation(x ∗ kernel + bias), kernel[kernelHeight, kernelWidth, x channels, y channels]; `bias` 0 for none. Each
 * element of y is one sum over the taps in order, starting at +0. Split over rows of y.
 *
 * Scratch of one thread:    edge tile │ kernel in panels │ rows of the window │ windows │ an image of x, padded, if
 * windows reach beyond it
 */
export function convolveDense(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  kernel: usize,
  bias: usize,
  shape: usize,
  activation: i32,
  scratch: usize,
): void {
  const yHeight = load<i32>(shape, Y_HEIGHT);
  const yWidth = load<i32>(shape, Y_WIDTH);
  const kernelHeight = load<i32>(shape, KERNEL_HEIGHT);
  const n = load<i32>(shape, Y_CHANNELS);
  const k = taps(shape);
  const runBytes = (<usize>run(shape)) << 2;
  const pixelBytes = (<usize>load<i32>(shape, X_CHANNELS)) << 2;
  const imageBytes = (<usize>imageWords(shape)) << 2;
  const lineBytes = (<usize>lineWords(shape)) << 2;
  const yPixelBytes = (<usize>n) << 2;
  const rows = load<i32>(shape, IMAGES) * yHeight;
  let row = shareBegin(rows, thread, threads, 1);
  const end = shareEnd(rows, thread, threads, 1);
  if (row >= end) return;

  const edge = scratch + <usize>thread * rowsScratchBytes(shape);
  const panels = edge + EDGE_BYTES;
  const windowLines = panels + panelsBytes(shape);
  packPanels(panels, kernel, k, n);
  const windows = list(windowLines, 0, kernelHeight, lineBytes, 1, 0);
  const padded = list(windows, 0, blockRows(shape), lineBytes, yWidth, pixelBytes);
  const usesPadded = isPadded(shape);
  if (usesPadded) memory.fill(padded, 0, <usize>lines(shape) * lineBytes);
  // Rows of the window that are one block of taps.
  const depth = max(1, KC / run(shape));

  let current = -1;
  let from = x;
  while (row < end) {
    const image = row / yHeight;
    if (image != current) {
      current = image;
      from = x + <usize>image * imageBytes;
      if (usesPadded) {
        padImage(padded, from, shape);
        from = padded;
      }
    }
    const top = row - image * yHeight;
    const height = min(blockRows(shape), min(yHeight - top, end - row));
    const corner = from + <usize>top * lineBytes;
    const to = y + <usize>(row * yWidth) * yPixelBytes;
    row += height;
    for (let ky = 0; ky < kernelHeight; ky += depth) {
      const isLast = ky + depth >= kernelHeight;
      let panel = panels;
      for (let j = 0; j < n; j += WIDE) {
        const width = tileColumns(n - j);
        const rowBytes = (<usize>width) << 2;
        multiplyPixels(
          width,
          to + ((<usize>j) << 2),
          yPixelBytes,
          height * yWidth,
          min(width, n - j),
          corner,
          windows,
          windowLines + ((<usize>ky) << 2),
          min(depth, kernelHeight - ky),
          runBytes,
          panel + <usize>(ky * run(shape)) * rowBytes,
          ky,
          isLast && bias ? bias + ((<usize>j) << 2) : 0,
          isLast ? activation : Epilogue.None,
          edge,
        );
        panel += <usize>k * rowBytes;
      }
    }
  }
}

/** `columns` channels of `count` pixels of y, `pixelBytes` apart, whose windows are at `corner` + windows[pixel]. */
function multiplyPixels(
  width: i32,
  c: usize,
  pixelBytes: usize,
  count: i32,
  columns: i32,
  corner: usize,
  windows: usize,
  windowLines: usize,
  depth: i32,
  runBytes: usize,
  panel: usize,
  accumulate: i32,
  bias: usize,
  activation: i32,
  edge: usize,
): void {
  const relu = i32(activation == Epilogue.Relu);
  const isWhole = columns == width && (activation == Epilogue.None || relu);
  const rows = tileRows(width);
  const rowBytes = (<usize>width) << 2;
  const whole = isWhole ? count - (count % rows) : 0;
  multiply(
    width,
    c,
    pixelBytes,
    corner,
    windows,
    whole,
    windowLines,
    depth,
    runBytes,
    4,
    panel,
    rowBytes,
    accumulate,
    bias,
    relu,
  );
  for (let pixel = whole; pixel < count; pixel += rows) {
    const to = c + <usize>pixel * pixelBytes;
    const there = min(rows, count - pixel);
    if (accumulate) copyTile(edge, rowBytes, to, pixelBytes, there, columns);
    multiply(
      width,
      edge,
      rowBytes,
      corner,
      listRows(edge + TILE_BYTES, windows + ((<usize>pixel) << 2), rows, there),
      rows,
      windowLines,
      depth,
      runBytes,
      4,
      panel,
      rowBytes,
      accumulate,
      0,
      0,
    );
    if (bias || activation) epilogue(edge, rowBytes, there, columns, bias, activation);
    copyTile(to, pixelBytes, edge, rowBytes, there, columns);
  }
}
