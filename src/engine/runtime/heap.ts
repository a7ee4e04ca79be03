import { formatBytes, isError, MAX_BLOCK_BYTES } from '../../config/index.js';
import { LanegradError, OutOfMemoryError } from '../../errors.js';
import { isTrap, PAGE_BYTES } from '../wasm/instantiate.js';
import type { Memory } from '../wasm/instantiate.js';
import type { PlainKernels, Pointer } from '../wasm/generated/kernels.js';

/**
 * Room for what some kernels read as int32: rank, shape and two lists of strides of up to 8 axes, or the fields of the largest
 * struct (`DepthwiseField`), in whole vectors.
 */
export const LAYOUT_BYTES = 4 * 32;

type Allocator = Pick<PlainKernels, 'allocate' | 'release'>;

/** All of memory, as elements of three types. */
export interface Views {
  readonly float32: Float32Array;
  readonly int32: Int32Array;
  readonly uint8: Uint8Array;
}

/** Why memory is not to be used. */
interface Refusal {
  readonly message: string;
  readonly cause: unknown;
  readonly isOver: () => boolean;
}

/** Blocks that another thread may still write to. */
interface Quarantine {
  readonly isOver: () => boolean;
  /** Blocks handed out since: those that no other thread knows. */
  readonly young: Set<Pointer>;
  /** Blocks that the program has given back. */
  readonly held: Pointer[];
}

/** Linear memory: its blocks, its bytes, and whether it may be used. */
export class Heap {
  readonly #memory: Memory;
  readonly #maximumBytes: number;
  readonly #allocator: Allocator;
  #float32 = new Float32Array(0);
  #int32 = new Int32Array(0);
  #uint8 = new Uint8Array(0);
  #allocatedBytes = 0;
  #workspace: Pointer = 0;
  #workspaceBytes = 0;
  #layoutBlock: Pointer;
  /** What takes the place of `layoutBlock` in a quarantine: what was read there must stay. */
  readonly #spareLayout: Pointer;
  /** Blocks that can be given up, and how. */
  readonly #caches = new Map<Pointer, () => void>();
  #quarantine: Quarantine | undefined;
  #refusal: Refusal | undefined;

  constructor(memory: Memory, maximumBytes: number, allocator: Allocator, threads: number) {
    this.#memory = memory;
    this.#maximumBytes = maximumBytes;
    this.#allocator = allocator;
    this.#refreshViews();
    // Memory that workers share needs a spare one, taken here so that it does not stand in the midst of the heap later.
    const bytes = (threads > 1 ? 2 : 1) * LAYOUT_BYTES;
    this.#layoutBlock = this.allocate(bytes);
    this.#spareLayout = this.#layoutBlock + bytes - LAYOUT_BYTES;
    this.discount(bytes);
  }

  /**
   * A small block for the layouts that some kernels read. One is enough: a kernel has finished before
   * the next is called.
   */
  get layoutBlock(): Pointer {
    return this.#layoutBlock;
  }

