import { checkNumber } from '../../config/index.js';
import type { HyperModel, TrialFunction } from './hypermodel.js';
import type { CountedTunerOptions } from './options.js';
import { randomValues } from './proposals.js';
import type { Proposal, SearchView } from './proposals.js';
import { Tuner } from './tuner.js';

/** Options of `RandomSearch`. */
export interface RandomSearchOptions extends CountedTunerOptions {}

/**
 * Tries values at random, none twice. KerasTuner: `RandomSearch`.
 *
 * @example
 * const search = new tuner.RandomSearch(
 *   (hp) => (hp.float('x', { min: -5, max: 5 }) - 2) ** 2,
 *   { maxTrials: 20, seed: 1 },
 * );
 * await search.search();
 * console.log(search.getBestHyperparameters()[0]?.values);
 */
export class RandomSearch extends Tuner {
  readonly #maxTrials: number;

  /**
   * @param hypermodel a function of `hp` that returns a compiled model, a number or numbers by name; or `{ build, fit }`
   * @throws ValueError for invalid options.
   */
  constructor(hypermodel: TrialFunction | HyperModel, options: RandomSearchOptions = {}) {
    const owner = 'RandomSearch';
    const kind = { owner, settings: {}, names: ['maxTrials'], fresh: 'random', goesOn: false } as const; // prettier-ignore
    super(hypermodel, options, kind);
    this.#maxTrials = checkMaxTrials(owner, options.maxTrials ?? 10);
  }

  /** @internal */
  protected override propose(view: SearchView): Proposal {
    if (view.number >= this.#maxTrials) return 'stop';
    const values = randomValues(view);
    if (values !== undefined) return { values };
    return view.running.length > 0 ? 'wait' : 'stop';
  }
}

const MAX_TRIALS = 1e6;

/** The most trials. @throws ValueError for a number that is none. */
export function checkMaxTrials(owner: string, maxTrials: unknown): number {
  return checkNumber(owner, 'maxTrials', maxTrials, { min: 1, max: MAX_TRIALS, integer: true });
}
