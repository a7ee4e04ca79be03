// A = Q · R by reflections (Householder), a block of columns at a time: I − V · T · Vᵀ is the product of the reflections of a block
// (R. Schreiber and C. Van Loan, "A storage-efficient WY representation for products of Householder transformations", 1989).

import { at, BLOCK, dot, subtractProduct, subtractRow, transposeMatrix } from './matrix';
import { scratchStride, shareBegin, shareEnd } from '../split';

/** Floats of scratch for the reflections of a block, V transposed, T, and two products of them with a matrix of `columns` columns. */
export function blockFloats(m: i32, columns: i32): usize {
  return <usize>BLOCK * (<usize>m + <usize>BLOCK + 2 * <usize>columns);
}

/**
 * Bytes of scratch that `qr` needs.
 * @module linalg
 */
export function qrScratchBytes(m: i32, n: i32, threads: i32): usize {
  const floats = <usize>m * <usize>n + <usize>min(m, n) + blockFloats(m, max(m, n));
  return <usize>threads * scratchStride(floats << 2);
}

/**
 * q: float32 [batch, m, k] with orthonormal columns, r: upper triangular [batch, k, n] ← x: [batch, m, n] = q · r. k is min(m, n), or m if
 * `complete` is 1. q may be 0: then r alone is computed, to the same bits. Signs are those of LAPACK: the diagonal of r has the other sign than what it is made of.
 * @module linalg
 * @cost 0.2 batch·m·n·n
 */
export function qr(
  thread: i32,
  threads: i32,
  q: usize,
  r: usize,
  x: usize,
  batch: i32,
  m: i32,
  n: i32,
  complete: i32,
  scratch: usize,
): void {
  const pitch = (<usize>n) << 2;
  const bytes = <usize>m * pitch;
  const k = min(m, n);
  const columns = complete ? m : k;
  const qPitch = (<usize>columns) << 2;
  const work = scratch + <usize>thread * qrScratchBytes(m, n, 1);
  const taus = work + bytes;
  const block = taus + ((<usize>k) << 2);
  const end = shareEnd(batch, thread, threads, 1);
  for (let i = shareBegin(batch, thread, threads, 1); i < end; i++) {
    memory.copy(work, x + <usize>i * bytes, bytes);
    factor(work, pitch, m, n, taus, block);
    const out = r + <usize>i * <usize>columns * pitch;
    for (let row = 0; row < columns; row++) {
      const below = min(row, n);
      memory.fill(at(out, pitch, row, 0), 0, (<usize>below) << 2);
      memory.copy(
        at(out, pitch, row, below),
        at(work, pitch, row, below),
        (<usize>(n - below)) << 2,
      );
    }
    if (q != 0)
      makeQ(q + <usize>i * <usize>m * qPitch, qPitch, work, pitch, m, k, columns, taus, block);
  }
}

/** Puts R into the upper half of A, and the reflections below it, whose first element is 1 and not stored. */
function factor(a: usize, pitch: usize, m: i32, n: i32, taus: usize, block: usize): void {
  const k = min(m, n);
  for (let first = 0; first < k; first += BLOCK) {
    const width = min(BLOCK, k - first);
    const length = m - first;
    const vPitch = (<usize>length) << 2;
    const corner = at(a, pitch, first, first);
    const tau = taus + ((<usize>first) << 2);
    transposeMatrix(block, vPitch, corner, pitch, length, width);
    for (let j = 0; j < width; j++) {
      const column = at(block, vPitch, j, j);
      const t = reflect(column, length - j);
      store<f32>(tau + ((<usize>j) << 2), t);
      const beta = load<f32>(column);
      store<f32>(column, 1);
      for (let other = j + 1; other < width; other++) {
        const x = at(block, vPitch, other, j);
        subtractRow(x, t * dot(column, x, length - j), column, length - j);
      }
      store<f32>(column, beta);
    }
    transposeMatrix(corner, pitch, block, vPitch, width, length);
    const next = first + width;
    if (next < n)
      apply(at(a, pitch, first, next), pitch, n - next, block, length, width, tau, true);
  }
}

/**
 * The reflection H = I − τ · v · vᵀ that makes (β, 0, …) of x[n]; puts β, and v without its first element, which is 1, into x.
 * Returns τ.
 */
