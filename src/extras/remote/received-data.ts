import { flattenNest, mapNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import { isTensor } from '../../nn/layers/core/layer-checks.js';
import { DATASET } from '../../nn/data/dataset/is-dataset.js';
import type { AnyDataset } from '../../nn/data/dataset/is-dataset.js';
import type { Element } from '../../nn/data/dataset/element.js';
import type { BatchIterable, BatchLike } from '../../nn/data/batches/index.js';
import type { FileArray } from '../../files/formats/elements.js';
import { neighbouringRows } from '../../engine/ops/linalg/products/batch-rows.js';
import type { SeedGenerator } from '../../engine/random/seed-generator.js';
import { detach, tensor, tidy, zeros } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { writeElements } from '../../engine/tensor/write.js';
import type { Peer } from '../../engine/workers/peer.js';
import { isWireData, isWireValue } from './protocol.js';
import type { CallerMethods, WireArgument, WireData, WireIterable, WireValue } from './protocol.js';
import type { StateMirror } from './state-mirror.js';

/** The samples that the caller has sent, and its iterables, as the worker sees them. */
export class ReceivedData {
  readonly #tensors = new Map<number, Tensor>();
  readonly #running = new Map<number, AsyncGenerator<BatchLike>[]>();
  #count = 0;

  /** @param mirror of the model whose batches these are */
  constructor(
    private readonly peer: () => Peer<CallerMethods>,
    private readonly mirror: () => StateMirror,
  ) {}

  make(shape: readonly number[], dtype: FileArray['dtype']): number {
    const number = this.#count++;
    this.#tensors.set(number, detach(zeros([...shape], dtype)));
    return number;
  }

  write(number: number, first: number, { data, shape }: FileArray): void {
    const target = this.#tensor(number);
    tidy(() => {
      writeElements(neighbouringRows(target, first, shape[0] ?? 0), data);
    });
  }

  /** Ends the iterators of a run that has ended. */
  async release(data: WireData): Promise<void> {
    if (!('iterable' in data)) return;
    const running = this.#running.get(data.iterable) ?? [];
    this.#running.delete(data.iterable);
    for (const generator of running) await generator.return(undefined);
  }

  drop(number: number): void {
    this.#tensors.get(number)?.dispose();
    this.#tensors.delete(number);
  }

  /** What a run takes as its data: samples in their structure, or an iterable. */
  get(data: WireArgument): Nest<Tensor | null> | BatchIterable {
    if (data !== null && isWireData(data) && 'iterable' in data) return this.#iterable(data);
    return mapNest(data, isWireData, (one) =>
      one !== null && 'tensor' in one ? this.#tensor(one.tensor) : null,
    );
  }

  #tensor(number: number): Tensor {
    const found = this.#tensors.get(number);
    if (found === undefined) throw new Error(`there is no tensor ${number}.`);
    return found;
  }

  #iterable({ iterable, isIterator, dataset }: WireIterable): BatchIterable {
    const begin = (generator?: SeedGenerator): AsyncGenerator<BatchLike> => {
      const batches = this.#batches(iterable, isIterator, generator);
      this.#running.set(iterable, [...(this.#running.get(iterable) ?? []), batches]);
      return batches;
    };
    // Goes on where it stopped, in every loop.
    if (isIterator) return begin();
    const iterator = { [Symbol.asyncIterator]: () => begin() };
    if (dataset === undefined) return iterator;
    const received: AnyDataset & AsyncIterable<BatchLike> = {
      ...iterator,
      [DATASET]: true,
      size: dataset.size,
      begin: (_saved, _signal, generator) => ({
        elements: begin(generator) as AsyncIterator<Element>,
        order: [],
      }),
    };
    return received;
  }

  async *#batches(
    iterable: number,
    isIterator: boolean,
    generator?: SeedGenerator,
  ): AsyncGenerator<BatchLike> {
    const peer = this.peer();
    const opened = await peer.call('openIterator', iterable, generator?.getState());
    const reader = opened.number;
    if (opened.generator !== undefined) generator?.setState(opened.generator);
    let hasEnded = false;
    try {
      for (;;) {
        const state = this.mirror().takeChanges({ values: true });
        const batch = await peer.call('nextBatch', reader, state).catch((error: unknown) => {
          // An iterator that threw has ended by itself.
          hasEnded = true;
          throw error;
        });
        this.mirror().apply(batch.state);
        if ('isLast' in batch) {
          hasEnded = true;
          return;
        }
        const value = mapNest('alone' in batch ? batch.alone : batch.values, isWireValue, valueOf);
        try {
          yield value as BatchLike;
        } finally {
          // The batch was used before the next is asked for.
          for (const tensor of flattenNest(value, isTensor)) tensor.dispose();
        }
      }
    } finally {
      if (!hasEnded && !isIterator) await peer.call('closeIterator', reader);
    }
  }
}

function valueOf(value: WireValue): TensorLike {
  if (value.kind === 'typed') return value.typed;
  if (value.kind === 'nested') return value.nested as TensorLike;
  const { data, shape, dtype } = value.array;
  return detach(tensor(data, { shape, dtype }));
}
