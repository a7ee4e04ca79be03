import { describeValue } from '../config/describe-value.js';
import { checkOptions } from '../config/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { formatShape, scoped } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { concat } from './concat.js';
import { convolve } from './windows/convolution-products.js';
import type { FusedActivation } from './products/fused-activation.js';
import { requireFloat, toFloat } from './shared/operands.js';
import { reshape } from './reshape.js';
import { split } from './slice.js';
import { transpose } from './transpose.js';
import { AXES, windowAlong, windowPadding, windowSizes } from './windows/window.js';
import type { Window, WindowAxis, WindowPadding, WindowRank } from './windows/window.js';

/** Options of `conv1d`, `conv2d` and `conv3d`; a list has one number for each axis over which the kernel slides. */
export interface ConvolutionOptions {
  /** How far the kernel moves from output to output. Default 1. */
  readonly strides?: number | readonly number[];
  /** Default `'valid'`; `'causal'` for `conv1d` only. */
  readonly padding?: WindowPadding;
  /** Distance of the inputs that neighbouring taps of the kernel read. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** Into how many parts the channels are split, each convolved by its share of the filters. Default 1. */
  readonly groups?: number;
  /** Applied to the result while it is in cache. Default `'linear'`. */
  readonly activation?: FusedActivation;
}

const OPTIONS = ['strides', 'padding', 'dilationRate', 'groups', 'activation'] as const;

/**
 * activation(x ∗ kernel + bias), the kernel not flipped, as in Keras: x[batch, height, width, channels],
 * kernel[kernelHeight, kernelWidth, channels / groups, filters], bias[filters] or null → [batch, outHeight,
 * outWidth, filters].
 *
 * @keras = convolution(4)
 * @throws ShapeError if they do not fit; ValueError for an option out of range, or a stride and a dilation
 * that are both above 1.
 * @example ops.conv2d(ones([1, 3, 3, 1]), ones([2, 2, 1, 1]), null, { padding: 'same' }).squeeze() // [[4, 4, 2], [4, 4, 2], [2, 2, 1]]
 */
export function conv2d(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return scoped(() => convolution('conv2d', 2, toFloat(x), kernel, bias, options));
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
  return scoped(() => convolution('conv1d', 1, toFloat(x), kernel, bias, options));
}

/**
 * A convolution over volumes, else as `conv2d`: x[batch, depth, height, width, channels], kernel[kernelDepth, kernelHeight,
 * kernelWidth, channels / groups, filters] → [batch, outDepth, outHeight, outWidth, filters].
 *
 * It is computed as a convolution of images that hold all depths which the kernel sees. While it runs, these take up to
 * kernelDepth times the memory of x.
 *
 * @keras = convolution(5)
 * @throws ShapeError if they do not fit; ValueError for an option out of range, or a stride and a dilation that are both
 * above 1; OutOfMemoryError if there is no room for the images.
 * @example ops.conv3d(ones([1, 2, 3, 3, 1]), ones([2, 2, 2, 1, 1])).squeeze() // [[8, 8], [8, 8]]
 */
export function conv3d(
  x: TensorLike,
  kernel: Tensor,
  bias: Tensor | null = null,
  options: ConvolutionOptions = {},
): Tensor {
  return scoped(() => convolution('conv3d', 3, toFloat(x), kernel, bias, options));
}

function convolution(
  op: string,
  rank: WindowRank,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  options: ConvolutionOptions,
): Tensor {
  checkOptions(op, options, OPTIONS);
  const { groups = 1, activation = 'linear' } = options;
  checkOperands(op, rank, x, kernel, bias, groups);
  const axes = windowAxes(op, rank, kernel, options);
  const window = windowAlong(op, x.shape.with(-1, (x.shape.at(-1) ?? 0) / groups), axes);

  const single = (image: Tensor, weights: Tensor, offsets: Tensor | null): Tensor =>
    convolve(op, image, weights, offsets, window, activation);
  const images = asImages(x, rank);
  const kernels = asKernelOfImages(kernel, rank);
  if (groups === 1) return fromImages(single(images, kernels, bias), rank, window);
  const parts = split(images, groups, -1);
  const weights = split(kernels, groups, -1);
  const offsets = bias === null ? [] : split(bias, groups, 0);
  const results = parts.map((part, i) => {
    const weight = weights[i];
    if (weight === undefined) throw new ShapeError(`${op}: group ${i} has no kernel.`);
    return single(part, weight, offsets[i] ?? null);
  });
  return fromImages(concat(results, -1), rank, window);
}

