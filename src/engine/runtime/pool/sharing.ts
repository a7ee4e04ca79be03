import type { Memory } from '../../wasm/instantiate.js';
import type { KernelName } from '../../wasm/kernels.js';
import { Pool } from './pool.js';
import type { Failure, LoadedCode, LoadedPart, PoolSettings } from './pool.js';
import { SHARED_FROM, workOf } from './work.js';

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

  /** Makes a part known to workers that have started. Those to come find it in `code`. */
  addPart(part: LoadedPart): void {
    this.#pool?.addPart(part);
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

  /** Ends the workers. Work goes on without them. */
  stop(): void {
    this.#pool?.stop();
  }
}
