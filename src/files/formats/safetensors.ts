import { describeValue } from '../../config/describe-value.js';
import { beginsAsSafetensors, bytesOfData } from './bytes.js';
import { fileBytes, kindName, readElements } from './elements.js';
import type { ArrayFormat, DescribedArray, ElementKind, FileArray } from './elements.js';
import { isJsonObject, MAX_JSON_BYTES, parseJsonObject } from './json.js';
import { FormatError } from '../../errors.js';
import type { DType } from '../../config/dtype.js';

// safetensors:
//
//     length of the header: u64, little-endian
//     header    JSON: { "__metadata__": { … texts … }, "name": { "dtype", "shape", "data_offsets": [begin, end] }, … }
//     elements  little-endian, row-major; offsets count from here, tensors lie back to back

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** By name, in the order in which they lie in the file. */
  readonly arrays: ReadonlyMap<string, FileArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

const KINDS: Readonly<Record<string, ElementKind>> = {
  BOOL: 'b1',
  U8: 'u1',
  U16: 'u2',
  U32: 'u4',
  U64: 'u8',
  I8: 'i1',
  I16: 'i2',
  I32: 'i4',
  I64: 'i8',
  F16: 'f2',
  BF16: 'bf2',
  F32: 'f4',
  F64: 'f8',
};

const NAMES: Readonly<Record<DType, string>> = {
  float32: 'F32',
  int32: 'I32',
  uint8: 'U8',
  bool: 'BOOL',
};

interface Entry {
  readonly name: string;
  readonly kind: ElementKind;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Parses a safetensors file. F16, BF16 and F64 become float32; integers become int32 if they are in its range (U8 stays
 * uint8).
 *
 * @param label the name of the file in messages
 * @throws FormatError if it is none, truncated, too long, or its tensors overlap, leave gaps or are not numbers.
 */
export function parseSafetensors(
  bytes: Uint8Array<ArrayBuffer>,
  label = 'safetensors data',
): SafetensorsFile {
  const { header, start } = headerOf(bytes, label);
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__') {
      entries.push(entryOf(name, value, label));
      continue;
    }
    if (!isJsonObject(value))
      throw new FormatError(`${label}: __metadata__ must be an object of texts.`);
    for (const [key, text] of Object.entries(value)) {
      if (typeof text !== 'string') {
        throw new FormatError(`${label}: metadata '${key}' must be a text, got ${typeof text}.`);
      }
      metadata.set(key, text);
    }
  }
  // Empty tensors take no room: they may lie anywhere between others.
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  requireSeamless(entries, bytes.length - start, label);
  const arrays = new Map<string, FileArray>();
  for (const { name, kind, shape, begin, end } of entries) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + start + begin, end - begin);
    arrays.set(name, { shape, ...readElements(view, kind, true, `${label}: '${name}'`) });
  }
  return { arrays, metadata };
}

/** Bytes from the beginning of a file that hold its header, as its first eight bytes say; undefined if they are not there. */
export function safetensorsHeaderEnd(beginning: Uint8Array<ArrayBuffer>): number | undefined {
  if (beginning.length < 8) return undefined;
  const view = new DataView(beginning.buffer, beginning.byteOffset, 8);
  return 8 + Number(view.getBigUint64(0, true));
}

/** What the header of a file says. @throws FormatError as `parseSafetensors`, but for what the elements are. */
export function describeSafetensors(
  beginning: Uint8Array<ArrayBuffer>,
  label: string,
): {
  readonly arrays: readonly DescribedArray[];
  readonly metadata: Readonly<Record<string, unknown>>;
} {
  const { header } = headerOf(beginning, label);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => entryOf(name, value, label))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  const arrays = entries.map(({ name, shape, kind, begin, end }) => ({
    path: name,
    shape,
    dtype: kindName(kind),
    bytes: end - begin,
  }));
  const { __metadata__: metadata } = header;
  return { arrays, metadata: isJsonObject(metadata) ? metadata : {} };
}

