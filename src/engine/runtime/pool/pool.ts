import { costs, inPlace } from '../../wasm/generated/costs.js';
import type { KernelName, Kernels } from '../../wasm/kernels.js';
import { UnfinishedError } from '../unfinished-error.js';
import { messageOf } from '../../../config/index.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import type { Core, Memory } from '../../wasm/instantiate.js';
import { CONTROL_BYTES, splitKernelNames } from '../control.js';
import type { Entry } from '../control.js';
import { ControlCaller } from './control-caller.js';
import type { Trouble } from './control-caller.js';
import { platform } from './platform.js';
import type { WorkerHandle, WorkerStart } from './platform.js';

// What the runtime has to know of kernels apart from their arguments.

/**
 * Nanoseconds of work from which a call is shared: handing it over and coming together again takes one
 * to two microseconds.
 */
const SHARED_FROM = 10_000;

/** Whether a part of a call must not be done twice: the kernel reads what it writes, or its output is an input too. */
export function isInPlace(kernel: KernelName, args: readonly number[]): boolean {
  return inPlace.has(kernel) || args.includes(args[0] ?? NaN, 1);
}

/**
 * About how many nanoseconds a call takes on one thread. Only the order of magnitude matters: it decides whether a call
 * is shared and how long a thread may be silent, never what is computed. `memory` is where layouts are read.
 */
export function workOf(kernel: KernelName, args: readonly number[], memory: Int32Array): number {
  const cost = costs[kernel];
  // Nanoseconds a unit, then the indices of the arguments whose product is the number of units. An index is inverted (~)
  // where the argument points to a layout, whose axes are multiplied.
  let work = cost[0] ?? 0;
  for (let i = 1; i < cost.length; i++) {
    const at = cost[i] ?? 0;
    work *= at < 0 ? layoutSize(memory, (args[~at] ?? 0) / 4) : (args[at] ?? 0);
  }
  return work;
}

/** The product of a layout's axes. */
function layoutSize(memory: Int32Array, at: number): number {
  const rank = memory[at] ?? 0;
  let size = 1;
  for (let axis = 1; axis <= rank; axis++) size *= memory[at + axis] ?? 1;
  return size;
}

/** The core and its side modules, as the calling thread has them. */
interface LoadedCode {
  readonly core: Core;
  /** What `core` exports. */
  readonly kernels: Kernels;
  readonly modules: readonly LoadedModule[];
}

/** A side module that the calling thread has instantiated. */
export interface LoadedModule {
  readonly kernels: Kernels;
  /** Where in linear memory its binary is, for workers. */
  readonly pointer: Pointer;
  readonly bytes: number;
}

/** What a pool is made with. */
export interface PoolSettings {
  /** How many threads to be, the calling one included. */
  readonly threads: number;
  /** Where the module of `worker.ts` is. */
  readonly workerUrl: () => URL;
  /**
   * Seconds in which no share of a call ends, in addition to those that its work may take, after which the worker is given up:
   * longer than any thread waits for a processor on a machine that can still be used, and shorter than people wait
   * before they stop a program. Default 10.
   */
  readonly patience?: number;
}

/** What kept a call from being done. */
export interface Failure {
  /** What a kernel threw on this thread; or, if workers were lost, an `UnfinishedError`. */
  readonly cause: unknown;
  /** If a worker that was given up may still write into memory: whether that is over. */
  readonly isOver?: () => boolean;
}

const PATIENCE_SECONDS = 10;

/**
 * How much longer a share may take than the whole call was thought to take on one thread. The thought is right to an
 * order of magnitude, and a busy machine is slower.
 */
const PATIENCE_FACTOR = 16;

/** Threads that share the work of kernels: the calling one and workers. */
class Pool {
  readonly #threads: number;
  readonly #patience: number;
  readonly #control: ControlCaller;
  readonly #workers: WorkerHandle[] = [];
  readonly #numbers = new Map<KernelName, number>();
  readonly #entries: Entry[] = [];
  /** Workers of whose end the program was told. */
  readonly #told = new Set<number>();
  #failure: string | undefined;
  /** Workers that could not be started. */
  #refused = 0;
  #isStopped = false;

  /** @param code what the calling thread has instantiated */
  constructor(
    { threads, workerUrl, patience = PATIENCE_SECONDS }: PoolSettings,
    { core, kernels, modules }: LoadedCode,
    memory: Memory,
  ) {
    this.#threads = threads;
    this.#patience = 1000 * patience;
    const control = new SharedArrayBuffer(CONTROL_BYTES);
    this.#control = new ControlCaller(control);
    this.#number(kernels);
    for (const module of modules) this.addModule(module);
    this.#startWorkers({ core, memory, control }, workerUrl);
  }

