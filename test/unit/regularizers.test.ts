import { describe, expect, it } from 'vitest';
import { ValueError } from '../../src/errors.js';
import { sum } from '../../src/ops/index.js';
import * as regularizers from '../../src/regularizers/index.js';
import { tensor } from '../../src/tensor/create.js';
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

  it('refuse negative factors and unknown names', () => {
    expect(() => new regularizers.L2(-1)).toThrow(ValueError);
    expect(() => new regularizers.L2(-1)).toThrow(/L2: l2 .* at least 0, got -1/);
    expect(() => new regularizers.L1(NaN)).toThrow(/got NaN/);
    expect(() => regularizers.get('l3')).toThrow(/Unknown regularizer 'l3'.*l1, l2/);
    expect(() => regularizers.get(1 as unknown as string)).toThrow(/got 1/);
  });
});
