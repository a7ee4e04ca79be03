import { describeValue } from '../../config/describe-value.js';
import { INT32, checkBoolean, checkNumber, checkOptions } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { bytesOf, checkDType, dtypeOfArray } from '../../config/dtype.js';
import type { DType, DTypeName, TypedArray } from '../../config/dtype.js';
import { readNested } from './nested.js';
import type { NestedNumbers } from './nested.js';
import { checkShape, formatShape, sizeOf } from './shape.js';
import type { Shape } from './shape.js';
import { emptyTensor, Tensor } from './tensor.js';
import { writeElements } from './write.js';

/** A value that can stand for a tensor: a tensor, a number, nested arrays, a typed array, or nested arrays of typed arrays. */
export type TensorLike = Tensor | NestedNumbers;

/** Options of `tensor`. */
export interface TensorOptions {
  /** The shape. Default: the shape of the nesting, or one axis for a typed array. */
  readonly shape?: Shape | undefined;
  /** The dtype. Default: float32 for numbers, bool for booleans, that of the array for typed arrays. */
  readonly dtype?: DTypeName | undefined;
}

/**
 * Creates a tensor from a number, nested arrays, a typed array or another tensor, which is copied.
 *
 * @throws ShapeError if arrays are ragged or `shape` has a different number of elements.
 * @throws ValueError if a value cannot be stored in an integer dtype.
 * @example tensor([[1, 2], [3, 4]]); tensor(pixels, { shape: [28, 28] });
 */
export function tensor(value: TensorLike, options: TensorOptions = {}): Tensor {
  checkOptions('tensor', options, ['shape', 'dtype']);
  const source = elementsOf(value);
  const dtype = options.dtype === undefined ? source.dtype : checkDType(options.dtype);
  const shape = options.shape ?? source.shape;
  checkShape('tensor', shape);
  if (sizeOf(shape) !== source.data.length) {
    throw new ShapeError(
      `tensor: shape ${formatShape(shape)} holds ${sizeOf(shape)} elements, but ` +
        `${source.data.length} came. Make them agree.`,
    );
  }
  const result = emptyTensor([...shape], dtype);
  try {
    writeElements(result, source.data);
  } catch (error) {
    result.dispose();
    // Compiled code of V8 (Node 20) takes the old length of a view that can no longer be read, so that only the copy fails.
    throw ArrayBuffer.isView(value) && (error as Error).name === 'TypeError'
      ? unreadable(value)
      : error;
  }
  return result;
}

interface Elements {
  readonly data: TypedArray | readonly (number | boolean)[];
  readonly shape: Shape;
  readonly dtype: DType;
}

function elementsOf(value: TensorLike): Elements {
  if (value instanceof Tensor) {
    return { data: value.data(), shape: value.shape, dtype: value.dtype };
  }
  if (ArrayBuffer.isView(value)) {
    if (!('length' in value)) {
      throw new ValueError('tensor: a DataView does not say what it holds. Give a typed array.');
    }
    requireElements(value);
    return { data: value, shape: [value.length], dtype: dtypeOfArray(value) };
  }
  return readNested(value);
}

/** Throws for a view whose buffer was given away by `postMessage`, or has shrunk: nothing can be read from it. */
function requireElements(array: TypedArray): void {
  if (array.length > 0) return;
  try {
    array.keys();
  } catch {
    throw unreadable(array);
  }
}

function unreadable(array: ArrayBufferView): ValueError {
  return new ValueError(
    `tensor: ${describeValue(array)} can no longer be read: its buffer was transferred or has shrunk. Give a copy.`,
  );
}

/** `value` itself if it is a tensor, else a new tensor of it. */
export function toTensor(value: TensorLike, dtype?: DType): Tensor {
  return value instanceof Tensor ? value : tensor(value, { dtype });
}

/** `value` if it is a tensor, for callers that no compiler checks; else a ValueError that says what came. */
export function requireTensor(owner: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw new ValueError(
    `${owner}: expected a tensor, got ${describeValue(value)}. Make one with tensor(…).`,
  );
}

