import { didYouMean, INT32, isPlainObject } from '../../../config/index.js';
import { describeValue, printable } from '../../../config/describe-value.js';
import { DTypeError, ShapeError, ValueError } from '../../../errors.js';
import {
  isStrings,
  stringArray,
  StringArray,
  Tensor,
  tensor,
} from '../../../engine/tensor/index.js';
import type {
  NestedNumbers,
  StringsLike,
  TensorLike,
  Value,
} from '../../../engine/tensor/index.js';
import { readNested } from '../../../engine/tensor/nested.js';
import type { Feature, FeatureType } from './feature.js';

/** A value that stands for a column: a list of values, a tensor, an array of strings, or the single value of a row. */
export type ColumnLike = TensorLike | StringsLike;

/** The features of a table by the names of their columns. */
export type Features = Readonly<Record<string, Feature>>;

const EXPECTED: Readonly<Record<FeatureType, string>> = {
  float32: 'numbers',
  int32: 'whole numbers from -2147483648 to 2147483647',
  string: 'strings',
};

/** Names that a message lists. */
const MAX_LISTED = 20;

/** Names in a message: the first of many. */
export function listedNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map((name) => `'${printable(name)}'`);
  return shown.join(', ') + (names.length > MAX_LISTED ? ` … (${names.length})` : '');
}

/** An object with the same keys and other values. */
export function mapValues<T, U>(
  object: Readonly<Record<string, T>>,
  f: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [name, f(value, name)] as const),
  );
}

/** The columns of a table. @throws ValueError unless there is one for each feature, and no other. */
export function requireColumns(
  owner: string,
  features: Features,
  given: unknown,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(features);
  if (!isPlainObject(given)) {
    throw new ValueError(
      `${owner}: takes an object with a column for each feature, ${listedNames(names)}, got ${describeValue(given)}.`,
    );
  }
  const missing = names.filter((name) => !Object.hasOwn(given, name));
  const surplus = Object.keys(given).filter((name) => !Object.hasOwn(features, name));
  if (missing.length > 0) {
    const [other = ''] = surplus;
    const hint = surplus.length === 0 ? '' : didYouMean(other, missing);
    throw new ValueError(
      `${owner}: ${missing.length === 1 ? 'column' : 'columns'} ${listedNames(missing)} ${missing.length === 1 ? 'is' : 'are'} missing; ` +
        `what came has ${listedNames(Object.keys(given)) || 'none'}.${hint}`,
    );
  }
  if (surplus.length > 0) {
    throw new ValueError(
      `${owner}: there is no feature for ${listedNames(surplus)}; features are ${listedNames(names)}. Leave out all other columns.`,
    );
  }
  return given;
}

/**
 * A column as its feature takes it: strings, float32 or int32.
 *
 * @param firstRow rows that came before, for messages
 * @throws DTypeError that names row and column for values of another type.
 */
export function columnOf(
  owner: string,
  name: string,
  type: FeatureType,
  given: unknown,
  firstRow = 0,
): Value {
  const refuse = (row: number | undefined, value: unknown): never => {
    const location = row === undefined ? '' : `row ${firstRow + row} of `;
    throw new DTypeError(
      `${owner}: ${location}column '${printable(name)}' is ${describeValue(value)}; expected ${EXPECTED[type]}.`,
    );
  };
  if (type === 'string') {
    if (isStrings(given)) return given;
    if (given instanceof Tensor || ArrayBuffer.isView(given)) refuse(undefined, given);
    requireAll(given, (value) => typeof value === 'string', refuse);
    return Array.isArray(given) && given.length === 0
      ? new StringArray([], [0])
      : stringArray(given as StringsLike);
  }
  if (isStrings(given)) return refuse(0, given.strings[0]);
  if (given instanceof Tensor) return type === 'int32' ? wholeTensor(given, refuse) : given;
  if (!ArrayBuffer.isView(given)) requireAll(given, isNumber, refuse);
  const { data, shape } = readNested(given as NestedNumbers);
  if (type === 'int32') requireWhole(data, shape, refuse);
  return tensor(type === 'int32' ? Int32Array.from(data) : Float32Array.from(data), { shape });
}

