// Tensors of ONNX's files, as arrays.
import { printable } from '../../../config/describe-value.js';
import { FormatError } from '../../../errors.js';
import type { TensorData } from '../../../config/dtype.js';
import { fileBytes, readElements } from '../elements.js';
import type { ElementKind } from '../elements.js';
import type { OperatorArray } from '../operator-graph.js';
import type { SparseTensorMessage, TensorMessage } from './schema.js';
import { isInnerReference } from '../inner-name.js';
import { asInt32, onnxType, typeName } from './types.js';

/** Gives bytes that lie next to the file: `length` of them from `offset` on, undefined: to the end. */
export type ExternalData = (
  location: string,
  offset: number,
  length: number | undefined,
) => Uint8Array;

const DEFAULT_LOCATION = 0;

/**
 * The array of a tensor. Integers become int32, 64-bit ones are cut to its ends: exporters write the largest int64 for "to the
 * end". float16, bfloat16 and float64 become float32.
 *
 * @param name the name in messages
 * @param external gives what lies next to the file
 * @throws FormatError for a type that cannot be held, or elements that do not fit the shape.
 */
export function arrayOf(proto: TensorMessage, name: string, external: ExternalData): OperatorArray {
  const type = onnxType(proto.dataType);
  const label = `tensor '${printable(name)}'`;
  if (type === undefined) {
    throw new FormatError(
      `${label} is of ${typeName(proto.dataType)}, which cannot be read: numbers of 4 bits and more, and bool, can.`,
    );
  }
  const shape = (proto.dims ?? []).map(Number);
  const kind = type.kind ?? 'i1';
  const bytes = fileBytes(shape, kind, label);
  const count = shape.reduce((product, length) => product * length, 1);
  const raw = rawBytes(proto, label, external);
  const named = { shape, dtype: type.dtype, type: proto.dataType };
  if (type.kind === undefined) return { ...named, data: nibbles(proto, raw, count, label) };
  if (raw === undefined) return { ...named, data: listed(proto, type.kind, count, label) };
  if (raw.length !== bytes) {
    throw new FormatError(
      `${label} of shape [${shape.join(', ')}] needs ${bytes} bytes, but has ${raw.length}.`,
    );
  }
  return { ...named, data: elementsOf(raw, type.kind, label) };
}

function rawBytes(
  { rawData, dataLocation, externalData }: TensorMessage,
  label: string,
  external: ExternalData,
): Uint8Array | undefined {
  if (dataLocation === DEFAULT_LOCATION) return rawData;
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const numberOf = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const number = Number(text);
    if (Number.isSafeInteger(number) && number >= 0) return number;
    throw new FormatError(`${label}: its ${key} is '${printable(text)}', no number of bytes.`);
  };
  if (!isInnerReference(location)) {
    throw new FormatError(
      `${label}: its data are said to lie in '${printable(location)}', which is no name of a file within the folder of the model.`,
    );
  }
  return external(location, numberOf('offset') ?? 0, numberOf('length'));
}

/** The tensor with its data in the file, if they lie next to it. */
export function withData(proto: TensorMessage, external: ExternalData): TensorMessage {
  if (proto.dataLocation === DEFAULT_LOCATION) return proto;
  const rawData = rawBytes(proto, `tensor '${printable(proto.name)}'`, external);
  return { ...proto, rawData: rawData?.slice(), dataLocation: DEFAULT_LOCATION, externalData: [] };
}

/** Elements from bytes that may lie anywhere. */
function elementsOf(raw: Uint8Array, kind: ElementKind, label: string): TensorData {
  const { buffer, byteOffset, byteLength } = raw as Uint8Array<ArrayBuffer>;
  if (kind === 'i8' || kind === 'u8' || kind === 'u4') {
    const view = new DataView(buffer, byteOffset, byteLength);
    const size = kind === 'u4' ? 4 : 8;
    return Int32Array.from({ length: byteLength / size }, (_, i) => {
      if (kind === 'u4') return asInt32(view.getUint32(4 * i, true));
      return asInt32(
        kind === 'i8' ? view.getBigInt64(8 * i, true) : view.getBigUint64(8 * i, true),
      );
    });
  }
  return readElements(new DataView(buffer, byteOffset, byteLength), kind, true, label).data;
}

