// Linear algebra of float64 for a few hundred points: square matrices by rows, of which the lower triangle is used.

/** L with A = L Lᵀ in place of the lower triangle of A; false if A is not positive definite. */
export function factorize(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] ?? 0) * (a[j * n + k] ?? 0);
      if (i === j) {
        if (!(sum > 0)) return false;
        a[i * n + j] = Math.sqrt(sum);
      } else {
        a[i * n + j] = sum / (a[j * n + j] ?? 0);
      }
    }
  }
  return true;
}

/** x with L x = b, in place of b. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i] ?? 0;
    for (let k = 0; k < i; k++) sum -= (l[i * n + k] ?? 0) * (b[k] ?? 0);
    b[i] = sum / (l[i * n + i] ?? 0);
  }
  return b;
}

/** x with Lᵀ x = b, in place of b. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    const value = (b[i] ?? 0) / (l[i * n + i] ?? 0);
    b[i] = value;
    for (let k = 0; k < i; k++) b[k] = (b[k] ?? 0) - (l[i * n + k] ?? 0) * value;
  }
  return b;
}

/** The lower triangle of (L Lᵀ)⁻¹. */
export function inverseOf(l: Float64Array, n: number): Float64Array {
  // Rows of L⁻¹, then (L⁻¹)ᵀ L⁻¹.
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / (l[j * n + j] ?? 0);
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= (l[i * n + k] ?? 0) * (inverse[k * n + j] ?? 0);
      inverse[i * n + j] = sum / (l[i * n + i] ?? 0);
    }
  }
  const out = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      const left = inverse[k * n + i] ?? 0;
      for (let j = 0; j <= i; j++) {
        out[i * n + j] = (out[i * n + j] ?? 0) + left * (inverse[k * n + j] ?? 0);
      }
    }
  }
  return out;
}

/** The product of two vectors. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
