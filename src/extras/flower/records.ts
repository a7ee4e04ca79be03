import { describeValue, printable } from '../../config/describe-value.js';
import { isUint8Array, naming } from '../../config/index.js';
import { FormatError, ValueError } from '../../errors.js';
import { toTensor } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import { ValueRecord } from './messages.js';
import type { RecordValueFields } from './messages.js';

/** A number in a record. Whole numbers beyond 2⁵³ are bigints. */
export type RecordNumber = number | bigint;

/** A value of a {@link MetricRecord}. */
export type MetricValue = RecordNumber | readonly RecordNumber[];

/** A value of a {@link ConfigRecord}. */
export type ConfigValue =
  | MetricValue
  | boolean
  | string
  | Uint8Array
  | readonly boolean[]
  | readonly string[]
  | readonly Uint8Array[];

/** The values of a record: an object, a Map or pairs. */
type ValuesOf<V> = Readonly<Record<string, V>> | Iterable<readonly [name: string, value: V]>;

/**
 * Arrays by name, in order; usually weights. Flower: `ArrayRecord`.
 *
 * The arrays of a list get the names `'0'`, `'1'`, …, like a list of NumPy arrays in Flower. Arrays are sent as NPY files:
 * float32, int32, uint8 and bool unchanged. Received float64 and float16 become float32, other integers int32 if they are in
 * its range. The handler of a message disposes of its tensors.
 *
 * @throws ValueError for anything but an array, naming it.
 * @example
 * const record = new flower.ArrayRecord(model.getWeights());
 * model.setWeights([...record.values()]);
 */
export class ArrayRecord extends Map<string, Tensor> {
  /** @param arrays a list of arrays, or an object or a Map of arrays by name. Default: none */
  constructor(
    arrays:
      | readonly TensorLike[]
      | Readonly<Record<string, TensorLike>>
      | ReadonlyMap<string, TensorLike> = [],
  ) {
    super();
    const entries: Iterable<readonly [string, TensorLike]> = Array.isArray(arrays)
      ? (arrays as readonly TensorLike[]).map((array, i) => [String(i), array] as const)
      : entriesOf('ArrayRecord', arrays as Readonly<Record<string, TensorLike>>);
    for (const [name, array] of entries) {
      this.set(
        name,
        naming(`ArrayRecord: array '${printable(name)}'`, () => toTensor(array)),
      );
    }
  }
}

/**
 * Numbers and lists of numbers by name: losses, metrics, `num-examples`. Flower: `MetricRecord`.
 *
 * Whole numbers and bigints are sent as 64-bit integers, other numbers as float64. The numbers of a list are sent as
 * integers only if all of them are whole.
 *
 * @throws ValueError for any other value, naming it.
 * @example new flower.MetricRecord({ loss: 0.31, accuracy: 0.9, 'num-examples': 512 })
 */
export class MetricRecord extends Map<string, MetricValue> {
  constructor(values: ValuesOf<MetricValue> = {}) {
    super();
    for (const [name, value] of entriesOf('MetricRecord', values)) this.set(name, value);
  }
}

/**
 * Settings by name: numbers, strings, booleans, bytes, and lists of one of these types. Flower: `ConfigRecord`.
 *
 * Numbers are sent like those of a {@link MetricRecord}.
 *
 * @throws ValueError for any other value, naming it.
 * @example new flower.ConfigRecord({ lr: 0.01, epochs: 2, note: 'warm-up' })
 */
export class ConfigRecord extends Map<string, ConfigValue> {
  constructor(values: ValuesOf<ConfigValue> = {}) {
    super();
    for (const [name, value] of entriesOf('ConfigRecord', values)) this.set(name, value);
  }
}

/** A record of a message. */
export type FlowerRecord = ArrayRecord | MetricRecord | ConfigRecord;

/** The records of a message by name, in order. Flower: `RecordDict`. */
export type RecordDict = ReadonlyMap<string, FlowerRecord>;

/** The answer of a handler: records by name. */
export type RecordsLike = RecordDict | Readonly<Record<string, FlowerRecord>>;

/**
 * The one record of a kind, with its name.
 *
 * @param failure gives the error to throw if there is none, or several
 */
export function onlyRecord<R extends FlowerRecord>(
  records: Iterable<readonly [name: string, record: FlowerRecord]>,
  kind: abstract new (...args: never[]) => R,
  failure: (count: number) => FormatError,
): readonly [name: string, record: R] {
  const found = [...records].filter((entry): entry is [string, R] => entry[1] instanceof kind);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw failure(found.length);
}

/** Disposes of the tensors of records. */
export function disposeArrays(records: RecordDict): void {
  for (const record of records.values()) {
    if (record instanceof ArrayRecord) for (const array of record.values()) array.dispose();
  }
}

/** Pairs of names and values. @throws ValueError for what has none. */
export function entriesOf<V>(owner: string, values: ValuesOf<V>): Iterable<readonly [string, V]> {
  if (typeof values === 'object' && values !== null) {
    return Symbol.iterator in values ? values : Object.entries(values);
  }
  throw new ValueError(
    `${owner}: expected an object of values by name, such as { loss: 0.3 }, got ${describeValue(values)}.`,
  );
}

