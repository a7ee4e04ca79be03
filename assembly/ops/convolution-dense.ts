// The convolution of convolution.ts for images without many zeros: the register tile reads them in place. The same sums
// in the same order, so the same bits.
//
// `shape` is what spread.ts describes. Windows begin at or before the first pixel of x and end at or behind the last.
// A row of the tile is a pixel of y, its slices are the taps, one run of memory for each row of the window. Where they
// are in an image of x is listed once, and tiles run on from row to row of y, so that only the last one of a block is
// not full.
import { Epilogue } from '../codes';
import { copyTile } from '../gemm/edge';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { KC, WIDE } from '../tuning';
import { EDGE_BYTES, list, multiplyRows, tileColumns } from './convolution-tiles';
import { padImage, Spread } from './spread';

// @ts-ignore: decorator
@inline
function panelsBytes(shape: Spread): usize {
  const panels = (shape.yChannels + WIDE - 1) / WIDE;
  return ((<usize>(panels * shape.taps())) << 2) * WIDE;
}

function rowsScratchBytes(shape: Spread): usize {
  const padded = shape.isPadded() ? shape.lines() * shape.lineWords() : 0;
  const listed = shape.kernelHeight + shape.blockRows() * shape.yWidth;
  return scratchStride(EDGE_BYTES + panelsBytes(shape) + ((<usize>(listed + padded)) << 2));
}

/**
 * Bytes of scratch of `convolveDense`.
 * @module windows
 */
export function convolveDenseScratchBytes(shape: usize, threads: i32): usize {
  return <usize>threads * rowsScratchBytes(changetype<Spread>(shape));
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
 * @module windows
 * @cost 0.05 size(shape)
 */
export function convolveDense(
  thread: i32,
  threads: i32,
  y: usize,
  x: usize,
  kernel: usize,
  bias: usize,
  shape: usize,
  activation: Epilogue,
  scratch: usize,
): void {
  const spread = changetype<Spread>(shape);
  const yHeight = spread.yHeight;
  const yWidth = spread.yWidth;
  const kernelHeight = spread.kernelHeight;
  const n = spread.yChannels;
  const k = spread.taps();
  const runBytes = (<usize>spread.run()) << 2;
  const pixelBytes = (<usize>spread.xChannels) << 2;
  const imageBytes = (<usize>spread.imageWords()) << 2;
  const lineBytes = (<usize>spread.lineWords()) << 2;
  const yPixelBytes = (<usize>n) << 2;
  const rows = spread.images * yHeight;
  let row = shareBegin(rows, thread, threads, 1);
  const end = shareEnd(rows, thread, threads, 1);
  if (row >= end) return;

  const edge = scratch + <usize>thread * rowsScratchBytes(spread);
  const panels = edge + EDGE_BYTES;
  const windowLines = panels + panelsBytes(spread);
  packPanels(panels, kernel, k, n);
  const windows = list(windowLines, 0, kernelHeight, lineBytes, 1, 0);
  const padded = list(windows, 0, spread.blockRows(), lineBytes, yWidth, pixelBytes);
  const usesPadded = spread.isPadded();
  if (usesPadded) memory.fill(padded, 0, <usize>spread.lines() * lineBytes);
  // Rows of the window that are one block of taps.
  const depth = max(1, KC / spread.run());

  let current = -1;
  let from = x;
  while (row < end) {
    const image = row / yHeight;
    if (image != current) {
      current = image;
      from = x + <usize>image * imageBytes;
      if (usesPadded) {
        padImage(padded, from, spread);
        from = padded;
      }
    }
    const top = row - image * yHeight;
    const height = min(spread.blockRows(), min(yHeight - top, end - row));
    const corner = from + <usize>top * lineBytes;
    const to = y + <usize>(row * yWidth) * yPixelBytes;
    row += height;
    for (let ky = 0; ky < kernelHeight; ky += depth) {
      const isLast = ky + depth >= kernelHeight;
      let panel = panels;
      for (let j = 0; j < n; j += WIDE) {
        const width = tileColumns(n - j);
        const rowBytes = (<usize>width) << 2;
        multiplyRows(
          width,
          to + ((<usize>j) << 2),
          yPixelBytes,
          height * yWidth,
          0,
          min(width, n - j),
          corner,
          windows,
          windowLines + ((<usize>ky) << 2),
          min(depth, kernelHeight - ky),
          runBytes,
          4,
          panel + <usize>(ky * spread.run()) * rowBytes,
          rowBytes,
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
