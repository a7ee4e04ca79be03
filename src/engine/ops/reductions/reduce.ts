import { ReduceOp } from '../../../../assembly/codes.js';
import { isRecording, record, sever } from '../../autodiff/index.js';
import { ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  emptyTensor,
  formatShape,
  fullOf,
  normalizeAxis,
  scoped,
  sizeOf,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { equal } from '../elementwise/compare.js';
import { isRectified, rememberPassed } from '../linalg/products/fused-activation.js';
import { toFloat } from '../elementwise/operands.js';
import { broadcastTo, reduce, reducedShapes, runOf, runReduce, sum, withKeepdims } from './sum.js';
import type { Axes, AxisRun } from './sum.js';
import { reshape } from '../shapes/reshape.js';
import { softmax } from '../neural/softmax.js';
import { transpose } from '../shapes/transpose.js';
import { sqrt, square } from '../elementwise/unary.js';

/** Throws if there is nothing to choose from. */
function requireElements(op: string, x: Tensor, axes: readonly number[]): void {
  if (axes.some((axis) => x.shape[axis] === 0)) {
    throw new ValueError(
      `${op}: shape ${formatShape(x.shape)} has no elements along the reduced axes, so there is no ${op}.`,
    );
  }
}

/**
 * The mean over `axis` (a number, a list, or all axes), in float32; NaN if there are no elements.
 *
 * @keras numpy.Mean axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.mean([[1, 2], [3, 4]], 1) // [1.5, 3.5]
 */
export function mean(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const { out, keepDimsShape, axes } = reduce('mean', input, axis, ReduceOp.Mean);
    const count = axes.reduce((product, i) => product * (input.shape[i] ?? 1), 1);
    const result = record('mean', [input], out, [], (dy) => [
      // Of a single number: at once, where no tape records the gradient.
      dy.size === 1 && !isRecording()
        ? fullOf(input.shape, dy, (element) => element / count)
        : broadcastTo(reshape(div(dy, count), keepDimsShape), input.shape),
    ]);
    return withKeepdims('mean', result, keepDimsShape, keepdims);
  });
}

/** The gradient of an extremum is shared evenly by all elements that equal it. */
function extremum(op: 'max' | 'min', code: ReduceOp, x: TensorLike, axis: Axes, keepdims: boolean) {
  return scoped(() => {
    const input = toTensor(x);
    requireElements(op, input, reducedShapes(op, input.shape, axis).axes);
    const { out, keepDimsShape, axes } = reduce(op, input, axis, code);
    const result = record(op, [input], out, [input, out], (dy, [p, best]) => {
      const run = isRecording() ? undefined : runOf(p.shape, axes);
      if (run !== undefined) return [extremumGradient(dy, p, best, run)];
      const hits = convert(equal(p, reshape(best, keepDimsShape)), 'float32');
      return [div(mul(hits, reshape(dy, keepDimsShape)), sum(hits, axes, true))];
    });
    const restored =
      input.dtype === 'bool' || input.dtype === 'uint8' ? convert(result, input.dtype) : result;
    return withKeepdims(op, restored, keepDimsShape, keepdims);
  });
}

/** The gradient of an extremum in one pass over float32 x, and through the relu whose result x is, if x is one. */
function extremumGradient(
  dy: Tensor,
  x: Tensor,
  best: Tensor,
  { outer, length, inner }: AxisRun,
): Tensor {
  const dx = emptyTensor(x.shape, 'float32');
  const rectified = isRectified(x.storage);
  const given = [dx.pointer, dy.pointer, x.pointer, best.pointer, outer, length, inner] as const;
  currentRuntime().run('extremumGradient', ...given, rectified ? 1 : 0);
  return rectified ? rememberPassed(dx, x) : dx;
}

/**
 * The largest element along `axis`; NaN if one is NaN.
 *
 * @keras numpy.Max|numpy.Amax axis=null keepdims=false [initial=null]
 * @method
 * @stepwise
 * @example ops.max([[1, 4], [3, 2]], 0) // [3, 4]
 */
export function max(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return extremum('max', ReduceOp.Max, x, axis, keepdims);
}

/**
 * The smallest element along `axis`; NaN if one is NaN.
 *
 * @keras numpy.Min|numpy.Amin axis=null keepdims=false [initial=null]
 * @method
 * @stepwise
 * @example ops.min([[1, 4], [3, 2]], 0) // [1, 2]
 */
export function min(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return extremum('min', ReduceOp.Min, x, axis, keepdims);
}

