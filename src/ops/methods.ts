import { announceCopy } from '../config/copy.js';
import { Tensor } from '../tensor/index.js';
import type { DTypeName, Shape, TensorLike } from '../tensor/index.js';
import {
  abs,
  add,
  all,
  any,
  argmax,
  argmin,
  argsort,
  broadcastTo,
  cast,
  ceil,
  clip,
  clone,
  cos,
  cumsum,
  div,
  dot,
  equal,
  exp,
  expandDims,
  flatten,
  floor,
  gather,
  greater,
  greaterEqual,
  isFinite,
  isInf,
  isNaN,
  less,
  lessEqual,
  log,
  log1p,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  logsumexp,
  matmul,
  max,
  maximum,
  mean,
  min,
  minimum,
  mod,
  mul,
  neg,
  notEqual,
  outer,
  pad,
  pow,
  prod,
  relu,
  reshape,
  round,
  sigmoid,
  sign,
  sin,
  slice,
  softmax,
  sort,
  split,
  sqrt,
  square,
  squeeze,
  std,
  sub,
  sum,
  tanh,
  tensordot,
  tile,
  topK,
  transpose,
  variance,
} from './operations.js';
import type * as ops from './operations.js';

/** A number, a list of numbers, or nothing for all axes. */
type Axis = ops.Axes;

/**
 * The operations as methods of tensors: the first operand is the tensor itself. What each computes
 * stands at the function of the same name.
 */
export interface TensorMethods {
  // Shape
  /** The transpose: all axes reversed. */
  readonly T: Tensor;
  /** The same elements in another shape, given as a list or as numbers; one length may be −1. */
  reshape(shape: Shape): Tensor;
  reshape(...shape: readonly number[]): Tensor;
  /** Axes in another order, by default reversed. */
  transpose(axes?: readonly number[]): Tensor;
  expandDims(axis: number): Tensor;
  squeeze(axis?: number | readonly number[] | null): Tensor;
  flatten(): Tensor;
  broadcastTo(shape: Shape): Tensor;
  tile(repeats: number | readonly number[]): Tensor;
  pad(widths: readonly (readonly [number, number])[], value?: number): Tensor;
  split(parts: number | readonly number[], axis?: number): Tensor[];
  gather(indices: TensorLike, axis?: number): Tensor;
  /** A part of the tensor, one argument an axis: `x.slice('10:100', ':', [0, 14], 3, '-7:')`. */
  slice(...specs: readonly ops.SliceSpec[]): Tensor;

  // Type and copy
  /** The elements converted to another dtype. */
  astype(dtype: DTypeName): Tensor;
  /** A copy with memory of its own. */
  clone(): Tensor;

  // Arithmetic, broadcasting
  add(other: TensorLike): Tensor;
  sub(other: TensorLike): Tensor;
  mul(other: TensorLike): Tensor;
  div(other: TensorLike): Tensor;
  pow(other: TensorLike): Tensor;
  mod(other: TensorLike): Tensor;
  maximum(other: TensorLike): Tensor;
  minimum(other: TensorLike): Tensor;
  neg(): Tensor;
  abs(): Tensor;
  sign(): Tensor;
  sqrt(): Tensor;
  square(): Tensor;
  exp(): Tensor;
  log(): Tensor;
  log1p(): Tensor;
  sin(): Tensor;
  cos(): Tensor;
  tanh(): Tensor;
  sigmoid(): Tensor;
  relu(): Tensor;
  softmax(axis?: number | readonly number[]): Tensor;
  floor(): Tensor;
  ceil(): Tensor;
  round(): Tensor;
  clip(low: number, high: number): Tensor;

