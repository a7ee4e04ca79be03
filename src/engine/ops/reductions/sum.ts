import { ReduceOp } from '../../../../assembly/codes.js';
import { PARTIALS_COLUMNS, PARTIALS_ROWS, SUM_PARTIALS } from '../../../../assembly/tuning.js';
import { checkBoolean } from '../../../config/index.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  broadcastShapes,
  checkShape,
  emptyTensor,
  formatShape,
  fullOf,
  normalizeAxes,
  sameShape,
  scoped,
  sizeOf,
  toTensor,
} from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import { arithmetic } from '../elementwise/cast.js';
import { permute } from '../shapes/transpose.js';
import { reshape } from '../shapes/reshape.js';
import { isRecording, record } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import { repeated } from '../../tensor/elements.js';
import { ownResult } from '../neural/logits.js';

/** The axes to reduce: one, several, or all (null or undefined). Negative ones count from the end. */
export type Axes = number | readonly number[] | null | undefined;

/** What is left of a shape when `axes` are reduced, without them and with length 1 in their place. */
export function reducedShapes(
  op: string,
  shape: Shape,
  axis: Axes,
): { readonly axes: number[]; readonly dropped: number[]; readonly keepDimsShape: number[] } {
  const axes = normalizeAxes(op, axis, shape.length);
  return {
    axes,
    dropped: shape.filter((_, i) => !axes.includes(i)),
    keepDimsShape: shape.map((length, i) => (axes.includes(i) ? 1 : length)),
  };
}