export function reflect(x: usize, n: i32): f32 {
  let sum: f64 = 0;
  for (let i = 1; i < n; i++) {
    const value = <f64>load<f32>(x + ((<usize>i) << 2));
    sum += value * value;
  }
  if (sum == 0) return 0;
  const first = <f64>load<f32>(x);
  const norm = Math.sqrt(first * first + sum);
  const beta = first >= 0 ? -norm : norm;
  scaleBy(x + 4, 1 / (first - beta), n - 1);
  store<f32>(x, <f32>beta);
  return <f32>((beta - first) / beta);
}

/** x[n] *= factor, in float64: the factor may be beyond float32. */
function scaleBy(x: usize, factor: f64, n: i32): void {
  for (let i = 0; i < n; i++) {
    store<f32>(x, <f32>(<f64>load<f32>(x) * factor));
    x += 4;
  }
}

/**
 * C[length, columns] ← (I − V · T · Vᵀ)ᵀ · C, or without the outer transpose. `block` has V transposed [width, length] as `factor` leaves
 * it, with R above its diagonal, and room behind it.
 */
export function apply(
  c: usize,
  pitch: usize,
  columns: i32,
  block: usize,
  length: i32,
  width: i32,
  tau: usize,
  transposed: bool,
): void {
  const vPitch = (<usize>length) << 2;
  const tPitch = (<usize>BLOCK) << 2;
  for (let j = 0; j < width; j++) {
    memory.fill(at(block, vPitch, j, 0), 0, (<usize>j) << 2);
    store<f32>(at(block, vPitch, j, j), 1);
  }
  const t = at(block, vPitch, width, 0);
  triangle(t, tPitch, block, vPitch, length, width, tau);
  const sums = at(t, tPitch, width, 0);
  const sumsPitch = (<usize>columns) << 2;
  const bytes = <usize>width * sumsPitch;
  // −Vᵀ · C, then T · Vᵀ · C, with T transposed if the whole is.
  memory.fill(sums, 0, 2 * bytes);
  subtractProduct(sums, sumsPitch, block, vPitch, 4, c, pitch, width, columns, length);
  const products = sums + bytes;
  const row = transposed ? <usize>4 : tPitch;
  const step = transposed ? tPitch : <usize>4;
  subtractProduct(products, sumsPitch, t, row, step, sums, sumsPitch, width, columns, width);
  subtractProduct(c, pitch, block, 4, vPitch, products, sumsPitch, length, columns, width);
}

/** T[width, width], upper triangular: column j is −τⱼ · T · Vᵀ · vⱼ above the diagonal, and τⱼ on it. */
function triangle(
  t: usize,
  pitch: usize,
  v: usize,
  vPitch: usize,
  length: i32,
  width: i32,
  tau: usize,
): void {
  memory.fill(t, 0, <usize>width * pitch);
  for (let j = 0; j < width; j++) {
    const factor = load<f32>(tau + ((<usize>j) << 2));
    const row = at(v, vPitch, j, j);
    for (let i = 0; i < j; i++) {
      store<f32>(at(t, pitch, i, j), -factor * dot(at(v, vPitch, i, j), row, length - j));
    }
    // The product with the part of T that is there, from above: row i needs the rows behind it as they were.
    for (let i = 0; i < j; i++) {
      let sum: f32 = 0;
      for (let l = i; l < j; l++)
        sum += load<f32>(at(t, pitch, i, l)) * load<f32>(at(t, pitch, l, j));
      store<f32>(at(t, pitch, i, j), sum);
    }
    store<f32>(at(t, pitch, j, j), factor);
  }
}

/** Q[m, columns]: the reflections of all blocks, the last block first, of the first columns of I. */
function makeQ(
  q: usize,
  qPitch: usize,
  a: usize,
  pitch: usize,
  m: i32,
  k: i32,
  columns: i32,
  taus: usize,
  block: usize,
): void {
  memory.fill(q, 0, <usize>m * qPitch);
  for (let j = 0; j < columns; j++) store<f32>(at(q, qPitch, j, j), 1);
  for (let first = ((k - 1) / BLOCK) * BLOCK; first >= 0 && k > 0; first -= BLOCK) {
    const width = min(BLOCK, k - first);
    const length = m - first;
    transposeMatrix(block, (<usize>length) << 2, at(a, pitch, first, first), pitch, length, width);
    // What stands before column `first` is still that of I there.
    apply(
      at(q, qPitch, first, first),
      qPitch,
      columns - first,
      block,
      length,
      width,
      taus + ((<usize>first) << 2),
      false,
    );
  }
}
