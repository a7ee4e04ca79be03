// Operators that cut, join, pick and place elements.
import * as ops from '../../../engine/ops/index.js';
import { sliceAlong } from '../../../engine/ops/indexing/slice.js';
import {
  arange,
  full,
  normalizeAxis,
  sizeOf,
  tensor,
  zeros,
} from '../../../engine/tensor/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import type { Call, Given, Operators } from '../../operator-graphs/operator.js';
import { OperatorValue } from '../../operator-graphs/value.js';
import { plain } from './elementwise.js';

/** The most parts of an axis. */
const MAX_PARTS = 4096;

/** The inputs from one on, joined along an axis. */
function concat(call: Call, first: number, count: number, axis: number): Given {
  const values = Array.from({ length: count }, (_, i) => call.x(first + i));
  return plain(ops.concat(values, normalizeAxis(call.node.op, axis, values[0]?.ndim ?? 1)));
}

function pack(call: Call): Given {
  const tensors = call.inputs.map((_, i) => call.x(i));
  const axis = call.attribute('axis', 0);
  return plain(ops.stack(tensors, normalizeAxis('Pack', axis, (tensors[0]?.ndim ?? 0) + 1)));
}

function unpack(call: Call): Given[] {
  const x = call.x();
  const axis = call.axis('axis', 0);
  const count = x.shape[axis] ?? 0;
  if (call.attribute('num', count) !== count)
    throw call.refuse(`axis ${axis} has ${count} entries, not ${call.attribute('num')}`);
  return call.node.outputs.map((_, i) => plain(sliceAlong(x, axis, i)));
}

/** x in parts of those lengths, of which one may be −1: the rest. */
function parts(call: Call, x: Tensor, given: readonly number[], axis: number): Given[] {
  const length = x.shape[axis] ?? 0;
  const known = given.reduce((sum, size) => sum + Math.max(0, size), 0);
  const sizes = given.map((size) => (size < 0 ? length - known : size));
  if (sizes.reduce((sum, size) => sum + size, 0) !== length || sizes.some((size) => size < 0)) {
    throw call.refuse(`parts of lengths ${given.join(', ')} make no axis of length ${length}`);
  }
  let at = 0;
  return sizes.map((size) => {
    const part = sliceAlong(x, axis, [at, at + size]);
    at += size;
    return plain(part);
  });
}

function split(call: Call): Given[] {
  const x = call.x(1);
  const axis = normalizeAxis('Split', call.number(0), x.ndim);
  const count = call.attribute('num_split', call.node.outputs.length);
  const size = (x.shape[axis] ?? 0) / count;
  if (!(Number.isInteger(size) && count >= 1 && count <= MAX_PARTS))
    throw call.refuse(`an axis of ${x.shape[axis] ?? 0} has no ${count} equal parts`);
  return parts(call, x, new Array<number>(count).fill(size), axis);
}

function splitV(call: Call): Given[] {
  const x = call.x();
  const lengths = call.numbers(1);
  if (lengths.length > MAX_PARTS)
    throw call.refuse(`${lengths.length} parts, at most ${MAX_PARTS} are possible`);
  return parts(call, x, lengths, normalizeAxis('SplitV', call.number(2), x.ndim));
}

function slice(call: Call): Given {
  const x = call.x();
  const [begin, size] = [call.numbers(1), call.numbers(2)];
  const ranges = x.shape.map((length, axis): [number, number] => {
    const [from = 0, count = -1] = [begin[axis], size[axis]];
    const to = count < 0 ? length : from + count;
    if (from < 0 || from > length || to > length)
      throw call.refuse(`axis ${axis} of ${length} has no part from ${from} to ${to}`);
    return [from, to];
  });
  return plain(ranges.length === 0 ? x.alias() : ops.slice(x, ...ranges));
}

/** Which bits of a mask are set. */
const bit = (mask: number, i: number): boolean => i < 31 && ((mask >> i) & 1) === 1;

