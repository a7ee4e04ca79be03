import { ShapeError, ValueError } from '../../../errors.js';
import { abandon, iteratorOf, orAbort } from '../../data/or-abort.js';
import { disposeElement, intoScope, tensorsOfElement } from '../../data/dataset/element.js';
import { formatShape, isValue } from '../../../engine/tensor/index.js';
import { isDataset } from '../../data/dataset/is-dataset.js';
import { isPlainObject } from '../../../config/index.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Element } from '../../data/dataset/element.js';
import { START } from './batch-sources.js';
import type {
  Batch,
  BatchIterable,
  BatchIterator,
  BatchLike,
  BatchMaker,
  BatchPosition,
  BatchSource,
} from '../../data/batches/index.js';

/** The values of a batch as an iterable gives them. */
export interface BatchValues {
  readonly x: unknown;
  readonly y: unknown;
  readonly sampleWeight: unknown;
}

/** How an iterable is read. */
export interface IterableBatchesOptions {
  /** Batches of an epoch. Default: all there are. */
  readonly steps: number | undefined;
  /** Whether each epoch of `steps` begins at the first batch, rather than where the last one stopped. */
  readonly restarts: boolean;
  /** Ends the waiting for a batch. */
  readonly signal?: AbortSignal | undefined;
  /** Where a `Dataset` draws its orders from. Default: the global generator. */
  readonly generator?: SeedGenerator | undefined;
  /** Makes tensors in the order of the model, and refuses batches that the reader cannot use. */
  readonly make: (name: string, values: BatchValues) => Batch;
  /** Whether x is as long as one sample, not a batch. */
  readonly isSample: (x: unknown) => boolean;
}

type BatchReader = Iterator<BatchLike> | AsyncIterator<BatchLike>;

/**
 * Batches as an iterable gives them. Without `steps` an epoch is all of them. With `steps` it is that many, and
 * the next epoch goes on where the last one stopped; where the batches end the iterable is started over, if it can be
 * iterated more than once. Tensors that it gives stay the caller's, except those of a `Dataset`: these are freed.
 */
export class IterableBatches implements BatchSource {
  readonly samples = undefined;
  /** Batches that were asked for, else those that a `Dataset` knows it has. */
  readonly steps: number | undefined;
  readonly #limit: number | undefined;
  #running: BatchReader | undefined;
  #position = START;

  constructor(
    private readonly op: string,
    private readonly iterable: BatchIterable,
    private readonly options: IterableBatchesOptions,
  ) {
    this.#limit = options.steps;
    const size = isDataset(iterable) ? iterable.size : undefined;
    this.steps = options.steps ?? (size === Infinity ? undefined : size);
  }

