import { describeValue } from '../../../config/describe-value.js';
import { isListOf, MAX_LENGTH, oneOf, requireLengths } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { formatShape } from '../../tensor/index.js';
import type { Shape } from '../../tensor/index.js';
import { WindowField } from '../../wasm/generated/kernels.js';
import type { Pointer } from '../../wasm/generated/kernels.js';

/**
 * The padding of an image for a sliding window: none (`valid`); enough to make the output ⌈length / stride⌉ long, split
 * evenly between both sides, with an odd one at the end (`same`); or the same amount, all of it at the beginning, so
 * that no output depends on later input (`causal`).
 */
export type WindowPadding = 'valid' | 'same' | 'causal';

/** Number of axes along which a window slides: those of sequences, images or volumes. */
export type WindowRank = 1 | 2 | 3;

/** What the axes of an input are called between batch and channels. */
export const AXES: Readonly<Record<WindowRank, string>> = {
  1: 'steps',
  2: 'height, width',
  3: 'depth, height, width',
};

/** How a window slides along one axis. */
export interface WindowAxis {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: WindowPadding;
  readonly dilation: number;
}

/** How a window slides along an axis of a certain length. Output o at tap k is position o · stride − pad + k · dilation. */
export interface ResolvedAxis {
  readonly length: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
  readonly dilation: number;
}

/** A window that slides over images [images, height, width, channels]: what assembly/ops/window.ts reads. */
export interface Window {
  readonly images: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly dilationY: number;
  readonly dilationX: number;
  /**
   * Where the images are made of volumes: how the window slides along the depth, over images [volumes, depth, pixels,
   * channels]. What it sees of a pixel are the channels of that pixel in the images.
   */
  readonly depths?: Window;
}

/** The window along an axis of length 1 next to the others. */
export const ONE_PIXEL: WindowAxis = { kernel: 1, stride: 1, padding: 'valid', dilation: 1 };

/** From the first to the last input that a dilated kernel covers. */
export const reach = ({ kernel, dilation }: WindowAxis): number => (kernel - 1) * dilation + 1;

/**
 * Number of outputs along an axis of that length; null for an unknown one, below 1 if the kernel is
 * longer than the axis.
 */
export function windowLength(length: number | null, axis: WindowAxis): number | null {
  if (length === null) return null;
  const covered = axis.padding === 'valid' ? length - reach(axis) + 1 : length;
  return Math.ceil(covered / axis.stride);
}

/** Number of positions before the axis at which the first window starts. */
function paddingBefore(length: number, outLength: number, axis: WindowAxis): number {
  if (axis.padding === 'valid') return 0;
  if (axis.padding === 'causal') return reach(axis) - 1;
  const missing = (outLength - 1) * axis.stride + reach(axis) - length;
  return Math.floor(Math.max(0, missing) / 2);
}

/** The axis of a given length. */
function resolved(length: number, axis: WindowAxis): ResolvedAxis {
  const { kernel, stride, dilation } = axis;
  const outputs = windowLength(length, axis) ?? 0;
  return { length, outputs, kernel, stride, pad: paddingBefore(length, outputs, axis), dilation };
}

/**
 * Throws for windows beyond what kernels count in int32: those that reach over more than `MAX_LENGTH` positions of an axis,
 * or have as many taps.
 */
export function checkWindow(owner: string, axes: readonly WindowAxis[]): void {
  let taps = 1;
  for (const axis of axes) {
    taps *= axis.kernel;
    if (reach(axis) <= MAX_LENGTH && taps <= MAX_LENGTH) continue;
    const list = (sizes: readonly number[]): string => sizes.join(' × ');
    const dilations = axes.map(({ dilation }) => dilation);
    throw new ValueError(
      `${owner}: a window of ${list(axes.map(({ kernel }) => kernel))}` +
        (Math.max(...dilations) > 1 ? ` with a dilationRate of ${list(dilations)}` : '') +
        ` is too large: its elements, and the positions that it reaches over on an axis, may be ${MAX_LENGTH} at most.`,
    );
  }
}

/**
 * The window for images of `shape` [images, height, width, channels] and the axes of height and width.
 *
 * @throws ShapeError if the kernel is longer than the image, ValueError if it is larger than kernels can count.
 */
export function windowOver(op: string, shape: Shape, y: WindowAxis, x: WindowAxis): Window {
  outputLengths(op, shape, [y, x]);
  const [images = 0, height = 0, width = 0, channels = 0] = shape;
  return windowOf(images, channels, resolved(height, y), resolved(width, x));
}

/** The window along two axes. */
function windowOf(images: number, channels: number, y: ResolvedAxis, x: ResolvedAxis): Window {
  return {
    images,
    height: y.length,
    width: x.length,
    channels,
    outHeight: y.outputs,
    outWidth: x.outputs,
    kernelHeight: y.kernel,
    kernelWidth: x.kernel,
    strideY: y.stride,
    strideX: x.stride,
    padTop: y.pad,
    padLeft: x.pad,
    dilationY: y.dilation,
    dilationX: x.dilation,
  };
}

