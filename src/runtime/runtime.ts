import { formatBytes } from '../config/format-bytes.js';
import { OutOfMemoryError } from '../errors.js';
import { compileCore, partBinary } from '../wasm/binary.js';
import type { Build } from '../wasm/binary.js';
import { createMemory, instantiate, isTrap, PAGE_BYTES } from '../wasm/instantiate.js';
import type { Core, Memory } from '../wasm/instantiate.js';
import type { KernelName, Kernels, Pointer, SplitKernels } from '../wasm/kernels.js';
import type { Part } from '../wasm/part.js';
import type { Entry } from './control.js';
import { Pool } from './pool.js';
import type { LoadedPart } from './pool.js';
import { SHARED_FROM, workOf } from './work.js';

/** The largest block that the allocator can hold: 1 GiB less its header. */
const MAX_BLOCK_BYTES = 2 ** 30 - 16;

/** Rank, shape and two lists of strides of up to 8 axes, as int32. */
const LAYOUT_BYTES = 4 * (1 + 3 * 8);

/** What a runtime is made with. */
export interface RuntimeSettings {
  /** Limit of linear memory, rounded down to whole pages; at most 4 GiB. */
  readonly maximumBytes: number;
  /** Threads to run on; more than 1 need memory that can be shared. */
  readonly threads: number;
  /** Where the module of the workers is. May throw: then there are none. */
  readonly workerUrl: () => URL;
  /** A build that is embedded, or a core for memory that is not shared. */
  readonly core: Build | Core;
}

/**
 * Owns the module, the memory and the allocator. `run` is the only way to run a kernel that can be
 * split over threads.
 */
export class Runtime {
  /** The kernels of the core, and of the parts that have been asked for. */
  readonly kernels: Kernels;
  readonly threads: number;
  readonly #settings: RuntimeSettings;
  readonly #core: Core;
  readonly #coreKernels: Kernels;
  readonly #parts = new Set<Part>();
  /** Those that workers need to be told of. */
  readonly #sharedParts: LoadedPart[] = [];
  readonly #memory: Memory;
  #pool: Pool | undefined;
  #float32: Float32Array;
  #int32: Int32Array;
  #uint8: Uint8Array;
  #allocatedBytes = 0;
  #workspace: Pointer = 0;
  #workspaceBytes = 0;
  /** Blocks that can be given up, and how. */
  readonly #caches = new Map<Pointer, () => void>();

  /**
   * A small block for the layouts that some kernels read. One is enough: a kernel has finished before
   * the next is called.
   */
  readonly layoutBlock: Pointer;

