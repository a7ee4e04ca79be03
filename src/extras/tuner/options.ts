import { describeValue } from '../../config/describe-value.js';
import {
  checkBoolean,
  checkFunction,
  checkNumber,
  checkOptions,
  checkText,
  isUrl,
} from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { runtimeOptions } from '../../engine/runtime/index.js';
import type { RuntimeOptions } from '../../engine/runtime/index.js';
import type { Callbacks } from '../../nn/callbacks/callback-list.js';
import type { FitOptions } from '../../nn/training/types.js';
import { workerHost } from '../remote/platform.host.js';
import type { HostWorker } from '../remote/platform.host.js';
import type { Hyperparameter } from './hyperparameter.js';
import { HyperParameters } from './hyperparameters.js';
import { soughtBy } from './objective.js';
import type { Objective, Sought } from './objective.js';
import { checkProjectName } from './store.js';
import type { Trial } from './trial.js';

/** Options of all tuners. */
export interface TunerOptions {
  /**
   * The goal: a name in the logs of `fit`, or in the result of the function, such as `'val_accuracy'`; or with a direction,
   * `{ name: 'f1', direction: 'max' }`. Default: minimizes `'val_loss'`, or the number that the function returns.
   */
  readonly objective?: string | Objective;
  /**
   * Hyperparameters that are declared before the search: a fixed value or a range replaces the function's declaration
   * of the same name. Default: none.
   */
  readonly hyperparameters?: HyperParameters;
  /** Whether to search hyperparameters that are not in `hyperparameters`; otherwise they have their defaults. Default true. */
  readonly tuneNewEntries?: boolean;
  /** Whether the function may declare hyperparameters that are not in `hyperparameters`. Default true. */
  readonly allowNewEntries?: boolean;
  /** How many times to run each trial, whose result is the mean. Default 1. */
  readonly executionsPerTrial?: number;
  /** How many times to rerun a trial that fails. Default 0. */
  readonly maxRetriesPerTrial?: number;
  /** The number of consecutive failed trials after which the search ends with an error. Default 3. */
  readonly maxConsecutiveFailedTrials?: number;
  /** A whole number from 0 to 2⁵³ − 1: the same seed gives the same trials. Default: a random seed, which is stored in `directory`. */
  readonly seed?: number | null;
  /**
   * The folder that contains the folder of the search, from which an interrupted search resumes; in a browser, part of the
   * name of a cache in Cache Storage. Default: the search and the weights are kept only in memory.
   */
  readonly directory?: string;
  /** The name of the folder of the search. Default `'untitled_project'`. */
  readonly projectName?: string;
  /** Whether to clear the folder and start the search over. Default false: the search resumes. */
  readonly overwrite?: boolean;
  /** The number of trials that run in parallel, each in a worker. The trials depend on this number. Default 1. */
  readonly parallel?: number;
  /**
   * The module in which trials run, in a browser or in Node: its URL (in Node also a path), or a function that starts a worker
   * with it. The module calls `serveTrials`. Default: trials run in this thread, one after the other.
   */
  readonly worker?: string | URL | (() => HostWorker);
  /** Settings of the runtime in workers, as in `configure`. Default: those of this thread, but with one thread each. */
  readonly runtime?: RuntimeOptions;
}

/** Options of tuners that end after a number of trials. */
export interface CountedTunerOptions extends TunerOptions {
  /** The largest number of trials. Default 10. */
  readonly maxTrials?: number;
}

/** Options of `search`: those of `fit`, and how to report on the search. */
export interface SearchOptions extends Omit<FitOptions, 'initialEpoch' | 'verbose' | 'callbacks'> {
  /**
   * Callbacks of each `fit`: a callback, a list of callbacks, or a function that creates them, so that each trial has its own.
   * They cannot be sent to workers. Default: none.
   */
  readonly callbacks?: Callbacks | (() => Callbacks);
  /** 1: a line for each trial; 0: none. Default 1. */
  readonly verbose?: 0 | 1;
  /** Called with each trial when its result is recorded, in the order of the trials. The search waits for a promise. */
  readonly onTrialEnd?: (trial: Trial) => unknown;
}

const OPTIONS = [
  'objective',
  'hyperparameters',
  'tuneNewEntries',
  'allowNewEntries',
  'executionsPerTrial',
  'maxRetriesPerTrial',
  'maxConsecutiveFailedTrials',
  'seed',
  'directory',
  'projectName',
  'overwrite',
  'parallel',
  'worker',
  'runtime',
] as const satisfies readonly (keyof TunerOptions)[];

