// A = U · diag(s) · Vᵀ of a square matrix: reflections from both sides make it bidiagonal, rotations from both sides diagonal (G. Golub
// and W. Kahan, "Calculating the singular values and pseudo-inverse of a matrix", 1965). The two diagonals are float64.

import { at, copyMatrix, dot, rotateRows, subtractRow, transposeMatrix } from './matrix';
import { blockFloats, reflect } from './qr';
import { fillNaN, makeVectors, MOST_SWEEPS, NEGLIGIBLE, numberAt, put, takeNext } from './eigh';
import { scratchStride, shareBegin, shareEnd } from '../split';

/**
 * Bytes of scratch that `svd` needs.
 * @module linalg
 */
export function svdScratchBytes(n: i32, threads: i32): usize {
  const floats = <usize>n * 3 * <usize>n + <usize>n * 3 + blockFloats(n, n);
  return <usize>threads * scratchStride((floats << 2) + ((<usize>n * 2) << 3));
}

/**
 * u: float32 [batch, n, n], s: [batch, n], descending, and vh: [batch, n, n] ← x: [batch, n, n] = u · diag(s) · vh. The columns of u
 * and the rows of vh are orthonormal. u and vh may be 0: then s alone is computed, to the same bits. NaN and infinity in x make everything NaN.
 * @module linalg
 * @cost 4 batch·n·n·n
 */
export function svd(
  thread: i32,
  threads: i32,
  u: usize,
  s: usize,
  vh: usize,
  x: usize,
  batch: i32,
  n: i32,
  scratch: usize,
): void {
  const pitch = (<usize>n) << 2;
  const bytes = <usize>n * pitch;
  const diagonal = scratch + <usize>thread * svdScratchBytes(n, 1);
  const beside = diagonal + ((<usize>n) << 3);
  const work = beside + ((<usize>n) << 3);
  const lefts = work + bytes;
  const turned = lefts + bytes;
  const taus = turned + bytes;
  const block = taus + 3 * pitch;
  // Of the rows that are rotated.
  const width = u == 0 ? 0 : n;
  const end = shareEnd(batch, thread, threads, 1);
  for (let i = shareBegin(batch, thread, threads, 1); i < end; i++) {
    const left = u + <usize>i * bytes;
    const values = s + <usize>i * pitch;
    const right = vh + <usize>i * bytes;
    memory.copy(work, x + <usize>i * bytes, bytes);
    makeBidiagonal(work, lefts, pitch, n, diagonal, beside, taus);
    if (width > 0) {
      makeVectors(left, lefts, pitch, n, 0, taus, block);
      transposeMatrix(lefts, pitch, left, pitch, n, n);
      makeVectors(left, work, pitch, n, 1, taus + pitch, block);
      transposeMatrix(turned, pitch, left, pitch, n, n);
    }
    if (!makeDiagonal(diagonal, beside, lefts, turned, pitch, n, width)) {
      fillNaN(values, n);
      fillNaN(left, width * n);
      fillNaN(right, width * n);
      continue;
    }
    for (let k = 0; k < n; k++) {
      const row = takeNext(diagonal, values + ((<usize>k) << 2), n, true);
      copyMatrix(at(work, pitch, k, 0), pitch, at(lefts, pitch, row, 0), pitch, 1, width);
      copyMatrix(at(right, pitch, k, 0), pitch, at(turned, pitch, row, 0), pitch, 1, width);
    }
    transposeMatrix(left, pitch, work, pitch, n, width);
  }
}

/**
 * Reflections of columns and rows in turn. Those of rows stay in the rows of A, behind the diagonal, those of columns become rows of
 * `lefts`, from the diagonal on. The factors of the first are behind those of the second in `taus`, and behind them is room for n numbers.
 */