/** The float32 or int32 number `value`, which the caller knows to fit: without the checks of `tensor`. */
export function scalar(value: number, dtype: 'float32' | 'int32'): Tensor {
  const result = emptyTensor([], dtype);
  const { pointer } = result;
  const { float32, int32 } = currentRuntime().writing(pointer);
  (dtype === 'float32' ? float32 : int32)[pointer / 4] = value;
  return result;
}

/**
 * A tensor whose elements are all `value`; float32, or bool for booleans, unless `dtype` says otherwise.
 *
 * @param value the number or boolean of all elements
 * @example full([2, 2], 7) // [[7, 7], [7, 7]]
 */
export function full(shape: Shape, value: number | boolean, dtype?: DTypeName): Tensor {
  checkShape('full', shape);
  const type = checkDType(dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32'));
  // The pattern first: a value that the type does not hold leaves nothing behind.
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ValueError(`full: value must be a number or a boolean, got ${describeValue(value)}.`);
  }
  const bits = type === 'float32' ? bitsOfFloat(Number(value)) : bitsOf(value, type);
  const result = emptyTensor([...shape], type);
  currentRuntime().run('fill', result.pointer, result.size, bits, bytesOf(type));
  return result;
}

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);

/** The bits of a float32. */
export function bitsOfFloat(value: number): number {
  float[0] = value;
  return word[0] ?? 0;
}

/** @throws DTypeError for a value that the type does not hold. */
function bitsOf(value: number | boolean, type: DType): number {
  const pattern = tensor(value, { dtype: type });
  const { pointer } = pattern;
  const { int32, uint8 } = currentRuntime().writing(pointer);
  const bits = bytesOf(type) === 4 ? int32[pointer / 4] : uint8[pointer];
  pattern.dispose();
  return bits ?? 0;
}

/**
 * A tensor of zeros, float32 unless `dtype` says otherwise.
 *
 * @example zeros([2, 2], 'int32') // [[0, 0], [0, 0]]
 */
export function zeros(shape: Shape, dtype: DTypeName = 'float32'): Tensor {
  return full(shape, 0, dtype);
}

/**
 * A tensor of ones, float32 unless `dtype` says otherwise.
 *
 * @example ones([2, 2]) // [[1, 1], [1, 1]]
 */
export function ones(shape: Shape, dtype: DTypeName = 'float32'): Tensor {
  return full(shape, 1, dtype);
}

/**
 * start, start + step, … below `stop` (above it for a negative step). `arange(stop)` starts at 0.
 * The length is ceil((stop − start) / step), as in NumPy. int32 if all three are whole numbers, otherwise float32.
 *
 * @param start the first number; without `stop`, the end of a range from 0
 * @param stop the end, which is not included
 * @param step the difference between neighbours, not 0. Default 1
 * @example arange(1, 10, 3) // [1, 4, 7]
 */
export function arange(start: number, stop?: number, step = 1, dtype?: DTypeName): Tensor {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (![from, to, step].every(Number.isFinite) || step === 0) {
    throw new ValueError(
      `arange: start, stop and step must be finite and step not 0, got ${describeValue(from)}, ` +
        `${describeValue(to)}, ${describeValue(step)}.`,
    );
  }
  const length = Math.max(0, Math.ceil((to - from) / step));
  const whole = [from, to, step].every(Number.isInteger);
  const type = checkDType(dtype ?? (whole ? 'int32' : 'float32'));
  return generated(length, type, (i) => from + i * step);
}

/** Options of `linspace`. */
export interface LinspaceOptions {
  /** Whether `stop` is the last number; otherwise the numbers end one step before it. Default true. */
  readonly endpoint?: boolean;
  /** Whether to return the step in addition to the numbers. Default false. */
  readonly retstep?: boolean;
  /** The dtype. Default float32. */
  readonly dtype?: DTypeName;
}

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included, float32 unless `dtype` says otherwise. For tensors as
 * limits, use `ops.linspace`.
 *
 * @param start the first number
 * @param stop the last number
 * @param count the number of numbers. Default 50
 * @throws ValueError for limits that are not finite numbers, and for a count that is negative or not whole.
 * @example linspace(0, 1, 5) // [0, 0.25, 0.5, 0.75, 1]
 * @example linspace(0, 1, 4, { endpoint: false }) // [0, 0.25, 0.5, 0.75]
 */
