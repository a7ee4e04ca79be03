// The binary encoding of protobuf. This module alone imports the library that knows it, which the build bundles in here.
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { isUint8Array, messageOf } from '../../config/index.js';
import { FormatError } from '../../errors.js';

/** How one field of a message is written and read. */
export interface Kind<T> {
  /** The value of a field that the bytes do not hold. */
  readonly absent: T;
  write(writer: BinaryWriter, number: number, value: T): void;
  /** The value after one more occurrence of the field. */
  read(reader: BinaryReader, wire: WireType, before: T): T;
}

/** Kinds of the fields of a message, by name: its number, and what it holds. */
export type Fields = Readonly<Record<string, readonly [number: number, kind: Kind<unknown>]>>;

/** The values of a message's fields. */
export type Values<F extends Fields> = {
  -readonly [K in keyof F]: F[K] extends readonly [number, Kind<infer T>] ? T : never;
};

/** A number, a text or bytes: what stands behind one tag. */
interface Scalar<T> {
  readonly wire: WireType;
  readonly empty: T;
  write(writer: BinaryWriter, value: T): void;
  read(reader: BinaryReader): T;
}

const scalars = {
  uint64: {
    wire: WireType.Varint,
    empty: 0n,
    write: (writer, value) => void writer.uint64(value),
    read: (reader) => BigInt(reader.uint64()),
  } satisfies Scalar<bigint>,
  sint64: {
    wire: WireType.Varint,
    empty: 0n,
    write: (writer, value) => void writer.sint64(value),
    read: (reader) => BigInt(reader.sint64()),
  } satisfies Scalar<bigint>,
  /** An int64 as a number, for whole numbers that a double holds exactly. */
  int64AsNumber: {
    wire: WireType.Varint,
    empty: 0,
    write: (writer, value) => void writer.int64(value),
    read: (reader) => Number(reader.int64()),
  } satisfies Scalar<number>,
  double: {
    wire: WireType.Bit64,
    empty: 0,
    write: (writer, value) => void writer.double(value),
    read: (reader) => reader.double(),
  } satisfies Scalar<number>,
  int64: {
    wire: WireType.Varint,
    empty: 0n,
    write: (writer, value) => void writer.int64(value),
    read: (reader) => BigInt(reader.int64()),
  } satisfies Scalar<bigint>,
  int32: {
    wire: WireType.Varint,
    empty: 0,
    write: (writer, value) => void writer.int32(value),
    read: (reader) => reader.int32(),
  } satisfies Scalar<number>,
  float: {
    wire: WireType.Bit32,
    empty: 0,
    write: (writer, value) => void writer.float(value),
    read: (reader) => reader.float(),
  } satisfies Scalar<number>,
  bool: {
    wire: WireType.Varint,
    empty: false,
    write: (writer, value) => void writer.bool(value),
    read: (reader) => reader.bool(),
  } satisfies Scalar<boolean>,
  string: {
    wire: WireType.LengthDelimited,
    empty: '',
    write: (writer, value) => void writer.string(value),
    // Bytes that are not UTF-8 are not text: with replacements, two names might become one.
    read: (reader) => reader.string(true),
  } satisfies Scalar<string>,
  bytes: {
    wire: WireType.LengthDelimited,
    empty: new Uint8Array(),
    write: (writer, value) => void writer.bytes(value),
    read: (reader) => reader.bytes(),
  } satisfies Scalar<Uint8Array>,
};

type ScalarName = keyof typeof scalars;
type ScalarOf<N extends ScalarName> = (typeof scalars)[N] extends Scalar<infer T> ? T : never;

function scalarOf<N extends ScalarName>(name: N): Scalar<ScalarOf<N>> {
  return scalars[name] as unknown as Scalar<ScalarOf<N>>;
}

function readScalar<T>(scalar: Scalar<T>, reader: BinaryReader, wire: WireType): T {
  if (wire !== scalar.wire)
    throw new FormatError(`a field has wire type ${wire}, expected ${scalar.wire}`);
  return scalar.read(reader);
}

/** A value that is left out where it is 0, false or empty. */
export function scalar<N extends ScalarName>(name: N): Kind<ScalarOf<N>> {
  const kind = scalarOf(name);
  return {
    absent: kind.empty,
    write(writer, number, value) {
      // −0 is not left out.
      const isEmpty = isUint8Array(value) ? value.length === 0 : Object.is(value, kind.empty);
      if (!isEmpty) kind.write(writer.tag(number, kind.wire), value);
    },
    read: (reader, wire) => readScalar(kind, reader, wire),
  };
}

