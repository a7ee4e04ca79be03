import { currentRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/kernels.js';

/** A block of linear memory that one or more tensors look at; freed with the last of them. */
export class Storage {
  #references = 1;

  private constructor(
    readonly pointer: Pointer,
    readonly bytes: number,
  ) {}

  /** A new block with one reference, not cleared. */
  static allocate(bytes: number): Storage {
    return new Storage(currentRuntime().allocate(bytes), bytes);
  }

  retain(): this {
    this.#references++;
    return this;
  }

  release(): void {
    if (--this.#references === 0) currentRuntime().release(this.pointer, this.bytes);
  }
}
