// A = L · Lᵀ of a symmetric matrix that is positive definite.

import { at, BLOCK, copyMatrix, subtractProduct, subtractRow, transposeMatrix } from './matrix';
import { scratchStride, shareBegin, shareEnd } from '../split';

/**
 * Bytes of scratch that `cholesky` needs for matrices of so many rows.
 * @module linalg
 */
export function choleskyScratchBytes(n: i32, threads: i32): usize {
  return <usize>threads * scratchStride((<usize>n * 2 * <usize>BLOCK) << 2);
}

/**
 * out: float32 [batch, n, n] ← the lower triangular L with L · Lᵀ = x; x is read on the diagonal and below. Where x is not positive
 * definite, L has NaN from there on.
 * @module linalg
 * @cost 0.05 batch·n·n·n
 */
export function cholesky(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  batch: i32,
  n: i32,
  scratch: usize,
): void {
  const pitch = (<usize>n) << 2;
  const bytes = <usize>n * pitch;
  scratch += <usize>thread * choleskyScratchBytes(n, 1);
  const end = shareEnd(batch, thread, threads, 1);
  for (let i = shareBegin(batch, thread, threads, 1); i < end; i++) {
    const matrix = out + <usize>i * bytes;
    memory.copy(matrix, x + <usize>i * bytes, bytes);
    factor(matrix, pitch, n, scratch);
    for (let row = 0; row + 1 < n; row++) {
      memory.fill(at(matrix, pitch, row, row + 1), 0, (<usize>(n - row - 1)) << 2);
    }
  }
}

/** Rows whose part behind the block is computed at a time: what is above the diagonal there is computed in vain. */
const ROWS: i32 = 64;

function factor(a: usize, pitch: usize, n: i32, strip: usize): void {
  const turned = strip + ((<usize>n * <usize>BLOCK) << 2);
  for (let first = 0; first < n; first += BLOCK) {
    const width = min(BLOCK, n - first);
    const rows = n - first;
    const stripPitch = (<usize>width) << 2;
    const next = first + width;
    copyMatrix(strip, stripPitch, at(a, pitch, first, first), pitch, rows, width);
    factorStrip(strip, stripPitch, rows, width, turned);
    copyMatrix(at(a, pitch, first, first), pitch, strip, stripPitch, rows, width);
    const left = n - next;
    const below = at(strip, stripPitch, width, 0);
    const turnedPitch = (<usize>left) << 2;
    transposeMatrix(turned, turnedPitch, below, stripPitch, left, width);
    for (let i = 0; i < left; i += ROWS) {
      const count = min(ROWS, left - i);
      subtractProduct(
        at(a, pitch, next + i, next),
        pitch,
        at(below, stripPitch, i, 0),
        stripPitch,
        4,
        turned,
        turnedPitch,
        count,
        i + count,
        width,
      );
    }
  }
}

/** Factors a strip of `width` columns. @param column has room for one of them */
function factorStrip(a: usize, pitch: usize, rows: i32, width: i32, column: usize): void {
  for (let j = 0; j < width; j++) {
    // The root of what is below 0 is NaN; 0 becomes NaN by 0 / 0 or infinity, and no number must look right.
    const diagonal = load<f32>(at(a, pitch, j, j));
    const root = diagonal > 0 ? sqrt<f32>(diagonal) : <f32>NaN;
    for (let i = j; i < rows; i++) {
      const from = at(a, pitch, i, j);
      const factor = i == j ? root : load<f32>(from) / root;
      store<f32>(from, factor);
      if (i < width) store<f32>(column + ((<usize>i) << 2), factor);
    }
    const others = column + ((<usize>(j + 1)) << 2);
    for (let i = j + 1; i < rows; i++) {
      const from = at(a, pitch, i, j);
      subtractRow(from + 4, load<f32>(from), others, width - j - 1);
    }
  }
}
