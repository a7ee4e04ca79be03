import { OutOfMemoryError } from '../errors.js';
import { createMemory, instantiate, isTrap, MAX_PAGES, PAGE_BYTES } from '../wasm/instantiate.js';
import type { Memory } from '../wasm/instantiate.js';
import type { KernelName, Kernels, Pointer, SplitKernels } from '../wasm/kernels.js';

/** The largest block that the allocator can hold: 1 GiB less its header. */
const MAX_BLOCK_BYTES = 2 ** 30 - 16;

/** Rank, shape and two lists of strides of up to 8 axes, as int32. */
const LAYOUT_BYTES = 4 * (1 + 3 * 8);

type Entry = (thread: number, threads: number, ...args: number[]) => void;

/**
 * Owns the module, the memory and the allocator. `run` is the only way to run a kernel that can be
 * split over threads.
 */
export class Runtime {
  readonly kernels: Kernels;
  readonly threads = 1;
  readonly #memory: Memory;
  readonly #maximumBytes: number;
  #float32: Float32Array<ArrayBuffer>;
  #int32: Int32Array<ArrayBuffer>;
  #uint8: Uint8Array<ArrayBuffer>;
  #allocatedBytes = 0;

  /**
   * A small block for the layouts that some kernels read. One is enough: a kernel has finished before
   * the next is called.
   */
  readonly layoutBlock: Pointer;

  /** @param maximumBytes limit of linear memory, rounded down to whole pages; at most 4 GiB */
  constructor(maximumBytes = MAX_PAGES * PAGE_BYTES) {
    this.#maximumBytes = maximumBytes;
    this.#memory = createMemory(Math.floor(maximumBytes / PAGE_BYTES));
    this.kernels = instantiate(this.#memory);
    const buffer = this.#memory.buffer;
    this.#float32 = new Float32Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#uint8 = new Uint8Array(buffer);
    this.layoutBlock = this.allocate(LAYOUT_BYTES);
    this.#allocatedBytes = 0;
  }

  /** Runs a kernel on all threads and returns when all are done. */
  run<K extends KernelName>(kernel: K, ...args: Parameters<SplitKernels[K]>): void {
    (this.kernels[kernel] as Entry)(0, 1, ...args);
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
    try {
      // Pointers above 2 GiB come back as negative int32.
      const pointer = this.kernels.allocate(bytes) >>> 0;
      this.#allocatedBytes += bytes;
      return pointer;
    } catch (error) {
      if (!isTrap(error)) throw error;
      throw new OutOfMemoryError(
        `No room for ${formatBytes(bytes)} more: ${formatBytes(this.#allocatedBytes)} are in use ` +
          `and memory may grow to ${formatBytes(this.#maximumBytes)}. Dispose tensors that are no ` +
          `longer needed (dispose(), using, tidy), use smaller batches, or raise ` +
          `configure({ maxMemory }) (at most 4 GiB).`,
        { cause: error },
      );
    }
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

  /** Bytes handed out now. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** Bytes of linear memory. */
  get reservedBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** All of memory as float32; valid until memory grows, so never keep it. */
  get float32(): Float32Array<ArrayBuffer> {
    if (this.#float32.length === 0) this.#refreshViews();
    return this.#float32;
  }

  /** All of memory as int32; valid until memory grows, so never keep it. */
  get int32(): Int32Array<ArrayBuffer> {
    if (this.#int32.length === 0) this.#refreshViews();
    return this.#int32;
  }

  /** All of memory as bytes; valid until memory grows, so never keep it. */
  get uint8(): Uint8Array<ArrayBuffer> {
    if (this.#uint8.length === 0) this.#refreshViews();
    return this.#uint8;
  }

  /** Growing detaches the old buffer, whose views then have length 0. */
  #refreshViews(): void {
    const buffer = this.#memory.buffer;
    this.#float32 = new Float32Array(buffer);
    this.#int32 = new Int32Array(buffer);
    this.#uint8 = new Uint8Array(buffer);
  }
}

function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${Number(value.toPrecision(4))} ${units[unit] ?? ''}`;
}
