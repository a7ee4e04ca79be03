import { log } from '../../../config/elementary.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { uniforms } from '../draws.js';
import { unitOf } from '../hyperparameter.js';
import type { HyperparameterValue } from '../hyperparameter.js';
import type { Features } from './features.js';
import type { GaussianProcess } from './gaussian-process.js';
import { minimize } from './minimize.js';
import { expectedPart } from './normal.js';

/** How promising a point is: the expected improvement, or the best result that is likely there. */
export type Acquisition = 'expected_improvement' | 'upper_confidence_bound';

/** Names of the functions that say how much a place promises. */
export const ACQUISITIONS: readonly Acquisition[] = [
  'expected_improvement',
  'upper_confidence_bound',
];

/** What is sought: small values of a process. */
export interface Search {
  readonly process: GaussianProcess;
  readonly features: Features;
  /** The smallest value so far, as the process sees it. */
  readonly best: number;
  /** Trials with small values: places around them are looked at too. */
  readonly leaders: readonly Readonly<Record<string, HyperparameterValue>>[];
  readonly acquisition: Acquisition;
  /** Deviations below the mean, for the confidence bound. */
  readonly beta: number;
}

/** Below it a variance is one of rounding. */
const SMALLEST_VARIANCE = 1e-12;

/** How much a place promises: the larger the better. The gradient is written into `slope`, if it is given. */
export function promise(
  { process, best, acquisition, beta }: Pick<Search, 'process' | 'best' | 'acquisition' | 'beta'>,
  x: Float64Array,
  slope?: Float64Array,
): number {
  const slopes = slope === undefined ? undefined : process.differentiate(x);
  const at = slopes ?? process.predict(x);
  const deviation = Math.sqrt(Math.max(at.variance, SMALLEST_VARIANCE));
  const isBound = acquisition === 'upper_confidence_bound';
  const z = (best - at.mean) / deviation;
  const part = isBound ? undefined : expectedPart(z);
  if (slope !== undefined && slopes !== undefined) {
    const [byMean, byDeviation] =
      part === undefined
        ? [-1, beta]
        : [-part.cumulativeRatio / deviation, part.densityRatio / deviation];
    for (let i = 0; i < slope.length; i++) {
      const ofDeviation = (slopes.varianceSlope[i] ?? 0) / (2 * deviation);
      slope[i] = byMean * (slopes.meanSlope[i] ?? 0) + byDeviation * ofDeviation;
    }
  }
  return part === undefined ? beta * deviation - at.mean : log(deviation) + part.logarithm;
}

type Values = Readonly<Record<string, HyperparameterValue>>;

/** Places at random, places around each leader, and the best of both that are followed uphill. */
const RANDOM = 256;
const AROUND = 32;
const FOLLOWED = 4;
const ITERATIONS = 15;
/** Numbers from 0 to 1 that a place around a leader takes for each hyperparameter. */
const NUMBERS = 4;
/** The largest distance from a leader. */
const REACH = 0.15;
/** How often a value that has no neighbours is exchanged. */
const EXCHANGED = 0.2;

/**
 * The values that promise most, of many at random and some that lead uphill from the best of these; undefined if all of them
 * have been tried.
 */
export function mostPromising(
  search: Search,
  generator: SeedGenerator,
  isTried: (values: Values) => boolean,
): Values | undefined {
  const { features } = search;
  const all = [...atRandom(features, generator), ...aroundLeaders(search, generator)];
  const places = byPromise(all.map((values) => candidate(search, values)));
  const followed = places
    .slice(0, FOLLOWED)
    .map(({ point }) => candidate(search, features.decode(uphill(search, point))));
  return byPromise([...followed, ...places]).find(({ values }) => !isTried(values))?.values;
}

interface Candidate {
  readonly values: Values;
  readonly point: Float64Array;
  readonly score: number;
}

function candidate(search: Search, values: Values): Candidate {
  const point = search.features.encode(values);
  return { values, point, score: promise(search, point) };
}

/** The most promising first; of equal ones those that came first. */
const byPromise = (all: readonly Candidate[]): Candidate[] =>
  all.toSorted((a, b) => b.score - a.score);

function atRandom(features: Features, generator: SeedGenerator): Values[] {
  const count = features.varying.length;
  const numbers = uniforms(generator, RANDOM * count);
  return Array.from({ length: RANDOM }, (_, i) => features.valuesAt(numbers, i * count));
}

function aroundLeaders({ features, leaders }: Search, generator: SeedGenerator): Values[] {
  const { varying } = features;
  const count = varying.length;
  const numbers = uniforms(generator, leaders.length * AROUND * count * NUMBERS);
  return leaders.flatMap((leader, which) =>
    Array.from({ length: AROUND }, (_, i) => {
      const units = varying.map((of, k) => {
        const at = ((which * AROUND + i) * count + k) * NUMBERS;
        const [a = 0, b = 0, c = 0, d = 0] = numbers.subarray(at, at + NUMBERS);
        const unit = unitOf(of, leader[of.name] ?? of.default);
        // The sum of three numbers is close to a normal distribution.
        const isOrdered = features.isOrdered[features.groups.indexOf(k)] ?? true;
        if (isOrdered) return unit + (REACH * (a + b + c - 1.5)) / 1.5;
        return d < EXCHANGED ? a : unit;
      });
      return features.valuesAt(units);
    }),
  );
}

/** The place to which the promise leads from a place. Coordinates of choices stay. */
function uphill(search: Search, from: Float64Array): Float64Array {
  const { isOrdered } = search.features;
  const { x } = minimize(
    (point, gradient) => {
      const value = promise(search, point, gradient);
      for (let i = 0; i < gradient.length; i++) gradient[i] = -(gradient[i] ?? 0);
      return -value;
    },
    from,
    {
      lower: from.map((at, i) => (isOrdered[i] === true ? 0 : at)),
      upper: from.map((at, i) => (isOrdered[i] === true ? 1 : at)),
      iterations: ITERATIONS,
    },
  );
  return x;
}
