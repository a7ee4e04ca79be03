import { gridCount, gridValue } from './hyperparameter.js';
import type { Hyperparameter, HyperparameterValue } from './hyperparameter.js';
import type { HyperModel, TrialFunction } from './hypermodel.js';
import type { TunerOptions } from './options.js';
import type { Proposal, SearchView } from './proposals.js';
import { checkMaxTrials } from './random-search.js';
import type { TrialRecord, TrialValues } from './trial.js';
import { Tuner } from './tuner.js';

/** Options of `GridSearch`. */
export interface GridSearchOptions extends TunerOptions {
  /** The largest number of trials. Default null: all combinations. */
  readonly maxTrials?: number | null;
}

/**
 * Tries all combinations of values. A range without a step has ten values; a hyperparameter inside an `if` varies only in trials
 * that reach it. The hyperparameter that is declared last changes first. KerasTuner: `GridSearch`.
 *
 * @example
 * const search = new tuner.GridSearch((hp) => {
 *   const x = hp.int('x', { min: 0, max: 2 });
 *   return hp.boolean('square') ? x ** 2 : x;
 * });
 * await search.search();
 * search.trials.length; // 6
 */
export class GridSearch extends Tuner {
  readonly #maxTrials: number;

  /**
   * @param hypermodel a function of `hp` that returns a compiled model, a number or numbers by name; or `{ build, fit }`
   * @throws ValueError for invalid options.
   */
  constructor(hypermodel: TrialFunction | HyperModel, options: GridSearchOptions = {}) {
    const owner = 'GridSearch';
    const kind = { owner, settings: {}, names: ['maxTrials'], fresh: 'first', goesOn: false } as const; // prettier-ignore
    super(hypermodel, options, kind);
    const { maxTrials = null } = options;
    this.#maxTrials = maxTrials === null ? Infinity : checkMaxTrials(owner, maxTrials);
  }

  /** @internal */
  protected override propose({ number, taken, running }: SearchView): Proposal {
    if (number >= this.#maxTrials) return 'stop';
    if (number === 0) return { values: {} };
    // What there is to combine is known from the first trial on.
    const root = new Branch();
    for (const trial of taken) root.add(trial);
    for (const { values } of running) root.occupy(values);
    const values = root.firstFree({});
    if (values !== undefined && taken.length > 0) return { values };
    return running.length > 0 ? 'wait' : 'stop';
  }
}

/** What follows upon a combination of values: the next hyperparameter that trials ask for, or nothing that is known. */
class Branch {
  #next: Hyperparameter | undefined;
  readonly #branches = new Map<HyperparameterValue, Branch>();

  /** Takes in a trial. */
  add({ space, values }: TrialRecord): void {
    let branch = this as Branch;
    for (const of of space) {
      branch.#next ??= of;
      // A trial that asked for another one here did not depend on its values alone.
      if (branch.#next.name !== of.name) return;
      branch = branch.#at(values[of.name] ?? of.default);
    }
  }

  /** Takes in a trial that runs. */
  occupy(values: TrialValues): void {
    let branch = this as Branch;
    while (branch.#next !== undefined) {
      const value = values[branch.#next.name];
      // Beyond what was proposed it takes the first values.
      branch = branch.#at(value ?? gridValue(branch.#next, 0));
    }
  }

  /** The first combination that no trial has; undefined if there is none that is known. */
  firstFree(before: TrialValues): TrialValues | undefined {
    const next = this.#next;
    if (next === undefined) return undefined;
    for (let i = 0; i < gridCount(next); i++) {
      const value = gridValue(next, i);
      const values = { ...before, [next.name]: value };
      const branch = this.#branches.get(value);
      const free = branch === undefined ? values : branch.firstFree(values);
      if (free !== undefined) return free;
    }
    return undefined;
  }

  #at(value: HyperparameterValue): Branch {
    let branch = this.#branches.get(value);
    if (branch === undefined) {
      branch = new Branch();
      this.#branches.set(value, branch);
    }
    return branch;
  }
}