export function linspace(
  start: number,
  stop: number,
  count: number | undefined,
  options: LinspaceOptions & { readonly retstep: true },
): [numbers: Tensor, step: number];
export function linspace(
  start: number,
  stop: number,
  count?: number,
  options?: LinspaceOptions & { readonly retstep?: false },
): Tensor;
export function linspace(
  start: number,
  stop: number,
  count = 50,
  options: LinspaceOptions = {},
): Tensor | [Tensor, number] {
  checkOptions('linspace', options, ['endpoint', 'retstep', 'dtype']);
  const { endpoint = true, retstep = false, dtype = 'float32' } = options;
  checkBoolean('linspace', 'endpoint', endpoint);
  checkBoolean('linspace', 'retstep', retstep);
  checkNumber('linspace', 'start', start);
  checkNumber('linspace', 'stop', stop);
  checkNumber('linspace', 'count', count, { min: 0, integer: true });
  const type = checkDType(dtype);
  const parts = endpoint ? count - 1 : count;
  const step = parts > 0 ? (stop - start) / parts : NaN;
  const at = (i: number): number =>
    endpoint && i > 0 && i === count - 1 ? stop : start + (i > 0 ? i * step : 0);
  const numbers = generated(count, type, type === 'float32' ? at : (i) => Math.floor(at(i)));
  return retstep ? [numbers, step] : numbers;
}

/** Elements written by pieces of so many: what is larger than memory is refused before it is computed. */
const PIECE = 65_536;

/** The numbers f(0), f(1), …, which rise or fall, and are whole if the first two are. */
function generated(length: number, dtype: DType, f: (i: number) => number): Tensor {
  const result = emptyTensor([length], dtype);
  try {
    const size = Math.min(PIECE, length);
    // Numbers that fit are written as they are, others are looked at one by one.
    const isInt32 = dtype === 'int32' && [f(0), f(1), f(length - 1)].every((x) => (x | 0) === x);
    const Piece = dtype === 'float32' ? Float32Array : isInt32 ? Int32Array : Float64Array;
    const piece = new Piece(size);
    for (let first = 0; first < length; first += PIECE) {
      const count = Math.min(PIECE, length - first);
      for (let i = 0; i < count; i++) piece[i] = f(first + i);
      writeElements(result, piece.subarray(0, count), first);
    }
  } catch (error) {
    result.dispose();
    throw error;
  }
  return result;
}

/**
 * The matrix [rows, columns] with ones on the k-th diagonal, float32 unless `dtype` says otherwise; square unless `columns` is
 * given. A diagonal below the main one has a negative k.
 *
 * @param rows the number of rows
 * @param columns the number of columns. Default: the number of rows
 * @param k the index of the diagonal: 0 is the main diagonal, positive ones are above it. Default 0
 * @throws ValueError for a k that is not a whole number, ShapeError for invalid lengths.
 * @example eye(2, 3) // [[1, 0, 0], [0, 1, 0]]
 * @example eye(3, 3, -1) // [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
 */
export function eye(rows: number, columns = rows, k = 0, dtype: DTypeName = 'float32'): Tensor {
  checkShape('eye', [rows, columns]);
  checkNumber('eye', 'k', k, INT32);
  const result = emptyTensor([rows, columns], checkDType(dtype));
  const bytes = bytesOf(result.dtype);
  const first = result.pointer / bytes;
  // All of it is written here: a repeated step would run a kernel behind it once more, and not write the ones.
  const { float32, int32, uint8 } = currentRuntime().writing(result.pointer);
  const elements = result.dtype === 'float32' ? float32 : bytes === 4 ? int32 : uint8;
  elements.fill(0, first, first + result.size);
  const above = Math.max(k, 0);
  const below = Math.max(-k, 0);
  const count = Math.min(rows - below, columns - above);
  for (let i = 0; i < count; i++) elements[first + (i + below) * columns + i + above] = 1;
  return result;
}
