import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import { floorModulo, power } from '../../reference/broadcast.js';
import { at, build, commonShape, zip } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { awayFrom, distinct, expectAgreement, gradientsOf, random } from './agreement.js';

/** Pairs of shapes: alike, a scalar, a row, a column, both repeated, leading axes, lengths 1 and 0. */
const shapes: readonly (readonly [number[], number[]])[] = [
  [[7], [7]],
  [
    [3, 5],
    [3, 5],
  ],
  [[], []],
  [[3, 5], []],
  [[], [2, 3]],
  [[3, 5], [5]],
  [
    [3, 5],
    [3, 1],
  ],
  [
    [3, 1],
    [1, 5],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [4, 1, 3],
    [2, 1, 5, 1],
  ],
  [
    [1, 4],
    [2, 3, 1],
  ],
  [[1], [1, 1]],
  [
    [2, 0],
    [2, 1],
  ],
];

const range = (low: number, high: number) => (shape: readonly number[]) => random(shape, low, high);

/** Two arrays of which no elements that meet are equal. */
function untied(a: readonly number[], b: readonly number[]): [DenseArray, DenseArray] {
  const x = distinct([...a]);
  const scale = Math.max(1, x.data.length);
  const y = { shape: b, data: distinct([...b]).data.map((v) => Math.fround(v + 0.37 / scale)) };
  return [x, y];
}

describe('arithmetic agrees with float64, value and gradients, at every pattern of broadcasting', () => {
  const cases = {
    add: [ops.add, (x: number, y: number) => x + y, range(-2, 2), range(-2, 2)],
    sub: [ops.sub, (x: number, y: number) => x - y, range(-2, 2), range(-2, 2)],
    mul: [ops.mul, (x: number, y: number) => x * y, range(-2, 2), range(-2, 2)],
    div: [ops.div, (x: number, y: number) => x / y, range(-2, 2), range(0.5, 2)],
    pow: [ops.pow, power, range(0.3, 2), range(-2, 2)],
  } as const;
  it.each(Object.entries(cases))('%s', (name, [op, reference, left, right]) => {
    for (const [a, b] of shapes) {
      expectAgreement(name, op, (x, y) => zip(x, y, reference), left(a), right(b));
    }
  });

  it('div by negative numbers', () => {
    const y = random([3, 4], -2, -0.5);
    expectAgreement('div', ops.div, (a, b) => zip(a, b, (p, q) => p / q), random([3, 4]), y);
  });

  it.each([
    ['maximum', ops.maximum, Math.max],
    ['minimum', ops.minimum, Math.min],
  ] as const)('%s', (name, op, reference) => {
    for (const [a, b] of shapes) {
      expectAgreement(name, op, (x, y) => zip(x, y, reference), ...untied(a, b));
    }
  });

  it('mod, away from its jumps, for divisors of both signs', () => {
    for (const divisor of [1.5, -1.5]) {
      const y = { shape: [1], data: [divisor] };
      const kinks = Array.from({ length: 9 }, (_, i) => (i - 4) * 1.5);
      const x = awayFrom(kinks, random([4, 5], -5, 5));
      expectAgreement('mod', ops.mod, (p, q) => zip(p, q, floorModulo), x, y);
    }
  });

  it('neg', () => {
    const reference = (x: DenseArray) => ({ shape: x.shape, data: x.data.map((v) => -v) });
    for (const [a] of shapes) expectAgreement('neg', ops.neg, reference, random(a));
  });

  it('where, the condition broadcasting too', () => {
    const masks = [[3, 5], [5], [3, 1], []];
    for (const maskShape of masks) {
      const mask = random(maskShape);
      const condition = tensor(
        Uint8Array.from(mask.data, (v) => (v > 0 ? 1 : 0)),
        { shape: maskShape, dtype: 'bool' },
      );
      for (const [a, b] of [
        [
          [3, 5],
          [3, 5],
        ],
        [[3, 1], [5]],
        [[], [2, 3, 5]],
      ] as const) {
        expectAgreement(
          'where',
          (x, y) => ops.where(condition, x, y),
          (x, y) =>
            build(commonShape(maskShape, x.shape, y.shape), (i) =>
              at(mask, i) > 0 ? at(x, i) : at(y, i),
            ),
          random(a),
          random(b),
        );
      }
    }
  });
});

