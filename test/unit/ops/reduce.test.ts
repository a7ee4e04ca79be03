import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import type { Axes } from '../../../src/engine/ops/index.js';
import { tensor, Variable, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
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

  /** dy · hit / (number of hits), by single operations. */
  const byFormula = (x: Tensor, dy: Tensor, axes: Axes): Tensor => {
    const hits = ops.cast(ops.equal(x, ops.max(x, axes, true)), 'float32');
    return ops.div(ops.mul(hits, dy), ops.sum(hits, axes, true));
  };

  it.each<[shape: number[], axes: Axes]>([
    [[3, 5], 1],
    [[3, 5], 0],
    [[7, 33], 0],
    [[2, 9, 64], 1],
    [
      [2, 3, 3, 21],
      [1, 2],
    ],
    [
      [2, 6, 3, 3],
      [2, 3],
    ],
    [
      [3, 4, 2],
      [0, 2],
    ],
    [[19], null],
    [[4, 3], []],
  ])('to the bit as the formula says: %j along %j', (shape, axes) => {
    const size = shape.reduce((product, length) => product * length, 1);
    // Many equal numbers, and in places NaN and infinity.
    const whole = Array.from({ length: size }, (_, i) => (i * 7) % 5);
    const odd = whole.map((v, i) => [v, v, v, v, v, NaN, Infinity, -Infinity][(i * 5) % 37] ?? v);
    for (const numbers of [whole, odd]) {
      const x = tensor(numbers).reshape(shape);
      const kept = ops.max(x, axes, true);
      for (const seeds of [
        [1, -2, 0.3],
        [Infinity, -0, NaN],
      ]) {
        const dy = tensor(Array.from({ length: kept.size }, (_, i) => seeds[i % 3] ?? 0)).reshape(kept.shape); // prettier-ignore
        const given = ops.grad((a: Tensor) => ops.sum(ops.mul(ops.max(a, axes, true), dy)));
        expect([...given(x).data()]).toEqual([...byFormula(x, dy, axes).data()]);
        const negative = ops.grad((a: Tensor) => ops.sum(ops.mul(ops.min(a, axes, true), dy)));
        const turned = byFormula(ops.neg(x), dy, axes);
        expect([...negative(x).data()]).toEqual([...turned.data()]);
      }
    }
  });

  it.each([1, 3, 4, 16, 37])('behind a fused relu of %d channels as behind relu', (channels) => {
    const [x, kernel] = [random([2, 9, 3], -1, 1), random([2, 3, channels], -1, 1)].map(
      ({ shape, data }) => tensor(Float32Array.from(data), { shape: [...shape] }),
    );
    if (x === undefined || kernel === undefined) throw new Error();
    const weights = random([2, 8, channels], -1, 1).data;
    const loss = (y: Tensor, usedTwice: boolean): Tensor => {
      const pooled = ops.sum(ops.square(ops.max(y, 1)));
      const again = ops.mul(y, tensor(Float32Array.from(weights)).reshape(y.shape));
      return usedTwice ? ops.add(pooled, ops.sum(again)) : pooled;
    };
    for (const usedTwice of [false, true]) {
      const fused = (a: Tensor, k: Tensor): Tensor =>
        loss(ops.conv1d(a, k, null, { activation: 'relu' }), usedTwice);
      const unfused = (a: Tensor, k: Tensor): Tensor => loss(ops.relu(ops.conv1d(a, k)), usedTwice);
      const second = (f: typeof fused) => (a: Tensor, k: Tensor) =>
        ops.sum(ops.square(ops.grad((b: Tensor) => f(b, k))(a)));
      const numbers = (f: typeof fused): number[][] =>
        gradientsOf(f, [x, kernel]).map((gradient) => Array.from(gradient.data()));
      expect(numbers(fused)).toEqual(numbers(unfused));
      expect(numbers(second(fused))).toEqual(numbers(second(unfused)));
    }
  });
});

describe('a gradient with respect to what a fused relu has given before', () => {
  // All zero, where the relu would let nothing through.
  const rectified = ops.conv2d(zeros([2, 6, 6, 3]), zeros([3, 3, 3, 8]), null, {
    activation: 'relu',
  });

  it('goes no further: of the largest', () => {
    const gradient = ops.grad((y: Tensor) => ops.sum(ops.max(y, 0)))(rectified);
    expect([...gradient.data()]).toEqual(Array.from({ length: 256 }, () => 0.5));
  });

  it('goes no further: of pooling', () => {
    const gradient = ops.grad((y: Tensor) => ops.sum(ops.maxPool2d(y)))(rectified);
    expect(ops.sum(gradient).item()).toBe(64);
  });

  it('goes no further: of a variable that holds it', () => {
    const held = new Variable(rectified.clone());
    const taken = new Variable(
      ops.conv2d(zeros([2, 6, 6, 3]), zeros([3, 3, 3, 8]), null, { activation: 'relu' }),
    );
    for (const variable of [held, taken]) {
      const [gradient] = ops.grad(() => ops.sum(ops.max(variable.value, 0)), [variable]);
      expect([...(gradient?.data() ?? [])]).toEqual(Array.from({ length: 256 }, () => 0.5));
      variable.dispose();
    }
  });

  it('goes no further: where it is computed within another one', () => {
    const outer = ops.grad((k: Tensor) => {
      const y = ops.conv2d(zeros([2, 6, 6, 3]), k, null, { activation: 'relu' });
      const inner = ops.grad((z: Tensor) => ops.sum(ops.max(z, 0)))(y);
      expect(ops.sum(inner).item()).toBe(128);
      return ops.sum(y);
    });
    outer(zeros([3, 3, 3, 8]));
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
