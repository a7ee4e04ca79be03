import { describeValue } from '../../config/describe-value.js';
import { isPlainObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { isSame } from './hyperparameter.js';
import type { Hyperparameter } from './hyperparameter.js';
import { ADVICE, bestFile, lastFile, trialFile } from './store.js';
import type { SearchStore } from './store.js';
import { fromJson, toJson } from './trial.js';
import type { TrialRecord } from './trial.js';

/** The file that says what is searched, and how. */
const SEARCH = 'tuner.json';
const VERSION = 1;

/** What proposals depend on, apart from results. JSON can hold it. */
export interface SearchSettings {
  /** The class. */
  readonly tuner: string;
  readonly objective: { readonly name: string | null; readonly direction: string | null };
  /** Options that proposals and trials depend on. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The trials of a search, in memory and in its store. */
export class SearchState {
  readonly trials: TrialRecord[] = [];

  private constructor(
    readonly store: SearchStore,
    readonly seed: number,
  ) {}

  /**
   * Goes on with the search that a store holds, or begins one.
   *
   * @param seed of the search, if the caller has said one; else `newSeed` gives that of a search that begins
   * @param overwrites whether what the store holds is removed
   * @throws FormatError for files that are damaged; ValueError for a search of another kind.
   */
  static async open(
    store: SearchStore,
    settings: SearchSettings,
    seed: number | undefined,
    newSeed: () => number,
    overwrites: boolean,
  ): Promise<SearchState> {
    if (overwrites) await removeSearch(store);
    const kept = await store.readJson(SEARCH, settingsFrom);
    if (kept === undefined) {
      const state = new SearchState(store, seed ?? newSeed());
      if ((await store.read(trialFile(0))) !== undefined) {
        throw store.damaged(trialFile(0), `there are trials, but no '${SEARCH}'`);
      }
      await store.writeJson(SEARCH, { version: VERSION, seed: state.seed, ...settings });
      return state;
    }
    requireSame(store, kept, settings, seed);
    const state = new SearchState(store, kept.seed);
    await state.#readTrials();
    return state;
  }

  async #readTrials(): Promise<void> {
    for (let number = 0; ; number++) {
      const name = trialFile(number);
      const record = await this.store.readJson(name, (json) => fromJson(json, number));
      if (record === undefined) break;
      this.trials.push(record);
    }
    for (const { number, after } of this.trials) {
      // Results are taken in the order of the trials.
      const missing = this.trials.slice(0, after).find(({ status }) => status === 'running');
      if (missing === undefined) continue;
      const reason = `it was proposed after trial ${missing.number}, which has no result`;
      throw this.store.damaged(trialFile(number), reason);
    }
    for (const [i, { after }] of this.trials.entries()) {
      const before = this.trials[i - 1]?.after ?? 0;
      if (after < before) {
        throw this.store.damaged(trialFile(i), 'it knew less than the trial before it');
      }
    }
    requireOneSpace(this.store, this.trials);
  }

  /** Keeps a trial in place of what was known of it. */
  async put(record: TrialRecord): Promise<void> {
    this.trials[record.number] = record;
    await this.store.writeJson(trialFile(record.number), toJson(record));
  }
}

/** The hyperparameters of trials, each once. */
export const spaceOf = (trials: readonly TrialRecord[]): Hyperparameter[] =>
  eachOnce(trials.flatMap(({ space }) => space));

/** Hyperparameters without those whose name came before. */
export function eachOnce(all: readonly Hyperparameter[]): Hyperparameter[] {
  const known = new Map<string, Hyperparameter>();
  for (const one of all) if (!known.has(one.name)) known.set(one.name, one);
  return [...known.values()];
}

function requireOneSpace(store: SearchStore, trials: readonly TrialRecord[]): void {
  const known = new Map<string, Hyperparameter>();
  for (const { number, space } of trials) {
    for (const one of space) {
      const before = known.get(one.name) ?? one;
      known.set(one.name, before);
      if (!isSame(one, before)) {
        throw store.damaged(
          trialFile(number),
          `'${one.name}' has another range than in earlier trials`,
        );
      }
    }
  }
}

/** Removes a search: its last trial first, so that one that is interrupted leaves a shorter search. */
async function removeSearch(store: SearchStore): Promise<void> {
  let count = 0;
  while ((await store.read(trialFile(count))) !== undefined) count++;
  for (let number = count - 1; number >= 0; number--) {
    for (let i = 0; (await store.read(lastFile(number, i))) !== undefined; i++) {
      await store.remove(lastFile(number, i));
    }
    await store.remove(bestFile(number));
    await store.remove(trialFile(number));
  }
  await store.remove(SEARCH);
}

interface KeptSettings extends SearchSettings {
  readonly seed: number;
}

function settingsFrom(json: unknown): KeptSettings {
  if (!isPlainObject(json)) throw new Error('it is not an object');
  const { version, seed, tuner, objective, options } = json;
  if (version !== VERSION) {
    throw new Error(`its version is ${describeValue(version)}, and this program reads ${VERSION}`);
  }
  if (!Number.isSafeInteger(seed) || Number(seed) < 0)
    throw new Error('its seed is not a whole number');
  if (typeof tuner !== 'string') throw new Error('it names no tuner');
  if (!isPlainObject(objective) || !isPlainObject(options)) {
    throw new Error('it has no objective, or no options');
  }
  return json as unknown as KeptSettings;
}

function requireSame(
  store: SearchStore,
  kept: KeptSettings,
  settings: SearchSettings,
  seed: number | undefined,
): void {
  const refuse = (what: string, there: unknown, here: unknown): never => {
    throw new ValueError(
      `${store.label(SEARCH)} is of another search: its ${what} is ${describeValue(there)}, here it is ` +
        `${describeValue(here)}. Give the same to go on with it. ${ADVICE}`,
    );
  };
  const text = (value: unknown): string => JSON.stringify(value ?? null);
  if (kept.tuner !== settings.tuner) refuse('tuner', kept.tuner, settings.tuner);
  if (text(kept.objective) !== text(settings.objective)) {
    refuse('objective', kept.objective, settings.objective);
  }
  const names = new Set([...Object.keys(kept.options), ...Object.keys(settings.options)]);
  for (const name of names) {
    const [there, here] = [kept.options[name], settings.options[name]];
    if (text(there) !== text(here)) refuse(name, there, here);
  }
  if (seed !== undefined && seed !== kept.seed) refuse('seed', kept.seed, seed);
}
