import { checkNumber, checkSignal, COPY, isPlainObject } from '../../config/index.js';
import { defaultWriter } from '../../config/platform.js';
import { ValueError } from '../../errors.js';
import { globalGenerator } from '../../engine/random/seed-generator.js';
import { isBatchIterable } from '../../nn/data/batches/index.js';
import type { BatchIterable } from '../../nn/data/batches/index.js';
import { Model } from '../../nn/models/model.js';
import type { AnyModel } from '../../nn/models/model.js';
import { loops } from '../../nn/training/loops/chunk.js';
import type { AnyData, PartialSamples } from '../../nn/training/types.js';
import { disposeModel } from './checkpoints.js';
import { trainingSeed } from './draws.js';
import type { Hyperparameter } from './hyperparameter.js';
import type { HyperParameters } from './hyperparameters.js';
import { checkHyperModel } from './hypermodel.js';
import type { CheckedHyperModel, HyperModel, TrialFunction, TrialTargets } from './hypermodel.js';
import { checkSearchOptions, checkTunerOptions, SEARCH_ONLY } from './options.js';
import type { CheckedOptions, SearchOptions, TunerOptions } from './options.js';
import { ranked } from './proposals.js';
import type { Proposal, SearchView } from './proposals.js';
import { hyperparametersOf, runTrial } from './run-trial.js';
import type { TrialData, TrialTask } from './run-trial.js';
import { SearchLoop } from './search-loop.js';
import { eachOnce, SearchState, spaceOf } from './state.js';
import { bestFile, SearchStore } from './store.js';
import { lineOfTrial, linesOfSpace, linesOfTrials, print } from './summary.js';
import type { TunerSummaryOptions } from './summary.js';
import type { Trial, TrialRecord } from './trial.js';
import { TrialsHere, TrialWorkers } from './trial-workers.js';
import type { TrialRunner } from './trial-workers.js';
import { toWire } from './wire.js';

/** What a class of tuners says of itself. @internal */
export interface TunerKind {
  readonly owner: string;
  /** Options of its own that proposals depend on. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Names of all options of its own. */
  readonly names: readonly string[];
  readonly fresh: TrialTask['fresh'];
  /** Whether later trials go on with earlier ones, so that the tuner sets the epochs. */
  readonly goesOn: boolean;
}

/**
 * Base class of tuners, which run a search, record its trials and return the best of them.
 *
 * @example
 * const search: tuner.Tuner = new tuner.GridSearch((hp) => hp.int('x', { min: 1, max: 3 }) ** 2);
 * await search.search({ verbose: 0 });
 * search.getBestTrials()[0]?.score; // 1
 */
export abstract class Tuner {
  readonly #hypermodel: CheckedHyperModel;
  readonly #options: CheckedOptions;
  readonly #kind: TunerKind;
  #state: SearchState | undefined;
  #probed: readonly Hyperparameter[] = [];
  #overwrites: boolean;
  #isSearching = false;

