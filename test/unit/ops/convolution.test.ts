import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { windowOver } from '../../../src/engine/ops/windows/window.js';
import type { WindowPadding } from '../../../src/engine/ops/windows/window.js';
import { isWinograd } from '../../../src/engine/ops/windows/winograd.js';
import { tensor, tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { map, pad, reshape, zip } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { convolve } from '../../reference/windows.js';
import {
  expectAgreement,
  expectNear,
  expectSecondOrder,
  gradientsOf,
  random,
  toTensor,
} from './agreement.js';
import { refuses } from '../refusals.js';

/** A geometry that fits: kernels within the image, either strides or dilation. */
const geometry = fc
  .record({
    images: fc.integer({ min: 1, max: 2 }),
    height: fc.integer({ min: 3, max: 6 }),
    width: fc.integer({ min: 3, max: 6 }),
    perGroup: fc.integer({ min: 1, max: 3 }),
    groups: fc.integer({ min: 1, max: 2 }),
    perFilters: fc.integer({ min: 1, max: 3 }),
    kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    steps: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilated: fc.boolean(),
    padding: fc.constantFrom('valid' as const, 'same' as const),
  })
  .map(({ steps, dilated, ...rest }) => ({
    ...rest,
    strides: dilated ? ([1, 1] as const) : steps,
    dilation: dilated ? steps : ([1, 1] as const),
  }))
  .filter(
    ({ padding, kernel, dilation, height, width }) =>
      padding === 'same' ||
      ((kernel[0] - 1) * dilation[0] < height && (kernel[1] - 1) * dilation[1] < width),
  );

describe('conv2d', () => {
  it('agrees with float64 on random shapes, value and gradients', () => {
    fc.assert(
      fc.property(geometry, (g) => {
        const { strides, dilation, padding, groups } = g;
        const x = random([g.images, g.height, g.width, g.perGroup * groups]);
        const kernel = random([...g.kernel, g.perGroup, g.perFilters * groups]);
        const bias = random([g.perFilters * groups]);
        const op = (a: Tensor, k: Tensor, b: Tensor): Tensor =>
          ops.conv2d(a, k, b, { strides, dilationRate: dilation, padding, groups });
        const reference = (a: DenseArray, k: DenseArray, b: DenseArray): DenseArray =>
          zip(convolve(a, k, { strides, dilation, padding }, groups), b, (p, q) => p + q);
        expectAgreement(`conv2d ${JSON.stringify(g)}`, op, reference, x, kernel, bias);
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it('applies relu and tanh to its result', () => {
    const rule = { strides: [1, 1], dilation: [1, 1], padding: 'same' } as const;
    const [x, kernel] = [random([2, 4, 5, 3]), random([3, 3, 3, 5])];
    const functions = { relu: (v: number) => Math.max(v, 0), tanh: Math.tanh } as const;
    for (const activation of ['relu', 'tanh'] as const) {
      const op = (a: Tensor, k: Tensor): Tensor =>
        ops.conv2d(a, k, null, { padding: 'same', activation });
      const reference = (a: DenseArray, k: DenseArray): DenseArray =>
        map(convolve(a, k, rule), functions[activation]);
      expectAgreement(activation, op, reference, x, kernel);
    }
  });

  it('has second derivatives', () => {
    for (const [padding, strides] of [
      ['valid', [1, 1]],
      ['same', [2, 1]],
    ] as const) {
      const op = (a: Tensor, k: Tensor): Tensor => ops.conv2d(a, k, null, { padding, strides });
      const reference = (a: DenseArray, k: DenseArray): DenseArray =>
        convolve(a, k, { padding, strides, dilation: [1, 1] });
      expectSecondOrder('conv2d', op, reference, random([1, 3, 4, 2]), random([2, 3, 2, 2]));
    }
    const pointwise = (a: Tensor, k: Tensor): Tensor => ops.conv2d(a, k);
    const reference = (a: DenseArray, k: DenseArray): DenseArray =>
      convolve(a, k, { padding: 'valid', strides: [1, 1], dilation: [1, 1] });
    expectSecondOrder('1x1', pointwise, reference, random([2, 2, 2, 3]), random([1, 1, 3, 2]));
  });

  it('works in groups of rows on input whose columns are larger than the room for them', () => {
    // 2 · 30 · 40 outputs that see 8 · 8 · 32 floats each: 19 MB of columns.
    const [x, kernel] = [random([2, 37, 47, 32]), random([8, 8, 32, 2])];
    const rule = { strides: [1, 1], dilation: [1, 1], padding: 'valid' } as const;
    const y = convolve(x, kernel, rule);
    const dy = random(y.shape);
    // By linearity Σ dy · y is Σ x · dx and Σ kernel · dkernel.
    const expected = y.data.reduce((sum, value, i) => sum + value * (dy.data[i] ?? NaN), 0);
    tidy(() => {
      expectNear(ops.conv2d(toTensor(x), toTensor(kernel)).data(), y.data, 'value', 1e-5);
      const loss = (a: Tensor, k: Tensor): Tensor =>
        ops.sum(ops.mul(ops.conv2d(a, k), toTensor(dy)));
      const gradients = gradientsOf(loss, [toTensor(x), toTensor(kernel)]);
      [x, kernel].forEach((operand, which) => {
        const gradient = gradients[which]?.data() ?? [];
        const total = operand.data.reduce((sum, v, i) => sum + v * (gradient[i] ?? NaN), 0);
        expect(Math.abs(total - expected)).toBeLessThan(1e-4 * Math.abs(expected) + 1e-2);
      });
    });
  });

  describe("by Winograd's filtering, for 3 × 3 taps and channels in fours", () => {
    it('agrees with float64, value and gradients', () => {
      const rule = { strides: [1, 1], dilation: [1, 1], padding: 'same' } as const;
      const op = (a: Tensor, k: Tensor): Tensor => ops.conv2d(a, k, null, { padding: 'same' });
      const reference = (a: DenseArray, k: DenseArray): DenseArray => convolve(a, k, rule);
      expectAgreement('conv2d', op, reference, random([1, 8, 7, 8]), random([3, 3, 8, 8]));
    });

    it('gives an image the same bits alone and in a batch', () => {
      tidy(() => {
        const x = toTensor(random([5, 11, 11, 16]));
        const kernel = toTensor(random([3, 3, 16, 16]));
        const together = ops.conv2d(x, kernel);
        for (let image = 0; image < 5; image++) {
          const alone = ops.conv2d(x.slice(`${image}:${image + 1}`), kernel);
          expect(alone.data()).toEqual(together.slice(`${image}:${image + 1}`).data());
        }
      });
    });

    /** What `isWinograd` is asked for windows of 3 × 3 over [images, 10, 10, 16], and 16 filters. */
    const isFast = (padding: WindowPadding): boolean => {
      const axis = { kernel: 3, stride: 1, padding, dilation: 1 };
      const window = windowOver('conv2d', [1, 10, 10, 16], axis, axis);
      return isWinograd({ window, filters: 16, groups: 1 });
    };

    /** Whether output (row, column) sees pixel (3, 3). */
    const sees = (row: number, column: number): boolean =>
      row >= 1 && row <= 3 && column >= 1 && column <= 3;

    it.each([Infinity, NaN, 3e38])(
      'lets a pixel of %d reach no output that does not see it',
      (value) => {
        expect(isFast('valid')).toBe(true);
        tidy(() => {
          const image = random([1, 10, 10, 16]);
          const kernel = toTensor(random([3, 3, 16, 16]));
          const finite = ops.conv2d(toTensor(image), kernel).data();
          const data = Float32Array.from(image.data);
          data[(3 * 10 + 3) * 16] = value;
          const y = ops.conv2d(tensor(data, { shape: image.shape }), kernel).data();
          const near = (i: number): boolean => Math.abs((y[i] ?? NaN) - (finite[i] ?? NaN)) < 1e-4;
          y.forEach((number, i) => {
            const [row, column] = [Math.floor(i / 128), Math.floor(i / 16) % 8];
            expect(near(i), `output ${row}, ${column}: ${number}`).toBe(!sees(row, column));
          });
        });
      },
    );

    it.each([Infinity, 3e38])(
      'lets a gradient of %d reach only the pixels of its window',
      (value) => {
        expect(isFast('same')).toBe(true);
        tidy(() => {
          const x = toTensor(random([1, 10, 10, 16]));
          const kernel = toTensor(random([3, 3, 16, 16]));
          const upstream = random([1, 8, 8, 16]);
          const data = Float32Array.from(upstream.data);
          data[(3 * 8 + 3) * 16] = value;
          const gradientFor = (dy: Tensor): ArrayLike<number> => {
            const [dx] = gradientsOf((a) => ops.sum(ops.mul(ops.conv2d(a, kernel), dy)), [x]);
            return dx?.data() ?? [];
          };
          const finite = gradientFor(toTensor(upstream));
          const dx = gradientFor(tensor(data, { shape: upstream.shape }));
          for (let i = 0; i < dx.length; i++) {
            const [row, column] = [Math.floor(i / 160), Math.floor(i / 16) % 10];
            const isSeen = row >= 3 && row <= 5 && column >= 3 && column <= 5;
            const isNear = Math.abs((dx[i] ?? NaN) - (finite[i] ?? NaN)) < 1e-4;
            expect(isNear, `pixel ${row}, ${column}: ${dx[i]}`).toBe(!isSeen);
          }
        });
      },
    );

    it('gives the bias, exactly, where an output sees nothing but zeros', () => {
      tidy(() => {
        const data = new Float32Array(2 * 10 * 10 * 16);
        // In the first image one channel of pixel (3, 3) is not 0; the second one has −0 here and there.
        data[(3 * 10 + 3) * 16 + 5] = 1;
        for (let i = 1600; i < 3200; i += 7) data[i] = -0;
        const x = tensor(data, { shape: [2, 10, 10, 16] });
        const kernel = toTensor(random([3, 3, 16, 16]));
        const bias = random([16]);
        for (const activation of ['linear', 'relu', 'tanh'] as const) {
          const y = ops.conv2d(x, kernel, toTensor(bias), { activation }).data();
          const f = {
            linear: (v: number) => v,
            relu: (v: number) => Math.max(0, v),
            tanh: Math.tanh,
          };
          y.forEach((number, i) => {
            if (i < 1024 && sees(Math.floor(i / 128), Math.floor(i / 16) % 8)) return;
            const want = Math.fround(f[activation](bias.data[i % 16] ?? NaN));
            const allowed = activation === 'tanh' ? 2e-7 : 0;
            expect(Math.abs(number - want), `output ${i}`).toBeLessThanOrEqual(allowed);
          });
        }
      });
    });

    it('has second derivatives', () => {
      const op = (a: Tensor, k: Tensor): Tensor => ops.conv2d(a, k, null, { padding: 'same' });
      const reference = (a: DenseArray, k: DenseArray): DenseArray =>
        convolve(a, k, { padding: 'same', strides: [1, 1], dilation: [1, 1] });
      expectSecondOrder('conv2d', op, reference, random([1, 4, 4, 8]), random([3, 3, 8, 8]));
    });
  });

  it('takes an empty batch, and images of bytes', () => {
    const kernel = zeros([2, 2, 3, 4]);
    expect(ops.conv2d(zeros([0, 5, 5, 3]), kernel).shape).toEqual([0, 4, 4, 4]);
    expect(ops.conv2d(zeros([1, 5, 5, 3], 'uint8'), kernel).dtype).toBe('float32');
    const [dx, dk] = gradientsOf(
      (a, k) => ops.sum(ops.conv2d(a, k)),
      [zeros([0, 5, 5, 3]), kernel],
    );
    expect([dx?.shape, dk?.shape]).toEqual([
      [0, 5, 5, 3],
      [2, 2, 3, 4],
    ]);
  });
});

describe('conv1d', () => {
  it('agrees with float64, value and gradients', () => {
    for (const padding of ['valid', 'same', 'causal'] as const) {
      for (const [strides, dilationRate] of [
        [1, 1],
        [2, 1],
        [1, 2],
      ] as const) {
        const op = (a: Tensor, k: Tensor): Tensor =>
          ops.conv1d(a, k, null, { padding, strides, dilationRate });
        const reference = (a: DenseArray, k: DenseArray): DenseArray => {
          const [n = 0, steps = 0, channels = 0] = a.shape;
          const image = reshape(a, [n, steps, 1, channels]);
          const before = ((k.shape[0] ?? 0) - 1) * dilationRate;
          const causal =
            padding === 'causal'
              ? pad(
                  image,
                  [
                    [0, 0],
                    [before, 0],
                    [0, 0],
                    [0, 0],
                  ],
                  0,
                )
              : image;
          const y = convolve(causal, reshape(k, k.shape.toSpliced(1, 0, 1)), {
            strides: [strides, 1],
            dilation: [dilationRate, 1],
            padding: padding === 'causal' ? 'valid' : padding,
          });
          return reshape(y, y.shape.toSpliced(2, 1));
        };
        expectAgreement(`conv1d ${padding}`, op, reference, random([2, 7, 3]), random([3, 3, 2]));
      }
    }
  });
});

describe('refusals', () => {
  const x = zeros([1, 5, 5, 4]);
  const kernel = zeros([3, 3, 4, 6]);
  refuses(ShapeError, {
    '(5, 5, 4)': () => ops.conv2d(zeros([5, 5, 4]), kernel),
    'kernel ... (3, 3)': () => ops.conv2d(x, zeros([3, 3])),
    'takes 2 channels ... which has 4': () => ops.conv2d(x, zeros([3, 3, 2, 6])),
    'a window of (6, 3) is larger than the image of (5, 5)': () =>
      ops.conv2d(x, zeros([6, 3, 4, 6])),
    '(7, 7)': () => ops.conv2d(x, kernel, null, { dilationRate: 3 }),
    'the bias must have shape (6,)': () => ops.conv2d(x, kernel, zeros([5])),
  });
  refuses(ValueError, {
    'divides the 4 channels ... got 3': () => ops.conv2d(x, kernel, null, { groups: 3 }),
    "'valid' or 'same'": () => ops.conv2d(x, kernel, null, { padding: 'causal' }),
    'strides must be a whole number of at least 1': () =>
      ops.conv2d(x, kernel, null, { strides: 0 }),
    "'stride'": () => ops.conv2d(x, kernel, null, { stride: 2 } as object),
  });
  refuses(DTypeError, {
    kernel: () => ops.conv2d(x, zeros([3, 3, 4, 6], 'int32')),
  });
});

describe('a kernel that is not finite', () => {
  it('shows also where the input is zero', () => {
    const kernel = tensor([1, NaN, 2], { shape: [3, 1, 1, 1] });
    const y = ops.conv2d(zeros([1, 4, 1, 1]), kernel);
    expect(y.toArray()).toEqual([[[[NaN]], [[NaN]]]]);
    const [dx] = gradientsOf((x) => ops.sum(ops.conv2d(x, kernel)), [zeros([1, 3, 1, 1])]);
    expect(dx?.toArray()).toEqual([[[[1]], [[NaN]], [[2]]]]);
  });

  it('nor does an input, in the gradient of the kernel', () => {
    const x = tensor([1, Infinity, 2, 3], { shape: [1, 4, 1, 1] });
    const [dKernel] = gradientsOf(
      (k) => ops.sum(ops.mul(ops.conv2d(x, k), 0)),
      [zeros([2, 1, 1, 1])],
    );
    expect(dKernel?.toArray()).toEqual([[[[NaN]]], [[[NaN]]]]);
  });

  it('and a pixel that is not finite is in the gradients of no other taps than see it', () => {
    const data = new Float32Array(16).fill(1);
    data[0] = Infinity;
    const x = tensor(data, { shape: [1, 4, 4, 1] });
    // A tap sees nine pixels; only the first tap sees the corner. Few filters and many go two ways.
    for (const filters of [1, 8]) {
      const zero = zeros([2, 2, 1, filters]);
      const [dKernel] = gradientsOf((k) => ops.sum(ops.conv2d(x, k)), [zero]);
      const taps = [Infinity, 9, 9, 9].flatMap((sum) => new Array<number>(filters).fill(sum));
      expect([...(dKernel?.data() ?? [])]).toEqual(taps);
    }
  });
});

it('gives the same for a kernel of any size', () => {
  // 3 × 3 × 64 × 32 floats are more than is convolved straight from the images; half of the filters are not.
  const x = toTensor(random([2, 6, 5, 64]));
  const kernel = toTensor(random([3, 3, 64, 32]));
  const whole = ops.conv2d(x, kernel);
  const half = ops.conv2d(x, kernel.slice(':', ':', ':', '0:16'));
  expect(half.toArray()).toEqual(whole.slice(':', ':', ':', '0:16').toArray());
});
