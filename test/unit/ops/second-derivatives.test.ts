// Gradients of gradients, compared with second differences in float64.
import { describe, expect, it } from 'vitest';
import { ValueError } from '../../../src/errors.js';
import * as ops from '../../../src/ops/index.js';
import type { FusedActivation } from '../../../src/ops/index.js';
import { SeedGenerator } from '../../../src/random/index.js';
import { ones, tensor } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { power } from '../../reference/broadcast.js';
import * as reference from '../../reference/dense-array.js';
import { largest, product } from '../../reference/reduce.js';
import { logSoftmax, logSumExp, softmax, sparsemax } from '../../reference/softmax.js';
import { unaryReference } from '../../reference/unary.js';
import { awayFrom, distinct, expectSecondOrder, gradientsOf, random } from './agreement.js';

describe('second derivatives of functions of two operands', () => {
  const cases = {
    add: [ops.add, (x: number, y: number) => x + y],
    sub: [ops.sub, (x: number, y: number) => x - y],
    mul: [ops.mul, (x: number, y: number) => x * y],
    div: [ops.div, (x: number, y: number) => x / y],
    pow: [ops.pow, power],
    maximum: [ops.maximum, Math.max],
    minimum: [ops.minimum, Math.min],
  } as const;
  it.each(Object.entries(cases))('%s', (name, [op, f]) => {
    for (const [a, b] of [
      [[4], [4]],
      [[2, 3], [3]],
      [
        [2, 1],
        [1, 3],
      ],
      [[], [2]],
    ] as const) {
      // Values of a within [1, 2), of b within [2, 3): no ties, no singularity near.
      const x = random(a, 1, 2);
      const y = random(b, 2, 3);
      expectSecondOrder(name, op, (p, q) => reference.zip(p, q, f), x, y);
    }
  });

  it('pow at exponents 0 and 1', () => {
    const exponents = { shape: [3], data: [0, 1, 2] };
    const f = (x: reference.DenseArray, y: reference.DenseArray) => reference.zip(x, y, power);
    expectSecondOrder('pow', ops.pow, f, random([3], 1, 2), exponents);
  });
});

describe('second derivatives of functions of one element', () => {
  const offered = {
    abs: [ops.abs, 'Abs', [0]],
    sign: [ops.sign, 'Sign', [0]],
    sqrt: [(x: Tensor) => ops.sqrt(ops.add(x, 4)), 'Sqrt', []],
    rsqrt: [(x: Tensor) => ops.rsqrt(ops.add(x, 4)), 'Rsqrt', []],
    square: [ops.square, 'Square', []],
    reciprocal: [(x: Tensor) => ops.reciprocal(ops.add(x, 4)), 'Reciprocal', []],
    exp: [ops.exp, 'Exp', []],
    expm1: [ops.expm1, 'Expm1', []],
    log: [(x: Tensor) => ops.log(ops.add(x, 4)), 'Log', []],
    log1p: [(x: Tensor) => ops.log1p(ops.add(x, 4)), 'Log1p', []],
    sin: [ops.sin, 'Sin', []],
    cos: [ops.cos, 'Cos', []],
    tanh: [ops.tanh, 'Tanh', []],
    sigmoid: [ops.sigmoid, 'Sigmoid', []],
    neg: [ops.neg, 'Negate', []],
  } as const;
  it.each(Object.entries(offered))('%s', (name, [op, code, kinks]) => {
    const shift = /sqrt|reciprocal|log/.test(name) ? 4 : 0;
    const f = (x: number): number => unaryReference[code].value(x + shift, 0, 0, 0);
    const x = awayFrom(kinks, random([3, 5], -2, 2), 0.1);
    expectSecondOrder(name, op, (a) => reference.map(a, f), x);
  });

  it('relu with all its parameters, and clip', () => {
    const { Relu, Clip } = unaryReference;
    const x = awayFrom([-1, 0, 0.5, 1.5], random([20], -2, 3), 0.1);
    expectSecondOrder(
      'relu',
      (a) => ops.relu(a),
      (a) => reference.map(a, (v) => Math.max(v, 0)),
      x,
    );
    expectSecondOrder(
      'relu',
      (a) => ops.relu(a, { negativeSlope: 0.2, maxValue: 1.5, threshold: 0.5 }),
      (a) => reference.map(a, (v) => Relu.value(v, 0.2, 1.5, 0.5)),
      x,
    );
    expectSecondOrder(
      'clip',
      (a) => ops.clip(a, -1, 1.5),
      (a) => reference.map(a, (v) => Clip.value(v, -1, 1.5)),
      x,
    );
  });
});

