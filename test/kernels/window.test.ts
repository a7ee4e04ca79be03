// The kernels of convolution and pooling, around odd sizes, strides, dilation and padding.

import { describe, expect, it } from 'vitest';
import { resolved, tapsOf } from '../reference/windows.js';
import type { WindowRule } from '../reference/windows.js';
import { wasm } from './instance.js';
import { integers } from './integers.js';
import { values } from './values.js';
import { blankF32, runKernel } from './views.js';

interface Case extends WindowRule {
  readonly shape: readonly [images: number, height: number, width: number, channels: number];
}

const plain = { strides: [1, 1], dilation: [1, 1], padding: 'valid' } as const;

const cases: readonly Case[] = [
  { ...plain, shape: [1, 1, 1, 1], kernel: [1, 1] },
  { ...plain, shape: [2, 5, 7, 1], kernel: [3, 3] },
  { ...plain, shape: [2, 5, 4, 3], kernel: [2, 3] },
  { ...plain, shape: [3, 4, 5, 5], kernel: [3, 1], padding: 'same' },
  { ...plain, shape: [1, 6, 5, 8], kernel: [4, 5], padding: 'same' },
  { ...plain, shape: [2, 7, 8, 2], kernel: [3, 2], strides: [2, 3] },
  { ...plain, shape: [2, 7, 8, 4], kernel: [3, 2], strides: [2, 3], padding: 'same' },
  { ...plain, shape: [2, 9, 8, 3], kernel: [2, 2], strides: [3, 3] },
  // 2 × 2 pixels and whole vectors of channels: touching windows, with and without a rest, overlapping and apart.
  { ...plain, shape: [2, 6, 4, 8], kernel: [2, 2], strides: [2, 2] },
  { ...plain, shape: [2, 5, 7, 4], kernel: [2, 2], strides: [2, 2] },
  { ...plain, shape: [2, 5, 7, 4], kernel: [2, 2], strides: [2, 2], padding: 'same' },
  { ...plain, shape: [1, 6, 5, 12], kernel: [2, 2] },
  { ...plain, shape: [2, 7, 8, 4], kernel: [2, 2], strides: [2, 3] },
  { ...plain, shape: [1, 6, 6, 4], kernel: [2, 2], dilation: [2, 1] },
  { ...plain, shape: [2, 9, 9, 3], kernel: [3, 2], dilation: [2, 3] },
  { ...plain, shape: [1, 4, 5, 6], kernel: [3, 3], dilation: [3, 2], padding: 'same' },
  // Taps apart and outputs apart, with and without a common divisor.
  { ...plain, shape: [2, 9, 11, 3], kernel: [2, 3], strides: [2, 3], dilation: [3, 2] },
  { ...plain, shape: [1, 14, 15, 1], kernel: [3, 2], strides: [2, 4], dilation: [4, 6] },
  {
    ...plain,
    shape: [2, 13, 9, 4],
    kernel: [4, 3],
    strides: [5, 2],
    dilation: [3, 2],
    padding: 'same',
  },
  { ...plain, shape: [1, 5, 5, 1], kernel: [1, 1], strides: [3, 2], dilation: [7, 2] },
  // One pixel wide, as sequences are; and a window wider than the image.
  { ...plain, shape: [2, 11, 1, 4], kernel: [3, 1], strides: [2, 1], padding: 'same' },
  { ...plain, shape: [1, 2, 1, 5], kernel: [3, 7], padding: 'same' },
  { ...plain, shape: [0, 3, 3, 2], kernel: [2, 2] },
];

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The numbers that kernels read, and the lengths of the output. */
function describeWindow({ shape, kernel, strides, dilation, padding }: Case) {
  const y = resolved(shape[1], kernel[0], strides[0], dilation[0], padding);
  const x = resolved(shape[2], kernel[1], strides[1], dilation[1], padding);
  const out = [shape[0], y.outputs, x.outputs, shape[3]] as const;
  const pads = [y.before, x.before];
  const numbers = [
    1,
    0,
    ...shape,
    y.outputs,
    x.outputs,
    ...kernel,
    ...strides,
    ...pads,
    ...dilation,
  ];
  return { window: Int32Array.from(numbers), out, taps: kernel[0] * kernel[1] };
}

/**
 * Calls `visit` for every tap of every output that lies in the image, outputs in order and taps in order:
 * number of the output pixel, number of the tap, number of the pixel read.
 */
function forEachTap(test: Case, visit: (output: number, tap: number, pixel: number) => void): void {
  const { out } = describeWindow(test);
  const [, height, width] = test.shape;
  const array = { shape: test.shape, data: [] };
  for (let output = 0; output < out[0] * out[1] * out[2]; output++) {
    const image = Math.floor(output / (out[1] * out[2]));
    const [oy, ox] = [Math.floor(output / out[2]) % out[1], output % out[2]];
    for (const tap of tapsOf(array, test, oy, ox)) {
      visit(output, tap.ky * test.kernel[1] + tap.kx, (image * height + tap.y) * width + tap.x);
    }
  }
}

/** list[i] += value; NaN where one of them is missing. */
function addTo(list: number[] | Float64Array, i: number, value: number | undefined): void {
  list[i] = (list[i] ?? NaN) + (value ?? NaN);
}

const named = cases.map((test) => [JSON.stringify(test), test] as const);

