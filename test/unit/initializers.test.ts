import { beforeEach, describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../src/errors.js';
import * as initializers from '../../src/initializers.js';
import * as layers from '../../src/layers.js';
import { computeFans } from '../../src/nn/initializers/fans.js';
import { SeedGenerator, setSeed } from '../../src/random.js';
import { memory } from '../../src/engine/tensor/index.js';
import { tensor } from '../../src/engine/tensor/create.js';
import type { Tensor } from '../../src/engine/tensor/tensor.js';
import { expectAllClose } from '../golden/cases.js';

beforeEach(() => {
  setSeed(7);
});

/** Mean, variance, smallest and largest of a tensor's elements, in float64. */
function statistics(x: Tensor): { mean: number; variance: number; min: number; max: number } {
  const data = x.data();
  let mean = 0;
  let min = Infinity;
  let max = -Infinity;
  for (const value of data) {
    mean += value / data.length;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  let variance = 0;
  for (const value of data) variance += (value - mean) ** 2 / data.length;
  return { mean, variance, min, max };
}

describe('constant initializers', () => {
  it('fill the shape', () => {
    expect(new initializers.Zeros().apply([2, 2]).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(new initializers.Ones().apply([3], 'int32').dtype).toBe('int32');
    expect(new initializers.Constant(2.5).apply([]).item()).toBe(2.5);
  });

  it('Constant of an array broadcasts to the shape, as in Keras', () => {
    const matrix = [
      [0.1, 2],
      [3, 4],
    ];
    const constant = new initializers.Constant(matrix);
    expect(constant.getConfig()).toEqual({ value: matrix });
    expect(constant.apply([2, 2]).data()).toEqual(Float32Array.of(0.1, 2, 3, 4));
    expect(new initializers.Constant([1, 2]).apply([2, 2], 'int32').toArray()).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const numpy = { class_name: '__numpy__', config: { value: [[5], [6]], dtype: 'float32' } };
    const read = initializers.get({ class_name: 'Constant', config: { value: numpy } });
    expect(read.apply([2, 2]).toArray()).toEqual([
      [5, 5],
      [6, 6],
    ]);
    const given = [tensor(matrix), new Float32Array([1, 2])] as const;
    for (const value of given) {
      expect(new initializers.Constant(value).apply([2, 2]).shape).toEqual([2, 2]);
    }
    const dense = new layers.Dense(2, { kernelInitializer: constant, inputShape: [2] });
    expect(dense.apply([[1, 1]]).toArray()).toEqual([[Math.fround(Math.fround(0.1) + 3), 6]]);
  });

  it('Constant of an array refuses another shape, and numbers that are not finite', () => {
    const before = memory().tensors;
    expect(() => new initializers.Constant([1, 2]).apply([3])).toThrow(
      /^Constant: .*\(2,\).*\(3,\)/,
    );
    expect(() => new initializers.Constant([[1], [2, 3]])).toThrow(/^Constant: value: /);
    expect(() => new initializers.Constant([1, NaN])).toThrow(
      /^Constant: value must hold only finite numbers, got \[1, NaN\]/,
    );
    expect(memory().tensors).toBe(before);
  });

  it('Identity puts its gain on the diagonal of any matrix', () => {
    expect(new initializers.Identity(3).apply([2, 3]).toArray()).toEqual([
      [3, 0, 0],
      [0, 3, 0],
    ]);
    expect(() => new initializers.Identity().apply([2, 2, 2])).toThrow(ShapeError);
  });

  it('refuse what is not a finite number', () => {
    expect(() => new initializers.Constant(NaN)).toThrow(/Constant: value .* got NaN/);
  });
});

describe('computeFans', () => {
  it('takes the lengths of a matrix, a vector twice, 1 for a scalar', () => {
    expect(computeFans([3, 5])).toEqual({ fanIn: 3, fanOut: 5 });
    expect(computeFans([4])).toEqual({ fanIn: 4, fanOut: 4 });
    expect(computeFans([])).toEqual({ fanIn: 1, fanOut: 1 });
  });

  it('multiplies both by the window of a convolution kernel', () => {
    expect(computeFans([3, 3, 8, 16])).toEqual({ fanIn: 72, fanOut: 144 });
  });

  it('multiplies the axes that are named', () => {
    expect(computeFans([2, 3, 4], [0], [1, -1])).toEqual({ fanIn: 2, fanOut: 12 });
    expect(() => computeFans([2, 3], [5], [0])).toThrow(/axis 5/);
  });
});

describe('random initializers', () => {
  const shape = [300, 200];
  // [name, variance, bound of the absolute value or Infinity]
  const expected: readonly [string, initializers.Initializer, number, number][] = [
    ['GlorotUniform', new initializers.GlorotUniform({ seed: 1 }), 2 / 500, Math.sqrt(6 / 500)],
    ['HeUniform', new initializers.HeUniform({ seed: 2 }), 2 / 300, Math.sqrt(6 / 300)],
    ['LecunUniform', new initializers.LecunUniform({ seed: 3 }), 1 / 300, Math.sqrt(3 / 300)],
    [
      'GlorotNormal',
      new initializers.GlorotNormal({ seed: 4 }),
      2 / 500,
      (2 * Math.sqrt(2 / 500)) / 0.87962566,
    ],
    [
      'HeNormal',
      new initializers.HeNormal({ seed: 5 }),
      2 / 300,
      (2 * Math.sqrt(2 / 300)) / 0.87962566,
    ],
    [
      'LecunNormal',
      new initializers.LecunNormal({ seed: 6 }),
      1 / 300,
      (2 * Math.sqrt(1 / 300)) / 0.87962566,
    ],
    ['RandomNormal', new initializers.RandomNormal({ stddev: 0.1, seed: 7 }), 0.01, Infinity],
    ['RandomUniform', new initializers.RandomUniform({ seed: 8 }), 0.01 / 12, 0.05],
    [
      'VarianceScaling fan_out, untruncated',
      new initializers.VarianceScaling({
        scale: 3,
        mode: 'fan_out',
        distribution: 'untruncated_normal',
        seed: 9,
      }),
      3 / 200,
      Infinity,
    ],
  ];

  it.each(expected)('%s has the variance of its formula', (_name, initializer, variance, bound) => {
    const { mean, variance: actual, min, max } = statistics(initializer.apply(shape));
    // 60,000 numbers: the standard error of the mean is σ / 245, of the variance at most 0.6%.
    expect(Math.abs(mean)).toBeLessThan((5 * Math.sqrt(variance)) / 245);
    expect(Math.abs(actual / variance - 1)).toBeLessThan(0.03);
    expect(Math.max(max, -min)).toBeLessThanOrEqual(bound * 1.00001);
    if (bound < Infinity) expect(Math.max(max, -min)).toBeGreaterThan(bound * 0.98);
  });

  it('TruncatedNormal stays within two standard deviations of its mean', () => {
    const initializer = new initializers.TruncatedNormal({ mean: 1, stddev: 0.5, seed: 1 });
    const { mean, variance, min, max } = statistics(initializer.apply(shape));
    expect(min).toBeGreaterThanOrEqual(0);
    expect(max).toBeLessThanOrEqual(2);
    expect(mean).toBeCloseTo(1, 1);
    // Variance of a normal distribution cut off at ±2σ: 0.7737 σ².
    expect(variance / 0.25).toBeCloseTo(0.7737, 1);
  });

  it.each([
    [[40, 12]],
    [[12, 40]],
    [[17, 17]],
    [[70, 70]],
    [[33, 100]],
    [[3, 3, 2, 9]],
    [[1, 1]],
    [[5, 1]],
  ])('Orthogonal of shape %j has orthonormal rows or columns', (orthogonalShape) => {
    const gain = 1.5;
    const q = new initializers.Orthogonal({ gain, seed: 3 }).apply(orthogonalShape).data();
    const columns = orthogonalShape.at(-1) ?? 0;
    const rows = q.length / columns;
    const [vectors, length] = rows < columns ? [rows, columns] : [columns, rows];
    const at = (vector: number, i: number): number =>
      (rows < columns ? q[vector * columns + i] : q[i * columns + vector]) ?? NaN;
    for (let a = 0; a < vectors; a++) {
      for (let b = 0; b < vectors; b++) {
        let dot = 0;
        for (let i = 0; i < length; i++) dot += at(a, i) * at(b, i);
        expect(Math.abs(dot - (a === b ? gain ** 2 : 0))).toBeLessThan(2e-6);
      }
    }
  });

  it('Orthogonal is the factor of the random matrix whose R has a positive diagonal', () => {
    // For one column q = a / ‖a‖, so every sign is that of the normal number it came from.
    const q = new initializers.Orthogonal({ seed: 11 }).apply([6, 1]).data();
    const a = new initializers.RandomNormal({ stddev: 1, seed: 11 }).apply([6, 1]).data();
    const norm = Math.hypot(...a);
    expectAllClose(
      q,
      [...a].map((value) => value / norm),
    );
  });

  it('Orthogonal draws uniformly from the orthogonal matrices', () => {
    // The trace of such a matrix has the moments 0, 1, 0, 3; its determinant is as often 1 as −1 (Diaconis and Shahshahani).
    const generator = new SeedGenerator(5);
    const count = 4000;
    const sums = [0, 0, 0, 0];
    let positive = 0;
    for (let i = 0; i < count; i++) {
      const seed = generator.nextSeed();
      const q = new initializers.Orthogonal({ seed }).apply([3, 3]).data();
      const at = (row: number, column: number): number => q[row * 3 + column] ?? NaN;
      const trace = at(0, 0) + at(1, 1) + at(2, 2);
      [1, 2, 3, 4].forEach((power, k) => (sums[k] = (sums[k] ?? 0) + trace ** power / count));
      const minor = (a: number, b: number): number => at(1, a) * at(2, b) - at(1, b) * at(2, a);
      if (at(0, 0) * minor(1, 2) - at(0, 1) * minor(0, 2) + at(0, 2) * minor(0, 1) > 0) positive++;
    }
    // Six standard deviations of the means.
    [0, 1, 0, 3].forEach((moment, k) => {
      const deviation = Math.sqrt([1, 2, 15, 96][k] ?? 0) / Math.sqrt(count);
      expect(Math.abs((sums[k] ?? NaN) - moment)).toBeLessThan(6 * deviation);
    });
    expect(Math.abs(positive / count - 0.5)).toBeLessThan((6 * 0.5) / Math.sqrt(count));
  });

  it('Orthogonal refuses vectors', () => {
    expect(() => new initializers.Orthogonal().apply([4])).toThrow(/Orthogonal.*\(4,\)/);
  });
});

describe('seeds of initializers', () => {
  it('a number gives the same values at each call', () => {
    const initializer = new initializers.HeNormal({ seed: 5 });
    expect(initializer.apply([4, 4]).data()).toEqual(initializer.apply([4, 4]).data());
  });

  it('a generator moves on', () => {
    const initializer = new initializers.HeNormal({ seed: new SeedGenerator(5) });
    expect(initializer.apply([4, 4]).data()).not.toEqual(initializer.apply([4, 4]).data());
  });

  it('no seed gives each initializer values of its own, decided by the global seed', () => {
    const draw = (): unknown => initializers.get('glorot_uniform').apply([4, 4]).data();
    const [first, second] = [draw(), draw()];
    expect(first).not.toEqual(second);
    setSeed(7);
    expect(draw()).toEqual(first);
  });

  it('refuses seeds that are not whole numbers', () => {
    expect(() => new initializers.RandomNormal({ seed: -1 })).toThrow(/RandomNormal: seed/);
    expect(() => new initializers.RandomNormal({ seed: 0.5 })).toThrow(ValueError);
  });

  it('a generator goes into the config and back', () => {
    const initializer = new initializers.RandomNormal({ seed: new SeedGenerator(5) });
    const { seed } = initializer.getConfig();
    expect(seed).toMatchObject({ class_name: 'SeedGenerator', config: { seed: 5 } });
    const again = initializers.deserialize(initializers.serialize(initializer));
    expect(again.apply([3]).data()).toEqual(initializer.apply([3]).data());
  });
});

describe('initializers.get', () => {
  it('takes names in all spellings and serialized objects', () => {
    expect(initializers.get('he_normal')).toBeInstanceOf(initializers.HeNormal);
    expect(initializers.get('heNormal')).toBeInstanceOf(initializers.HeNormal);
    expect(initializers.get('HeNormal')).toBeInstanceOf(initializers.HeNormal);
    expect(initializers.get('normal')).toBeInstanceOf(initializers.RandomNormal);
    expect(initializers.get('zero')).toBeInstanceOf(initializers.Zeros);
    const config = { class_name: 'Constant', config: { value: 4 } };
    expect(initializers.get(config).apply([1]).item()).toBe(4);
  });

  it('suggests the nearest name', () => {
    expect(() => initializers.get('glorot_unifrom')).toThrow(/Did you mean 'glorot_uniform'/);
  });

  it('takes a plain function and checks its shape', () => {
    const rising = initializers.get(([n = 0]) => Array.from({ length: n }, (_, i) => i));
    expect(rising.apply([3]).toArray()).toEqual([0, 1, 2]);
    const wrong = initializers.get(() => [1, 2]);
    expect(() => wrong.apply([3])).toThrow(/shape \(2,\).*shape \(3,\)/);
    expect(() => initializers.serialize(rising)).toThrow(/cannot be saved/);
  });

  it('takes a tensor and copies it', () => {
    const values = tensor([1, 2]);
    const copy = initializers.get(values).apply([2]);
    values.dispose();
    expect(copy.toArray()).toEqual([1, 2]);
  });

  it('refuses what is not an identifier', () => {
    expect(() => initializers.get(5 as unknown as string)).toThrow(/got 5/);
  });
});

describe('configs of initializers', () => {
  it('reads the older name of the truncated normal distribution', () => {
    const initializer = new initializers.VarianceScaling({ distribution: 'normal' });
    expect(initializer.distribution).toBe('truncated_normal');
  });

  it('refuses unknown keys, modes and distributions', () => {
    expect(() => initializers.get({ class_name: 'Zeros', config: { gain: 1 } })).toThrow(/'gain'/);
    expect(
      () => new initializers.VarianceScaling({ mode: 'fan_inn' as initializers.FanMode }),
    ).toThrow(/'fan_in', 'fan_out' or 'fan_avg', got 'fan_inn'/);
    expect(() => new initializers.HeNormal({ inputAxes: [0] })).toThrow(/together/);
    expect(() => new initializers.RandomUniform({ minval: 1, maxval: 0 })).toThrow(/exceed/);
  });

  it('the functions in lower case make instances', () => {
    expect(initializers.heNormal({ seed: 1 }).getConfig()).toMatchObject({ seed: 1 });
    expect(initializers.constant(3).value).toBe(3);
    expect(initializers.zeros()).toBeInstanceOf(initializers.Zeros);
  });
});
