// Sorting numbers by comparison: NaN counts as larger than every number, -0 and 0 are equal.

/** Below 0 if a comes before b in ascending order, 0 if they are equal. */
export function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : Number(a > b);
}

/** The positions of the elements in order; equal elements keep their order. */
export function argsort(line: readonly number[], descending = false): number[] {
  const sign = descending ? -1 : 1;
  return line.map((_, i) => i).sort((i, j) => sign * compare(line[i]!, line[j]!) || i - j);
}

export function sort(line: readonly number[], descending = false): number[] {
  return argsort(line, descending).map((i) => line[i]!);
}

export function cumsum(line: readonly number[]): number[] {
  let sum = 0;
  return line.map((value) => (sum += value));
}