/** A tensor around one run of neighbouring axes, as kernels see it: [outer, length, inner]. */
export interface AxisRun {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** The run that `axes` are, in ascending order; undefined if they are not neighbours. */
export function runOf(shape: Shape, axes: readonly number[]): AxisRun | undefined {
  const first = axes[0] ?? shape.length;
  const end = first + axes.length;
  if (axes.some((axis, i) => axis !== first + i)) return undefined;
  return {
    outer: sizeOf(shape.slice(0, first)),
    length: sizeOf(shape.slice(first, end)),
    inner: sizeOf(shape.slice(end)),
  };
}

type ReduceKernel = 'reduceF32' | 'reduceI32' | 'reduceBool' | 'argReduceF32' | 'argReduceI32';

/**
 * Reduces one run of neighbouring axes; if the axes are not neighbours they are moved to the end
 * first. The kernels see x as [outer, length, inner].
 */
export function runReduce(
  kernel: ReduceKernel,
  x: Tensor,
  axes: readonly number[],
  dropped: Shape,
  dtype: DType,
  code: number,
): Tensor {
  const run = runOf(x.shape, axes);
  if (run === undefined) {
    const rest = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
    const moved = permute(x, [...rest, ...axes]);
    const last = axes.map((_, i) => rest.length + i);
    const out = runReduce(kernel, moved, last, dropped, dtype, code);
    moved.dispose();
    return out;
  }
  const { outer, length, inner } = run;
  const out = emptyTensor(dropped, dtype);
  const runtime = currentRuntime();
  if (kernel === 'reduceF32' || kernel === 'argReduceF32') {
    const scratch = runtime.workspace(runtime.kernels.columnScratchBytes(runtime.threads));
    const isSum = kernel === 'reduceF32' && code === (ReduceOp.Sum as number);
    if (isSum && outer === 1 && inner > 1 && inner <= PARTIALS_COLUMNS && length >= PARTIALS_ROWS) {
      sumByPartials(out.pointer, x.pointer, length, inner, scratch);
    } else {
      runtime.run(kernel, out.pointer, x.pointer, outer, length, inner, code, scratch);
    }
  } else {
    runtime.run(kernel, out.pointer, x.pointer, outer, length, inner, code);
  }
  return out;
}

/** out[columns] = the sums of x[rows, columns] down the columns, whose partial sums depend on the shape alone. */
function sumByPartials(
  out: Pointer,
  x: Pointer,
  rows: number,
  columns: number,
  scratch: Pointer,
): void {
  const runtime = currentRuntime();
  const rowBytes = 4 * columns;
  const rowsPerPartial = Math.floor(rows / SUM_PARTIALS);
  const rest = rows - SUM_PARTIALS * rowsPerPartial;
  const partials = SUM_PARTIALS + (rest > 0 ? 1 : 0);
  const addUp = (to: Pointer, from: Pointer, outer: number, length: number): void => {
    runtime.run('reduceF32', to, from, outer, length, columns, ReduceOp.Sum, scratch);
  };
  runtime.withScratch(partials * rowBytes, (partial) => {
    addUp(partial, x, SUM_PARTIALS, rowsPerPartial);
    if (rest > 0)
      addUp(
        partial + SUM_PARTIALS * rowBytes,
        x + SUM_PARTIALS * rowsPerPartial * rowBytes,
        1,
        rest,
      );
    addUp(out, partial, 1, partials);
  });
}

/** The result of a reduction without the reduced axes, or with length 1 in their place. */
export function withKeepdims(
  op: string,
  result: Tensor,
  keepDimsShape: Shape,
  keepdims: boolean,
): Tensor {
  return checkBoolean(op, 'keepdims', keepdims) ? reshape(result, keepDimsShape) : result;
}

/** A reduction of float32 or int32 (smaller types as int32). */
export function reduce(
  op: string,
  x: Tensor,
  axis: Axes,
  code: ReduceOp,
): { readonly out: Tensor; readonly keepDimsShape: number[]; readonly axes: number[] } {
  const { axes, dropped, keepDimsShape } = reducedShapes(op, x.shape, axis);
  const input = arithmetic(x);
  const kernel = input.dtype === 'float32' ? 'reduceF32' : 'reduceI32';
  return { out: runReduce(kernel, input, axes, dropped, input.dtype, code), keepDimsShape, axes };
}

// Summing and repeating are each other's gradient, so they stand in one file.

/**
 * The sum over `axis` (a number, a list, or all axes); 0 if there are no elements. bool and uint8 are summed as int32.
 *
 * @keras numpy.Sum axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.sum([[1, 2], [3, 4]], 0) // [4, 6]
 */
export function sum(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const { out, keepDimsShape } = reduce('sum', input, axis, ReduceOp.Sum);
    const result = record('sum', [input], out, [], (dy) => [
      // Of a single number: at once, where no tape records the gradient.
      dy.size === 1 && !isRecording()
        ? fullOf(input.shape, dy, (element) => element)
        : broadcastTo(reshape(dy, keepDimsShape), input.shape),
    ]);
    return withKeepdims('sum', result, keepDimsShape, keepdims);
  });
}

/**
 * x repeated along axes of length 1 (and along new leading axes) to `shape`.
 *
 * @keras numpy.BroadcastTo shape
 * @method
 * @throws ShapeError if an axis has neither length 1 nor the required length.
 * @example ops.broadcastTo([1, 2], [2, 2]) // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: TensorLike, shape: Shape): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    checkShape('broadcastTo', shape);
    if (sameShape(input.shape, shape)) return ownResult(input, x);
    const target = broadcastShapes('broadcastTo', input.shape, shape);
    if (!sameShape(target, shape)) {
      throw new ShapeError(
        `broadcastTo: shape ${formatShape(input.shape)} does not broadcast to ${formatShape(shape)}: ` +
          `only axes of length 1 can be repeated, and only new leading axes added.`,
      );
    }
    const out = repeated('broadcastTo', input, target);
    return record('broadcastTo', [input], out, [], (dy) => [sumTo(dy, input.shape)]);
  });
}

/** x summed over the axes along which `shape` was broadcast to x's shape: the gradient of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.ndim - shape.length;
  const axes = x.shape
    .map((length, axis) => (axis < lead || (shape[axis - lead] === 1 && length !== 1) ? axis : -1))
    .filter((axis) => axis >= 0);
  return reshape(sum(x, axes), shape);
}
