// P · A = L · U with pivots from the rows.

import { at, BLOCK, copyMatrix, subtractProduct, subtractRow, swapRows } from './matrix';
import { scratchStride, shareBegin, shareEnd } from '../split';

/**
 * Bytes of scratch that `luFactor` needs for matrices of so many rows.
 * @module linalg
 */
export function luScratchBytes(rows: i32, threads: i32): usize {
  return <usize>threads * scratchStride((<usize>rows * <usize>BLOCK) << 2);
}

/**
 * lu, x: float32 [batch, m, n]; pivots: int32 [batch, min(m, n)]. Row i was swapped with row pivots[i], in the order of i; below the
 * diagonal of lu is L, whose diagonal is 1, and the rest is U. The pivot of a column is its largest number, the first of equal
 * ones. A column of zeros gives a 0 on the diagonal of U.
 * @module linalg
 * @cost 0.1 batch·m·n·n
 */
export function luFactor(
  thread: i32,
  threads: i32,
  lu: usize,
  pivots: usize,
  x: usize,
  batch: i32,
  m: i32,
  n: i32,
  scratch: usize,
): void {
  const pitch = (<usize>n) << 2;
  const bytes = <usize>m * pitch;
  const steps = min(m, n);
  scratch += <usize>thread * luScratchBytes(m, 1);
  const end = shareEnd(batch, thread, threads, 1);
  for (let i = shareBegin(batch, thread, threads, 1); i < end; i++) {
    const matrix = lu + <usize>i * bytes;
    memory.copy(matrix, x + <usize>i * bytes, bytes);
    factor(matrix, pitch, pivots + ((<usize>i * <usize>steps) << 2), m, n, scratch);
  }
}

function factor(a: usize, pitch: usize, pivots: usize, m: i32, n: i32, strip: usize): void {
  const steps = min(m, n);
  for (let first = 0; first < steps; first += BLOCK) {
    const width = min(BLOCK, steps - first);
    const rows = m - first;
    const stripPitch = (<usize>width) << 2;
    const next = first + width;
    copyMatrix(strip, stripPitch, at(a, pitch, first, first), pitch, rows, width);
    factorStrip(strip, stripPitch, pivots + ((<usize>first) << 2), rows, width);
    // The rest of the rows follows the strip's.
    for (let j = 0; j < width; j++) {
      const pivot = pivots + ((<usize>(first + j)) << 2);
      const other = load<i32>(pivot) + first;
      store<i32>(pivot, other);
      if (other != first + j) {
        swapRows(at(a, pitch, first + j, 0), at(a, pitch, other, 0), first);
        swapRows(at(a, pitch, first + j, next), at(a, pitch, other, next), n - next);
      }
    }
    copyMatrix(at(a, pitch, first, first), pitch, strip, stripPitch, rows, width);
    if (next >= n) continue;
    for (let j = 1; j < width; j++) {
      for (let p = 0; p < j; p++) {
        subtractRow(
          at(a, pitch, first + j, next),
          load<f32>(at(strip, stripPitch, j, p)),
          at(a, pitch, first + p, next),
          n - next,
        );
      }
    }
    subtractProduct(
      at(a, pitch, next, next),
      pitch,
      at(strip, stripPitch, width, 0),
      stripPitch,
      4,
      at(a, pitch, first, next),
      pitch,
      m - next,
      n - next,
      width,
    );
  }
}

/** Factors a strip of `width` columns. Pivots are counted from its first row. */
function factorStrip(a: usize, pitch: usize, pivots: usize, rows: i32, width: i32): void {
  for (let j = 0; j < width; j++) {
    let best = j;
    let largest: f32 = -1;
    for (let i = j; i < rows; i++) {
      const size = abs(load<f32>(at(a, pitch, i, j)));
      // NaN is no pivot, unless it is the first: it gets into all that follows anyway.
      if (size > largest) {
        largest = size;
        best = i;
      }
    }
    store<i32>(pivots + ((<usize>j) << 2), best);
    if (best != j) swapRows(at(a, pitch, j, 0), at(a, pitch, best, 0), width);
    const pivot = load<f32>(at(a, pitch, j, j));
    if (pivot == 0) continue;
    const row = at(a, pitch, j, j + 1);
    for (let i = j + 1; i < rows; i++) {
      const from = at(a, pitch, i, j);
      const factor = load<f32>(from) / pivot;
      store<f32>(from, factor);
      subtractRow(from + 4, factor, row, width - j - 1);
    }
  }
}

/**
 * out: float32 [batch, n, columns] ← the rows of b, swapped as `pivots` [batch, n] of `luFactor` say, or swapped back if `undo` is 1.
 * @module linalg
 * @cost 1 batch·n·columns
 */
export function swapByPivots(
  thread: i32,
  threads: i32,
  out: usize,
  b: usize,
  pivots: usize,
  batch: i32,
  n: i32,
  columns: i32,
  undo: i32,
): void {
  const pitch = (<usize>columns) << 2;
  const bytes = <usize>n * pitch;
  const end = shareEnd(batch, thread, threads, 1);
  for (let i = shareBegin(batch, thread, threads, 1); i < end; i++) {
    const x = out + <usize>i * bytes;
    memory.copy(x, b + <usize>i * bytes, bytes);
    const swaps = pivots + ((<usize>i * <usize>n) << 2);
    for (let step = 0; step < n; step++) {
      const j = undo ? n - 1 - step : step;
      const other = load<i32>(swaps + ((<usize>j) << 2));
      if (other != j) swapRows(at(x, pitch, j, 0), at(x, pitch, other, 0), columns);
    }
  }
}
