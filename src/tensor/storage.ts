import { currentRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';

/** Something computed from a block's bytes that is kept with the block while they do not change. */
export interface Derived {
  dispose(): void;
}

/** A block of linear memory that one or more tensors look at; freed with the last of them. */
export class Storage {
  #references = 1;
  #version = 0;
  #derived: Derived | undefined;

  private constructor(
    readonly pointer: Pointer,
    readonly bytes: number,
  ) {}

  /** A new block with one reference, not cleared. */
  static allocate(bytes: number): Storage {
    return new Storage(currentRuntime().allocate(bytes), bytes);
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
    currentRuntime().release(this.pointer, this.bytes);
  }

  /** What was computed from the bytes, if they have not changed since. */
  get derived(): Derived | undefined {
    return this.#derived;
  }

  set derived(derived: Derived | undefined) {
    this.#derived?.dispose();
    this.#derived = derived;
  }

  /** Counts the changes: as long as it stays, so did the bytes. */
  get version(): number {
    return this.#version;
  }

  /** Called by whoever has written into the block: what was derived from it no longer holds. */
  touch(): void {
    this.#version++;
    if (this.#derived !== undefined) this.derived = undefined;
  }
}