  epoch(): BatchIterator {
    let taken = this.#position.epochBatches;
    // After seek: batches that an interrupted run has had.
    let toSkip = this.#running === undefined ? this.#position.passBatches : 0;
    let hasFailed = false;
    // A batch of a data set that no step has taken over yet.
    let pending: Element | undefined;
    const read = async (): Promise<IteratorResult<BatchLike>> => {
      if (this.#running === undefined) {
        const order = toSkip > 0 ? this.#position.dataset : undefined;
        this.#position = { ...START, epochBatches: taken };
        this.#running = this.#start(order);
      }
      try {
        for (; toSkip > 0; toSkip--) {
          const skipped = await this.#next(this.#running, taken);
          if (skipped.done === true) throw this.#isShorter(toSkip);
          if (this.#isOwn) disposeElement(skipped.value as Element);
        }
        return await this.#next(this.#running, taken);
      } catch (error) {
        // An iterator that threw has ended by itself.
        hasFailed = true;
        // After an abort, an iterator that has not answered has not ended, and may never.
        if (this.options.signal?.aborted === true && !this.#isOwn) abandon(this.#running);
        this.#running = undefined;
        throw error;
      }
    };
    return {
      next: async (): Promise<BatchMaker | undefined> => {
        if (taken === this.#limit) return undefined;
        let result = await read();
        if (result.done === true && this.#limit !== undefined && this.#canStartAnew(taken)) {
          this.#running = undefined;
          result = await read();
        }
        if (result.done === true) {
          this.#running = undefined;
          this.#position = { ...START, epochBatches: taken };
          if (this.#limit !== undefined) throw this.#endedEarly(taken, this.#limit);
          return undefined;
        }
        const { value } = result;
        const index = taken++;
        this.#position = { ...this.#position, epochBatches: taken };
        if (!this.#isOwn) return () => this.#toBatch(value, index);
        const own = (pending = value as Element);
        return () => {
          pending = undefined;
          return this.#toBatch(intoScope(own) as BatchLike, index);
        };
      },
      close: async () => {
        this.#position = { ...this.#position, epochBatches: 0 };
        if (pending !== undefined) disposeElement(pending);
        pending = undefined;
        if (hasFailed) return;
        const isComplete = taken === this.#limit;
        if (isComplete && (!this.options.restarts || this.#isCallers())) return;
        await this.#end();
      },
    };
  }

  async #next(reader: BatchReader, taken: number): Promise<IteratorResult<BatchLike>> {
    const { signal } = this.options;
    const next = reader.next();
    // A data set looks at the signal itself.
    const waits = signal !== undefined && !this.#isOwn;
    const result = await (waits ? orAbort(Promise.resolve(next), signal) : next);
    const { passBatches } = this.#position;
    if (result.done !== true) {
      this.#position = {
        ...this.#position,
        epochBatches: taken,
        passBatches: passBatches + 1,
      };
    }
    return result;
  }

  position(): BatchPosition {
    return this.#position;
  }

  /** The batches before it are read again and thrown away: the iterable must give the same ones. */
  seek(position: BatchPosition): void {
    this.#position = position;
  }

  async close(): Promise<void> {
    // What the caller began is the caller's to end.
    if (!this.#isCallers()) await this.#end();
  }

  /** Whether the batches that it gives are freed here. */
  get #isOwn(): boolean {
    return isDataset(this.iterable);
  }

  /** Begins to iterate; a data set in the order of the pass that an interrupted run was in. */
  #start(order: BatchPosition['dataset']): BatchReader {
    const { iterable } = this;
    if (isDataset(iterable)) {
      const begun = iterable.begin(order, this.options.signal, this.options.generator);
      this.#position = { ...this.#position, dataset: begun.order };
      return begun.elements as AsyncIterator<BatchLike>;
    }
    return iteratorOf(iterable);
  }

  /** Whether the caller gave an iterator that runs already, such as a generator: it runs only once. */
  #isCallers(): boolean {
    return this.#running !== undefined && Object.is(this.#running, this.iterable);
  }

  #canStartAnew(taken: number): boolean {
    return !this.#isCallers() && (!this.options.restarts || taken === 0);
  }

  async #end(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#position = START;
    await running?.return?.();
  }

  #isShorter(missing: number): ValueError {
    return new ValueError(
      `${this.op}: the interrupted run had read ${missing} more batches than the data now give. Give the same data, ` +
        `or delete the backup.`,
    );
  }

  #endedEarly(taken: number, steps: number): ValueError {
    return new ValueError(
      `${this.op}: the data ended after ${taken} of ${steps} batches of the epoch. Give fewer steps, or data ` +
        `that repeat.`,
    );
  }

  #toBatch(value: BatchLike, index: number): Batch {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const [x, y, sampleWeight] = values;
    const isAlone = isValue(x) || ArrayBuffer.isView(x) || isPlainObject(x);
    if (x === undefined || values.length > 3 || (!Array.isArray(value) && !isAlone)) {
      throw new ValueError(
        `${this.op}: batch ${index} must be a tensor or a list [x, y] or [x, y, sampleWeight], got ` +
          (Array.isArray(value) ? `a list of ${values.length}.` : `${typeof value}.`),
      );
    }
    if (this.#isOwn) {
      const tensors = tensorsOfElement(value as Element);
      if (tensors.some(({ ndim }) => ndim === 0) || this.options.isSample(x)) {
        throw new ShapeError(
          `${this.op}: the data set gives samples one by one (the first has x of shape ` +
            `${formatShape(tensors[0]?.shape ?? [])}), but batches are needed. Add .batch(32).`,
        );
      }
    }
    return this.options.make(`${this.op}: batch ${index}`, { x, y, sampleWeight });
  }
}