function makeBidiagonal(
  a: usize,
  lefts: usize,
  pitch: usize,
  n: i32,
  diagonal: usize,
  beside: usize,
  taus: usize,
): void {
  const sums = taus + 2 * pitch;
  for (let k = 0; k < n; k++) {
    const others = n - k - 1;
    const column = at(lefts, pitch, k, k);
    for (let i = k; i < n; i++) {
      store<f32>(column + ((<usize>(i - k)) << 2), load<f32>(at(a, pitch, i, k)));
    }
    let tau = reflect(column, n - k);
    store<f32>(taus + ((<usize>k) << 2), tau);
    put(diagonal, k, <f64>load<f32>(column));
    if (tau != 0) {
      store<f32>(column, 1);
      memory.fill(sums, 0, (<usize>others) << 2);
      for (let i = k; i < n; i++) {
        const factor = load<f32>(column + ((<usize>(i - k)) << 2));
        subtractRow(sums, -factor, at(a, pitch, i, k + 1), others);
      }
      for (let i = k; i < n; i++) {
        const factor = load<f32>(column + ((<usize>(i - k)) << 2));
        subtractRow(at(a, pitch, i, k + 1), tau * factor, sums, others);
      }
    }
    const row = at(a, pitch, k, k + 1);
    tau = others > 0 ? reflect(row, others) : 0;
    store<f32>(taus + pitch + ((<usize>k) << 2), tau);
    put(beside, k, others > 0 ? <f64>load<f32>(row) : 0);
    if (tau == 0) continue;
    store<f32>(row, 1);
    for (let i = k + 1; i < n; i++) {
      const x = at(a, pitch, i, k + 1);
      subtractRow(x, tau * dot(x, row, others), row, others);
    }
  }
}

/** Rotations until all numbers beside the diagonal are 0. Rows of `u` and `v`, `width` numbers long, are rotated with them. Whether it came to an end. */
function makeDiagonal(
  diagonal: usize,
  beside: usize,
  u: usize,
  v: usize,
  pitch: usize,
  n: i32,
  width: i32,
): bool {
  let largest: f64 = 0;
  for (let i = 0; i < n; i++) {
    const size = abs(numberAt(diagonal, i)) + abs(numberAt(beside, i));
    if (!isFinite<f64>(size)) return false;
    largest = max(largest, size);
  }
  let sweeps = MOST_SWEEPS * n;
  let last = n - 1;
  while (last > 0) {
    const first = startOfBlock(diagonal, beside, last);
    if (first == last) {
      last--;
      continue;
    }
    if (sweeps-- == 0) return false;
    const zero = zeroOf(diagonal, first, last, NEGLIGIBLE * largest);
    if (zero < 0) sweep(diagonal, beside, first, last, u, v, pitch, width);
    else if (zero == last) clearColumn(diagonal, beside, first, last, v, pitch, width);
    else clearRow(diagonal, beside, zero, last, u, pitch, width);
  }
  for (let i = 0; i < n; i++) {
    const value = numberAt(diagonal, i);
    if (value >= 0) continue;
    put(diagonal, i, -value);
    negateRow(at(v, pitch, i, 0), width);
  }
  return true;
}

/** Where the block begins that ends at `last`: the number beside the diagonal before it becomes 0. */
function startOfBlock(diagonal: usize, beside: usize, last: i32): i32 {
  let first = last;
  while (first > 0) {
    const size = abs(numberAt(diagonal, first - 1)) + abs(numberAt(diagonal, first));
    if (abs(numberAt(beside, first - 1)) <= NEGLIGIBLE * size) {
      put(beside, first - 1, 0);
      break;
    }
    first--;
  }
  return first;
}

/** The last place of the block with a 0 on the diagonal, which is set to 0; −1 if there is none. */
function zeroOf(diagonal: usize, first: i32, last: i32, negligible: f64): i32 {
  for (let i = last; i >= first; i--) {
    if (abs(numberAt(diagonal, i)) > negligible) continue;
    put(diagonal, i, 0);
    return i;
  }
  return -1;
}

