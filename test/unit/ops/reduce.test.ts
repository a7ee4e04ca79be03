import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/ops/index.js';
import type { Axes } from '../../../src/ops/index.js';
import { tensor, zeros } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { reduce } from '../../reference/dense-array.js';
import * as reference from '../../reference/reduce.js';
import { logSumExp } from '../../reference/softmax.js';
import { distinct, expectAgreement, gradientsOf, random } from './agreement.js';

/** Axes of a tensor of four dimensions: one, neighbours, apart, none, all. */
const axisLists: readonly Axes[] = [
  0,
  1,
  -1,
  [0, 1],
  [1, 2],
  [2, 3],
  [0, 2],
  [1, 3],
  [-1, 0],
  [3, 1, 0],
  [],
  null,
  undefined,
];
const shape = [3, 2, 4, 5];

type Reduction = (x: Tensor, axis?: Axes, keepdims?: boolean) => Tensor;

function onEveryAxis(
  name: string,
  op: Reduction,
  line: (values: number[]) => number,
  make = (lengths: number[]) => random(lengths),
): void {
  for (const axis of axisLists) {
    const list = axis === null || axis === undefined ? [0, 1, 2, 3] : [axis].flat();
    const axes = list.map((i) => (i < 0 ? i + 4 : i)).sort();
    for (const keepdims of [false, true]) {
      expectAgreement(
        `${name} along ${JSON.stringify(axis)}, keepdims ${keepdims}`,
        (x) => op(x, axis, keepdims),
        (x) => reduce(x, axes, keepdims, line),
        make(shape),
      );
    }
  }
  expectAgreement(
    name,
    (x) => op(x),
    (x) => reduce(x, [], false, line),
    make([]),
  );
  expectAgreement(
    name,
    (x) => op(x),
    (x) => reduce(x, [0], false, line),
    make([1]),
  );
}

const variance = (values: number[]): number => {
  const mean = reference.mean(values);
  return reference.mean(values.map((v) => (v - mean) ** 2));
};

describe('reductions agree with float64, value and gradient, over all axes', () => {
  it('sum', () => {
    onEveryAxis('sum', ops.sum, reference.sum);
  });
  it('mean', () => {
    onEveryAxis('mean', ops.mean, reference.mean);
  });
  it('max', () => {
    onEveryAxis('max', ops.max, reference.largest, distinct);
  });
  it('min', () => {
    onEveryAxis('min', ops.min, reference.smallest, distinct);
  });
  it('prod', () => {
    onEveryAxis('prod', ops.prod, reference.product, (lengths) => random(lengths, 0.7, 1.3));
  });
  it('variance', () => {
    onEveryAxis('variance', ops.variance, variance);
  });
  it('std', () => {
    for (const axis of [0, [1, 3], [2, 3], null]) {
      const axes = axis === null ? [0, 1, 2, 3] : [axis].flat();
      const std = (values: number[]): number => Math.sqrt(variance(values));
      expectAgreement(
        'std',
        (x) => ops.std(x, axis),
        (x) => reduce(x, axes, false, std),
        random(shape),
      );
    }
  });
  it('logsumexp', () => {
    onEveryAxis('logsumexp', ops.logsumexp, logSumExp, (lengths) => random(lengths, -3, 3));
  });
});

const gradientOf = (op: (x: Tensor) => Tensor, x: Tensor): number[] => [
  ...(gradientsOf((a) => ops.sum(op(a)), [x])[0]?.data() ?? []),
];

describe('max and min share the gradient among equals', () => {
  it('evenly', () => {
    const x = tensor([
      [3, 1, 3],
      [2, 2, 2],
      [0, 5, 1],
    ]);
    const third = Math.fround(1 / 3);
    const rows = gradientOf((a) => ops.max(a, 1), x);
    expect(rows).toEqual([0.5, 0, 0.5, third, third, third, 0, 1, 0]);
    expect(gradientOf((a) => ops.min(a, 0), x)).toEqual([0, 1, 0, 0, 0, 0, 1, 0, 1]);
    expect(gradientOf((a) => ops.max(a), tensor([-1, 0, -0, 0]))).toEqual([0, third, third, third]);
  });
});

describe('prod with zeros', () => {
  const line = (x: number[]): number[] => gradientOf((a) => ops.prod(a), tensor(x));

  it('has the product of the others as gradient', () => {
    expect(line([2, 0, 5])).toEqual([0, 10, 0]);
    expect(line([0, 3, 0])).toEqual([0, 0, 0]);
    expect(line([0])).toEqual([1]);
    expect(line([4, 0])).toEqual([0, 4]);
    expect(line([2, 3, 4, 5, 6, 7, 8])).toEqual(
      [2, 3, 4, 5, 6, 7, 8].map((value) => 40320 / value),
    );
  });

  it('works along an axis in the middle', () => {
    const reduced = (axes: number[]) =>
      expectAgreement(
        'prod',
        (x) => ops.prod(x, axes),
        (x) => reduce(x, axes, false, reference.product),
        { ...random([3, 4, 2]), data: random([24]).data.map((v, i) => (i % 5 === 0 ? 0 : v)) },
      );
    for (const axes of [[0], [1], [2], [0, 2]]) reduced(axes);
  });

  it('loses nothing where the whole product would underflow', () => {
    // 1e-30 · 1e-30 is 0 in float32; the gradient of the third is that, of the others 1.
    expect(line([1e-30, 1e-30, 1e30])).toEqual([1, 1, 0]);
  });
});

describe('logsumexp at the ends of the range', () => {
  const inf = Infinity;
  const rows = tensor([
    [1e4, 1e4, -1e4],
    [-inf, -inf, -inf],
    [0, inf, -inf],
    [0, NaN, 0],
    [-1e4, -1e4, -1e4],
  ]);
  const expected = [1e4 + Math.LN2, -inf, inf, NaN, -1e4 + Math.log(3)];

  it('is exact along the last axis and along others', () => {
    for (const y of [ops.logsumexp(rows, 1), ops.logsumexp(ops.transpose(rows), 0)]) {
      expect([...y.data()]).toEqual(expected.map(Math.fround));
    }
  });

  it('has the softmax as gradient', () => {
    const x = tensor([1e4, 1e4, -1e4]);
    expect(gradientOf((a) => ops.logsumexp(a), x)).toEqual([0.5, 0.5, 0]);
  });

  it('is −inf of no elements', () => {
    expect(ops.logsumexp(zeros([2, 0]), 1).toArray()).toEqual([-inf, -inf]);
    expect(ops.logsumexp(zeros([0, 2]), 0).toArray()).toEqual([-inf, -inf]);
  });
});

describe('reductions of no elements', () => {
  it('have the neutral element, and a gradient of no elements', () => {
    const x = zeros([2, 0]);
    expect(ops.sum(x, 1).toArray()).toEqual([0, 0]);
    expect(ops.prod(x, 1).toArray()).toEqual([1, 1]);
    expect(ops.mean(x, 1).toArray()).toEqual([NaN, NaN]);
    for (const op of [ops.sum, ops.prod, ops.mean, ops.logsumexp]) {
      expect(gradientOf((a) => op(a, 1), x)).toEqual([]);
    }
  });
});
