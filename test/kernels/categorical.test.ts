import { describe, expect, it } from 'vitest';
import { draws } from '../reference/categorical.js';
import { words } from '../reference/philox.js';
import { outputI32, runKernel, scratchF32 } from './guarded.js';
import { integers } from './integers.js';
import { rowsOf, values } from './values.js';

/** Around vectors, and around 64 classes, from which on orders are found otherwise. */
const shapes = [
  [0, 3, 2],
  [1, 1, 5],
  [2, 2, 0],
  [3, 5, 4],
  [9, 16, 1],
  [4, 63, 3],
  [2, 64, 7],
  [5, 65, 2],
  [2, 1003, 9],
] as const;

const settings = [
  { temperature: 1, k: Infinity, p: 1 },
  { temperature: 0.5, k: Infinity, p: 1 },
  { temperature: 3, k: 1, p: 1 },
  { temperature: 1, k: 7, p: 1 },
  { temperature: 2, k: Infinity, p: 0.3 },
  { temperature: 1, k: Infinity, p: 1e-9 },
  { temperature: 1, k: 9, p: 0.75 },
  { temperature: 0, k: 9, p: 0.75 },
];

function run(
  x: Float32Array,
  bits: number[],
  rows: number,
  cols: number,
  count: number,
  settings: { temperature: number; k: number; p: number },
) {
  const { temperature, k, p } = settings;
  const scratch = scratchF32(7 * (1024 + 8 * cols));
  const out = outputI32(rows * count);
  const list = Uint32Array.from(bits);
  const least = Math.min(k, cols);
  const [data = []] = runKernel(
    'randomClasses',
    out,
    x,
    list,
    rows,
    cols,
    count,
    temperature,
    least,
    p,
    scratch,
  );
  return rowsOf(data, rows, count);
}

describe.each(settings)('randomClasses with %o', (setting) => {
  it.each(shapes)('%i rows of %i classes, %i draws', (rows, cols, count) => {
    const special = [-Infinity, 0, -0, 5, -30];
    const kinds = [
      values(rows * cols, 4, 7),
      // Many equal, some left out.
      Float32Array.from(integers(rows * cols, 0, 9, 3), (i) => special[i] ?? i - 7),
      new Float32Array(rows * cols).fill(1e5),
    ];
    for (const x of kinds) {
      // A row with one class, whatever it is, has a distribution.
      for (let r = 0; r < rows; r++) x[r * cols] = Math.max(x[r * cols] ?? 0, -30);
      const bits = words(rows * count, 99n, 5n);
      const expected = rowsOf(x, rows, cols).map((row, r) =>
        draws(row, bits.slice(r * count, (r + 1) * count), setting),
      );
      expect(run(x, bits, rows, cols, count, setting)).toEqual(expected);
    }
  });
});

describe('randomClasses of rows without a distribution', () => {
  it.each(settings)('writes why, with %o', (setting) => {
    const rows = [
      [1, NaN, -Infinity],
      [-Infinity, -Infinity, -Infinity],
      [0, Infinity, 0],
      [NaN, NaN, Infinity],
      [-Infinity, 3, -Infinity],
    ];
    const x = Float32Array.from(rows.flat());
    const written = run(x, words(10, 1n, 0n), 5, 3, 2, setting);
    expect(written.map(([first]) => first)).toEqual([-1, -2, -3, -1, 1]);
    expect(written.every(([a, b]) => a === b)).toBe(true);
  });
});

describe('the ends of the interval', () => {
  it('choose the first and the last class that has a probability', () => {
    const x = Float32Array.of(-Infinity, 0, 1, -3, -Infinity);
    for (const setting of settings.slice(0, 2)) {
      expect(run(x, [0, 0xffffffff], 1, 5, 2, setting)).toEqual([[1, 3]]);
    }
  });
});
