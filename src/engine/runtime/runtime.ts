import { isError } from '../../config/index.js';
import { LanegradError } from '../../errors.js';
import { compileCore, sideModuleBinary } from '../wasm/binary.js';
import type { Build, SideModule } from '../wasm/binary.js';
import { createMemory, instantiate, isTrap, PAGE_BYTES } from '../wasm/instantiate.js';
import type { Core, Memory } from '../wasm/instantiate.js';
import type { KernelName, Kernels } from '../wasm/kernels.js';
import type { SplitKernels } from '../wasm/generated/kernels.js';
import type { Entry } from './control.js';
import { Heap } from './heap.js';
import { pool } from './pool/chunk.js';
import type { Failure, LoadedModule, PoolSettings } from './pool/pool.js';
import type { Sharing } from './pool/index.js';
import type { GuardQuestion } from './question.js';
import { UnfinishedError } from './unfinished-error.js';

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
  | 'hint'
  | 'copy'
  | 'guard'
  | 'float32'
  | 'int32'
  | 'kernels'
  | 'layoutBlock'
  | 'noteEffect'
  | 'release'
  | 'releaseCache'
  | 'redraw'
  | 'reservedBytes'
  | 'run'
  | 'threads'
  | 'uint8'
  | 'withScratch'
  | 'workspace'
  | 'writing'
> & {
  with(module: SideModule): WorkingRuntime;
};

/**
 * Owns the module, the memory and the allocator. `run` is the only way to run a kernel that can be
 * split over threads.
 */
export class Runtime extends Heap {
  /** The kernels of the core, and of the side modules that have been asked for. */
  readonly kernels: Kernels;
  readonly threads: number;
  readonly #settings: RuntimeSettings;
  readonly #core: Core;
  readonly #coreKernels: Kernels;
  /** The side modules that workers need to be told of. */
  readonly #sharedModules: LoadedModule[] = [];
  readonly #memory: Memory;
  #sharing: Sharing | undefined;

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

  /** This runtime, with the kernels of `module`, which is compiled when it is first asked for. */
  with(module: SideModule): this {
    // A core that was built of all modules has it from the start.
    if (!(module.kernel in this.kernels)) this.#load(module);
    return this;
  }

  #load(module: SideModule): void {
    const isShared = this.threads > 1;
    const binary = sideModuleBinary(module, isShared);
    const kernels = instantiate(binary, this.#memory);
    if (isShared) this.#shareModule(kernels, binary);
    Object.assign(this.kernels, kernels);
  }

