// Gaussian processes beside scikit-learn and SciPy in float64 (test/oracles/fixtures/tuner.py), and derivatives beside differences.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { promise } from '../../../src/extras/tuner/bayesian/acquisition.js';
import { fitGaussianProcess, GaussianProcess } from '../../../src/extras/tuner/bayesian/gaussian-process.js'; // prettier-ignore
import { minimize } from '../../../src/extras/tuner/bayesian/minimize.js';
import { cumulative, expectedPart } from '../../../src/extras/tuner/bayesian/normal.js';
import { inverseOf, factorize } from '../../../src/extras/tuner/bayesian/cholesky.js';

interface Case {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
  readonly lengthScales: readonly number[];
  readonly variance: number;
  readonly noise: number;
  readonly places: readonly (readonly number[])[];
  readonly mean: readonly number[];
  readonly variances: readonly number[];
  readonly logMarginalLikelihood: number;
}

interface Fixture {
  readonly processes: readonly Case[];
  readonly normal: readonly {
    readonly z: number;
    readonly cumulative: number;
    readonly logExpectedPart: number;
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/tuner.json', import.meta.url), 'utf8'),
) as Fixture;

const rows = (list: readonly (readonly number[])[]): Float64Array<ArrayBuffer>[] =>
  list.map((row) => Float64Array.from(row));

function processOf({ points, values, lengthScales, variance, noise }: Case): GaussianProcess {
  const groups = Int32Array.from(lengthScales, (_, i) => i);
  return new GaussianProcess(rows(points), Float64Array.from(values), groups, {
    lengthScales: Float64Array.from(lengthScales),
    variance,
    noise,
  });
}

describe('a Gaussian process', () => {
  for (const one of fixture.processes) {
    it(`of ${one.points.length} points has the mean, variance and likelihood of scikit-learn`, () => {
      const process = processOf(one);
      for (const [i, place] of rows(one.places).entries()) {
        const { mean, variance } = process.predict(place);
        expect(mean).toBeCloseTo(one.mean[i] ?? NaN, 9);
        expect(variance).toBeCloseTo(one.variances[i] ?? NaN, 9);
      }
      expect(process.logMarginalLikelihood()).toBeCloseTo(one.logMarginalLikelihood, 8);
    });

    it(`of ${one.points.length} points has gradients that agree with differences`, () => {
      const process = processOf(one);
      const search = { process, best: -1, beta: 2 };
      const [place = new Float64Array()] = rows(one.places);
      for (const acquisition of ['expected_improvement', 'upper_confidence_bound'] as const) {
        const slope = new Float64Array(place.length);
        promise({ ...search, acquisition }, place, slope);
        for (let i = 0; i < place.length; i++) {
          const at = (step: number): number =>
            promise({ ...search, acquisition }, place.with(i, (place[i] ?? 0) + step));
          expect(slope[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 4);
        }
      }
    });

    it(`of ${one.points.length} points is fitted to a larger likelihood than that of its values' origin`, () => {
      const groups = Int32Array.from(one.lengthScales, (_, i) => i);
      const fitted = fitGaussianProcess(
        rows(one.points),
        Float64Array.from(one.values),
        groups,
        1e-6,
      );
      expect(fitted.logMarginalLikelihood()).toBeGreaterThan(one.logMarginalLikelihood);
      expect(fitted.parameters.noise).toBeGreaterThanOrEqual(1e-6 * (1 - 1e-12));
    });
  }

  it('refuses a matrix that is not positive definite', () => {
    const parameters = { lengthScales: Float64Array.of(1), variance: 1, noise: -1 };
    const point = Float64Array.of(0.5);
    expect(() => new GaussianProcess([point, point], new Float64Array(2), new Int32Array(1), parameters)).toThrow('not positive definite'); // prettier-ignore
  });
});

describe('linear algebra', () => {
  it('factorizes and inverts a matrix', () => {
    // A = L Lᵀ with L = [[2], [1, 3], [4, 5, 6]], A⁻¹ by cofactors over det A = 36².
    const a = Float64Array.of(4, 0, 0, 2, 10, 0, 8, 19, 77);
    expect(factorize(a, 3)).toBe(true);
    expect([a[0], a[3], a[4], a[6], a[7], a[8]]).toEqual([2, 1, 3, 4, 5, 6]);
    const inverse = inverseOf(a, 3);
    const expected = [409, 0, 0, -2, 244, 0, -42, -60, 36].map((cofactor) => cofactor / 1296);
    for (const [i, one] of expected.entries()) expect(inverse[i]).toBeCloseTo(one, 12);
    expect(factorize(Float64Array.of(1, 0, 2, 1), 2)).toBe(false);
  });

  it('finds minima within and at the limits of a box', () => {
    // (x − 1)² + 10 (y − x²)², whose minimum is at (1, 1).
    const f = (p: Float64Array, gradient: Float64Array): number => {
      const [x = 0, y = 0] = p;
      gradient.set([2 * (x - 1) - 40 * x * (y - x * x), 20 * (y - x * x)]);
      return (x - 1) ** 2 + 10 * (y - x * x) ** 2;
    };
    const start = Float64Array.of(-1, 1.5);
    const wide = { lower: Float64Array.of(-2, -2), upper: Float64Array.of(2, 2), iterations: 100 };
    const { x } = minimize(f, start, wide);
    expect(x[0]).toBeCloseTo(1, 3);
    expect(x[1]).toBeCloseTo(1, 3);
    const at = minimize(f, start, { ...wide, upper: Float64Array.of(0.5, 2) });
    expect(at.x[0]).toBe(0.5);
    expect(at.x[1]).toBeCloseTo(0.25, 3);
  });
});

describe('the normal distribution', () => {
  it('has the values of SciPy, far below 0 as well', () => {
    for (const { z, cumulative: below, logExpectedPart } of fixture.normal) {
      expect(cumulative(z) / below).toBeCloseTo(1, 10);
      expect(expectedPart(z).logarithm / logExpectedPart).toBeCloseTo(1, 9);
    }
  });

  it('has derivatives that agree with differences on both sides of the tail', () => {
    for (const z of [-20, -5, -2.001, -1.999, 0, 1, 3]) {
      const { cumulativeRatio, densityRatio } = expectedPart(z);
      const slope = (expectedPart(z + 1e-5).logarithm - expectedPart(z - 1e-5).logarithm) / 2e-5;
      expect(cumulativeRatio / slope).toBeCloseTo(1, 6);
      // φ + z Φ = h.
      expect(densityRatio + z * cumulativeRatio).toBeCloseTo(1, 8);
    }
  });
});
