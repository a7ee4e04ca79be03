import { describeValue } from '../../../config/describe-value.js';
import { checkBoolean, checkNumber, checkOptions, showAs } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { SeedGenerator } from '../../../engine/random/seed-generator.js';
import type { Seed } from '../../../engine/random/draw.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { CsvOptions } from '../../../files/formats/csv/options.js';
import { csvStage } from './csv.js';
import { CsvTable } from '../csv.js';
import type { Source } from '../../../files/locations/source.js';
import {
  batchStage,
  cacheStage,
  concatenateStage,
  repeatStage,
  skipStage,
  takeStage,
  zipStage,
} from './transformations.js';
import type {
  AloneOf,
  Element,
  ElementLike,
  ElementOf,
  ElementPart,
  PartLike,
  PartOf,
  PartsOf,
} from './element.js';
import { generatorStage } from './generator.js';
import { DATASET, type AnyDataset, type BegunIteration } from './is-dataset.js';
import { filterStage, mapAsyncStage, mapStage } from './map.js';
import { prefetchStage } from './prefetch.js';
import { beginPass, shuffleStage } from './shuffle.js';
import type { GeneratorState } from './shuffle.js';
import { elementsOf } from './stage.js';
import type { Stage } from './stage.js';
import { tensorStage } from './tensors.js';

/** Options of `fromGenerator`. */
export interface FromGeneratorOptions {
  /** The number of elements in a pass, if known: progress then shows how much is left, and a different number is an error. */
  readonly size?: number | undefined;
}

/** Options of `shuffle`. */
export interface ShuffleOptions {
  /** Seed of the random order: the same number gives the same orders in each run. Default: the global generator. */
  readonly seed?: Seed;
  /** Whether to use a new order in each pass. Default true. */
  readonly reshuffleEachIteration?: boolean;
}

/** Options of `batch`. */
export interface BatchOptions {
  /** Whether to drop the last batch if it is smaller. Default false. */
  readonly dropRemainder?: boolean;
}

/** The rows of a CSV file. */
export interface CsvDataset<E extends Element = Tensor | [Tensor, Tensor]> extends Dataset<E> {
  /** Names of the categories of each category column, in the order of their numbers, as far as the file has been read. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
  /** Reads the names of all columns of the file. */
  columnNames(): Promise<readonly string[]>;
}

/**
 * Samples or batches that are read on demand, like `tf.data.Dataset`. Each method returns a new data set. Nothing is read
 * before you iterate, and never more than the buffers hold (`shuffle`, `batch`, `prefetch`, `cache`). `fit`, `evaluate` and
 * `predict` accept a data set of batches.
 *
 * If you iterate yourself, dispose of the elements, or leave them to the garbage collector. Each stage frees what it does not
 * pass on. If you leave the loop early, all stages end.
 *
 * @example
 * const digits = data.Dataset.fromTensors(images, labels).shuffle(10_000).batch(32);
 * await model.fit(digits, { epochs: 5 });
 */
export class Dataset<E extends Element = Element> implements AsyncIterable<E>, AnyDataset {
  /** @internal */
  readonly [DATASET] = true;
  readonly #stage: Stage<unknown>;

  /** Use `fromTensors`, `fromGenerator`, `csv` or `zip`. @internal */
  constructor(stage: Stage<unknown>) {
    this.#stage = stage;
  }

