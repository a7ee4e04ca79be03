// The three products of a dense layer's training step, on typed arrays.
//
// Each is ordered so that its innermost loop runs along a row of two matrices with one scalar of the
// third in a register (for X·W: rows i, then k, then j), and so that the row that is added to stays in
// the first-level cache. No tiles, no unrolling by hand, no packing: what a careful JavaScript programmer
// writes, and what engines compile best of the simple forms.

/** out[m,n] = a[m,k] · b[k,n]. With `skipZeros`, terms whose factor from `a` is 0 are left out. */
export function multiply(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
  skipZeros: boolean,
): void {
  out.fill(0, 0, m * n);
  for (let i = 0; i < m; i++) {
    const row = i * n;
    for (let p = 0; p < k; p++) {
      const x = a[i * k + p]!;
      if (skipZeros && x === 0) continue;
      const from = p * n;
      for (let j = 0; j < n; j++) out[row + j]! += x * b[from + j]!;
    }
  }
}

/** out[k,n] = a[m,k]ᵀ · b[m,n]. With `skipZeros`, terms whose factor from `a` is 0 are left out. */
export function multiplyTransposedLeft(
  out: Float32Array,
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
  skipZeros: boolean,
): void {
  out.fill(0, 0, k * n);
  for (let p = 0; p < k; p++) {
    const row = p * n;
    for (let i = 0; i < m; i++) {
      const x = a[i * k + p]!;
      if (skipZeros && x === 0) continue;
      const from = i * n;
      for (let j = 0; j < n; j++) out[row + j]! += x * b[from + j]!;
    }
  }
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