function headerOf(
  bytes: Uint8Array<ArrayBuffer>,
  label: string,
): { readonly header: Readonly<Record<string, unknown>>; readonly start: number } {
  if (bytes.length < 10) {
    throw new FormatError(
      `${label}: not a safetensors file: ${bytes.length} bytes are too few for a header.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_JSON_BYTES || length > bytes.length - 8) {
    throw new FormatError(
      `${label}: not a safetensors file, or a truncated one: the header is said to have ${length} bytes; expected ` +
        `at most ${MAX_JSON_BYTES}, and no more than the ${bytes.length - 8} that follow.`,
    );
  }
  const start = 8 + length;
  // The format demands the brace, so that no other kind of file is taken for it.
  if (bytes[8] !== 0x7b) {
    throw new FormatError(`${label}: the safetensors header must be a JSON object.`);
  }
  const header = parseJsonObject(bytes.subarray(8, start), `${label}: the safetensors header`);
  return { header, start };
}

function entryOf(name: string, value: unknown, label: string): Entry {
  const refuse = (problem: string): FormatError =>
    new FormatError(`${label}: tensor '${name}' ${problem}.`);
  if (!isJsonObject(value)) throw refuse('is described by no object');
  const { dtype, shape, data_offsets: offsets } = value;
  const kind = typeof dtype === 'string' && Object.hasOwn(KINDS, dtype) ? KINDS[dtype] : undefined;
  if (kind === undefined) {
    throw refuse(
      `has dtype ${describeValue(dtype)}; readable are ${Object.keys(KINDS).join(', ')}`,
    );
  }
  if (!Array.isArray(shape)) throw refuse('has no shape');
  const [begin, end] = Array.isArray(offsets) && offsets.length === 2 ? (offsets as unknown[]) : [];
  if (!isOffset(begin) || !isOffset(end) || begin > end) {
    throw refuse(`has data_offsets ${describeValue(offsets)}, not [begin, end]`);
  }
  const byteLength = fileBytes(shape, kind, `${label}: tensor '${name}'`);
  if (end - begin !== byteLength) {
    throw refuse(
      `of shape ${describeValue(shape)} needs ${byteLength} bytes, but has ${end - begin}`,
    );
  }
  return { name, kind, shape: shape as number[], begin, end };
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Overlaps would let a small file fill much memory, gaps would hide data. */
function requireSeamless(entries: readonly Entry[], length: number, label: string): void {
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) {
      throw new FormatError(
        `${label}: tensor '${name}' begins at byte ${begin}, but the one before it ends at ${at}: tensors must lie ` +
          `back to back.`,
      );
    }
    at = end;
  }
  if (at === length) return;
  const problem = at > length ? 'truncated' : 'followed by trailing bytes';
  throw new FormatError(
    `${label}: ${problem}: its tensors take ${at} bytes, but there are ${length}. Get the file again.`,
  );
}

/**
 * The bytes of a safetensors file. Tensors lie in the order given; elements start at a multiple of 8.
 *
 * @param metadata texts that go into the header
 */
export function encodeSafetensors(
  arrays: readonly (readonly [name: string, array: FileArray])[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const described = arrays.map(([name, { shape, dtype, data }]) => {
    const begin = offset;
    offset += data.byteLength;
    return [name, { dtype: NAMES[dtype], shape, data_offsets: [begin, offset] }] as const;
  });
  const header = JSON.stringify(
    Object.fromEntries([
      ...(Object.keys(metadata).length === 0 ? [] : [['__metadata__', metadata] as const]),
      ...described,
    ]),
  );
  const text = new TextEncoder().encode(header);
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.fill(0x20, 8, 8 + length);
  bytes.set(text, 8);
  let at = 8 + length;
  for (const [, { data }] of arrays) {
    bytes.set(bytesOfData(data), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Weights as safetensors, with the metadata by which Hugging Face's tools know files of a library. */
export const safetensorsWeights: ArrayFormat = {
  encode: (arrays) => encodeSafetensors(arrays, { format: 'lanegrad' }),
  decode: (bytes, label) => parseSafetensors(bytes, label).arrays,
  isOf: beginsAsSafetensors,
};
