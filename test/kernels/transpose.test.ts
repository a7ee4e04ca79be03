import { describe, expect, it } from 'vitest';
import { transpose } from '../reference/strided.js';
import { blankF32, blankI32, runKernel } from './views.js';
import { integers } from './integers.js';
import { values } from './values.js';

const edges = [1, 3, 4, 5, 8, 15, 16, 17, 63, 64, 65, 70];

describe('transpose2d', () => {
  it('agrees with the definition for every pair of edges', () => {
    for (const rows of edges) {
      for (const cols of edges) {
        const x = values(rows * cols, 1, rows + cols);
        const got = runKernel('transpose2d', blankF32(rows * cols), x, 1, rows, cols);
        expect(got, `${rows} x ${cols}`).toEqual(transpose(x, 1, rows, cols));
      }
    }
  });

  it('goes tile by tile where there are several, and where rows of the result share places in the cache', () => {
    for (const [rows, cols] of [
      [17, 1030],
      [35, 513],
      [3, 600],
      [1100, 9],
      [512, 6],
      [1024, 515],
    ] as const) {
      const x = values(rows * cols, 1, rows + cols);
      const got = runKernel('transpose2d', blankF32(rows * cols), x, 1, rows, cols);
      expect(got, `${rows} x ${cols}`).toEqual(transpose(x, 1, rows, cols));
    }
  });

  it('transposes every matrix of a batch', () => {
    for (const [batch, rows, cols] of [
      [2, 3, 5],
      [7, 4, 4],
      [5, 9, 2],
      [3, 49, 18],
    ] as const) {
      const x = integers(batch * rows * cols, -99, 99, batch);
      const got = runKernel('transpose2d', blankI32(x.length), x, batch, rows, cols);
      expect(got).toEqual(transpose(x, batch, rows, cols));
    }
  });

  it('does nothing where there is nothing', () => {
    for (const [batch, rows, cols] of [
      [0, 3, 5],
      [2, 0, 5],
      [2, 3, 0],
    ] as const) {
      const x = new Float32Array(0);
      expect(runKernel('transpose2d', blankF32(0), x, batch, rows, cols)).toEqual([]);
    }
  });
});
