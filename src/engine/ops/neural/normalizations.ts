// Normalization of tensors, as the layers of these names compute it from their weights.
import { checkNumber, checkOptions } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import {
  formatShape,
  normalizeAxes,
  normalizeAxis,
  sameShape,
  scoped,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { normalizeBy } from './normalization/by.js';
import { normalizeOver } from './normalization/over.js';
import { reshape } from '../shapes/reshape.js';
import { toFloat } from '../elementwise/operands.js';
import type { Axes } from '../reductions/reduce-kernel.js';

/** Options of `batchNormalization`. */
export interface BatchNormalizationOptions {
  /** What is added to the normalized numbers, a vector along the axis. Default null: nothing. */
  readonly offset?: TensorLike | null;
  /** What the normalized numbers are multiplied by, a vector along the axis. Default null: nothing. */
  readonly scale?: TensorLike | null;
  /** Added to the variance, at least 0. Default 1e-3. */
  readonly epsilon?: number;
}

/**
 * scale · (x − mean) / √(variance + epsilon) + offset along `axis`: mean, variance, scale and offset are vectors with a number for
 * each place there. float32, of x's shape. The layer `BatchNormalization` computes this when it predicts, by its moving
 * statistics; `moments` gives those of a batch.
 *
 * @keras = batchNormalization
 * @param axis the axis that the vectors lie along
 * @throws ShapeError for a vector of another length, ValueError for an epsilon below 0.
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
   * What the normalized numbers are multiplied by: of the lengths of the axes, or with as many axes as x, broadcasting. Default
   * null: nothing.
   */
  readonly gamma?: TensorLike | null;
  /** What is added after that, of such a shape. Default null: nothing. */
  readonly beta?: TensorLike | null;
  /** The axis or axes that mean and variance are over; null stands for all. Default −1. */
  readonly axis?: Axes;
  /** Added to the variance, at least 0. Default, and null: 1e-7. */
  readonly epsilon?: number | null;
}

/**
 * gamma · (x − mean) / √(variance + epsilon) + beta, mean and variance over `axis` (Ba et al., 2016). float32, of x's shape. The
 * layer `LayerNormalization` learns gamma and beta, and has another epsilon.
 *
 * @keras = layerNormalization
 * @throws ShapeError for an axis out of range or a gamma or beta of another shape, ValueError for an epsilon below 0.
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
   * What the normalized numbers are multiplied by: of the lengths of the axes, or with as many axes as x, broadcasting. Default
   * null: nothing.
   */
  readonly scale?: TensorLike | null;
  /** The axis or axes that the mean is over; null stands for all. Default −1. */
  readonly axis?: Axes;
  /** Added to the mean of squares, at least 0. Default, and null: 1e-7. */
  readonly epsilon?: number | null;
}

/**
 * scale · x / √(mean(x²) + epsilon), the mean over `axis` (Zhang and Sennrich, 2019). float32, of x's shape. The layer
 * `RMSNormalization` learns scale, and has another epsilon.
 *
 * @keras = rmsNormalization
 * @throws ShapeError for an axis out of range or a scale of another shape, ValueError for an epsilon below 0.
 * @example ops.rmsNormalization([[3, 4]]) // [[0.8485, 1.1314]]
 */
export function rmsNormalization(x: TensorLike, options: RMSNormalizationOptions = {}): Tensor {
  checkOptions('rmsNormalization', options, ['scale', 'axis', 'epsilon']);
  const { scale, axis, epsilon } = options;
  return overAxes('rmsNormalization', x, { scale }, axis, epsilon);
}

/** A weight as a program gives it. */
type Given = TensorLike | null | undefined;

/** `normalizeOver` of arguments as programs give them. With a scale in the place of gamma nothing is centred. */
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
