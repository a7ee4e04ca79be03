import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { FusedActivation } from '../linalg/products/fused-activation.js';
import {
  checkBias,
  checkChannels,
  checkGroups,
  checkKernel,
  slide,
  windowAxes,
} from './convolution-operands.js';
import type { DataFormatOption } from './data-format.js';
import { inChannelsLast } from './in-channels-last.js';
import { windowAlong } from './window.js';
import type { WindowPadding, WindowRank } from './window.js';

/** Options of `conv1d`, `conv2d` and `conv3d`; a list has one number for each axis over which the kernel slides. */
export interface ConvolutionOptions {
  /** How far the kernel moves from output to output. Default 1. */
  readonly strides?: number | readonly number[];
  /** Default `'valid'`; `'causal'` for `conv1d` only. */
  readonly padding?: WindowPadding;
  /** Default `'channels_last'`: x[batch, …, channels]; `'channels_first'` is x[batch, channels, …]. */
  readonly dataFormat?: DataFormatOption;
  /** Distance of the inputs that neighbouring taps of the kernel read. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** Into how many parts the channels are split, each convolved by its share of the filters. Default 1. */
  readonly groups?: number;
  /** Applied to the result while it is in cache. Default `'linear'`. */
  readonly activation?: FusedActivation;
}

const OPTIONS = [
  'strides',
  'padding',
  'dataFormat',
  'dilationRate',
  'groups',
  'activation',
] as const;

/**
 * activation(x ∗ kernel + bias), the kernel not flipped, as in Keras: x[batch, height, width, channels],
 * kernel[kernelHeight, kernelWidth, channels / groups, filters], bias[filters] or null → [batch, outHeight,
 * outWidth, filters].
 *
 * @keras = convolution(4)
 * @throws ShapeError if they do not fit; ValueError for an option out of range.
 * @example ops.conv2d(ones([1, 3, 3, 1]), ones([2, 2, 1, 1]), null, { padding: 'same' }).squeeze() // [[4, 4, 2], [4, 4, 2], [2, 2, 1]]
 */
export function conv2d(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return convolution('conv2d', 2, x, kernel, bias, options);
}

/**
 * A convolution along one axis, else as `conv2d`: x[batch, steps, channels], kernel[width, channels / groups, filters].
 *
 * @keras = convolution(3)
 * @example ops.conv1d([[[1], [2], [3]]], tensor([[[1]], [[10]]])) // [[[21], [32]]]
 */
export function conv1d(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return convolution('conv1d', 1, x, kernel, bias, options);
}

/**
 * A convolution over volumes, else as `conv2d`: x[batch, depth, height, width, channels], kernel[kernelDepth, kernelHeight,
 * kernelWidth, channels / groups, filters] → [batch, outDepth, outHeight, outWidth, filters].
 *
 * It is computed as a convolution of images that hold all depths which the kernel sees. While it runs, these take up to
 * kernelDepth times the memory of x.
 *
 * @keras = convolution(5)
 * @throws ShapeError if they do not fit; ValueError for an option out of range; OutOfMemoryError if there is no room for the
 * images.
 * @example ops.conv3d(ones([1, 2, 3, 3, 1]), ones([2, 2, 2, 1, 1])).squeeze() // [[8, 8], [8, 8]]
 */
export function conv3d(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return convolution('conv3d', 3, x, kernel, bias, options);
}

function convolution(
  op: string,
  rank: WindowRank,
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
): Tensor {
  return inChannelsLast(op, rank, x, options, OPTIONS, (input, given) => {
    const { groups = 1, activation = 'linear' } = options;
    checkKernel(op, rank, kernel, 'channels, filters');
    const [perGroup = 0, filters = 0] = kernel.shape.slice(-2);
    const channels = input.shape.at(-1) ?? 0;
    checkGroups(op, groups, channels, filters);
    checkChannels(op, given, channels, kernel, perGroup * groups);
    checkBias(op, bias, filters, kernel);
    const axes = windowAxes(op, rank, kernel, options, true);
    const window = windowAlong(op, input.shape.with(-1, perGroup), axes);
    const sliding = { window, groups, isTransposed: false };
    return slide(op, rank, [input, kernel, bias], sliding, activation);
  });
}
