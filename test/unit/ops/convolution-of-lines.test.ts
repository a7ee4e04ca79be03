// Convolutions with kernels of a few taps along a line, by Winograd's filtering.
import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { windowAlong } from '../../../src/engine/ops/windows/window.js';
import type { WindowPadding } from '../../../src/engine/ops/windows/window.js';
import { isWinograd } from '../../../src/engine/ops/windows/winograd.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { pad, reshape } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { convolve } from '../../reference/windows.js';
import { expectNear, gradientsOf, random, toTensor } from './agreement.js';

/** A convolution of sequences in float64, as one of images one pixel wide. */
function reference(x: DenseArray, kernel: DenseArray, padding: WindowPadding): DenseArray {
  const [batch = 0, steps = 0, channels = 0] = x.shape;
  const [taps = 0, ...sides] = kernel.shape;
  const image = reshape(x, [batch, steps, 1, channels]);
  const none = [0, 0] as const;
  const causal = padding === 'causal' ? pad(image, [none, [taps - 1, 0], none, none], 0) : image;
  const y = convolve(causal, reshape(kernel, [taps, 1, ...sides]), {
    strides: [1, 1],
    dilation: [1, 1],
    padding: padding === 'causal' ? 'valid' : padding,
  });
  return reshape(y, y.shape.toSpliced(2, 1));
}

/** What `isWinograd` is asked for a kernel of this many taps over [batch, steps, channels], and as many filters. */
function isFast(taps: number, steps: number, channels: number): boolean {
  const axis = { kernel: taps, stride: 1, padding: 'valid', dilation: 1 } as const;
  const window = windowAlong('conv1d', [1, steps, channels], [axis]);
  return isWinograd({ window, filters: channels, groups: 1 });
}

/** Σ a · b. */
const dot = (a: ArrayLike<number>, b: DenseArray): number =>
  b.data.reduce((total, value, i) => total + value * (a[i] ?? NaN), 0);

/** Checks the value and, by linearity, gradients: in any direction v of an operand, Σ v · gradient is Σ dy · (v in its place). */
function expectLinear(
  op: (x: Tensor, kernel: Tensor) => Tensor,
  want: (x: DenseArray, kernel: DenseArray) => DenseArray,
  x: DenseArray,
  kernel: DenseArray,
): void {
  const y = want(x, kernel);
  const dy = random(y.shape);
  tidy(() => {
    expectNear(op(toTensor(x), toTensor(kernel)).data(), y.data, 'value', 1e-5);
    const loss = (a: Tensor, k: Tensor): Tensor => ops.sum(ops.mul(op(a, k), toTensor(dy)));
    const gradients = gradientsOf(loss, [toTensor(x), toTensor(kernel)]);
    for (let i = 0; i < 3; i++) {
      const [v, w] = [random(x.shape), random(kernel.shape)];
      const got = [v, w].map((direction, at) => dot(gradients[at]?.data() ?? [], direction));
      const moved = [want(v, kernel), want(x, w)].map((along) => dot(along.data, dy));
      expectNear(got, moved, 'gradients', 1e-4);
    }
  });
}

