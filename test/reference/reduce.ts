// Reductions of [outer, length, inner] along the middle axis, in float64 and in order.

/** The elements of every reduced line, in row-major order of [outer, inner]. */
export function linesOf(
  x: ArrayLike<number>,
  outer: number,
  length: number,
  inner: number,
): number[][] {
  return Array.from({ length: outer * inner }, (_, output) => {
    const first = Math.floor(output / inner) * length * inner + (output % inner);
    return Array.from({ length }, (__, l) => x[first + l * inner] ?? NaN);
  });
}

export function sum(line: readonly number[]): number {
  return line.reduce((total, value) => total + value, 0);
}

export function mean(line: readonly number[]): number {
  return sum(line) / line.length;
}

export function product(line: readonly number[]): number {
  return line.reduce((total, value) => total * value, 1);
}

/** NaN if any element is. */
export function largest(line: readonly number[]): number {
  return line.reduce((best, value) => (value > best || Number.isNaN(value) ? value : best));
}

/** NaN if any element is. */
export function smallest(line: readonly number[]): number {
  return line.reduce((best, value) => (value < best || Number.isNaN(value) ? value : best));
}

/** The first NaN, else the first of the largest elements. */
export function positionOfLargest(line: readonly number[]): number {
  const nan = line.findIndex((value) => Number.isNaN(value));
  return nan >= 0 ? nan : line.indexOf(largest(line));
}

/** The first NaN, else the first of the smallest elements. */
export function positionOfSmallest(line: readonly number[]): number {
  const nan = line.findIndex((value) => Number.isNaN(value));
  return nan >= 0 ? nan : line.indexOf(smallest(line));
}

/** Running sums along the middle axis, laid out as x. */
export function cumulativeSum(
  x: ArrayLike<number>,
  outer: number,
  length: number,
  inner: number,
): number[] {
  const out = new Array<number>(outer * length * inner);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total = 0;
      for (let l = 0; l < length; l++) {
        const at = (o * length + l) * inner + i;
        total += x[at] ?? NaN;
        out[at] = total;
      }
    }
  }
  return out;
}
