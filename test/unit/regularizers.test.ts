import { describe, expect, it } from 'vitest';
import { sum } from '../../src/engine/ops/index.js';
import * as regularizers from '../../src/regularizers.js';
import { tensor } from '../../src/engine/tensor/create.js';
import { expectAllClose, expectNumberClose } from '../golden/cases.js';
import { gradientOf } from './layers/gradient.js';

const w = tensor([
  [1, -2],
  [0.5, 3],
]);
const absolute = 6.5;
const squares = 14.25;

describe('regularizers', () => {
  it('compute Σ |x| and Σ x² times their factors', () => {
    expectNumberClose(new regularizers.L1(0.1).call(w).item(), 0.1 * absolute);
    expectNumberClose(new regularizers.L2(0.1).call(w).item(), 0.1 * squares);
    const both = new regularizers.L1L2({ l1: 0.1, l2: 0.2 });
    expectNumberClose(both.call(w).item(), 0.1 * absolute + 0.2 * squares);
    expect(both.call(w).shape).toEqual([]);
  });

  it('of factor 0 are none, whatever they are given', () => {
    const spoiled = tensor([NaN, Infinity, 1]);
    expect(new regularizers.L1L2().call(spoiled).toArray()).toBe(0);
    expect(new regularizers.L1L2({ l1: 0.5 }).call(tensor([1e30, -1e30])).item()).toBeCloseTo(
      1e30,
      -24,
    );
    expect(new regularizers.L1L2({ l2: 0.5 }).call(tensor([2, -4])).item()).toBe(10);
  });

  // Penalties and gradients by Keras 3.
  it.each([
    [
      'rows',
      0.07793378,
      [-0.02083943, -0.00628038, 0.01655736, -0.01493071, 0.00633424, 0.00576868],
    ],
    [
      'columns',
      0.04275691,
      [0.00021454, -0.0050457, -0.01003687, -0.00042909, -0.0033638, -0.00250922],
    ],
  ] as const)('want orthogonal %s', (mode, penalty, gradient) => {
    const regularizer = new regularizers.OrthogonalRegularizer({ factor: 0.1, mode });
    const matrix = tensor([
      [1, -2, 0.5],
      [0.5, 3, -2],
    ]);
    expectNumberClose(regularizer.call(matrix).item(), penalty);
    expectAllClose(gradientOf((x) => regularizer.call(x), matrix).data(), gradient);
    const orthogonal =
      mode === 'rows'
        ? [
            [3, 4, 0],
            [-4, 3, 0],
            [0, 0, 0],
          ]
        : [
            [1, 0],
            [0, -2],
            [0, 0],
          ];
    expect(regularizer.call(tensor(orthogonal)).item()).toBe(0);
    expect(regularizer.call(tensor(mode === 'rows' ? [[1, 2]] : [[1], [2]])).item()).toBe(0);
    const config = { factor: 0.1, mode };
    expect(regularizers.get('orthogonal_regularizer')?.getConfig()).toEqual({
      factor: 0.01,
      mode: 'rows',
    });
    const again = regularizers.deserialize({ class_name: 'OrthogonalRegularizer', config });
    expect(again.getConfig()).toEqual(config);
    expect(regularizers.orthogonalRegularizer({ mode }).mode).toBe(mode);
  });

  it('say what cannot be orthogonal', () => {
    const regularizer = new regularizers.OrthogonalRegularizer();
    expect(() => regularizer.call(tensor([1, 2]))).toThrow(/takes a matrix, got shape \(2,\)/);
    const wrong = { mode: 'diagonals' } as unknown as { mode: 'rows' };
    expect(() => new regularizers.OrthogonalRegularizer(wrong)).toThrow(/'rows' or 'columns', got/);
  });

  it('have the gradients l1 · sign(x) and 2 · l2 · x', () => {
    const both = new regularizers.L1L2({ l1: 0.1, l2: 0.2 });
    const gradient = gradientOf((x) => both.call(x), w);
    expectAllClose(gradient.data(), [0.5, -0.9, 0.3, 1.3]);
  });

  it('are known by name with the factors that Keras documents', () => {
    expect(regularizers.get('l1')?.getConfig()).toEqual({ l1: 0.01 });
    expect(regularizers.get('L2')?.getConfig()).toEqual({ l2: 0.01 });
    expect(regularizers.get('l1_l2')?.getConfig()).toEqual({ l1: 0.01, l2: 0.01 });
    expect(new regularizers.L1L2().getConfig()).toEqual({ l1: 0, l2: 0 });
  });

  it('keep their Keras config', () => {
    const config = { class_name: 'L1L2', config: { l1: 0.009999999776482582, l2: 0 } };
    const regularizer = regularizers.deserialize(config);
    expect(regularizers.serialize(regularizer)).toEqual({
      module: 'keras.regularizers',
      registered_name: null,
      ...config,
    });
    expect(regularizers.serialize(null)).toBeNull();
    expect(regularizers.get(null)).toBeNull();
  });

  it('can be plain functions, which cannot be saved', () => {
    const regularizer = regularizers.get((x) => sum(x));
    expectNumberClose(regularizer?.call(w).item() ?? NaN, 2.5);
    expect(() => regularizers.serialize(regularizer)).toThrow(/cannot be saved/);
  });

  it('the functions in lower case make instances', () => {
    expect(regularizers.l2(0.5).l2).toBe(0.5);
    expect(regularizers.l1().l1).toBe(0.01);
    expect(regularizers.l1L2({ l1: 1 }).l1).toBe(1);
  });

  it('refuse unknown names', () => {
    expect(() => regularizers.get('l3')).toThrow(/Unknown regularizer 'l3'.*l1, l2/);
    expect(() => regularizers.get(1 as unknown as string)).toThrow(/got 1/);
  });
});