function argExtremum(
  op: 'argmax' | 'argmin',
  code: ReduceOp,
  x: TensorLike,
  axis: number | null | undefined,
  keepdims: boolean,
) {
  return scoped(() => {
    const given = toTensor(x);
    const flat = axis === undefined || axis === null;
    const input = flat ? reshape(given, [-1]) : given;
    const along = flat ? 0 : normalizeAxis(op, axis, input.ndim);
    requireElements(op, input, [along]);
    const { dropped, keepDimsShape } = reducedShapes(op, input.shape, along);
    const isFloat = input.dtype === 'float32';
    const values = isFloat ? input : convert(input, 'int32');
    const kernel = isFloat ? 'argReduceF32' : 'argReduceI32';
    const out = sever(op, [values], runReduce(kernel, values, [along], dropped, 'int32', code));
    return withKeepdims(op, out, flat ? given.shape.map(() => 1) : keepDimsShape, keepdims);
  });
}

/**
 * int32 index of the first largest element along `axis` (without an axis, of all elements in order).
 *
 * @keras numpy.Argmax axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.argmax([[1, 4], [3, 2]], 1) // [1, 0]
 */
export function argmax(x: TensorLike, axis?: number | null, keepdims = false): Tensor {
  return argExtremum('argmax', ReduceOp.Max, x, axis, keepdims);
}

/**
 * 1 where the first largest elements of x and of y stand at one position of the last axis, else 0:
 * [n, …, classes] → [n, …], float32. Both have one shape.
 */
export function matchLargest(x: Tensor, y: Tensor): Tensor {
  const op = 'argmax';
  requireElements(op, x, [x.ndim - 1]);
  const out = emptyTensor(x.shape.slice(0, -1), 'float32');
  const classes = x.shape.at(-1) ?? 1;
  currentRuntime().run('matchLargest', out.pointer, x.pointer, y.pointer, out.size, classes);
  return sever(op, [x, y], out);
}

/**
 * int32 index of the first smallest element along `axis` (without an axis, of all elements in order).
 *
 * @keras numpy.Argmin axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.argmin([[1, 4], [3, 2]], 1) // [0, 1]
 */
export function argmin(x: TensorLike, axis?: number | null, keepdims = false): Tensor {
  return argExtremum('argmin', ReduceOp.Min, x, axis, keepdims);
}

function quantifier(
  op: 'any' | 'all',
  code: ReduceOp,
  x: TensorLike,
  axis: Axes,
  keepdims: boolean,
) {
  return scoped(() => {
    const input = convert(toTensor(x), 'bool');
    const { axes, dropped, keepDimsShape } = reducedShapes(op, input.shape, axis);
    const out = sever(op, [input], runReduce('reduceBool', input, axes, dropped, 'bool', code));
    return withKeepdims(op, out, keepDimsShape, keepdims);
  });
}

/**
 * True where at least one element along `axis` is not 0; false if there are no elements.
 *
 * @keras numpy.Any axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.any([[0, 1], [0, 0]], 1) // [true, false]
 */
export function any(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return quantifier('any', ReduceOp.Max, x, axis, keepdims);
}

/**
 * True where no element along `axis` is 0; true if there are no elements.
 *
 * @keras numpy.All axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.all([[1, 1], [0, 1]], 1) // [true, false]
 */
export function all(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return quantifier('all', ReduceOp.Min, x, axis, keepdims);
}

/**
 * The mean of the squared distances from the mean along `axis` (divided by n, as NumPy's default).
 *
 * @keras numpy.Var axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.variance([1, 2, 3, 4]) // 1.25
 */
export function variance(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    return mean(square(sub(input, mean(input, axis, true))), axis, keepdims);
  });
}

/**
 * √variance along `axis`. The gradient is NaN if all elements are equal, as in Keras, since the root has no slope at 0.
 * If that can happen, use `sqrt(variance(x).add(epsilon))`.
 *
 * @keras numpy.Std axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.std([[0, 4], [1, 7]], 1) // [2, 3]
 */
export function std(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => sqrt(variance(x, axis, keepdims)));
}

/**
 * ln Σ exp(x) along `axis`, computed stably; −inf if there are no elements or all are −inf, inf if one is inf.
 *
 * @keras math.Logsumexp axis=null keepdims=false
 * @method
 * @stepwise
 * @example ops.logsumexp([1000, -1000]) // 1000
 */
export function logsumexp(x: TensorLike, axis?: Axes, keepdims = false): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const { axes, dropped, keepDimsShape } = reducedShapes('logsumexp', input.shape, axis);
    const rest = input.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const areLast = axes.every((at, i) => at === rest.length + i);
    const moved = areLast ? input : transpose(input, [...rest, ...axes]);
    const [rows, columns] = [sizeOf(dropped), sizeOf(moved.shape.slice(rest.length))];
    const matrix = reshape(moved, [rows, columns]);
    const out = emptyTensor([rows], 'float32');
    currentRuntime().run('logSumExpRows', out.pointer, matrix.pointer, rows, columns);
    const result = record('logsumexp', [matrix], out, [matrix], (dy, [p]) => [
      mul(softmax(p), reshape(dy, [rows, 1])),
    ]);
    return withKeepdims('logsumexp', reshape(result, dropped), keepDimsShape, keepdims);
  });
}
