// `using` needs Symbol.dispose, which programs compiled for older libraries must find in our declarations.
/// <reference lib="esnext.disposable" preserve="true" />
import { COPY, MAX_BLOCK_BYTES, showAs } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { DisposedError, DTypeError, ShapeError, ValueError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { bytesOf } from '../../config/dtype.js';
import { requireRoom } from './memory.js';
import type { DType, TensorData } from '../../config/dtype.js';
import { adopt, forget, handOver, leave } from './owner.js';
import type { Owner } from './owner.js';
import { formatTensor } from './print.js';
import { formatShape, sizeOf } from './shape.js';
import type { Shape } from './shape.js';
import { reads, Storage } from './storage.js';

/** The functions that turn logits into probabilities. */
export type LogitsFunction = 'softmax' | 'sigmoid';

/** What probabilities were computed from, and by which function. */
export interface Origin {
  readonly logits: Tensor;
  readonly by: LogitsFunction;
  /** Whether the probabilities dispose the logits, as no other owner does. */
  readonly isOwned?: boolean;
}

/** Numbers in nested arrays, one level for each axis of a tensor. */
export type NestedArray = number | boolean | readonly NestedArray[];

/** Numbers nested in arrays, by the number of axes: a number, a list, a list of lists … */
export interface NumbersOfRank {
  /** A scalar. */
  0: number;
  /** A vector. */
  1: number[];
  /** A matrix: its rows. */
  2: number[][];
  /** A tensor of three axes. */
  3: number[][][];
  /** A tensor of four axes. */
  4: number[][][][];
  /** A tensor of five axes. */
  5: number[][][][][];
}

/** Typed arrays by the types of their elements. */
export interface ArrayOfDType {
  /** Single precision. */
  float32: Float32Array<ArrayBuffer>;
  /** Whole numbers. */
  int32: Int32Array<ArrayBuffer>;
  /** Whole numbers from 0 to 255. */
  uint8: Uint8Array<ArrayBuffer>;
  /** 0 or 1. */
  bool: Uint8Array<ArrayBuffer>;
}

let nextId = 0;

/** A fresh identity for a new value. */
function newId(): number {
  return nextId++;
}

/** Engines before explicit resource management lack the symbol; TypeScript's `using` looks for this one. */
const disposeSymbol: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ??
  (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

function refuse(problem: string): never {
  throw new ValueError(
    `Tensor: ${problem}. Tensors are made by tensor(values), zeros(shape) and operations, and copied by clone().`,
  );
}

const NOT_MADE = 'this object has the prototype of a tensor, and no elements';

/**
 * An n-dimensional array in linear memory: row-major, contiguous, of one dtype. Its values do not change; operations
 * create new tensors. The memory is freed by `dispose()` or `using`, at the end of a `tidy` scope, or at the latest by
 * the garbage collector.
 *
 * @example
 * const t = tensor([[1, 2], [3, 4]]);
 * t.mul(2).add(1).sum(0); // [10, 14]
 */
export class Tensor {
  /** Lengths of the axes; `[]` for a scalar. */
  readonly shape: Shape;
  /** Type of the elements. */
  readonly dtype: DType;
  /** Number of elements. */
  readonly size: number;
  /** Names the value: two tensors that look at one value (a tape's copy) have one id. @internal */
  readonly id: number;
  /** What frees it; undefined until the constructor has found its owner. @internal */
  owner: Owner | undefined = undefined;
  /** Of probabilities: their logits (engine/ops/neural/logits.ts). A field, as a WeakMap costs every prediction more. @internal */
  origin: Origin | undefined = undefined;
  /**
   * Which elements count: bool, of the shape of the first axes; undefined if all do. Layers pass it on, losses and metrics
   * heed it. It lives as long as the tensor. @internal
   */
  mask: Tensor | undefined = undefined;
  readonly #byteOffset: number;
  #storage: Storage | undefined;

  /** Takes over one reference of `storage`. @internal */
  constructor(storage: Storage, byteOffset: number, shape: Shape, dtype: DType, id = newId()) {
    if (!(storage instanceof Storage)) refuse(`got ${describeValue(storage)}`);
    this.shape = shape;
    this.dtype = dtype;
    this.size = sizeOf(shape);
    this.id = id;
    this.#byteOffset = byteOffset;
    this.#storage = storage;
    adopt(this);
  }

  /** @internal */
  get '~lanegrad'(): object {
    return COPY;
  }

  /** Number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** Bytes of all elements. */
  get byteLength(): number {
    return this.size * bytesOf(this.dtype);
  }

  /** True after `dispose()`. */
  get isDisposed(): boolean {
    return !(#storage in this) || this.#storage === undefined;
  }

  /** @internal */
  get storage(): Storage {
    if (!(#storage in this)) refuse(NOT_MADE);
    if (this.#storage === undefined) {
      throw new DisposedError(
        `This tensor of shape ${formatShape(this.shape)}, ${this.dtype}, was disposed: its memory has been freed. Dispose it later, return it from tidy(), or use clone().`,
      );
    }
    reads?.tensors.add(this);
    return this.#storage;
  }

  /** Where the elements start. @internal */
  get pointer(): Pointer {
    return this.storage.pointer + this.#byteOffset;
  }

  /** Writes the elements, if they were not asked for yet. @internal */
  materialize(): void {
    this.storage.materialize();
  }

  /** Copies the elements to another place. @internal */
  copyTo(to: Pointer): void {
    if (!this.storage.writeTo(to)) currentRuntime().copy(to, this.pointer, this.byteLength);
  }

  /** A tensor of another shape over `size` of the same elements, from element `first` on. @internal */
  view(shape: Shape, first = 0, id = newId()): Tensor {
    // So only tensors of a whole block wait to be written.
    this.storage.materialize();
    const offset = this.#byteOffset + first * bytesOf(this.dtype);
    return new Tensor(this.storage.retain(), offset, shape, this.dtype, id);
  }

  /** Another tensor that looks at the same value: disposing one leaves the other, gradients see no difference. @internal */
  alias(): Tensor {
    const alias = this.view(this.shape, 0, this.id);
    if (this.mask !== undefined) alias.attachMask(this.mask);
    return alias;
  }

  /** Lets a mask travel with the tensor: a view of its own, which only the tensor frees, in whatever scope it is made. @internal */
  attachMask(mask: Tensor): void {
    const own = mask.view(mask.shape, 0, mask.id);
    handOver(own, -1);
    this.mask?.dispose();
    this.mask = own;
  }

  /** Bytes of the elements where they lie: to be copied before anything else is called. @internal */
  peek(from: number, to: number): Uint8Array {
    const { pointer } = this;
    return currentRuntime().uint8.subarray(pointer + from, pointer + to);
  }

  /** Writes bytes of the elements. @internal */
  poke(from: number, bytes: Uint8Array): void {
    currentRuntime()
      .writing(this.storage.pointer)
      .uint8.set(bytes, this.pointer + from);
  }

  /**
   * A copy of the elements in row-major order.
   *
   * @param dtype the type of the elements, if you know it; it determines the type of the array
   * @throws DTypeError if the elements have a different type.
   * @example random.normal([3]).data('float32').fill(0)
   */
  data<T extends DType>(dtype: T): ArrayOfDType[T];
  /** A copy of the elements in row-major order, in a typed array of their type. */
  data(): TensorData;
  data(dtype = this.dtype): TensorData {
    if (dtype !== this.dtype) {
      throw new DTypeError(
        `data: the elements are ${this.dtype}, not ${describeValue(dtype)}. Convert them first, by astype.`,
      );
    }
    const runtime = currentRuntime();
    const { pointer, size } = this;
    switch (this.dtype) {
      case 'float32':
        return runtime.float32.slice(pointer / 4, pointer / 4 + size);
      case 'int32':
        return runtime.int32.slice(pointer / 4, pointer / 4 + size);
      default:
        return runtime.uint8.slice(pointer, pointer + size);
    }
  }

  /**
   * The only element as a number (bool: 0 or 1).
   *
   * @throws ShapeError if there is not exactly one element.
   */
  item(): number {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: the tensor must have exactly one element, but its shape is ` +
          `${formatShape(this.shape)}. Use toArray(), data() or a reduction.`,
      );
    }
    const { pointer, dtype } = this;
    const runtime = currentRuntime();
    if (dtype === 'float32') return runtime.float32[pointer / 4] ?? NaN;
    return (dtype === 'int32' ? runtime.int32[pointer / 4] : runtime.uint8[pointer]) ?? NaN;
  }

  /**
   * The elements as nested arrays, typed for a known number of axes: `toArray(2)` is `number[][]`. Elements of bool are 0
   * and 1, as in `item`.
   *
   * @param ndim the tensor's number of axes, from 0 to 5
   * @throws ShapeError if the tensor has a different number of axes.
   * @example tensor([[1, 2], [3, 4]]).toArray(2).map(([a = 0, b = 0]) => a * b) // [2, 12]
   */
  toArray<N extends keyof NumbersOfRank>(ndim: N): NumbersOfRank[N];
  /** The elements as nested arrays; a number for a scalar, booleans for bool. */
  toArray(): NestedArray;
  toArray(ndim?: number): NestedArray {
    if (ndim !== undefined && ndim !== this.ndim) {
      throw new ShapeError(
        `toArray: the tensor has shape ${formatShape(this.shape)}, so ${this.ndim} axes, got ${describeValue(ndim)}. Give ` +
          `the number of its axes, or reshape it first.`,
      );
    }
    const data = this.data();
    const isBool = ndim === undefined && this.dtype === 'bool';
    let next = 0;
    const build = (axis: number): NestedArray => {
      const length = this.shape[axis];
      if (length === undefined) {
        const value = data[next++] ?? NaN;
        return isBool ? value !== 0 : value;
      }
      return Array.from({ length }, () => build(axis + 1));
    };
    return build(0);
  }

  /**
   * The elements as nested arrays, for `JSON.stringify`, which writes NaN and infinities as null, since JSON does not
   * have them.
   *
   * @throws DisposedError after `dispose()`.
   */
  toJSON(): NestedArray {
    return this.toArray();
  }

  /** The elements as NumPy prints them. */
  toString(): string {
    return formatTensor(this.data(), this.shape, this.dtype);
  }

  /**
   * A number where JavaScript asks for one (`x * 2`, `x < y`), if there is one element; else the text, as for `+` and templates.
   *
   * @throws ShapeError if a number is asked for and there is not exactly one element.
   */
  [Symbol.toPrimitive](hint: string): number | string {
    if (hint !== 'number') return this.toString();
    if (this.size === 1) return this.item();
    throw new ShapeError(
      `A tensor of shape ${formatShape(this.shape)} is not a number, as operators of JavaScript want one. Write x.mul(2), ` +
        `x.sub(y), x.less(y).`,
    );
  }

  /**
   * Prints the elements, shape and dtype to the console. Use it in web pages, as a browser shows no elements when you log the
   * tensor.
   *
   * @example tensor([[1, 2], [3, 4]]).print()
   */
  print(): void {
    // eslint-disable-next-line no-console -- what it is for
    console.log(shown(this, 0));
  }

  /** Frees the memory, unless another tensor shares it. A second call does nothing. */
  dispose(): void {
    if (!(#storage in this) || this.#storage === undefined) return;
    forget(this);
    this.#storage.release();
    this.#storage = undefined;
    if (this.origin?.isOwned === true) this.origin.logits.dispose();
    this.mask?.dispose();
    this.mask = undefined;
  }

  /** `using x = …` disposes at the end of the block. */
  [disposeSymbol](): void {
    this.dispose();
  }
}

function shown(tensor: Tensor, depth: number): string {
  const facts = `shape=${formatShape(tensor.shape)}, dtype=${tensor.dtype}`;
  if (tensor.isDisposed) return `Tensor(disposed, ${facts})`;
  if (depth < 0) return `Tensor(${facts})`;
  const lines = tensor.toString().replaceAll('\n', '\n       ');
  return `Tensor(${lines}, ${facts})`;
}

showAs(Tensor, shown);

// Tensors have a shape and a dtype of their own. Those of the prototype are read and written where a program copies a tensor as
// it copies objects.
const notMade = (): never => refuse(NOT_MADE);
for (const name of ['shape', 'dtype']) {
  Object.defineProperty(Tensor.prototype, name, { get: notMade, set: notMade });
}

/**
 * A new tensor with uninitialized elements.
 *
 * @throws OutOfMemoryError if it is larger than a block can be, or memory is exhausted. @internal
 */
export function emptyTensor(shape: Shape, dtype: DType): Tensor {
  return new Tensor(Storage.allocate(bytesFor(shape, dtype)), 0, shape, dtype);
}

/**
 * A tensor whose elements `write` writes when they are needed: at once, or never, or where `copyTo` wants them. What it reads must
 * be there until `pointer` is first read.
 *
 * @throws OutOfMemoryError as `emptyTensor`. @internal
 */
export function writtenTensor(shape: Shape, dtype: DType, write: (to: Pointer) => void): Tensor {
  return new Tensor(Storage.written(bytesFor(shape, dtype), write), 0, shape, dtype);
}

/**
 * A tensor that looks at elements of the caller's, which frees them and lets it go then. No scope disposes it, and
 * `memory()` does not count it. @internal
 */
export function tensorAt(pointer: Pointer, shape: Shape, dtype: DType): Tensor {
  const bytes = sizeOf(shape) * bytesOf(dtype);
  const tensor = new Tensor(Storage.lent(pointer, bytes), 0, shape, dtype);
  leave(tensor);
  return tensor;
}

function bytesFor(shape: Shape, dtype: DType): number {
  const bytes = sizeOf(shape) * bytesOf(dtype);
  if (!(bytes > 0 && bytes <= MAX_BLOCK_BYTES)) requireRoom(shape, dtype);
  return bytes;
}
