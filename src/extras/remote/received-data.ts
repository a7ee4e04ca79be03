import { flattenNest, mapNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import { DATASET } from '../../nn/data/dataset/is-dataset.js';
import type { AnyDataset } from '../../nn/data/dataset/is-dataset.js';
import type { Element } from '../../nn/data/dataset/element.js';
import type { BatchIterable, BatchLike } from '../../nn/data/batches/index.js';
import type { ValueType } from '../../config/dtype.js';
import { neighbouringRows } from '../../engine/ops/linalg/products/batch-rows.js';
import type { SeedGenerator } from '../../engine/random/seed-generator.js';
import {
  detach,
  isValue,
  sizeOf,
  StringArray,
  Tensor,
  tidy,
  zeros,
} from '../../engine/tensor/index.js';
import type { Value } from '../../engine/tensor/index.js';
import { writeElements } from '../../engine/tensor/write.js';
import type { Peer } from '../../engine/workers/peer.js';
import { isWireData } from './protocol.js';
import type { CallerMethods, WireArgument, WireData, WireIterable } from './protocol.js';
import type { StateMirror } from './state-mirror.js';
import { isWireValue, valueOf } from './wire-value.js';
import type { WireArray } from './wire-value.js';

/** The samples that the caller has sent, and its iterables, as the worker sees them. */
export class ReceivedData {
  readonly #values = new Map<number, Value>();
  readonly #running = new Map<number, AsyncGenerator<BatchLike>[]>();
  #count = 0;

  /** @param mirror of the model whose batches these are */
  constructor(
    private readonly peer: () => Peer<CallerMethods>,
    private readonly mirror: () => StateMirror,
  ) {}

  make(shape: readonly number[], dtype: ValueType): number {
    const number = this.#count++;
    const value =
      dtype === 'string'
        ? new StringArray(new Array<string>(sizeOf(shape)).fill(''), shape)
        : detach(zeros([...shape], dtype));
    this.#values.set(number, value);
    return number;
  }

  write(number: number, first: number, rows: WireArray): void {
    const target = this.#value(number);
    const count = rows.shape[0] ?? 0;
    if (rows.dtype === 'string') {
      // Nothing has read it before it is whole.
      const strings = target instanceof StringArray ? (target.strings as string[]) : [];
      const start = first * sizeOf(rows.shape.slice(1));
      rows.strings.forEach((text, i) => (strings[start + i] = text));
    } else if (target instanceof Tensor) {
      tidy(() => {
        writeElements(neighbouringRows(target, first, count), rows.data);
      });
    }
  }

  /** Ends the iterators of a run that has ended. */
  async release(data: WireData): Promise<void> {
    if (!('iterable' in data)) return;
    const running = this.#running.get(data.iterable) ?? [];
    this.#running.delete(data.iterable);
    for (const generator of running) await generator.return(undefined);
  }

  drop(number: number): void {
    this.#values.get(number)?.dispose();
    this.#values.delete(number);
  }

  /** What a run takes as its data: samples in their structure, or an iterable. */
  get(data: WireArgument): Nest<Value | null> | BatchIterable {
    if (data !== null && isWireData(data) && 'iterable' in data) return this.#iterable(data);
    return mapNest(data, isWireData, (one) =>
      one !== null && 'tensor' in one ? this.#value(one.tensor) : null,
    );
  }

  #value(number: number): Value {
    const found = this.#values.get(number);
    if (found === undefined) throw new Error(`there are no samples ${number}.`);
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
          for (const one of flattenNest(value, isValue)) one.dispose();
        }
      }
    } finally {
      if (!hasEnded && !isIterator) await peer.call('closeIterator', reader);
    }
  }
}
