import { mapNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import type { Element } from '../../nn/data/dataset/element.js';
import type { BatchIterable, BatchLike } from '../../nn/data/batches/index.js';
import { Dataset } from '../../nn/data/dataset/dataset.js';
import { disposeElement, isOneTensor } from '../../nn/data/dataset/element.js';
import { abandon, iteratorOf, orAbort } from '../../nn/data/or-abort.js';
import { loops } from '../../nn/training/loops/chunk.js';
import { fileArray } from '../../nn/data/file-tensors.js';
import { ValueError } from '../../errors.js';
import { neighbouringRows } from '../../engine/ops/linalg/products/batch-rows.js';
import type { GeneratorState } from '../../nn/saving/backup.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { sizeOf, Tensor, tidy } from '../../engine/tensor/index.js';
import { bytesOf } from '../../config/dtype.js';
import { holdsStrings } from '../../engine/tensor/string-array.js';
import type { Peer } from '../../engine/workers/peer.js';
import type {
  CallerMethods,
  WireData,
  WireIterable,
  WirePart,
  WireReader,
  WorkerMethods,
} from './protocol.js';

/** Bytes of a tensor that are sent at once: copying them takes a millisecond or two, so that a page stays responsive. */
const CHUNK_BYTES = 2 ** 22;

/** The tensors of a batch, copied. */
export type BatchParts =
  { readonly parts: readonly Nest<WirePart>[] } | { readonly alone: Nest<WirePart> };

/** Sends samples to the worker, and gives it the batches of iterables when it asks for them. */
export class SentData implements Pick<CallerMethods, 'openIterator' | 'closeIterator'> {
  readonly #iterables = new Map<number, Pick<LazyReader, 'iterable' | 'signal'>>();
  readonly #readers = new Map<number, LazyReader>();
  #count = 0;

  /** @param onSamples sees the inputs that a model is to be built for, before they are used */
  constructor(
    private readonly peer: Peer<WorkerMethods>,
    readonly onSamples: (x: unknown) => void,
  ) {}

  /** Announces an iterable. */
  announce(iterable: BatchIterable, signal: AbortSignal | undefined): WireIterable {
    const number = this.#count++;
    this.#iterables.set(number, { iterable, signal });
    return {
      iterable: number,
      // One that runs already goes on, and is not ended.
      isIterator: 'next' in iterable && typeof iterable.next === 'function',
      ...(iterable instanceof Dataset ? { dataset: { size: iterable.size } } : {}),
    };
  }

  /** Sends samples. @throws the signal's reason if it is aborted. */
  async send(samples: Tensor, signal: AbortSignal | undefined): Promise<WireData> {
    return { tensor: await this.#sendTensor(samples, signal) };
  }

  async #sendTensor(x: Tensor, signal: AbortSignal | undefined): Promise<number> {
    const { peer } = this;
    const tensor = await peer.call('makeTensor', x.shape, x.dtype);
    const rows = x.shape[0] ?? 0;
    const rowBytes = sizeOf(x.shape.slice(1)) * bytesOf(x.dtype);
    const chunk = Math.max(1, Math.floor(CHUNK_BYTES / Math.max(rowBytes, 1)));
    const clock = await loops.use(async ({ PauseClock }) => new PauseClock('auto'));
    try {
      for (let first = 0; first < rows; first += chunk) {
        const count = Math.min(chunk, rows - first);
        const array = tidy(() => fileArray(neighbouringRows(x, first, count)));
        await peer.call('writeRows', tensor, first, array);
        if (clock.afterBatch()) await clock.pause();
        signal?.throwIfAborted();
      }
    } catch (error) {
      await this.forget([{ tensor }]);
      throw error;
    }
    return tensor;
  }

  /** Data that no run will use, or that a run has used. */
  async forget(data: readonly WireData[]): Promise<void> {
    for (const item of data) {
      if ('iterable' in item) this.#iterables.delete(item.iterable);
      else await this.peer.call('dropTensor', item.tensor);
    }
  }

  openIterator(iterable: number, state?: GeneratorState): WireReader {
    const given = this.#iterables.get(iterable);
    if (given === undefined) throw new Error(`there is no iterable ${iterable}.`);
    const number = this.#count++;
    const reader = new LazyReader(given.iterable, given.signal);
    this.#readers.set(number, reader);
    if (state === undefined) return { number };
    const generator = new SeedGenerator(0);
    generator.setState(state);
    reader.begin(generator);
    return { number, generator: generator.getState() };
  }

  /** The next batch of an iterable, copied; undefined after the last one. */
  async nextBatch(iterator: number): Promise<BatchParts | undefined> {
    const open = this.#readers.get(iterator);
    const result = await open?.next();
    if (open === undefined || result === undefined || result.done === true) return undefined;
    const { value } = result as { value: BatchLike };
    try {
      if (!Array.isArray(value)) {
        const alone = mapNest(value, isOneTensor, wirePart);
        this.onSamples(value);
        return { alone };
      }
      const all = value as readonly unknown[];
      const parts = all.map((part) => mapNest(part, isOneTensor, wirePart));
      this.onSamples(all[0]);
      return { parts };
    } finally {
      if (open.isOwn) disposeElement(value as Element);
    }
  }

  async closeIterator(iterator: number): Promise<void> {
    const open = this.#readers.get(iterator);
    this.#readers.delete(iterator);
    await open?.end();
  }
}

/** Iterates. It begins with the first batch that is asked for: to begin may draw random numbers. */
class LazyReader {
  /** What a data set gives is ours to free. */
  readonly isOwn: boolean;
  #begun: Iterator<unknown> | AsyncIterator<unknown> | undefined;

  /** @param signal ends the waiting for a batch */
  constructor(
    readonly iterable: BatchIterable,
    readonly signal: AbortSignal | undefined,
  ) {
    this.isOwn = iterable instanceof Dataset;
  }

  async next(): Promise<IteratorResult<unknown>> {
    const { signal } = this;
    const begun = (this.#begun ??= this.#iterator());
    try {
      // A data set looks at the signal itself.
      if (this.isOwn) return await begun.next();
      return await orAbort(Promise.resolve(begun.next()), signal);
    } catch (error) {
      if (signal?.aborted === true) abandon(begun);
      throw error;
    }
  }

  /** Begins now. A data set draws its order from the generator. */
  begin(generator: SeedGenerator): void {
    this.#begun = this.#iterator(generator);
  }

  #iterator(generator?: SeedGenerator): Iterator<unknown> | AsyncIterator<unknown> {
    const { iterable } = this;
    if (iterable instanceof Dataset) {
      return iterable.begin(undefined, this.signal, generator).elements;
    }
    return iteratorOf<unknown>(iterable);
  }

  async end(): Promise<void> {
    await this.#begun?.return?.();
  }
}

/** What is said where a model in a worker is given strings. */
export const NO_STRINGS =
  'a model in a worker takes no strings. Keep the layers that read strings here: data.Dataset.map applies them to each batch.';

/** A copy that can be moved to another thread. @throws ValueError for strings. */
function wirePart(value: unknown): WirePart {
  if (holdsStrings(value)) throw new ValueError(`a batch holds strings, but ${NO_STRINGS}`);
  if (value instanceof Tensor) return { kind: 'array', array: fileArray(value) };
  if (ArrayBuffer.isView(value) && 'slice' in value) {
    return { kind: 'typed', typed: (value as Float32Array).slice() };
  }
  return { kind: 'nested', nested: value };
}
