// What factorizations of matrices have in common. A matrix lies row by row, `pitch` bytes from row to row. Blocks of BLOCK
// columns are factored in a strip of their own, where neighbouring rows are neighbours in memory too, and most of the work is
// products, which subtract from what is left of the matrix.

import { madd } from '../lanes';

/** Columns that are factored before the rest of the matrix meets them. */
export const BLOCK: i32 = 32;

/** How deep a product goes before it turns to the next columns: so many rows of B stay in the first-level cache. */
const DEPTH: i32 = 128;

/** Columns of B that all rows of A meet before the next ones. */
const STRIP: i32 = 64;

/** The address of an element. */
// @ts-ignore: decorator
@inline
export function at(matrix: usize, pitch: usize, row: i32, column: i32): usize {
  return matrix + <usize>row * pitch + ((<usize>column) << 2);
}

/**
 * C[m,n] −= A[m,k] · B[k,n]. C and B lie row by row; element (i, p) of A lies at a + i · aRow + p · aStep bytes, so A may be stored
 * as its transpose. Each element of C loses its terms in the order of p, 128 at a time.
 */
export function subtractProduct(
  c: usize,
  cPitch: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bPitch: usize,
  m: i32,
  n: i32,
  k: i32,
): void {
  for (let p = 0; p < k; p += DEPTH) {
    const depth = min(DEPTH, k - p);
    const from = a + <usize>p * aStep;
    const rows = b + <usize>p * bPitch;
    for (let j = 0; j < n; j += STRIP) {
      const columns = min(STRIP, n - j);
      const offset = (<usize>j) << 2;
      let i = 0;
      for (; i + 4 <= m; i += 4) {
        fourRows(
          c + <usize>i * cPitch + offset,
          cPitch,
          from + <usize>i * aRow,
          aRow,
          aStep,
          rows + offset,
          bPitch,
          columns,
          depth,
        );
      }
      for (; i < m; i++) {
        oneRow(
          c + <usize>i * cPitch + offset,
          from + <usize>i * aRow,
          aStep,
          rows + offset,
          bPitch,
          columns,
          depth,
        );
      }
    }
  }
}

/** Four rows of C: tiles of eight columns, then of four, then single elements. */
function fourRows(
  c: usize,
  cPitch: usize,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bPitch: usize,
  n: i32,
  k: i32,
): void {
  const c1 = c + cPitch;
  const c2 = c1 + cPitch;
  const c3 = c2 + cPitch;
  const a1 = aRow;
  const a2 = a1 + aRow;
  const a3 = a2 + aRow;
  let j: usize = 0;
  for (let left = n; left >= 8; left -= 8) {
    let x00 = f32x4.splat(0);
    let x01 = x00;
    let x10 = x00;
    let x11 = x00;
    let x20 = x00;
    let x21 = x00;
    let x30 = x00;
    let x31 = x00;
    let ap = a;
    let bp = b + j;
    for (let p = 0; p < k; p++) {
      const b0 = v128.load(bp);
      const b1 = v128.load(bp, 16);
      let s = v128.load32_splat(ap);
      x00 = madd(s, b0, x00);
      x01 = madd(s, b1, x01);
      s = v128.load32_splat(ap + a1);
      x10 = madd(s, b0, x10);
      x11 = madd(s, b1, x11);
      s = v128.load32_splat(ap + a2);
      x20 = madd(s, b0, x20);
      x21 = madd(s, b1, x21);
      s = v128.load32_splat(ap + a3);
      x30 = madd(s, b0, x30);
      x31 = madd(s, b1, x31);
      ap += aStep;
      bp += bPitch;
    }
    subtract(c + j, x00);
    subtract(c + j + 16, x01);
    subtract(c1 + j, x10);
    subtract(c1 + j + 16, x11);
    subtract(c2 + j, x20);
    subtract(c2 + j + 16, x21);
    subtract(c3 + j, x30);
    subtract(c3 + j + 16, x31);
    j += 32;
  }
  const left = n & 7;
  if (left == 0) return;
  oneRow(c + j, a, aStep, b + j, bPitch, left, k);
  oneRow(c1 + j, a + a1, aStep, b + j, bPitch, left, k);
  oneRow(c2 + j, a + a2, aStep, b + j, bPitch, left, k);
  oneRow(c3 + j, a + a3, aStep, b + j, bPitch, left, k);
}

