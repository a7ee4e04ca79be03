import type { HyperparameterValue } from '../hyperparameter.js';
import { Features } from './features.js';
import { fitGaussianProcess, GaussianProcess } from './gaussian-process.js';
import type { Hyperparameter } from '../hyperparameter.js';

type Values = Readonly<Record<string, HyperparameterValue>>;

/** A trial with its result: the smaller the better. */
export interface Outcome {
  readonly values: Values;
  readonly score: number;
}

/** Points that a process has at most: the time that it takes grows with their third power. */
const MAX_POINTS = 400;

/** What a Gaussian process makes of trials. */
export interface TrialModel {
  readonly process: GaussianProcess;
  readonly features: Features;
  /** The smallest value that the process expects at a trial. */
  readonly best: number;
  /** The best trials. */
  readonly leaders: readonly Values[];
}

const LEADERS = 3;

/**
 * A Gaussian process of the outcomes of trials, whose scores are brought to mean 0 and variance 1. Trials that still run have
 * the values that it expects, so that the next trial keeps away from them (Ginsbourger et al., 2010: Kriging believer).
 *
 * @param outcomes at least one
 * @param noise the least variance of the noise of scores, with variance 1
 */
export function modelOfTrials(
  space: readonly Hyperparameter[],
  outcomes: readonly Outcome[],
  running: readonly Values[],
  noise: number,
): TrialModel {
  const features = new Features(space);
  const ranked = [...outcomes].sort((a, b) => a.score - b.score);
  const used = outcomes.length <= MAX_POINTS ? outcomes : selected(outcomes, ranked);
  const points = used.map(({ values }) => features.encode(values));
  const scores = standardized(used.map(({ score }) => score));
  const fitted = fitGaussianProcess(points, scores, features.groups, noise);
  const best = Math.min(...points.map((point) => fitted.predict(point).mean));
  const leaders = ranked.slice(0, LEADERS).map(({ values }) => values);
  if (running.length === 0) return { process: fitted, features, best, leaders };
  const further = running.map((values) => features.encode(values));
  const expected = further.map((point) => fitted.predict(point).mean);
  const process = new GaussianProcess(
    [...points, ...further],
    Float64Array.from([...scores, ...expected]),
    features.groups,
    fitted.parameters,
  );
  return { process, features, best, leaders };
}

/** The better half of the points, and the latest others. */
function selected(outcomes: readonly Outcome[], ranked: readonly Outcome[]): Outcome[] {
  const better = new Set(ranked.slice(0, MAX_POINTS / 2));
  const others = outcomes.filter((one) => !better.has(one));
  return [...better, ...others.slice(-MAX_POINTS / 2)];
}

function standardized(scores: readonly number[]): Float64Array {
  const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const squares = scores.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(scores.length - 1, 1));
  return Float64Array.from(scores, (one) => (deviation > 0 ? (one - mean) / deviation : 0));
}
