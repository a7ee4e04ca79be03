import { isError } from '../config/index.js';
import { LanegradError } from '../errors.js';
import { compileCore, partBinary } from '../wasm/binary.js';
import type { Build, Part } from '../wasm/binary.js';
import { createMemory, instantiate, isTrap, PAGE_BYTES } from '../wasm/instantiate.js';
import type { Core, Memory } from '../wasm/instantiate.js';
import type { KernelName, Kernels } from '../wasm/kernels.js';
import type { Pointer, SplitKernels } from '../wasm/generated/kernels.js';
import type { Entry } from './control.js';
import type { Trouble } from './control-caller.js';
import { Heap } from './heap.js';
import { Pool } from './pool.js';
import type { LoadedPart, PoolSettings } from './pool.js';
import { isInPlace, SHARED_FROM, workOf } from './work.js';

/** What a runtime is made with. */
export interface RuntimeSettings extends PoolSettings {
  /** Limit of linear memory, rounded down to whole pages; at most 4 GiB. */
  readonly maximumBytes: number;
  /** Threads to run on; more than 1 need memory that can be shared. */
  readonly threads: number;
  /** Where the module of the workers is. May throw: then there are none. */
  readonly workerUrl: () => URL;
  /** A build that is embedded, or a core for memory that is not shared. */
  readonly core: Build | Core;
}

/** What operations see of a runtime. */
export type WorkingRuntime = Pick<
  Runtime,
  | 'allocate'
  | 'allocateCache'
  | 'allocatedBytes'
  | 'choose'
  | 'copy'
  | 'decide'
  | 'float32'
  | 'int32'
  | 'kernels'
  | 'layoutBlock'
  | 'noteEffect'
  | 'release'
  | 'releaseCache'
  | 'renew'
  | 'reservedBytes'
  | 'run'
  | 'threads'
  | 'uint8'
  | 'withScratch'
  | 'workspace'
  | 'writing'
> & {
  with(part: Part): WorkingRuntime;
};

/** A call of a kernel that was not done: a worker ended, or fell silent, while it had a share of the call. */
export class UnfinishedError extends LanegradError {
  /** Where the elements begin that are no longer whole, if the kernel changes elements in place. */
  readonly torn: Pointer | undefined;

  constructor(message: string, options: ErrorOptions & { readonly torn?: Pointer } = {}) {
    super(message, options);
    this.torn = options.torn;
  }
}

/**
 * Owns the module, the memory and the allocator. `run` is the only way to run a kernel that can be
 * split over threads.
 */
export class Runtime extends Heap {
  /** The kernels of the core, and of the parts that have been asked for. */
  readonly kernels: Kernels;
  readonly threads: number;
  readonly #settings: RuntimeSettings;
  readonly #core: Core;
  readonly #coreKernels: Kernels;
  /** The parts that workers need to be told of. */
  readonly #sharedParts: LoadedPart[] = [];
  readonly #memory: Memory;
  #pool: Pool | undefined;

  constructor(settings: RuntimeSettings) {
    const { threads, maximumBytes } = settings;
    const shared = threads > 1;
    const core = compileCore(settings.core, shared);
    const memory = createMemory(Math.floor(maximumBytes / PAGE_BYTES), shared);
    const kernels = instantiate(core, memory);
    super(memory, maximumBytes, kernels, threads);
    this.#settings = settings;
    this.threads = threads;
    this.#core = core;
    this.#memory = memory;
    this.#coreKernels = kernels;
    this.kernels = { ...kernels };
  }

  /** This runtime, with the kernels of `part`, which is compiled when it is first asked for. */
  with(part: Part): this {
    // A core that was built of all parts has it from the start.
    if (!(part.kernel in this.kernels)) this.#load(part);
    return this;
  }

  #load(part: Part): void {
    const isShared = this.threads > 1;
    const binary = partBinary(part, isShared);
    const kernels = instantiate(binary, this.#memory);
    if (isShared) this.#share(kernels, binary);
    Object.assign(this.kernels, kernels);
  }