  /** Workers find a side module's binary in memory: they never return to where messages arrive. */
  #shareModule(kernels: Kernels, binary: Uint8Array): void {
    const bytes = binary.length;
    const pointer = this.allocate(bytes);
    this.discount(bytes);
    this.uint8.set(binary, pointer);
    const module = { kernels, pointer, bytes };
    this.#sharedModules.push(module);
    this.#sharing?.addModule(module);
  }

  /**
   * Runs a kernel, on all threads if that is worth it, and returns when it is done.
   *
   * @throws UnfinishedError if a worker was lost in the midst of it; LanegradError if the kernel has trapped, then and
   * ever after.
   */
  run<K extends KernelName>(kernel: K, ...args: Parameters<SplitKernels[K]>): void {
    this.checkUse();
    let failure: Failure | undefined;
    try {
      const call = this.#share(kernel, args);
      if (call === undefined) {
        const entry: Entry = this.kernels[kernel];
        entry(0, 1, ...args);
      } else failure = call();
    } catch (cause) {
      failure = { cause };
    }
    if (failure !== undefined) this.#fail(failure, kernel);
  }

  /**
   * `run` for many calls with the same arguments: a function that calls the kernel. It is as small as it can be, since between
   * two calls of it other kernels drive all of it from the caches. The layouts that arguments point to must be there.
   *
   * @returns a function that throws what `run` throws, or what the kernel has thrown, which is for `fail`
   */
  prepare<K extends KernelName>(kernel: K, args: Parameters<SplitKernels[K]>): () => void {
    const call = this.#share(kernel, args);
    if (call === undefined) {
      // What shares calls may come while this call is made again and again.
      if (this.threads > 1 && this.#sharing === undefined) {
        return () => {
          this.run(kernel, ...args);
        };
      }
      const entry: Entry = this.kernels[kernel];
      return entry.bind(undefined, 0, 1, ...args);
    }
    return () => {
      const failure = call();
      if (failure !== undefined) this.#fail(failure, kernel);
    };
  }

  /** Throws the error of a prepared call that has thrown `cause`. */
  fail(kernel: KernelName, cause: unknown): never {
    this.#fail({ cause }, kernel);
  }

  /**
   * Gives what `look` finds in memory, where that decides how a result is computed. Nothing else may read memory within an
   * operation: a captured run looks again, and is not replayed where something else is found.
   *
   * @param look reads memory by pointers alone, as tensors do not live as long. What it finds is all that the operation may
   * keep: it is compared, so it has to say no more than how to go on
   * @param _usual what counts where there are no elements, as shapes alone are asked for: what is found in most tensors
   * @param _question how a compiled program finds it, or what is looked at; where nothing is said, a run is not compiled
   */
  guard<T>(look: (runtime: WorkingRuntime) => T, _usual: T, _question?: () => GuardQuestion<T>): T {
    return look(this);
  }

  /**
   * Gives what `look` finds in memory, as `guard` does, where it decides how fast a result is computed and nothing else. A
   * captured run goes on in the way that was chosen, also where another one would be faster.
   */
  hint<T>(look: (runtime: WorkingRuntime) => T, _usual: T): T {
    return look(this);
  }

  /**
   * Runs kernels with what is another thing each time, such as the next numbers of a stream. A captured run calls `f` again.
   *
   * @param f calls kernels by pointers alone, as tensors do not live as long; gives what takes an effect back that it has
   */
  redraw(f: (runtime: WorkingRuntime) => (() => void) | undefined): void {
    f(this);
  }

  /** For captures. @param _isLoss whether something is added to a loss, which no prediction gives */
  noteEffect(_isLoss: boolean): void {
    // Without a capture there is nothing to note.
  }

  /** Throws the error of a call that was not done. */
  #fail({ cause, isOver }: Failure, kernel: KernelName): never {
    if (isOver !== undefined) {
      this.beginQuarantine(isOver);
      // What is torn is not fresh: it may be written, read and given new values, all while the worker writes.
      const isTorn = cause instanceof UnfinishedError && cause.torn !== undefined;
      if (isTorn) this.refuseUse(cause.message, undefined, isOver);
    }
    // Recursion without end may stop anywhere, and harms nothing.
    if (isError(cause) && !isTrap(cause)) throw cause;
    this.stopAfterTrap(`The kernel ${kernel}`, cause);
    this.stop();
    throw new LanegradError(this.refusal, { cause });
  }

  /** The call on all threads, if that is worth it and what shares calls is there. */
  #share(kernel: KernelName, args: readonly number[]): (() => Failure | undefined) | undefined {
    if (this.threads === 1) return undefined;
    this.#sharing ??= this.#loadSharing();
    return this.#sharing?.prepare(kernel, args, this.int32);
  }

  #loadSharing(): Sharing | undefined {
    const code = { core: this.#core, kernels: this.#coreKernels, modules: this.#sharedModules };
    return pool.code && new pool.code.Sharing(this.#settings, code, this.#memory);
  }

  /** Threads that take part now: the calling one and the workers that have started. */
  get readyThreads(): number {
    return 1 + (this.#sharing?.ready ?? 0);
  }

  /** Ends the workers. Work continues without them. */
  stop(): void {
    this.#sharing?.stop();
  }

  /** Workers that are not there, although they were asked to start. */
  get missingWorkers(): number {
    return this.#sharing?.missing ?? 0;
  }

  /** Why a worker is missing, if one is. */
  get poolFailure(): string | undefined {
    return this.#sharing?.failure;
  }
}
