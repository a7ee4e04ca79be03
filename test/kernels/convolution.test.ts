// Convolution straight from the images, and the gradient of its weights, against sums in float64.
import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { KC } from '../../assembly/tuning.js';
import { wasm } from './instance.js';
import { values } from './values.js';
import { blankF32, runKernel } from './views.js';

/** Height, width and channels of one side. */
type Side = readonly [height: number, width: number, channels: number];

interface Case {
  readonly images: number;
  readonly x: Side;
  readonly y: Side;
  readonly kernel: readonly [height: number, width: number];
  readonly base: readonly [y: number, x: number];
}

const cases: readonly Case[] = [
  { images: 1, x: [1, 1, 1], y: [1, 1, 1], kernel: [1, 1], base: [0, 0] },
  // A forward convolution without padding, and its backward pass.
  { images: 2, x: [6, 7, 3], y: [4, 5, 8], kernel: [3, 3], base: [-2, -2] },
  { images: 2, x: [4, 5, 8], y: [6, 7, 3], kernel: [3, 3], base: [0, 0] },
  // 24 columns and more, 16, 32, and rests.
  { images: 3, x: [5, 4, 5], y: [5, 4, 17], kernel: [3, 3], base: [-1, -1] },
  { images: 1, x: [9, 8, 7], y: [8, 9, 16], kernel: [2, 2], base: [-1, 0] },
  { images: 2, x: [3, 5, 4], y: [5, 6, 32], kernel: [3, 1], base: [0, 0] },
  { images: 2, x: [5, 5, 2], y: [5, 5, 5], kernel: [5, 5], base: [-2, -2] },
  // 48 columns; channels beyond a multiple of four.
  { images: 2, x: [5, 6, 7], y: [7, 8, 16], kernel: [3, 3], base: [0, 0] },
  { images: 2, x: [4, 9, 13], y: [4, 9, 28], kernel: [3, 3], base: [-1, -1] },
  // As the window of a sequence, one pixel wide; and one that is larger than either side.
  { images: 2, x: [11, 1, 6], y: [9, 1, 12], kernel: [3, 1], base: [-2, 0] },
  { images: 1, x: [2, 3, 4], y: [2, 3, 4], kernel: [5, 7], base: [-2, -3] },
  // Windows that begin behind the first pixel.
  { images: 2, x: [3, 3, 2], y: [8, 7, 3], kernel: [2, 3], base: [2, 1] },
  // More taps than a block of the tile is deep.
  { images: 1, x: [3, 5, 40], y: [3, 5, 13], kernel: [3, 3], base: [-1, -1] },
  // Rows of the window of a tap fewer than a block of the tile is deep, of as many, and of one more; and two to a block.
  ...[KC - 1, KC, KC + 1, KC / 2].map((channels): Case => {
    return { images: 1, x: [3, 2, channels], y: [3, 2, 9], kernel: [3, 1], base: [-1, 0] };
  }),
  // More than one group of images.
  { images: 9, x: [10, 10, 2], y: [12, 12, 40], kernel: [3, 3], base: [0, 0] },
];

const size = (list: readonly number[]): number => list.reduce((a, b) => a * b, 1);

const shapeOf = ({ images, x, y, kernel, base }: Case): Int32Array =>
  Int32Array.from([1, 0, images, ...x, ...y, ...kernel, ...base]);

/** Calls `visit` for every product, in the order of the pixels of x: elements of x, of the weights and of y. */
function forEachProduct(
  { images, x, y, kernel, base }: Case,
  visit: (x: number, weight: number, y: number) => void,
): void {
  for (let pixel = 0; pixel < images * x[0] * x[1]; pixel++) {
    const image = Math.floor(pixel / (x[0] * x[1]));
    const top = (Math.floor(pixel / x[1]) % x[0]) + base[0];
    const left = (pixel % x[1]) + base[1];
    for (let c = 0; c < x[2]; c++) {
      for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
        const oy = top + Math.floor(tap / kernel[1]);
        const ox = left + (tap % kernel[1]);
        if (oy < 0 || oy >= y[0] || ox < 0 || ox >= y[1]) continue;
        for (let d = 0; d < y[2]; d++) {
          visit(
            pixel * x[2] + c,
            (c * kernel[0] * kernel[1] + tap) * y[2] + d,
            ((image * y[0] + oy) * y[1] + ox) * y[2] + d,
          );
        }
      }
    }
  }
}

/** Every `period`-th number zero, every second of those −0. */
function withZeros(numbers: Float32Array, period: number): Float32Array {
  return numbers.map((value, i) => (i % period === 0 ? (i % (2 * period) === 0 ? 0 : -0) : value));
}

function expectClose(got: readonly number[], want: Float64Array, terms: number): void {
  const bad = got.findIndex((value, i) => !(Math.abs(value - (want[i] ?? NaN)) <= 1e-6 * terms));
  expect(bad, `first element that differs: ${got[bad]} for ${want[bad]}`).toBe(-1);
  expect(got.length).toBe(want.length);
}

/** What the partial sums of the images come to together. */
function sumOfPartials(sums: readonly number[], partials: number): number[] {
  const n = sums.length / partials;
  return Array.from({ length: n }, (_, i) =>
    Array.from({ length: partials }, (__, p) => sums[p * n + i] ?? NaN).reduce((a, b) => a + b),
  );
}

