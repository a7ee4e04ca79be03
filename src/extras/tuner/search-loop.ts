import { LanegradError } from '../../errors.js';
import { printable } from '../../config/describe-value.js';
import { OWN_NAMES } from './hyperparameter.js';
import type { CheckedOptions } from './options.js';
import type { Proposal, SearchView } from './proposals.js';
import type { TrialOutcome, TrialTask } from './run-trial.js';
import { eachOnce, spaceOf } from './state.js';
import type { SearchState } from './state.js';
import { bestFile, idOf, lastFile } from './store.js';
import type { TrialRecord, TrialValues } from './trial.js';
import type { TrialRunner } from './trial-workers.js';

/** What a search is made of. */
export interface LoopParts {
  readonly options: CheckedOptions;
  readonly state: SearchState;
  readonly runner: TrialRunner;
  readonly propose: (view: SearchView) => Proposal;
  readonly fresh: TrialTask['fresh'];
  /** Whether later trials go on with earlier ones. */
  readonly goesOn: boolean;
  readonly signal: AbortSignal | undefined;
  /** Told of each result when it is taken. */
  readonly onTaken: (record: TrialRecord) => Promise<void>;
}

/**
 * Proposes trials and takes their results.
 *
 * Results are taken in the order of the trials, and a trial is proposed as soon as fewer than `parallel` trials have no result
 * that is taken. So what a proposal knows depends on the results alone, not on which came first.
 */
export class SearchLoop {
  readonly #running = new Map<number, Promise<unknown>>();
  #taken: number;
  #failures = 0;

  constructor(private readonly parts: LoopParts) {
    // The last proposal says how many results were taken.
    this.#taken = parts.state.trials.at(-1)?.after ?? 0;
  }

  /** @throws what ends the search: an error of the program, the reason of a signal, too many failures. */
  async run(): Promise<void> {
    const { state, runner, options, signal } = this.parts;
    const ended = abortOf(signal);
    try {
      // It may have been aborted before anything listened.
      signal?.throwIfAborted();
      for (const record of state.trials) {
        if (record.status === 'running') this.#start(record);
      }
      for (;;) {
        let next: Proposal = 'wait';
        while (state.trials.length - this.#taken < options.parallel) {
          // By what was told of a result, or while a trial was kept.
          signal?.throwIfAborted();
          next = this.#propose();
          if (typeof next === 'string') break;
          await this.#begin(next.values);
        }
        if (this.#taken === state.trials.length) return;
        await Promise.race([this.#running.get(this.#taken), ended.promise]);
        await this.#take();
      }
    } finally {
      ended.forget();
      runner.end();
      await Promise.allSettled(this.#running.values());
    }
  }

  #propose(): Proposal {
    const { state, options, propose } = this.parts;
    const taken = state.trials.slice(0, this.#taken);
    const { overrides, tuneNewEntries } = options;
    return propose({
      seed: state.seed,
      number: state.trials.length,
      space: tuneNewEntries ? eachOnce([...overrides, ...spaceOf(taken)]) : overrides,
      taken,
      running: state.trials.slice(this.#taken),
    });
  }

  async #begin(values: TrialValues): Promise<void> {
    const { state } = this.parts;
    const record: TrialRecord = {
      number: state.trials.length,
      after: this.#taken,
      status: 'running',
      values,
      metrics: {},
      space: [],
    };
    await state.put(record);
    this.#start(record);
  }

  #start(record: TrialRecord): void {
    const work = this.#work(record);
    // The search waits for results in their order, and meets an error when its turn comes.
    work.catch(() => undefined);
    this.#running.set(record.number, work);
  }

  async #work(record: TrialRecord): Promise<void> {
    const { runner, state } = this.parts;
    const outcome = await runner.run(await this.#task(record));
    await this.#keep(record, outcome);
    await state.put(recordOf(record, outcome));
  }

  async #task({ number, after, values }: TrialRecord): Promise<TrialTask> {
    const { options, state, fresh, goesOn } = this.parts;
    const before = values[OWN_NAMES.before];
    const from = await Promise.all(
      Array.from({ length: before === undefined ? 0 : options.executions }, (_, i) =>
        state.store.read(lastFile(Number(before), i)),
      ),
    );
    return {
      number,
      seed: state.seed,
      executions: options.executions,
      retries: options.retries,
      sought: options.sought,
      values,
      space: spaceOf(state.trials.slice(0, after)),
      overrides: options.overrides,
      allowNewEntries: options.allowNewEntries,
      fresh: options.tuneNewEntries ? fresh : 'default',
      source: state.store.isKept ? `trials in ${state.store.place}` : 'an earlier trial',
      keepsLast: goesOn,
      from,
    };
  }

  /** Keeps the weights before the result: a trial with a result has its weights. */
  async #keep({ number }: TrialRecord, { result }: TrialOutcome): Promise<void> {
    const { store } = this.parts.state;
    if ('failure' in result) return;
    if (result.best !== undefined) await store.write(bestFile(number), result.best);
    for (const [i, bytes] of result.last.entries()) await store.write(lastFile(number, i), bytes);
  }

  async #take(): Promise<void> {
    const { state, options, onTaken } = this.parts;
    const number = this.#taken++;
    this.#running.delete(number);
    const record = state.trials[number];
    if (record === undefined) return;
    await onTaken(record);
    this.#failures = record.status === 'failed' ? this.#failures + 1 : 0;
    if (this.#failures < options.maxFailures) return;
    throw new LanegradError(
      `${options.owner}: ${this.#failures} trials have failed one after the other (maxConsecutiveFailedTrials), the last of ` +
        `them, trial ${idOf(number)}: ${printable(record.message ?? '')}`,
    );
  }
}

function recordOf(record: TrialRecord, { values, space, result }: TrialOutcome): TrialRecord {
  const { number, after } = record;
  const base = { number, after, values: Object.fromEntries(values), space };
  if ('failure' in result) {
    return { ...base, status: 'failed', metrics: {}, message: result.failure };
  }
  const { score, direction, metrics, bestEpoch } = result;
  const epoch = bestEpoch === undefined ? {} : { bestEpoch };
  return { ...base, status: 'completed', score, direction, metrics, ...epoch };
}

/** A promise that is rejected with the reason of a signal. */
function abortOf(signal: AbortSignal | undefined): {
  readonly promise: Promise<never>;
  readonly forget: () => void;
} {
  let forget = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort);
    forget = () => signal?.removeEventListener('abort', onAbort);
  });
  promise.catch(() => undefined);
  return { promise, forget };
}
