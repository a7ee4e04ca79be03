import { ShapeError } from '../../../errors.js';
import { formatShape } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { FusedActivation } from '../linalg/products/fused-activation.js';
import { reshape } from '../shapes/reshape.js';
import {
  checkBias,
  checkChannels,
  checkKernel,
  slide,
  windowAxes,
} from './convolution-operands.js';
import type { DataFormatOption } from './data-format.js';
import { inChannelsLast } from './data-format.js';
import { ONE_PIXEL, windowAlong } from './window.js';
import type { WindowAxis, WindowRank } from './window.js';

/** Options of depthwise and separable convolutions; a list has one number for each axis over which the kernel slides. */
export interface DepthwiseConvolutionOptions {
  /** How far the kernel moves between outputs. Default 1. */
  readonly strides?: number | readonly number[];
  /** Default `'valid'`. */
  readonly padding?: 'valid' | 'same';
  /** Default `'channels_last'`: x[batch, …, channels]; `'channels_first'` is x[batch, channels, …]. */
  readonly dataFormat?: DataFormatOption;
  /** Distance between the inputs of neighbouring elements of the kernel. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** Applied to the result. Default `'linear'`. */
  readonly activation?: FusedActivation;
}

const OPTIONS = ['strides', 'padding', 'dataFormat', 'dilationRate', 'activation'] as const;

/**
 * Convolves each channel with its own `multiplier` kernels: x[batch, height, width, channels], kernel[kernelHeight,
 * kernelWidth, channels, multiplier], bias[channels · multiplier] or null → [batch, outHeight, outWidth, channels ·
 * multiplier], the results of a channel side by side.
 *
 * @keras = depthwiseConvolution(4)
 * @throws ShapeError if the shapes do not match; ValueError for an option out of range.
 * @example ops.depthwiseConv2d(ones([1, 2, 2, 2]), tensor([1, 10]).reshape(1, 1, 2, 1).tile([2, 2, 1, 1])).flatten() // [4, 40]
 */
export function depthwiseConv2d(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: DepthwiseConvolutionOptions = {},
): Tensor {
  return depthwise('depthwiseConv2d', 2, x, kernel, bias, options);
}

/**
 * A depthwise convolution along one axis, otherwise like `depthwiseConv2d`: x[batch, steps, channels], kernel[width,
 * channels, multiplier].
 *
 * @keras = depthwiseConvolution(3)
 * @example ops.depthwiseConv1d([[[1, 1], [2, 3]]], ones([2, 2, 1])).flatten() // [3, 4]
 */
export function depthwiseConv1d(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: DepthwiseConvolutionOptions = {},
): Tensor {
  return depthwise('depthwiseConv1d', 1, x, kernel, bias, options);
}

/**
 * A depthwise convolution followed by a 1 × 1 convolution that mixes its channels: x[batch, height, width, channels],
 * depthwiseKernel[kernelHeight, kernelWidth, channels, multiplier], pointwiseKernel[1, 1, channels · multiplier, filters],
 * bias[filters] or null → [batch, outHeight, outWidth, filters].
 *
 * @keras = separableConvolution(4)
 * @param depthwiseKernel [kernelHeight, kernelWidth, channels, multiplier]
 * @param pointwiseKernel [1, 1, channels · multiplier, filters]
 * @throws ShapeError if the shapes do not match; ValueError for an option out of range.
 * @example ops.separableConv2d(ones([1, 2, 2, 2]), ones([2, 2, 2, 1]), ones([1, 1, 2, 1])).item() // 8
 */
export function separableConv2d(
  x: TensorLike,
  depthwiseKernel: Tensor,
  pointwiseKernel: Tensor,
  bias: Tensor | null = null,
  options: DepthwiseConvolutionOptions = {},
): Tensor {
  return separable('separableConv2d', 2, x, [depthwiseKernel, pointwiseKernel, bias], options);
}

/**
 * A separable convolution along one axis, otherwise like `separableConv2d`: x[batch, steps, channels],
 * depthwiseKernel[width, channels, multiplier], pointwiseKernel[1, channels · multiplier, filters].
 *
 * @keras = separableConvolution(3)
 * @param depthwiseKernel [width, channels, multiplier]
 * @param pointwiseKernel [1, channels · multiplier, filters]
 * @example ops.separableConv1d([[[1, 1], [2, 3]]], ones([2, 2, 1]), tensor([[[1], [10]]])).item() // 43
 */