/** Whether every pixel of y sees a window that begins at or before x and ends at or behind it, as dense kernels need. */
function isClosed({ x, y, kernel, base }: Case): boolean {
  return ([0, 1] as const).every((axis) => {
    const before = base[axis] + kernel[axis] - 1;
    return before >= 0 && y[axis] + kernel[axis] - 1 >= before + x[axis];
  });
}

/** The weights as the matrix of a kernel that slides over x: [kernelHeight, kernelWidth, x channels, y channels]. */
function asMatrix({ x, y, kernel }: Case, weights: Float32Array): number[] {
  const taps = kernel[0] * kernel[1];
  return Array.from({ length: weights.length }, (_, i) => {
    const [d, c] = [i % y[2], Math.floor(i / y[2]) % x[2]];
    const tap = Math.floor(i / (y[2] * x[2]));
    return weights[(c * taps + (taps - 1 - tap)) * y[2] + d] ?? NaN;
  });
}

function runDense(
  test: Case,
  x: Float32Array,
  matrix: readonly number[],
  bias: Float32Array | undefined,
): number[] {
  const shape = wasm.place(shapeOf(test));
  const bytes = wasm.run('convolveDenseScratchBytes', shape.pointer, 7);
  const scratch = wasm.place(new Uint8Array(bytes));
  const y = runKernel(
    'convolveDense',
    blankF32(test.images * size(test.y)),
    x,
    Float32Array.from(matrix),
    bias ?? 0,
    shapeOf(test),
    bias === undefined ? Epilogue.None : Epilogue.Relu,
    scratch.pointer,
  );
  expect(scratch.isFenced()).toBe(true);
  scratch.release();
  shape.release();
  return y;
}

const at = (list: ArrayLike<number>, i: number): number => list[i] ?? NaN;

describe.each(cases.map((test) => [JSON.stringify(test), test] as const))('%s', (_, test) => {
  const { images, x: xSide, y: ySide, kernel } = test;
  const weightCount = xSide[2] * size(kernel) * ySide[2];
  const terms = size(kernel) * xSide[2];

  it.each([1, 2, 7])('convolve, with every %d. element not zero or zero', (period) => {
    const x = withZeros(values(images * size(xSide), 1, 3), period + 1);
    const weights = values(weightCount, 1, 5);
    const bias = values(ySide[2], 1, 7);
    const sums = new Float64Array(images * size(ySide));
    forEachProduct(test, (i, w, o) => {
      sums[o] = at(sums, o) + at(x, i) * at(weights, w);
    });
    for (const hasBias of [false, true]) {
      const expected = sums.map((sum, i) =>
        hasBias ? Math.max(0, sum + at(bias, i % ySide[2])) : sum,
      );
      const room = wasm.run('convolveScratchBytes', xSide[2], 7);
      const scratch = wasm.place(new Uint8Array(room));
      const got = runKernel(
        'convolve',
        blankF32(sums.length),
        x,
        weights,
        hasBias ? bias : 0,
        shapeOf(test),
        hasBias ? Epilogue.Relu : Epilogue.None,
        scratch.pointer,
      );
      expectClose(got, expected, terms);
      expect(scratch.isFenced()).toBe(true);
      scratch.release();
      if (isClosed(test)) {
        const dense = runDense(test, x, asMatrix(test, weights), hasBias ? bias : undefined);
        expect(dense, 'the same bits with the register tile').toEqual(got);
      }
    }
  });

  it.each([1, 4])('convolveWeights, with every %d. element not zero or zero', (period) => {
    const x = withZeros(values(images * size(xSide), 1, 11), period + 1);
    const y = values(images * size(ySide), 1, 13);
    const expected = new Float64Array(weightCount);
    forEachProduct(test, (i, w, o) => {
      expected[w] = at(expected, w) + at(x, i) * at(y, o);
    });
    const shape = wasm.place(shapeOf(test));
    for (const partials of [1, 2, 3].filter((count) => count <= images)) {
      const bytes = wasm.run('convolveWeightsScratchBytes', shape.pointer, 7);
      const scratch = wasm.place(new Uint8Array(bytes));
      const got = runKernel(
        'convolveWeights',
        blankF32(partials * weightCount),
        x,
        y,
        shapeOf(test),
        partials,
        scratch.pointer,
      );
      expectClose(sumOfPartials(got, partials), expected, images * size(xSide.slice(0, 2)));
      expect(scratch.isFenced()).toBe(true);
      scratch.release();
      if (!isClosed(test) || ySide[2] < 8) continue;

      const room = wasm.run('convolveWeightsDenseScratchBytes', shape.pointer, 7);
      const tiles = wasm.place(new Uint8Array(room));
      const dense = runKernel(
        'convolveWeightsDense',
        blankF32(partials * weightCount),
        x,
        y,
        shapeOf(test),
        partials,
        tiles.pointer,
      );
      const asMatrices = Array.from({ length: partials }, (_, p) =>
        asMatrix(test, Float32Array.from(got.slice(p * weightCount, (p + 1) * weightCount))),
      );
      expect(dense, 'the same bits with the register tile').toEqual(asMatrices.flat());
      expect(tiles.isFenced()).toBe(true);
      tiles.release();
    }
    shape.release();
  });
});