/**
 * The bytes of a record of values, as they stand in its object.
 *
 * @param label the name of the record in messages
 * @throws ValueError for a value that such a record cannot hold, naming it.
 */
export function encodeValues(
  record: MetricRecord | ConfigRecord,
  label: string,
): Uint8Array<ArrayBuffer> {
  const isMetric = record instanceof MetricRecord;
  const items = [...record].map(([key, value]) => {
    const fields = fieldsOf(value, isMetric);
    if (fields !== undefined && typeof key === 'string') return { key, value: fields };
    const allowed = isMetric
      ? 'a number or a list of numbers'
      : 'a number, a text, true or false, a Uint8Array, or a list of one of these kinds';
    throw new ValueError(
      `${label}: ${describeValue(key)} must be ${allowed}, got ${describeValue(value)}.`,
    );
  });
  return ValueRecord.encode({ items });
}

/** The values that the bytes of a record hold. @throws FormatError for bytes that are none. */
export function decodeValues(
  bytes: Uint8Array,
  label: string,
): [name: string, value: ConfigValue][] {
  return ValueRecord.decode(bytes, label).items.map(({ key, value }) => {
    const found = value === undefined ? undefined : valueOf(value);
    if (found !== undefined) return [key, found];
    throw new FormatError(`${label}: '${printable(key)}' has no value.`);
  });
}

/** A record of numbers. @throws FormatError for any other value. */
export function metricRecord(
  values: readonly (readonly [name: string, value: ConfigValue])[],
  label: string,
): MetricRecord {
  return new MetricRecord(
    values.map(([name, value]): [string, MetricValue] => {
      if (isNumbers(value)) return [name, value];
      throw new FormatError(
        `${label}: '${printable(name)}' is ${describeValue(value)}, expected a number or a list of numbers.`,
      );
    }),
  );
}

const MIN = -(2n ** 63n);

/** How a value travels; undefined for what cannot. */
function fieldsOf(value: unknown, isMetric: boolean): RecordValueFields | undefined {
  const fields = (given: Partial<RecordValueFields>): RecordValueFields =>
    given as RecordValueFields;
  if (isNumber(value)) {
    const integer = integerOf(value);
    if (integer === undefined)
      return typeof value === 'number' ? fields({ double: value }) : undefined;
    return fields(integer < 2n ** 63n ? { sint64: integer } : { uint64: integer });
  }
  if (Array.isArray(value)) {
    const values = value as readonly unknown[];
    // What kind of list an empty one is, Flower decides so.
    if (values.length === 0)
      return fields(isMetric ? { doubles: { values: [] } } : { bools: { values: [] } });
    if (values.every(isNumber)) {
      const integers = values.map(integerOf);
      if (integers.every((integer) => integer !== undefined)) {
        const isSigned = integers.every((integer) => integer < 2n ** 63n);
        if (isSigned) return fields({ sints: { values: integers } });
        return integers.every((integer) => integer >= 0n)
          ? fields({ uints: { values: integers } })
          : undefined;
      }
      const numbers = values.filter((one) => typeof one === 'number');
      return numbers.length === values.length
        ? fields({ doubles: { values: numbers } })
        : undefined;
    }
    if (isMetric) return undefined;
    if (values.every((one) => typeof one === 'boolean')) return fields({ bools: { values } });
    if (values.every((one) => typeof one === 'string')) return fields({ strings: { values } });
    if (values.every(isUint8Array)) return fields({ byteStrings: { values } });
    return undefined;
  }
  if (isMetric) return undefined;
  if (typeof value === 'boolean') return fields({ bool: value });
  if (typeof value === 'string') return fields({ string: value });
  if (isUint8Array(value)) return fields({ bytes: value });
  return undefined;
}

function valueOf(fields: RecordValueFields): ConfigValue | undefined {
  const numbers = (values: readonly bigint[] = []): RecordNumber[] => values.map(numberOf);
  const { double, sint64, uint64, bool, string, bytes } = fields;
  const { doubles, sints, uints, bools, strings, byteStrings } = fields;
  const integer = sint64 ?? uint64;
  if (integer !== undefined) return numberOf(integer);
  const scalar = double ?? bool ?? string;
  if (scalar !== undefined) return scalar;
  // Copies, as the bytes are a view of all that the server sent.
  if (bytes !== undefined) return bytes.slice();
  if (byteStrings !== undefined) return (byteStrings.values ?? []).map((one) => one.slice());
  const integers = sints ?? uints;
  if (integers !== undefined) return numbers(integers.values);
  const list = doubles ?? bools ?? strings;
  return list === undefined ? undefined : (list.values ?? []);
}

function isNumber(value: unknown): value is RecordNumber {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isNumbers(value: unknown): value is MetricValue {
  return isNumber(value) || (Array.isArray(value) && value.every(isNumber));
}

/** A whole number of 64 bits; undefined for any other. */
function integerOf(value: RecordNumber): bigint | undefined {
  // −0 is not an integer's.
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || Object.is(value, -0)))
    return undefined;
  const integer = BigInt(value);
  return integer >= MIN && integer < 2n ** 64n ? integer : undefined;
}

function numberOf(value: bigint): RecordNumber {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