  /** Kernels are numbered as workers number them: those of the core, then those of each side module, each sorted. */
  #number(kernels: Kernels): void {
    for (const name of splitKernelNames(kernels)) {
      this.#numbers.set(name, this.#entries.push(kernels[name]) - 1);
    }
  }

  /** Makes the kernels of a side module known, before the first call of one. */
  addModule({ kernels, pointer, bytes }: LoadedModule): void {
    this.#control.addModule(pointer, bytes);
    this.#number(kernels);
  }

  #startWorkers(start: Omit<WorkerStart, 'number'>, url: () => URL): void {
    const wanted = this.#threads - 1;
    try {
      const module = url();
      while (this.#workers.length < wanted) {
        const number = this.#workers.length;
        const onFailure = (reason: string): void => {
          this.#control.markGone(number);
          this.#report(number, reason);
        };
        const onExit = (): void => {
          onFailure('it has ended');
        };
        const handle = platform().startWorker(module, { ...start, number }, { onFailure, onExit });
        this.#workers.push(handle);
      }
    } catch (error) {
      // The host allows no workers (Node's permission model), not from there, or no more of them.
      const reason = messageOf(error);
      this.#refused = wanted - this.#workers.length;
      this.#report(wanted, reason);
    }
  }

  /** A worker that ends costs speed and nothing else: its shares are taken by the others. */
  #report(worker: number, reason: string): void {
    if (this.#isStopped || this.#told.has(worker)) return;
    this.#told.add(worker);
    if (this.#failure === undefined) {
      // Said once, and by backendInfo(); it is not a reason to stop.
      // eslint-disable-next-line no-console
      console.warn(`lanegrad: a worker thread is missing, work continues without it: ${reason}`);
    }
    this.#failure = reason;
  }

  /** Workers that could not start, have ended or were stopped. */
  get missing(): number {
    return this.#isStopped ? this.#threads - 1 : this.#refused + this.#control.gone;
  }

  /** Why a worker is missing. */
  get failure(): string | undefined {
    return this.#failure ?? (this.#control.gone > 0 ? 'it has ended' : undefined);
  }

  /** Workers that take part. */
  get ready(): number {
    return this.#isStopped ? 0 : this.#control.ready;
  }

  /** Ends the workers, between two calls. Work continues without them. @param reason why, if that is to be known */
  stop(reason?: string): void {
    this.#failure = reason ?? this.#failure;
    this.#isStopped = true;
    for (const worker of this.#workers) worker.terminate();
  }

  /**
   * A call of a kernel in as many shares as there are threads, which returns when all have ended, or one is given up.
   *
   * @param work how many nanoseconds it may take on one thread
   */
  prepare(kernel: KernelName, args: readonly number[], work: number): () => Failure | undefined {
    const number = this.#numbers.get(kernel) ?? -1;
    const entry = this.#entries[number];
    if (entry === undefined) return () => undefined;
    const patience = this.#patience + (PATIENCE_FACTOR * work) / 1e6;
    const once = isInPlace(kernel, args);
    const call = { entry, kernel: number, args, isInPlace: once, patience };
    return () => {
      const shares = this.#threads - this.missing;
      if (shares > 1) {
        const trouble = this.#control.call(call, shares);
        return trouble && this.#failureOf(trouble, kernel, once ? args[0] : undefined);
      }
      entry(0, 1, ...args);
      return undefined;
    };
  }

  /** @param torn where elements begin that the kernel changes in place */
  #failureOf(
    { failed, cause, silent }: Trouble,
    kernel: KernelName,
    torn: Pointer | undefined,
  ): Failure {
    if (failed > 0) return { cause };
    const isSilent = silent.length > 0;
    const message = isSilent
      ? `A worker thread gave no sign of life in the midst of ${kernel}, so all workers were stopped. Memory that it may ` +
        `still write is not used until it is known to have ended.`
      : `A worker thread ended in the midst of ${kernel}, which changes elements in place: they are not whole.`;
    const error = new UnfinishedError(message, torn === undefined ? {} : { torn });
    if (!isSilent) return { cause: error };
    this.stop('one gave no sign of life, so all were stopped');
    const control = this.#control;
    // Shares that were done after all, or no worker is left.
    return { cause: error, isOver: () => control.ready === 0 || !control.isRunning(silent) };
  }
}

/** Decides which calls are shared with workers, and starts these for the first one: small programs never need them. */
export class Sharing {
  #pool: Pool | undefined;

  constructor(
    private readonly settings: PoolSettings,
    private readonly code: LoadedCode,
    private readonly memory: Memory,
  ) {}

  /**
   * A call on all threads, which returns when it is done or has failed; undefined if it is too small to be shared.
   *
   * @param words linear memory, where layouts are read
   */
  prepare(
    kernel: KernelName,
    args: readonly number[],
    words: Int32Array,
  ): (() => Failure | undefined) | undefined {
    const work = workOf(kernel, args, words);
    if (work < SHARED_FROM) return undefined;
    this.#pool ??= new Pool(this.settings, this.code, this.memory);
    return this.#pool.prepare(kernel, args, work);
  }

  /** Makes a side module known to workers that have started. Those to come find it in `code`. */
  addModule(module: LoadedModule): void {
    this.#pool?.addModule(module);
  }

  /** Workers that take part. */
  get ready(): number {
    return this.#pool?.ready ?? 0;
  }

  /** Workers that are not there, although they were asked to start. */
  get missing(): number {
    return this.#pool?.missing ?? 0;
  }

  /** Why a worker is missing, if one is. */
  get failure(): string | undefined {
    return this.#pool?.failure;
  }

  /** Ends the workers. Work continues without them. */
  stop(): void {
    this.#pool?.stop();
  }
}
