// Systems of equations with a triangular matrix.

import { at, BLOCK, copyMatrix, subtractProduct, subtractRow } from './matrix';
import { shareBegin, shareEnd } from '../split';

/** Columns that a thread solves at a time. */
const COLUMNS: i32 = 128;

/**
 * out: float32 [batch, n, columns] ← A⁻¹ · b, where A [batch, n, n] is lower triangular if `lower` is 1, else upper: the other half is
 * not read. With `unit` 1 its diagonal is 1, and is not read either. Of A transposed, if `transposed` is 1. A zero on the diagonal gives infinities and NaN.
 * @module linalg
 * @cost 0.05 batch·n·n·columns
 */
export function solveTriangular(
  thread: i32,
  threads: i32,
  out: usize,
  a: usize,
  b: usize,
  batch: i32,
  n: i32,
  columns: i32,
  lower: i32,
  unit: i32,
  transposed: i32,
): void {
  const pitch = (<usize>columns) << 2;
  const aPitch = (<usize>n) << 2;
  const strips = (columns + COLUMNS - 1) / COLUMNS;
  const end = shareEnd(batch * strips, thread, threads, 1);
  for (let i = shareBegin(batch * strips, thread, threads, 1); i < end; i++) {
    const matrix = <usize>(i / strips);
    const first = (i % strips) * COLUMNS;
    const count = min(COLUMNS, columns - first);
    const offset = matrix * <usize>n * pitch + ((<usize>first) << 2);
    copyMatrix(out + offset, pitch, b + offset, pitch, n, count);
    const factors = a + matrix * <usize>n * aPitch;
    const isUnit = unit != 0;
    if (transposed) solveRows(out + offset, pitch, factors, 4, aPitch, n, count, !lower, isUnit);
    else solveRows(out + offset, pitch, factors, aPitch, 4, n, count, lower != 0, isUnit);
  }
}

/**
 * x[n, count] ← A⁻¹ · x. Element (i, j) of A lies at a + i · aRow + j · aStep bytes, in the half that `forward` (lower) says; `unit`: its
 * diagonal is 1, and is not read.
 */
function solveRows(
  x: usize,
  pitch: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  n: i32,
  count: i32,
  forward: bool,
  unit: bool,
): void {
  const blocks = (n + BLOCK - 1) / BLOCK;
  for (let step = 0; step < blocks; step++) {
    const first = (forward ? step : blocks - 1 - step) * BLOCK;
    const end = min(n, first + BLOCK);
    // Of the rows that are solved already.
    const from = forward ? 0 : end;
    const solved = forward ? first : n - end;
    subtractProduct(
      at(x, pitch, first, 0),
      pitch,
      a + <usize>first * aRow + <usize>from * aStep,
      aRow,
      aStep,
      at(x, pitch, from, 0),
      pitch,
      end - first,
      count,
      solved,
    );
    for (let k = first; k < end; k++) {
      const i = forward ? k : first + end - 1 - k;
      const row = at(x, pitch, i, 0);
      const factors = a + <usize>i * aRow;
      const others = forward ? i - first : end - 1 - i;
      for (let l = 0; l < others; l++) {
        const j = forward ? first + l : end - 1 - l;
        subtractRow(row, load<f32>(factors + <usize>j * aStep), at(x, pitch, j, 0), count);
      }
      if (!unit) divideRow(row, load<f32>(factors + <usize>i * aStep), count);
    }
  }
}

/** x[n] /= divisor. A product with the reciprocal would be rounded twice. */
function divideRow(x: usize, divisor: f32, n: i32): void {
  const divisors = f32x4.splat(divisor);
  let left = n;
  for (; left >= 4; left -= 4) {
    v128.store(x, f32x4.div(v128.load(x), divisors));
    x += 16;
  }
  for (; left > 0; left--) {
    store<f32>(x, load<f32>(x) / divisor);
    x += 4;
  }
}