/** Parts of axes as in Python: bits of the attributes say which ends are open, and which axes come and go. */
function stridedSlice(call: Call): Given {
  const x = call.x();
  const [begin, end] = [call.numbers(1), call.numbers(2)];
  const strides = call.has(3) ? call.numbers(3) : begin.map(() => 1);
  const mask = (name: string): number => call.attribute(`${name}_mask`, 0);
  const [isNew, drops] = [mask('new_axis'), mask('shrink_axis')];
  const [opens, ends] = [mask('begin'), mask('end')];
  const dots = begin.findIndex((_, i) => bit(mask('ellipsis'), i));
  const taken = begin.filter((_, i) => i !== dots && !bit(isNew, i)).length;
  if (taken > x.ndim) throw call.refuse(`it takes ${taken} axes, its input has ${x.ndim}`);
  let [axis, y] = [0, x];
  const shape: number[] = [];
  begin.forEach((from, i) => {
    if (i === dots) {
      for (let rest = x.ndim - taken; rest > 0; rest--) shape.push(x.shape[axis++] ?? 0);
      return;
    }
    if (bit(isNew, i)) {
      shape.push(1);
      return;
    }
    const length = x.shape[axis] ?? 0;
    const step = strides[i] ?? 1;
    if (step === 0) throw call.refuse('a step of 0 goes nowhere');
    if (bit(drops, i)) {
      const at = from < 0 ? from + length : from;
      if (at < 0 || at >= length)
        throw call.refuse(`axis ${axis} of ${length} has no entry ${from}`);
      y = sliceAlong(y, axis++, [at, at + 1]);
      return;
    }
    const start = bit(opens, i) ? '' : String(from);
    const stop = bit(ends, i) ? '' : String(end[i] ?? 0);
    if (start !== '' || stop !== '' || step !== 1)
      y = sliceAlong(y, axis, `${start}:${stop}:${step}`);
    shape.push(y.shape[axis++] ?? 0);
  });
  shape.push(...x.shape.slice(axis));
  return plain(ops.reshape(y === x ? x.alias() : y, shape));
}

/** Entries along an axis, of each of the first `batch_dims` axes by itself. */
function gather(call: Call): Given {
  const [x, indices] = [call.x(), call.value(1)];
  const axis = call.has(2) ? normalizeAxis('GatherV2', call.number(2), x.ndim) : 0;
  const given = call.attribute('batch_dims', 0);
  const batch = given < 0 ? given + indices.shape.length : given;
  if (batch === 0) {
    const { known } = indices;
    // One index takes a slice, which need not be copied.
    if (known?.shape.length === 0) return plain(sliceAlong(x, axis, Number(known.data[0])));
    return plain(ops.gather(x, indices.tensor, axis));
  }
  if (batch > axis || batch > indices.shape.length)
    throw call.refuse(`it has ${batch} axes of batches, and gathers along axis ${axis}`);
  const outer = x.shape.slice(0, batch);
  const count = sizeOf(outer);
  const length = x.shape[axis] ?? 0;
  const [before, behind] = [x.shape.slice(batch, axis), x.shape.slice(axis + 1)];
  const moved = ops.moveAxis(x, axis, batch);
  const rows = ops.reshape(moved, [count * length, ...before, ...behind]);
  const within = indices.shape.slice(batch);
  const starts = ops.mul(ops.expandDims(arange(count), 1), length);
  const at = ops.add(ops.reshape(indices.tensor, [count, -1]), starts);
  const picked = ops.gather(rows, ops.reshape(at, [-1]), 0);
  const y = ops.reshape(picked, [...outer, ...within, ...before, ...behind]);
  const places = before.map((_, i) => batch + within.length + i);
  return plain(
    ops.moveAxis(
      y,
      places,
      before.map((_, i) => batch + i),
    ),
  );
}

