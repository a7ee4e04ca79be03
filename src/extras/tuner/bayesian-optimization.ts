import { checkNumber, oneOf } from '../../config/index.js';
import { ACQUISITIONS, mostPromising } from './bayesian/acquisition.js';
import type { Acquisition } from './bayesian/acquisition.js';
import { modelOfTrials } from './bayesian/model-of-trials.js';
import { drawsOf } from './draws.js';
import type { HyperModel, TrialFunction } from './hypermodel.js';
import type { CountedTunerOptions } from './options.js';
import { isTried, lossOf, randomValues, ranked } from './proposals.js';
import type { Proposal, SearchView } from './proposals.js';
import { checkMaxTrials } from './random-search.js';
import { Tuner } from './tuner.js';

/** Options of `BayesianOptimization`. */
export interface BayesianOptimizationOptions extends CountedTunerOptions {
  /** The number of random trials before the first guess. Default: two more than there are hyperparameters, at least 5. */
  readonly numInitialPoints?: number | null;
  /** The smallest variance of the noise of results, which are scaled to variance 1: how much equal trials differ. Default 1e-4. */
  readonly alpha?: number;
  /** The number of standard deviations from the mean, for `'upper_confidence_bound'`. Default 2.6. */
  readonly beta?: number;
  /**
   * How to choose the most promising point: by the largest `'expected_improvement'`, or by the best
   * `'upper_confidence_bound'` (the lower bound for an objective to minimize). Default `'expected_improvement'`.
   */
  readonly acquisition?: Acquisition | 'expectedImprovement' | 'upperConfidenceBound';
}

const OPTIONS = ['maxTrials', 'numInitialPoints', 'alpha', 'beta', 'acquisition'] as const;
/** Trials at random are as many as the hyperparameters and two, but at least so many. */
const FEWEST_INITIAL = 5;

/**
 * Chooses the next trial from earlier results: a Gaussian process with a Matérn-5/2 kernel predicts the result at each point
 * and its uncertainty (Snoek et al., Practical Bayesian Optimization, 2012). It needs fewer trials than `RandomSearch` if
 * results depend smoothly on up to about twenty hyperparameters. KerasTuner: `BayesianOptimization`.
 *
 * Parallel trials keep apart, as the process uses its predictions as their results.
 *
 * @example
 * const search = new tuner.BayesianOptimization(
 *   (hp) => (hp.float('x', { min: -5, max: 5 }) - 2) ** 2,
 *   { maxTrials: 12, seed: 1 },
 * );
 * await search.search();
 * console.log(search.getBestTrials()[0]?.score);
 */
export class BayesianOptimization extends Tuner {
  readonly #maxTrials: number;
  readonly #initial: number | null;
  readonly #alpha: number;
  readonly #beta: number;
  readonly #acquisition: Acquisition;

  /**
   * @param hypermodel a function of `hp` that returns a compiled model, a number or numbers by name; or `{ build, fit }`
   * @throws ValueError for invalid options.
   */
  constructor(hypermodel: TrialFunction | HyperModel, options: BayesianOptimizationOptions = {}) {
    const owner = 'BayesianOptimization';
    const { numInitialPoints = null, alpha = 1e-4, beta = 2.6 } = options ?? {};
    const given = options?.acquisition ?? 'expected_improvement';
    const acquisition = oneOf(owner, 'acquisition', given, ACQUISITIONS);
    const settings = { numInitialPoints, alpha, beta, acquisition };
    super(hypermodel, options, { owner, settings, names: OPTIONS, fresh: 'random', goesOn: false });
    this.#maxTrials = checkMaxTrials(owner, options.maxTrials ?? 10);
    this.#initial =
      numInitialPoints === null
        ? null
        : checkNumber(owner, 'numInitialPoints', numInitialPoints, { min: 1, max: 1e6, integer: true }); // prettier-ignore
    this.#alpha = checkNumber(owner, 'alpha', alpha, { min: 1e-10, max: 10 });
    this.#beta = checkNumber(owner, 'beta', beta, { min: 0, max: 1000 });
    this.#acquisition = acquisition;
  }

  /** @internal */
  protected override propose(view: SearchView): Proposal {
    const { number, space, seed, taken, running } = view;
    if (number >= this.#maxTrials) return 'stop';
    const initial = this.#initial ?? Math.max(FEWEST_INITIAL, space.length + 2);
    const results = ranked(taken);
    const known = results.toSorted((a, b) => a.number - b.number);
    let values =
      number < initial || known.length < 2
        ? randomValues(view)
        : mostPromising(
            {
              ...modelOfTrials(
                space,
                known.map((trial) => ({ values: trial.values, score: lossOf(trial) })),
                running.map((trial) => trial.values),
                this.#alpha,
              ),
              acquisition: this.#acquisition,
              beta: this.#beta,
            },
            drawsOf(seed, number, 'proposal'),
            (candidate) => isTried(view, candidate),
          );
    values ??= randomValues(view);
    if (values !== undefined) return { values };
    return running.length > 0 ? 'wait' : 'stop';
  }
}
