// A = V · diag(w) · Vᵀ of a symmetric matrix: reflections make it tridiagonal (Householder), rotations diagonal (QL with implicit
// shifts, H. Bowdler et al., "The QR and QL algorithms for symmetric matrices", 1968). The few numbers of the tridiagonal matrix
// are float64.

import { at, BLOCK, copyMatrix, dot, rotateRows, subtractRow, transposeMatrix } from './matrix';
import { apply, blockFloats, reflect } from './qr';
import { scratchStride, shareBegin, shareEnd } from '../split';

/** A number of the other diagonals is 0 where it is so much smaller than its neighbours. */
export const NEGLIGIBLE: f64 = 1e-12;

/** Sweeps for each number, on average; two are usual. */
export const MOST_SWEEPS: i32 = 60;

/**
 * Bytes of scratch that `eigh` needs.
 * @module linalg
 */
export function eighScratchBytes(n: i32, threads: i32): usize {
  const floats = <usize>n * 2 * <usize>n + <usize>n * 2 + blockFloats(n, n);
  return <usize>threads * scratchStride((floats << 2) + ((<usize>n * 2) << 3));
}

/**
 * w: float32 [batch, n], ascending, and v: [batch, n, n], whose columns are orthonormal ← x: [batch, n, n] = v · diag(w) · vᵀ, of which
 * the diagonal and what is below it are read. NaN and infinity in x make everything NaN.
 * @module linalg
 * @cost 2 batch·n·n·n
 */
export function eigh(
  thread: i32,
  threads: i32,
  w: usize,
  v: usize,
  x: usize,
  batch: i32,
  n: i32,
  scratch: usize,
): void {
  const pitch = (<usize>n) << 2;
  const bytes = <usize>n * pitch;
  const diagonal = scratch + <usize>thread * eighScratchBytes(n, 1);
  const beside = diagonal + ((<usize>n) << 3);
  const work = beside + ((<usize>n) << 3);
  const turned = work + bytes;
  const taus = turned + bytes;
  const block = taus + 2 * pitch;
  const end = shareEnd(batch, thread, threads, 1);
  for (let i = shareBegin(batch, thread, threads, 1); i < end; i++) {
    const matrix = x + <usize>i * bytes;
    const vectors = v + <usize>i * bytes;
    const values = w + <usize>i * pitch;
    copyMatrix(work, pitch, matrix, pitch, n, n);
    for (let row = 0; row < n; row++) {
      for (let column = row + 1; column < n; column++) {
        store<f32>(at(work, pitch, row, column), load<f32>(at(matrix, pitch, column, row)));
      }
    }
    makeTridiagonal(work, pitch, n, diagonal, beside, taus, taus + pitch);
    makeVectors(vectors, work, pitch, n, 1, taus, block);
    transposeMatrix(turned, pitch, vectors, pitch, n, n);
    if (!makeDiagonal(diagonal, beside, turned, pitch, n)) {
      fillNaN(values, n);
      fillNaN(vectors, n * n);
      continue;
    }
    for (let k = 0; k < n; k++) {
      const row = takeNext(diagonal, values + ((<usize>k) << 2), n, false);
      copyMatrix(work + <usize>k * pitch, pitch, turned + <usize>row * pitch, pitch, 1, n);
    }
    transposeMatrix(vectors, pitch, work, pitch, n, n);
  }
}

/** Reflections on both sides: H · A · H. They stay in the rows of A, behind the diagonal. `w` has room for n numbers. */
function makeTridiagonal(
  a: usize,
  pitch: usize,
  n: i32,
  diagonal: usize,
  beside: usize,
  taus: usize,
  w: usize,
): void {
  for (let k = 0; k < n; k++) {
    const row = at(a, pitch, k, k + 1);
    const left = n - k - 1;
    store<f64>(diagonal + ((<usize>k) << 3), <f64>load<f32>(at(a, pitch, k, k)));
    const tau = left > 0 ? reflect(row, left) : 0;
    store<f32>(taus + ((<usize>k) << 2), tau);
    store<f64>(beside + ((<usize>k) << 3), left > 0 ? <f64>load<f32>(row) : 0);
    if (left == 0 || tau == 0) continue;
    store<f32>(row, 1);
    for (let i = 0; i < left; i++) {
      store<f32>(w + ((<usize>i) << 2), tau * dot(at(a, pitch, k + 1 + i, k + 1), row, left));
    }
    subtractRow(w, 0.5 * tau * dot(w, row, left), row, left);
    // A − v · wᵀ − w · vᵀ.
    for (let i = 0; i < left; i++) {
      const to = at(a, pitch, k + 1 + i, k + 1);
      subtractRow(to, load<f32>(row + ((<usize>i) << 2)), w, left);
      subtractRow(to, load<f32>(w + ((<usize>i) << 2)), row, left);
    }
  }
}