/** Sequences as images one pixel wide, volumes as images one after the other: what a `Window` slides over. */
function asImages(x: Tensor, rank: WindowRank): Tensor {
  if (rank === 2) return x;
  const [batch = 0, first = 0, ...others] = x.shape;
  return reshape(x, rank === 1 ? [batch, first, 1, ...others] : [batch * first, ...others]);
}

/** The kernel for these images: of volumes, with the channels of all depths that it sees. */
function asKernelOfImages(kernel: Tensor, rank: WindowRank): Tensor {
  if (rank === 2) return kernel;
  if (rank === 1) return reshape(kernel, kernel.shape.toSpliced(1, 0, 1));
  const seen = transpose(kernel, [1, 2, 0, 3, 4]);
  return reshape(seen, seen.shape.toSpliced(2, 2, -1));
}

/** The images that come out, as sequences or volumes. */
function fromImages(y: Tensor, rank: WindowRank, { depths }: Window): Tensor {
  if (rank === 2) return y;
  if (depths === undefined) return reshape(y, y.shape.toSpliced(2, 1));
  return reshape(y, y.shape.toSpliced(0, 1, depths.images, depths.outHeight));
}

/** How the kernel slides along each of the axes. */
function windowAxes(
  op: string,
  rank: WindowRank,
  kernel: Tensor,
  options: ConvolutionOptions,
): WindowAxis[] {
  const strides = windowSizes(op, 'strides', options.strides ?? 1, rank);
  const dilations = windowSizes(op, 'dilationRate', options.dilationRate ?? 1, rank);
  const padding = windowPadding(op, options.padding ?? 'valid', rank);
  if (Math.max(...strides) > 1 && Math.max(...dilations) > 1) {
    throw new ValueError(
      `${op}: strides (${strides.join(', ')}) and dilationRate (${dilations.join(', ')}) cannot both be ` +
        `above 1. Leave one of them at 1.`,
    );
  }
  return strides.map((stride, axis) => ({
    kernel: kernel.shape[axis] ?? 1,
    stride,
    padding,
    dilation: dilations[axis] ?? 1,
  }));
}

function checkOperands(
  op: string,
  rank: WindowRank,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  groups: number,
): void {
  const axes = AXES[rank];
  if (x.ndim !== rank + 2) {
    throw new ShapeError(
      `${op}: the input must have shape (batch, ${axes}, channels), got ${formatShape(x.shape)}.`,
    );
  }
  requireFloat(`${op}: the kernel`, kernel);
  const [perGroup = 0, filters = 0] = kernel.shape.slice(-2);
  if (kernel.ndim !== rank + 2 || kernel.size === 0) {
    throw new ShapeError(
      `${op}: the kernel must have shape (${rank === 1 ? 'width' : axes}, channels, filters) without a ` +
        `length of 0, got ${formatShape(kernel.shape)}.`,
    );
  }
  const channels = x.shape.at(-1) ?? 0;
  if (
    !Number.isInteger(groups) ||
    groups < 1 ||
    channels % groups !== 0 ||
    filters % groups !== 0
  ) {
    throw new ValueError(
      `${op}: groups must be a whole number that divides the ${channels} channels of the input and the ` +
        `${filters} filters of the kernel, got ${describeValue(groups)}.`,
    );
  }
  if (perGroup * groups !== channels) {
    throw new ShapeError(
      `${op}: a kernel of shape ${formatShape(kernel.shape)} takes ${perGroup * groups} channels` +
        `${groups === 1 ? '' : ` (${perGroup} in each of ${groups} groups)`}, got input of shape ` +
        `${formatShape(x.shape)}, which has ${channels}.`,
    );
  }
  if (bias === null) return;
  requireFloat(`${op}: the bias`, bias);
  if (bias.ndim !== 1 || bias.size !== filters) {
    throw new ShapeError(
      `${op}: the bias must have shape (${filters},) to fit a kernel of shape ` +
        `${formatShape(kernel.shape)}, got ${formatShape(bias.shape)}.`,
    );
  }
}
