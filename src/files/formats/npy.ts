import { describeValue } from '../../config/describe-value.js';
import { FormatError } from '../../errors.js';
import type { DType, TensorData } from '../../config/dtype.js';
import { beyondLimit, bytesOfData, concatenate } from './bytes.js';
import type { TooLarge } from './bytes.js';
import {
  elementBytes,
  elementKind,
  fileBytes,
  KIND_OF,
  kindName,
  readElements,
  tensorBytes,
} from './elements.js';
import type { DescribedArray, ElementKind, FileArray } from './elements.js';

// NPY, NumPy's format for one array:
//
//     \x93NUMPY  major  minor  length of the header: u16 (version 1) or u32 (2, 3), little-endian
//     header     a Python dict: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//     elements

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

// NumPy itself refuses to parse more.
const MAX_HEADER = 10_000;

/** NumPy's names of what is not a number, for messages. */
const REFUSED: Readonly<Record<string, string>> = {
  O: 'Python objects (a pickle, which is a program and is never run)',
  S: 'bytes',
  U: 'text',
  V: 'raw records',
  M: 'dates',
  m: 'time spans',
  c: 'complex numbers',
};

/**
 * Parses the bytes of an NPY file, versions 1 to 3.
 *
 * bool, uint8 and int32 stay as they are; other integers become int32, if they fit; float16 and float64 become
 * float32. Fortran order is turned into row-major order, big-endian elements into little-endian ones.
 *
 * @param name the name of the file in messages
 * @param maxBytes the most bytes that the elements may take as those of a tensor. Default: no limit.
 * @param tooLarge makes the error for more. Default: one that advises to give `maxBytes`.
 * @throws FormatError if the bytes are not NPY, truncated, too long, too large, or hold no numbers.
 */
export function parseNpy(
  bytes: Uint8Array<ArrayBuffer>,
  name = 'NPY data',
  maxBytes = Infinity,
  tooLarge?: TooLarge,
): FileArray {
  const { shape, kind, littleEndian, isTurned, start } = npyLayout(
    bytes,
    bytes.length,
    name,
    maxBytes,
    tooLarge,
  );
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const { dtype, data } = readElements(view, kind, littleEndian, name);
  return { shape, dtype, data: isTurned ? toRowMajor(data, shape) : data };
}

/** Where the pickle of an NPY file of Python's objects begins, and the shape of the array; undefined for other elements. */
export function objectsOfNpy(
  beginning: Uint8Array<ArrayBuffer>,
  name: string,
): { readonly shape: readonly number[]; readonly start: number } | undefined {
  const { text, start } = headerOf(beginning, name);
  const { descr, shape } = parseNpyHeader(text, name);
  return /^\|O[48]?$/.test(descr) ? { shape, start } : undefined;
}

/** What the beginning of an NPY file says, without its elements; of elements that are no numbers, NumPy's text. @throws FormatError */
export function describeNpy(
  beginning: Uint8Array<ArrayBuffer>,
  path: string,
  name: string,
): DescribedArray {
  const { text } = headerOf(beginning, name);
  const { descr, shape } = parseNpyHeader(text, name);
  const kind = elementKind(descr.slice(1));
  if (kind === undefined || kind === 'bf2') return { path, shape, dtype: descr, bytes: undefined };
  return { path, shape, dtype: kindName(kind), bytes: fileBytes(shape, kind, name) };
}

/** How the elements of an NPY file lie. */
export interface NpyLayout {
  readonly shape: readonly number[];
  readonly kind: ElementKind;
  readonly littleEndian: boolean;
  /** Whether the elements lie column by column. */
  readonly isTurned: boolean;
  /** Where the first element is. */
  readonly start: number;
}

/**
 * How the elements of an NPY file lie, as its beginning says.
 *
 * @param length bytes of the whole file
 * @throws FormatError as `parseNpy`, but for what the elements are.
 */
export function npyLayout(
  beginning: Uint8Array<ArrayBuffer>,
  length: number,
  name: string,
  maxBytes: number,
  tooLarge: TooLarge = beyondLimit,
): NpyLayout {
  const { text, start } = headerOf(beginning, name);
  const { descr, fortranOrder, shape } = parseNpyHeader(text, name);
  const { kind, littleEndian } = elementsOf(descr, name);
  const byteLength = fileBytes(shape, kind, name);
  if (length - start !== byteLength) {
    const problem = length - start < byteLength ? 'truncated' : 'followed by trailing bytes';
    throw new FormatError(
      `${name}: ${problem}: shape (${shape.join(', ')}) of type '${descr}' needs ${byteLength} bytes after the ` +
        `header, got ${length - start}. Get the file again.`,
    );
  }
  const held = tensorBytes(shape, kind);
  if (held > maxBytes) {
    throw tooLarge(
      `${name}: its elements take ${held} bytes as a tensor's; ${maxBytes} are left of those that are allowed`,
    );
  }
  return { shape, kind, littleEndian, isTurned: fortranOrder && shape.length > 1, start };
}