function gatherNd(call: Call): Given {
  const [x, indices] = [call.x(), call.x(1)];
  const depth = indices.shape.at(-1) ?? 0;
  if (depth > x.ndim) throw call.refuse(`indices of ${depth} axes, its input has ${x.ndim}`);
  const cut = x.shape.slice(0, depth);
  const rest = x.shape.slice(depth);
  const rows = ops.reshape(x, [sizeOf(cut), ...rest]);
  const strides = cut.map((_, i) => sizeOf(cut.slice(i + 1)));
  const at = ops.sum(ops.mul(indices, tensor(Int32Array.from(strides))), -1);
  const picked = ops.gather(rows, ops.reshape(at, [-1]), 0);
  return plain(ops.reshape(picked, [...indices.shape.slice(0, -1), ...rest]));
}

/** Zeros with updates added at index vectors [..., k]. */
function scatterNd(call: Call): Given {
  const [indices, updates, shape] = [call.x(), call.x(1), call.numbers(2)];
  return plain(placed(zeros(shape, updates.dtype), indices, updates, 'add'));
}

function placed(x: Tensor, indices: Tensor, updates: Tensor, reduction: 'add' | null): Tensor {
  const depth = indices.shape.at(-1) ?? 0;
  const at = ops.reshape(indices, [-1, depth]);
  const values = ops.reshape(updates, [at.shape[0] ?? 0, ...x.shape.slice(depth)]);
  return ops.cast(ops.scatterUpdate(x, at, values, reduction), x.dtype);
}

/** Numbers at places, and a default everywhere else. */
function sparseToDense(call: Call): Given {
  const [indices, shape, values] = [call.x(), call.numbers(1), call.x(2)];
  const filler = call.number(3, 0);
  const whole = full(shape, filler, values.dtype);
  const at =
    indices.ndim === 2
      ? indices
      : ops.reshape(indices, [-1, shape.length === 1 ? 1 : indices.size]);
  const count = at.shape[0] ?? 0;
  return plain(placed(whole, at, ops.broadcastTo(values, [count]), null));
}

function reverse(call: Call): Given {
  const x = call.x();
  const axes = call.numbers(1).map((axis) => normalizeAxis('ReverseV2', axis, x.ndim));
  return plain(axes.length === 0 ? x.alias() : ops.flip(x, axes));
}

function reverseByFlags(call: Call): Given {
  const axes = call.numbers(1).flatMap((flag, axis) => (flag === 0 ? [] : [axis]));
  return plain(axes.length === 0 ? call.x().alias() : ops.flip(call.x(), axes));
}

export const slices: Operators = {
  Concat: { run: (call) => concat(call, 1, call.inputs.length - 1, call.number(0)), moves: 'all' },
  ConcatV2: {
    run: (call) => concat(call, 0, call.inputs.length - 1, call.number(call.inputs.length - 1)),
    moves: 'all',
  },
  Gather: { run: gather, trains: [0], moves: true },
  GatherNd: { run: gatherNd, moves: true },
  GatherV2: { run: gather, trains: [0], moves: true },
  Pack: { run: pack, moves: 'all' },
  Reverse: { run: reverseByFlags, moves: true },
  ReverseV2: { run: reverse, moves: true },
  ScatterNd: { run: scatterNd },
  Slice: { run: slice, moves: true },
  SparseToDense: { run: sparseToDense },
  Split: { run: split },
  SplitV: { run: splitV, moves: true },
  StridedSlice: { run: stridedSlice, moves: true },
  TensorScatterUpdate: {
    run: (call) => plain(placed(call.x(), call.x(1), call.x(2), null)),
  },
  Tile: { run: (call) => plain(ops.tile(call.x(), [...call.numbers(1)])), moves: true },
  Unpack: { run: unpack, moves: true },
};

/** Whole numbers that are known. */
export const whole = (numbers: readonly number[]): OperatorValue => OperatorValue.numbers(numbers);
