import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { FusedActivation } from '../linalg/products/fused-activation.js';
import {
  checkBias,
  checkChannels,
  checkKernel,
  slide,
  windowAxes,
} from './convolution-operands.js';
import type { DataFormatOption } from './data-format.js';
import { inChannelsLast } from './in-channels-last.js';
import { transposedAxis, transposedLengths } from './transposed-window.js';
import { windowSizes, windowThrough } from './window.js';
import type { WindowRank } from './window.js';

/** Options of `conv1dTranspose`, `conv2dTranspose` and `conv3dTranspose`; a list has one number for each axis of the kernel. */
export interface TransposedConvolutionOptions {
  /** How far the kernel moves from input to input. Default 1. */
  readonly strides?: number | readonly number[];
  /** `'valid'` (default): all that the kernel reaches. `'same'`: length · stride, cut off on both sides. */
  readonly padding?: 'valid' | 'same';
  /**
   * How much longer the output is than (length − 1) · stride + (kernel − 1) · dilation + 1 or, with `'same'`, than (length − 1)
   * · stride plus 1 for an odd and 0 for an even kernel. Default null: as `padding` says.
   */
  readonly outputPadding?: number | readonly number[] | null;
  /** Default `'channels_last'`: x[batch, …, channels]; `'channels_first'` is x[batch, channels, …]. */
  readonly dataFormat?: DataFormatOption;
  /** Distance of the outputs that neighbouring taps of the kernel reach. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** Applied to the result. Default `'linear'`. */
  readonly activation?: FusedActivation;
}

const OPTIONS = [
  'strides',
  'padding',
  'outputPadding',
  'dataFormat',
  'dilationRate',
  'activation',
] as const;

/**
 * A transposed convolution, the gradient of `conv2d` with respect to its input: each input gives itself times the kernel
 * to the outputs that the kernel reaches from it. x[batch, height, width, channels], kernel[kernelHeight, kernelWidth,
 * filters, channels], bias[filters] or null → [batch, outHeight, outWidth, filters].
 *
 * @keras = transposedConvolution(4)
 * @throws ShapeError if they do not fit, or the output has no length; ValueError for an option out of range.
 * @example ops.conv2dTranspose([[[[1], [2]]]], ones([1, 2, 1, 1]), null, { strides: [1, 2] }).flatten() // [1, 1, 2, 2]
 */
export function conv2dTranspose(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: TransposedConvolutionOptions = {},
): Tensor {
  return transposed('conv2dTranspose', 2, x, kernel, bias, options);
}

/**
 * A transposed convolution along one axis, else as `conv2dTranspose`: x[batch, steps, channels], kernel[width, filters,
 * channels].
 *
 * @keras = transposedConvolution(3)
 * @example ops.conv1dTranspose([[[1], [2]]], tensor([[[1]], [[10]], [[100]]])).flatten() // [1, 12, 120, 200]
 */
export function conv1dTranspose(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: TransposedConvolutionOptions = {},
): Tensor {
  return transposed('conv1dTranspose', 1, x, kernel, bias, options);
}

/**
 * A transposed convolution over volumes, else as `conv2dTranspose`: x[batch, depth, height, width, channels],
 * kernel[kernelDepth, kernelHeight, kernelWidth, filters, channels] → [batch, outDepth, outHeight, outWidth, filters].
 *
 * @keras = transposedConvolution(5)
 * @throws ShapeError if they do not fit, or the output has no length; ValueError for an option out of range;
 * OutOfMemoryError if there is no room for what each depth gives to the depths of the output.
 * @example ops.conv3dTranspose(ones([1, 1, 1, 1, 1]), ones([2, 1, 2, 1, 1])).squeeze() // [[1, 1], [1, 1]]
 */
export function conv3dTranspose(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: TransposedConvolutionOptions = {},
): Tensor {
  return transposed('conv3dTranspose', 3, x, kernel, bias, options);
}

function transposed(
  op: string,
  rank: WindowRank,
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null,
  options: TransposedConvolutionOptions,
): Tensor {
  return inChannelsLast(op, rank, x, options, OPTIONS, (input, given) => {
    checkKernel(op, rank, kernel, 'filters, channels');
    const [filters = 0, channels = 0] = kernel.shape.slice(-2);
    checkChannels(op, given, input.shape.at(-1) ?? 0, kernel, channels);
    checkBias(op, bias, filters, kernel);
    const { outputPadding = null, activation = 'linear' } = options;
    const more =
      outputPadding === null ? null : windowSizes(op, 'outputPadding', outputPadding, rank, 0);
    const axes = windowAxes(op, rank, kernel, options, false);
    const lengths = input.shape.slice(1, -1);
    transposedLengths(op, lengths, axes, more);
    const along = axes.map((axis, i) => transposedAxis(lengths[i] ?? 0, axis, more?.[i] ?? null));
    const window = windowThrough(input.shape[0] ?? 0, filters, along);
    const sliding = { window, groups: 1, isTransposed: true };
    return slide(op, rank, [input, kernel, bias], sliding, activation);
  });
}
