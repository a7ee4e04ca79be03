// A run of operations that is watched, so that its kernels can be run again without the operations.
import type { Part } from '../wasm/binary.js';
import type { KernelName, Kernels } from '../wasm/kernels.js';
import type { Pointer, SplitKernels } from '../wasm/generated/kernels.js';
import { withRuntime } from './current.js';
import { LAYOUT_BYTES } from './heap.js';
import type { Views } from './heap.js';
import type { RecordedStep, Runtime, WorkingRuntime } from './runtime.js';

/**
 * Bytes that a recorded run may have for its results. Where they are more, the kernels take far longer than the operations
 * around them, and a copy of what they need gains nothing.
 */
const ARENA_BYTES = 1 << 22;

/** The blocks of a recorded run. */
class Arena {
  /** Whether the blocks were given back. */
  isGone = false;
  /** Whether the run is still being recorded, so that its blocks hold what is needed. */
  isOpen = true;
  readonly blocks = new Map<Pointer, number>();

  constructor(readonly runtime: Runtime) {}

  /** Gives all blocks back. */
  dispose(): void {
    if (this.isOpen || this.isGone) return;
    this.isGone = true;
    for (const pointer of this.blocks.keys()) this.runtime.releaseCache(pointer);
  }
}

/** A run that can be repeated. */
export interface Recorded {
  readonly steps: readonly RecordedStep[];
  /** Where its results lie; given up when memory runs out. */
  readonly arena: { readonly isGone: boolean; dispose(): void };
}

/**
 * Stands in the place of the runtime while something runs, and notes the calls of kernels. Results lie in blocks of its own,
 * so that pointers mean the same when the calls are repeated. The run cannot be repeated if it has looked into memory in
 * another way than by `decide`, or has had an effect beside its result.
 */
