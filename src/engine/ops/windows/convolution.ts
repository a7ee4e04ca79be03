import type { PartialShape, Tensor, TensorLike } from '../../tensor/index.js';
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
import { inChannelsLast } from './data-format.js';
import { checkWindow, reach, windowAlong, windowSizes, windowThrough } from './window.js';
import type { ResolvedAxis, WindowAxis, WindowPadding, WindowRank } from './window.js';
import { requireLengths } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { formatShape } from '../../tensor/index.js';

/** Options of `conv1d`, `conv2d` and `conv3d`; a list has one number for each axis over which the kernel slides. */
export interface ConvolutionOptions {
  /** How far the kernel moves between outputs. Default 1. */
  readonly strides?: number | readonly number[];
  /** Default `'valid'`; `'causal'` for `conv1d` only. */
  readonly padding?: WindowPadding;
  /** Default `'channels_last'`: x[batch, …, channels]; `'channels_first'` is x[batch, channels, …]. */
  readonly dataFormat?: DataFormatOption;
  /** Distance between the inputs of neighbouring elements of the kernel. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** The number of groups into which the channels are split, each convolved with its share of the filters. Default 1. */
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
 * activation(x ∗ kernel + bias), without flipping the kernel, as in Keras: x[batch, height, width, channels], kernel[kernelHeight,
 * kernelWidth, channels / groups, filters], bias[filters] or null → [batch, outHeight, outWidth, filters].
 *
 * @keras = convolution(4)
 * @throws ShapeError if the shapes do not match; ValueError for an option out of range.
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
 * A convolution along one axis, otherwise like `conv2d`: x[batch, steps, channels], kernel[width, channels / groups,
 * filters].
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
 * A convolution over volumes, otherwise like `conv2d`: x[batch, depth, height, width, channels], kernel[kernelDepth,
 * kernelHeight, kernelWidth, channels / groups, filters] → [batch, outDepth, outHeight, outWidth, filters].
 *
 * It is computed as a convolution of images that contain all depths under the kernel. The computation needs up to
 * kernelDepth times the memory of x.
 *
 * @keras = convolution(5)
 * @throws ShapeError if the shapes do not match; ValueError for an option out of range; OutOfMemoryError if there is not
 * enough memory for the images.
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

/**
 * The axis of which a transposed convolution makes positions from `outputs` outputs: all that these reach, and at least `stride`
 * for each (`valid`), or `stride` for each (`same`). An `outputPadding` says how many more there are than (outputs − 1) · stride
 * + reach (`valid`), or than (outputs − 1) · stride + reach modulo 2 (`same`).
 */
function transposedAxis(
  outputs: number,
  axis: WindowAxis,
  outputPadding: number | null,
): ResolvedAxis {
  const { kernel, stride, dilation } = axis;
  const reached = reach(axis);
  const isSame = axis.padding === 'same';
  // Windows slide over the outputs with stride − 1 zeros between them, and so many zeros around them.
  const zeros = !isSame
    ? 2 * (reached - 1) + (outputPadding ?? Math.max(0, stride - reached))
    : outputPadding === null
      ? stride + reached - 2
      : reached + (reached % 2) - 2 + outputPadding;
  const before = isSame ? Math.min(Math.ceil(zeros / 2), reached - 1) : reached - 1;
  const length = (outputs - 1) * stride + zeros - reached + 2;
  return { length, outputs, kernel, stride, pad: reached - 1 - before, dilation };
}

/**
 * The lengths of what a transposed convolution makes of input of these lengths; null where the input's is unknown.
 *
 * @throws ShapeError if one of them is below 1; ValueError if one of them, or the window, is beyond what kernels can count.
 */
export function transposedLengths(
  owner: string,
  lengths: PartialShape,
  axes: readonly WindowAxis[],
  outputPadding: readonly number[] | null,
): (number | null)[] {
  checkWindow(owner, axes);
  const made = axes.map((axis, i) => {
    const length = lengths[i] ?? null;
    return length === null ? null : transposedAxis(length, axis, outputPadding?.[i] ?? null).length;
  });
  requireLengths(owner, 'a length of the output', made);
  if (made.every((length) => length === null || length >= 1)) return made;
  throw new ShapeError(
    `${owner}: input of ${formatShape(lengths)} gives output of ${formatShape(made)}, and lengths must be 1 at least. ` +
      `Use larger input or outputPadding, or padding 'valid'.`,
  );
}

/** Options of `conv1dTranspose`, `conv2dTranspose` and `conv3dTranspose`; a list has one number for each axis of the kernel. */
export interface TransposedConvolutionOptions {
  /** How far the kernel moves between inputs. Default 1. */
  readonly strides?: number | readonly number[];
  /**
   * `'valid'` (default): the output is everything that the kernel reaches. `'same'`: the output is cropped on both sides to
   * length · stride.
   */
  readonly padding?: 'valid' | 'same';
  /**
   * How much longer the output is than (length − 1) · stride + (kernel − 1) · dilation + 1 or, with `'same'`, than (length − 1)
   * · stride plus 1 for an odd and 0 for an even kernel. Default null: follows from `padding`.
   */
  readonly outputPadding?: number | readonly number[] | null;
  /** Default `'channels_last'`: x[batch, …, channels]; `'channels_first'` is x[batch, channels, …]. */
  readonly dataFormat?: DataFormatOption;
  /** Distance of the outputs that neighbouring taps of the kernel reach. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** Applied to the result. Default `'linear'`. */
  readonly activation?: FusedActivation;
}

const TRANSPOSED_OPTIONS = [
  'strides',
  'padding',
  'outputPadding',
  'dataFormat',
  'dilationRate',
  'activation',
] as const;

/**
 * A transposed convolution, the gradient of `conv2d` with respect to its input: each input, times the kernel, is added
 * to the outputs that the kernel reaches from it. x[batch, height, width, channels], kernel[kernelHeight, kernelWidth,
 * filters, channels], bias[filters] or null → [batch, outHeight, outWidth, filters].
 *
 * @keras = transposedConvolution(4)
 * @throws ShapeError if the shapes do not match, or the output would be empty; ValueError for an option out of range.
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
 * A transposed convolution along one axis, otherwise like `conv2dTranspose`: x[batch, steps, channels], kernel[width,
 * filters, channels].
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
 * A transposed convolution over volumes, otherwise like `conv2dTranspose`: x[batch, depth, height, width, channels],
 * kernel[kernelDepth, kernelHeight, kernelWidth, filters, channels] → [batch, outDepth, outHeight, outWidth, filters].
 *
 * @keras = transposedConvolution(5)
 * @throws ShapeError if the shapes do not match, or the output would be empty; ValueError for an option out of range;
 * OutOfMemoryError if there is not enough memory for the contributions of each depth to the depths of the output.
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
  return inChannelsLast(op, rank, x, options, TRANSPOSED_OPTIONS, (input, given) => {
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
