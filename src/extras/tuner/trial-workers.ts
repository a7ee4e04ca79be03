import { messageOf } from '../../config/index.js';
import { rebuildError } from '../../config/wire-error.js';
import type { RuntimeOptions } from '../../engine/runtime/index.js';
import { Peer } from '../../engine/workers/peer.js';
import { LanegradError } from '../../errors.js';
import { workerHost } from '../remote/platform.host.js';
import type { HostWorker } from '../remote/platform.host.js';
import { endsSearch } from './fatal.js';
import type { TrialOutcome, TrialTask } from './run-trial.js';
import type { CallerMethods, WorkerMethods } from './wire.js';

const searchEnded = (): LanegradError => endsSearch(new LanegradError('the search has ended.'));

/** Runs the trials of a search. */
export interface TrialRunner {
  /** Runs a trial; rejects where the search ends. */
  run(task: TrialTask): Promise<TrialOutcome>;
  /** Ends what runs. */
  end(): void;
}

/** Trials in this thread, one after the other: they share its random numbers. */
export class TrialsHere implements TrialRunner {
  #last: Promise<unknown> = Promise.resolve();
  #hasEnded = false;

  /** @param runOne runs a trial */
  constructor(private readonly runOne: (task: TrialTask) => Promise<TrialOutcome>) {}

  run(task: TrialTask): Promise<TrialOutcome> {
    const result = this.#last.then(() => {
      if (this.#hasEnded) throw searchEnded();
      return this.runOne(task);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  end(): void {
    this.#hasEnded = true;
  }
}

/** How workers are started. */
export interface WorkerSettings {
  readonly owner: string;
  readonly start: () => HostWorker;
  readonly runtime: RuntimeOptions;
  /** A copy of the data, which is moved to a worker. */
  readonly data: () => unknown;
}

/** Trials in workers, each of which runs one at a time. A worker that has died is replaced, and its trial has failed. */
export class TrialWorkers implements TrialRunner {
  readonly #idle: TrialWorker[] = [];
  readonly #all = new Set<TrialWorker>();
  #hasEnded = false;

  constructor(private readonly settings: WorkerSettings) {}

  async run(task: TrialTask): Promise<TrialOutcome> {
    if (this.#hasEnded) throw searchEnded();
    const worker = this.#idle.pop() ?? this.#begin();
    await worker.started;
    // What is sent is moved, not copied.
    const sent = { ...task, from: task.from.map((bytes) => bytes?.slice()) };
    const answer = await worker.run(sent).catch((error: unknown) => {
      // The trial has not failed: a search that goes on repeats it.
      if (this.#hasEnded) throw searchEnded();
      this.#drop(worker);
      return { died: messageOf(error) };
    });
    if ('died' in answer) {
      const values = Object.entries(task.values);
      return { values, space: [], result: { failure: `its worker has died: ${answer.died}` } };
    }
    this.#idle.push(worker);
    if ('fatal' in answer) throw endsSearch(rebuildError(answer.fatal));
    return answer.outcome;
  }

  end(): void {
    this.#hasEnded = true;
    for (const worker of this.#all) this.#drop(worker);
    this.#idle.length = 0;
  }

  #begin(): TrialWorker {
    const worker = new TrialWorker(this.settings);
    this.#all.add(worker);
    return worker;
  }

  #drop(worker: TrialWorker): void {
    this.#all.delete(worker);
    worker.end();
  }
}

/** A worker from the tuner's side. */
class TrialWorker {
  /** When the worker has the data. Rejects if its module cannot run. */
  readonly started: Promise<void>;
  readonly #peer: Peer<WorkerMethods>;
  readonly #terminate: () => void;
  readonly #fail: (error: Error) => void;

  constructor({ owner, start, runtime, data }: WorkerSettings) {
    const failure = (reason: string, cause?: unknown): LanegradError =>
      endsSearch(
        new LanegradError(
          `${owner}: the worker of trials cannot start: ${reason.replace(/\.$/, '')}. The option worker names a module that ` +
            `calls tuner.serveTrials, or starts such a worker.`,
          cause === undefined ? {} : { cause },
        ),
      );
    let worker: HostWorker;
    try {
      worker = start();
    } catch (error) {
      throw failure(messageOf(error), error);
    }
    let listen: () => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    const ready = new Promise<void>((resolve, reject) => {
      [listen, fail] = [resolve, reject];
    });
    const channel = workerHost().connect(worker, {
      onMessage: (message) => {
        this.#peer.receive(message);
      },
      onFailure: (reason) => {
        fail(failure(reason));
        this.#peer.end(new LanegradError(reason));
      },
    });
    const methods: CallerMethods = { ready: () => listen() };
    this.#peer = new Peer<WorkerMethods>(channel, { ...methods }, (isBusy) => {
      channel.keepAlive(isBusy);
    });
    this.#terminate = () => channel.terminate();
    this.#fail = fail;
    this.started = ready.then(async () => {
      await this.#peer.call('start', runtime, data()).catch((error: unknown) => {
        throw failure(messageOf(error), error);
      });
    });
    // Where nothing waits any more, as after another error.
    this.started.catch(() => undefined);
  }

  run(task: TrialTask): ReturnType<WorkerMethods['run']> {
    return this.#peer.call('run', task);
  }

  end(): void {
    this.#peer.end(searchEnded());
    // A browser does not say that a worker has ended.
    this.#fail(searchEnded());
    this.#terminate();
  }
}
