// The three products of a dense layer's training step, on typed arrays.
//
// Written as a careful JavaScript programmer would: the innermost loop runs along rows of two matrices, with the
// factors of the third in local variables, and the row that is added to stays in the first-level cache. Four
// rows are added at a time, which halves the time of one at a time (measured): the sum is loaded, rounded and
// stored once instead of four times. It has no packing and no register tiles, which lanegrad's kernels have.

/** out[m,n] = a[m,k] · b[k,n]. With `skipZeros`, rows of `b` whose factors are 0 are skipped. */
export function multiply(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
  skipZeros: boolean,
): void {
  for (let i = 0; i < m; i++) combineRows(out, i * n, n, a, i * k, 1, b, k, skipZeros);
}

/** out[k,n] = a[m,k]ᵀ · b[m,n]. With `skipZeros`, rows of `b` whose factors are 0 are skipped. */
export function multiplyTransposedLeft(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
  skipZeros: boolean,
): void {
  for (let p = 0; p < k; p++) combineRows(out, p * n, n, a, p, k, b, m, skipZeros);
}

/** out[m,k] = a[m,n] · b[k,n]ᵀ: rows of `a` times rows of `b`. */
export function multiplyTransposedRight(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += a[i * n + j]! * b[p * n + j]!;
      out[i * k + p] = sum;
    }
  }
}

/** The row of `out` that starts at `to` = Σ over r < rows of a[at + r · stride] × row r of b[rows,n]. */
function combineRows(
  out: Float32Array,
  to: number,
  n: number,
  a: Float32Array,
  at: number,
  stride: number,
  b: Float32Array,
  rows: number,
  skipZeros: boolean,
): void {
  out.fill(0, to, to + n);
  let r = 0;
  for (; r + 4 <= rows; r += 4, at += 4 * stride) {
    const x0 = a[at]!;
    const x1 = a[at + stride]!;
    const x2 = a[at + 2 * stride]!;
    const x3 = a[at + 3 * stride]!;
    if (skipZeros && x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue;
    const row0 = r * n;
    const row1 = row0 + n;
    const row2 = row1 + n;
    const row3 = row2 + n;
    for (let j = 0; j < n; j++) {
      out[to + j]! += x0 * b[row0 + j]! + x1 * b[row1 + j]! + x2 * b[row2 + j]! + x3 * b[row3 + j]!;
    }
  }
  for (; r < rows; r++, at += stride) {
    const x = a[at]!;
    if (skipZeros && x === 0) continue;
    const row = r * n;
    for (let j = 0; j < n; j++) out[to + j]! += x * b[row + j]!;
  }
}