  /**
   * A block of `bytes` bytes, aligned to 16, not cleared.
   *
   * @throws OutOfMemoryError if memory is exhausted; nothing is lost by it.
   */
  allocate(bytes: number): Pointer {
    // Not `bytes > MAX_BLOCK_BYTES`, which holds for NaN as well.
    if (!(bytes <= MAX_BLOCK_BYTES)) {
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
          `and memory may grow to ${formatBytes(this.#maximumBytes)}. Dispose tensors that are no ` +
          `longer needed (dispose(), using, tidy), use smaller batches, or raise ` +
          `configure({ maxMemory }) (at most 4 GiB).`,
      );
    }
    this.#allocatedBytes += bytes;
    return pointer;
  }

  /** A block, or undefined if memory cannot grow. */
  #tryAllocate(bytes: number): Pointer | undefined {
    this.checkUse();
    if (this.#quarantine?.isOver()) this.#endQuarantine(this.#quarantine);
    try {
      // Pointers above 2 GiB come back as negative int32.
      const pointer = this.#allocator.allocate(bytes) >>> 0;
      // Shared memory grows without detaching the old views, which then are too short.
      if (pointer + bytes > this.#uint8.length) this.#refreshViews();
      this.#quarantine?.young.add(pointer);
      return pointer;
    } catch (error) {
      if (!isTrap(error)) throw error;
      if (this.#canGrow(bytes)) this.stopAfterTrap('The allocator', error);
      this.checkUse();
      return undefined;
    }
  }

  /**
   * Whether memory has room for a block: then it was not for lack of room that the allocator trapped. It rounds sizes
   * up by at most a sixteenth, and adds headers.
   */
  #canGrow(bytes: number): boolean {
    try {
      this.#memory.grow(Math.ceil((bytes * 17) / 16 / PAGE_BYTES) + 1);
      return true;
    } catch {
      return false;
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
    this.#free(pointer);
  }

  /** Gives a block of `allocateCache` another `giveUp`. */
  changeCache(pointer: Pointer, giveUp: () => void): void {
    this.#caches.set(pointer, giveUp);
  }

  /** Makes a block of `allocateCache` one of `allocate`, since it is not a copy any more. */
  keepCache(pointer: Pointer, bytes: number): void {
    this.#caches.delete(pointer);
    this.#allocatedBytes += bytes;
  }

  /** Gives up all caches; true if there were any. */
  #reclaim(): boolean {
    const giveUps = [...this.#caches.values()];
    for (const giveUp of giveUps) giveUp();
    return giveUps.length > 0;
  }

  /** Gives back a block of `bytes` bytes. */
  release(pointer: Pointer, bytes: number): void {
    this.#free(pointer);
    this.#allocatedBytes -= bytes;
  }

  #free(pointer: Pointer): void {
    const quarantine = this.#quarantine;
    if (quarantine !== undefined && !quarantine.young.delete(pointer)) {
      quarantine.held.push(pointer);
      return;
    }
    try {
      this.#allocator.release(pointer);
    } catch (error) {
      this.stopAfterTrap('The allocator', error);
    }
  }

  /**
   * Keeps blocks from being used again while another thread may write to them: those there are now, when they are given back.
   *
   * @param isOver whether no thread does any more
   */
  protected beginQuarantine(isOver: () => boolean): void {
    this.#quarantine = { isOver, young: new Set(), held: [] };
    this.#layoutBlock = this.#spareLayout;
    if (this.#workspaceBytes > 0) this.release(this.#workspace, this.#workspaceBytes);
    this.#workspaceBytes = 0;
  }

  #endQuarantine({ held }: Quarantine): void {
    this.#quarantine = undefined;
    for (const pointer of held) this.#free(pointer);
  }

  /** From now on nothing but giving back is possible, until that is over. */
  protected refuseUse(message: string, cause: unknown, isOver: () => boolean): void {
    this.#refusal = { message, cause, isOver };
    // Code that asks for the views is refused as well.
    this.#float32 = new Float32Array(0);
    this.#int32 = new Int32Array(0);
    this.#uint8 = new Uint8Array(0);
  }

  /** @throws LanegradError if memory is not to be used. */
  protected checkUse(): void {
    const refusal = this.#refusal;
    if (refusal === undefined) return;
    if (!refusal.isOver()) throw new LanegradError(refusal.message, { cause: refusal.cause });
    this.#refusal = undefined;
  }

  /** Why memory is not to be used. */
  get refusal(): string | undefined {
    return this.#refusal?.message;
  }

  /** Ends all use of memory, which may be damaged. @param what has trapped */
  protected stopAfterTrap(what: string, cause: unknown): void {
    const isOver = (): boolean => false;
    this.beginQuarantine(isOver);
    const reason = isError(cause) ? cause.message : 'on another thread';
    this.refuseUse(
      `${what} stopped (${reason}): a fault of lanegrad, please report it. Memory may be damaged, so tensors can no ` +
        `longer be used: reload the page or restart the program.`,
      cause,
      isOver,
    );
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

  /** Copies bytes to another place. */
  copy(to: Pointer, from: Pointer, bytes: number): void {
    this.uint8.copyWithin(to, from, from + bytes);
  }

  /** The views, to write into a block what no element of a tensor decides: numbers of the program, sizes. */
  writing(_block: Pointer): Views {
    return this;
  }

  /** Bytes handed out now; caches and workspace are not counted. */
  get allocatedBytes(): number {
    return this.#allocatedBytes - this.#workspaceBytes;
  }

  /** Takes a block that the program did not ask for out of the count. */
  protected discount(bytes: number): void {
    this.#allocatedBytes -= bytes;
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
    this.checkUse();
    const { buffer } = this.#memory;
    this.#float32 = new Float32Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#uint8 = new Uint8Array(buffer);
  }
}
