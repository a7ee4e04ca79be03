// Loop nests over strided views, element by element.

/** The offset of every element of a view of `shape` with `strides`, in row-major order. */
export function offsets(shape: readonly number[], strides: readonly number[]): number[] {
  return shape.reduce<number[]>(
    (outer, size, axis) =>
      outer.flatMap((offset) =>
        Array.from({ length: size }, (_, index) => offset + index * (strides[axis] ?? 0)),
      ),
    [0],
  );
}

/** Row-major strides of a dense array. */
export function denseStrides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}

/** out[outOrigin + …] = x[xOrigin + …] over `shape`, in place. */
export function copyStrided(
  out: number[],
  outOrigin: number,
  outStrides: readonly number[],
  x: ArrayLike<number>,
  xOrigin: number,
  xStrides: readonly number[],
  shape: readonly number[],
): void {
  const from = offsets(shape, xStrides);
  offsets(shape, outStrides).forEach((to, i) => {
    out[outOrigin + to] = x[xOrigin + (from[i] ?? NaN)] ?? NaN;
  });
}

/** [batch, rows, cols] → [batch, cols, rows] */
export function transpose(
  x: ArrayLike<number>,
  batch: number,
  rows: number,
  cols: number,
): number[] {
  const out: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < cols; c++) {
      for (let r = 0; r < rows; r++) out.push(x[(b * rows + r) * cols + c] ?? NaN);
    }
  }
  return out;
}
