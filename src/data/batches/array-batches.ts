import { permutation } from '../../random/index.js';
import type { SeedGenerator } from '../../random/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { bytesOf, emptyTensor, keep, sizeOf } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { Batch, BatchIterator, BatchSource } from './batch.js';

/** Tensors that hold all samples. */
export interface ArrayData {
  readonly x: Tensor;
  readonly y: Tensor | undefined;
  readonly sampleWeight: Tensor | undefined;
}

/** How they are cut into batches. */
export interface ArrayBatchesOptions {
  readonly batchSize: number;
  /** A new order each epoch. */
  readonly shuffle: boolean;
  /** Where the order comes from. Default: the global generator. */
  readonly seed?: SeedGenerator | undefined;
}

/** Batches of samples that lie in memory; the last one of an epoch may be smaller. */
export class ArrayBatches implements BatchSource {
  readonly samples: number;
  readonly steps: number;

  constructor(
    private readonly data: ArrayData,
    private readonly options: ArrayBatchesOptions,
  ) {
    this.samples = data.x.shape[0] ?? 0;
    this.steps = Math.ceil(this.samples / options.batchSize);
  }

  epoch(): BatchIterator {
    const { samples, options } = this;
    const order = options.shuffle ? keep(permutation(samples, { seed: options.seed })) : undefined;
    let start = 0;
    return {
      next: () => {
        if (start >= samples) return undefined;
        const first = start;
        const count = Math.min(options.batchSize, samples - first);
        start += count;
        return () => this.#batch(first, count, order);
      },
      close: () => {
        order?.dispose();
      },
    };
  }

  #batch(first: number, count: number, order: Tensor | undefined): Batch {
    const take = (from: Tensor | undefined): Tensor | undefined => {
      if (from === undefined) return undefined;
      if (order === undefined) return rows(from, first, count);
      return gather(from, order, first, count);
    };
    const { x, y, sampleWeight } = this.data;
    return { x: take(x) ?? x, y: take(y), sampleWeight: take(sampleWeight) };
  }
}

/** Neighbouring samples where they lie. */
function rows(from: Tensor, first: number, count: number): Tensor {
  const sample = from.shape.slice(1);
  return from.view([count, ...sample], first * sizeOf(sample));
}

/** Samples in the order of `order[first … first + count)`. Images of bytes become float32 on the way. */
function gather(from: Tensor, order: Tensor, first: number, count: number): Tensor {
  const sample = from.shape.slice(1);
  const columns = sizeOf(sample);
  const indices = order.pointer + first * 4;
  const runtime = currentRuntime();
  if (from.dtype === 'uint8' && from.ndim > 1) {
    const out = emptyTensor([count, ...sample], 'float32');
    runtime.run('gatherRowsU8ToF32', out.pointer, from.pointer, indices, count, columns, 1);
    return out;
  }
  const out = emptyTensor([count, ...sample], from.dtype);
  const rowBytes = columns * bytesOf(from.dtype);
  runtime.run('gatherRows', out.pointer, from.pointer, indices, count, rowBytes);
  return out;
}
