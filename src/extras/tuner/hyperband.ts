import { checkNumber } from '../../config/index.js';
import { OWN_NAMES } from './hyperparameter.js';
import type { HyperModel, TrialFunction } from './hypermodel.js';
import type { TunerOptions } from './options.js';
import { randomValues, ranked } from './proposals.js';
import type { Proposal, SearchView } from './proposals.js';
import { idOf } from './store.js';
import type { TrialRecord, TrialValues } from './trial.js';
import { Tuner } from './tuner.js';

/** Options of `Hyperband`. */
export interface HyperbandOptions extends TunerOptions {
  /** The largest number of epochs of a trial, including those of the trials that it continues. Default 100. */
  readonly maxEpochs?: number;
  /** One in `factor` trials of a round is continued, for `factor` times as many epochs; a whole number of at least 2. Default 3. */
  readonly factor?: number;
  /** How many times to run all brackets. Default 1. */
  readonly hyperbandIterations?: number;
}

/** A round of a bracket. */
export interface HyperbandRound {
  /** The number of trials. */
  readonly trials: number;
  /** The number of epochs after which they end. */
  readonly epochs: number;
}

const OPTIONS = ['maxEpochs', 'factor', 'hyperbandIterations'] as const;

/**
 * Trains many trials for a few epochs, and continues only the best of them: algorithm 1 of Li et al., Hyperband (2018). Bracket s
 * begins with ⌈(S + 1) factorˢ / (s + 1)⌉ trials of maxEpochs / factorˢ epochs, where S is the first bracket; after each round one
 * in `factor` trials is continued. KerasTuner: `Hyperband`.
 *
 * A continued trial is a new trial. It starts bit for bit where the earlier one ended, including the state of the optimizer. A
 * function that computes its own result finds its number of epochs in `hp.get('tuner/epochs')`, and those of the earlier trial in
 * `hp.get('tuner/initial_epoch')`.
 *
 * @example
 * const search = new tuner.Hyperband(
 *   (hp) => {
 *     const model = new models.Sequential([
 *       layers.Input([4]),
 *       new layers.Dense(hp.int('units', { min: 4, max: 32 }), { activation: 'relu' }),
 *       new layers.Dense(1),
 *     ]);
 *     model.compile({ optimizer: 'adam', loss: 'mse' });
 *     return model;
 *   },
 *   { maxEpochs: 9, seed: 1 },
 * );
 * await search.search(x, y, { validationSplit: 0.2 });
 * const [best] = await search.getBestModels();
 */
export class Hyperband extends Tuner {
  /** The brackets in order, each with its rounds. */
  readonly brackets: readonly (readonly HyperbandRound[])[];
  readonly #iterations: number;

  /**
   * @param hypermodel a function of `hp` that returns a compiled model, a number or numbers by name; or `{ build, fit }`
   * @throws ValueError for invalid options.
   */
  constructor(hypermodel: TrialFunction | HyperModel, options: HyperbandOptions = {}) {
    const owner = 'Hyperband';
    const { maxEpochs = 100, factor = 3, hyperbandIterations = 1 } = options ?? {};
    const settings = { maxEpochs, factor };
    super(hypermodel, options, { owner, settings, names: OPTIONS, fresh: 'random', goesOn: true });
    checkNumber(owner, 'maxEpochs', maxEpochs, { min: 1, max: 1e6, integer: true });
    checkNumber(owner, 'factor', factor, { min: 2, max: 1e6, integer: true });
    this.#iterations = checkNumber(owner, 'hyperbandIterations', hyperbandIterations, {
      min: 1,
      max: 1e6,
      integer: true,
    });
    this.brackets = bracketsOf(maxEpochs, factor);
  }

  /** @internal */
  protected override propose(view: SearchView): Proposal {
    const { taken, running } = view;
    const runs = placed([...taken, ...running], this.brackets);
    for (let iteration = 0; iteration < this.#iterations; iteration++) {
      for (const [index, rounds] of this.brackets.entries()) {
        const there = runs.get(keyOf(iteration, index)) ?? rounds.map(() => []);
        const values = nextIn(view, this.brackets.length - 1 - index, rounds, there);
        if (values !== undefined) return { values };
      }
    }
    return running.length > 0 ? 'wait' : 'stop';
  }
}

