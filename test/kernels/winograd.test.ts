// Winograd's convolution against sums over all taps in float64.
import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { wasm } from './instance.js';
import { kernelSums, outputSums } from './tap-sums.js';
import type { EachTap } from './tap-sums.js';
import { values } from './values.js';
import { blankF32, runKernel } from './views.js';

interface Case {
  readonly images: number;
  readonly size: readonly [height: number, width: number];
  readonly channels: number;
  readonly filters: number;
  /** Zeros before and behind the image, on both axes. */
  readonly pad: readonly [before: number, behind: number];
}

const valid = [0, 0] as const;
const same = [1, 1] as const;
const cases: readonly Case[] = [
  { images: 1, size: [3, 3], channels: 4, filters: 4, pad: valid },
  { images: 2, size: [6, 6], channels: 4, filters: 8, pad: valid },
  // Tiles that reach beyond the outputs, on either axis.
  { images: 3, size: [7, 8], channels: 8, filters: 4, pad: valid },
  { images: 2, size: [5, 12], channels: 4, filters: 16, pad: same },
  { images: 1, size: [1, 2], channels: 4, filters: 4, pad: same },
  { images: 2, size: [4, 5], channels: 4, filters: 4, pad: [2, 0] },
  { images: 2, size: [4, 5], channels: 4, filters: 4, pad: [2, 2] },
  // Panels of 16 and 8 columns that are not full, and several.
  { images: 2, size: [9, 9], channels: 12, filters: 12, pad: same },
  { images: 1, size: [8, 8], channels: 20, filters: 36, pad: same },
  { images: 1, size: [6, 10], channels: 4, filters: 28, pad: valid },
  // None.
  { images: 0, size: [5, 5], channels: 4, filters: 4, pad: same },
  // More tiles than are worked on together: of several images, and of one row.
  { images: 25, size: [5, 7], channels: 4, filters: 4, pad: valid },
  { images: 1, size: [4, 90], channels: 4, filters: 4, pad: same },
];

/** Visits each tap of each output that lies in the image, with the place of the pixel of x. */
const eachTap =
  (test: Case): EachTap =>
  (visit) => {
    const { images, size, pad } = test;
    const [height, width] = outputsOf(test);
    for (let output = 0; output < images * height * width; output++) {
      const image = Math.floor(output / (height * width));
      const [oy, ox] = [Math.floor(output / width) % height, output % width];
      for (let tap = 0; tap < 9; tap++) {
        const iy = oy + Math.floor(tap / 3) - pad[0];
        const ix = ox + (tap % 3) - pad[0];
        if (iy < 0 || ix < 0 || iy >= size[0] || ix >= size[1]) continue;
        visit(output, tap, (image * size[0] + iy) * size[1] + ix);
      }
    }
  };

const outputsOf = ({ size, pad }: Case): readonly [height: number, width: number] =>
  [size[0] + pad[0] + pad[1] - 2, size[1] + pad[0] + pad[1] - 2] as const;

/** What the kernels read of a case. */
const shapeOf = (test: Case): Int32Array => {
  const { images, size, channels, filters, pad } = test;
  const base = pad[0] - 2;
  return Int32Array.from([
    1,
    0,
    images,
    ...size,
    channels,
    ...outputsOf(test),
    filters,
    3,
    3,
    base,
    base,
  ]);
};

function run(
  test: Case,
  x: Float32Array,
  kernel: Float32Array,
  bias: Float32Array | undefined,
  activation: Epilogue,
  outputs: number,
): number[] {
  const { channels, filters } = test;
  const shape = shapeOf(test);
  const place = wasm.place(shape);
  const scratch = { scratchBytes: wasm.run('convolveWinogradScratchBytes', place.pointer, 7) };
  place.release();
  const words = wasm.run('winogradKernelBytes', 36, channels, filters) / 4;
  const u = runKernel('winogradKernel', blankF32(words), kernel, channels, filters, scratch);
  const y = blankF32(outputs);
  const transformed = Float32Array.from(u);
  const offsets = bias ?? 0;
  return runKernel('convolveWinograd', y, x, transformed, offsets, shape, activation, scratch);
}

describe.each(cases.map((test) => [JSON.stringify(test), test] as const))('%s', (_, test) => {
  const { images, size, channels, filters } = test;
  const x = values(images * size[0] * size[1] * channels, 1, 3);
  const kernel = values(9 * channels * filters, 1, 5);
  const bias = values(filters, 1, 7);
  const [height, width] = outputsOf(test);
  const expected = outputSums(eachTap(test), images * height * width, test, x, kernel);

  it.each([
    ['nothing', false, Epilogue.None, (y: number) => y],
    ['a bias', true, Epilogue.None, (y: number) => y],
    ['a bias and relu', true, Epilogue.Relu, (y: number) => Math.max(0, y)],
    ['a bias and tanh', true, Epilogue.Tanh, Math.tanh],
  ] as const)('with %s behind it', (__, hasBias, activation, f) => {
    const got = run(test, x, kernel, hasBias ? bias : undefined, activation, expected.length);
    // Products are about 1/3 in size; of n of them the sum is about √n / 3.
    const allowed = 8e-6 * Math.sqrt(9 * channels);
    got.forEach((value, i) => {
      const want = f((expected[i] ?? NaN) + (hasBias ? (bias[i % filters] ?? NaN) : 0));
      expect(Math.abs(value - want), `output ${i}: ${value} for ${want}`).toBeLessThan(allowed);
    });
  });
});

describe.each(
  cases.flatMap((test) => [1, 2, 5].map((parts) => [parts, JSON.stringify(test), test] as const)),
)('the gradient of the kernel in %i parts, %s', (parts, _, test) => {
  const { images, size, channels, filters } = test;
  const [height, width] = outputsOf(test);
  const x = values(images * size[0] * size[1] * channels, 1, 3);
  const dy = values(images * height * width * filters, 1, 5);
  const shape = shapeOf(test);

  it('is that of sums over all pixels', () => {
    const place = wasm.place(shape);
    const scratchBytes = wasm.run('convolveWeightsWinogradScratchBytes', place.pointer, 7);
    place.release();
    const words = wasm.run('winogradKernelBytes', 36, channels, filters) / 4;
    const partial = runKernel('convolveWeightsWinograd', blankF32(parts * words), x, dy, shape, parts, { scratchBytes }); // prettier-ignore
    const sums = Float32Array.from({ length: words }, (__, i) => {
      let sum = 0;
      for (let part = 0; part < parts; part++) sum += partial[part * words + i] ?? NaN;
      return sum;
    });
    const got = runKernel('winogradKernelGradient', blankF32(9 * channels * filters), sums, channels, filters, { scratchBytes }); // prettier-ignore
    const allowed = 8e-6 * Math.sqrt(Math.max(1, images * height * width));
    kernelSums(eachTap(test), 9, test, x, dy).forEach((want, i) => {
      const value = got[i] ?? NaN;
      expect(Math.abs(value - want), `tap ${i}: ${value} for ${want}`).toBeLessThan(allowed);
    });
  });
});