describe('second derivatives of reductions', () => {
  const shape = [2, 3, 2];
  it.each([[[0]], [[1]], [[0, 2]], [[0, 1, 2]]])('along %j', (axes) => {
    const along = (line: (x: number[]) => number) => (x: reference.DenseArray) =>
      reference.reduce(x, axes, false, line);
    const mean = (x: number[]): number => x.reduce((a, b) => a + b, 0) / x.length;
    const variance = (x: number[]): number => mean(x.map((v) => (v - mean(x)) ** 2));
    expectSecondOrder('mean', (x) => ops.mean(x, axes), along(mean), random(shape));
    expectSecondOrder('variance', (x) => ops.variance(x, axes), along(variance), random(shape));
    expectSecondOrder('prod', (x) => ops.prod(x, axes), along(product), random(shape, 0.5, 1.5));
    expectSecondOrder('max', (x) => ops.max(x, axes), along(largest), distinct(shape));
    expectSecondOrder('logsumexp', (x) => ops.logsumexp(x, axes), along(logSumExp), random(shape));
    expectSecondOrder(
      'std',
      (x) => ops.std(x, axes),
      along((x) => Math.sqrt(variance(x))),
      { shape, data: [0, 5, 1, 4, 3, 2, -3, 1, 8, -1, 6, -2] },
    );
  });

  it('prod with one zero, and with two', () => {
    for (const data of [
      [0, 2, 3, 4],
      [0, 2, 0, 4],
      [0, 0, 0, 1],
    ]) {
      const line = (x: reference.DenseArray) => reference.reduce(x, [0], false, product);
      expectSecondOrder('prod', (x) => ops.prod(x, 0), line, { shape: [4], data });
    }
  });
});

describe('second derivatives of softmax and its relatives', () => {
  it.each([0, 1, 2])('along axis %i', (axis) => {
    const x = random([2, 3, 2], -2, 2);
    const along = (f: (line: readonly number[]) => number[]) => (a: reference.DenseArray) =>
      reference.alongAxis(a, axis, f);
    expectSecondOrder('softmax', (a) => ops.softmax(a, axis), along(softmax), x);
    expectSecondOrder('logSoftmax', (a) => ops.logSoftmax(a, axis), along(logSoftmax), x);
    // No support changes within the differences' step.
    const data = [0, 0.3, 0.6, 0.9, 1.2, 1.5, 1.59, 1.38, 0.66, 1.02, 0.33, 0.18].map(Math.fround);
    const apart = { shape: [2, 3, 2], data };
    expectSecondOrder('sparsemax', (a) => ops.sparsemax(a, axis), along(sparsemax), apart);
  });
});

describe('second derivatives of products', () => {
  it.each([
    [
      [3, 4],
      [4, 2],
    ],
    [[4], [4]],
    [[4], [2, 4, 3]],
    [
      [2, 3, 4],
      [4, 2],
    ],
    [
      [3, 4],
      [2, 4, 2],
    ],
    [
      [2, 1, 3, 4],
      [3, 4, 2],
    ],
  ])('matmul of %j and %j', (a, b) => {
    expectSecondOrder('matmul', ops.matmul, reference.matmul, random(a), random(b));
  });

  it('three derivatives of x · x', () => {
    // f = Σ (x²)₁₁-like sums: for a 1 × 1 matrix, x · x · x has third derivative 6.
    const cube = (x: Tensor): Tensor => ops.sum(ops.matmul(ops.matmul(x, x), x));
    const first = (x: Tensor): Tensor => ops.sum(ops.grad(cube)(x));
    const second = (x: Tensor): Tensor => ops.sum(ops.grad(first)(x));
    expect(
      ops
        .grad(second)(tensor([[2]]))
        .toArray(),
    ).toEqual([[6]]);
  });

  it.each(['linear', 'relu', 'tanh'] as const)('dense with %s', (activation: FusedActivation) => {
    const f = { linear: (z: number) => z, relu: (z: number) => Math.max(z, 0), tanh: Math.tanh };
    for (const shape of [
      [2, 3],
      [2, 2, 3],
    ]) {
      // A bias of ±3 keeps relu's inputs away from 0.
      const bias = { shape: [2], data: [3, -3].map((v) => (activation === 'relu' ? v : v / 4)) };
      expectSecondOrder(
        `dense ${activation}`,
        (x, w, b) => ops.dense(x, w, b, activation),
        (x, w, b) =>
          reference.map(
            reference.zip(reference.matmul(x, w), b, (p, q) => p + q),
            f[activation],
          ),
        random(shape),
        random([3, 2]),
        bias,
      );
    }
  });
});