export class Recording implements WorkingRuntime {
  readonly threads: number;
  readonly kernels: Kernels;
  readonly #runtime: Runtime;
  readonly #arena: Arena;
  readonly #steps: RecordedStep[] = [];
  /** Blocks that are in use, with the bytes that were asked for, and those that can be used again. */
  readonly #used = new Map<Pointer, number>();
  readonly #free: Pointer[] = [];
  /** Blocks with numbers of the program, which no step writes again. */
  readonly #constant = new Set<Pointer>();
  /** Blocks that steps have written before. */
  readonly #reused = new Set<Pointer>();
  /** Such blocks that the program writes now. */
  #rewritten: Pointer[] = [];
  #workspace: Pointer = 0;
  #workspaceBytes = 0;
  #bytes = 0;
  #isRefused = false;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#arena = new Arena(runtime);
    this.threads = runtime.threads;
    // Other kernels that are called directly look into memory.
    this.kernels = new Proxy(runtime.kernels, {
      get: (kernels, name): unknown => {
        if (!String(name).endsWith('Bytes')) this.noteEffect();
        return Reflect.get(kernels, name);
      },
    });
  }

  /** Whether the run cannot be repeated. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Whether the block is one of the run's own. */
  owns(pointer: Pointer): boolean {
    return this.#arena.blocks.has(pointer);
  }

  /**
   * Ends the run, which has let go all that it made.
   *
   * @param isWanted whether it is to be repeated
   * @returns how; undefined if it cannot be repeated. Then blocks that are still in use belong to who uses them.
   */
  finish(isWanted: boolean): Recorded | undefined {
    const arena = this.#arena;
    arena.isOpen = false;
    if (isWanted && !this.#isRefused && this.#used.size === 0) {
      return { steps: this.#steps, arena };
    }
    for (const [pointer, bytes] of this.#used) {
      this.#runtime.keepCache(pointer, bytes);
      arena.blocks.delete(pointer);
    }
    arena.dispose();
    return undefined;
  }

  noteEffect(): void {
    this.#isRefused = true;
  }

  with(part: Part): this {
    this.#runtime.with(part);
    return this;
  }

  run<K extends KernelName>(kernel: K, ...args: Parameters<SplitKernels[K]>): void {
    const runtime = this.#runtime;
    this.#noteWritten();
    runtime.run(kernel, ...args);
    if (this.#constant.has(args[0])) this.noteEffect();
    const isShared = runtime.isShared(kernel, args);
    this.#steps.push({ entry: runtime.kernels[kernel], args, kernel, isShared });
  }

  decide<T>(look: (runtime: WorkingRuntime) => T): T {
    const runtime = this.#runtime;
    const arena = this.#arena;
    this.#noteWritten();
    const found = withRuntime(runtime, () => look(runtime));
    // To look may need memory, which may be that of the run.
    this.#note(() => look(runtime) === found && !arena.isGone);
    return found;
  }

  copy(to: Pointer, from: Pointer, bytes: number): void {
    const runtime = this.#runtime;
    this.#noteWritten();
    runtime.copy(to, from, bytes);
    this.#note(() => {
      runtime.copy(to, from, bytes);
    });
  }

  /** What the program has written where steps write before has to be written again. */
  #noteWritten(): void {
    if (this.#rewritten.length === 0) return;
    const runtime = this.#runtime;
    for (const block of this.#rewritten) {
      const bytes = this.#arena.blocks.get(block) ?? 0;
      const elements = runtime.uint8.slice(block, block + bytes);
      this.#note(() => {
        runtime.uint8.set(elements, block);
      });
    }
    this.#rewritten = [];
  }

  #note(entry: () => unknown): void {
    this.#steps.push({ entry, args: [], kernel: undefined, isShared: false });
  }

  allocate(bytes: number): Pointer {
    const pointer = this.#isRefused ? undefined : (this.#reuse(bytes) ?? this.#take(bytes));
    if (pointer === undefined) return this.#runtime.allocate(bytes);
    this.#used.set(pointer, bytes);
    return pointer;
  }

  /** The smallest free block of the arena that is large enough, and not much larger. */
  #reuse(bytes: number): Pointer | undefined {
    const { blocks } = this.#arena;
    const sizeOf = (pointer: Pointer): number => blocks.get(pointer) ?? 0;
    const at = this.#free.reduce((best, pointer, i, free) => {
      const size = sizeOf(pointer);
      if (size < bytes || size > 2 * bytes + LAYOUT_BYTES) return best;
      return best === -1 || size < sizeOf(free[best] ?? 0) ? i : best;
    }, -1);
    const [pointer] = at === -1 ? [] : this.#free.splice(at, 1);
    if (pointer !== undefined) this.#reused.add(pointer);
    return pointer;
  }

  /** A new block of the arena; undefined if there is no room. */
  #take(bytes: number): Pointer | undefined {
    this.#bytes += bytes;
    const arena = this.#arena;
    const pointer =
      this.#bytes > ARENA_BYTES
        ? undefined
        : this.#runtime.allocateCache(bytes, () => {
            arena.dispose();
          });
    if (pointer === undefined) this.noteEffect();
    else arena.blocks.set(pointer, bytes);
    return pointer;
  }

  release(pointer: Pointer, bytes: number): void {
    if (this.#used.delete(pointer)) {
      if (!this.#constant.has(pointer)) this.#free.push(pointer);
      return;
    }
    this.noteEffect();
    this.#runtime.release(pointer, bytes);
  }

  withScratch<T>(bytes: number, use: (scratch: Pointer) => T): T {
    const scratch = this.allocate(bytes);
    try {
      return use(scratch);
    } finally {
      this.release(scratch, bytes);
    }
  }

  workspace(bytes: number): Pointer {
    if (bytes > this.#workspaceBytes) {
      this.#workspace = this.#take(bytes) ?? 0;
      this.#workspaceBytes = this.#workspace === 0 ? 0 : bytes;
    }
    return this.#workspaceBytes === 0 ? this.#runtime.workspace(bytes) : this.#workspace;
  }

  /** A block for each layout, as the steps find it there again. */
  get layoutBlock(): Pointer {
    return this.#take(LAYOUT_BYTES) ?? this.#runtime.layoutBlock;
  }

  writing(block: Pointer): Views {
    if (!this.owns(block)) this.noteEffect();
    else if (this.#reused.has(block)) this.#rewritten.push(block);
    this.#constant.add(block);
    return this.#runtime;
  }

  // Panels that are kept or given up: the next run has others.

  allocateCache(bytes: number, giveUp: () => void): Pointer | undefined {
    this.noteEffect();
    return this.#runtime.allocateCache(bytes, giveUp);
  }

  releaseCache(pointer: Pointer): void {
    this.noteEffect();
    this.#runtime.releaseCache(pointer);
  }

  get float32(): Float32Array {
    this.noteEffect();
    return this.#runtime.float32;
  }

  get int32(): Int32Array {
    this.noteEffect();
    return this.#runtime.int32;
  }

  get uint8(): Uint8Array {
    this.noteEffect();
    return this.#runtime.uint8;
  }

  get allocatedBytes(): number {
    return this.#runtime.allocatedBytes;
  }

  get reservedBytes(): number {
    return this.#runtime.reservedBytes;
  }
}
