import { describe, expect, it } from 'vitest';
import { askKernel, blankF32, blankU8, runKernel } from './views.js';
import { bytes, integers } from './integers.js';
import { wasm } from './instance.js';
import { values } from './values.js';

const counts = [0, 1, 3, 8, 17];
const widths = [1, 3, 4, 5, 8, 16, 17, 64, 65, 130];
const rows = 9;

/** Row `index` of a matrix of `width` columns. */
function rowOf(x: ArrayLike<number>, index: number, width: number): number[] {
  return Array.from(x).slice(index * width, (index + 1) * width);
}

describe('gatherRows', () => {
  it('copies rows of float32', () => {
    for (const count of counts) {
      for (const width of widths) {
        const x = values(rows * width, 1, width);
        const indices = integers(count, 0, rows, count);
        const expected = Array.from(indices, (index) => rowOf(x, index, width)).flat();
        const out = blankF32(count * width);
        expect(runKernel('gatherRows', out, x, indices, count, width * 4)).toEqual(expected);
      }
    }
  });

  it('copies rows of bytes', () => {
    for (const width of [...widths, 256, 257, 784]) {
      const x = bytes(rows * width, width);
      const indices = integers(7, 0, rows, width);
      const expected = Array.from(indices, (index) => rowOf(x, index, width)).flat();
      expect(runKernel('gatherRows', blankU8(7 * width), x, indices, 7, width)).toEqual(expected);
    }
  });
});

describe('gatherRowsU8ToF32', () => {
  it('gives every byte of the rows, converted and scaled', () => {
    for (const count of counts) {
      for (const width of [...widths, 784]) {
        const x = bytes(rows * width, width);
        const indices = integers(count, 0, rows, count);
        const scale = Math.fround(1 / 255);
        const expected = Array.from(indices, (index) => rowOf(x, index, width))
          .flat()
          .map((byte) => Math.fround(byte * scale));
        const out = blankF32(count * width);
        const got = runKernel('gatherRowsU8ToF32', out, x, indices, count, width, scale);
        expect(got).toEqual(expected);
      }
    }
  });
});

describe('scatterAddRows', () => {
  it('adds rows in the order of the indices, also where one comes again', () => {
    for (const count of counts) {
      for (const width of widths) {
        const out = values(rows * width, 1, 1);
        const dy = values(count * width, 1, 2);
        const indices = integers(count, 0, 3, count);
        const expected = Float32Array.from(out);
        indices.forEach((index, i) => {
          for (let c = 0; c < width; c++) {
            const at = index * width + c;
            // Float32Array rounds every partial sum, as the kernel does.
            expected[at] = (expected[at] ?? NaN) + (dy[i * width + c] ?? NaN);
          }
        });
        const got = runKernel('scatterAddRows', out, dy, indices, count, width);
        expect(got).toEqual(Array.from(expected));
      }
    }
  });
});

describe('firstOutOfRange', () => {
  it('is -1 where every index is in [0, limit)', () => {
    for (const count of [0, 1, 3, 4, 5, 7, 8, 9, 17, 100]) {
      expect(askKernel('firstOutOfRange', integers(count, 0, 10, count), count, 10)).toBe(-1);
    }
  });

  it.each([-1, 10, 11, 2147483647, -2147483648])('finds the first place of %d', (bad) => {
    for (const count of [1, 3, 4, 5, 9, 17]) {
      for (let place = 0; place < count; place++) {
        const indices = integers(count, 0, 10, count);
        indices[place] = bad;
        indices[count - 1] = bad;
        expect(askKernel('firstOutOfRange', indices, count, 10)).toBe(place);
      }
    }
  });

  it('allows nothing where the limit is 0', () => {
    expect(askKernel('firstOutOfRange', Int32Array.of(0), 1, 0)).toBe(0);
  });
});

describe('largestMagnitude', () => {
  /** The words of five shares, of which there are so many. */
  function findIn(x: Float32Array, threads: number): number[] {
    const words = wasm.place(new Int32Array(5).fill(-1), 4);
    const placed = wasm.place(x, 4);
    wasm.runSplit('largestMagnitude', threads, words.pointer, 5, placed.pointer, x.length);
    const found = [...words.read()];
    expect(words.isFenced() && placed.isFenced()).toBe(true);
    words.release();
    placed.release();
    return found;
  }

  /** The bits of |x|. */
  const bitsOf = (x: number): number =>
    (new Int32Array(Float32Array.of(x).buffer)[0] ?? NaN) & 0x7fffffff;

  it.each([0, -0, 1e-45, -2, 3.4028234663852886e38, -Infinity, NaN])('finds %d', (largest) => {
    for (const n of [1, 3, 4, 5, 9, 17, 65]) {
      for (let place = 0; place < n; place++) {
        const x = new Float32Array(n);
        if (Math.abs(largest) > 1) x.set(values(n, 1, n));
        x[place] = largest;
        for (const threads of [1, 3]) {
          expect(Math.max(...findIn(x, threads))).toBe(bitsOf(largest));
        }
      }
    }
  });

  it('finds 0 in nothing', () => {
    expect(findIn(new Float32Array(0), 3)).toEqual([0, 0, 0, 0, 0]);
  });
});