/** With a 0 at the end of the diagonal: rotations of columns clear the last column. */
function clearColumn(
  diagonal: usize,
  beside: usize,
  first: i32,
  last: i32,
  v: usize,
  pitch: usize,
  n: i32,
): void {
  let f = numberAt(beside, last - 1);
  put(beside, last - 1, 0);
  for (let i = last - 1; i >= first; i--) {
    const d = numberAt(diagonal, i);
    const r = Math.sqrt(d * d + f * f);
    if (r == 0) return;
    put(diagonal, i, r);
    rotateRows(at(v, pitch, i, 0), at(v, pitch, last, 0), d / r, f / r, n);
    if (i == first) return;
    const e = numberAt(beside, i - 1);
    put(beside, i - 1, (e * d) / r);
    f = (-e * f) / r;
  }
}

/** With a 0 on the diagonal before its end: rotations of rows clear that row. */
function clearRow(
  diagonal: usize,
  beside: usize,
  zero: i32,
  last: i32,
  u: usize,
  pitch: usize,
  n: i32,
): void {
  let f = numberAt(beside, zero);
  put(beside, zero, 0);
  for (let i = zero + 1; i <= last; i++) {
    const d = numberAt(diagonal, i);
    const r = Math.sqrt(d * d + f * f);
    if (r == 0) return;
    put(diagonal, i, r);
    rotateRows(at(u, pitch, i, 0), at(u, pitch, zero, 0), d / r, f / r, n);
    if (i == last) return;
    const e = numberAt(beside, i);
    put(beside, i, (e * d) / r);
    f = (-e * f) / r;
  }
}

/** A step of QR on the block, with Wilkinson's shift. */
function sweep(
  diagonal: usize,
  beside: usize,
  first: i32,
  last: i32,
  u: usize,
  v: usize,
  pitch: usize,
  n: i32,
): void {
  let y = shifted(diagonal, beside, first, last);
  let z = numberAt(diagonal, first) * numberAt(beside, first);
  for (let k = first; k < last; k++) {
    let r = Math.sqrt(y * y + z * z);
    let cosine = r == 0 ? 1 : y / r;
    let sine = r == 0 ? 0 : z / r;
    if (k > first) put(beside, k - 1, r);
    let d = numberAt(diagonal, k);
    let e = numberAt(beside, k);
    const next = numberAt(diagonal, k + 1);
    y = cosine * d + sine * e;
    e = cosine * e - sine * d;
    z = sine * next;
    d = cosine * next;
    rotateRows(at(v, pitch, k, 0), at(v, pitch, k + 1, 0), cosine, sine, n);
    r = Math.sqrt(y * y + z * z);
    cosine = r == 0 ? 1 : y / r;
    sine = r == 0 ? 0 : z / r;
    put(diagonal, k, r);
    y = cosine * e + sine * d;
    put(diagonal, k + 1, cosine * d - sine * e);
    if (k + 1 < last) {
      const following = numberAt(beside, k + 1);
      z = sine * following;
      put(beside, k + 1, cosine * following);
    }
    rotateRows(at(u, pitch, k, 0), at(u, pitch, k + 1, 0), cosine, sine, n);
  }
  put(beside, last - 1, y);
}

/** The first number of Bᵀ · B minus the eigenvalue of its last two rows and columns that is next to the last number. */
function shifted(diagonal: usize, beside: usize, first: i32, last: i32): f64 {
  const d = numberAt(diagonal, last - 1);
  const next = numberAt(diagonal, last);
  const before = last - 1 > first ? numberAt(beside, last - 2) : 0;
  const e = numberAt(beside, last - 1);
  const a = d * d + before * before;
  const b = d * e;
  const c = next * next + e * e;
  const half = (a - c) / 2;
  const root = Math.sqrt(half * half + b * b);
  const shift = b == 0 ? c : c - (b * b) / (half + (half < 0 ? -root : root));
  const start = numberAt(diagonal, first);
  return start * start - shift;
}

function negateRow(x: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f32>(x, -load<f32>(x));
    x += 4;
  }
}
