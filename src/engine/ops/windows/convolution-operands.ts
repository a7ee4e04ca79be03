import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { FusedActivation } from '../linalg/products/fused-activation.js';
import { requireFloat } from '../elementwise/operands.js';
import { reshape } from '../shapes/reshape.js';
import { transpose } from '../shapes/transpose.js';
import { convolve } from './convolution-products.js';
import type { Sliding } from './convolution-products.js';
import { AXES, windowPadding, windowSizes } from './window.js';
import type { WindowAxis, WindowPadding, WindowRank } from './window.js';

// What the operations of convolutions take, checked, and as what a window slides over.

/** The options that say how a kernel slides. */
export interface SlidingOptions {
  readonly strides?: number | readonly number[];
  readonly padding?: WindowPadding;
  readonly dilationRate?: number | readonly number[];
}

/** How the kernel [lengths, …] slides along each of the axes, with causal padding or without. */
export function windowAxes(
  op: string,
  rank: WindowRank,
  kernel: Tensor,
  options: SlidingOptions,
  canBeCausal: boolean,
): WindowAxis[] {
  const strides = windowSizes(op, 'strides', options.strides ?? 1, rank);
  const dilations = windowSizes(op, 'dilationRate', options.dilationRate ?? 1, rank);
  const padding = windowPadding(op, options.padding ?? 'valid', canBeCausal ? rank : 2);
  return strides.map((stride, axis) => ({
    kernel: kernel.shape[axis] ?? 1,
    stride,
    padding,
    dilation: dilations[axis] ?? 1,
  }));
}

/** Throws a ShapeError unless the kernel is float32 with its lengths and two additional axes, `axes`, none of length 0. */
export function checkKernel(op: string, rank: WindowRank, kernel: Tensor, axes: string): void {
  requireFloat(`${op}: the kernel`, kernel);
  if (kernel.ndim === rank + 2 && kernel.size > 0) return;
  throw new ShapeError(
    `${op}: the kernel must have shape (${rank === 1 ? 'width' : AXES[rank]}, ${axes}) without a ` +
      `length of 0, got ${formatShape(kernel.shape)}.`,
  );
}

/** Throws a ShapeError unless the input, given as `given`, has as many channels as the kernel takes. */
export function checkChannels(
  op: string,
  given: Tensor,
  channels: number,
  kernel: Tensor,
  taken: number,
): void {
  if (channels === taken) return;
  throw new ShapeError(
    `${op}: a kernel of shape ${formatShape(kernel.shape)} takes ${taken} channels, got input of shape ` +
      `${formatShape(given.shape)}, which has ${channels}.`,
  );
}

/** Throws a ShapeError unless the bias, if there is one, has a number for each channel of the output. */
export function checkBias(op: string, bias: Tensor | null, outputs: number, kernel: Tensor): void {
  if (bias === null) return;
  requireFloat(`${op}: the bias`, bias);
  if (bias.ndim === 1 && bias.size === outputs) return;
  throw new ShapeError(
    `${op}: the bias must have shape (${outputs},) to fit a kernel of shape ` +
      `${formatShape(kernel.shape)}, got ${formatShape(bias.shape)}.`,
  );
}

/** Throws a ValueError unless groups divide the channels and the filters. */
export function checkGroups(op: string, groups: number, channels: number, filters: number): void {
  const divides = (n: number): boolean => n % groups === 0;
  if (Number.isInteger(groups) && groups >= 1 && divides(channels) && divides(filters)) return;
  throw new ValueError(
    `${op}: groups must be a whole number that divides the ${channels} channels of the input and the ` +
      `${filters} filters of the kernel, got ${describeValue(groups)}.`,
  );
}

/** The convolution of x[batch, …, channels] by a kernel [lengths, channels of a group, filters]. */
export function slide(
  op: string,
  rank: WindowRank,
  [x, kernel, bias]: readonly [x: Tensor, kernel: Tensor, bias: Tensor | null],
  sliding: Sliding,
  activation: FusedActivation,
): Tensor {
  const [images, kernels] = [asImages(x, rank), asKernelOfImages(kernel, rank)];
  const y = convolve(op, images, kernels, bias, sliding, activation);
  const { depths } = sliding.window;
  if (rank === 2) return y;
  if (depths === undefined) return reshape(y, y.shape.toSpliced(2, 1));
  const depth = sliding.isTransposed ? depths.height : depths.outHeight;
  return reshape(y, y.shape.toSpliced(0, 1, depths.images, depth));
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
