import { isBatchIterable, toSamples } from '../data/batches/index.js';
import type { BatchIterable, BatchLike, Element } from '../data/index.js';
import { Dataset } from '../data/index.js';
import { disposeElement } from '../data/dataset/element.js';
import { abandon, iteratorOf, orAbort } from '../data/or-abort.js';
import { fileArray } from '../data/file-tensors.js';
import { neighbouringRows } from '../ops/batch-rows.js';
import type { DataLike } from '../models/index.js';
import { PauseClock } from '../runtime/index.js';
import { sizeOf, Tensor, tidy } from '../tensor/index.js';
import { bytesOf } from '../tensor/dtype.js';
import type { PartialShape, TensorLike } from '../tensor/index.js';
import type { Peer } from './peer.js';
import type { CallerMethods, WireData, WirePart, WorkerMethods } from './protocol.js';

/** Bytes of a tensor that are sent at once: copying them takes a millisecond or two, so that a page stays responsive. */
const CHUNK_BYTES = 2 ** 22;

/** The tensors of a batch, copied. */
export type BatchParts = { readonly parts: readonly WirePart[] } | { readonly alone: WirePart };

/** How samples are sent. */
export interface SendSettings {
  /** Whether the data are inputs of the model. */
  readonly isX: boolean;
  /** Shape into which a flat typed array is cut. */
  readonly sampleShape: PartialShape | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Sends samples to the worker, and gives it the batches of iterables when it asks for them. */
export class SentData implements Pick<CallerMethods, 'openIterator' | 'closeIterator'> {
  readonly #iterables = new Map<number, Pick<LazyReader, 'iterable' | 'signal'>>();
  readonly #readers = new Map<number, LazyReader>();
  #count = 0;

  /** @param onSamples sees the samples that a model is to be built for, before they are used */
  constructor(
    private readonly peer: Peer<WorkerMethods>,
    private readonly onSamples: (x: Tensor) => void,
  ) {}

  /**
   * Sends samples, or announces an iterable.
   *
   * @param name how messages call them: 'fit: x'
   * @throws ShapeError for what is no samples; the signal's reason if it is aborted.
   */
  async send(name: string, value: DataLike, settings: SendSettings): Promise<WireData> {
    if (isBatchIterable(value)) {
      const iterable = this.#count++;
      this.#iterables.set(iterable, { iterable: value, signal: settings.signal });
      // One that runs already goes on, and is not ended.
      return { iterable, isIterator: 'next' in value && typeof value.next === 'function' };
    }
    const samples = tidy(() => toSamples(name, value, settings.sampleShape));
    try {
      if (settings.isX) this.onSamples(samples);
      return { tensor: await this.#sendTensor(samples, settings.signal) };
    } finally {
      if (samples !== value) samples.dispose();
    }
  }

  async #sendTensor(x: Tensor, signal: AbortSignal | undefined): Promise<number> {
    const { peer } = this;
    const tensor = await peer.call('makeTensor', x.shape, x.dtype);
    const rows = x.shape[0] ?? 0;
    const rowBytes = sizeOf(x.shape.slice(1)) * bytesOf(x.dtype);
    const chunk = Math.max(1, Math.floor(CHUNK_BYTES / Math.max(rowBytes, 1)));
    const clock = new PauseClock('auto');
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

  openIterator(iterable: number): number {
    const given = this.#iterables.get(iterable);
    if (given === undefined) throw new Error(`there is no iterable ${iterable}.`);
    const number = this.#count++;
    this.#readers.set(number, new LazyReader(given.iterable, given.signal));
    return number;
  }

  /** The next batch of an iterable, copied; undefined after the last one. */
  async nextBatch(iterator: number): Promise<BatchParts | undefined> {
    const open = this.#readers.get(iterator);
    const result = await open?.next();
    if (open === undefined || result === undefined || result.done === true) return undefined;
    const { value } = result as { value: BatchLike };
    try {
      const [x] = (Array.isArray(value) ? value : [value]) as readonly unknown[];
      if (x instanceof Tensor) this.onSamples(x);
      if (!Array.isArray(value)) return { alone: wirePart(value) };
      return { parts: (value as readonly TensorLike[]).map(wirePart) };
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
    const begun = (this.#begun ??= this.#begin());
    try {
      // A data set looks at the signal itself.
      if (this.isOwn) return await begun.next();
      return await orAbort(Promise.resolve(begun.next()), signal);
    } catch (error) {
      if (signal?.aborted === true) abandon(begun);
      throw error;
    }
  }

  #begin(): Iterator<unknown> | AsyncIterator<unknown> {
    const { iterable } = this;
    if (iterable instanceof Dataset) return iterable.begin(undefined, this.signal).elements;
    return iteratorOf<unknown>(iterable);
  }

  async end(): Promise<void> {
    await this.#begun?.return?.();
  }
}

/** A copy that can be moved to another thread. */
function wirePart(value: unknown): WirePart {
  if (value instanceof Tensor) return { array: fileArray(value) };
  if (ArrayBuffer.isView(value) && 'slice' in value) {
    return { typed: (value as Float32Array).slice() };
  }
  return { nested: value };
}
