// Every public operation by the calls of its row: values, gradients and second derivatives against float64; that a gradient is
// finite where nothing says otherwise; and the error that says that there is no second derivative.
import { describe, expect, it } from 'vitest';
import * as activations from '../../../src/activations.js';
import { ValueError } from '../../../src/errors.js';
import * as publicOperations from '../../../src/engine/ops/generated/public-operations.js';
import * as ops from '../../../src/engine/ops/index.js';
import { tensor, tidy } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { map } from '../../reference/dense-array.js';
import { isFloat, ofOperands, operandsOf, toTensor } from '../../specs/operation-spec.js';
import { operationSpecs } from '../../specs/operations.js';
import { unaryReference } from '../../specs/elementwise.js';
import type { UnaryReference } from '../../specs/elementwise.js';
import { of } from '../../specs/operation-families.js';
import { expectAgreement, expectNear, expectSecondOrder, gradientsOf } from './agreement.js';

const rows = Object.entries(operationSpecs);

it('every activation is a public operation, but those that are made of others', () => {
  const others = ['linear', 'hardSigmoidKeras2', 'get', 'serialize', 'deserialize'];
  const all = new Set<unknown>(Object.values(publicOperations));
  for (const [name, f] of Object.entries(activations)) {
    expect([name, all.has(f)]).toEqual([name, !others.includes(name)]);
  }
});

describe('value and derivatives agree with float64', () => {
  it.each(rows)('%s', (name, { calls, gradient }) => {
    for (const [args, reference] of calls) {
      if (reference === undefined) continue;
      const [op, inputs] = [ofOperands(name, args), operandsOf(args).filter(isFloat)];
      expectAgreement(name, op, reference, ...inputs);
      if (gradient !== 'twice') continue;
      expectSecondOrder(name, op, reference, ...inputs);
      // What moves elements alone has a second derivative when something follows.
      expectSecondOrder(
        `${name}, squared`,
        (...x) => ops.square(op(...x)),
        (...x) => map(reference(...x), (value) => value ** 2),
        ...inputs,
      );
    }
  });
});

/** Whether the gradient of a call is finite, or that it has none. */
function gradientOf(
  name: string,
  args: readonly unknown[],
): 'finite' | 'zero' | 'not finite' | 'none' {
  // prettier-ignore
  return tidy(() => {
    const inputs = operandsOf(args).filter(isFloat).map(toTensor);
    const op = ofOperands(name, args);
    try {
      const gradients = gradientsOf((...x) => op(...x).astype('float32').sum(), inputs);
      const numbers = gradients.flatMap((dx) => [...dx.data()]);
      if (!numbers.every(Number.isFinite)) return 'not finite';
      return numbers.every((dx) => dx === 0) ? 'zero' : 'finite';
    } catch (error) {
      expect(error).toBeInstanceOf(ValueError);
      expect(String(error)).toMatch(/has no gradient|does not depend/);
      return 'none';
    }
  });
}

describe('with zeros, ties and repeated values a gradient is what the row says', () => {
  it.each(rows)('%s', (name, { calls, gradient, singular }) => {
    const found = calls
      .filter(([args, reference]) => reference === undefined && operandsOf(args).some(isFloat))
      .map(([args]) => gradientOf(name, args));
    const isFinite = !found.includes('not finite');
    expect(isFinite, `singular in the row of ${name}: where its gradient is not finite`).toBe(
      singular === undefined,
    );
    const hasNone = found.every((what) => what === 'none' || what === 'zero');
    const hasOne = found.some((what) => what !== 'none');
    expect(gradient === 'none' ? hasNone : hasOne, `gradient in the row of ${name}`).toBe(true);
  });
});

describe('what has no second derivative says so', () => {
  it.each(rows.filter(([, { gradient }]) => gradient === 'once'))('%s', (name, { calls }) => {
    const [args] = calls[0] ?? [[]];
    const op = ofOperands(name, args);
    const [x, ...rest] = operandsOf(args).filter(isFloat).map(toTensor);
    if (x === undefined) throw new Error(`the first call of ${name} has no tensor`);
    const slope = (at: Tensor): Tensor =>
      ops.sum(ops.square(ops.grad((a: Tensor) => ops.sum(op(a, ...rest)))(at)));
    const second = (): Tensor => ops.grad(slope)(x);
    expect(second).toThrow(ValueError);
    expect(second).toThrow(new RegExp(`^${name}: there is no second derivative`));
  });
});

it('activations and losses can be differentiated three times', () => {
  const at = 0.3;
  const s = 1 / (1 + Math.exp(-at));
  const third = (f: (x: Tensor) => Tensor): number | undefined => {
    const down = (g: (x: Tensor) => Tensor) => (x: Tensor) => ops.sum(ops.grad(g)(x));
    return ops.grad(down(down((x) => ops.sum(f(x)))))(tensor([at])).data()[0]; // prettier-ignore
  };
  // (s − s²)′ = s′ (1 − 2 s) of softplus″ = s′ = s (1 − s); the loss of logits has one sigmoid as its slope, too.
  const expected = s * (1 - s) * (1 - 2 * s);
  expect(third(activations.softplus)).toBeCloseTo(expected, 6);
  expect(third((x) => ops.sigmoidCrossEntropy(x, tensor([1])))).toBeCloseTo(expected, 6);
});

it.each(Object.keys(unaryReference))(
  'the second derivative of %s is a number far from 0',
  (code) => {
    const { operation = code, calls: forms = [[]], domain: [low] = [-3] } = unaryReference[code as keyof typeof unaryReference] as UnaryReference; // prettier-ignore
    const name = `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
    const call = (x: Tensor): Tensor => ofOperands(name, [of([4], []), ...(forms[0] ?? [])])(x);
    const far = tensor([low < 0 ? -1e30 : 1e30, low < -0.9 ? -80 : 80, 80, 1e30]);
    const second = ops.grad((x: Tensor) => ops.sum(ops.grad((a: Tensor) => ops.sum(call(a)))(x)))(
      far,
    );
    const isExponential = name === 'exp' || name === 'expm1';
    expect([...second.data()].filter(Number.isNaN)).toEqual([]);
    if (!isExponential) expect([...second.data()].every(Number.isFinite)).toBe(true);
  },
);

it('can be differentiated three times: x · x · x', () => {
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

const softmaxOf = (z: readonly number[]): number[] => {
  const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
  return z.map((value) => Math.exp(value) / total);
};

describe('fused cross-entropies', () => {
  const logits = tensor([[0.1, 0.2, 0.3]]);
  const targets = tensor([[0, 1, 0]]);

  it('can be differentiated by the logits, then by the targets', () => {
    // Σ (p s − t)² with s = Σ t has the derivative 2 Σᵢ (pᵢ s − tᵢ) pᵢ − 2 (pⱼ s − tⱼ) in tⱼ.
    const [t, p] = [[0.2, 0.7, 0.3], softmaxOf([0.1, 0.2, 0.3])] as const;
    const rest = p.map((value, i) => value * 1.2 - (t[i] ?? NaN));
    const mean = rest.reduce((sum, value, i) => sum + value * (p[i] ?? NaN), 0);
    const slope = (at: Tensor): Tensor =>
      ops.sum(ops.square(ops.grad((z: Tensor) => ops.sum(ops.softmaxCrossEntropy(z, at)))(logits)));
    const found = ops.grad(slope)(tensor([t]));
    expectNear(found.data(), rest.map((value) => 2 * mean - 2 * value), 'gradient', 1e-6); // prettier-ignore
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
