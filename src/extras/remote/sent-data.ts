import { flattenNest, mapNest, packNest } from '../../config/index.js';
import type { Nest } from '../../config/index.js';
import type { Element } from '../../nn/data/dataset/element.js';
import type { BatchIterable, BatchLike } from '../../nn/data/batches/index.js';
import { Dataset } from '../../nn/data/dataset/dataset.js';
import { disposeElement, isOneTensor } from '../../nn/data/dataset/element.js';
import { abandon, iteratorOf, orAbort } from '../../nn/data/or-abort.js';
import { loops } from '../../nn/training/loops/chunk.js';
import { neighbouringRows } from '../../engine/ops/linalg/products/batch-rows.js';
import type { GeneratorState } from '../../nn/saving/backup.js';
import { SeedGenerator } from '../../engine/random/seed-generator.js';
import { isStrings, isValue, sizeOf, tidy } from '../../engine/tensor/index.js';
import { bytesOf } from '../../config/dtype.js';
import type { Peer } from '../../engine/workers/peer.js';
import type {
  CallerMethods,
  WireArgument,
  WireData,
  WireIterable,
  WireReader,
  WireRun,
  WorkerMethods,
} from './protocol.js';
import { isBatchIterable, rowAsBatch, toSamples } from '../../nn/data/batches/index.js';
import type { AnyData, PartialSamples, ValidationData } from '../../nn/training/types.js';
import type { AnyModel } from '../../nn/models/model.js';
import { isPort, flattenByPorts, portsOf, sampleShapesOf } from '../../nn/layers/core/ports.js';
import type { Ports } from '../../nn/layers/core/ports.js';
import { isForAll } from '../../nn/training/inputs.js';
import type { Value } from '../../engine/tensor/index.js';
import { isWireData } from './protocol.js';
import { wireArray, wireValue } from './wire-value.js';
import type { WireValue } from './wire-value.js';

/** Bytes of a tensor that are sent at once: copying them takes a millisecond or two, so that a page stays responsive. */
const CHUNK_BYTES = 2 ** 22;