describe.each(named)('%s', (_, test) => {
  const { window, out, taps } = describeWindow(test);
  const channels = test.shape[3];
  const outputs = out[0] * out[1] * out[2];
  const rows = out[0] * out[1];
  const x = values(size(test.shape), 1, 7);

  it('im2col writes what each window sees, and zeros', () => {
    const expected = new Float32Array(outputs * taps * channels);
    forEachTap(test, (output, tap, pixel) => {
      for (let c = 0; c < channels; c++) {
        expected[(output * taps + tap) * channels + c] = x[pixel * channels + c] ?? NaN;
      }
    });
    const columns = blankF32(expected.length);
    expect(runKernel('im2col', columns, x, window, 0, rows)).toEqual(Array.from(expected));
  });

  if (rows > 2)
    it('im2col writes a part of the rows of outputs', () => {
      const line = out[2] * taps * channels;
      const whole = runKernel('im2col', blankF32(rows * line), x, window, 0, rows);
      const part = runKernel('im2col', blankF32(line * (rows - 2)), x, window, 1, rows - 2);
      expect(part).toEqual(whole.slice(line, line * (rows - 1)));
    });

  it('col2im adds the columns to their pixels, rows of outputs in any groups', () => {
    const columns = values(outputs * taps * channels, 1, 8);
    const dx = values(x.length, 1, 9);
    const sums = Array.from(dx);
    forEachTap(test, (output, tap, pixel) => {
      for (let c = 0; c < channels; c++) {
        const at = pixel * channels + c;
        addTo(sums, at, columns[(output * taps + tap) * channels + c]);
      }
    });
    const once = runKernel('col2im', dx, columns, window, 0, rows);
    once.forEach((value, i) => {
      expect(value).toBeCloseTo(sums[i] ?? NaN, 5);
    });

    const line = out[2] * taps * channels;
    let inGroups = dx;
    for (let row = 0; row < rows; row += 2) {
      const count = Math.min(2, rows - row);
      const part = columns.slice(row * line, (row + count) * line);
      const next = runKernel('col2im', inGroups, part, window, row, count);
      inGroups = Float32Array.from(next);
    }
    inGroups.forEach((value, i) => {
      expect(value).toBeCloseTo(sums[i] ?? NaN, 5);
    });
  });

  it('windowSum and its gradient', () => {
    const expected = new Float64Array(outputs * channels);
    const dy = values(expected.length, 1, 10);
    const given = new Float64Array(x.length);
    forEachTap(test, (output, _tap, pixel) => {
      for (let c = 0; c < channels; c++) {
        addTo(expected, output * channels + c, x[pixel * channels + c]);
        addTo(given, pixel * channels + c, dy[output * channels + c]);
      }
    });
    runKernel('windowSum', blankF32(expected.length), x, window).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? NaN, 5);
    });
    const zeros = new Float32Array(x.length);
    runKernel('windowSumGradient', zeros, dy, window).forEach((value, i) => {
      expect(value).toBeCloseTo(given[i] ?? NaN, 5);
    });
  });

  it.each([
    [NaN, 3],
    [-Infinity, Infinity],
    [-0, 2],
  ])('windowMax, windowPick and its gradient, with %d and %d', (least, most) => {
    // Few different numbers, so that there are ties.
    const coarse = Float32Array.from(integers(x.length, -3, 3, 11), (v) =>
      v === -3 ? least : v === 3 ? most : v,
    );
    const best = new Float32Array(outputs * channels);
    const which = new Int32Array(best.length).fill(-1);
    forEachTap(test, (output, tap, pixel) => {
      for (let c = 0; c < channels; c++) {
        const at = output * channels + c;
        const value = coarse[pixel * channels + c] ?? NaN;
        const now = best[at] ?? NaN;
        const wins = value > now || (Number.isNaN(value) && !Number.isNaN(now));
        if (which[at] !== -1 && !wins) continue;
        best[at] = value;
        which[at] = tap;
      }
    });
    for (const threads of [1, 2, 3, 7]) {
      const placedArrays = [blankF32(best.length), which.map(() => -9), coarse, window].map((a) =>
        wasm.place(a, threads % 4 === 0 ? 0 : 4),
      );
      wasm.runSplit('windowMax', threads, ...placedArrays.map(({ pointer }) => pointer));
      const [values_, taps_] = placedArrays.map((array) => Array.from(array.read()));
      expect(values_).toEqual(Array.from(best));
      expect(taps_).toEqual(Array.from(which));
      expect(placedArrays.every((array) => array.isFenced())).toBe(true);
      for (const array of placedArrays) array.release();
    }

    const picked = new Float32Array(best.length);
    const dy = values(best.length, 1, 12);
    const given = new Float64Array(x.length);
    forEachTap(test, (output, tap, pixel) => {
      for (let c = 0; c < channels; c++) {
        const at = output * channels + c;
        if (which[at] !== tap) continue;
        picked[at] = x[pixel * channels + c] ?? NaN;
        addTo(given, pixel * channels + c, dy[at]);
      }
    });
    const out32 = blankF32(best.length);
    expect(runKernel('windowPick', out32, x, which, window)).toEqual(Array.from(picked));
    const zeros = new Float32Array(x.length);
    runKernel('windowPickGradient', zeros, dy, which, window).forEach((value, i) => {
      expect(value).toBeCloseTo(given[i] ?? NaN, 5);
    });
  });
});
