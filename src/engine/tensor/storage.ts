import { currentRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';

/** Something computed from a block's bytes that is kept with the block while they do not change. */
export interface Derived {
  dispose(): void;
}

/** What has saved elements for later, as they are now. */
export interface Saver {
  /** Copies what it has saved of a block, whose elements are about to change. */
  copyFrom(storage: Storage): void;
}

/** What a run reads. */
export interface Reads {
  /** The blocks that were asked for, each with its revision then. */
  readonly storages: Map<Storage, number>;
  /** The tensors whose blocks were asked for. */
  readonly tensors: Set<{ readonly isDisposed: boolean; readonly storage: Storage }>;
}

/** Where reads are noted. */
export let reads: Reads | undefined;

/** Runs `f`, of which nothing is noted: what it reads is its own, and it gives the same whenever the run that is noted is repeated. */
export function notNotingReads<T>(f: () => T): T {
  const outer = reads;
  reads = undefined;
  try {
    return f();
  } finally {
    reads = outer;
  }
}

/** Runs `f` and notes all that it reads. */
export function notingReads<T>(into: Reads, f: () => T): T {
  reads = into;
  try {
    return f();
  } finally {
    reads = undefined;
  }
}

/** A block of linear memory that one or more tensors look at; freed with the last of them. */
export class Storage {
  /** Whether a variable's elements lie here. */
  isOfVariable = false;
  /** What has saved elements that may change. */
  #savers: Set<Saver> | undefined;
  #references = 1;
  #version = 0;
  #derived: Derived | undefined;
  /** How often something else was derived from the bytes, or given up. */
  #derivations = 0;

  /** Undefined as long as bytes that `#write` writes were not asked for. */
  #pointer: Pointer | undefined;
  #write: ((to: Pointer) => void) | undefined;

  private constructor(
    pointer: Pointer | undefined,
    readonly bytes: number,
    private readonly isLent = false,
  ) {
    this.#pointer = pointer;
  }

  /** A new block with one reference, not cleared. */
  static allocate(bytes: number): Storage {
    return new Storage(currentRuntime().allocate(bytes), bytes);
  }

  /** A block that belongs to the caller, which frees it. */
  static lent(pointer: Pointer, bytes: number): Storage {
    return new Storage(pointer, bytes, true);
  }

  /**
   * Bytes that `write` writes when `pointer` is first read, or to another place (`writeTo`). What it reads must be there until
   * `pointer` is read.
   */
  static written(bytes: number, write: (to: Pointer) => void): Storage {
    const storage = new Storage(undefined, bytes);
    storage.#write = write;
    return storage;
  }

  /** Where the block begins. All that reads or writes it asks here. */
  get pointer(): Pointer {
    if (reads !== undefined && !reads.storages.has(this)) reads.storages.set(this, this.revision);
    return this.#pointer ?? this.#make();
  }

  /** Writes bytes that were not asked for yet. */
  materialize(): void {
    if (this.#pointer === undefined) this.#make();
  }

  #make(): Pointer {
    const runtime = currentRuntime();
    const pointer = runtime.allocate(this.bytes);
    try {
      this.#write?.(pointer);
    } catch (error) {
      runtime.release(pointer, this.bytes);
      throw error;
    }
    this.#pointer = pointer;
    // It may hold much more than it writes.
    this.#write = undefined;
    return pointer;
  }

  /** Writes bytes that were not asked for yet to another place; false if they are in a block. */
  writeTo(to: Pointer): boolean {
    if (this.#pointer !== undefined) return false;
    this.#write?.(to);
    return true;
  }

  /** Whether more than one tensor looks at the block. */
  get isShared(): boolean {
    return this.#references > 1;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references > 0) return;
    this.touch();
    if (this.#pointer === undefined || this.isLent) return;
    currentRuntime().release(this.#pointer, this.bytes);
  }

  /** Lets `saver` copy what it has saved before the elements change, until `forget`. */
  tell(saver: Saver): void {
    (this.#savers ??= new Set()).add(saver);
  }

  /** Undoes `tell`. */
  forget(saver: Saver): void {
    this.#savers?.delete(saver);
  }

  /** Called by code that is about to write into the block while it may be saved. */
  announceChange(): void {
    if (this.#savers === undefined) return;
    for (const saver of this.#savers) saver.copyFrom(this);
    this.#savers.clear();
  }

  /** What was computed from the bytes, if they have not changed since. */
  get derived(): Derived | undefined {
    return this.#derived;
  }

  set derived(derived: Derived | undefined) {
    this.#derivations++;
    this.#derived?.dispose();
    this.#derived = derived;
  }

  /** Counts the changes: as long as it stays, so did the bytes. */
  get version(): number {
    return this.#version;
  }

  /** Counts the changes of the bytes and of what was derived from them. */
  get revision(): number {
    return this.#version + this.#derivations;
  }

  /** Called by code that has written into the block: what was derived from it no longer holds. */
  touch(): void {
    this.#version++;
    if (this.#derived !== undefined) this.derived = undefined;
  }
}