/** q ← the product of the reflections that lie in the rows of A, each `shift` (0 or 1) elements behind the diagonal. */
export function makeVectors(
  q: usize,
  a: usize,
  pitch: usize,
  n: i32,
  shift: i32,
  taus: usize,
  block: usize,
): void {
  memory.fill(q, 0, <usize>n * pitch);
  for (let j = 0; j < n; j++) store<f32>(at(q, pitch, j, j), 1);
  const count = n - shift;
  for (let first = ((count - 1) / BLOCK) * BLOCK; first >= 0 && count > 0; first -= BLOCK) {
    const width = min(BLOCK, count - first);
    const length = n - first - shift;
    copyMatrix(
      block,
      (<usize>length) << 2,
      at(a, pitch, first, first + shift),
      pitch,
      width,
      length,
    );
    const corner = at(q, pitch, first + shift, first + shift);
    apply(corner, pitch, length, block, length, width, taus + ((<usize>first) << 2), false);
  }
}

/** Rotations until all numbers beside the diagonal are 0. Rows of `z` are rotated with them. Whether it came to an end. */
function makeDiagonal(diagonal: usize, beside: usize, z: usize, pitch: usize, n: i32): bool {
  let sweeps = MOST_SWEEPS * n;
  for (let l = 0; l < n; l++) {
    while (true) {
      const m = endOfBlock(diagonal, beside, l, n);
      if (m == l) break;
      if (sweeps-- == 0) return false;
      sweep(diagonal, beside, l, m, z, pitch, n);
    }
  }
  for (let i = 0; i < n; i++) if (!isFinite<f64>(numberAt(diagonal, i))) return false;
  return true;
}

/** The first m from l on behind which the number beside the diagonal is negligible. */
function endOfBlock(diagonal: usize, beside: usize, l: i32, n: i32): i32 {
  let m = l;
  while (m < n - 1) {
    const size = abs(numberAt(diagonal, m)) + abs(numberAt(diagonal, m + 1));
    if (abs(numberAt(beside, m)) <= NEGLIGIBLE * size) break;
    m++;
  }
  return m;
}

/** A step of QL on the rows l … m, with Wilkinson's shift. */
function sweep(
  diagonal: usize,
  beside: usize,
  l: i32,
  m: i32,
  z: usize,
  pitch: usize,
  n: i32,
): void {
  const first = numberAt(diagonal, l);
  const next = numberAt(beside, l);
  let g = (numberAt(diagonal, l + 1) - first) / (2 * next);
  const root = Math.sqrt(g * g + 1);
  g = numberAt(diagonal, m) - first + next / (g + (g < 0 ? -root : root));
  let sine: f64 = 1;
  let cosine: f64 = 1;
  let shift: f64 = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = sine * numberAt(beside, i);
    const b = cosine * numberAt(beside, i);
    const r = Math.sqrt(f * f + g * g);
    put(beside, i + 1, r);
    if (r == 0) {
      put(diagonal, i + 1, numberAt(diagonal, i + 1) - shift);
      put(beside, m, 0);
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = numberAt(diagonal, i + 1) - shift;
    const t = (numberAt(diagonal, i) - g) * sine + 2 * cosine * b;
    shift = sine * t;
    put(diagonal, i + 1, g + shift);
    g = cosine * t - b;
    rotateRows(at(z, pitch, i + 1, 0), at(z, pitch, i, 0), cosine, sine, n);
  }
  put(diagonal, l, numberAt(diagonal, l) - shift);
  put(beside, l, g);
  put(beside, m, 0);
}

// @ts-ignore: decorator
@inline
export function numberAt(numbers: usize, i: i32): f64 {
  return load<f64>(numbers + ((<usize>i) << 3));
}

// @ts-ignore: decorator
@inline
export function put(numbers: usize, i: i32, value: f64): void {
  store<f64>(numbers + ((<usize>i) << 3), value);
}

/**
 * Writes the smallest number, or the largest if `descending`, of equal ones the first, to `out`; puts NaN in its place, and gives that.
 */
export function takeNext(numbers: usize, out: usize, n: i32, descending: bool): i32 {
  let next = -1;
  for (let i = 0; i < n; i++) {
    const value = numberAt(numbers, i);
    if (value != value) continue;
    if (
      next < 0 ||
      (descending ? value > numberAt(numbers, next) : value < numberAt(numbers, next))
    )
      next = i;
  }
  store<f32>(out, <f32>numberAt(numbers, next));
  put(numbers, next, NaN);
  return next;
}

/** x[n] ← NaN. */
export function fillNaN(x: usize, n: i32): void {
  for (let i = 0; i < n; i++) store<f32>(x + ((<usize>i) << 2), <f32>NaN);
}
