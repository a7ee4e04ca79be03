// Attributes of nodes in the JSON form of Protocol Buffers: whole numbers are texts, texts are base64.
import { describeValue, printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import type { DType } from '../../../config/dtype.js';
import { fromBase64, toBase64 } from '../base64.js';
import { fileBytes, KIND_OF, readElements } from '../elements.js';
import type { ElementKind, FileArray } from '../elements.js';
import { isJsonObject } from '../json.js';
import { asInt32, dtypeOf } from '../onnx/types.js';
import type { Attribute, OperatorArray } from '../operator-graph.js';
import { heldType, nameOfType } from './types.js';

type Json = Readonly<Record<string, unknown>>;

/** A number, which JSON may hold as a text. @throws FormatError */
function numberOf(value: unknown, label: string): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && (!Number.isNaN(number) || value === 'NaN')) return number;
  throw new FormatError(`${label} must be a number, got ${describeValue(value)}.`);
}

/** A text in base64. @throws FormatError */
function textOf(value: unknown, label: string): string {
  if (typeof value === 'string') {
    try {
      return new TextDecoder().decode(fromBase64(value));
    } catch {
      // Said below.
    }
  }
  throw new FormatError(`${label} must be a text in base64, got ${describeValue(value)}.`);
}

/** Lengths of axes, −1 for those that are open; undefined if even their number is. */
export function shapeOf(value: unknown, label: string): number[] | undefined {
  const { dim = [], unknownRank } = isJsonObject(value) ? value : {};
  if (unknownRank === true) return undefined;
  if (!Array.isArray(dim)) {
    throw new FormatError(`${label} must be a shape, got ${describeValue(value)}.`);
  }
  return dim.map((one: unknown) => {
    // A length of 0 may be left out.
    const { size = 0 } = isJsonObject(one) ? one : {};
    const length = numberOf(size, label);
    if (Number.isInteger(length) && length >= -1 && length < 2 ** 31) return length;
    throw new FormatError(`${label} has a length of ${describeValue(size)}.`);
  });
}

/** An attribute; undefined for one that says nothing. The names of functions are texts. */
export function attributeOf(value: unknown, label: string): Attribute | undefined {
  if (!isJsonObject(value)) {
    throw new FormatError(`${label} must be an object, got ${describeValue(value)}.`);
  }
  if ('i' in value) return numberOf(value['i'], label);
  if ('f' in value) return numberOf(value['f'], label);
  if ('b' in value) return value['b'] === true ? 1 : 0;
  if ('s' in value) return textOf(value['s'], label);
  if ('type' in value) return nameOfType(value['type']);
  if ('shape' in value) return shapeOf(value['shape'], label);
  if ('list' in value) return listOf(value['list'], label);
  if ('tensor' in value) return arrayOf(value['tensor'], label);
  if ('func' in value) {
    const { name } = isJsonObject(value['func']) ? value['func'] : {};
    if (typeof name === 'string') return name;
    throw new FormatError(`${label} must name a function, got ${describeValue(value['func'])}.`);
  }
  return undefined;
}

function listOf(value: unknown, label: string): readonly number[] | readonly string[] {
  const { i, f, b, s, type } = isJsonObject(value) ? value : {};
  const numbers = [i, f].find(Array.isArray) as readonly unknown[] | undefined;
  if (numbers !== undefined) return numbers.map((one) => numberOf(one, label));
  if (Array.isArray(b)) return b.map((one) => (one === true ? 1 : 0));
  if (Array.isArray(s)) return s.map((one) => textOf(one, label));
  return Array.isArray(type) ? type.map((one) => nameOfType(one) ?? 'DT_INVALID') : [];
}