/** Elements that stand one by one, in the field of their type. */
function listed(
  { floatData, int32Data, int64Data, doubleData, uint64Data }: TensorMessage,
  kind: ElementKind,
  count: number,
  label: string,
): TensorData {
  const wide = kind === 'i8' ? int64Data : kind === 'u8' || kind === 'u4' ? uint64Data : undefined;
  const values: ArrayLike<number | bigint> =
    (kind === 'f4' ? floatData : kind === 'f8' ? doubleData : (wide ?? int32Data)) ?? [];
  if (values.length !== count) {
    throw new FormatError(`${label} has ${values.length} elements, but its shape says ${count}.`);
  }
  if (kind === 'f4' || kind === 'f8') return Float32Array.from(values as ArrayLike<number>);
  if (kind === 'f2' || kind === 'bf2') {
    const bits = Uint16Array.from(values as ArrayLike<number>);
    return elementsOf(new Uint8Array(bits.buffer), kind, label);
  }
  if (kind === 'b1') return Uint8Array.from(values, (value) => (Number(value) === 0 ? 0 : 1));
  if (kind === 'u1') return Uint8Array.from(values, Number);
  return Int32Array.from(values, asInt32);
}

/** Numbers of four bits, two in a byte, the first one in the lower half. */
function nibbles(
  { dataType, int32Data }: TensorMessage,
  raw: Uint8Array | undefined,
  count: number,
  label: string,
): TensorData {
  const bytes = raw ?? Uint8Array.from(int32Data ?? []);
  if (bytes.length !== Math.ceil(count / 2)) {
    throw new FormatError(
      `${label} needs ${Math.ceil(count / 2)} bytes, as two elements share one, but has ${bytes.length}.`,
    );
  }
  const isSigned = typeName(dataType) === 'int4';
  return Int32Array.from({ length: count }, (_, i) => {
    const bits = ((bytes[i >> 1] ?? 0) >> (4 * (i % 2))) & 15;
    return isSigned && bits > 7 ? bits - 16 : bits;
  });
}

/** The name of a sparse tensor: that of its values. */
export const nameOfSparse = ({ values }: SparseTensorMessage): string => values?.name ?? '';

/** The most elements that a sparse tensor is made of. */
const MAX_SPARSE = 2 ** 24;

/**
 * A sparse tensor as an array with its zeros.
 *
 * @throws FormatError for indices outside of the shape, and for an array that is larger than what a sparse tensor may become.
 */
export function arrayOfSparse(proto: SparseTensorMessage, external: ExternalData): OperatorArray {
  const name = nameOfSparse(proto);
  const label = `sparse tensor '${printable(name)}'`;
  if (proto.values === undefined || proto.indices === undefined) {
    throw new FormatError(`${label} has no values or no indices.`);
  }
  const shape = (proto.dims ?? []).map(Number);
  const values = arrayOf(proto.values, name, external);
  const indices = arrayOf(proto.indices, `${name} (indices)`, external);
  fileBytes(shape, 'f4', label);
  const size = shape.reduce((product, length) => product * length, 1);
  if (size > MAX_SPARSE)
    throw new FormatError(`${label} has ${size} elements, at most ${MAX_SPARSE} are read.`);
  const data = new (values.data.constructor as new (length: number) => TensorData)(size);
  const rank = indices.shape.length === 2 ? shape.length : 1;
  for (let i = 0; i < values.data.length; i++) {
    let at = 0;
    for (let axis = 0; axis < rank; axis++) {
      const index = indices.data[i * rank + axis] ?? -1;
      at = rank === 1 ? index : at * (shape[axis] ?? 1) + index;
      if (rank > 1 && !(index >= 0 && index < (shape[axis] ?? 0))) at = NaN;
    }
    if (!(at >= 0 && at < size))
      throw new FormatError(`${label}: index ${i} lies outside of its shape.`);
    data[at] = values.data[i] ?? 0;
  }
  return { shape, dtype: values.dtype, type: values.type, data };
}
