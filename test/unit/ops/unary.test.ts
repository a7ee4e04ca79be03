import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { gradientsOf } from './agreement.js';

describe('functions of one element at special values', () => {
  const slope = (op: (x: Tensor) => Tensor, x: number): number | undefined =>
    gradientsOf((a) => ops.sum(op(a)), [tensor([x])])[0]?.item();

  it('clip passes the gradient on its borders, and nothing outside', () => {
    const clip = (x: Tensor): Tensor => ops.clip(x, -1, 1);
    expect([-2, -1, 0, 1, 2].map((x) => slope(clip, x))).toEqual([0, 1, 1, 1, 0]);
  });

  it('relu has slope 0 at 0, abs too', () => {
    expect(slope((x) => ops.relu(x), 0)).toBe(0);
    expect(slope(ops.abs, 0)).toBe(0);
  });

  it('sqrt is steep at 0 and NaN below', () => {
    expect(slope(ops.sqrt, 0)).toBe(Infinity);
    expect(slope(ops.sqrt, -1)).toBeNaN();
  });

  it('saturated sigmoid, tanh and softplus have gradients without NaN', () => {
    for (const x of [-1e4, -100, 100, 1e4]) {
      expect(slope(ops.sigmoid, x)).toBeCloseTo(0, 6);
      expect(slope(ops.tanh, x)).toBeCloseTo(0, 6);
      expect(slope(ops.softplus, x)).toBeCloseTo(x > 0 ? 1 : 0, 6);
      expect(slope(ops.logSigmoid, x)).toBeCloseTo(x < 0 ? 1 : 0, 6);
      expect(slope((a) => ops.gelu(a), x)).toBeCloseTo(x > 0 ? 1 : 0, 6);
      expect(slope(ops.mish, x)).toBeCloseTo(x > 0 ? 1 : 0, 6);
    }
  });
});
