// What all recordings of one model have in common: the memory that outlives them, the binaries, and what cannot be compiled.
import { plainRuntime } from '../../../engine/runtime/index.js';
import type { SideModule } from '../../../engine/wasm/binary.js';
import type { Pointer } from '../../../engine/wasm/generated/kernels.js';
import type { Storage } from '../../../engine/tensor/storage.js';
import type { Block, Place } from './steps.js';

/** Why a model cannot be compiled. */
export interface Problem {
  /** The layer that is to blame; empty where none is. */
  readonly layer: string;
  readonly reason: string;
}

/** The block that an address lies in, of blocks by their addresses. */
export function findPlace<B>(
  blocks: ReadonlyMap<Pointer, B>,
  pointer: Pointer,
  bytesOf: (block: B) => number,
): { readonly begin: Pointer; readonly block: B } | undefined {
  const exact = blocks.get(pointer);
  if (exact !== undefined) return { begin: pointer, block: exact };
  for (const [begin, block] of blocks) {
    if (pointer > begin && pointer < begin + bytesOf(block)) return { begin, block };
  }
  return undefined;
}

export class World {
  readonly runtime = plainRuntime();
  readonly modules = new Set<SideModule>();
  /** The layer that runs. */
  layer = '';
  /** Blocks that recordings have left, with their bytes: panels of weights, tensors that layers keep. */
  readonly #kept = new Map<Pointer, number>();
  /** Blocks from before the first recording. */
  readonly #foreign = new Map<Pointer, Storage>();
  /** Blocks of weights and of what else is constant, by their addresses. */
  readonly #constants = new Map<Pointer, Block>();
  /** Numbers of the program, by their lengths. */
  readonly #written = new Map<number, Block[]>();

  keep(pointer: Pointer, bytes: number): void {
    this.#kept.set(pointer, bytes);
  }

  /** Whether a block was kept, and is no more. */
  drop(pointer: Pointer): boolean {
    this.#constants.delete(pointer);
    return this.#kept.delete(pointer);
  }

  /** Notes the blocks that a recording has read and that are not its own. */
  noteForeign(storage: Storage, pointer: Pointer): void {
    if (!this.#kept.has(pointer)) this.#foreign.set(pointer, storage);
  }

  /** The place of an address in memory that outlives the recording. */
  placeOf(pointer: Pointer): Place | undefined {
    const kept = findPlace(this.#kept, pointer, (bytes) => bytes);
    const found = kept ?? findPlace(this.#foreign, pointer, ({ bytes }) => bytes);
    if (found === undefined) return undefined;
    const { begin, block: held } = found;
    const known = this.#constants.get(begin);
    const bytes = typeof held === 'number' ? held : held.bytes;
    // The bytes are read when all is recorded.
    const block = known ?? { bytes, data: new Uint8Array(0), isFixed: false };
    this.#constants.set(begin, block);
    return { block, offset: pointer - begin };
  }

  /** The block of numbers that the program has written: one for all that are equal. */
  written(bytes: Uint8Array): Block {
    const all = this.#written.get(bytes.length) ?? [];
    this.#written.set(bytes.length, all);
    const same = all.find(({ data }) => data?.every((byte, i) => byte === bytes[i]) === true);
    if (same !== undefined) return same;
    const block = { bytes: bytes.length, data: bytes, isFixed: false };
    all.push(block);
    return block;
  }

  /** Copies the bytes of weights into their blocks. */
  readConstants(): void {
    const { uint8 } = this.runtime;
    for (const [pointer, block] of this.#constants)
      block.data = uint8.slice(pointer, pointer + block.bytes);
  }

  /** Whether weights are what they were when they were read. */
  areConstantsSame(): boolean {
    const { uint8 } = this.runtime;
    return [...this.#constants].every(
      ([pointer, { data }]) =>
        data?.length === 0 || data?.every((byte, i) => byte === uint8[pointer + i]) === true,
    );
  }
}
