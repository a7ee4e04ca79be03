import { describe, expect, it } from 'vitest';
import * as ops from '../../../src/ops/index.js';
import { tensor } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';
import { alongAxis, map, take } from '../../reference/dense-array.js';
import { unaryReference } from '../../reference/unary.js';
import { awayFrom, expectAgreement, gradientsOf, random } from './agreement.js';

interface Case {
  readonly op: (x: Tensor) => Tensor;
  readonly reference: keyof typeof unaryReference;
  readonly parameters?: readonly [number, number, number];
  readonly low?: number;
  readonly high?: number;
  /** Where the derivative jumps. */
  readonly kinks?: readonly number[];
}

const halves = Array.from({ length: 21 }, (_, i) => (i - 10) / 2);

const cases: Readonly<Record<string, Case>> = {
  abs: { op: ops.abs, reference: 'Abs', kinks: [0] },
  sign: { op: ops.sign, reference: 'Sign', kinks: [0] },
  sqrt: { op: ops.sqrt, reference: 'Sqrt', low: 0.1 },
  rsqrt: { op: ops.rsqrt, reference: 'Rsqrt', low: 0.3 },
  square: { op: ops.square, reference: 'Square' },
  'reciprocal above 0': { op: ops.reciprocal, reference: 'Reciprocal', low: 0.5 },
  'reciprocal below 0': { op: ops.reciprocal, reference: 'Reciprocal', high: -0.5 },
  exp: { op: ops.exp, reference: 'Exp', high: 2 },
  expm1: { op: ops.expm1, reference: 'Expm1', high: 2 },
  log: { op: ops.log, reference: 'Log', low: 0.2 },
  log1p: { op: ops.log1p, reference: 'Log1p', low: -0.7 },
  sin: { op: ops.sin, reference: 'Sin' },
  cos: { op: ops.cos, reference: 'Cos' },
  tanh: { op: ops.tanh, reference: 'Tanh' },
  sigmoid: { op: ops.sigmoid, reference: 'Sigmoid' },
  erf: { op: ops.erf, reference: 'Erf' },
  floor: { op: ops.floor, reference: 'Floor', kinks: halves },
  ceil: { op: ops.ceil, reference: 'Ceil', kinks: halves },
  round: { op: ops.round, reference: 'Round', kinks: halves },
  clip: {
    op: (x) => ops.clip(x, -0.75, 1.5),
    reference: 'Clip',
    parameters: [-0.75, 1.5, 0],
    kinks: [-0.75, 1.5],
  },
  'clip without lower limit': {
    op: (x) => ops.clip(x, -Infinity, 1.5),
    reference: 'Clip',
    parameters: [-Infinity, 1.5, 0],
    kinks: [1.5],
  },
  relu: { op: (x) => ops.relu(x), reference: 'Relu', parameters: [0, Infinity, 0], kinks: [0] },
  'relu with a slope': {
    op: (x) => ops.relu(x, { negativeSlope: 0.3 }),
    reference: 'Relu',
    parameters: [0.3, Infinity, 0],
    kinks: [0],
  },
  'relu with a maximum': {
    op: (x) => ops.relu(x, { maxValue: 2 }),
    reference: 'Relu',
    parameters: [0, 2, 0],
    kinks: [0, 2],
  },
  'relu with a threshold': {
    op: (x) => ops.relu(x, { threshold: 1 }),
    reference: 'Relu',
    parameters: [0, Infinity, 1],
    kinks: [1],
  },
  'relu with everything': {
    op: (x) => ops.relu(x, { negativeSlope: 0.1, maxValue: 2.5, threshold: 0.5 }),
    reference: 'Relu',
    parameters: [0.1, 2.5, 0.5],
    kinks: [0.5, 2.5],
  },
  leakyRelu: {
    op: (x) => ops.leakyRelu(x),
    reference: 'Relu',
    parameters: [0.2, Infinity, 0],
    kinks: [0],
  },
  'leakyRelu of 0.01': {
    op: (x) => ops.leakyRelu(x, 0.01),
    reference: 'Relu',
    parameters: [0.01, Infinity, 0],
    kinks: [0],
  },
  relu6: {
    op: ops.relu6,
    reference: 'Relu',
    parameters: [0, 6, 0],
    low: -2,
    high: 8,
    kinks: [0, 6],
  },
  elu: { op: (x) => ops.elu(x), reference: 'Elu', parameters: [1, 0, 0] },
  'elu of 0.7': {
    op: (x) => ops.elu(x, 0.7),
    reference: 'Elu',
    parameters: [0.7, 0, 0],
    kinks: [0],
  },
  selu: { op: ops.selu, reference: 'Selu', kinks: [0] },
  celu: { op: (x) => ops.celu(x), reference: 'Celu', parameters: [1, 0, 0] },
  'celu of 0.5': { op: (x) => ops.celu(x, 0.5), reference: 'Celu', parameters: [0.5, 0, 0] },
  gelu: { op: (x) => ops.gelu(x), reference: 'Gelu' },
  'gelu, approximate': { op: (x) => ops.gelu(x, true), reference: 'GeluTanh' },
  silu: { op: ops.silu, reference: 'Silu' },
  softplus: { op: ops.softplus, reference: 'Softplus' },
  softsign: { op: ops.softsign, reference: 'Softsign' },
  hardSigmoid: {
    op: ops.hardSigmoid,
    reference: 'HardSigmoid',
    low: -5,
    high: 5,
    kinks: [-3, 3],
  },
  hardSilu: { op: ops.hardSilu, reference: 'HardSilu', low: -5, high: 5, kinks: [-3, 3] },
  logSigmoid: { op: ops.logSigmoid, reference: 'LogSigmoid' },
  mish: { op: ops.mish, reference: 'Mish' },
  tanhShrink: { op: ops.tanhShrink, reference: 'TanhShrink' },
  hardTanh: { op: ops.hardTanh, reference: 'HardTanh', kinks: [-1, 1] },
  squareplus: { op: (x) => ops.squareplus(x), reference: 'Squareplus', parameters: [4, 0, 0] },
  'squareplus of 0.5': {
    op: (x) => ops.squareplus(x, 0.5),
    reference: 'Squareplus',
    parameters: [0.5, 0, 0],
  },
  threshold: {
    op: (x) => ops.threshold(x, 0.5, -1),
    reference: 'Threshold',
    parameters: [0.5, -1, 0],
    kinks: [0.5],
  },
  softShrink: {
    op: (x) => ops.softShrink(x),
    reference: 'SoftShrink',
    parameters: [0.5, 0, 0],
    kinks: [-0.5, 0.5],
  },
  'softShrink of 1': {
    op: (x) => ops.softShrink(x, 1),
    reference: 'SoftShrink',
    parameters: [1, 0, 0],
    kinks: [-1, 1],
  },
  hardShrink: {
    op: (x) => ops.hardShrink(x),
    reference: 'HardShrink',
    parameters: [0.5, 0, 0],
    kinks: [-0.5, 0.5],
  },
  sparsePlus: { op: ops.sparsePlus, reference: 'SparsePlus', kinks: [-1, 1] },
  sparseSigmoid: { op: ops.sparseSigmoid, reference: 'SparseSigmoid', kinks: [-1, 1] },
};

