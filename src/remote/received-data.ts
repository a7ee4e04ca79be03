import type { BatchIterable, BatchLike } from '../data/index.js';
import type { FileArray } from '../formats/elements.js';
import { neighbouringRows } from '../ops/batch-rows.js';
import { detach, tensor, Tensor, tidy, zeros } from '../tensor/index.js';
import type { TensorLike } from '../tensor/index.js';
import { writeElements } from '../tensor/write.js';
import type { Peer } from './peer.js';
import type { CallerMethods, WireData, WirePart } from './protocol.js';
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

  /** What a run takes as its data. */
  get(data: WireData): Tensor | BatchIterable {
    return 'tensor' in data ? this.#tensor(data.tensor) : this.#iterable(data);
  }

  #tensor(number: number): Tensor {
    const found = this.#tensors.get(number);
    if (found === undefined) throw new Error(`there is no tensor ${number}.`);
    return found;
  }

  #iterable({ iterable, isIterator }: Extract<WireData, { iterable: number }>): BatchIterable {
    const begin = (): AsyncGenerator<BatchLike> => {
      const generator = this.#batches(iterable, isIterator);
      this.#running.set(iterable, [...(this.#running.get(iterable) ?? []), generator]);
      return generator;
    };
    if (!isIterator) return { [Symbol.asyncIterator]: begin };
    // Goes on where it stopped, whoever asks.
    return begin();
  }

  async *#batches(iterable: number, isIterator: boolean): AsyncGenerator<BatchLike> {
    const peer = this.peer();
    const reader = await peer.call('openIterator', iterable);
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
        const parts = 'alone' in batch ? [batch.alone] : batch.parts;
        const values = parts.map(valueOf);
        try {
          yield ('alone' in batch ? values[0] : values) as BatchLike;
        } finally {
          // The batch was used before the next is asked for.
          for (const value of values) if (value instanceof Tensor) value.dispose();
        }
      }
    } finally {
      if (!hasEnded && !isIterator) await peer.call('closeIterator', reader);
    }
  }
}

function valueOf(part: WirePart): TensorLike {
  if ('typed' in part) return part.typed;
  if ('nested' in part) return part.nested as TensorLike;
  const { data, shape, dtype } = part.array;
  return detach(tensor(data, { shape, dtype }));
}