/** Options of a tuner, checked. */
export interface CheckedOptions {
  readonly owner: string;
  readonly sought: Sought;
  readonly overrides: readonly Hyperparameter[];
  readonly tuneNewEntries: boolean;
  readonly allowNewEntries: boolean;
  readonly executions: number;
  readonly retries: number;
  readonly maxFailures: number;
  readonly seed: number | undefined;
  readonly directory: string | undefined;
  readonly projectName: string;
  readonly overwrite: boolean;
  readonly parallel: number;
  /** Starts a worker; undefined: trials run here. */
  readonly startWorker: (() => HostWorker) | undefined;
  readonly runtime: RuntimeOptions;
}

const MAX_PARALLEL = 1024;

/** The options of a tuner. @throws ValueError for one that is unknown or out of range. */
export function checkTunerOptions(
  owner: string,
  options: TunerOptions,
  further: readonly string[],
): CheckedOptions {
  checkOptions(owner, options, [...OPTIONS, ...further]);
  const { hyperparameters, seed, directory, worker } = options;
  const count = (name: keyof TunerOptions, usual: number, min: number, max = 1e6): number =>
    checkNumber(owner, name, options[name] ?? usual, { min, max, integer: true });
  const flag = (name: keyof TunerOptions, usual: boolean): boolean =>
    checkBoolean(owner, name, options[name] ?? usual);
  if (hyperparameters !== undefined && !(hyperparameters instanceof HyperParameters)) {
    throw new ValueError(
      `${owner}: hyperparameters must be an object of class HyperParameters, got ${describeValue(hyperparameters)}.`,
    );
  }
  const parallel = count('parallel', 1, 1, MAX_PARALLEL);
  if (parallel > 1 && worker === undefined) {
    throw new ValueError(
      `${owner}: parallel: ${parallel} needs a worker: the address of a module that calls tuner.serveTrials, such as ` +
        `new URL('./trial-worker.js', import.meta.url).`,
    );
  }
  return {
    owner,
    sought: soughtBy(owner, options.objective),
    overrides: hyperparameters?.space ?? [],
    tuneNewEntries: flag('tuneNewEntries', true),
    allowNewEntries: flag('allowNewEntries', true),
    executions: count('executionsPerTrial', 1, 1, 1000),
    retries: count('maxRetriesPerTrial', 0, 0),
    maxFailures: count('maxConsecutiveFailedTrials', 3, 1),
    seed: checkSeed(owner, seed),
    directory: directory === undefined ? undefined : checkText(owner, 'directory', directory),
    projectName: checkProjectName(owner, options.projectName ?? 'untitled_project'),
    overwrite: flag('overwrite', false),
    parallel,
    startWorker: starterOf(owner, worker),
    runtime: options.runtime ?? { ...runtimeOptions(), threads: 1 },
  };
}

function checkSeed(owner: string, seed: unknown): number | undefined {
  if (seed === undefined || seed === null) return undefined;
  return checkNumber(owner, 'seed', seed, { min: 0, max: Number.MAX_SAFE_INTEGER, integer: true });
}

function starterOf(owner: string, worker: TunerOptions['worker']): CheckedOptions['startWorker'] {
  if (worker === undefined || typeof worker === 'function') return worker;
  if (isUrl(worker)) return () => workerHost().start(worker);
  if (typeof worker !== 'string' || worker === '') {
    throw new ValueError(
      `${owner}: worker must be the address of a module that calls tuner.serveTrials, or a function that starts a worker, got ` +
        `${describeValue(worker)}.`,
    );
  }
  return () => workerHost().start(workerHost().urlOf(worker));
}

/** Names of the options of `search` that are not those of `fit`. */
export const SEARCH_ONLY = ['onTrialEnd'] as const;

/** What of the options of `search` is not for `fit`, checked. */
export function checkSearchOptions(
  owner: string,
  { verbose = 1, onTrialEnd }: SearchOptions,
): { readonly isVerbose: boolean; readonly onTrialEnd: (trial: Trial) => unknown } {
  checkNumber(owner, 'verbose', verbose, { min: 0, max: 1, integer: true });
  const hook = checkFunction(owner, 'onTrialEnd', onTrialEnd ?? (() => undefined));
  return { isVerbose: verbose === 1, onTrialEnd: hook };
}