  /** @internal */
  constructor(hypermodel: TrialFunction | HyperModel, options: TunerOptions, kind: TunerKind) {
    this.#hypermodel = checkHyperModel(kind.owner, hypermodel);
    this.#options = checkTunerOptions(kind.owner, options, kind.names);
    this.#kind = kind;
    this.#overwrites = this.#options.overwrite;
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** The values of the next trial. @internal */
  protected abstract propose(view: SearchView): Proposal;

  /** The trials in order. Empty before `search` or `reload`. */
  get trials(): readonly Trial[] {
    return this.#state?.trials ?? [];
  }

  /** The known hyperparameters, in the order of their declaration. */
  get space(): readonly Hyperparameter[] {
    const { overrides } = this.#options;
    const trials = this.#state?.trials ?? [];
    return eachOnce([...overrides, ...spaceOf(trials), ...this.#probed]);
  }

  /**
   * Runs the search: trains a model for each trial, or computes a number, and records the results. An interrupted search resumes
   * and reaches the same results as without the interruption; trials that were running are repeated.
   *
   * @param x the samples, as for `fit`
   * @param y the targets
   * @throws ValueError for invalid options, and for an objective or a range that does not match the search; FormatError for
   * damaged files; LanegradError after `maxConsecutiveFailedTrials` consecutive failures, or if a worker cannot start; the
   * reason of `signal`.
   */
  search(x: AnyData, y: PartialSamples, options?: SearchOptions): Promise<void>;
  /**
   * Runs the search on data that contain their targets.
   *
   * @param batches a `Dataset` or another (async) iterable of batches, which starts over for each trial
   */
  search(batches: BatchIterable, options?: SearchOptions): Promise<void>;
  /** Runs the search without data: the function creates its own, or needs none. */
  search(options?: SearchOptions): Promise<void>;
  async search(x?: unknown, yOrOptions?: unknown, given?: SearchOptions): Promise<void> {
    const owner = this.#owner('search');
    if (this.#isSearching)
      throw new ValueError(`${owner}: a search of this tuner runs. Wait for it.`);
    this.#isSearching = true;
    try {
      const { data, options } = await this.#arguments(x, yOrOptions, given);
      const { isVerbose, onTrialEnd } = checkSearchOptions(owner, options);
      const signal = checkSignal(owner, options.signal);
      const state = await this.#open();
      const loop = new SearchLoop({
        options: this.#options,
        state,
        runner: this.#runner(data, signal),
        propose: (view) => this.propose(view),
        fresh: this.#kind.fresh,
        goesOn: this.#kind.goesOn,
        signal,
        onTaken: async (record) => {
          if (isVerbose) this.#tell(record);
          await onTrialEnd(record);
        },
      });
      await loop.run();
    } finally {
      this.#isSearching = false;
    }
  }

  /**
   * Reads the trials in the directory, without searching.
   *
   * @throws FormatError for damaged files; ValueError for a different kind of search.
   */
  async reload(): Promise<void> {
    await this.#open();
  }

  /**
   * The completed trials, the best first; equal ones in order.
   *
   * @param count the largest number to return. Default 1
   * @throws ValueError for an invalid count.
   */
  getBestTrials(count = 1): readonly Trial[] {
    return this.#best('getBestTrials', count);
  }

  /**
   * The hyperparameters of the best trials, the best first: `buildModel(hp)` creates the model again, with new weights.
   *
   * @param count the largest number to return. Default 1
   * @throws ValueError for an invalid count.
   */
  getBestHyperparameters(count = 1): HyperParameters[] {
    return this.#best('getBestHyperparameters', count).map((record) =>
      this.#hyperparametersOf(record),
    );
  }

  /**
   * The models of the best trials with the weights of their best epochs, the best first. Dispose of the models when you no longer
   * need them.
   *
   * @param count the largest number to return. Default 1
   * @throws ValueError for an invalid count, and for trials that trained no model; FormatError or ShapeError for weights that are
   * damaged or belong to a different model.
   */
  async getBestModels(count = 1): Promise<AnyModel[]> {
    const owner = this.#owner('getBestModels');
    const models: AnyModel[] = [];
    try {
      for (const record of this.#best('getBestModels', count)) {
        models.push(await this.#modelOf(owner, record));
      }
    } catch (error) {
      for (const model of models) disposeModel(model);
      throw error;
    }
    return models;
  }

  /**
   * Prints the known hyperparameters. Before the first trial the function is called once, outside any trial, with the defaults;
   * what it creates is freed.
   */
  async searchSpaceSummary(options: TunerSummaryOptions = {}): Promise<void> {
    if (this.trials.length === 0 && this.#probed.length === 0) await this.#probe();
    print(this.#owner('searchSpaceSummary'), options, linesOfSpace(this.space));
  }

  /**
   * Prints the best trials, one per line, and the failed ones.
   *
   * @param count the largest number of best trials to print. Default 10
   * @throws ValueError for an invalid count.
   */
  resultsSummary(count = 10, options: TunerSummaryOptions = {}): void {
    const best = this.#best('resultsSummary', count);
    const failed = this.trials.filter(({ status }) => status === 'failed');
    const lines = linesOfTrials(this.#state?.store.place ?? 'memory', best);
    if (failed.length > 0) lines.push(`${failed.length} trials failed`, ...failed.map(lineOfTrial));
    print(this.#owner('resultsSummary'), options, lines);
  }

  #owner(method: string): string {
    return `${this.#kind.owner}.${method}`;
  }

  async #open(): Promise<SearchState> {
    const { owner, directory, projectName, seed, sought, executions } = this.#options;
    const { overrides, tuneNewEntries, allowNewEntries } = this.#options;
    const isInMemory = directory === undefined;
    // In memory a search goes on within its object.
    if (isInMemory && this.#state !== undefined && !this.#overwrites) return this.#state;
    const settings = {
      tuner: owner,
      objective: { name: sought.name ?? null, direction: sought.direction ?? null },
      options: {
        ...this.#kind.settings,
        executionsPerTrial: executions,
        hyperparameters: overrides,
        tuneNewEntries,
        allowNewEntries,
      },
    };
    const store = await SearchStore.open(owner, directory, projectName);
    const newSeed = (): number => globalGenerator().nextSeed();
    this.#state = await SearchState.open(store, settings, seed, newSeed, this.#overwrites);
    this.#overwrites = false;
    return this.#state;
  }

  async #arguments(
    x: unknown,
    yOrOptions: unknown,
    given: SearchOptions | undefined,
  ): Promise<{ readonly data: TrialData; readonly options: SearchOptions }> {
    const owner = this.#owner('search');
    const { FIT_OPTIONS, splitArguments } = await loops.use(async (code) => code);
    const known = [...FIT_OPTIONS.filter((name) => name !== 'initialEpoch'), ...SEARCH_ONLY];
    const isAlone = yOrOptions === undefined && given === undefined;
    const isOptions =
      isAlone &&
      (x === undefined ||
        (isPlainObject(x) &&
          !isBatchIterable(x) &&
          Object.keys(x).every((name) => (known as readonly string[]).includes(name))));
    const args = isOptions
      ? splitArguments<SearchOptions>(owner, undefined, undefined, x ?? {}, known)
      : splitArguments<SearchOptions>(owner, x, yOrOptions, given, known);
    if (this.#kind.goesOn && args.options.epochs !== undefined) {
      throw new ValueError(
        `${owner}: the tuner sets the epochs of each trial. Leave epochs out, and say maxEpochs.`,
      );
    }
    if (isBatchIterable(args.x) && 'next' in args.x) {
      throw new ValueError(
        `${owner}: an iterator gives its batches once, and each trial needs them. Give a data.Dataset, or an object whose ` +
          `[Symbol.iterator] begins again.`,
      );
    }
    const { verbose: _, onTrialEnd: __, ...options } = args.options;
    const data = {
      x: isOptions ? undefined : args.x,
      y: (args.y ?? undefined) as TrialTargets,
      options,
    };
    return { data, options: args.options };
  }

  #runner(data: TrialData, signal: AbortSignal | undefined): TrialRunner {
    const { owner, startWorker, runtime } = this.#options;
    if (startWorker === undefined) {
      return new TrialsHere((task) => runTrial(this.#hypermodel, data, task, signal));
    }
    // What cannot be sent is said before a worker starts.
    toWire(owner, data);
    return new TrialWorkers({
      owner,
      start: startWorker,
      runtime,
      data: () => toWire(owner, data),
    });
  }

  #tell(record: TrialRecord): void {
    const [best] = ranked(this.#state?.trials.slice(0, record.number + 1) ?? []);
    const text =
      best?.score === undefined ? '' : `; best so far ${Number(best.score.toPrecision(5))}`;
    defaultWriter().write(`${lineOfTrial(record).trim()}${text}\n`);
  }

  #best(method: string, count: number): TrialRecord[] {
    checkNumber(this.#owner(method), 'count', count, { min: 1, integer: true });
    return ranked(this.#state?.trials ?? []).slice(0, count);
  }

  #hyperparametersOf({ number, values, space }: TrialRecord): HyperParameters {
    const { allowNewEntries, overrides } = this.#options;
    const hp = hyperparametersOf({
      number,
      seed: this.#state?.seed ?? 0,
      values,
      space,
      // Those of the trial have taken their place.
      overrides: [...space, ...overrides],
      allowNewEntries,
      fresh: 'default',
      source: 'the trial',
    });
    hp.declareAll(space);
    return hp;
  }

  async #modelOf(owner: string, record: TrialRecord): Promise<AnyModel> {
    const { number } = record;
    const store = this.#state?.store;
    const bytes = await store?.read(bestFile(number));
    if (store === undefined || bytes === undefined) {
      throw new ValueError(
        `${owner}: there are no weights of trial ${number}. The function of the tuner has to return a compiled model, and a fit ` +
          `of your own has to pass on options.callbacks.`,
      );
    }
    const seed = trainingSeed(this.#state?.seed ?? 0, number, 0);
    const hp = this.#hyperparametersOf(record);
    const model = await this.#hypermodel.build(hp, { number, execution: 0, seed });
    if (!(model instanceof Model)) {
      throw new ValueError(`${owner}: the function of the tuner did not return a model.`);
    }
    try {
      const { restoreWeights } = await import('./checkpoint-files.js');
      restoreWeights(model, bytes, store.label(bestFile(number)));
    } catch (error) {
      disposeModel(model);
      throw error;
    }
    return model;
  }

  /** Finds out what the function declares by its defaults. */
  async #probe(): Promise<void> {
    const { overrides, allowNewEntries } = this.#options;
    const before = globalGenerator().getState();
    const hp = hyperparametersOf({
      number: 0,
      seed: 0,
      values: Object.fromEntries(overrides.map((of) => [of.name, of.default])),
      space: [],
      overrides,
      allowNewEntries,
      fresh: 'default',
      source: 'the trial',
    });
    try {
      const made = await this.#hypermodel.build(hp, { number: 0, execution: 0, seed: 0 });
      if (made instanceof Model) disposeModel(made);
    } finally {
      globalGenerator().setState(before);
    }
    this.#probed = hp.space;
  }
}