  constructor(settings: RuntimeSettings) {
    this.#settings = settings;
    this.threads = settings.threads;
    const shared = settings.threads > 1;
    this.#core = compileCore(settings.core, shared);
    this.#memory = createMemory(Math.floor(settings.maximumBytes / PAGE_BYTES), shared);
    this.#coreKernels = instantiate(this.#core, this.#memory);
    this.kernels = { ...this.#coreKernels };
    const { buffer } = this.#memory;
    this.#float32 = new Float32Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#uint8 = new Uint8Array(buffer);
    this.layoutBlock = this.allocate(LAYOUT_BYTES);
    this.#allocatedBytes = 0;
  }

  /** This runtime, with the kernels of `part`, which is compiled when it is first asked for. */
  with(part: Part): this {
    if (!this.#parts.has(part)) this.#load(part);
    return this;
  }

  #load(part: Part): void {
    // A core that was built of all parts has it already.
    if (!(part.kernel in this.kernels)) {
      const isShared = this.threads > 1;
      const binary = partBinary(part, isShared);
      const kernels = instantiate(binary, this.#memory);
      if (isShared) this.#share(kernels, binary);
      Object.assign(this.kernels, kernels);
    }
    this.#parts.add(part);
  }

  /** Workers find a part's binary in memory: they never return to where messages arrive. */
  #share(kernels: Kernels, binary: Uint8Array): void {
    const bytes = binary.length;
    const pointer = this.allocate(bytes);
    this.#allocatedBytes -= bytes;
    this.uint8.set(binary, pointer);
    const part = { kernels, pointer, bytes };
    this.#sharedParts.push(part);
    this.#pool?.addPart(part);
  }

  /** Runs a kernel, on all threads if that is worth it, and returns when it is done. */
  run<K extends KernelName>(kernel: K, ...args: Parameters<SplitKernels[K]>): void {
    if (this.threads > 1 && workOf(kernel, args, this.int32) >= SHARED_FROM) {
      this.#startPool().run(kernel, args);
    } else {
      const entry: Entry = this.kernels[kernel];
      entry(0, 1, ...args);
    }
  }

  /** Workers are started by the first call that is worth sharing: small programs never need them. */
  #startPool(): Pool {
    this.#pool ??= new Pool(
      this.threads,
      { core: this.#core, kernels: this.#coreKernels, parts: this.#sharedParts },
      this.#memory,
      this.#settings.workerUrl,
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

  /**
   * A block of `bytes` bytes, aligned to 16, not cleared.
   *
   * @throws OutOfMemoryError if memory is exhausted; nothing is lost by it.
   */
  allocate(bytes: number): Pointer {
    if (bytes > MAX_BLOCK_BYTES) {
      throw new OutOfMemoryError(
        `A tensor of ${formatBytes(bytes)} is larger than one block of linear memory can be ` +
          `(${formatBytes(MAX_BLOCK_BYTES)}). Work on parts of it.`,
      );
    }
    const pointer =
      this.#tryAllocate(bytes) ?? (this.#reclaim() ? this.#tryAllocate(bytes) : undefined);
    if (pointer === undefined) {
      throw new OutOfMemoryError(
        `No room for ${formatBytes(bytes)} more: ${formatBytes(this.#allocatedBytes)} are in use ` +
          `and memory may grow to ${formatBytes(this.#settings.maximumBytes)}. Dispose tensors that are no ` +
          `longer needed (dispose(), using, tidy), use smaller batches, or raise ` +
          `configure({ maxMemory }) (at most 4 GiB).`,
      );
    }
    this.#allocatedBytes += bytes;
    return pointer;
  }

  /** A block, or undefined if memory cannot grow. */
  #tryAllocate(bytes: number): Pointer | undefined {
    try {
      // Pointers above 2 GiB come back as negative int32.
      const pointer = this.kernels.allocate(bytes) >>> 0;
      // Shared memory grows without detaching the old views, which then are too short.
      if (pointer + bytes > this.#uint8.length) this.#refreshViews();
      return pointer;
    } catch (error) {
      if (isTrap(error)) return undefined;
      throw error;
    }
  }

  /**
   * A block for a copy that can be made again: it is not counted as used, and `giveUp`, which must release it,
   * is called when memory runs out. Undefined if there is no room.
   */
  allocateCache(bytes: number, giveUp: () => void): Pointer | undefined {
    const pointer = bytes > MAX_BLOCK_BYTES ? undefined : this.#tryAllocate(bytes);
    if (pointer !== undefined) this.#caches.set(pointer, giveUp);
    return pointer;
  }

  /** Gives back a block of `allocateCache`. */
  releaseCache(pointer: Pointer): void {
    this.#caches.delete(pointer);
    this.kernels.release(pointer);
  }

  /** Gives up all caches; true if there were any. */
  #reclaim(): boolean {
    const giveUps = [...this.#caches.values()];
    for (const giveUp of giveUps) giveUp();
    return giveUps.length > 0;
  }

  /** Gives back a block of `bytes` bytes. */
  release(pointer: Pointer, bytes: number): void {
    this.kernels.release(pointer);
    this.#allocatedBytes -= bytes;
  }

  /** Runs `use` with a block that is given back afterwards. */
  withScratch<T>(bytes: number, use: (scratch: Pointer) => T): T {
    const scratch = this.allocate(bytes);
    try {
      return use(scratch);
    } finally {
      this.release(scratch, bytes);
    }
  }

  /**
   * At least `bytes` bytes for one call of a kernel, valid until the next is asked for. It stays allocated: what
   * every product needs must not go through the allocator every time.
   */
  workspace(bytes: number): Pointer {
    if (bytes > this.#workspaceBytes) {
      if (this.#workspaceBytes > 0) this.release(this.#workspace, this.#workspaceBytes);
      this.#workspaceBytes = 0;
      this.#workspace = this.allocate(bytes);
      this.#workspaceBytes = bytes;
    }
    return this.#workspace;
  }

  /** Bytes handed out now; caches and workspace are not counted. */
  get allocatedBytes(): number {
    return this.#allocatedBytes - this.#workspaceBytes;
  }

  /** Bytes of linear memory. */
  get reservedBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** All of memory as float32; valid until memory grows, so never keep it. */
  get float32(): Float32Array {
    if (this.#float32.length === 0) this.#refreshViews();
    return this.#float32;
  }

  /** All of memory as int32; valid until memory grows, so never keep it. */
  get int32(): Int32Array {
    if (this.#int32.length === 0) this.#refreshViews();
    return this.#int32;
  }

  /** All of memory as bytes; valid until memory grows, so never keep it. */
  get uint8(): Uint8Array {
    if (this.#uint8.length === 0) this.#refreshViews();
    return this.#uint8;
  }

  /** Growing detaches a buffer that is not shared; its views then have length 0. */
  #refreshViews(): void {
    const { buffer } = this.#memory;
    this.#float32 = new Float32Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#uint8 = new Uint8Array(buffer);
  }
}
