// Normalization of tensors, as the layers of these names compute it from their weights.
import { isRecording, record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  emptyTensor,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  scoped,
  sizeOf,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, mul, sub } from '../elementwise/arithmetic.js';
import { maximum } from '../elementwise/power.js';
import { broadcastStrides, writeLayout } from '../../tensor/layout.js';
import { sum, sumTo } from '../reductions/sum.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { normalization } from '../../wasm/generated/normalization.js';
import { gradientsThrough } from '../control/custom-gradient.js';
import { mean } from '../reductions/reduce.js';
import { reshape } from '../shapes/reshape.js';
import { rsqrt, square } from '../elementwise/unary.js';
import { checkNumber, checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { toFloat } from '../elementwise/operands.js';
import type { Axes } from '../reductions/sum.js';

/**
 * x / ‖x‖ with the Euclidean norm along `axis`. Norms below `smallest` count as `smallest`: zeros stay zeros, and their
 * gradient stays finite.
 */
export function unitVectors(x: Tensor, axis: Axes, smallest: number): Tensor {
  const squares = sum(square(x), axis, true);
  return mul(x, rsqrt(maximum(squares, smallest * smallest)));
}

/**
 * x · factor + addend on float32, with the bits of `add(mul(x, factor), addend)` and no tensor for the product. Factor and
 * addend have one shape, which broadcasts to that of x.
 */
export function multiplyAdd(x: Tensor, factor: Tensor, addend: Tensor): Tensor {
  const { shape } = x;
  const out = emptyTensor(shape, 'float32');
  if (out.size > 0) {
    const strides = [
      broadcastStrides(shape, shape),
      broadcastStrides(factor.shape, shape),
    ] as const;
    const layout = writeLayout('multiplyAdd', shape, ...strides, true);
    const pointers = [out.pointer, x.pointer, factor.pointer, addend.pointer] as const;
    currentRuntime().run('multiplyAdd', ...pointers, layout);
  }
  return record('multiplyAdd', [x, factor, addend], out, [x, factor], (dy, [p, f], wanted) => [
    wanted[0] === true ? mul(dy, f) : undefined,
    wanted[1] === true ? sumTo(mul(dy, p), f.shape) : undefined,
    wanted[2] === true ? sumTo(dy, addend.shape) : undefined,
  ]);
}

// Normalization over some axes. Where these are the last ones, a row of them is the work of a kernel (assembly/normalization).

/** The arguments of `normalizeOver`: all tensors float32. */
interface Normalization {
  readonly x: Tensor;
  /** Factors, `alongAxes` of x or with as many axes as x; null for none. */
  readonly gamma: Tensor | null;
  /** What is added, in the same form. */
  readonly beta: Tensor | null;
  /** Added to the variance. */
  readonly epsilon: number;
  /** Whether the mean is taken off. Without it the variance is the mean of squares. */
  readonly isCentred: boolean;
  /** The axes that mean and variance are over, counted from the front and in order. */
  readonly axes: readonly number[];
}

/**
 * A weight that has the lengths of some axes of a tensor, with length 1 on the axes between and behind them.
 *
 * @param axes the axes that the weight has, counted from the front, in order
 * @param rank number of axes of the tensor
 */
export function alongAxes(weight: Tensor, axes: readonly number[], rank: number): Tensor {
  const [first = rank] = axes;
  const shape = new Array<number>(rank - first).fill(1);
  axes.forEach((axis, i) => {
    shape[axis - first] = weight.shape[i] ?? 1;
  });
  return sameShape(shape, weight.shape) ? weight : reshape(weight, shape);
}

/** gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over `axes`. Of x's shape. */
export function normalizeOver(call: Normalization): Tensor {
  const { x, axes } = call;
  const isTrailing = axes.every((axis, i) => axis === x.ndim - axes.length + i);
  return isTrailing ? byRows(call) : composed(call);
}

function byRows(call: Normalization): Tensor {
  const { x, gamma, beta, epsilon, isCentred } = call;
  const isSaved = isRecording();
  const [rows, length] = sizesOf(call);
  const out = emptyTensor(x.shape, 'float32');
  const stats = emptyTensor(isSaved ? [rows, 2] : [0], 'float32');
  normalizationRuntime().run(
    'normalizeRows',
    out.pointer,
    isSaved ? stats.pointer : 0,
    x.pointer,
    gamma?.pointer ?? 0,
    beta?.pointer ?? 0,
    rows,
    length,
    epsilon,
    isCentred ? 1 : 0,
  );
  if (!isSaved) {
    stats.dispose();
    return out;
  }
  // In place of what is missing x is saved, and no gradient of it is given.
  const saved = [x, gamma ?? x, beta ?? x, stats] as const;
  const inputs = [x, gamma, beta].filter((input) => input !== null);
  return record('normalize', inputs, out, saved, (dy, [p, g, b, s], wanted) => {
    const then = { ...call, x: p, gamma: gamma && g, beta: beta && b };
    if (isRecording()) {
      const all = [p, then.gamma, then.beta].filter((input) => input !== null);
      return gradientsThrough(all, () => composed(then), dy);
    }
    const [dx, products] = rowGradients(then, dy, s, gamma !== null && wanted[1] === true);
    const [, length] = sizesOf(then);
    const ofRows = (rows: Tensor, like: Tensor): Tensor =>
      reshape(sum(reshape(rows, [-1, length]), 0), like.shape);
    return [
      dx,
      ...(gamma === null ? [] : [products && ofRows(products, g)]),
      ...(beta === null ? [] : [wanted.at(-1) === true ? ofRows(dy, b) : undefined]),
    ];
  });
}

/** The gradient at x and, if it is asked for, dy times the normalized rows, whose sums are the gradient of gamma. */
function rowGradients(
  call: Normalization,
  dy: Tensor,
  stats: Tensor,
  needsProducts: boolean,
): readonly [dx: Tensor, products: Tensor | undefined] {
  const { x, gamma, isCentred } = call;
  const [rows, length] = sizesOf(call);
  const dx = emptyTensor(x.shape, 'float32');
  const products = needsProducts ? emptyTensor(x.shape, 'float32') : undefined;
  normalizationRuntime().run(
    'normalizeRowsGradient',
    dx.pointer,
    products?.pointer ?? 0,
    dy.pointer,
    stats.pointer,
    x.pointer,
    gamma?.pointer ?? 0,
    rows,
    length,
    isCentred ? 1 : 0,
  );
  return [dx, products];
}

/** The same from single operations, over any axes. */
export function composed({ x, gamma, beta, epsilon, isCentred, axes }: Normalization): Tensor {
  const centred = isCentred ? sub(x, mean(x, axes, true)) : x;
  const variance = mean(square(centred), axes, true);
  const normalized = mul(centred, rsqrt(add(variance, epsilon)));
  const scaled = gamma === null ? normalized : mul(normalized, gamma);
  return beta === null ? scaled : add(scaled, beta);
}

function sizesOf({ x, axes }: Normalization): readonly [rows: number, length: number] {
  const before = x.ndim - axes.length;
  return [sizeOf(x.shape.slice(0, before)), sizeOf(x.shape.slice(before))];
}

function normalizationRuntime(): WorkingRuntime {
  return currentRuntime().with(normalization);
}

/** The arguments of `normalizeBy`: all tensors float32, all but x vectors along `axis`. */
interface Statistics {
  readonly x: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** The factors; null for none. */
  readonly scale: Tensor | null;
  /** What is added; null for nothing. */
  readonly offset: Tensor | null;
  /** Counted from the front. */
  readonly axis: number;
  /** Added to the variance. */
  readonly epsilon: number;
}

/** scale · (x − mean) / √(variance + epsilon) + offset as x · factor + addend, with vectors that are computed beforehand. */
export function normalizeBy(call: Statistics): Tensor {
  const { x, mean, variance, scale, offset, axis, epsilon } = call;
  const root = rsqrt(add(variance, epsilon));
  const factor = scale === null ? root : mul(root, scale);
  const addend = sub(offset ?? 0, mul(mean, factor));
  const aligned = (vector: Tensor): Tensor => alongAxes(vector, [axis], x.ndim);
  return multiplyAdd(x, aligned(factor), aligned(addend));
}

/** Options of `batchNormalization`. */
export interface BatchNormalizationOptions {
  /** A vector along the axis, which is added to the normalized numbers. Default null: none. */
  readonly offset?: TensorLike | null;
  /** A vector along the axis, by which the normalized numbers are multiplied. Default null: none. */
  readonly scale?: TensorLike | null;
  /** Added to the variance, at least 0. Default 1e-3. */
  readonly epsilon?: number;
}

/**
 * scale · (x − mean) / √(variance + epsilon) + offset along `axis`: mean, variance, scale and offset are vectors with a number for
 * each position on the axis. float32, of x's shape. The layer `BatchNormalization` computes this in predictions, with its moving
 * statistics; use `moments` for those of a batch.
 *
 * @keras = batchNormalization
 * @param mean a vector along the axis, which is subtracted
 * @param variance a vector along the axis
 * @param axis the axis of the vectors
 * @throws ShapeError for a vector of a wrong length, ValueError for a negative epsilon.
 * @example ops.batchNormalization([[1, 5], [3, 7]], [2, 6], [1, 4], -1, { epsilon: 0 }) // [[-1, -0.5], [1, 0.5]]
 */
export function batchNormalization(
  x: TensorLike,
  mean: TensorLike,
  variance: TensorLike,
  axis: number,
  options: BatchNormalizationOptions = {},
): Tensor {
  const op = 'batchNormalization';
  checkOptions(op, options, ['offset', 'scale', 'epsilon']);
  const epsilon = checkNumber(op, 'epsilon', options.epsilon ?? 1e-3, { min: 0 });
  return scoped(() => {
    const input = toFloat(x);
    const along = normalizeAxis(op, axis, input.ndim);
    const length = input.shape[along] ?? 1;
    const vector = (name: string, given: TensorLike): Tensor => {
      const values = toFloat(given);
      if (sameShape(values.shape, [length])) return values;
      throw new ShapeError(
        `${op}: ${name} must be a vector of ${length} numbers, as x of shape ${formatShape(input.shape)} has along axis ` +
          `${axis}, got shape ${formatShape(values.shape)}.`,
      );
    };
    const { offset = null, scale = null } = options;
    return normalizeBy({
      x: input,
      mean: vector('mean', mean),
      variance: vector('variance', variance),
      offset: offset === null ? null : vector('offset', offset),
      scale: scale === null ? null : vector('scale', scale),
      axis: along,
      epsilon,
    });
  });
}

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions {
  /**
   * Factors of the normalized numbers: with the lengths of the axes, or with as many axes as x, broadcasting. Default null:
   * none.
   */
  readonly gamma?: TensorLike | null;
  /** Numbers that are added afterwards, of such a shape. Default null: none. */
  readonly beta?: TensorLike | null;
  /** The axis or axes over which mean and variance are computed; null stands for all. Default −1. */
  readonly axis?: Axes;
  /** Added to the variance, at least 0. Default, and null: 1e-7. */
  readonly epsilon?: number | null;
}

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over `axis` (Ba et al., 2016). float32, of x's shape. The
 * layer `LayerNormalization` learns gamma and beta, and has a different epsilon.
 *
 * @keras = layerNormalization
 * @throws ShapeError for an axis out of range or a gamma or beta of a wrong shape, ValueError for a negative epsilon.
 * @example ops.layerNormalization([[1, 3], [5, 5]], { beta: [0, 10] }) // [[-1, 11], [0, 10]]
 */
export function layerNormalization(x: TensorLike, options: LayerNormalizationOptions = {}): Tensor {
  checkOptions('layerNormalization', options, ['gamma', 'beta', 'axis', 'epsilon']);
  const { gamma, beta, axis, epsilon } = options;
  return overAxes('layerNormalization', x, { gamma, beta }, axis, epsilon);
}

/** Options of `rmsNormalization`. */
export interface RMSNormalizationOptions {
  /**
   * Factors of the normalized numbers: with the lengths of the axes, or with as many axes as x, broadcasting. Default null:
   * none.
   */
  readonly scale?: TensorLike | null;
  /** The axis or axes over which the mean is computed; null stands for all. Default −1. */
  readonly axis?: Axes;
  /** Added to the mean of squares, at least 0. Default, and null: 1e-7. */
  readonly epsilon?: number | null;
}

/**
 * scale · x / √(mean(x²) + epsilon), the mean over `axis` (Zhang and Sennrich, 2019). float32, of x's shape. The layer
 * `RMSNormalization` learns scale, and has a different epsilon.
 *
 * @keras = rmsNormalization
 * @throws ShapeError for an axis out of range or a scale of a wrong shape, ValueError for a negative epsilon.
 * @example ops.rmsNormalization([[3, 4]]) // [[0.8485, 1.1314]]
 */
export function rmsNormalization(x: TensorLike, options: RMSNormalizationOptions = {}): Tensor {
  checkOptions('rmsNormalization', options, ['scale', 'axis', 'epsilon']);
  const { scale, axis, epsilon } = options;
  return overAxes('rmsNormalization', x, { scale }, axis, epsilon);
}

/** A weight as a program gives it. */
type Given = TensorLike | null | undefined;

/** `normalizeOver` of arguments as programs give them. With a scale in place of gamma nothing is centred. */
function overAxes(
  op: string,
  x: TensorLike,
  weights: { readonly gamma: Given; readonly beta: Given } | { readonly scale: Given },
  axis: Axes = -1,
  epsilon: number | null = null,
): Tensor {
  const addend = checkNumber(op, 'epsilon', epsilon ?? 1e-7, { min: 0 });
  const isCentred = 'beta' in weights;
  return scoped(() => {
    const input = toFloat(x);
    const { shape } = input;
    const axes = normalizeAxes(op, axis, input.ndim);
    const lengths = axes.map((along) => shape[along] ?? 1);
    const aligned = shape.map((length, along) => (axes.includes(along) ? length : 1));
    const weight = (name: string, given: Given): Tensor | null => {
      if (given === null || given === undefined) return null;
      const values = toFloat(given);
      if (sameShape(values.shape, lengths)) return reshape(values, aligned);
      const fits = (length: number, along: number): boolean =>
        length === 1 || length === shape[along];
      if (values.ndim === input.ndim && values.shape.every(fits)) return values;
      throw new ShapeError(
        `${op}: ${name} of shape ${formatShape(values.shape)} does not fit x of shape ${formatShape(shape)}, which is ` +
          `normalized over axes ${formatShape(axes)}: give it shape ${formatShape(lengths)}, the lengths of these axes, or as ` +
          `many axes as x has, each of the length in x or 1.`,
      );
    };
    const gamma = isCentred ? weight('gamma', weights.gamma) : weight('scale', weights.scale);
    const beta = isCentred ? weight('beta', weights.beta) : null;
    const call = { x: input, epsilon: addend, isCentred, axes };
    const isAligned = [gamma, beta].every((w) => w === null || sameShape(w.shape, aligned));
    if (isAligned) return normalizeOver({ ...call, gamma, beta });
    const normalized = normalizeOver({ ...call, gamma: null, beta: null });
    const scaled = gamma === null ? normalized : mul(normalized, gamma);
    return beta === null ? scaled : add(scaled, beta);
  });
}
