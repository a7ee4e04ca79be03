// The matrix product, twice: in float64, and in float32 in the one order that kernels promise.

/** A matrix in memory: element (row, column) is data[row · rowStride + column · columnStride]. */
export interface Matrix {
  readonly data: ArrayLike<number>;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** A row-major matrix with `lead` elements from row to row, or the transpose of one. */
export function matrix(data: ArrayLike<number>, lead: number, transposed: boolean): Matrix {
  return transposed
    ? { data, rowStride: 1, columnStride: lead }
    : { data, rowStride: lead, columnStride: 1 };
}

/** c[m,n] = a[m,k] · b[k,n] in float64, row-major, and Σ |a·b| of each element, by which its error is measured. */
export function matmul(
  a: Matrix,
  b: Matrix,
  m: number,
  n: number,
  k: number,
): { readonly product: number[]; readonly magnitude: number[] } {
  const product: number[] = [];
  const magnitude: number[] = [];
  forEachElement(m, n, (i, j) => {
    let sum = 0;
    let size = 0;
    for (let p = 0; p < k; p++) {
      const term = at(a, i, p) * at(b, p, j);
      sum += term;
      size += Math.abs(term);
    }
    product.push(sum);
    magnitude.push(size);
  });
  return { product, magnitude };
}

/**
 * c[m,n] = a[m,k] · b[k,n] in float32: each element is one sum over k in order that starts at +0, every product
 * rounded and then every sum. No zero is skipped.
 */
export function matmulFloat32(
  a: Matrix,
  b: Matrix,
  m: number,
  n: number,
  k: number,
): Float32Array<ArrayBuffer> {
  const product = new Float32Array(m * n);
  forEachElement(m, n, (i, j) => {
    let sum = 0;
    for (let p = 0; p < k; p++) sum = Math.fround(sum + Math.fround(at(a, i, p) * at(b, p, j)));
    product[i * n + j] = sum;
  });
  return product;
}

function at({ data, rowStride, columnStride }: Matrix, row: number, column: number): number {
  return data[row * rowStride + column * columnStride]!;
}

function forEachElement(m: number, n: number, visit: (i: number, j: number) => void): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) visit(i, j);
  }
}
