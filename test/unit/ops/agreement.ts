// Compares an operation and its derivatives with a float64 reference.
import { expect } from 'vitest';
import { add, grad, mul, sum } from '../../../src/engine/ops/index.js';
import { tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { centralGradient, centralHessianProduct } from '../../reference/gradients.js';
import { random, toTensor } from '../../specs/operation-spec.js';
import type { Reference } from '../../specs/operation-spec.js';

export { awayFrom, distinct, random, toTensor } from '../../specs/operation-spec.js';
export type { Reference } from '../../specs/operation-spec.js';

export type Op = (...inputs: Tensor[]) => Tensor;
/** Fails unless each number is as near as `absolute + relative · |b|`, scaled by the largest b where that is more. */
export function expectNear(
  actual: ArrayLike<number>,
  expected: readonly number[],
  what: string,
  relative: number,
): void {
  expect(actual.length, `number of elements of ${what}`).toBe(expected.length);
  const scale = Math.max(1, ...expected.map(Math.abs).filter(Number.isFinite));
  expected.forEach((b, i) => {
    const a = actual[i] ?? NaN;
    const same = Object.is(a, b) || a === b || Math.abs(a - b) <= relative * scale;
    if (!same) expect.fail(`${what}: element ${i} is ${a}, expected ${b}`);
  });
}

/** Checks the value and the gradient in every input, for a random gradient of the output. */
export function expectAgreement(
  what: string,
  op: Op,
  reference: Reference,
  ...inputs: DenseArray[]
): void {
  tidy(() => {
    const expected = reference(...inputs);
    const name = `${what} of ${inputs.map(({ shape }) => `(${shape.join(', ')})`).join(' ')}`;
    const out = op(...inputs.map(toTensor));
    expect(out.shape, `shape of ${name}`).toEqual(expected.shape);
    expectNear(out.data(), expected.data, `value of ${name}`, 1e-5);

    const upstream = random(expected.shape);
    const weights = toTensor(upstream);
    const loss = (...args: Tensor[]): Tensor => sum(mul(op(...args), weights));
    const gradients = gradientsOf(loss, inputs.map(toTensor));
    inputs.forEach((input, which) => {
      const gradient = gradients[which];
      expect(gradient?.shape, `shape of gradient ${which} of ${name}`).toEqual(input.shape);
      const central = centralGradient(reference, inputs, which, upstream.data);
      expectNear(gradient?.data() ?? [], central, `gradient ${which} of ${name}`, 5e-5);
    });
  });
}

/**
 * Checks second derivatives: the gradient of Σ direction · gradient, the upstream weights being one more
 * input, so that the derivative in the upstream gradient is checked too.
 */
export function expectSecondOrder(
  what: string,
  op: Op,
  reference: Reference,
  ...inputs: DenseArray[]
): void {
  tidy(() => {
    const weights = random(reference(...inputs).shape);
    const all = [...inputs, weights];
    const weighted: Reference = (...args) => {
      const w = args.at(-1)?.data ?? [];
      const out = reference(...args.slice(0, -1));
      return { shape: [], data: [out.data.reduce((s, v, i) => s + v * (w[i] ?? NaN), 0)] };
    };
    const loss = (...args: Tensor[]): Tensor =>
      sum(mul(op(...args.slice(0, -1)), args.at(-1) ?? NaN));
    const direction = all.map(({ shape }) => random(shape));
    const along = direction.map(toTensor);
    const slope = (...args: Tensor[]): Tensor =>
      gradientsOf(loss, args)
        .map((gradient, i) => sum(mul(gradient, along[i] ?? NaN)))
        .reduce((a, b) => add(a, b));
    const second = gradientsOf(slope, all.map(toTensor));
    const rows = direction.map(({ data }) => data);
    all.forEach((_, which) => {
      const central = centralHessianProduct(weighted, all, which, [1], rows);
      const name = `second derivative of ${what}, input ${which}`;
      expectNear(second[which]?.data() ?? [], central, name, 5e-4);
    });
  });
}

/** `grad` for a list of arguments whose length is not known to the compiler. */
export function gradientsOf(f: Op, inputs: readonly Tensor[]): Tensor[] {
  const result: Tensor | Tensor[] = grad<Tensor[]>(f)(...inputs);
  return Array.isArray(result) ? result : [result];
}
