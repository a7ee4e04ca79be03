// Operators that reduce axes, and those that compute along one.
import * as ops from '../../../engine/ops/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import { full, normalizeAxis, sizeOf } from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';
import { typed } from './shapes.js';

/** What reduces axes. */
type Reduction = (x: Tensor, axes: number[], keepdims: boolean) => Tensor;

/**
 * A reduction; axes are an attribute, and from some version on an input.
 *
 * @param empty what no elements give, where the operation does not say
 */
function reduction(compute: Reduction, empty?: number): Operator {
  return {
    run(call) {
      const value = call.value(0);
      const { shape } = value;
      const given = call.numbersOr(1, 'axes') ?? [];
      if (given.length === 0 && call.attribute('noop_with_empty_axes', 0) === 1) {
        // Of each element by itself.
        const spread = ops.expandDims(value.tensor, -1);
        return typed(call, ops.cast(compute(spread, [shape.length], false), spread.dtype));
      }
      const named = given.map((axis) => normalizeAxis(call.node.op, axis, shape.length));
      const axes = given.length === 0 ? shape.map((_, axis) => axis) : named;
      const keepdims = call.attribute('keepdims', 1) === 1;
      if (axes.length === 0)
        return typed(call, ops.reshape(compute(ops.reshape(value.tensor, [1]), [0], false), []));
      const isImages = value.layout === 'last' && axes.every((axis) => axis > 1);
      const x = isImages ? value.channelsLast : value.tensor;
      const { dtype } = x;
      if (empty !== undefined && x.size === 0)
        return typed(call, emptied(x, axes, keepdims, empty));
      const y = compute(x, isImages ? axes.map((axis) => axis - 1) : axes, keepdims);
      const result =
        dtype !== 'float32' && y.dtype === 'float32'
          ? ops.cast(ops.trunc(y), dtype)
          : ops.cast(y, dtype);
      return OperatorValue.of(result, value.type, isImages && keepdims ? 'last' : 'first');
    },
  };
}

function emptied(x: Tensor, axes: readonly number[], keepdims: boolean, value: number): Tensor {
  const shape = x.shape.flatMap((length, axis) =>
    axes.includes(axis) ? (keepdims ? [1] : []) : [length],
  );
  return full(shape, value, x.dtype);
}

const absolute: Reduction = (x, axes, keepdims) => ops.sum(ops.abs(x), axes, keepdims);
const squares: Reduction = (x, axes, keepdims) => ops.sum(ops.square(x), axes, keepdims);

/** x as a matrix whose second axis holds all axes from `axis` on: operators before version 13. */
function along(call: Call, missing: number, compute: (x: Tensor, axis: number) => Tensor): Given {
  const value = call.value(0);
  const { shape } = value;
  const axis = call.axis('axis', call.opset < 13 ? 1 : missing);
  if (call.opset >= 13 || axis === shape.length - 1) {
    return typed(call, compute(value.tensor, axis));
  }
  const rows = sizeOf(shape.slice(0, axis));
  return typed(call, ops.reshape(compute(ops.reshape(value.tensor, [rows, -1]), 1), shape));
}

/** One where the largest number of the axis is first, else zero. */
function hardmax(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis] ?? 0;
  const hot = ops.oneHot(ops.argmax(x, axis), length);
  return ops.moveAxis(hot, -1, axis);
}

function cumulative(
  call: Call,
  compute: (x: Tensor, axis: number) => Tensor,
  first: number,
): Given {
  const axis = normalizeAxis(call.node.op, call.number(1), call.shape().length);
  const isReverse = call.attribute('reverse', 0) === 1;
  const turned = (y: Tensor): Tensor => (isReverse ? ops.flip(y, axis) : y);
  const x = call.x();
  let y = compute(turned(x), axis);
  if (call.attribute('exclusive', 0) === 1) {
    const length = x.shape[axis] ?? 0;
    const before = sliceAlong(y, axis, [0, Math.max(0, length - 1)]);
    const start = full(
      x.shape.with(axis, Math.min(1, length)),
      first,
      x.dtype === 'float32' ? 'float32' : 'int32',
    );
    y = ops.concat([start, before], axis);
  }
  return typed(call, ops.cast(turned(y), x.dtype));
}

const LOWEST = { float32: -Infinity, int32: -(2 ** 31), uint8: 0, bool: 0 };
const HIGHEST = { float32: Infinity, int32: 2 ** 31 - 1, uint8: 255, bool: 1 };

/** The largest or smallest, of no elements the end of the type. */
function extreme(isLargest: boolean): Operator {
  return {
    run(call) {
      const { dtype } = call.value(0);
      const compute: Reduction = (x, axes, keepdims) =>
        isLargest ? ops.max(x, axes, keepdims) : ops.min(x, axes, keepdims);
      return reduction(compute, (isLargest ? LOWEST : HIGHEST)[dtype]).run(call);
    },
  };
}

/** Counts, sums and their like of axes, and functions along an axis. */
export const reductions: Operators = {
  CumProd: { run: (call) => cumulative(call, (x, axis) => ops.cumprod(x, axis), 1) },
  CumSum: { run: (call) => cumulative(call, (x, axis) => ops.cumsum(x, axis), 0) },
  Hardmax: { run: (call) => along(call, -1, hardmax) },
  LogSoftmax: { run: (call) => along(call, -1, (x, axis) => ops.logSoftmax(x, axis)) },
  ReduceL1: reduction(absolute, 0),
  ReduceL2: reduction((x, axes, keepdims) => ops.sqrt(squares(x, axes, keepdims)), 0),
  ReduceLogSum: reduction((x, axes, keepdims) => ops.log(ops.sum(x, axes, keepdims)), -Infinity),
  ReduceLogSumExp: reduction((x, axes, keepdims) => ops.logsumexp(x, axes, keepdims), -Infinity),
  ReduceMax: extreme(true),
  ReduceMean: reduction((x, axes, keepdims) => ops.mean(x, axes, keepdims)),
  ReduceMin: extreme(false),
  ReduceProd: reduction((x, axes, keepdims) => ops.prod(x, axes, keepdims), 1),
  ReduceSum: reduction((x, axes, keepdims) => ops.sum(x, axes, keepdims), 0),
  ReduceSumSquare: reduction(squares, 0),
  Softmax: { run: (call) => along(call, -1, (x, axis) => ops.softmax(x, axis)) },
};