  /**
   * The rows of tensors along their first axis: [x[0], y[0]], [x[1], y[1]] … The data set has its own tensors, which share
   * the memory, so you may dispose of yours. For a model with several inputs or outputs, each of x and y is a list or an
   * object of tensors.
   *
   * @param x the inputs, a row for each sample
   * @param y the targets, a row for each sample
   * @param sampleWeight a weight for each sample
   * @throws ShapeError unless all tensors have the same number of rows.
   */
  static fromTensors<X extends PartLike>(x: X): Dataset<AloneOf<X> & Element>;
  static fromTensors<X extends PartLike, Y extends PartLike>(
    x: X,
    y: Y,
  ): Dataset<[PartOf<X>, PartOf<Y>] & Element>;
  static fromTensors<X extends PartLike, Y extends PartLike, W extends PartLike>(
    x: X,
    y: Y,
    sampleWeight: W,
  ): Dataset<[PartOf<X>, PartOf<Y>, PartOf<W>] & Element>;
  static fromTensors(...tensors: readonly (PartLike | undefined)[]): Dataset {
    const given = tensors.filter((one) => one !== undefined);
    const isGap = tensors.slice(0, given.length).includes(undefined);
    if (given.length === 0 || given.length > 3 || isGap) {
      throw new ValueError(
        'Dataset.fromTensors: give x, x and y, or x, y and sampleWeight, none of them undefined before another.',
      );
    }
    return new Dataset(tensorStage(given));
  }

  /**
   * The elements that a generator yields: a tensor, a typed array or a number, or a list [x, y] or [x, y, sampleWeight]
   * of these and of nested arrays. The pipeline frees the tensors that the generator yields: to keep a tensor, yield
   * `x.clone()`. The function is called for each pass; it may be asynchronous (`async function*`), or return any
   * iterable.
   *
   * @param make the generator function, or a function that returns an iterable
   * @throws while iterating: DatasetError with the number of the element if the generator throws, or if the number of
   * elements is not `size`; ValueError for an invalid element.
   */
  static fromGenerator<const L extends ElementLike>(
    make: () => Iterable<L> | AsyncIterable<L>,
    options: FromGeneratorOptions = {},
  ): Dataset<ElementOf<L> & Element> {
    checkOptions('Dataset.fromGenerator', options, ['size']);
    const { size } = options;
    if (size !== undefined && size !== Infinity) {
      checkNumber('Dataset.fromGenerator', 'size', size, { min: 0, integer: true });
    }
    return new Dataset(generatorStage(make, size));
  }

  /**
   * Combines the elements of several data sets, until the shortest ends: [x, y] from a data set of x and a data set of
   * y.
   *
   * @param x the data set of the inputs
   * @param y the data set of the targets
   * @param sampleWeight the data set of the weights
   * @param datasets the data sets, in the order of their elements
   * @example data.Dataset.zip(data.Dataset.fromTensors(images), data.Dataset.fromTensors(labels))
   */
  static zip<X extends Element, Y extends Element>(
    x: Dataset<X>,
    y: Dataset<Y>,
  ): Dataset<[...PartsOf<X>, ...PartsOf<Y>] & Element>;
  static zip<X extends Element, Y extends Element, W extends Element>(
    x: Dataset<X>,
    y: Dataset<Y>,
    sampleWeight: Dataset<W>,
  ): Dataset<[...PartsOf<X>, ...PartsOf<Y>, ...PartsOf<W>] & Element>;
  static zip(...datasets: readonly Dataset[]): Dataset<ElementPart[]>;
  static zip(...datasets: readonly Dataset[]): Dataset<ElementPart[]> {
    if (datasets.length === 0) throw new ValueError('Dataset.zip: give at least one data set.');
    return new Dataset(zipStage(datasets.map((one) => elementsOf(stageOf('Dataset.zip', one)))));
  }

  /**
   * The rows of a CSV file, read on demand: x [columns], or with `label` [x, y]. Each pass reads the file again.
   * `categories` contains the names in `'category'` columns, as far as the file has been read. See `readCsv` for types
   * and errors, which occur while iterating.
   *
   * @example
   * const rows = data.Dataset.csv('iris.csv', { label: 'species', dtypes: { species: 'category' } });
   * await model.fit(rows.shuffle(150).batch(16));
   */
  static csv(
    source: Source,
    options: CsvOptions & { readonly label: NonNullable<CsvOptions['label']> },
  ): CsvDataset<[Tensor, Tensor]>;
  static csv(
    source: Source,
    options?: CsvOptions & { readonly label?: undefined },
  ): CsvDataset<Tensor>;
  static csv(source: Source, options?: CsvOptions): CsvDataset;
  static csv(source: Source, options: CsvOptions = {}): CsvDataset {
    const table = new CsvTable('Dataset.csv', source, options);
    return Object.defineProperties(new Dataset(csvStage(table)), {
      categories: { get: () => table.categories },
      columnNames: { value: () => table.columnNames() },
    }) as CsvDataset;
  }