/** The tensors of a batch, copied. */
type BatchValues =
  { readonly values: readonly Nest<WireValue>[] } | { readonly alone: Nest<WireValue> };

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

  /** Sends samples in chunks. @throws the signal's reason if it is aborted. */
  async send(x: Value, signal: AbortSignal | undefined): Promise<WireData> {
    const { peer } = this;
    const tensor = await peer.call('makeTensor', x.shape, x.dtype);
    const clock = await loops.use(async ({ PauseClock }) => new PauseClock('auto'));
    try {
      const rows = x.shape[0] ?? 0;
      for (let first = 0; first < rows;) {
        const count = Math.min(rowsOfChunk(x, first), rows - first);
        const array = tidy(() =>
          wireArray(isStrings(x) ? x.rows(first, count) : neighbouringRows(x, first, count)),
        );
        await peer.call('writeRows', tensor, first, array);
        first += count;
        if (clock.afterBatch()) await clock.pause();
        signal?.throwIfAborted();
      }
    } catch (error) {
      await this.forget([{ tensor }]);
      throw error;
    }
    return { tensor };
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
  async nextBatch(iterator: number): Promise<BatchValues | undefined> {
    const open = this.#readers.get(iterator);
    const result = await open?.next();
    if (open === undefined || result === undefined || result.done === true) return undefined;
    const { value } = result as { value: BatchLike };
    try {
      if (!Array.isArray(value)) {
        const alone = mapNest(value, isOneTensor, wireValue);
        this.onSamples(value);
        return { alone };
      }
      const all = value as readonly unknown[];
      const values = all.map((leaf) => mapNest(leaf, isOneTensor, wireValue));
      this.onSamples(all[0]);
      return { values };
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

/** How many rows from `first` on make a chunk, at least one. */
function rowsOfChunk(x: Value, first: number): number {
  const rowSize = sizeOf(x.shape.slice(1));
  if (!isStrings(x)) return Math.max(1, Math.floor(CHUNK_BYTES / (rowSize * bytesOf(x.dtype))));
  let bytes = 0;
  let count = 0;
  do {
    const start = (first + count++) * rowSize;
    // A string has two bytes a unit, and costs some itself.
    for (let i = start; i < start + rowSize; i++) bytes += 2 * (x.strings[i]?.length ?? 0) + 16;
  } while (bytes < CHUNK_BYTES && first + count < (x.shape[0] ?? 0));
  return count;
}

/** The methods that take data. */
export type Method = 'fit' | 'evaluate' | 'predict';

/** The data that a method was given. */
export interface GivenData {
  readonly x: AnyData;
  readonly y?: PartialSamples;
  readonly sampleWeight?: PartialSamples;
  readonly validationData?: ValidationData | null | undefined;
}

/** The data of a call as the worker knows them. */
type RunData = Pick<WireRun, 'x' | 'y' | 'sampleWeight' | 'validation'>;

/** Sends the data of a call to the worker. */
export class RunSender {
  /** What has been sent. */
  readonly #sent: WireData[] = [];

  constructor(
    private readonly sender: SentData,
    private readonly method: Method,
    private readonly model: AnyModel,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Sends all data; of those that were sent nothing stays in the worker if one cannot be. */
  async send({ x, y, sampleWeight, validationData }: GivenData): Promise<RunData> {
    try {
      return {
        x: await this.#inputs('x', x),
        y: await this.#targets('y', y),
        sampleWeight: await this.#targets('sampleWeight', sampleWeight),
        validation:
          validationData === undefined || validationData === null
            ? undefined
            : await this.#validation(validationData),
      };
    } catch (error) {
      await this.sender.forget(this.#sent).catch(() => undefined);
      throw error;
    }
  }

  async #validation(given: ValidationData): Promise<WireData | WireArgument[]> {
    const args = await loops.use(async ({ validationArguments }) => validationArguments(given));
    const owner = 'validationData: ';
    if (isBatchIterable(args)) return this.#announce(args);
    const [x, y, weights] = args;
    const list = [
      await this.#inputs(`${owner}x`, x),
      (await this.#targets(`${owner}y`, y)) ?? null,
    ];
    const last = await this.#targets(`${owner}sampleWeight`, weights);
    return last === undefined ? list : [...list, last];
  }

  #announce(iterable: Parameters<SentData['announce']>[0]): WireData {
    const data = this.sender.announce(iterable, this.signal);
    this.#sent.push(data);
    return data;
  }

  async #inputs(name: string, x: AnyData): Promise<WireArgument> {
    if (isBatchIterable(x)) return this.#announce(x);
    const { inputPorts } = this.model;
    const shapes = sampleShapesOf(this.model.inputShape);
    const samples = this.method === 'predict' ? rowAsBatch(x) : x;
    return this.#sendAll(name, inputPorts, samples, (leaf, label, i) => toSamples(label, leaf, shapes[i]), true); // prettier-ignore
  }

  async #targets(name: string, value: PartialSamples): Promise<WireArgument | undefined> {
    if (value === undefined || value === null) return undefined;
    const isWeight = name.endsWith('sampleWeight');
    const ports = isWeight && isForAll(value) ? undefined : this.model.outputPorts;
    return this.#sendAll(name, ports, value, (leaf, label) => toSamples(label, leaf));
  }

  /** Sends the tensors of an argument, and gives what stands for them in the structure of the model. */
  async #sendAll(
    name: string,
    ports: Ports | undefined,
    value: unknown,
    toValue: (leaf: unknown, label: string, index: number) => Value,
    isX = false,
  ): Promise<WireArgument> {
    const label = `${this.method}: ${name}`;
    const { structure, names } = ports ?? portsOf(value, 'x');
    const flat =
      ports === undefined
        ? flattenNest(value, isOneTensor)
        : flattenByPorts(label, ports, value, { isComplete: isX });
    const pack = <T>(leaves: readonly T[]): Nest<T> =>
      ports === undefined
        ? packNest(value, isOneTensor, leaves)
        : packNest(structure, isPortLeaf, leaves);
    const own: Value[] = [];
    try {
      const samples = tidy(() =>
        flat.map((leaf, i) => {
          if (leaf === undefined || leaf === null) return null;
          const which = names.length > 1 ? ` '${names[i] ?? i}'` : '';
          return toValue(leaf, label + which, i);
        }),
      );
      for (const value of samples) {
        if (value !== null && !flat.includes(value)) own.push(value);
      }
      if (isX) this.sender.onSamples(pack(samples));
      const sent: (WireData | null)[] = [];
      for (const value of samples) {
        const data = value === null ? null : await this.sender.send(value, this.signal);
        if (data !== null) this.#sent.push(data);
        sent.push(data);
      }
      return pack(sent);
    } finally {
      for (const value of own) value.dispose();
    }
  }
}

const isPortLeaf = (value: unknown): value is object => isPort(value);

/** All that a run was sent. */
export function dataOf({ x, y, sampleWeight, validation }: RunData): WireData[] {
  const all = [x, y ?? null, sampleWeight ?? null, validation ?? null];
  return flattenNest(all, isWireData).filter((data) => data !== null);
}

/** Whether all leaves of a structure are tensors or arrays of strings. */
export function holdsValuesOnly(structure: unknown): boolean {
  return flattenNest(structure, isOneTensor).every(isValue);
}
