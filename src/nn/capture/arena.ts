// The memory that captured runs work in.
import type { Runtime } from '../../engine/runtime/runtime.js';
import type { Pointer } from '../../engine/wasm/generated/kernels.js';

/**
 * A free block of up to so many times the bytes that are asked for is used again (measured, a step of three layers of 1,024 and one
 * of a convolutional network, in their time with blocks of the same size alone: 2 0.91 and 0.99, 4 0.91 and 0.95, any 0.90 and 0.99).
 */
const REUSED = 4;

/** Bytes that the blocks of all captures may take together. */
const ALL_BYTES = 1 << 29;

/** The blocks of a captured run. */
export class Arena {
  /** Whether the blocks were given back, as memory ran out. */
  isGone = false;
  readonly #runtime: Runtime;
  readonly #maximumBytes: number;
  readonly #blocks = new Map<Pointer, number>();
  /** Blocks that are used no more, in the order in which they became free. */
  readonly #free: Pointer[] = [];
  #bytes = 0;
  #isOpen = true;
  #borrowed: readonly Pointer[] = [];

  constructor(runtime: Runtime, maximumBytes: number) {
    this.#runtime = runtime;
    this.#maximumBytes = maximumBytes;
  }

  /** What the blocks take. */
  get bytes(): number {
    return this.#bytes;
  }

  /** All blocks, with their bytes. */
  get blocks(): ReadonlyMap<Pointer, number> {
    return this.#blocks;
  }

  /** A new block; undefined if there is no room. */
  take(bytes: number): Pointer | undefined {
    this.#bytes += bytes;
    if (this.#bytes > this.#maximumBytes) return undefined;
    const pointer = this.#runtime.allocateCache(bytes, this.dispose);
    if (pointer !== undefined) this.#blocks.set(pointer, bytes);
    return pointer;
  }

  /** Makes a block one that `reuse` may give. */
  free(block: Pointer): void {
    this.#free.push(block);
  }

  /** The block that was used last of those that are free and not much too large: most of it is still in the caches. */
  reuse(bytes: number): Pointer | undefined {
    const at = this.#free.findLastIndex((pointer) => {
      const room = this.#blocks.get(pointer) ?? 0;
      return room >= bytes && room <= REUSED * bytes;
    });
    return at === -1 ? undefined : this.#free.splice(at, 1)[0];
  }

  /** Leaves a block to another owner. */
  leave(block: Pointer): void {
    this.#blocks.delete(block);
  }

  /** Called when the run ends that takes blocks: until then they are not given back. */
  close(): void {
    this.#isOpen = false;
  }

  /** Gives all blocks back; those that are borrowed, when the borrower is done. May be called without its object. */
  readonly dispose = (): void => {
    if (this.#isOpen || this.isGone) return;
    this.isGone = true;
    this.#give();
  };

  /** Keeps the blocks at these addresses for as long as `use` takes. */
  borrow<T>(pointers: readonly Pointer[], use: () => T): T {
    this.#borrowed = pointers;
    try {
      return use();
    } finally {
      this.#borrowed = [];
      if (this.isGone) this.#give();
    }
  }

  #give(): void {
    for (const [block, bytes] of this.#blocks) {
      if (this.#borrowed.some((pointer) => pointer >= block && pointer < block + bytes)) continue;
      this.#runtime.releaseCache(block);
      this.#blocks.delete(block);
    }
  }
}

const arenas = new Set<Arena>();

/** Keeps a new arena along with the others, of which the oldest are given back if they are too many. */
export function hold(arena: Arena): void {
  let bytes = arena.bytes;
  for (const other of arenas) {
    if (other.isGone) arenas.delete(other);
    else bytes += other.bytes;
  }
  for (const other of arenas) {
    if (bytes <= ALL_BYTES) break;
    bytes -= other.bytes;
    other.dispose();
    arenas.delete(other);
  }
  arenas.add(arena);
}

/** Gives memory back that belonged to runs to which no reference is left. */
export const collected = new FinalizationRegistry<Arena>((arena) => {
  arena.dispose();
});
