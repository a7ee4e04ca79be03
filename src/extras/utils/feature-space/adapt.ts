import { isPlainObject } from '../../../config/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { disposeElement } from '../../../nn/data/dataset/element.js';
import type { Element } from '../../../nn/data/dataset/element.js';
import { isDataset } from '../../../nn/data/dataset/is-dataset.js';
import { ValueError } from '../../../errors.js';
import { Discretization } from '../../../nn/layers/preprocessing/discretization.js';
import type { AnyLayer } from '../../../nn/layers/core/layer.js';
import { reshape } from '../../../engine/ops/index.js';
import {
  isStrings,
  isValue,
  keep,
  stringArray,
  Tensor,
  tensor,
  tidy,
} from '../../../engine/tensor/index.js';
import type { Value } from '../../../engine/tensor/index.js';
import { ColumnFeed, columnOf, requireColumns, toBatch } from './columns.js';
import type { ColumnLike, Features } from './columns.js';
import { isAdapting } from './feature.js';
import type { Adapting } from './feature.js';

/** Rows that are taken together where data come row by row, as in Keras. */
const ROWS = 32;

/** Columns by feature name. */
export type Columns = Readonly<Record<string, ColumnLike>>;

/** One batch, or one row, of an iterable: columns, or a list that begins with columns, such as [x, y]. */
export type ColumnsBatch = Columns | readonly [x: Columns, ...rest: unknown[]];

/** The data for `adapt` of a `FeatureSpace`: all columns at once, or an (async) iterable of batches or rows, such as a `Dataset`. */
export type AdaptColumns =
  Columns | Iterable<ColumnsBatch> | AsyncIterable<ColumnsBatch> | AsyncIterable<Element>;

type AdaptingFeatures = readonly (readonly [name: string, layer: AnyLayer & Adapting])[];

/**
 * Has the layers of features learn from columns, in one pass over them.
 *
 * @param features all of them: each needs its column
 * @throws ValueError for anything but columns, and for no rows; DTypeError for values of another type; what layers throw.
 */
export async function adaptFeatures(
  owner: string,
  features: Features,
  data: unknown,
): Promise<void> {
  const learning = Object.entries(features).flatMap(([name, { preprocessor }]) =>
    isAdapting(preprocessor) ? [[name, preprocessor] as const] : [],
  );
  if (isPlainObject(data) && !(Symbol.iterator in data) && !(Symbol.asyncIterator in data)) {
    await adaptWhole(owner, features, learning, data);
    return;
  }
  const isIterable =
    typeof data === 'object' &&
    data !== null &&
    !isValue(data) &&
    !ArrayBuffer.isView(data) &&
    (Symbol.iterator in data || Symbol.asyncIterator in data);
  if (!isIterable) {
    throw new ValueError(
      `${owner}: takes an object of columns, or an iterable of them such as a Dataset, got ${describeValue(data)}.`,
    );
  }
  const batches = batchesOf(owner, features, data as Iterable<unknown> | AsyncIterable<unknown>);
  await adaptBatches(learning, batches);
}

/** The columns as batches; the tensors are the caller's to dispose, but for those that were given. */
function batchOf(
  owner: string,
  features: Features,
  given: unknown,
  firstRow = 0,
): Record<string, Value> {
  const columns = requireColumns(owner, features, given);
  return tidy(() => {
    const values = Object.entries(features).map(
      ([name, { dtype }]) => [name, columnOf(owner, name, dtype, columns[name], firstRow)] as const,
    );
    const batch = toBatch(owner, Object.fromEntries(values), reshape);
    for (const value of Object.values(batch)) if (value instanceof Tensor) keep(value);
    return batch;
  });
}

async function adaptWhole(
  owner: string,
  features: Features,
  learning: AdaptingFeatures,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const batch = batchOf(owner, features, data);
  try {
    for (const [name, layer] of learning) {
      const column = batch[name];
      if (column === undefined) continue;
      requireRows(owner, column.shape[0]);
      // What is found of quantiles depends on the batches, which are Keras's.
      const isOfQuantiles = layer instanceof Discretization && column instanceof Tensor;
      await layer.adapt(isOfQuantiles ? chunksOf(column) : column);
    }
  } finally {
    disposeMade(batch, data);
  }
}

