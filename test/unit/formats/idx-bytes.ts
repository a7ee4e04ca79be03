// Builds IDX files for tests, from the format's description, without any code of src.

export const idxTypes = {
  u8: { code: 0x08, bytes: 1, write: 'setUint8' },
  i8: { code: 0x09, bytes: 1, write: 'setInt8' },
  i16: { code: 0x0b, bytes: 2, write: 'setInt16' },
  i32: { code: 0x0c, bytes: 4, write: 'setInt32' },
  f32: { code: 0x0d, bytes: 4, write: 'setFloat32' },
  f64: { code: 0x0e, bytes: 8, write: 'setFloat64' },
} as const;

export type IdxTypeName = keyof typeof idxTypes;

/** An IDX file of the given shape and row-major values. */
export function idxBytes(
  type: IdxTypeName,
  shape: readonly number[],
  values: ArrayLike<number>,
): Uint8Array<ArrayBuffer> {
  const { code, bytes, write } = idxTypes[type];
  const start = 4 + 4 * shape.length;
  const file = new Uint8Array(start + values.length * bytes);
  const view = new DataView(file.buffer);
  view.setUint8(2, code);
  view.setUint8(3, shape.length);
  shape.forEach((dim, axis) => view.setUint32(4 + 4 * axis, dim));
  for (let i = 0; i < values.length; i++) view[write](start + i * bytes, values[i] ?? NaN);
  return file;
}

/** A copy of `bytes` with one byte replaced. */
export function withByte(
  bytes: Uint8Array,
  offset: number,
  value: number,
): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[offset] = value;
  return copy;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