/** How the bytes of `tensorContent` hold the elements of a type. */
const KINDS: Readonly<Record<string, ElementKind>> = {
  DT_FLOAT: 'f4',
  DT_HALF: 'f2',
  DT_BFLOAT16: 'bf2',
  DT_DOUBLE: 'f8',
  DT_INT8: 'i1',
  DT_INT16: 'i2',
  DT_INT32: 'i4',
  DT_INT64: 'i8',
  DT_UINT8: 'u1',
  DT_UINT16: 'u2',
  DT_BOOL: 'b1',
};

/** Fields that list elements one by one. */
const FIELDS = ['floatVal', 'doubleVal', 'intVal', 'int64Val', 'boolVal'];

/**
 * An array that stands in the JSON; undefined for one without elements, which lie elsewhere, and for texts.
 *
 * @throws FormatError for elements that do not fit the shape
 */
function arrayOf(value: unknown, label: string): OperatorArray | undefined {
  const { dtype, tensorShape, tensorContent, ...rest } = isJsonObject(value) ? value : {};
  const name = nameOfType(dtype) ?? '';
  const type = heldType(name);
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (type === 0 || kind === undefined) return undefined;
  const shape = shapeOf(tensorShape ?? {}, label) ?? [-1];
  if (shape.includes(-1)) throw new FormatError(`${label} is an array of an open shape.`);
  const held = dtypeOf(type);
  const bytes = fileBytes(shape, kind, label);
  fileBytes(shape, KIND_OF[held], label);
  const named = { shape, dtype: held, type };
  if (bytes === 0) return { ...named, data: dataOf([], held) };
  if (typeof tensorContent === 'string' && tensorContent !== '') {
    return { ...named, data: contentOf(tensorContent, kind, bytes, label) };
  }
  const field = FIELDS.map((one) => rest[one]).find(Array.isArray) as
    readonly unknown[] | undefined;
  if (field === undefined) return undefined;
  const numbers = field.map((one) =>
    typeof one === 'boolean' ? Number(one) : numberOf(one, label),
  );
  const count = shape.reduce((product, length) => product * length, 1);
  if (numbers.length === count) return { ...named, data: dataOf(numbers, held) };
  throw new FormatError(`${label} lists ${numbers.length} elements, its shape says ${count}.`);
}

function contentOf(
  content: string,
  kind: ElementKind,
  expected: number,
  label: string,
): FileArray['data'] {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = fromBase64(content);
  } catch {
    throw new FormatError(`${label}: its content is not a text in base64.`);
  }
  if (bytes.length !== expected) {
    throw new FormatError(`${label} has ${bytes.length} bytes, its shape needs ${expected}.`);
  }
  const view = new DataView(bytes.buffer);
  if (kind === 'i8') {
    const wide = Array.from({ length: bytes.length / 8 }, (_, at) =>
      view.getBigInt64(8 * at, true),
    );
    return Int32Array.from(wide, asInt32);
  }
  const { data } = readElements(view, kind, true, label);
  return kind === 'u1' ? Int32Array.from(data) : data;
}

function dataOf(numbers: readonly number[], dtype: DType): FileArray['data'] {
  if (dtype === 'bool') return Uint8Array.from(numbers, (value) => (value === 0 ? 0 : 1));
  return dtype === 'float32' ? Float32Array.from(numbers) : Int32Array.from(numbers, asInt32);
}

const TYPES: Readonly<Record<DType, string>> = {
  float32: 'DT_FLOAT',
  int32: 'DT_INT32',
  uint8: 'DT_UINT8',
  bool: 'DT_BOOL',
};

/** An array as the attribute `value` of a Const. */
export function encodedArray({ shape, dtype, data }: FileArray): Json {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const dim = shape.map((length) => ({ size: String(length) }));
  const tensor = { dtype: TYPES[dtype], tensorShape: { dim }, tensorContent: toBase64(bytes) };
  return { tensor };
}

/** A name in messages, with what it is of. */
export const attributeLabel = (name: string, node: string): string =>
  `attribute '${printable(name)}' of the node '${printable(node)}'`;
