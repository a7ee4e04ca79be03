import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { memory, tidy, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { map, zip } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { convolveVolumes } from '../../reference/windows.js';
import {
  expectAgreement,
  expectNear,
  expectSecondOrder,
  gradientsOf,
  random,
  toTensor,
} from './agreement.js';
import { refuses } from '../refusals.js';

describe('conv3d', () => {
  const lengths = fc.tuple(
    fc.integer({ min: 2, max: 4 }),
    fc.integer({ min: 2, max: 4 }),
    fc.integer({ min: 2, max: 4 }),
  );
  const sizes = (max: number) =>
    fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
  /** A geometry that fits: kernels within the volume, either strides or dilation. */
  const volumes = fc
    .record({
      batch: fc.integer({ min: 1, max: 2 }),
      lengths,
      perGroup: fc.integer({ min: 1, max: 2 }),
      groups: fc.integer({ min: 1, max: 2 }),
      perFilters: fc.integer({ min: 1, max: 2 }),
      kernel: sizes(3),
      steps: sizes(2),
      dilated: fc.boolean(),
      padding: fc.constantFrom('valid' as const, 'same' as const),
    })
    .map(({ steps, dilated, ...rest }) => ({
      ...rest,
      strides: dilated ? [1, 1, 1] : steps,
      dilation: dilated ? steps : [1, 1, 1],
    }))
    .filter(
      ({ padding, kernel, dilation, lengths }) =>
        padding === 'same' ||
        lengths.every((length, i) => ((kernel[i] ?? 1) - 1) * (dilation[i] ?? 1) < length),
    );

  it('agrees with float64 on random shapes, value and gradients', () => {
    fc.assert(
      fc.property(volumes, (g) => {
        const { strides, dilation, padding, groups } = g;
        const op = (a: Tensor, k: Tensor, b: Tensor): Tensor =>
          ops.conv3d(a, k, b, { strides, dilationRate: dilation, padding, groups });
        const reference = (a: DenseArray, k: DenseArray, b: DenseArray): DenseArray =>
          zip(convolveVolumes(a, k, { strides, dilation, padding }, groups), b, (p, q) => p + q);
        expectAgreement(
          `conv3d ${JSON.stringify(g)}`,
          op,
          reference,
          random([g.batch, ...g.lengths, g.perGroup * groups]),
          random([...g.kernel, g.perGroup, g.perFilters * groups]),
          random([g.perFilters * groups]),
        );
      }),
      { numRuns: 15, seed: 5 },
    );
  });

  it.each(['relu', 'tanh'] as const)('applies %s to the result', (activation) => {
    const f = activation === 'relu' ? (v: number) => Math.max(0, v) : Math.tanh;
    const op = (a: Tensor, k: Tensor, b: Tensor): Tensor => ops.conv3d(a, k, b, { activation });
    const rule = { strides: [1, 1, 1], dilation: [1, 1, 1], padding: 'valid' } as const;
    const reference = (a: DenseArray, k: DenseArray, b: DenseArray): DenseArray =>
      map(
        zip(convolveVolumes(a, k, rule), b, (p, q) => p + q),
        f,
      );
    const [x, kernel] = [random([1, 3, 4, 3, 2]), random([2, 3, 2, 2, 3])];
    expectAgreement(`conv3d with ${activation}`, op, reference, x, kernel, random([3]));
  });

  it.each([
    { strides: [2, 1, 2], dilation: [1, 1, 1], kernel: [2, 2, 1] },
    { strides: [1, 1, 1], dilation: [2, 1, 1], kernel: [2, 1, 2] },
    { strides: [1, 2, 1], dilation: [1, 1, 1], kernel: [1, 2, 2] },
  ])('has second derivatives with %o', ({ strides, dilation, kernel }) => {
    const op = (a: Tensor, k: Tensor): Tensor =>
      ops.conv3d(a, k, null, { strides, dilationRate: dilation, padding: 'same' });
    const reference = (a: DenseArray, k: DenseArray): DenseArray =>
      convolveVolumes(a, k, { strides, dilation, padding: 'same' });
    expectSecondOrder('conv3d', op, reference, random([2, 3, 3, 2, 1]), random([...kernel, 1, 2]));
  });

  it('agrees where images are convolved directly and by Winograd', () => {
    const rule = { strides: [1, 1, 1], dilation: [1, 1, 1], padding: 'same' } as const;
    const [x, kernel] = [random([1, 2, 8, 7, 4]), random([2, 3, 3, 4, 8])];
    const y = convolveVolumes(x, kernel, rule);
    const dy = random(y.shape);
    const dot = (a: ArrayLike<number>, b: DenseArray): number =>
      b.data.reduce((total, value, i) => total + value * (a[i] ?? NaN), 0);
    tidy(() => {
      const op = (a: Tensor, k: Tensor): Tensor => ops.conv3d(a, k, null, { padding: 'same' });
      expectNear(op(toTensor(x), toTensor(kernel)).data(), y.data, 'value', 1e-5);
      const loss = (a: Tensor, k: Tensor): Tensor => ops.sum(ops.mul(op(a, k), toTensor(dy)));
      const gradients = gradientsOf(loss, [toTensor(x), toTensor(kernel)]);
      // By linearity: in any direction v of an operand, Σ v · gradient is Σ dy · (what v in its place gives).
      for (let i = 0; i < 3; i++) {
        const [v, w] = [random(x.shape), random(kernel.shape)];
        const along = [convolveVolumes(v, kernel, rule), convolveVolumes(x, w, rule)];
        expectNear(
          [v, w].map((direction, which) => dot(gradients[which]?.data() ?? [], direction)),
          along.map((moved) => dot(moved.data, dy)),
          'gradients',
          1e-4,
        );
      }
    });
  });

  it('takes an empty batch, and volumes of bytes', () => {
    const kernel = zeros([2, 2, 2, 3, 4]);
    expect(ops.conv3d(zeros([0, 5, 4, 3, 3]), kernel).shape).toEqual([0, 4, 3, 2, 4]);
    expect(ops.conv3d(zeros([1, 5, 4, 3, 3], 'uint8'), kernel).dtype).toBe('float32');
    const [dx, dk] = gradientsOf(
      (a, k) => ops.sum(ops.conv3d(a, k)),
      [zeros([0, 5, 4, 3, 3]), kernel],
    );
    expect([dx?.shape, dk?.shape]).toEqual([
      [0, 5, 4, 3, 3],
      [2, 2, 2, 3, 4],
    ]);
  });

  it('keeps the volumes for the gradient, and no images made of them', () => {
    const [x, kernel] = [zeros([2, 8, 8, 8, 4]), zeros([4, 3, 3, 4, 1])];
    const before = memory().bytes;
    tidy(() => {
      ops.valueAndGrad((k: Tensor) => {
        const y = ops.conv3d(x, k, null, { padding: 'same' });
        expect(memory().bytes - before).toBeLessThan(4 * x.size);
        return ops.sum(y);
      })(kernel);
    });
    expect(memory().bytes).toBe(before);
  });
});

describe('refusals', () => {
  refuses(ShapeError, {
    'conv3d: the input must have shape (batch, depth, height, width, channels), got (1, 5, 5, 4)':
      () => ops.conv3d(zeros([1, 5, 5, 4]), zeros([3, 3, 3, 4, 6])),
    'conv3d: the kernel must have shape (depth, height, width, channels, filters)': () =>
      ops.conv3d(zeros([1, 5, 5, 5, 4]), zeros([3, 3, 4, 6])),
    'conv3d: a window of (3, 3, 3) is larger than the volume of (2, 5, 5) (depth, height, width)':
      () => ops.conv3d(zeros([1, 2, 5, 5, 4]), zeros([3, 3, 3, 4, 6])),
  });
  refuses(ValueError, {
    'conv3d: strides must be a whole number of at least 1 or a list of 3 of them': () =>
      ops.conv3d(zeros([1, 5, 5, 5, 4]), zeros([3, 3, 3, 4, 6]), null, { strides: [1, 2] }),
  });
});