/** The rounds of all brackets, the first with the most trials and the fewest epochs. */
export function bracketsOf(
  maxEpochs: number,
  factor: number,
): readonly (readonly HyperbandRound[])[] {
  let most = 0;
  while (factor ** (most + 1) <= maxEpochs) most++;
  return Array.from({ length: most + 1 }, (_, i) => {
    const s = most - i;
    const trials = Math.ceil(((most + 1) * factor ** s) / (s + 1));
    return Array.from({ length: s + 1 }, (_, round) => ({
      trials: Math.floor(trials / factor ** round),
      epochs: Math.ceil(maxEpochs / factor ** (s - round)),
    }));
  });
}

const keyOf = (iteration: number, index: number): string => `${iteration} ${index}`;

/** The trials of each bracket by rounds. A bracket that is full is followed by the same one of the next iteration. */
function placed(
  trials: readonly TrialRecord[],
  brackets: Hyperband['brackets'],
): Map<string, TrialRecord[][]> {
  const found = new Map<string, TrialRecord[][]>();
  const begun = brackets.map(() => 0);
  const keys = new Map<string, string>();
  for (const trial of trials) {
    const { values, number } = trial;
    const index = brackets.length - 1 - Number(values[OWN_NAMES.bracket]);
    const before = values[OWN_NAMES.before];
    let key = before === undefined ? undefined : keys.get(String(before));
    if (key === undefined) {
      const count = begun[index] ?? 0;
      begun[index] = count + 1;
      key = keyOf(Math.floor(count / (brackets[index]?.[0]?.trials ?? 1)), index);
    }
    keys.set(idOf(number), key);
    const rounds = found.get(key) ?? brackets[index]?.map((): TrialRecord[] => []) ?? [];
    rounds[Number(values[OWN_NAMES.round])]?.push(trial);
    found.set(key, rounds);
  }
  return found;
}

/** The values of the next trial of a bracket; undefined if none can begin now. */
function nextIn(
  view: SearchView,
  bracket: number,
  rounds: readonly HyperbandRound[],
  there: readonly (readonly TrialRecord[])[],
): TrialValues | undefined {
  const taken = new Set(view.taken.map(({ number }) => number));
  // How many trials a round has: fewer go on where trials have failed.
  let expected = rounds[0]?.trials ?? 0;
  const begun = there[0] ?? [];
  if (begun.length < expected) return newValues(view, bracket, rounds, begun);
  for (const [round, { trials, epochs }] of rounds.entries()) {
    if (round === 0) continue;
    const before = there[round - 1] ?? [];
    if (before.length < expected || !before.every(({ number }) => taken.has(number)))
      return undefined;
    const best = ranked(before).slice(0, trials);
    const going = new Set((there[round] ?? []).map(({ values }) => values[OWN_NAMES.before]));
    const next = best.find(({ number }) => !going.has(idOf(number)));
    if (next !== undefined) {
      return {
        ...next.values,
        [OWN_NAMES.bracket]: bracket,
        [OWN_NAMES.round]: round,
        [OWN_NAMES.epochs]: epochs,
        [OWN_NAMES.initialEpoch]: rounds[round - 1]?.epochs ?? 0,
        [OWN_NAMES.before]: idOf(next.number),
      };
    }
    expected = best.length;
  }
  return undefined;
}

/** Values at random for the first round of a bracket. In a small space a trial may be repeated. */
function newValues(
  view: SearchView,
  bracket: number,
  rounds: readonly HyperbandRound[],
  begun: readonly TrialRecord[],
): TrialValues {
  const isUsed = (values: TrialValues): boolean =>
    begun.some(({ space, values: there }) => {
      const names = space.length > 0 ? space.map(({ name }) => name) : Object.keys(values);
      return names.length > 0 && names.every((name) => values[name] === there[name]);
    });
  const values = randomValues(view, isUsed) ?? randomValues(view, () => false);
  return {
    ...values,
    [OWN_NAMES.bracket]: bracket,
    [OWN_NAMES.round]: 0,
    [OWN_NAMES.epochs]: rounds[0]?.epochs ?? 1,
    [OWN_NAMES.initialEpoch]: 0,
  };
}
