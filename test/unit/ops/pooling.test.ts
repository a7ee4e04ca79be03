import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { build, at } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { adaptivePool, meanOf, pool, poolVolumes } from '../../reference/windows.js';
import {
  distinct,
  expectAgreement,
  expectSecondOrder,
  gradientsOf,
  random,
  toTensor,
} from './agreement.js';
import { refuses } from '../refusals.js';

const maximum = (pixels: readonly number[]): number => Math.max(...pixels);

const geometry = fc.record({
  shape: fc.tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 3, max: 7 }),
    fc.integer({ min: 3, max: 7 }),
    fc.integer({ min: 1, max: 5 }),
  ),
  poolSize: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  padding: fc.constantFrom('valid' as const, 'same' as const),
});

describe('pooling agrees with float64 on random shapes, value and gradient', () => {
  const cases = {
    maxPool2d: [ops.maxPool2d, maximum, distinct],
    averagePool2d: [ops.averagePool2d, meanOf, random],
  } as const;
  it.each(Object.entries(cases))('%s', (name, [op, f, draw]) => {
    fc.assert(
      fc.property(geometry, ({ shape, poolSize, strides, padding }) => {
        const rule = { kernel: poolSize, strides, padding, dilation: [1, 1] as const };
        const pooled = (x: Tensor): Tensor => op(x, { poolSize, strides, padding });
        const what = `${name} ${JSON.stringify(rule)}`;
        expectAgreement(what, pooled, (x: DenseArray) => pool(x, rule, f), draw(shape));
      }),
      { numRuns: 25, seed: 6 },
    );
  });

  it.each([
    ['maxPool3d', ops.maxPool3d, maximum, distinct],
    ['averagePool3d', ops.averagePool3d, meanOf, random],
  ] as const)('%s', (name, op, f, draw) => {
    const rules = [
      { kernel: [2, 2, 2], strides: [2, 2, 2], padding: 'valid' },
      { kernel: [3, 2, 3], strides: [1, 2, 3], padding: 'same' },
      { kernel: [1, 3, 2], strides: [2, 1, 1], padding: 'same' },
    ] as const;
    for (const rule of rules) {
      const { kernel: poolSize, strides, padding } = rule;
      const pooled = (x: Tensor): Tensor => op(x, { poolSize, strides, padding });
      const what = `${name} ${JSON.stringify(rule)}`;
      expectAgreement(what, pooled, (x) => poolVolumes(x, rule, f), draw([2, 3, 4, 5, 2]));
    }
  });

  it('of volumes without one, and gives the gradient to the first of equal numbers', () => {
    expect(ops.maxPool3d(zeros([0, 4, 4, 4, 3])).shape).toEqual([0, 2, 2, 2, 3]);
    const [dx] = gradientsOf((x) => ops.sum(ops.maxPool3d(x)), [zeros([1, 2, 2, 2, 1])]);
    expect([...(dx?.data() ?? [])]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('along one axis', () => {
    const x = tensor([[[1], [5], [2], [4], [3]]]);
    expect(ops.maxPool1d(x).toArray()).toEqual([[[5], [4]]]);
    expect(ops.maxPool1d(x, { padding: 'same' }).toArray()).toEqual([[[5], [4], [3]]]);
    const averages = ops.averagePool1d(x, { poolSize: 3, strides: 2, padding: 'same' });
    expect(averages.toArray()).toEqual([[[3], [Math.fround(11 / 3)], [3.5]]]);
  });

  it('with the channels first', () => {
    const pools = [ops.maxPool1d, ops.averagePool2d, ops.maxPool3d];
    pools.forEach((pool, i) => {
      const x = toTensor(random([2, 3, ...[6, 5, 4].slice(0, i + 1)]));
      const strides = [1, 2, 3].slice(0, i + 1);
      const last = pool(ops.moveAxis(x, 1, -1), { strides });
      const first = pool(x, { strides, dataFormat: 'channels_first' });
      expect(first.toArray()).toEqual(ops.moveAxis(last, -1, 1).toArray());
      expect(pool(x, { strides, dataFormat: 'channelsFirst' }).shape).toEqual(first.shape);
    });
  });

  it('has second derivatives', () => {
    const rule = { kernel: [2, 2], strides: [1, 1], dilation: [1, 1], padding: 'same' } as const;
    const options = { strides: 1, padding: 'same' } as const;
    const max = (x: DenseArray): DenseArray => pool(x, rule, maximum);
    const mean = (x: DenseArray): DenseArray => pool(x, rule, meanOf);
    const x = distinct([1, 3, 3, 2]);
    expectSecondOrder('maxPool2d', (a) => ops.maxPool2d(a, options), max, x);
    expectSecondOrder('averagePool2d', (a) => ops.averagePool2d(a, options), mean, x);
  });
});

describe('adaptive pooling', () => {
  const cases = {
    adaptiveMaxPool: [ops.adaptiveMaxPool, maximum, distinct],
    adaptiveAveragePool: [ops.adaptiveAveragePool, meanOf, random],
  } as const;
  const size = fc.integer({ min: 1, max: 6 });
  const lengths = fc.tuple(size, size, fc.integer({ min: 1, max: 5 }), size, size);

  it.each(Object.entries(cases))('%s agrees with float64 on random shapes', (name, entry) => {
    const [op, f, draw] = entry;
    fc.assert(
      fc.property(lengths, ([height, width, channels, ...sizes]) => {
        const what = `${name} of ${height} × ${width} by ${sizes.join(' × ')}`;
        const x = draw([2, height, width, channels]);
        expectAgreement(what, (a: Tensor) => op(a, sizes), (a) => adaptivePool(a, sizes, f), x); // prettier-ignore
      }),
      { numRuns: 25, seed: 7 },
    );
    const x = draw([1, 4, 3, 2]);
    expectSecondOrder(name, (a) => op(a, [3, 2]), (a) => adaptivePool(a, [3, 2], f), x); // prettier-ignore
  });

  it('gives the gradient to the first of equal numbers, row by row', () => {
    const [dx] = gradientsOf((x) => ops.sum(ops.adaptiveMaxPool(x, 1)), [tensor([[[[0], [1]], [[1], [1]]]])]); // prettier-ignore
    expect([...(dx?.data() ?? [])]).toEqual([0, 1, 0, 0]);
    const [dy] = gradientsOf((x) => ops.sum(ops.adaptiveMaxPool(x, 1)), [tensor([[[[0], [1]], [[2], [2]]]])]); // prettier-ignore
    expect([...(dy?.data() ?? [])]).toEqual([0, 0, 1, 0]);
  });

  it('lets NaN win, and keeps infinity within its windows', () => {
    const x = tensor([[[1], [NaN], [3], [-Infinity], [-Infinity]]]);
    expect(ops.adaptiveMaxPool(x, 3).flatten().toArray()).toEqual([NaN, NaN, -Infinity]);
    expect(ops.adaptiveAveragePool(x, 5).flatten().toArray()).toEqual(x.flatten().toArray());
    expect(ops.adaptiveMaxPool(zeros([0, 3, 2]), 2).shape).toEqual([0, 2, 2]);
  });

  refuses(ShapeError, {
    'adaptiveMaxPool: the input must have shape (batch, steps, channels), (batch, height, width, channels) or (batch, depth, height, width, channels), got (5, 5).': () => ops.adaptiveMaxPool(zeros([5, 5]), 2), // prettier-ignore
    'adaptiveAveragePool: the pooled axes must have elements, got (1, 3, 0).': () =>
      ops.adaptiveAveragePool(zeros([1, 3, 0]), 2, { dataFormat: 'channels_first' }),
  });
  refuses(ValueError, {
    'outputSize must be a whole number of at least 1 or a list of 2 of them, got [1, 2, 3]': () =>
      ops.adaptiveMaxPool(zeros([1, 5, 5, 1]), [1, 2, 3]),
    "dataFormat must be 'channels_last' or 'channels_first', got 'nchw'": () =>
      ops.adaptiveMaxPool(zeros([1, 5, 5, 1]), 1, { dataFormat: 'nchw' as 'channels_last' }),
  });
});

describe('maxPool2d', () => {
  it('gives the gradient to the first of equal numbers', () => {
    const [dx] = gradientsOf((x) => ops.sum(ops.maxPool2d(x)), [zeros([1, 2, 2, 1])]);
    expect(Array.from(dx?.data() ?? [])).toEqual([1, 0, 0, 0]);
  });

  it('lets NaN win, and -Infinity only where there is nothing else', () => {
    const row = [NaN, 1, -Infinity, -Infinity, 2, NaN];
    const x = tensor(Float32Array.from(row), { shape: [1, 1, 6, 1] });
    const y = ops.maxPool2d(x, { poolSize: [1, 2] });
    expect(Array.from(y.data())).toEqual([NaN, -Infinity, NaN]);
  });

  // The other side has the relu as an operation of its own, and no short cut.
  it.each([2, 1])(
    'has the gradients behind a fused relu that it has behind relu, stride %d',
    (strides) => {
      const [x, kernel, weights] = [
        distinct([2, 6, 7, 2]),
        distinct([3, 3, 2, 4]),
        distinct([2, 4, 5, 4]),
      ].map(({ shape, data }) => tensor(Float32Array.from(data), { shape: [...shape] }).sub(0.5));
      if (x === undefined || kernel === undefined || weights === undefined) throw new Error();
      const loss = (y: Tensor, usedTwice: boolean): Tensor => {
        const pooled = ops.sum(ops.square(ops.maxPool2d(y, { strides })));
        return usedTwice ? ops.add(pooled, ops.sum(ops.mul(y, weights))) : pooled;
      };
      for (const usedTwice of [false, true]) {
        const fused = (a: Tensor, k: Tensor): Tensor =>
          loss(ops.conv2d(a, k, null, { activation: 'relu' }), usedTwice);
        const unfused = (a: Tensor, k: Tensor): Tensor =>
          loss(ops.relu(ops.conv2d(a, k)), usedTwice);
        const second = (f: typeof fused) => (a: Tensor, k: Tensor) =>
          ops.sum(ops.square(ops.grad((b: Tensor) => f(b, k))(a)));
        const numbers = (f: typeof fused) =>
          gradientsOf(f, [x, kernel]).map((gradient) => Array.from(gradient.data()));
        expect(numbers(fused)).toEqual(numbers(unfused));
        expect(numbers(second(fused))).toEqual(numbers(second(unfused)));
      }
    },
  );
});

describe('upSample', () => {
  it('repeats', () => {
    expect(ops.upSample([[1, 2]], 1, 3).toArray()).toEqual([[1, 1, 1, 2, 2, 2]]);
    expect(ops.upSample([[1, 2]], 0, 2).toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('draws straight lines between the centres, value and gradient', () => {
    for (const size of [2, 3, 4]) {
      // Output j lies at (j + ½) / size − ½, held within the ends.
      const reference = (x: DenseArray): DenseArray =>
        build([2, (x.shape[1] ?? 0) * size, 2], ([n = 0, j = 0, c = 0]) => {
          const last = (x.shape[1] ?? 0) - 1;
          const place = Math.min(last, Math.max(0, (j + 0.5) / size - 0.5));
          const low = Math.min(last, Math.floor(place));
          const high = Math.min(last, low + 1);
          const part = place - low;
          return (1 - part) * at(x, [n, low, c]) + part * at(x, [n, high, c]);
        });
      for (const length of [1, 2, 5]) {
        const x = random([2, length, 2]);
        expectAgreement('upSample', (a) => ops.upSample(a, 1, size, 'bilinear'), reference, x);
      }
    }
  });
});

describe('refusals', () => {
  const x = zeros([1, 5, 5, 4]);
  refuses(ShapeError, {
    'maxPool2d: the input must have shape (batch, height, width, channels), got (5, 5).': () =>
      ops.maxPool2d(zeros([5, 5])),
    'maxPool2d: the input must have shape (batch, channels, height, width), got (5, 5).': () =>
      ops.maxPool2d(zeros([5, 5]), { dataFormat: 'channels_first' }),
    'maxPool3d: a window of (2, 2, 2) is larger than the volume of (2, 2, 1)': () =>
      ops.maxPool3d(zeros([1, 2, 2, 1, 1])),
    'averagePool3d: the input must have shape (batch, depth, height, width, channels)': () =>
      ops.averagePool3d(x),
    'a window of (2, 6) is larger than the image of (5, 5)': () =>
      ops.averagePool2d(x, { poolSize: [2, 6] }),
  });
  refuses(ValueError, {
    'poolSize must be a whole number of at least 1 or a list of 2 of them, got [2, 2, 2]': () =>
      ops.maxPool2d(x, { poolSize: [2, 2, 2] }),
    "maxPool2d: dataFormat must be 'channels_last' or 'channels_first', got 'nchw'": () =>
      ops.maxPool2d(zeros([1, 5, 5, 1]), { dataFormat: 'nchw' as 'channels_last' }),
    "got 'causal'": () => ops.maxPool1d(zeros([1, 5, 2]), { padding: 'causal' as 'same' }),
    'got 1.5': () => ops.upSample(x, 1, 1.5),
  });
});
