import type { SeedGenerator } from '../../engine/random/seed-generator.js';
import { drawsOf, uniforms } from './draws.js';
import { valueAt } from './hyperparameter.js';
import type { Hyperparameter } from './hyperparameter.js';
import type { Direction, TrialRecord, TrialValues } from './trial.js';

/**
 * What a proposal depends on, and nothing else: so a search that is repeated, or that goes on after an interruption, comes to the
 * same trials.
 */
export interface SearchView {
  readonly seed: number;
  /** The number of the trial that is proposed. */
  readonly number: number;
  /** What is known of the space: what the caller has declared, and what trials with a result have. */
  readonly space: readonly Hyperparameter[];
  /** The first trials, whose results are known. */
  readonly taken: readonly TrialRecord[];
  /** The trials behind them, whose results are not looked at, whether they are there or not. */
  readonly running: readonly TrialRecord[];
}

/** The values of the next trial; `'wait'`: the next result is needed; `'stop'`: there is no further trial. */
export type Proposal = { readonly values: TrialValues } | 'wait' | 'stop';

/** Whether a trial with these values would be one that there was already. */
export function isTried({ taken, running }: SearchView, values: TrialValues): boolean {
  // What is not proposed has its default in every trial.
  const agrees = (names: readonly string[], there: TrialValues): boolean =>
    names.every((name) => !Object.hasOwn(values, name) || values[name] === there[name]);
  const isOf = (there: TrialValues): boolean => {
    const names = Object.keys(there);
    return names.length > 0 && agrees(names, there);
  };
  return (
    // A trial is another one if what it asks for differs.
    taken.some(({ space, status, values: there }) =>
      status === 'failed'
        ? isOf(there)
        : agrees(
            space.map(({ name }) => name),
            there,
          ),
    ) ||
    // Without a result it is not known what a trial asks for in addition to what was proposed.
    (taken.length > 0 && running.some(({ values: there }) => isOf(there)))
  );
}

/** Draws of values that have all been tried, after which there are hardly others. */
const MAX_COLLISIONS = 100;

/** Values at random that have not been tried; undefined if none are found. */
export function randomValues(
  view: SearchView,
  isUsed: (values: TrialValues) => boolean = (values) => isTried(view, values),
): TrialValues | undefined {
  const draws = drawsOf(view.seed, view.number, 'proposal');
  for (let i = 0; i < MAX_COLLISIONS; i++) {
    const values = drawn(view.space, draws);
    if (!isUsed(values)) return values;
  }
  return undefined;
}

function drawn(space: readonly Hyperparameter[], draws: SeedGenerator): TrialValues {
  if (space.length === 0) return {};
  const units = uniforms(draws, space.length);
  return Object.fromEntries(space.map((of, i) => [of.name, valueAt(of, units[i] ?? 0)]));
}

/** The completed ones of trials, the best first; of equals the earlier. */
export function ranked(trials: readonly TrialRecord[]): TrialRecord[] {
  return trials
    .filter(({ score }) => score !== undefined)
    .toSorted((a, b) => lossOf(a) - lossOf(b) || a.number - b.number);
}

/** The score of a completed trial, turned so that less is better. */
export function lossOf({ score = NaN, direction }: TrialRecord): number {
  return signOf(direction) * score;
}

const signOf = (direction: Direction | undefined): number => (direction === 'max' ? -1 : 1);