type Refuse = (row: number | undefined, value: unknown) => never;

/** Whether a value is a number, or the numbers of a row. */
const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || typeof value === 'boolean' || ArrayBuffer.isView(value);

/** Refuses the first value in nested lists that is none of the column, with its row. */
function requireAll(given: unknown, isOne: (value: unknown) => boolean, refuse: Refuse): void {
  if (!Array.isArray(given)) {
    if (!isOne(given)) refuse(undefined, given);
    return;
  }
  for (const [row, value] of (given as unknown[]).entries()) {
    let inside = value;
    // What lies deeper is checked by what reads the list.
    if (Array.isArray(inside)) inside = (inside as unknown[]).find((one) => !isOne(one)) ?? inside;
    if (!Array.isArray(inside) && !isOne(inside)) refuse(row, inside);
  }
}

function requireWhole(data: ArrayLike<number>, shape: readonly number[], refuse: Refuse): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? NaN;
    if (Number.isInteger(value) && value >= INT32.min && value <= INT32.max) continue;
    const width = data.length / (shape[0] ?? 1);
    refuse(shape.length === 0 ? undefined : Math.floor(i / width), value);
  }
}

function wholeTensor(x: Tensor, refuse: Refuse): Tensor {
  if (x.dtype === 'float32') requireWhole(x.data(), x.shape, refuse);
  return x;
}

/** All columns as batches of one length: a value becomes a batch of one row, a list a column of one value a row. */
export function toBatch(
  owner: string,
  columns: Readonly<Record<string, Value>>,
  reshape: (x: Tensor, shape: readonly number[]) => Tensor,
): Record<string, Value> {
  let length: { readonly name: string; readonly rows: number } | undefined;
  const batches = Object.entries(columns).map(([name, column]) => {
    const { shape } = column;
    const [rows = 1] = shape;
    length ??= { name, rows };
    if (rows !== length.rows) {
      throw new ShapeError(
        `${owner}: column '${printable(length.name)}' has ${length.rows} rows, column '${printable(name)}' has ${rows}. Give columns of the same length.`,
      );
    }
    if (shape.length > 1) return [name, column] as const;
    const batch = isStrings(column) ? column.reshape([rows, 1]) : reshape(column, [rows, 1]);
    return [name, batch] as const;
  });
  return Object.fromEntries(batches);
}

type Result = IteratorResult<Value, undefined>;

/** The batches of one column, for a layer that adapts: the layer waits for the next, and what pushes waits for the layer. */
export class ColumnFeed implements AsyncIterableIterator<Value, undefined> {
  #give: ((result: Result | Promise<Result>) => void) | undefined;
  #askedFor: (() => void) | undefined;
  #last: (() => Promise<Result>) | undefined;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Result> {
    if (this.#last !== undefined) return this.#last();
    return new Promise((resolve) => {
      this.#give = resolve;
      this.#askedFor?.();
    });
  }

  /** Resolves when the layer asks for a batch: it is done with the one before. */
  asked(): Promise<void> {
    if (this.#give !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#askedFor = resolve;
    });
  }

  #answer(result: Result | Promise<Result>): void {
    const give = this.#give;
    this.#give = undefined;
    give?.(result);
  }

  /** Hands a batch to the layer, which has asked for it. */
  push(value: Value): void {
    this.#answer({ done: false, value });
  }

  /** There are no more batches. */
  end(): void {
    this.#finish(() => Promise.resolve({ done: true, value: undefined }));
  }

  /** Ends the adapting with an error. */
  fail(error: unknown): void {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what was thrown, whatever it is
    this.#finish(() => Promise.reject(error));
  }

  #finish(last: () => Promise<Result>): void {
    this.#last = last;
    if (this.#give !== undefined) this.#answer(last());
  }
}