/** The two axes of a window. */
export const axesOf = (window: Window): readonly [y: ResolvedAxis, x: ResolvedAxis] => [
  {
    length: window.height,
    outputs: window.outHeight,
    kernel: window.kernelHeight,
    stride: window.strideY,
    pad: window.padTop,
    dilation: window.dilationY,
  },
  {
    length: window.width,
    outputs: window.outWidth,
    kernel: window.kernelWidth,
    stride: window.strideX,
    pad: window.padLeft,
    dilation: window.dilationX,
  },
];

/**
 * The window for sequences [batch, steps, channels], images or volumes [batch, depth, height, width, channels]: an axis for
 * each between batch and channels. A sequence is an image one pixel wide, since rows can be worked on in groups. A
 * volume is an image for each position along the depth at which the window stands.
 *
 * @throws as `windowOver`
 */
export function windowAlong(op: string, shape: Shape, axes: readonly WindowAxis[]): Window {
  outputLengths(op, shape, axes);
  const along = axes.map((axis, i) => resolved(shape[i + 1] ?? 0, axis));
  return windowThrough(shape[0] ?? 0, shape.at(-1) ?? 0, along);
}

/** The window along one, two or three axes of `batch` sequences, images or volumes. */
export function windowThrough(
  batch: number,
  channels: number,
  axes: readonly ResolvedAxis[],
): Window {
  const pixels = (length: number): ResolvedAxis => resolved(length, ONE_PIXEL);
  const [first = pixels(1), second = pixels(1), third] = axes;
  if (third === undefined) return windowOf(batch, channels, first, second);
  const depths = windowOf(batch, channels, first, pixels(second.length * third.length));
  const images = batch * depths.outHeight;
  return { ...windowOf(images, first.kernel * channels, second, third), depths };
}

/**
 * Number of outputs along each of the axes of input [batch, …, channels].
 *
 * @throws as `windowOver`
 */
export function outputLengths(op: string, shape: Shape, axes: readonly WindowAxis[]): number[] {
  checkWindow(op, axes);
  const lengths = axes.map((axis, i) => windowLength(shape[i + 1] ?? 0, axis) ?? 0);
  const least = (shape[0] ?? 0) > 0 ? 1 : 0;
  if (lengths.every((length) => length >= least)) return lengths;
  const isVolume = axes.length === 3;
  throw new ShapeError(
    `${op}: a window of ${formatShape(axes.map(reach))} is larger than the ${isVolume ? 'volume' : 'image'} of ` +
      `${formatShape(shape.slice(1, -1))} (${AXES[isVolume ? 3 : 2]}). Use a smaller one, or padding 'same'.`,
  );
}

/**
 * Writes the window where kernels read it, for work on `rows` rows of outputs. Valid until the next layout or
 * window is written.
 */
export function writeWindow(window: Window, rows = window.images * window.outHeight): Pointer {
  const { kernelHeight, kernelWidth, channels, outWidth } = window;
  const runtime = currentRuntime();
  const { layoutBlock } = runtime;
  const { int32 } = runtime.writing(layoutBlock);
  const at = layoutBlock / 4;
  const work = rows * outWidth * kernelHeight * kernelWidth * channels;
  int32[at + WindowField.one] = 1;
  int32[at + WindowField.work] = Math.min(work, 2 ** 31 - 1);
  int32[at + WindowField.images] = window.images;
  int32[at + WindowField.height] = window.height;
  int32[at + WindowField.width] = window.width;
  int32[at + WindowField.channels] = channels;
  int32[at + WindowField.outHeight] = window.outHeight;
  int32[at + WindowField.outWidth] = outWidth;
  int32[at + WindowField.kernelHeight] = kernelHeight;
  int32[at + WindowField.kernelWidth] = kernelWidth;
  int32[at + WindowField.strideY] = window.strideY;
  int32[at + WindowField.strideX] = window.strideX;
  int32[at + WindowField.padTop] = window.padTop;
  int32[at + WindowField.padLeft] = window.padLeft;
  int32[at + WindowField.dilationY] = window.dilationY;
  int32[at + WindowField.dilationX] = window.dilationX;
  return layoutBlock;
}

/** `value`, a whole number from `least` to `MAX_LENGTH` or a list of `rank` of them, as such a list. */
export function windowSizes(
  op: string,
  name: string,
  value: number | readonly number[],
  rank: number,
  least = 1,
): number[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : new Array(rank).fill(value);
  const isSize = (size: unknown): size is number => Number.isInteger(size) && Number(size) >= least;
  if (isListOf(list, isSize) && list.length === rank) {
    requireLengths(op, name, list);
    return [...list];
  }
  const lists = rank === 1 ? 'a list of one' : `a list of ${rank} of them`;
  throw new ValueError(
    `${op}: ${name} must be a whole number of at least ${least} or ${lists}, got ${describeValue(value)}.`,
  );
}

/** `value` if it is a padding that the operation knows; causal only along a single axis. */
export function windowPadding(op: string, value: unknown, rank: number): WindowPadding {
  return oneOf<WindowPadding>(
    op,
    'padding',
    value,
    rank === 1 ? ['valid', 'same', 'causal'] : ['valid', 'same'],
  );
}
