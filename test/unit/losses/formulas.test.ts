// Losses against their formulas in float64, with gradients by central differences.
import { describe, expect, it } from 'vitest';
import { lossRegistry } from '../../../src/losses/registry.js';
import { valueAndGrad } from '../../../src/ops/index.js';
import { tensor } from '../../../src/tensor/index.js';
import type { Tensor } from '../../../src/tensor/index.js';

type RowLoss = (t: readonly number[], p: readonly number[]) => number;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const pairs = (
  t: readonly number[],
  p: readonly number[],
  f: (t: number, p: number) => number,
): number[] => t.map((value, i) => f(value, p[i] ?? NaN));
const norm = (x: readonly number[]): number => Math.hypot(...x);
const total = (values: readonly number[]): number => mean(values) * values.length;

const formulas: Readonly<Record<string, RowLoss>> = {
  MeanSquaredError: (t, p) => mean(pairs(t, p, (a, b) => (a - b) ** 2)),
  MeanAbsoluteError: (t, p) => mean(pairs(t, p, (a, b) => Math.abs(a - b))),
  MeanAbsolutePercentageError: (t, p) =>
    100 * mean(pairs(t, p, (a, b) => Math.abs(a - b) / Math.max(Math.abs(a), 1e-7))),
  MeanSquaredLogarithmicError: (t, p) =>
    mean(
      pairs(t, p, (a, b) => (Math.log1p(Math.max(a, 1e-7)) - Math.log1p(Math.max(b, 1e-7))) ** 2),
    ),
  Huber: (t, p) =>
    mean(
      pairs(t, p, (a, b) => {
        const e = Math.abs(a - b);
        return e <= 1 ? e ** 2 / 2 : e - 0.5;
      }),
    ),
  LogCosh: (t, p) => mean(pairs(t, p, (a, b) => Math.log(Math.cosh(b - a)))),
  Poisson: (t, p) => mean(pairs(t, p, (a, b) => b - a * Math.log(b + 1e-7))),
  KLDivergence: (t, p) =>
    total(pairs(t, p, (a, b) => Math.max(a, 1e-7) * Math.log(Math.max(a, 1e-7) / b))),
  CosineSimilarity: (t, p) => -total(pairs(t, p, (a, b) => a * b)) / (norm(t) * norm(p)),
  Hinge: (t, p) => mean(pairs(t, p, (a, b) => Math.max(1 - (2 * a - 1) * b, 0))),
  SquaredHinge: (t, p) => mean(pairs(t, p, (a, b) => Math.max(1 - (2 * a - 1) * b, 0) ** 2)),
  CategoricalHinge: (t, p) =>
    Math.max(
      0,
      1 + Math.max(...pairs(t, p, (a, b) => (1 - a) * b)) - total(pairs(t, p, (a, b) => a * b)),
    ),
  BinaryCrossentropy: (t, p) =>
    -mean(pairs(t, p, (a, b) => a * Math.log(b) + (1 - a) * Math.log(1 - b))),
  CategoricalCrossentropy: (t, p) => -total(pairs(t, p, (a, b) => a * Math.log(b / total(p)))),
  BinaryFocalCrossentropy: (t, p) =>
    mean(
      pairs(t, p, (a, b) => {
        const right = a * b + (1 - a) * (1 - b);
        return -((1 - right) ** 2) * (a * Math.log(b) + (1 - a) * Math.log(1 - b));
      }),
    ),
  CategoricalFocalCrossentropy: (t, p) =>
    -total(
      pairs(t, p, (a, b) => {
        const q = b / total(p);
        return 0.25 * (1 - q) ** 2 * a * Math.log(q);
      }),
    ),
};

const targets = [
  [1, 0, 0],
  [0, 0, 1],
];
const predictions = [
  [0.62, 0.13, 0.25],
  [0.34, 0.21, 0.45],
];

describe('losses agree with their formulas', () => {
  it.each(Object.entries(formulas))('%s', (className, formula) => {
    const loss = lossRegistry.create(className);
    const rows = predictions.map((row, i) => formula(targets[i] ?? [], row));
    const [value, gradient] = valueAndGrad<[Tensor]>((p) => loss.apply(targets, p))(
      tensor(predictions),
    );
    expect(value.item() / mean(rows)).toBeCloseTo(1, 5);
    const h = 1e-6;
    predictions.forEach((row, i) =>
      row.forEach((_, j) => {
        const at = (step: number): number =>
          formula(
            targets[i] ?? [],
            row.map((p, k) => (k === j ? p + step : p)),
          );
        const expected = (at(h) - at(-h)) / (2 * h) / predictions.length;
        const actual = gradient.data()[i * row.length + j] ?? NaN;
        // The last term is the rounding error of the difference quotient itself.
        const tolerance = 1e-4 * (1 + Math.abs(expected)) + 1e-9 * Math.abs(mean(rows));
        expect(Math.abs(actual - expected)).toBeLessThan(tolerance);
      }),
    );
  });

  it('stays finite where vectors have no length', () => {
    const loss = lossRegistry.create('CosineSimilarity');
    const [value, gradient] = valueAndGrad<[Tensor]>((p) => loss.apply([[1, 0]], p))(
      tensor([[0, 0]]),
    );
    expect(value.item()).toBeCloseTo(0, 6);
    expect(gradient.data().every(Number.isFinite)).toBe(true);
  });
});