  /** Workers find a part's binary in memory: they never return to where messages arrive. */
  #share(kernels: Kernels, binary: Uint8Array): void {
    const bytes = binary.length;
    const pointer = this.allocate(bytes);
    this.discount(bytes);
    this.uint8.set(binary, pointer);
    const part = { kernels, pointer, bytes };
    this.#sharedParts.push(part);
    this.#pool?.addPart(part);
  }

  /**
   * Runs a kernel, on all threads if that is worth it, and returns when it is done.
   *
   * @throws UnfinishedError if a worker was lost in the midst of it; LanegradError if the kernel has trapped, then and
   * ever after.
   */
  run<K extends KernelName>(kernel: K, ...args: Parameters<SplitKernels[K]>): void {
    this.checkUse();
    let trouble: Trouble | undefined;
    try {
      const work = this.threads > 1 ? workOf(kernel, args, this.int32) : 0;
      if (work >= SHARED_FROM) {
        trouble = this.#startPool().prepare(kernel, args, work)();
      } else {
        const entry: Entry = this.kernels[kernel];
        entry(0, 1, ...args);
      }
    } catch (cause) {
      trouble = { failed: 1, cause, torn: 0, silent: [] };
    }
    if (trouble !== undefined) this.#fail(trouble, kernel, args);
  }

  /**
   * `run` for many calls with the same arguments: a function that calls the kernel. It is as small as it can be, since between
   * two calls of it other kernels drive all of it from the caches. The layouts that arguments point to must be there.
   *
   * @returns a function that throws what `run` throws, or what the kernel has thrown, which is for `fail`
   */
  prepare<K extends KernelName>(kernel: K, args: Parameters<SplitKernels[K]>): () => void {
    const work = this.threads > 1 ? workOf(kernel, args, this.int32) : 0;
    if (work < SHARED_FROM) {
      const entry: Entry = this.kernels[kernel];
      return entry.bind(undefined, 0, 1, ...args);
    }
    const call = this.#startPool().prepare(kernel, args, work);
    return () => {
      const trouble = call();
      if (trouble !== undefined) this.#fail(trouble, kernel, args);
    };
  }

  /** Throws the error of a prepared call that has thrown `cause`. */
  fail(kernel: KernelName, args: readonly number[], cause: unknown): never {
    this.#fail({ failed: 1, cause, torn: 0, silent: [] }, kernel, args);
  }

  /**
   * Gives what `look` finds in memory, where that decides how a result is computed. Nothing else may read memory within an
   * operation: a recorded run looks again, and is not repeated where something else is found.
   *
   * @param look reads memory by pointers alone, as tensors do not live as long. What it finds is all that the operation may
   * keep: it is compared, so it has to say no more than how to go on
   * @param _usual what counts where there are no elements, as shapes alone are asked for: what is found in most tensors
   */
  decide<T>(look: (runtime: WorkingRuntime) => T, _usual: T): T {
    return look(this);
  }

  /**
   * Gives what `look` finds in memory, as `decide` does, where it decides how fast a result is computed and nothing else. A
   * recorded run goes on in the way that was chosen, also where another one would be faster.
   */
  choose<T>(look: (runtime: WorkingRuntime) => T, _usual: T): T {
    return look(this);
  }

  /**
   * Runs kernels with what is another thing each time, such as the next numbers of a stream. A recorded run calls `f` again.
   *
   * @param f calls kernels by pointers alone, as tensors do not live as long; gives what takes an effect back that it has
   */
  renew(f: (runtime: WorkingRuntime) => (() => void) | undefined): void {
    f(this);
  }

  /** For recordings. */
  noteEffect(): void {
    // Without a recording there is nothing to note.
  }

  /** Throws the error of a call that was not done. */
  #fail({ failed, cause, silent }: Trouble, kernel: KernelName, args: readonly number[]): never {
    if (failed > 0) {
      // Recursion without end may stop anywhere, and harms nothing.
      if (isError(cause) && !isTrap(cause)) throw cause;
      this.stopAfterTrap(`The kernel ${kernel}`, cause);
      this.stop();
      this.checkUse();
    }
    const torn = isInPlace(kernel, args) ? args[0] : undefined;
    let message = `A worker thread ended in the midst of ${kernel}, which changes elements in place: they are not whole.`;
    if (silent.length > 0) {
      message =
        `A worker thread gave no sign of life in the midst of ${kernel}, so all workers were stopped. Memory that it may ` +
        `still write is not used until it is known to have ended.`;
      this.#giveUp(silent, message, torn !== undefined);
    }
    throw new UnfinishedError(message, torn === undefined ? {} : { torn });
  }

  /** Goes on without workers, of which those with these shares may still write. */
  #giveUp(shares: readonly number[], message: string, isTorn: boolean): void {
    const pool = this.#startPool();
    const isOver = (): boolean => pool.isSettled(shares);
    pool.stop('one gave no sign of life, so all were stopped');
    this.beginQuarantine(isOver);
    // What is torn is not fresh: it may be written, read and given new values, all while the worker writes.
    if (isTorn) this.refuseUse(message, undefined, isOver);
  }

  /** Workers are started by the first call that is worth sharing: small programs never need them. */
  #startPool(): Pool {
    this.#pool ??= new Pool(
      this.#settings,
      { core: this.#core, kernels: this.#coreKernels, parts: this.#sharedParts },
      this.#memory,
    );
    return this.#pool;
  }

  /** Threads that take part now: the calling one and the workers that have started. */
  get readyThreads(): number {
    return 1 + (this.#pool?.ready ?? 0);
  }

  /** Ends the workers. Work goes on without them. */
  stop(): void {
    this.#pool?.stop();
  }

  /** Workers that are not there, although they were asked to start. */
  get missingWorkers(): number {
    return this.#pool?.missing ?? 0;
  }

  /** Why a worker is missing, if one is. */
  get poolFailure(): string | undefined {
    return this.#pool?.failure;
  }
}