  // Comparison and logic
  equal(other: TensorLike): Tensor;
  notEqual(other: TensorLike): Tensor;
  less(other: TensorLike): Tensor;
  lessEqual(other: TensorLike): Tensor;
  greater(other: TensorLike): Tensor;
  greaterEqual(other: TensorLike): Tensor;
  logicalAnd(other: TensorLike): Tensor;
  logicalOr(other: TensorLike): Tensor;
  logicalXor(other: TensorLike): Tensor;
  logicalNot(): Tensor;
  isNaN(): Tensor;
  isFinite(): Tensor;
  isInf(): Tensor;

  // Reductions
  sum(axis?: Axis, keepdims?: boolean): Tensor;
  mean(axis?: Axis, keepdims?: boolean): Tensor;
  prod(axis?: Axis, keepdims?: boolean): Tensor;
  max(axis?: Axis, keepdims?: boolean): Tensor;
  min(axis?: Axis, keepdims?: boolean): Tensor;
  argmax(axis?: number | null): Tensor;
  argmin(axis?: number | null): Tensor;
  any(axis?: Axis, keepdims?: boolean): Tensor;
  all(axis?: Axis, keepdims?: boolean): Tensor;
  variance(axis?: Axis, keepdims?: boolean): Tensor;
  std(axis?: Axis, keepdims?: boolean): Tensor;
  logsumexp(axis?: Axis, keepdims?: boolean): Tensor;
  cumsum(axis?: number | null, options?: ops.CumsumOptions): Tensor;

  // Order
  sort(axis?: number | null, options?: ops.SortOptions): Tensor;
  argsort(axis?: number | null, options?: ops.SortOptions): Tensor;
  /** The k largest elements along the last axis, and their indices. */
  topK(k: number): [values: Tensor, indices: Tensor];

  // Products
  dot(other: TensorLike): Tensor;
  matmul(other: TensorLike): Tensor;
  tensordot(other: TensorLike, axes?: ops.ContractedAxes): Tensor;
  outer(other: TensorLike): Tensor;
}

/** Functions whose method has the same name and arguments. Named one by one: bundlers can leave out the other operations. */
const SAME = {
  transpose,
  expandDims,
  squeeze,
  flatten,
  broadcastTo,
  tile,
  pad,
  split,
  gather,
  slice,
  clone,
  add,
  sub,
  mul,
  div,
  pow,
  mod,
  maximum,
  minimum,
  neg,
  abs,
  sign,
  sqrt,
  square,
  exp,
  log,
  log1p,
  sin,
  cos,
  tanh,
  sigmoid,
  relu,
  softmax,
  floor,
  ceil,
  round,
  clip,
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  logicalNot,
  isNaN,
  isFinite,
  isInf,
  sum,
  mean,
  prod,
  max,
  min,
  argmax,
  argmin,
  any,
  all,
  variance,
  std,
  logsumexp,
  cumsum,
  sort,
  argsort,
  topK,
  dot,
  matmul,
  tensordot,
  outer,
} satisfies Partial<Record<keyof TensorMethods, unknown>>;

announceCopy();

type Operation = (x: Tensor, ...args: unknown[]) => unknown;

// Tensors cannot import operations, which import tensors; so the methods are attached here, and
// whoever imports the public Tensor gets it from this module.
for (const [name, operation] of Object.entries(SAME) as [keyof TensorMethods, Operation][]) {
  define(name, function (this: Tensor, ...args: unknown[]) {
    return operation(this, ...args);
  });
}

define('astype', function (this: Tensor, dtype: DTypeName) {
  return cast(this, dtype);
});

define('reshape', function (this: Tensor, ...shape: readonly number[] | readonly [Shape]) {
  return reshape(this, shape.flat());
});

Object.defineProperty(Tensor.prototype, 'T', {
  configurable: true,
  get(this: Tensor) {
    return transpose(this);
  },
});

function define(
  name: keyof TensorMethods,
  value: (this: Tensor, ...args: never[]) => unknown,
): void {
  Object.defineProperty(Tensor.prototype, name, { configurable: true, writable: true, value });
}

export { Tensor };