describe('second derivatives through operations that move elements', () => {
  const square = (x: reference.DenseArray) => reference.map(x, (v) => v * v);
  const cases: Readonly<
    Record<string, [(x: Tensor) => Tensor, (x: reference.DenseArray) => reference.DenseArray]>
  > = {
    reshape: [(x) => ops.reshape(x, [6]), (x) => reference.reshape(x, [6])],
    transpose: [ops.transpose, (x) => reference.transpose(x, [1, 0])],
    slice: [
      (x) => ops.slice(x, '::-1', '0:3:2'),
      (x) =>
        reference.take(x, [
          [1, 0],
          [0, 2],
        ]),
    ],
    rows: [(x) => ops.slice(x, '1:'), (x) => reference.take(x, [[1], [0, 1, 2]])],
    concat: [(x) => ops.concat([x, x], 1), (x) => reference.concat([x, x], 1)],
    pad: [
      (x) =>
        ops.pad(x, [
          [1, 0],
          [0, 2],
        ]),
      (x) =>
        reference.pad(
          x,
          [
            [1, 0],
            [0, 2],
          ],
          0,
        ),
    ],
    tile: [(x) => ops.tile(x, [2, 1]), (x) => reference.tile(x, [2, 1])],
    gather: [
      (x) => ops.gather(x, [2, 0, 2, 2], 1),
      (x) => reference.gather(x, { shape: [4], data: [2, 0, 2, 2] }, 1),
    ],
    broadcastTo: [
      (x) => ops.broadcastTo(x, [2, 2, 3]),
      (x) => reference.build([2, 2, 3], (index) => reference.at(x, index)),
    ],
    clone: [ops.clone, (x) => x],
  };
  it.each(Object.entries(cases))('%s', (name, [op, f]) => {
    expectSecondOrder(
      name,
      (x) => ops.square(op(x)),
      (x) => square(f(x)),
      random([2, 3]),
    );
    expectSecondOrder(
      name,
      (x) => op(ops.square(x)),
      (x) => f(square(x)),
      random([2, 3]),
    );
  });

  it('where', () => {
    const mask = tensor([[true, false, true]]);
    expectSecondOrder(
      'where',
      (x, y) => ops.where(mask, ops.mul(x, y), ops.square(y)),
      (x, y) =>
        reference.build([2, 3], (i) => {
          const [p, q] = [reference.at(x, i), reference.at(y, i)];
          return i[1] === 1 ? q * q : p * q;
        }),
      random([2, 3]),
      random([2, 3]),
    );
  });

  it('dropout keeps its mask', () => {
    const slope = (x: Tensor): Tensor =>
      ops.sum(
        ops.grad((a: Tensor) => ops.sum(ops.square(ops.dropout(a, 0.5, new SeedGenerator(1)))))(x),
      );
    // With m = 0 or 2: Σ (m x)² has the second derivative 2 m².
    const mask = ops.dropout(ones([20]), 0.5, new SeedGenerator(1)).data();
    expect(
      ops
        .grad(slope)(ones([20]))
        .toArray(),
    ).toEqual(Array.from(mask, (m) => 2 * m * m));
  });
});

describe('fused cross-entropies', () => {
  const logits = tensor([[0.1, 0.2, 0.3]]);
  const targets = tensor([[0, 1, 0]]);

  it('does not give a wrong number for targets that are differentiated too', () => {
    const slope = (t: Tensor): Tensor =>
      ops.sum(ops.square(ops.grad((z: Tensor) => ops.sum(ops.softmaxCrossEntropy(z, t)))(logits)));
    expect(() => ops.grad(slope)(targets)).toThrow(ValueError);
  });

  it('still has a gradient within a recording that does not ask for more', () => {
    const scale = tensor(3);
    const f = (s: Tensor): Tensor => {
      const [first] = gradientsOf((z) => ops.sum(ops.softmaxCrossEntropy(z, targets)), [logits]);
      return ops.sum(ops.mul(s, first ?? NaN));
    };
    const [ds] = gradientsOf(f, [scale]);
    expect(ds?.item()).toBeCloseTo(0, 6);
  });
});
