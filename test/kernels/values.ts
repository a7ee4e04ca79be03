// Reproducible inputs for kernel tests.

/** `n` float32 spread evenly over [-scale, scale): a linear congruential generator seeded with `seed`. */
export function values(n: number, scale: number, seed: number): Float32Array {
  let state = (seed * 2654435761) >>> 0;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** The rows of a row-major matrix, as plain arrays. */
export function rowsOf(data: ArrayLike<number>, rows: number, cols: number): number[][] {
  const all = Array.from(data);
  return Array.from({ length: rows }, (_, r) => all.slice(r * cols, (r + 1) * cols));
}