/** A value that may be absent, and is told apart from 0, false or empty. */
export function optional<N extends ScalarName>(name: N): Kind<ScalarOf<N> | undefined> {
  const kind = scalarOf(name);
  return {
    absent: undefined,
    write(writer, number, value) {
      if (value !== undefined) kind.write(writer.tag(number, kind.wire), value);
    },
    read: (reader, wire) => readScalar(kind, reader, wire),
  };
}

/** A list of values. Numbers stand packed behind one tag, as protobuf 3 writes them; lists that are not packed are read as well. */
export function list<N extends ScalarName>(name: N): Kind<readonly ScalarOf<N>[] | undefined> {
  const kind = scalarOf(name);
  const isPacked = kind.wire !== WireType.LengthDelimited;
  return {
    absent: undefined,
    write(writer, number, values = []) {
      if (values.length === 0) return;
      if (isPacked) {
        writer.tag(number, WireType.LengthDelimited).fork();
        for (const value of values) kind.write(writer, value);
        writer.join();
      } else {
        for (const value of values) kind.write(writer.tag(number, kind.wire), value);
      }
    },
    read(reader, wire, before) {
      // The list is this reading's own: nothing else has seen it yet.
      const values = (before ?? []) as ScalarOf<N>[];
      if (!isPacked || wire !== WireType.LengthDelimited) {
        values.push(readScalar(kind, reader, wire));
        return values;
      }
      const end = reader.uint32() + reader.pos;
      if (end > reader.len) throw new FormatError('a list is truncated');
      while (reader.pos < end) values.push(kind.read(reader));
      return values;
    },
  };
}

/** A message within a message; undefined where it is absent. */
export function nested<F extends Fields>(schema: () => Schema<F>): Kind<Values<F> | undefined> {
  return {
    absent: undefined,
    write(writer, number, value) {
      if (value === undefined) return;
      writer.tag(number, WireType.LengthDelimited).fork();
      schema().write(writer, value);
      writer.join();
    },
    read: (reader, wire) => schema().readFrom(readScalar(scalars.bytes, reader, wire)),
  };
}

/** A list of at most so many messages: an empty one takes two bytes of what is sent, and a hundred of memory. */
export function nestedList<F extends Fields>(
  schema: () => Schema<F>,
  most: number,
): Kind<readonly Values<F>[]> {
  const one = nested(schema);
  return {
    absent: [],
    write(writer, number, values) {
      for (const value of values) one.write(writer, number, value);
    },
    read(reader, wire, before) {
      const value = one.read(reader, wire, undefined);
      const values = before.length === 0 ? [] : (before as Values<F>[]);
      if (values.length === most) throw new FormatError(`a list has more than ${most} messages`);
      if (value !== undefined) values.push(value);
      return values;
    },
  };
}

/**
 * A message of protobuf, told by its fields: writes and reads its bytes. Fields that it does not name are passed over, as
 * protobuf demands.
 *
 * Source: https://protobuf.dev/programming-guides/encoding
 */
export class Schema<F extends Fields> {
  readonly #byNumber: ReadonlyMap<number, string>;

  constructor(
    readonly name: string,
    readonly fields: F,
  ) {
    this.#byNumber = new Map(Object.entries(fields).map(([key, [number]]) => [number, key]));
  }

  /** The bytes of a message. What is left out is absent. */
  encode(values: Partial<Values<F>>): Uint8Array<ArrayBuffer> {
    const writer = new BinaryWriter();
    this.write(writer, values);
    return writer.finish();
  }

  /** @internal */
  write(writer: BinaryWriter, values: Partial<Values<F>>): void {
    for (const [key, [number, kind]] of Object.entries(this.fields)) {
      const value = values[key as keyof F];
      if (value !== undefined) kind.write(writer, number, value);
    }
  }

  /**
   * The message that bytes hold.
   *
   * @param label the name of the bytes in messages
   * @throws FormatError if they are no such message.
   */
  decode(bytes: Uint8Array, label: string): Values<F> {
    try {
      return this.readFrom(bytes);
    } catch (error) {
      // Not as its cause: what the server sent would be printed with it.
      throw new FormatError(`${label}: no message ${this.name} of protobuf: ${messageOf(error)}.`);
    }
  }

  /** @internal */
  readFrom(bytes: Uint8Array): Values<F> {
    const reader = new BinaryReader(bytes);
    const values: Record<string, unknown> = {};
    for (const [key, [, kind]] of Object.entries(this.fields)) values[key] = kind.absent;
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const key = this.#byNumber.get(number);
      const kind = key === undefined ? undefined : this.fields[key]?.[1];
      if (key === undefined || kind === undefined) reader.skip(wire, number);
      else values[key] = kind.read(reader, wire, values[key]);
    }
    return values as Values<F>;
  }
}

/** What stands before the bytes of a field: the field may be appended to a message whose other fields are written. */
export function bytesFieldHead(number: number, length: number): Uint8Array<ArrayBuffer> {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish();
}