describe('one operand on both sides', () => {
  it('gets the sum of both gradients', () => {
    const x = random([2, 3], 0.5, 2);
    const twice = (f: (p: number, q: number) => number) => (a: DenseArray) => zip(a, a, f);
    expectAgreement(
      'x · x',
      (a) => ops.mul(a, a),
      twice((p, q) => p * q),
      x,
    );
    expectAgreement(
      'x / x',
      (a) => ops.div(a, a),
      twice((p, q) => p / q),
      x,
    );
    expectAgreement('x ^ x', (a) => ops.pow(a, a), twice(power), x);
    expectAgreement(
      'x − x',
      (a) => ops.sub(a, a),
      twice((p, q) => p - q),
      x,
    );
  });
});

describe('gradients where the formula has a hole', () => {
  const gradients = (f: typeof ops.pow, a: number[], b: number[]) =>
    gradientsOf((x, y) => ops.sum(f(x, y)), [tensor(a), tensor(b)]).map((g) => [...g.data()]);

  it('maximum and minimum share a tie evenly', () => {
    expect(gradients(ops.maximum, [1, 2, 3], [1, 3, 2])).toEqual([
      [0.5, 0, 1],
      [0.5, 1, 0],
    ]);
    expect(gradients(ops.minimum, [1, 2, 3], [1, 3, 2])).toEqual([
      [0.5, 1, 0],
      [0.5, 0, 1],
    ]);
  });

  it('pow at base 0: b · 0^(b − 1), nothing for exponent 0, and 0 for the exponent', () => {
    const [base, exponent] = gradients(ops.pow, [0, 0, 0, 0], [0, 1, 2, 3]);
    expect(base).toEqual([0, 1, 0, 0]);
    expect(exponent).toEqual([0, 0, 0, 0]);
  });

  it('pow of negative bases with whole exponents', () => {
    const [base] = gradientsOf((x) => ops.sum(ops.pow(x, 3)), [tensor([-2, -1, 0])]);
    expect([...(base?.data() ?? [])]).toEqual([12, 3, 0]);
    const [square] = gradientsOf((x) => ops.sum(ops.pow(x, 2)), [tensor([-2, 0, 3])]);
    expect([...(square?.data() ?? [])]).toEqual([-4, 0, 6]);
  });

  it('pow with a zero exponent has no slope in the base', () => {
    expect(gradients(ops.pow, [-2, 3], [0, 0])[0]?.map(Math.abs)).toEqual([0, 0]);
  });

  it('div by divisors whose square is out of float32’s range', () => {
    // −a / b²: −1e-20 · 1e20 / 1e20 …, written out for each pair.
    const [, divisor] = gradients(ops.div, [1e20, 1e-25, 1e30], [1e25, 1e-22, -1e24]);
    const expected = [-1e-30, -1e19, -1e-18];
    divisor?.forEach((value, i) => {
      expect(value / (expected[i] ?? NaN)).toBeCloseTo(1, 5);
    });
  });
});

describe('operands of other dtypes', () => {
  it('let the gradient through to the float32 operand only', () => {
    const counts = tensor([1, 2, 3], { dtype: 'int32' });
    const [dx] = gradientsOf((x) => ops.sum(ops.mul(x, counts)), [tensor([1, 1, 1])]);
    expect([...(dx?.data() ?? [])]).toEqual([1, 2, 3]);
    const mask = tensor([true, false, true]);
    const [dm] = gradientsOf((x) => ops.sum(ops.div(mask, x)), [tensor([2, 2, 4])]);
    expect([...(dm?.data() ?? [])].map((v) => v + 0)).toEqual([-0.25, 0, -0.0625]);
  });
});
