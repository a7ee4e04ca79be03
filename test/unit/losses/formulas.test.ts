// Losses against their formulas in float64, with gradients by central differences.
import { describe, expect, it } from 'vitest';
import { lossRegistry } from '../../../src/nn/losses/registry.js';
import { valueAndGrad } from '../../../src/engine/ops/index.js';
import { tensor } from '../../../src/engine/tensor/index.js';
import type { Tensor } from '../../../src/engine/tensor/index.js';
import { lossSpecs, mean } from '../../specs/losses.js';

const formulas = Object.entries(lossSpecs).flatMap(([name, { formula }]) =>
  formula === undefined ? [] : [[name, formula] as const],
);

const targets = [
  [1, 0, 0],
  [0, 0, 1],
];
const predictions = [
  [0.62, 0.13, 0.25],
  [0.34, 0.21, 0.45],
];

describe('losses agree with their formulas', () => {
  it.each(formulas)('%s', (className, formula) => {
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