function requireRows(owner: string, rows: number | undefined): void {
  if (rows === 0) throw new ValueError(`${owner}: got no rows. Give at least one.`);
}

function* chunksOf(column: Tensor): Generator<Tensor> {
  const numbers = Float32Array.from(column.data());
  const width = ROWS * (column.size / (column.shape[0] ?? 1));
  for (let at = 0; at < numbers.length; at += width) {
    const chunk = tensor(numbers.subarray(at, at + width));
    try {
      yield chunk;
    } finally {
      chunk.dispose();
    }
  }
}

function disposeMade(batch: Readonly<Record<string, Value>>, given: unknown): void {
  const columns = new Set<unknown>(Object.values(given as object));
  for (const value of Object.values(batch)) if (!columns.has(value)) value.dispose();
}

/** Batches of columns of what comes in batches or in rows. Each is freed when the next is asked for. */
async function* batchesOf(
  owner: string,
  features: Features,
  data: Iterable<unknown> | AsyncIterable<unknown>,
): AsyncGenerator<Readonly<Record<string, Value>>> {
  // Tensors of a pass belong to the caller that iterates.
  const isOwned = isDataset(data);
  let rows = new Map<string, unknown[]>();
  /** Rows that are done. */
  let count = 0;
  const collected = (): Record<string, Value> => {
    const columns = Object.fromEntries(rows);
    rows = new Map();
    const batch = batchOf(owner, features, columns, count);
    count += lengthOf(batch);
    return batch;
  };
  for await (const element of data) {
    const x: unknown = Array.isArray(element) ? element[0] : element;
    const columns = requireColumns(owner, features, x);
    try {
      if (Object.values(columns).every(isOneValue)) {
        for (const name of Object.keys(features)) {
          const list = rows.get(name) ?? [];
          rows.set(name, list);
          list.push(valueOf(columns[name]));
        }
        if (rows.values().next().value?.length === ROWS) yield* freeing(collected());
      } else {
        const batch = batchOf(owner, features, columns, count);
        count += lengthOf(batch);
        try {
          yield batch;
        } finally {
          disposeMade(batch, columns);
        }
      }
    } finally {
      if (isOwned) disposeElement(element as Element);
    }
  }
  if (rows.size > 0) yield* freeing(collected());
  requireRows(owner, count);
}

const lengthOf = (batch: Readonly<Record<string, Value>>): number =>
  Object.values(batch)[0]?.shape[0] ?? 0;

function* freeing(batch: Readonly<Record<string, Value>>): Generator<typeof batch> {
  try {
    yield batch;
  } finally {
    for (const value of Object.values(batch)) value.dispose();
  }
}

/** Whether a value stands for one row. */
const isOneValue = (value: unknown): boolean =>
  isValue(value) ? value.shape.length === 0 : !(typeof value === 'object' && value !== null);

const valueOf = (value: unknown): unknown => {
  if (isStrings(value)) return value.strings[0];
  return value instanceof Tensor ? value.item() : value;
};

/** Has layers learn from batches side by side, so that data are read once. */
async function adaptBatches(
  learning: AdaptingFeatures,
  batches: AsyncIterable<Readonly<Record<string, Value>>>,
): Promise<void> {
  const readers = learning.map(([name, layer]) => {
    const feed = new ColumnFeed();
    const done = Promise.resolve(layer.adapt(feed));
    // `ready` says so in time.
    done.catch(() => undefined);
    return { name, feed, done };
  });
  const ready = (): Promise<unknown> =>
    // A layer that has failed asks for nothing any more.
    Promise.all(readers.map(({ feed, done }) => Promise.race([feed.asked(), done])));
  try {
    for await (const batch of batches) {
      await ready();
      for (const { name, feed } of readers) feed.push(batch[name] ?? stringArray([]));
      await ready();
    }
    for (const { feed } of readers) feed.end();
    await Promise.all(readers.map(({ done }) => done));
  } catch (error) {
    for (const { feed } of readers) feed.fail(error);
    await Promise.allSettled(readers.map(({ done }) => done));
    throw error;
  }
}