describe("conv1d by Winograd's filtering", () => {
  it.each([
    [2, 120, 'valid'],
    [3, 40, 'same'],
    [4, 31, 'causal'],
    [5, 33, 'valid'],
    [5, 30, 'same'],
    [6, 32, 'causal'],
    [7, 43, 'same'],
  ] as const)('agrees with float64 with %i taps over %i steps, %s', (taps, steps, padding) => {
    expect(isFast(taps, steps, 32)).toBe(true);
    const op = (x: Tensor, k: Tensor): Tensor => ops.conv1d(x, k, null, { padding });
    const want = (x: DenseArray, k: DenseArray): DenseArray => reference(x, k, padding);
    expectLinear(op, want, random([2, steps, 32]), random([taps, 32, 32]));
  });

  it.each([
    ['a kernel', 1, 24, 128],
    ['lines', 2, 8200, 32],
  ] as const)('takes %s too large for other ways from the images', (_, batch, steps, channels) => {
    expect(isFast(5, steps, channels)).toBe(true);
    const [x, kernel] = [random([batch, steps, channels]), random([5, channels, channels])];
    const op = (a: Tensor, k: Tensor): Tensor => ops.conv1d(a, k, null, { padding: 'same' });
    const last = x.data.length - 1;
    tidy(() => {
      const finite = op(toTensor(x), toTensor(kernel)).data();
      const huge = { ...x, data: x.data.with(last, 2 ** 41) };
      const other = op(toTensor(huge), toTensor(kernel)).data();
      // All but the last three outputs, which see the huge number; of many, those before them.
      const end = finite.length - 3 * channels;
      const begin = Math.max(0, end - 10000);
      expect(Math.max(...other.subarray(end))).toBeGreaterThan(2 ** 30);
      const want = Array.from(finite.subarray(begin, end));
      expectNear(other.subarray(begin, end), want, 'unrolled', 1e-5);
    });
    if (steps > 100) return;
    expectLinear(op, (a, k) => reference(a, k, 'same'), x, kernel);
  });

  it('agrees with float64 for images and a kernel one pixel high', () => {
    const op = (x: Tensor, k: Tensor): Tensor => ops.conv2d(x, k, null, { padding: 'same' });
    const want = (x: DenseArray, k: DenseArray): DenseArray =>
      convolve(x, k, { strides: [1, 1], dilation: [1, 1], padding: 'same' });
    expectLinear(op, want, random([1, 3, 24, 32]), random([1, 4, 32, 32]));
  });

  it.each([3, 5, 7])('has the rounding errors of squares of 3 × 3 taps, with %i taps', (taps) => {
    const [x, kernel] = [random([2, 82, 64]), random([taps, 64, 64])];
    expect(isFast(taps, 82, 64)).toBe(true);
    const want = reference(x, kernel, 'valid').data;
    const got = tidy(() => ops.conv1d(toTensor(x), toTensor(kernel)).data());
    const [errors, sizes] = [0, 1].map((weight) =>
      want.reduce((sum, value, i) => sum + ((1 - weight) * (got[i] ?? NaN) - value) ** 2, 0),
    );
    expect(Math.sqrt((errors ?? NaN) / (sizes ?? NaN))).toBeLessThan(1e-6);
  });

  it('gives a sequence the same bits alone and in a batch', () => {
    tidy(() => {
      const x = toTensor(random([5, 33, 32]));
      const kernel = toTensor(random([5, 32, 32]));
      const together = ops.conv1d(x, kernel);
      for (let i = 0; i < 5; i++) {
        const alone = ops.conv1d(x.slice(`${i}:${i + 1}`), kernel);
        expect(alone.data()).toEqual(together.slice(`${i}:${i + 1}`).data());
      }
    });
  });

  it.each([Infinity, NaN, 3e38])(
    'lets a step of %d reach no output that does not see it',
    (value) => {
      tidy(() => {
        const sequence = random([1, 40, 32]);
        const kernel = toTensor(random([5, 32, 32]));
        const finite = ops.conv1d(toTensor(sequence), kernel).data();
        const data = Float32Array.from(sequence.data);
        data[9 * 32 + 3] = value;
        const y = ops.conv1d(tensor(data, { shape: sequence.shape }), kernel).data();
        y.forEach((number, i) => {
          const output = Math.floor(i / 32);
          const isNear = Math.abs(number - (finite[i] ?? NaN)) < 1e-4;
          expect(isNear, `output ${output}: ${number}`).toBe(output < 5 || output > 9);
        });
      });
    },
  );

  it.each([Infinity, 3e38])(
    'lets a gradient of %d reach only the steps and taps of its window',
    (value) => {
      tidy(() => {
        const x = toTensor(random([1, 40, 32]));
        const kernel = toTensor(random([5, 32, 32]));
        const upstream = random([1, 36, 32]);
        const data = Float32Array.from(upstream.data);
        data[9 * 32 + 3] = value;
        const gradientFor = (dy: Tensor): ArrayLike<number>[] =>
          gradientsOf((a, k) => ops.sum(ops.mul(ops.conv1d(a, k), dy)), [x, kernel]).map(
            (gradient) => gradient.data(),
          );
        const finite = gradientFor(toTensor(upstream));
        const [dx, dk] = gradientFor(tensor(data, { shape: upstream.shape }));
        const isNear = (a: ArrayLike<number> | undefined, b: typeof a, i: number): boolean =>
          Math.abs((a?.[i] ?? NaN) - (b?.[i] ?? NaN)) < 1e-4;
        for (let i = 0; i < 40 * 32; i++) {
          const step = Math.floor(i / 32);
          expect(isNear(dx, finite[0], i), `step ${step}`).toBe(step < 9 || step > 13);
        }
        for (let i = 0; i < 5 * 32 * 32; i++) {
          expect(isNear(dk, finite[1], i), `filter ${i % 32}`).toBe(i % 32 !== 3);
        }
      });
    },
  );

  it('gives the bias, exactly, where an output sees nothing but zeros', () => {
    tidy(() => {
      const data = new Float32Array(2 * 40 * 32);
      // In the first sequence one channel of step 9 is not 0; the second one has −0 here and there.
      data[9 * 32 + 21] = 1;
      for (let i = 1280; i < 2560; i += 7) data[i] = -0;
      const x = tensor(data, { shape: [2, 40, 32] });
      const kernel = toTensor(random([5, 32, 32]));
      const bias = random([32]);
      for (const activation of ['linear', 'relu', 'tanh'] as const) {
        const y = ops.conv1d(x, kernel, toTensor(bias), { activation }).data();
        const f = {
          linear: (v: number) => v,
          relu: (v: number) => Math.max(0, v),
          tanh: Math.tanh,
        };
        y.forEach((number, i) => {
          const output = Math.floor(i / 32);
          if (output >= 5 && output <= 9) return;
          const want = Math.fround(f[activation](bias.data[i % 32] ?? NaN));
          const allowed = activation === 'tanh' ? 2e-7 : 0;
          expect(Math.abs(number - want), `output ${output}`).toBeLessThanOrEqual(allowed);
        });
      }
    });
  });

  it('has second derivatives', () => {
    const shapes = [
      [1, 40, 32],
      [5, 32, 32],
      [1, 36, 32],
    ];
    const [x, kernel, dy] = shapes.map((shape) => random(shape)) as [
      DenseArray,
      DenseArray,
      DenseArray,
    ];
    const [v, w] = [random(x.shape), random(kernel.shape)];
    const [p, q] = [random(x.shape), random(kernel.shape)];
    // Σ v · dx + Σ w · dkernel is Σ dy · (v ∗ kernel + x ∗ w), which is linear in both.
    const slope = (a: Tensor, k: Tensor): Tensor => {
      const loss = (b: Tensor, m: Tensor): Tensor =>
        ops.sum(ops.mul(ops.conv1d(b, m), toTensor(dy)));
      const [dx, dk] = gradientsOf(loss, [a, k]);
      if (dx === undefined || dk === undefined) throw new Error('no gradient');
      return ops.add(ops.sum(ops.mul(dx, toTensor(v))), ops.sum(ops.mul(dk, toTensor(w))));
    };
    tidy(() => {
      const second = gradientsOf(slope, [toTensor(x), toTensor(kernel)]);
      const got = [p, q].map((direction, at) => dot(second[at]?.data() ?? [], direction));
      const along = [reference(p, w, 'valid'), reference(v, q, 'valid')];
      expectNear(
        got,
        along.map((moved) => dot(moved.data, dy)),
        'second derivatives',
        1e-4,
      );
    });
  });

  it('takes an empty batch', () => {
    const empty = tensor(new Float32Array(0), { shape: [0, 40, 32] });
    expect(ops.conv1d(empty, toTensor(random([5, 32, 32]))).shape).toEqual([0, 36, 32]);
  });

  it('is left where it is not faster', () => {
    // Few channels, sums of one tap, more taps than points, and a line that is all edge.
    expect([isFast(5, 40, 4), isFast(1, 40, 32), isFast(8, 40, 32), isFast(3, 4, 32)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
