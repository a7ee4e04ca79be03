// The kernels of adaptive pooling, at lengths around the vectors, with fewer and with more windows than elements.
import { describe, expect, it } from 'vitest';
import { wasm } from './instance.js';
import { integers } from './integers.js';
import { blankF32 } from './views.js';

type Sizes = readonly [outer: number, from: number, to: number, inner: number];

const cases: readonly Sizes[] = [
  [1, 1, 1, 1],
  [2, 7, 3, 4],
  [3, 6, 4, 5],
  [1, 5, 5, 3],
  [2, 3, 8, 9],
  [1, 12, 4, 1],
  [5, 2, 7, 2],
  [0, 3, 2, 4],
  [2, 3, 2, 0],
];

/** For each window the elements in it, by their definition. */
const elementsOf = (window: number, from: number, to: number): number[] =>
  Array.from({ length: from }, (_, j) => j).filter(
    (j) => j >= Math.floor((window * from) / to) && j < Math.ceil(((window + 1) * from) / to),
  );

/** Runs the kernel on several numbers of threads, the first arrays being outputs; what it wrote. */
function results(
  kernel: 'adaptiveSum' | 'adaptiveMax' | 'adaptivePick' | 'adaptivePickGradient',
  outputs: number,
  arrays: readonly (Float32Array | Int32Array)[],
  sizes: Sizes,
): number[][] {
  const all = [1, 2, 3, 7].map((threads) => {
    const placed = arrays.map((array) => wasm.place(array, 4));
    wasm.runSplit(kernel, threads, ...placed.map(({ pointer }) => pointer), ...sizes);
    expect(placed.every((array) => array.isFenced())).toBe(true);
    const written = placed.slice(0, outputs).map((array) => Array.from(array.read()));
    for (const array of placed) array.release();
    return written;
  });
  for (const other of all) expect(other).toEqual(all[0]);
  return all[0] ?? [];
}

describe.each(cases)('%d × %d to %d × %d', (...sizes) => {
  const [outer, from, to, inner] = sizes;
  const back: Sizes = [outer, to, from, inner];
  const index = (o: number, along: number, c: number, length: number): number =>
    (o * length + along) * inner + c;

  /** Calls `visit` for each element of each window, in order. */
  function forEach(visit: (output: number, element: number, place: number) => void): void {
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < to; i++) {
        for (let c = 0; c < inner; c++) {
          for (const j of elementsOf(i, from, to)) {
            visit(index(o, i, c, to), index(o, j, c, from), j);
          }
        }
      }
    }
  }
  const x = Float32Array.from(integers(outer * from * inner, -3, 3, 5));
  const dy = Float32Array.from(integers(outer * to * inner, -9, 9, 6));

  it('adaptiveSum, and its transpose with the lengths exchanged', () => {
    const sums = new Float32Array(dy.length);
    const given = new Float32Array(x.length);
    forEach((output, element) => {
      sums[output] = (sums[output] ?? NaN) + (x[element] ?? NaN);
      given[element] = (given[element] ?? NaN) + (dy[output] ?? NaN);
    });
    expect(results('adaptiveSum', 1, [blankF32(sums.length), x], sizes)).toEqual([[...sums]]);
    expect(results('adaptiveSum', 1, [blankF32(given.length), dy], back)).toEqual([[...given]]);
  });

  it.each([
    [NaN, 3],
    [-Infinity, Infinity],
  ])('adaptiveMax, adaptivePick and its gradient, with %d and %d', (least, most) => {
    const coarse = x.map((v) => (v === -3 ? least : v === 3 ? most : v));
    const best = new Float32Array(dy.length);
    const places = new Int32Array(dy.length).fill(-1);
    forEach((output, element, place) => {
      const [value = NaN, now = NaN] = [coarse[element], best[output]];
      const wins = value > now || (Number.isNaN(value) && !Number.isNaN(now));
      if (places[output] !== -1 && !wins) return;
      best[output] = value;
      places[output] = place;
    });
    const blank = places.map(() => -9);
    const written = results('adaptiveMax', 2, [blankF32(best.length), blank, coarse], sizes);
    expect(written).toEqual([[...best], [...places]]);

    const picked = new Float32Array(best.length);
    const given = new Float32Array(x.length);
    forEach((output, element, place) => {
      if (places[output] !== place) return;
      picked[output] = x[element] ?? NaN;
      given[element] = (given[element] ?? NaN) + (dy[output] ?? NaN);
    });
    const arrays = [blankF32(picked.length), x, places];
    expect(results('adaptivePick', 1, arrays, sizes)).toEqual([[...picked]]);
    const gradient = [blankF32(given.length), dy, places];
    expect(results('adaptivePickGradient', 1, gradient, back)).toEqual([[...given]]);
  });
});