function headerOf(bytes: Uint8Array<ArrayBuffer>, name: string): { text: string; start: number } {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new FormatError(`${name}: not an NPY file: expected it to start with \\x93NUMPY.`);
  }
  const [major = 0, minor = 0] = bytes.subarray(6, 8);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new FormatError(
      `${name}: NPY version ${major}.${minor} is unknown; known are 1.0 to 3.0.`,
    );
  }
  const first = major === 1 ? 10 : 12;
  if (bytes.length < first) throw new FormatError(`${name}: truncated in the NPY header.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, first);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER || first + length > bytes.length) {
    throw new FormatError(
      `${name}: the NPY header is said to have ${length} bytes; expected at most ${MAX_HEADER} and no more than ` +
        `the ${bytes.length - first} that follow.`,
    );
  }
  const header = bytes.subarray(first, first + length);
  const text = Array.from(header, (byte) => String.fromCharCode(byte)).join('');
  return { text, start: first + length };
}

/** What the header of an NPY file says. */
interface NpyHeader {
  /** Element type: '<f4'. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

// The few forms of a Python literal that a header of plain arrays has.
const ENTRY = /^\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([^()]*\))\s*(,|\})/;

/**
 * Reads the header, a Python dict literal with the keys descr, fortran_order and shape.
 *
 * @throws FormatError if it is anything else.
 */
function parseNpyHeader(text: string, name: string): NpyHeader {
  const wrong = (): FormatError =>
    new FormatError(
      `${name}: the NPY header must be a dict with descr, fortran_order and shape, got ` +
        `${describeValue(text.slice(0, 100).trim())}.`,
    );
  const found = new Map<string, string>();
  let rest = text.trim();
  if (!rest.startsWith('{')) throw wrong();
  rest = rest.slice(1);
  while (!/^\s*\}$/.test(rest)) {
    const [whole = '', key = '', value = '', end] = ENTRY.exec(rest) ?? [];
    if (/^\s*'descr'\s*:\s*\[/.test(rest)) {
      throw new FormatError(
        `${name}: the array has named fields (a structured type), which a tensor cannot hold. Save each field as ` +
          `an array of its own.`,
      );
    }
    if (whole === '' || found.has(key)) throw wrong();
    found.set(key, value);
    rest = rest.slice(whole.length - (end === '}' ? 1 : 0));
  }
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  const isComplete =
    descr?.startsWith("'") === true &&
    (order === 'True' || order === 'False') &&
    shape?.startsWith('(') === true;
  const lengths = isComplete ? parseTuple(shape) : undefined;
  if (!isComplete || lengths === undefined || found.size !== 3) throw wrong();
  return { descr: descr.slice(1, -1), fortranOrder: order === 'True', shape: lengths };
}

/** The numbers of `()`, `(3,)` or `(3, 4)`; undefined for any other text. Python 2 wrote `3L`. */
function parseTuple(text: string): number[] | undefined {
  const lengths = text
    .slice(1, -1)
    .split(',')
    .map((length) => length.trim());
  if (lengths.at(-1) === '') lengths.pop();
  return lengths.every((length) => /^\d+L?$/.test(length))
    ? lengths.map((length) => parseFloat(length))
    : undefined;
}

function elementsOf(descr: string, name: string): { kind: ElementKind; littleEndian: boolean } {
  const [, order = '', type = '', bytes = ''] = /^([<>|=])([a-zA-Z])(\d+)?$/.exec(descr) ?? [];
  const kind = type === '' ? undefined : elementKind(type + bytes);
  // '=' is the order of the machine that wrote it, which no file says: NumPy never writes it.
  const isOrdered = order === '<' || order === '>' || /[biu]1$/.test(descr);
  if (kind !== undefined && isOrdered) return { kind, littleEndian: order !== '>' };
  const refused = REFUSED[type];
  throw new FormatError(
    `${name}: element type '${descr}' cannot be read` +
      (refused === undefined ? '' : `: it stands for ${refused}`) +
      `. Readable are bool, integers of 8 to 64 bits, float16, float32 and float64.`,
  );
}

/** Column-major elements in row-major order. */
export function toRowMajor(data: TensorData, shape: readonly number[]): TensorData {
  const turned = data.slice();
  let to = 0;
  const copy = (axis: number, from: number, stride: number): void => {
    const length = shape[axis] ?? 1;
    if (axis === shape.length) turned[to++] = data[from] ?? 0;
    else for (let i = 0; i < length; i++) copy(axis + 1, from + i * stride, stride * length);
  };
  // An empty array may have axes that are long.
  if (turned.length > 0) copy(0, 0, 1);
  return turned;
}

/** What stands before the elements in an NPY file (version 1.0, row-major, little-endian). */
export function npyHeader({
  shape,
  dtype,
}: {
  readonly shape: readonly number[];
  readonly dtype: DType | 'float16' | 'int8';
}): Uint8Array<ArrayBuffer> {
  const kind = dtype === 'float16' ? 'f2' : dtype === 'int8' ? 'i1' : KIND_OF[dtype];
  return npyHeaderOf(`${elementBytes(kind) === 1 ? '|' : '<'}${kind}`, shape);
}

/** What stands before elements of any type of NumPy's. @param descr the type: `<i8` */
export function npyHeaderOf(descr: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${String(shape[0])},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // The elements start at a multiple of 64, so that they can be mapped into memory.
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10;
  const header = new Uint8Array(10 + length);
  header.set(MAGIC);
  header.set([1, 0, length & 255, length >> 8], 6);
  header.set(new TextEncoder().encode(`${dict.padEnd(length - 1)}\n`), 10);
  return header;
}

/** The bytes of an NPY file. */
export function encodeNpy(array: FileArray): Uint8Array<ArrayBuffer> {
  return concatenate([npyHeader(array), bytesOfData(array.data)]);
}
