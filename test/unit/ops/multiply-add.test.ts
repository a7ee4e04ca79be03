import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { multiplyAdd } from '../../../src/engine/ops/neural/normalizations.js';
import { tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { zip } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { expectAgreement, expectSecondOrder, gradientsOf, random, toTensor } from './agreement.js';
import type { Op, Reference } from './agreement.js';

const fused: Op = multiplyAdd;
const separate = ((x: Tensor, f: Tensor, a: Tensor) => ops.add(ops.mul(x, f), a)) as Op;
const reference = ((x: DenseArray, f: DenseArray, a: DenseArray) =>
  zip(
    zip(x, f, (p, q) => p * q),
    a,
    (p, q) => p + q,
  )) as Reference;

/** Shapes of x, and of factor and addend. */
const shapes: [readonly number[], readonly number[]][] = [
  [[4, 6], [6]],
  [[70, 3], [3]],
  [
    [2, 3, 4, 5],
    [3, 1, 1],
  ],
  [[3, 4], [1]],
  [[0, 3], [3]],
];

describe('multiplyAdd', () => {
  it.each(shapes)('of %j and %j has values and gradients of x · factor + addend', (x, factor) => {
    const operands = [random(x), random(factor), random(factor)];
    expectAgreement('multiplyAdd', fused, reference, ...operands);
  });

  it.each(shapes)('of %j and %j has the bits of the two operations, gradients too', (x, factor) => {
    const operands = [random(x), random(factor), random(factor)].map(toTensor);
    const weights = toTensor(random(x));
    tidy(() => {
      const [got, want] = [fused, separate].map((op) => [
        op(...operands),
        ...gradientsOf((...all) => ops.sum(ops.mul(op(...all), weights)), operands),
      ]);
      expect(got?.map((y) => [...y.data()])).toEqual(want?.map((y) => [...y.data()]));
    });
  });

  it('has second derivatives', () => {
    const operands = [random([2, 3]), random([3]), random([3])];
    expectSecondOrder('multiplyAdd', fused, reference, ...operands);
  });
});
