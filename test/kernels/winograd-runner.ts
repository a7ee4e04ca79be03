// Runs the kernels of Winograd's convolution, of images or along lines, and compares them with sums over all taps in float64.
import { describe, expect, it } from 'vitest';
import { Epilogue } from '../../assembly/codes.js';
import { wasm } from './instance.js';
import { kernelSums, outputSums } from './tap-sums.js';
import type { EachTap, Sides } from './tap-sums.js';
import { values } from './values.js';
import { blankF32, runKernel } from './views.js';

type Scratch = Readonly<{ scratchBytes: number }>;

export interface Winograd<Case extends Sides> {
  /** Kernels have this in their names. */
  readonly name: 'Winograd' | 'WinogradLine';
  /** Numbers of a transformed tile, and so of a transformed kernel for each channel and filter. */
  readonly pixels: number;
  readonly taps: (test: Case) => number;
  /** Pixels of x, and of y. */
  readonly inputs: (test: Case) => number;
  readonly outputs: (test: Case) => number;
  /** What the kernels read of a case. */
  readonly shape: (test: Case) => readonly number[];
  /** What the kernels that transform take behind their pointers. */
  readonly sides: (test: Case, scratch: Scratch) => readonly (number | Scratch)[];
  readonly eachTap: (test: Case) => EachTap;
}

/** Scratch of a kernel on seven threads. */
function scratchOf(kernel: string, shape: Int32Array): Scratch {
  const place = wasm.place(shape);
  const scratchBytes = wasm.run(`${kernel}ScratchBytes`, place.pointer, 7);
  place.release();
  return { scratchBytes };
}

export function checkWinograd<Case extends Sides>(
  { name, pixels, taps, inputs, outputs, shape: shapeOf, sides, eachTap }: Winograd<Case>,
  cases: readonly Case[],
): void {
  const transform = `${name.replace('W', 'w')}Kernel`;

  describe.each(cases.map((test) => [JSON.stringify(test), test] as const))('%s', (_, test) => {
    const { channels, filters } = test;
    const x = values(inputs(test) * channels, 1, 3);
    const kernel = values(taps(test) * channels * filters, 1, 5);
    const bias = values(filters, 1, 7);
    const shape = Int32Array.from(shapeOf(test));
    const words = wasm.run('winogradKernelBytes', pixels, channels, filters) / 4;
    /** Products are about 1/3 in size; of n of them the sum is about √n / 3. */
    const expectNear = (got: readonly number[], want: (i: number) => number, n: number): void => {
      const allowed = 8e-6 * Math.sqrt(Math.max(1, n));
      got.forEach((value, i) => {
        expect(Math.abs(value - want(i)), `${i}: ${value} for ${want(i)}`).toBeLessThan(allowed);
      });
    };

    it.each([
      ['nothing', false, Epilogue.None, (y: number) => y],
      ['a bias', true, Epilogue.None, (y: number) => y],
      ['relu', false, Epilogue.Relu, (y: number) => Math.max(0, y)],
      ['a bias and relu', true, Epilogue.Relu, (y: number) => Math.max(0, y)],
      ['a bias and tanh', true, Epilogue.Tanh, Math.tanh],
    ] as const)('with %s behind it', (__, hasBias, activation, f) => {
      const scratch = scratchOf(`convolve${name}`, shape);
      const u = runKernel(transform, blankF32(words), kernel, ...sides(test, scratch));
      const sums = outputSums(eachTap(test), outputs(test), test, x, kernel);
      const [y, offsets] = [blankF32(sums.length), hasBias ? bias : 0];
      const got = runKernel(`convolve${name}`, y, x, Float32Array.from(u), offsets, shape, activation, scratch); // prettier-ignore
      expect(got).toHaveLength(sums.length);
      const want = (i: number): number => f((sums[i] ?? NaN) + (hasBias ? (bias[i % filters] ?? NaN) : 0)); // prettier-ignore
      expectNear(got, want, taps(test) * channels);
    });

    it.each([1, 2, 5])('the gradient of the kernel in %i partial sums', (partials) => {
      const dy = values(outputs(test) * filters, 1, 5);
      const scratch = scratchOf(`convolveWeights${name}`, shape);
      const partial = runKernel(`convolveWeights${name}`, blankF32(partials * words), x, dy, shape, partials, scratch); // prettier-ignore
      const total = Float32Array.from({ length: words }, (__, i) => {
        let sum = 0;
        for (let p = 0; p < partials; p++) sum += partial[p * words + i] ?? NaN;
        return sum;
      });
      const got = runKernel(`${transform}Gradient`, blankF32(kernel.length), total, ...sides(test, scratch)); // prettier-ignore
      const sums = kernelSums(eachTap(test), taps(test), test, x, dy);
      expectNear(got, (i) => sums[i] ?? NaN, outputs(test));
    });
  });
}
