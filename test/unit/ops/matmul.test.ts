import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import type { FusedActivation } from '../../../src/engine/ops/index.js';
import { ones, zeros } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { dot, map, matmul, zip } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { shapesOf } from '../../shapes.js';
import { expectAgreement, gradientsOf, random } from './agreement.js';

describe('matmul agrees with float64, value and gradients', () => {
  it.each([
    // Matrices, around the tile of 3 by 12.
    '2 3 · 3 4',
    '1 1 · 1 1',
    '7 5 · 5 13',
    '4 1 · 1 25',
    // Vectors.
    '5 · 5',
    '5 · 5 3',
    '4 5 · 5',
    '5 · 2 5 3',
    '2 4 5 · 5',
    '2 3 4 5 · 5',
    // One right matrix for all.
    '2 3 4 · 4 5',
    '2 2 3 4 · 4 2',
    // One left matrix for all.
    '3 4 · 2 4 5',
    '3 4 · 2 2 4 5',
    // Batches, alike and broadcasting.
    '3 2 4 · 3 4 5',
    '1 2 4 · 3 4 5',
    '3 2 4 · 1 4 5',
    '2 1 3 4 · 5 4 2',
    '2 1 3 4 · 2 3 4 2',
    '5 3 4 · 2 1 4 2',
    '2 1 3 4 · 1 3 4 2',
  ])('%s', (shapes) => {
    const [a = [], b = []] = shapesOf(shapes);
    expectAgreement('matmul', ops.matmul, matmul, random(a), random(b));
  });

  it('of one tensor with its own transpose', () => {
    expectAgreement(
      'x · xᵀ',
      (x) => ops.matmul(x, ops.transpose(x)),
      (x) => zip(matmul(x, flip(x)), { shape: [], data: [0] }, (v) => v),
      random([4, 3]),
    );
  });
});

function flip(x: DenseArray): DenseArray {
  const [rows = 0, columns = 0] = x.shape;
  const data = Array.from(
    { length: rows * columns },
    (_, i) => x.data[(i % rows) * columns + Math.floor(i / rows)] ?? NaN,
  );
  return { shape: [columns, rows], data };
}

describe('matmul with lengths of 0', () => {
  it('is 0 where there is nothing to sum, and has gradients of the right shape', () => {
    for (const shapes of [
      '2 0 · 0 3 = 2 3',
      '0 2 · 2 3 = 0 3',
      '2 3 · 3 0 = 2 0',
      '2 3 4 · 4 0 = 2 3 0',
      '0 3 4 · 4 5 = 0 3 5',
      '2 3 0 · 0 5 = 2 3 5',
      '0 3 4 · 0 4 5 = 0 3 5',
      '3 4 · 0 4 5 = 0 3 5',
    ]) {
      const [a = [], b = [], c] = shapesOf(shapes);
      const product = ops.matmul(ones(a), ones(b));
      expect(product.shape).toEqual(c);
      expect(product.data().every((v) => v === 0)).toBe(true);
      const gradients = gradientsOf((x, y) => ops.sum(ops.matmul(x, y)), [ones(a), ones(b)]);
      expect(gradients.map(({ shape }) => shape)).toEqual([a, b]);
      expect(gradients.every((g) => g.data().every((v) => v === 0))).toBe(true);
    }
  });
});

describe('dot agrees with float64, value and gradients', () => {
  it.each([
    '5 · 5',
    '3 4 · 4 2',
    '2 3 4 · 4',
    '4 · 4 2',
    '4 · 3 4 2',
    '2 4 · 3 4 2',
    '2 3 4 · 2 3 4 5',
    '2 3 4 · 4 5',
  ])('%s', (shapes) => {
    const [a = [], b = []] = shapesOf(shapes);
    expectAgreement('dot', ops.dot, dot, random(a), random(b));
  });

  it('with a scalar multiplies', () => {
    const reference = (x: DenseArray, y: DenseArray) => zip(x, y, (p, q) => p * q);
    expectAgreement('dot', ops.dot, reference, random([]), random([2, 3]));
    expectAgreement('dot', ops.dot, reference, random([2, 3]), random([]));
    expectAgreement('dot', ops.dot, reference, random([]), random([]));
  });
});

describe('dense agrees with float64, value and gradients', () => {
  const functions: Readonly<Record<FusedActivation, (z: number) => number>> = {
    linear: (z) => z,
    relu: (z) => Math.max(z, 0),
    tanh: Math.tanh,
  };
  const layers: readonly (readonly [x: number[], units: number])[] = [
    [[4, 3], 5],
    [[1, 1], 1],
    [[7, 13], 14],
    [[5], 3],
    [[2, 3, 4], 5],
    [[2, 1, 3, 4], 2],
  ];
  it.each(['linear', 'relu', 'tanh'] as const)('%s', (activation) => {
    const f = functions[activation];
    for (const [shape, units] of layers) {
      const x = random(shape);
      const kernel = random([shape.at(-1) ?? 1, units]);
      const bias = random([units]);
      expectAgreement(
        `dense ${activation}`,
        (a, w, b) => ops.dense(a, w, b, activation),
        (a, w, b) =>
          map(
            zip(matmul(a, w), b, (p, q) => p + q),
            f,
          ),
        x,
        kernel,
        bias,
      );
      expectAgreement(
        `dense ${activation} without bias`,
        (a, w) => ops.dense(a, w, null, activation),
        (a, w) => map(matmul(a, w), f),
        x,
        kernel,
      );
    }
  });

  it('with no rows, and with no inputs', () => {
    const loss = (x: Tensor, w: Tensor, b: Tensor): Tensor => ops.sum(ops.dense(x, w, b, 'tanh'));
    const none = gradientsOf(loss, [zeros([0, 3]), ones([3, 2]), ones([2])]);
    expect(none.map((g) => [...g.data()])).toEqual([[], [0, 0, 0, 0, 0, 0], [0, 0]]);
    expect(ops.dense(zeros([2, 0]), zeros([0, 2]), ones([2])).toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    const [, , bias] = gradientsOf(
      (x, w, b) => ops.sum(ops.dense(x, w, b)),
      [zeros([2, 0]), zeros([0, 2]), ones([2])],
    );
    expect(bias?.toArray()).toEqual([2, 2]);
  });
});
