// Rows written into a tensor at indices, and reductions of rows by segments: out[index] = out[index] op update.
import { ScatterOp } from '../../../../assembly/codes.js';
import { record } from '../../autodiff/index.js';
import { describeValue } from '../../../config/describe-value.js';
import { checkLength, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { promote } from '../../../config/dtype.js';
import {
  arange,
  checkShape,
  emptyTensor,
  formatShape,
  full,
  requireList,
  requireRoom,
  sameShape,
  scoped,
  sizeOf,
  stridesOf,
  toTensor,
  zeros,
} from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { numeric } from '../../wasm/generated/numeric.js';
import { add, div, mul } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { equal, greater } from '../elementwise/compare.js';
import { maximum } from '../elementwise/power.js';
import {
  areInRange,
  checkedIndices,
  decidingNumbers,
  firstOutOfRange,
  gatherRows,
  largestOf,
  wholeIndices,
} from './gather.js';
import { reshape } from '../shapes/reshape.js';
import { writeRanges, slice } from './slice.js';
import type { Range } from './slice.js';
import { where } from '../elementwise/where.js';

/** x [rows, columns] with updates [count, columns] at checked `flatIndices`. Records nothing. */
function runScatter(x: Tensor, flatIndices: Tensor, updates: Tensor, op: ScatterOp): Tensor {
  const out = emptyTensor(x.shape, x.dtype);
  const runtime = currentRuntime().with(numeric);
  runtime.copy(out.pointer, x.pointer, x.byteLength);
  runtime.run(
    'scatterRows',
    out.pointer,
    updates.pointer,
    flatIndices.pointer,
    flatIndices.size,
    sizeOf(x.shape.slice(1)),
    op,
    Number(x.dtype === 'float32'),
  );
  return out;
}

const NAMES: Readonly<Record<ScatterOp, string>> = {
  [ScatterOp.Replace]: 'replace',
  [ScatterOp.Add]: 'add',
  [ScatterOp.Multiply]: 'mul',
  [ScatterOp.Max]: 'max',
  [ScatterOp.Min]: 'min',
};

/** `runScatter` with gradients of any order. All rows are of one length. */
function scatterInto(x: Tensor, flatIndices: Tensor, updates: Tensor, op: ScatterOp): Tensor {
  const out = runScatter(x, flatIndices, updates, op);
  const name = `scatter ${NAMES[op]}`;
  return record(name, [x, updates], out, [x, updates, out, flatIndices], (dy, [p, u, y, at]) => {
    const own = gatherRows(dy, at);
    switch (op) {
      case ScatterOp.Add:
        return [dy, own];
      case ScatterOp.Replace: {
        // Of several updates of a row the last one stays.
        const order = arange(at.size);
        const last = runScatter(full([p.shape[0] ?? 0], -1, 'int32'), at, order, ScatterOp.Replace);
        const columns = (rows: number): number[] => [rows, ...p.shape.slice(1).map(() => 1)];
        const isLast = reshape(equal(gatherRows(last, at), order), columns(at.size));
        const isReplaced = reshape(greater(last, -1), columns(last.size));
        return [where(isReplaced, 0, dy), where(isLast, own, 0)];
      }
      case ScatterOp.Multiply: {
        // The product of the others is a quotient, but where one is 0; of several zeros nothing is left.
        const [isZero, isZeroUpdate] = [equal(p, 0), equal(u, 0)];
        const count = scatterInto(convert(isZero, 'float32'), at, convert(isZeroUpdate, 'float32'), ScatterOp.Add); // prettier-ignore
        const rest = scatterInto(where(isZero, 1, p), at, where(isZeroUpdate, 1, u), op);
        const others = (v: Tensor, zero: Tensor, product: Tensor, zeros: Tensor): Tensor =>
          where(equal(zeros, convert(zero, 'float32')), div(product, where(zero, 1, v)), 0);
        return [
          mul(dy, others(p, isZero, rest, count)),
          mul(own, others(u, isZeroUpdate, gatherRows(rest, at), gatherRows(count, at))),
        ];
      }
      default: {
        // All that equal the extremum share its gradient.
        const [hits, hitsOfUpdates] = [equal(p, y), equal(u, gatherRows(y, at))];
        const [mine, theirs] = [convert(hits, 'float32'), convert(hitsOfUpdates, 'float32')];
        const shared = div(dy, scatterInto(mine, at, theirs, ScatterOp.Add));
        return [where(hits, shared, 0), where(hitsOfUpdates, gatherRows(shared, at), 0)];
      }
    }
  });
}

/** The flat indices of `indices` [n, k] in the first k axes of `shape`, checked; and those axes. */
function flatIndicesOf(
  op: string,
  indices: TensorLike,
  shape: Shape,
): { flatIndices: Tensor; depth: number } {
  const at = toTensor(indices);
  const depth = at.shape.at(-1) ?? 0;
  if (at.ndim !== 2 || depth > shape.length) {
    throw new ShapeError(
      `${op}: indices must be [count, axes] with at most ${shape.length} axes, got shape ${formatShape(at.shape)}.`,
    );
  }
  const strides = stridesOf(shape.slice(0, depth));
  const whole = wholeIndices(op, at);
  let flatIndices: Tensor = zeros([at.shape[0] ?? 0], 'int32');
  for (let axis = 0; axis < depth; axis++) {
    const index = checkedIndices(op, slice(whole, ':', axis), shape[axis] ?? 0);
    flatIndices = add(flatIndices, mul(index, strides[axis] ?? 1));
  }
  return { flatIndices, depth };
}

/** A scatter of updates [n, …rest] at indices [n, k] into x. */
function scatterAt(
  op: string,
  x: Tensor,
  indices: TensorLike,
  updates: TensorLike,
  code: ScatterOp,
): Tensor {
  const { flatIndices, depth } = flatIndicesOf(op, indices, x.shape);
  const rest = x.shape.slice(depth);
  const given = toTensor(updates);
  const expected = [flatIndices.size, ...rest];
  if (!sameShape(given.shape, expected)) {
    throw new ShapeError(
      `${op}: updates of shape ${formatShape(given.shape)} for a tensor of shape ${formatShape(x.shape)} and ` +
        `${flatIndices.size} indices of ${depth} axes, expected ${formatShape(expected)}.`,
    );
  }
  const dtype = x.dtype === 'float32' || given.dtype === 'float32' ? 'float32' : 'int32';
  const rows = reshape(convert(x, dtype), [sizeOf(x.shape.slice(0, depth)), ...rest]);
  return reshape(scatterInto(rows, flatIndices, convert(given, dtype), code), x.shape);
}

/**
 * Zeros of `shape` with `values` added at `indices` [count, k], positions in the first k axes: out[indices[i]] += values[i]. Negative
 * indices count from the end.
 *
 * @keras core.Scatter(indices, values) shape
 * @param indices [count, k], positions along the first k axes
 * @param values [count, lengths of the other axes], the numbers to add
 * @param shape shape of the result
 * @throws ValueError naming an index out of range, ShapeError for values of a wrong shape.
 * @example ops.scatter([[1], [3]], [5, 7], [4]) // [0, 5, 0, 7]
 */
export function scatter(indices: TensorLike, values: TensorLike, shape: Shape): Tensor {
  checkShape('scatter', shape);
  return scoped(() => {
    const given = toTensor(values);
    requireRoom(shape, 'float32', () => `scatter: shape ${formatShape(shape)}`);
    const base = zeros(shape, given.dtype === 'float32' ? 'float32' : 'int32');
    return convert(scatterAt('scatter', base, indices, given, ScatterOp.Add), given.dtype);
  });
}

/** How an element and its update are combined. */
export type ScatterReduction = 'add' | 'max' | 'min' | 'mul';

const REDUCTIONS: Readonly<Record<ScatterReduction, ScatterOp>> = {
  add: ScatterOp.Add,
  max: ScatterOp.Max,
  min: ScatterOp.Min,
  mul: ScatterOp.Multiply,
};

/**
 * x with `updates` written at `indices` [count, k], positions in the first k axes. Updates replace the elements or, with a
 * `reduction`, are combined with them. If an index occurs more than once, the last update counts, unless there is a
 * reduction.
 *
 * @keras core.ScatterUpdate(inputs, indices, updates) reduction=null
 * @param indices [count, k], positions along the first k axes
 * @param updates [count, lengths of the other axes], the numbers to write
 * @param reduction how an update is combined with the old element. Default, and null: the update replaces it
 * @throws ValueError naming an index out of range, and for an unknown reduction; ShapeError for updates of a wrong shape.
 * @example ops.scatterUpdate([1, 2, 3], [[0], [2]], [7, 9]) // [7, 2, 9]
 */
export function scatterUpdate(
  x: TensorLike,
  indices: TensorLike,
  updates: TensorLike,
  reduction?: ScatterReduction | null,
): Tensor {
  const names = Object.keys(REDUCTIONS) as ScatterReduction[];
  const code =
    reduction === undefined || reduction === null
      ? ScatterOp.Replace
      : REDUCTIONS[oneOf('scatterUpdate', 'reduction', reduction, names, 'null')];
  return scoped(() => {
    const input = toTensor(x);
    const result = scatterAt('scatterUpdate', input, indices, updates, code);
    return input.dtype === 'bool' || input.dtype === 'uint8'
      ? convert(result, input.dtype)
      : result;
  });
}

/** Where a window of `lengths` begins in `shape`: as far from the start as it says, but within. */
function windowAt(op: string, start: TensorLike, shape: Shape, lengths: Shape): Range[] {
  const at = wholeIndices(op, toTensor(start));
  if (at.ndim !== 1 || at.size !== shape.length || lengths.length !== shape.length) {
    throw new ShapeError(
      `${op}: needs a start and a length for each of the ${shape.length} axes, got starts of shape ` +
        `${formatShape(at.shape)} and lengths ${formatShape(lengths)}.`,
    );
  }
  const long = lengths.findIndex((length, axis) => length > (shape[axis] ?? 0));
  if (long !== -1) {
    throw new ShapeError(
      `${op}: ${String(lengths[long])} entries of axis ${long}, which has ${String(shape[long])}.`,
    );
  }
  return decidingNumbers(
    at,
    shape.map(() => 0),
  ).map((given, axis) => {
    const count = lengths[axis] ?? 0;
    const last = (shape[axis] ?? 0) - count;
    const from = given < 0 ? given + (shape[axis] ?? 0) : given;
    return { start: Math.min(Math.max(from, 0), last), step: 1, count, isIndex: false };
  });
}

/**
 * The part of x that begins at `start`, a number for each axis, and has the given `shape`. A length of −1 extends to the end of its
 * axis. A part that would extend beyond the end is moved back.
 *
 * @keras core.Slice(inputs, start_indices) shape
 * @param start a whole number for each axis; negative ones count from the end
 * @param shape a length for each axis; −1 extends to the end
 * @throws ShapeError for a part larger than x, or for a wrong number of axes.
 * @example ops.sliceFrom([1, 2, 3, 4], [1], [2]) // [2, 3]
 */
export function sliceFrom(x: TensorLike, start: TensorLike, shape: Shape): Tensor {
  requireList('sliceFrom', 'shape', shape);
  return scoped(() => {
    const input = toTensor(x);
    const at = wholeIndices('sliceFrom', toTensor(start));
    const known = Array.isArray(start) ? start : [];
    const from = decidingNumbers(
      at,
      Array.from({ length: at.size }, (_, axis) => Number(known[axis] ?? 0)),
    );
    const lengths = shape.map((length, axis) => {
      const all = input.shape[axis] ?? 0;
      const first = from[axis] ?? 0;
      return length === -1 ? Math.max(all - (first < 0 ? first + all : first), 0) : length;
    });
    checkShape('sliceFrom', lengths);
    const ranges = windowAt('sliceFrom', at, input.shape, lengths);
    return slice(input, ...ranges.map(({ start: from, count }) => [from, from + count] as const));
  });
}

/**
 * x with the part that begins at `start`, a number for each axis, replaced by `updates`. A part that would extend beyond the
 * end is moved back.
 *
 * @keras core.SliceUpdate(inputs, start_indices, updates)
 * @param start a whole number for each axis; negative ones count from the end
 * @param updates a tensor with the same number of axes as x, none of them longer than in x
 * @throws ShapeError for updates larger than x, or with a different number of axes.
 * @example ops.sliceUpdate([1, 2, 3, 4], [1], [7, 8]) // [1, 7, 8, 4]
 */
export function sliceUpdate(x: TensorLike, start: TensorLike, updates: TensorLike): Tensor {
  return scoped(() => {
    const [input, values] = [toTensor(x), toTensor(updates)];
    const dtype = promote(input.dtype, values.dtype);
    const [base, own] = [convert(input, dtype), convert(values, dtype)];
    const ranges = windowAt('sliceUpdate', start, base.shape, own.shape);
    return replaced(base, own, ranges);
  });
}

/** x with `values` in these ranges. */
function replaced(x: Tensor, values: Tensor, ranges: readonly Range[]): Tensor {
  const out = emptyTensor(x.shape, x.dtype);
  currentRuntime().copy(out.pointer, x.pointer, x.byteLength);
  writeRanges(out, values, ranges);
  return record('sliceUpdate', [x, values], out, [values], (dy, [p]) => [
    replaced(dy, zeros(p.shape), ranges),
    slice(dy, ...ranges.map(({ start, count }) => [start, start + count] as const)),
  ]);
}

/** Reduces rows by segments, beginning with what a segment without rows is. */
function segment(
  op: string,
  data: TensorLike,
  ids: TensorLike,
  count: number | null | undefined,
  code: ScatterOp,
  empty: (isFloat: boolean) => number,
): Tensor {
  if (count !== undefined && count !== null) checkLength(op, 'numSegments', count);
  return scoped(() => {
    const given = toTensor(data);
    const at = wholeIndices(op, toTensor(ids));
    if (given.ndim === 0 || at.ndim !== 1 || at.size !== given.shape[0]) {
      throw new ShapeError(
        `${op}: needs one segment id for each row, got data of shape ${formatShape(given.shape)} and ids of shape ` +
          `${formatShape(at.shape)}.`,
      );
    }
    const segments = count ?? largestOf(at) + 1;
    // Rows of negative ids go into a segment before the first one, which is dropped.
    const dropped = areInRange(at, segments) ? 0 : 1;
    const flatIndices = dropped === 0 ? at : add(maximum(at, -1), 1);
    const all = segments + dropped;
    if (dropped === 1 && !areInRange(flatIndices, all)) {
      const bad = firstOutOfRange(flatIndices, all);
      throw new ValueError(
        `${op}: segment id ${String(at.data()[bad])} of row ${bad} is out of range for ${segments} segments` +
          ` (allowed: up to ${segments - 1}; rows of negative ids are dropped).`,
      );
    }
    const dtype = given.dtype === 'float32' ? 'float32' : 'int32';
    const shape = [all, ...given.shape.slice(1)];
    requireRoom(shape, dtype, () => `${op}: ${describeValue(segments)} segments`);
    const start = full(shape, empty(dtype === 'float32'), dtype);
    const reduced = scatterInto(start, flatIndices, convert(given, dtype), code);
    return dropped === 0 ? reduced : slice(reduced, '1:');
  });
}

/**
 * The sums of the rows of each segment: out[s] = Σ data[i] over all i with ids[i] = s; 0 for an empty segment. Rows with negative ids are
 * dropped. Without `numSegments`, the largest id determines the number of segments.
 *
 * @keras = segments('math.SegmentSum')
 * @throws ValueError naming an id out of range.
 * @example ops.segmentSum([1, 2, 3], [0, 0, 1]) // [3, 3]
 */
export function segmentSum(data: TensorLike, ids: TensorLike, numSegments?: number | null): Tensor {
  return segment('segmentSum', data, ids, numSegments, ScatterOp.Add, () => 0);
}

/**
 * The products of the rows of each segment; 1 for an empty segment. Rows with negative ids are dropped. Without `numSegments`, the largest
 * id determines the number of segments.
 *
 * @keras = segments('math.SegmentProd')
 * @throws ValueError naming an id out of range.
 * @example ops.segmentProd([1, 2, 3], [0, 0, 1]) // [2, 3]
 */
export function segmentProd(
  data: TensorLike,
  ids: TensorLike,
  numSegments?: number | null,
): Tensor {
  return segment('segmentProd', data, ids, numSegments, ScatterOp.Multiply, () => 1);
}

/**
 * The largest elements of the rows of each segment; −∞, or the smallest int32, for an empty segment. Rows with negative ids are dropped.
 * Equal largest elements share the gradient.
 *
 * @keras = segments('math.SegmentMax')
 * @throws ValueError naming an id out of range.
 * @example ops.segmentMax([1, 2, 3], [0, 0, 1]) // [2, 3]
 */
export function segmentMax(data: TensorLike, ids: TensorLike, numSegments?: number | null): Tensor {
  const empty = (isFloat: boolean): number => (isFloat ? -Infinity : -(2 ** 31));
  return segment('segmentMax', data, ids, numSegments, ScatterOp.Max, empty);
}

/**
 * The smallest elements of the rows of each segment; ∞, or the largest int32, for an empty segment. Rows with negative ids are dropped.
 * Equal smallest elements share the gradient.
 *
 * @keras = segments('math.SegmentMin')
 * @throws ValueError naming an id out of range.
 * @example ops.segmentMin([1, 2, 3], [0, 0, 1]) // [1, 3]
 */
export function segmentMin(data: TensorLike, ids: TensorLike, numSegments?: number | null): Tensor {
  const empty = (isFloat: boolean): number => (isFloat ? Infinity : 2 ** 31 - 1);
  return segment('segmentMin', data, ids, numSegments, ScatterOp.Min, empty);
}