export function separableConv1d(
  x: TensorLike,
  depthwiseKernel: Tensor,
  pointwiseKernel: Tensor,
  bias: Tensor | null = null,
  options: DepthwiseConvolutionOptions = {},
): Tensor {
  return separable('separableConv1d', 1, x, [depthwiseKernel, pointwiseKernel, bias], options);
}

function depthwise(
  op: string,
  rank: WindowRank,
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null,
  options: DepthwiseConvolutionOptions,
): Tensor {
  return inChannelsLast(op, rank, x, options, OPTIONS, (input, given) => {
    checkDepthwise(op, rank, given, input.shape.at(-1) ?? 0, kernel);
    return ofEachChannel(op, rank, [input, kernel, bias], options, options.activation ?? 'linear');
  });
}

/** The depthwise convolution of x[batch, …, channels]: one with a group for each channel. */
function ofEachChannel(
  op: string,
  rank: WindowRank,
  [x, kernel, bias]: readonly [x: Tensor, kernel: Tensor, bias: Tensor | null],
  options: DepthwiseConvolutionOptions,
  activation: FusedActivation,
): Tensor {
  const [channels = 0, multiplier = 0] = kernel.shape.slice(-2);
  checkBias(op, bias, channels * multiplier, kernel);
  const axes = windowAxes(op, rank, kernel, options, false);
  const window = windowAlong(op, x.shape.with(-1, 1), axes);
  const kernels = reshape(kernel, kernel.shape.toSpliced(-2, 2, 1, channels * multiplier));
  const sliding = { window, groups: channels, isTransposed: false };
  return slide(op, rank, [x, kernels, bias], sliding, activation);
}

function separable(
  op: string,
  rank: WindowRank,
  x: TensorLike,
  [kernel, pointwise, bias]: readonly [kernel: Tensor, pointwise: Tensor, bias: Tensor | null],
  options: DepthwiseConvolutionOptions,
): Tensor {
  return inChannelsLast(op, rank, x, options, OPTIONS, (input, given) => {
    checkDepthwise(op, rank, given, input.shape.at(-1) ?? 0, kernel);
    checkPointwise(op, rank, kernel, pointwise);
    checkBias(op, bias, pointwise.shape.at(-1) ?? 0, pointwise);
    const spread = ofEachChannel(op, rank, [input, kernel, null], options, 'linear');
    const pixels = new Array<WindowAxis>(rank).fill(ONE_PIXEL);
    const window = windowAlong(op, spread.shape, pixels);
    const sliding = { window, groups: 1, isTransposed: false };
    const { activation = 'linear' } = options;
    return slide(op, rank, [spread, pointwise, bias], sliding, activation);
  });
}

/** Throws a ShapeError unless the kernel [lengths, channels, multiplier] takes the input, given as `given`. */
function checkDepthwise(
  op: string,
  rank: WindowRank,
  given: Tensor,
  channels: number,
  kernel: Tensor,
): void {
  checkKernel(op, rank, kernel, 'channels, multiplier');
  checkChannels(op, given, channels, kernel, kernel.shape.at(-2) ?? 0);
}

/** Throws a ShapeError unless the pointwise kernel is one pixel long along all axes, and takes what the other one gives. */
function checkPointwise(op: string, rank: WindowRank, kernel: Tensor, pointwise: Tensor): void {
  checkKernel(`${op}, pointwise`, rank, pointwise, 'channels · multiplier, filters');
  const [channels = 0, multiplier = 0] = kernel.shape.slice(-2);
  const isPixel = pointwise.shape.slice(0, -2).every((length) => length === 1);
  if (isPixel && pointwise.shape.at(-2) === channels * multiplier) return;
  throw new ShapeError(
    `${op}: after a depthwise kernel of shape ${formatShape(kernel.shape)} the pointwise kernel must have shape ` +
      `(${'1, '.repeat(rank)}${channels * multiplier}, filters), got ${formatShape(pointwise.shape)}.`,
  );
}
