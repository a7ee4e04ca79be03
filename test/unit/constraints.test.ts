import { describe, expect, it } from 'vitest';
import * as constraints from '../../src/constraints.js';
import { neg } from '../../src/engine/ops/index.js';
import { tensor } from '../../src/engine/tensor/create.js';
import { expectAllClose } from '../golden/cases.js';

// Columns of norms 5, 0.5 and 0.
const w = tensor([
  [3, 0.3, 0],
  [4, -0.4, 0],
]);

describe('constraints', () => {
  it('MaxNorm scales down only what exceeds it', () => {
    const y = new constraints.MaxNorm(2).call(w);
    expectAllClose(y.data(), [1.2, 0.3, 0, 1.6, -0.4, 0]);
    const rows = new constraints.MaxNorm(1, { axis: 1 }).call(tensor([[3, 4]]));
    expectAllClose(rows.data(), [0.6, 0.8]);
  });

  it('UnitNorm makes every norm 1 and keeps zeros', () => {
    const y = new constraints.UnitNorm().call(w);
    expectAllClose(y.data(), [0.6, 0.6, 0, 0.8, -0.8, 0]);
  });

  it('takes several axes together', () => {
    const y = new constraints.UnitNorm({ axis: [0, 1] }).call(
      tensor([
        [1, 1],
        [1, 1],
      ]),
    );
    expectAllClose(y.data(), [0.5, 0.5, 0.5, 0.5]);
  });

  it('NonNeg replaces negative numbers by 0', () => {
    expect(new constraints.NonNeg().call(tensor([-1, 0, 2])).toArray()).toEqual([0, 0, 2]);
  });

  it('MinMaxNorm moves norms into the interval, at its rate', () => {
    const strict = new constraints.MinMaxNorm({ minValue: 1, maxValue: 2 }).call(w);
    expectAllClose(strict.data(), [1.2, 0.6, 0, 1.6, -0.8, 0]);
    // Norm 5 becomes 0.5 · 2 + 0.5 · 5 = 3.5; norm 0.5 becomes 0.75.
    const half = new constraints.MinMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 }).call(w);
    expectAllClose(half.data(), [2.1, 0.45, 0, 2.8, -0.6, 0]);
  });

  it.each([
    ['MaxNorm', { max_value: 2, axis: 0 }],
    ['MinMaxNorm', { min_value: 0, max_value: 1, rate: 1, axis: [0, 1] }],
    ['NonNeg', {}],
    ['UnitNorm', { axis: 1 }],
  ])('%s keeps its Keras config', (className, config) => {
    const constraint = constraints.deserialize({ class_name: className, config });
    expect(constraints.serialize(constraint)).toEqual({
      module: 'keras.constraints',
      class_name: className,
      config,
      registered_name: null,
    });
  });

  it('are known by name, as instances and as plain functions', () => {
    expect(constraints.get('max_norm')).toBeInstanceOf(constraints.MaxNorm);
    expect(constraints.get('nonNeg')).toBeInstanceOf(constraints.NonNeg);
    expect(constraints.get(null)).toBeNull();
    const own = constraints.get((x) => neg(x));
    expect(own?.call(tensor([1])).toArray()).toEqual([-1]);
    expect(() => constraints.serialize(own)).toThrow(/cannot be saved/);
    expect(constraints.maxNorm(3).maxValue).toBe(3);
    expect(constraints.minMaxNorm({ rate: 0.5 }).rate).toBe(0.5);
    expect(constraints.unitNorm()).toBeInstanceOf(constraints.UnitNorm);
    expect(constraints.nonNeg()).toBeInstanceOf(constraints.NonNeg);
  });

  it('refuse bad arguments and unknown names', () => {
    expect(() => new constraints.MinMaxNorm({ minValue: 2, maxValue: 1 })).toThrow(/2 and 1/);
    expect(() => new constraints.UnitNorm({ axis: 0.5 })).toThrow(/axis .* got 0.5/);
    expect(() => constraints.get('max_nrom')).toThrow(/Did you mean 'max_norm'/);
    expect(() => constraints.get(1 as unknown as string)).toThrow(/got 1/);
  });
});
