import { exp, log } from '../../../config/elementary.js';
import { dot, factorize, inverseOf, solveLower, solveUpper } from './cholesky.js';
import { minimize } from './minimize.js';

/** Points by their coordinates, each from 0 to 1. */
export type Points = readonly Float64Array[];

/** What decides the kernel σ² (1 + √5 r + 5 r² / 3) e^(−√5 r), r² = Σ ((xᵢ − yᵢ) / ℓᵢ)², and the noise. */
export interface KernelParameters {
  /** ℓ: of each group of coordinates the length along which values are alike. */
  readonly lengthScales: Float64Array;
  /** σ², the variance of values that are far from all points. */
  readonly variance: number;
  /** The variance of what is added to each value. */
  readonly noise: number;
}

const SQRT5 = Math.sqrt(5);
const LOG_2PI = 1.8378770664093453;

/** What is known of the function at a place. */
export interface Prediction {
  readonly mean: number;
  /** Of the function, without the noise. */
  readonly variance: number;
}

/**
 * Gaussian process regression with a Matérn-5/2 kernel and a mean of 0 (Rasmussen, Williams: Gaussian Processes for Machine
 * Learning, 2006, algorithm 2.1). Coordinates of one group share a length scale.
 */
export class GaussianProcess {
  readonly #factor: Float64Array;
  readonly #weights: Float64Array;