function oneRow(c: usize, a: usize, aStep: usize, b: usize, bPitch: usize, n: i32, k: i32): void {
  let left = n;
  for (; left >= 4; left -= 4) {
    let x = f32x4.splat(0);
    let ap = a;
    let bp = b;
    for (let p = 0; p < k; p++) {
      x = madd(v128.load32_splat(ap), v128.load(bp), x);
      ap += aStep;
      bp += bPitch;
    }
    subtract(c, x);
    c += 16;
    b += 16;
  }
  for (; left > 0; left--) {
    let x: f32 = 0;
    let ap = a;
    let bp = b;
    for (let p = 0; p < k; p++) {
      x += load<f32>(ap) * load<f32>(bp);
      ap += aStep;
      bp += bPitch;
    }
    store<f32>(c, load<f32>(c) - x);
    c += 4;
    b += 4;
  }
}

// @ts-ignore: decorator
@inline
function subtract(c: usize, x: v128): void {
  v128.store(c, f32x4.sub(v128.load(c), x));
}

/** y[n] −= factor · x[n]. */
export function subtractRow(y: usize, factor: f32, x: usize, n: i32): void {
  const factors = f32x4.splat(-factor);
  let left = n;
  for (; left >= 4; left -= 4) {
    v128.store(y, madd(factors, v128.load(x), v128.load(y)));
    y += 16;
    x += 16;
  }
  for (; left > 0; left--) {
    store<f32>(y, load<f32>(y) - factor * load<f32>(x));
    y += 4;
    x += 4;
  }
}

/** x[0] · y[0] + …, in four sums. */
export function dot(x: usize, y: usize, n: i32): f32 {
  let sums = f32x4.splat(0);
  let left = n;
  for (; left >= 4; left -= 4) {
    sums = madd(v128.load(x), v128.load(y), sums);
    x += 16;
    y += 16;
  }
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 2) +
    (f32x4.extract_lane(sums, 1) + f32x4.extract_lane(sums, 3));
  for (; left > 0; left--) {
    sum += load<f32>(x) * load<f32>(y);
    x += 4;
    y += 4;
  }
  return sum;
}

/** x[n] *= factor. */
export function scaleRow(x: usize, factor: f32, n: i32): void {
  const factors = f32x4.splat(factor);
  let left = n;
  for (; left >= 4; left -= 4) {
    v128.store(x, f32x4.mul(v128.load(x), factors));
    x += 16;
  }
  for (; left > 0; left--) {
    store<f32>(x, load<f32>(x) * factor);
    x += 4;
  }
}

/** x ← cosine · x + sine · y and y ← cosine · y − sine · x, of rows of n numbers. */
export function rotateRows(x: usize, y: usize, cosine: f64, sine: f64, n: i32): void {
  const c = <f32>cosine;
  const s = <f32>sine;
  const cosines = f32x4.splat(c);
  const sines = f32x4.splat(s);
  const negated = f32x4.splat(-s);
  let left = n;
  for (; left >= 4; left -= 4) {
    const a = v128.load(x);
    const b = v128.load(y);
    v128.store(x, madd(sines, b, f32x4.mul(cosines, a)));
    v128.store(y, madd(negated, a, f32x4.mul(cosines, b)));
    x += 16;
    y += 16;
  }
  for (; left > 0; left--) {
    const a = load<f32>(x);
    const b = load<f32>(y);
    store<f32>(x, c * a + s * b);
    store<f32>(y, c * b - s * a);
    x += 4;
    y += 4;
  }
}

/** Copies rows × columns from one matrix into another. */
export function copyMatrix(
  to: usize,
  toPitch: usize,
  from: usize,
  fromPitch: usize,
  rows: i32,
  columns: i32,
): void {
  const bytes = (<usize>columns) << 2;
  for (let i = 0; i < rows; i++) {
    memory.copy(to, from, bytes);
    to += toPitch;
    from += fromPitch;
  }
}

/** to[columns, rows] = the transpose of from[rows, columns]. */
export function transposeMatrix(
  to: usize,
  toPitch: usize,
  from: usize,
  fromPitch: usize,
  rows: i32,
  columns: i32,
): void {
  for (let i = 0; i < rows; i++) {
    let y = to + ((<usize>i) << 2);
    let x = from + <usize>i * fromPitch;
    for (let j = 0; j < columns; j++) {
      store<f32>(y, load<f32>(x));
      y += toPitch;
      x += 4;
    }
  }
}

/** Swaps two rows. */
export function swapRows(x: usize, y: usize, n: i32): void {
  let left = n;
  for (; left >= 4; left -= 4) {
    const saved = v128.load(x);
    v128.store(x, v128.load(y));
    v128.store(y, saved);
    x += 16;
    y += 16;
  }
  for (; left > 0; left--) {
    const saved = load<f32>(x);
    store<f32>(x, load<f32>(y));
    store<f32>(y, saved);
    x += 4;
    y += 4;
  }
}
