import type {
  Batch,
  BatchIterator,
  BatchPosition,
  BatchSource,
  NamedSamples,
} from '../../data/batches/index.js';
import { permutation } from '../../../engine/random/draw.js';
import { globalGenerator, SeedGenerator } from '../../../engine/random/seed-generator.js';
import { countOf, mapBatch } from '../../data/batches/index.js';
import { formatShape, keep, sameShape } from '../../../engine/tensor/index.js';
import { neighbouringRows, orderedRows } from '../../../engine/ops/linalg/products/batch-rows.js';
import type { Shape, Tensor, Value } from '../../../engine/tensor/index.js';
import { ShapeError } from '../../../errors.js';

/** Between two epochs that both pass through all data. */
export const START: BatchPosition = { epochBatches: 0, passBatches: 0, order: null };

/** Tensors that hold all samples. */
interface ArrayData extends Batch {
  /** Tensors that were made for the loop, to be freed at its end; the others are the caller's. */
  readonly owned?: readonly Value[];
}

/** How the samples are cut into batches. */
interface ArrayBatchesOptions {
  readonly batchSize: number;
  /** A new order each epoch. */
  readonly shuffle: boolean;
  /** The first so many batches of each epoch. Default: all. */
  readonly steps?: number | undefined;
  /** The source of the random order. Default: the global generator. */
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

/** Sees to it that all batches of an iterable are like the first. */
export class AlikeBatches {
  /** Shapes of the samples of the first batch, by the names of its tensors. */
  #first: ReadonlyMap<string, Shape> | undefined;

  /**
   * Refuses a batch of other parts, or of samples of another shape, than the first one. Where the model takes samples
   * of any length, only the number of axes must agree.
   *
   * @throws ShapeError naming the part and both shapes.
   */
  check(batchName: string, samples: readonly NamedSamples[], isVariable: boolean): void {
    const shapes = new Map<string, Shape>();
    for (const { name, tensor } of samples) {
      if (tensor !== undefined) shapes.set(name, tensor.shape.slice(1));
    }
    const first = (this.#first ??= shapes);
    for (const name of new Set([...first.keys(), ...shapes.keys()])) {
      const [shape, expected] = [shapes.get(name), first.get(name)];
      if (shape === undefined || expected === undefined) {
        throw new ShapeError(
          `${batchName} has ${shape === undefined ? 'no' : 'a'} ${name}, the first batch has ` +
            `${expected === undefined ? 'none' : 'one'}. All batches must have the same parts.`,
        );
      }
      const agrees = isVariable ? shape.length === expected.length : sameShape(shape, expected);
      if (agrees) continue;
      throw new ShapeError(
        `${batchName} has ${name} with samples of shape ${formatShape(shape)}, in the first batch they have ` +
          `${formatShape(expected)}. All batches must agree.`,
      );
    }
  }
}

/** Epochs of a given number of steps, whatever the length of the source: it starts over where it ends. */
export class RepeatedBatches implements BatchSource {
  readonly samples = undefined;
  #running: BatchIterator | undefined;
  /** Batches of the epoch so far. */
  #taken = 0;

  constructor(
    private readonly source: BatchSource,
    readonly steps: number,
  ) {}

  epoch(): BatchIterator {
    return {
      next: () => {
        if (this.#taken === this.steps) return undefined;
        this.#taken++;
        this.#running ??= this.source.epoch();
        const batch = this.#running.next();
        if (batch !== undefined) return batch;
        void this.#running.close();
        this.#running = this.source.epoch();
        return this.#running.next();
      },
      // The next epoch goes on where this one stopped.
      close: () => {
        this.#taken = 0;
      },
    };
  }

  position(): BatchPosition {
    return { ...this.source.position(), epochBatches: this.#taken };
  }

  seek(position: BatchPosition): void {
    this.#taken = position.epochBatches;
    this.source.seek(position);
  }

  close(): void | Promise<void> {
    void this.#running?.close();
    this.#running = undefined;
    return this.source.close();
  }
}