  /**
   * @param groups the group of each coordinate, from 0 on
   * @throws Error if the kernel's matrix is not positive definite
   */
  constructor(
    readonly points: Points,
    readonly values: Float64Array,
    readonly groups: Int32Array,
    readonly parameters: KernelParameters,
  ) {
    const n = points.length;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        matrix[i * n + j] = this.#kernel(points[i] ?? EMPTY, points[j] ?? EMPTY);
      }
      matrix[i * n + i] = parameters.variance + parameters.noise;
    }
    if (!factorize(matrix, n))
      throw new Error('the matrix of the kernel is not positive definite.');
    this.#factor = matrix;
    this.#weights = solveUpper(matrix, n, solveLower(matrix, n, values.slice()));
  }

  #distance(x: Float64Array, y: Float64Array): number {
    const { lengthScales } = this.parameters;
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      const difference = ((x[i] ?? 0) - (y[i] ?? 0)) / (lengthScales[this.groups[i] ?? 0] ?? 1);
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  #kernel(x: Float64Array, y: Float64Array): number {
    return this.parameters.variance * matern(this.#distance(x, y));
  }

  /** The kernel of a place with each point. */
  #kernels(x: Float64Array): Float64Array {
    const k = new Float64Array(this.points.length);
    for (let i = 0; i < k.length; i++) k[i] = this.#kernel(x, this.points[i] ?? EMPTY);
    return k;
  }

  /** Mean and variance at a place. */
  predict(x: Float64Array): Prediction {
    const n = this.points.length;
    const k = this.#kernels(x);
    const mean = dot(k, this.#weights);
    const v = solveLower(this.#factor, n, k);
    return { mean, variance: Math.max(this.parameters.variance - dot(v, v), 0) };
  }

  /** As `predict`, and the gradients of both by the coordinates of the place. */
  differentiate(
    x: Float64Array,
  ): Prediction & { readonly meanSlope: Float64Array; readonly varianceSlope: Float64Array } {
    const { lengthScales, variance } = this.parameters;
    const n = this.points.length;
    const k = this.#kernels(x);
    const mean = dot(k, this.#weights);
    const v = solveLower(this.#factor, n, k);
    const left = Math.max(variance - dot(v, v), 0);
    const solved = solveUpper(this.#factor, n, v);
    const [meanSlope, varianceSlope] = [new Float64Array(x.length), new Float64Array(x.length)];
    for (let j = 0; j < n; j++) {
      const point = this.points[j] ?? EMPTY;
      const r = this.#distance(x, point);
      // dk / dxᵢ = −σ² 5/3 (1 + √5 r) e^(−√5 r) (xᵢ − yᵢ) / ℓᵢ².
      const common = (-5 / 3) * variance * (1 + SQRT5 * r) * exp(-SQRT5 * r);
      for (let i = 0; i < x.length; i++) {
        const length = lengthScales[this.groups[i] ?? 0] ?? 1;
        const slope = (common * ((x[i] ?? 0) - (point[i] ?? 0))) / (length * length);
        meanSlope[i] = (meanSlope[i] ?? 0) + slope * (this.#weights[j] ?? 0);
        varianceSlope[i] = (varianceSlope[i] ?? 0) - 2 * slope * (solved[j] ?? 0);
      }
    }
    return { mean, variance: left, meanSlope, varianceSlope };
  }

  /** ln p(values | points): how well the parameters explain the values. */
  logMarginalLikelihood(): number {
    const n = this.points.length;
    let sum = -0.5 * dot(this.values, this.#weights) - 0.5 * n * LOG_2PI;
    for (let i = 0; i < n; i++) sum -= log(this.#factor[i * n + i] ?? 0);
    return sum;
  }
}

const EMPTY = new Float64Array(0);

function matern(r: number): number {
  const a = SQRT5 * r;
  return (1 + a + (a * a) / 3) * exp(-a);
}

/** A normal distribution of the logarithm of a parameter: what it is likely to be before values are known. */
interface Prior {
  readonly mean: number;
  readonly deviation: number;
}

// Values have mean 0 and variance 1, coordinates go from 0 to 1. Length scales grow with the root of the number of
// coordinates, as distances do (Hvarfner et al., 2024).
const lengthPrior = (groups: number): Prior => ({
  mean: Math.SQRT2 + 0.5 * log(groups) + log(0.25),
  deviation: 1,
});
const VARIANCE_PRIOR: Prior = { mean: 0, deviation: 1 };
const NOISE_PRIOR: Prior = { mean: log(1e-4), deviation: 2 };

/** Limits of the logarithms. */
const LENGTH_LIMITS = [log(0.02), log(50)] as const;
const VARIANCE_LIMITS = [log(0.05), log(50)] as const;
const LARGEST_NOISE = log(1);

const ITERATIONS = 20;

/**
 * A Gaussian process whose parameters are the most likely ones: those with the largest marginal likelihood, times the
 * likelihood of the parameters themselves, which decides while there are few values.
 *
 * @param values with mean 0 and variance 1
 * @param smallestNoise the least variance of the noise
 */
export function fitGaussianProcess(
  points: Points,
  values: Float64Array,
  groups: Int32Array,
  smallestNoise: number,
): GaussianProcess {
  const count = groups.reduce((most, group) => Math.max(most, group + 1), 0);
  const priors = [
    ...Array.from({ length: count }, () => lengthPrior(count)),
    VARIANCE_PRIOR,
    NOISE_PRIOR,
  ];
  const limits = [
    ...Array.from({ length: count }, () => LENGTH_LIMITS),
    VARIANCE_LIMITS,
    [log(smallestNoise), Math.max(LARGEST_NOISE, log(smallestNoise))] as const,
  ];
  const squares = squaredDistances(points, groups, count);
  const start = Float64Array.from(priors, ({ mean }) => mean);
  const { x } = minimize(
    (parameters, gradient) => negativePosterior(parameters, gradient, { squares, values, priors }),
    start,
    {
      lower: Float64Array.from(limits, ([least]) => least),
      upper: Float64Array.from(limits, ([, most]) => most),
      iterations: ITERATIONS,
    },
  );
  return new GaussianProcess(points, values, groups, parametersOf(x, count));
}

function parametersOf(logarithms: Float64Array, count: number): KernelParameters {
  return {
    lengthScales: Float64Array.from(logarithms.subarray(0, count), (one) => exp(one)),
    variance: exp(logarithms[count] ?? 0),
    noise: exp(logarithms[count + 1] ?? 0),
  };
}

/** Of each group the squared distances of all pairs, in the order of the lower triangle. */
function squaredDistances(points: Points, groups: Int32Array, count: number): Float64Array[] {
  const n = points.length;
  const all = Array.from({ length: count }, () => new Float64Array((n * (n - 1)) / 2));
  let at = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++, at++) {
      const [x = EMPTY, y = EMPTY] = [points[i], points[j]];
      for (let k = 0; k < x.length; k++) {
        const ofGroup = all[groups[k] ?? 0] ?? EMPTY;
        const difference = (x[k] ?? 0) - (y[k] ?? 0);
        ofGroup[at] = (ofGroup[at] ?? 0) + difference * difference;
      }
    }
  }
  return all;
}

interface Fitted {
  readonly squares: readonly Float64Array[];
  readonly values: Float64Array;
  readonly priors: readonly Prior[];
}

/** −ln p(values | parameters) − ln p(parameters), but for a constant, by the logarithms of the parameters. */
function negativePosterior(
  logarithms: Float64Array,
  gradient: Float64Array,
  { squares, values, priors }: Fitted,
): number {
  const n = values.length;
  const count = squares.length;
  const { lengthScales, variance, noise } = parametersOf(logarithms, count);
  const inverseSquares = lengthScales.map((length) => 1 / (length * length));
  const matrix = new Float64Array(n * n);
  /** σ² 5/3 (1 + √5 r) e^(−√5 r): times a squared difference over ℓ² it is the derivative by ln ℓ. */
  const slopes = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++, at++) {
      let sum = 0;
      for (let g = 0; g < count; g++) sum += (squares[g]?.[at] ?? 0) * (inverseSquares[g] ?? 0);
      const a = SQRT5 * Math.sqrt(sum);
      const decay = variance * exp(-a);
      matrix[i * n + j] = (1 + a + (a * a) / 3) * decay;
      slopes[at] = (5 / 3) * (1 + a) * decay;
    }
    matrix[i * n + i] = variance + noise;
  }
  const kernel = matrix.slice();
  if (!factorize(matrix, n)) return Infinity;
  const weights = solveUpper(matrix, n, solveLower(matrix, n, values.slice()));
  let loss = 0.5 * dot(values, weights);
  for (let i = 0; i < n; i++) loss += log(matrix[i * n + i] ?? 0);

  // ∂loss/∂θ = ½ Σ (K⁻¹ − α αᵀ)ᵢⱼ ∂Kᵢⱼ/∂θ; pairs count twice, the diagonal once.
  const inverse = inverseOf(matrix, n);
  let [byVariance, byNoise] = [0, 0];
  gradient.fill(0);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++, at++) {
      const excess = (inverse[i * n + j] ?? 0) - (weights[i] ?? 0) * (weights[j] ?? 0);
      byVariance += excess * (kernel[i * n + j] ?? 0);
      const scaled = excess * (slopes[at] ?? 0);
      for (let g = 0; g < count; g++) {
        gradient[g] = (gradient[g] ?? 0) + scaled * (squares[g]?.[at] ?? 0) * (inverseSquares[g] ?? 0); // prettier-ignore
      }
    }
    const excess = (inverse[i * n + i] ?? 0) - (weights[i] ?? 0) ** 2;
    byVariance += 0.5 * excess * variance;
    byNoise += 0.5 * excess * noise;
  }
  gradient[count] = byVariance;
  gradient[count + 1] = byNoise;
  for (const [k, { mean, deviation }] of priors.entries()) {
    const away = ((logarithms[k] ?? 0) - mean) / deviation;
    loss += 0.5 * away * away;
    gradient[k] = (gradient[k] ?? 0) + away / deviation;
  }
  return loss;
}