  /** The number of elements in a pass; Infinity if they never end, undefined if it is not known in advance. */
  get size(): number | undefined {
    return this.#stage.size;
  }

  /**
   * Applies `f` to each element. `f` runs in `tidy`: its temporary tensors and the original element are freed.
   *
   * @param f a function that returns the new element
   * @throws while iterating: whatever `f` throws, with the number of the element; ValueError if `f` is asynchronous.
   * @example batches.map(([x, y]) => [x.astype('float32').div(255), y])
   */
  map<const L extends ElementLike>(f: (element: E) => L): Dataset<ElementOf<L> & Element> {
    const run = checkFunction('Dataset.map', f) as (element: Element) => unknown;
    return new Dataset(mapStage(this.#stage, run));
  }

  /**
   * Applies an asynchronous function to each element, for instance to read a file. The function gets one element at a time (with
   * `prefetch` it works ahead). The element is freed when the function is done, unless it returns the element. The function must dispose
   * of all other tensors that it creates and does not return.
   *
   * @param f a function that returns the new element, in a promise
   */
  mapAsync<const L extends ElementLike>(
    f: (element: E) => Promise<L>,
  ): Dataset<ElementOf<L> & Element> {
    const run = checkFunction('Dataset.mapAsync', f) as (element: Element) => Promise<unknown>;
    return new Dataset(mapAsyncStage(this.#stage, run));
  }

  /**
   * The elements for which `keeps` returns true (or a tensor of one element that is not 0). `keeps` runs in `tidy`.
   *
   * @param keeps a function that returns whether to keep an element
   * @example data.Dataset.fromTensors(x, y).filter(([, label]) => label.item() < 2)
   */
  filter(keeps: (element: E) => boolean | Tensor): Dataset<E> {
    const run = checkFunction('Dataset.filter', keeps) as (element: Element) => unknown;
    return new Dataset(filterStage(this.#stage, run));
  }

  /**
   * The elements in random order: a buffer holds `bufferSize` elements, one of which is chosen at random, and the next
   * element takes its place. If the buffer holds all elements, every order is equally likely.
   *
   * @param bufferSize the number of elements in the buffer, at least 1
   */
  shuffle(bufferSize: number, options: ShuffleOptions = {}): Dataset<E> {
    const owner = 'Dataset.shuffle';
    checkOptions(owner, options, ['seed', 'reshuffleEachIteration']);
    checkNumber(owner, 'bufferSize', bufferSize, { min: 1, max: 2 ** 31 - 1, integer: true });
    const { seed, reshuffleEachIteration = true } = options;
    const reshuffles = checkBoolean(owner, 'reshuffleEachIteration', reshuffleEachIteration);
    const generator =
      seed === undefined || seed === null || seed instanceof SeedGenerator
        ? (seed ?? undefined)
        : new SeedGenerator(seed);
    return new Dataset(shuffleStage(this.#stage, { bufferSize, seed: generator, reshuffles }));
  }

  /**
   * Batches of `size` elements, stacked along a new first axis; the last one may be smaller.
   *
   * @param size the number of elements in a batch, at least 1
   * @throws while iterating: ShapeError if the elements of a batch differ in shape or dtype.
   */
  batch(size: number, options: BatchOptions = {}): Dataset<E> {
    checkOptions('Dataset.batch', options, ['dropRemainder']);
    checkNumber('Dataset.batch', 'size', size, { min: 1, integer: true });
    const drops = checkBoolean('Dataset.batch', 'dropRemainder', options.dropRemainder ?? false);
    return new Dataset(batchStage(this.#stage, size, drops));
  }

  /**
   * The elements `count` times, reshuffled each time; without `count`, endlessly.
   *
   * @param count the number of passes, at least 0. Default Infinity
   */
  repeat(count = Infinity): Dataset<E> {
    if (count !== Infinity) {
      checkNumber('Dataset.repeat', 'count', count, { min: 0, integer: true });
    }
    return new Dataset(repeatStage(this.#stage, count));
  }

  /**
   * The first `count` elements.
   *
   * @param count the number of elements, at least 0
   */
  take(count: number): Dataset<E> {
    checkNumber('Dataset.take', 'count', count, { min: 0, integer: true });
    return new Dataset(takeStage(this.#stage, count));
  }

  /**
   * All but the first `count` elements.
   *
   * @param count the number of elements, at least 0
   */
  skip(count: number): Dataset<E> {
    checkNumber('Dataset.skip', 'count', count, { min: 0, integer: true });
    return new Dataset(skipStage(this.#stage, count));
  }

  /**
   * Stores the elements of the first complete pass, and returns them in all further passes. They take up memory until
   * `dispose`.
   */
  cache(): Dataset<E> {
    return new Dataset(cacheStage(this.#stage));
  }

  /**
   * Reads up to `bufferSize` elements ahead: while the model computes, the next elements are already being read from
   * files or servers.
   *
   * @param bufferSize the number of elements to read ahead, at least 1
   */
  prefetch(bufferSize: number): Dataset<E> {
    checkNumber('Dataset.prefetch', 'bufferSize', bufferSize, { min: 1, integer: true });
    return new Dataset(prefetchStage(this.#stage, bufferSize));
  }

  /**
   * The elements of this data set, then those of others.
   *
   * @param others the data sets to append
   */
  concatenate(...others: readonly Dataset<E>[]): Dataset<E> {
    const all = [this.#stage, ...others.map((one) => stageOf('Dataset.concatenate', one))] as const;
    const isOneKind = all.every(({ kind }) => kind === this.#stage.kind);
    return new Dataset(
      isOneKind
        ? concatenateStage(all)
        : concatenateStage(all.map(elementsOf) as [Stage<Element>, ...Stage<Element>[]]),
    );
  }

  /** One pass through the elements. They are the caller's. */
  [Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    return this.#iterate() as AsyncGenerator<E, void, undefined>;
  }

  /**
   * Frees the memory that this data set, and those it was created from, hold between passes: the tensors of
   * `fromTensors` and the elements of `cache`. Otherwise the garbage collector frees it.
   */
  dispose(): void {
    const visit = (stage: Stage<unknown>): void => {
      stage.dispose?.();
      stage.upstream.forEach(visit);
    };
    visit(this.#stage);
  }

  /** Begins a pass, or one like an earlier one of that order; an aborted signal ends it. @internal */
  begin(
    saved?: readonly GeneratorState[],
    signal?: AbortSignal,
    generator?: SeedGenerator,
  ): BegunIteration {
    const begun = beginPass(this.#stage, saved, signal, generator);
    return { elements: this.#iterate(begun), order: begun.order };
  }

  async *#iterate(begun = beginPass(this.#stage)): AsyncGenerator<Element, void, undefined> {
    const reader = elementsOf(this.#stage).open(begun.pass);
    try {
      for (;;) {
        const element = await reader.next();
        if (element === undefined) return;
        yield element;
      }
    } finally {
      await reader.close();
    }
  }

  /** @internal */
  static stage(dataset: Dataset): Stage<unknown> {
    return dataset.#stage;
  }
}

showAs(Dataset, ({ size }) => `<Dataset size=${size ?? 'unknown'}>`);

function stageOf(owner: string, dataset: unknown): Stage<unknown> {
  if (dataset instanceof Dataset) return Dataset.stage(dataset as Dataset);
  throw new ValueError(`${owner}: takes data sets, got ${describeValue(dataset)}.`);
}

function checkFunction(owner: string, f: unknown): (element: never) => unknown {
  if (typeof f === 'function') return f as (element: never) => unknown;
  throw new ValueError(`${owner}: takes a function, got ${describeValue(f)}.`);
}
