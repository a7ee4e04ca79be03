// Operators that reduce axes, and those that go along one.
import * as ops from '../../../engine/ops/index.js';
import { full, normalizeAxis } from '../../../engine/tensor/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operator, Operators } from '../../operator-graphs/operator.js';
import { plain } from './elementwise.js';

type Reduction = (x: Tensor, axes: number[], keepdims: boolean) => Tensor;

/** A reduction of the axes that the second input lists. */
function reduction(compute: Reduction): Operator {
  return {
    run(call) {
      const x = call.x();
      const axes = call.numbers(1).map((axis) => normalizeAxis(call.node.op, axis, x.ndim));
      const keeps = call.flag('keep_dims');
      return plain(axes.length === 0 ? x.alias() : compute(x, axes, keeps));
    },
  };
}

/** A reduction that keeps the dtype. */
const kept = (compute: Reduction): Operator =>
  reduction((x, axes, keeps) => ops.cast(compute(x, axes, keeps), x.dtype));

const extreme =
  (pick: (x: Tensor, axis: number) => Tensor) =>
  (call: Call): Given => {
    const x = call.x();
    return plain(pick(x, normalizeAxis(call.node.op, call.number(1, 0), x.ndim)));
  };

/** Sums or products of all elements before each, and of itself unless it is exclusive. */
const cumulative =
  (compute: (x: Tensor, axis: number) => Tensor, first: number) =>
  (call: Call): Given => {
    const x = call.x();
    const axis = normalizeAxis(call.node.op, call.number(1, 0), x.ndim);
    const turn = (y: Tensor): Tensor => (call.flag('reverse') ? ops.flip(y, axis) : y);
    let y = compute(turn(x), axis);
    if (call.flag('exclusive')) {
      const length = x.shape[axis] ?? 0;
      const start = full(x.shape.with(axis, Math.min(1, length)), first, y.dtype);
      y = ops.concat([start, sliceAlong(y, axis, [0, Math.max(0, length - 1)])], axis);
    }
    return plain(ops.cast(turn(y), x.dtype));
  };

/** How often each number from 0 on occurs, or the sums of the weights of each. */
function bincount(call: Call): Given {
  const [x, size] = [call.x(), call.number(1)];
  const weights = call.maybe(2);
  const isWeighted = weights !== undefined && weights.size > 0;
  const rows = x.ndim === 2 ? (x.shape[0] ?? 0) : 1;
  const flat = ops.reshape(x, [rows, -1]);
  const isOnce = call.flag('binary_output');
  // Numbers beyond the size are left out.
  const hot = ops.cast(
    ops.equal(ops.expandDims(flat, -1), ops.reshape(ops.arange(size), [1, 1, size])),
    'float32',
  );
  const counted = isWeighted && !isOnce ? ops.mul(hot, ops.reshape(weights, [rows, -1, 1])) : hot;
  const sums = isOnce ? ops.max(hot, 1) : ops.sum(counted, 1);
  const y = x.ndim === 2 ? sums : ops.reshape(sums, [size]);
  return plain(
    isWeighted && weights.dtype === 'float32' ? y : ops.cast(y, isWeighted ? 'int32' : 'float32'),
  );
}

export const reductions: Operators = {
  All: reduction((x, axes, keeps) => ops.all(x, axes, keeps)),
  Any: reduction((x, axes, keeps) => ops.any(x, axes, keeps)),
  ArgMax: { run: extreme(ops.argmax) },
  ArgMin: { run: extreme(ops.argmin) },
  Bincount: { run: bincount },
  Cumprod: { run: cumulative((x, axis) => ops.cumprod(x, axis), 1) },
  Cumsum: { run: cumulative((x, axis) => ops.cumsum(x, axis), 0) },
  DenseBincount: { run: bincount },
  Max: kept((x, axes, keeps) => ops.max(x, axes, keeps)),
  Mean: reduction((x, axes, keeps) => ops.mean(x, axes, keeps)),
  Min: kept((x, axes, keeps) => ops.min(x, axes, keeps)),
  Prod: kept((x, axes, keeps) => ops.prod(x, axes, keeps)),
  Sum: reduction((x, axes, keeps) =>
    ops.cast(ops.sum(x, axes, keeps), x.dtype === 'float32' ? 'float32' : 'int32'),
  ),
};
