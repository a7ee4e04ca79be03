// The comparison that the other tests rest on must not let a wrong derivative pass.
import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/engine/ops/index.js';
import { map } from '../../reference/dense-array.js';
import { centralGradient, centralHessianProduct } from '../../reference/gradients.js';
import { expectAgreement, expectSecondOrder, random } from './agreement.js';

const cube = (x: number): number => x ** 3;
const x = { shape: [3], data: [-1, 0.5, 2] };

describe('central differences', () => {
  it('give the derivative 3 x² and the second derivative 6 x of x³', () => {
    const f = (a: typeof x) => map(a, cube);
    centralGradient((a) => f(a as typeof x), [x], 0, [1, 2, 3]).forEach((value, i) => {
      expect(value).toBeCloseTo([3, 1.5, 36][i] ?? NaN, 7);
    });
    const second = centralHessianProduct((a) => f(a as typeof x), [x], 0, [1, 1, 1], [[1, 2, 3]]);
    second.forEach((value, i) => {
      expect(value).toBeCloseTo([-6, 6, 36][i] ?? NaN, 6);
    });
  });
});

describe('expectAgreement', () => {
  const reference = (a: { shape: readonly number[]; data: readonly number[] }) => map(a, cube);

  it('passes what is right', () => {
    expectAgreement('x³', (a) => ops.mul(a, ops.square(a)), reference, random([5]));
    expectSecondOrder('x³', (a) => ops.mul(a, ops.square(a)), reference, random([5]));
  });

  it('fails a wrong value, shape, gradient and second derivative', () => {
    const check = (op: Parameters<typeof expectAgreement>[1]) => () =>
      expectAgreement('x³', op, reference, random([5]));
    expect(check((a) => ops.mul(ops.pow(a, 3), 1.0001))).toThrow(/value of x³/);
    expect(check((a) => ops.reshape(ops.pow(a, 3), [1, 5]))).toThrow(/shape of x³/);
    const halfStopped = check((a) => ops.mul(a, ops.square(ops.stopGradient(a))));
    expect(halfStopped).toThrow(/gradient 0 of x³/);
    // The gradient is right, its own is not: 3 sg(x)² instead of 3 x².
    const first = (a: Parameters<typeof ops.square>[0]) => {
      const stopped = ops.stopGradient(a);
      const line = ops.mul(ops.mul(ops.square(stopped), 3), ops.sub(a, stopped));
      return ops.add(line, ops.pow(stopped, 3));
    };
    expect(check(first)).not.toThrow();
    expect(() => expectSecondOrder('x³', first, reference, random([5]))).toThrow(
      /second derivative/,
    );
  });
});
