import { ValueError } from '../../errors.js';
import { Tensor } from '../../tensor/index.js';
import type { PartialShape, TensorLike } from '../../tensor/index.js';
import type { Batch, BatchIterator, BatchSource } from './batch.js';
import { requireSameLength, toSamples } from './samples.js';

/** One batch of an iterable: x, or [x, y], or [x, y, sampleWeight]. */
export type BatchLike =
  | Tensor
  | readonly [x: TensorLike, y: TensorLike]
  | readonly [x: TensorLike, y: TensorLike, sampleWeight: TensorLike];

/** Batches from anything that can be iterated, once or many times. */
export type BatchIterable = Iterable<BatchLike> | AsyncIterable<BatchLike>;

/** True for what gives batches rather than being all samples at once. */
export function isBatchIterable(value: unknown): value is BatchIterable {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Tensor || Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

/**
 * Batches as an iterable gives them. With `stepsPerEpoch` an epoch is that many batches, and the next
 * epoch goes on where the last one stopped; without, it is all of them.
 */
export class IterableBatches implements BatchSource {
  readonly samples = undefined;
  #running: Iterator<BatchLike> | AsyncIterator<BatchLike> | undefined;

  constructor(
    private readonly op: string,
    private readonly iterable: BatchIterable,
    readonly steps: number | undefined,
    private readonly sampleShape: PartialShape | undefined,
  ) {}

  epoch(): BatchIterator {
    let taken = 0;
    if (this.steps === undefined) this.#running = undefined;
    this.#running ??= start(this.iterable);
    const iterator = this.#running;
    return {
      next: async () => {
        if (taken === this.steps) return undefined;
        const result = await iterator.next();
        if (result.done === true) {
          this.#running = undefined;
          if (this.steps !== undefined) throw this.#endedEarly(taken, this.steps);
          return undefined;
        }
        taken++;
        return () => this.#toBatch(result.value, taken - 1);
      },
      close: async () => {
        if (this.steps !== undefined && taken === this.steps) return;
        this.#running = undefined;
        await iterator.return?.();
      },
    };
  }

  #endedEarly(taken: number, steps: number): ValueError {
    return new ValueError(
      `${this.op}: the data ended after ${taken} of ${steps} batches of the epoch. Give fewer steps, or data ` +
        `that repeat.`,
    );
  }

  #toBatch(value: BatchLike, index: number): Batch {
    const parts = value instanceof Tensor ? [value] : value;
    if (!Array.isArray(parts) || parts.length < 1 || parts.length > 3) {
      throw new ValueError(
        `${this.op}: batch ${index} must be a tensor or a list [x, y] or [x, y, sampleWeight], got ` +
          (Array.isArray(parts) ? `a list of ${parts.length}.` : `${typeof value}.`),
      );
    }
    const [x, y, sampleWeight] = parts as unknown as readonly [TensorLike, TensorLike?, TensorLike?];
    const name = (part: string): string => `${this.op}: ${part} of batch ${index}`;
    const batch = {
      x: toSamples(name('x'), x, this.sampleShape),
      y: y === undefined ? undefined : toSamples(name('y'), y),
      sampleWeight:
        sampleWeight === undefined ? undefined : toSamples(name('sampleWeight'), sampleWeight),
    };
    requireSameLength(`${this.op}: batch ${index}`, batch.x, {
      y: batch.y,
      sampleWeight: batch.sampleWeight,
    });
    return batch;
  }
}

function start(iterable: BatchIterable): Iterator<BatchLike> | AsyncIterator<BatchLike> {
  return Symbol.asyncIterator in iterable
    ? iterable[Symbol.asyncIterator]()
    : iterable[Symbol.iterator]();
}
