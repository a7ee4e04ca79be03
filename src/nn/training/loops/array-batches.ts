import { permutation } from '../../../engine/random/draw.js';
import { globalGenerator, SeedGenerator } from '../../../engine/random/seed-generator.js';
import { countOf, mapBatch } from '../../data/batches/index.js';
import { keep } from '../../../engine/tensor/index.js';
import { neighbouringRows, orderedRows } from '../../../engine/ops/linalg/products/batch-rows.js';
import type { Tensor, Value } from '../../../engine/tensor/index.js';
import { START } from './start.js';
import type { Batch, BatchIterator, BatchPosition, BatchSource } from '../../data/batches/index.js';

/** Tensors that hold all samples. */
export interface ArrayData extends Batch {
  /** Tensors that were made for the loop, to be freed at its end; the others are the caller's. */
  readonly owned?: readonly Value[];
}

/** How the samples are cut into batches. */
export interface ArrayBatchesOptions {
  readonly batchSize: number;
  /** A new order each epoch. */
  readonly shuffle: boolean;
  /** The first so many batches of each epoch. Default: all. */
  readonly steps?: number | undefined;
  /** Where the order comes from. Default: the global generator. */
  readonly seed?: SeedGenerator | undefined;
}

/** Batches of samples that lie in memory; the last one of an epoch may be smaller. */
export class ArrayBatches implements BatchSource {
  readonly samples: number;
  readonly steps: number;
  #position = START;

  constructor(
    private readonly data: ArrayData,
    private readonly options: ArrayBatchesOptions,
  ) {
    const { batchSize, steps = Infinity } = options;
    const all = countOf(data);
    this.steps = Math.min(Math.ceil(all / batchSize), steps);
    this.samples = Math.min(all, this.steps * batchSize);
  }

  epoch(): BatchIterator {
    const { samples, options } = this;
    const state = options.shuffle ? this.#orderState() : null;
    const order = state === null ? undefined : keep(this.#drawOrder(state));
    let batch = this.#position.passBatches;
    const moveTo = (taken: number): void => {
      batch = taken;
      this.#position = { epochBatches: taken, passBatches: taken, order: state };
    };
    moveTo(batch);
    return {
      next: () => {
        const first = batch * options.batchSize;
        if (first >= samples) return undefined;
        const count = Math.min(options.batchSize, samples - first);
        moveTo(batch + 1);
        return () => this.#batch(first, count, order);
      },
      close: () => {
        this.#position = START;
        order?.dispose();
      },
    };
  }

  position(): BatchPosition {
    return this.#position;
  }

  seek(position: BatchPosition): void {
    this.#position = position;
  }

  /** The state from which the order of the pass is drawn: that of an interrupted one, or a new one. */
  #orderState(): NonNullable<BatchPosition['order']> {
    const { order } = this.#position;
    if (order !== null) return order;
    const generator = this.options.seed ?? globalGenerator();
    const state = generator.getState();
    generator.reserve(countOf(this.data));
    return state;
  }

  #drawOrder(state: NonNullable<BatchPosition['order']>): Tensor {
    const seed = new SeedGenerator(state.seed);
    seed.setState(state);
    return permutation(countOf(this.data), { seed });
  }

  close(): void {
    for (const tensor of this.data.owned ?? []) tensor.dispose();
  }

  #batch(first: number, count: number, order: Tensor | undefined): Batch {
    return mapBatch(this.data, (from) =>
      order === undefined
        ? neighbouringRows(from, first, count)
        : orderedRows(from, order, first, count),
    );
  }
}