describe('functions of one element agree with float64, value and gradient', () => {
  it.each(Object.entries(cases))('%s', (name, { op, reference, parameters, ...where }) => {
    const { low = -3, high = 3, kinks = [] } = where;
    const [p0, p1, p2] = parameters ?? [0, 0, 0];
    const f = (x: number): number => unaryReference[reference].value(x, p0, p1, p2);
    for (const shape of [[], [1], [5], [3, 7], [2, 3, 4], [0], [67]]) {
      const x = awayFrom(kinks, random(shape, low, high));
      expectAgreement(name, op, (a) => map(a, f), x);
    }
  });

  it('covers every function that the kernels know', () => {
    const covered = new Set(Object.values(cases).map(({ reference }) => reference));
    // Negate is tested with the arithmetic.
    const all = Object.keys(unaryReference) as Case['reference'][];
    expect(all.filter((name) => !covered.has(name))).toEqual(['Negate']);
  });

  it('glu, along each axis', () => {
    const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
    for (const axis of [0, 1, 2]) {
      const shape = [4, 2, 6];
      const half = (shape[axis] ?? 0) / 2;
      const all = shape.map((n) => Array.from({ length: n }, (_, i) => i));
      expectAgreement(
        `glu along ${axis}`,
        (x) => ops.glu(x, axis - 3),
        (x) => {
          const gated = alongAxis(x, axis, (line) =>
            line.map((v, i) => v * sigmoid(line[i + half] ?? 0)),
          );
          return take(gated, all.with(axis, all[axis]?.slice(0, half) ?? []));
        },
        random(shape),
      );
    }
  });
});

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
