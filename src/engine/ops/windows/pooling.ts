import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { emptyTensor, tensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { div, mul } from '../elementwise/arithmetic.js';
import { throughPicking } from '../linalg/products/fused-activation.js';
import { reshape } from '../shapes/reshape.js';
import type { DataFormatOption } from './data-format.js';
import { inChannelsLast } from './data-format.js';
import {
  ONE_PIXEL,
  outputLengths,
  windowOver,
  windowPadding,
  windowSizes,
  windowThrough,
  writeWindow,
} from './window.js';
import type { ResolvedAxis, Window, WindowAxis, WindowRank } from './window.js';

/** Options of the pooling operations; a list has one number for each pooled axis. */
export interface PoolingOptions {
  /** Default 2. */
  readonly poolSize?: number | readonly number[];
  /** How far the window moves between outputs. Default: the size of the window. */
  readonly strides?: number | readonly number[] | null;
  /** Default `'valid'`. Padding is ignored in the result. */
  readonly padding?: 'valid' | 'same';
  /** Default `'channels_last'`: x[batch, …, channels]; `'channels_first'` is x[batch, channels, …]. */
  readonly dataFormat?: DataFormatOption;
}

const OPTIONS = ['poolSize', 'strides', 'padding', 'dataFormat'] as const;

/**
 * The largest number in each window and channel: x[batch, height, width, channels] → [batch, outHeight, outWidth,
 * channels], float32. NaN takes precedence over numbers. The gradient goes to the first of equal numbers.
 *
 * @keras = pool('nn.MaxPool', 4)
 * @throws ShapeError for a wrong rank or a window larger than the image; ValueError for an option out of range.
 * @example ops.maxPool2d(arange(16).reshape(1, 4, 4, 1), { poolSize: 2 }).squeeze() // [[5, 7], [13, 15]]
 */
export function maxPool2d(x: TensorLike, options: PoolingOptions = {}): Tensor {
  return pool('maxPool2d', 2, x, options, largest);
}

/**
 * The largest number in each window along one axis: x[batch, steps, channels].
 *
 * @keras = pool('nn.MaxPool', 3)
 * @example ops.maxPool1d([[[1], [3], [2], [4]]], { poolSize: 2 }) // [[[3], [4]]]
 */
export function maxPool1d(x: TensorLike, options: PoolingOptions = {}): Tensor {
  return pool('maxPool1d', 1, x, options, largest);
}

/**
 * The mean of each window and channel, over the pixels that lie in the image: x[batch, height, width, channels] →
 * [batch, outHeight, outWidth, channels], float32.
 *
 * @keras = pool('nn.AveragePool', 4)
 * @throws ShapeError for a wrong rank or a window larger than the image; ValueError for an option out of range.
 * @example ops.averagePool2d(arange(16).reshape(1, 4, 4, 1), { poolSize: 2 }).squeeze() // [[2.5, 4.5], [10.5, 12.5]]
 */
export function averagePool2d(x: TensorLike, options: PoolingOptions = {}): Tensor {
  return pool('averagePool2d', 2, x, options, average);
}

/**
 * The mean of each window along one axis: x[batch, steps, channels].
 *
 * @keras = pool('nn.AveragePool', 3)
 * @example ops.averagePool1d([[[1], [3], [2], [4]]], { poolSize: 2 }) // [[[2], [3]]]
 */
export function averagePool1d(x: TensorLike, options: PoolingOptions = {}): Tensor {
  return pool('averagePool1d', 1, x, options, average);
}

/**
 * The largest number in each window and channel of volumes, otherwise like `maxPool2d`: x[batch, depth, height, width,
 * channels].
 *
 * @keras = pool('nn.MaxPool', 5)
 * @example ops.maxPool3d(arange(8).reshape(1, 2, 2, 2, 1)).flatten() // [7]
 */
export function maxPool3d(x: TensorLike, options: PoolingOptions = {}): Tensor {
  return pool('maxPool3d', 3, x, options, largest);
}

/**
 * The mean of each window and channel of volumes, otherwise like `averagePool2d`: x[batch, depth, height, width,
 * channels].
 *
 * @keras = pool('nn.AveragePool', 5)
 * @example ops.averagePool3d(arange(8).reshape(1, 2, 2, 2, 1)).flatten() // [3.5]
 */
export function averagePool3d(x: TensorLike, options: PoolingOptions = {}): Tensor {
  return pool('averagePool3d', 3, x, options, average);
}

function pool(
  op: string,
  rank: WindowRank,
  x: TensorLike,
  options: PoolingOptions,
  compute: (op: string, x: Tensor, window: Window) => Tensor,
): Tensor {
  return inChannelsLast(op, rank, x, options, OPTIONS, (input) => {
    const sizes = windowSizes(op, 'poolSize', options.poolSize ?? 2, rank);
    const strides = windowSizes(op, 'strides', options.strides ?? sizes, rank);
    // Causal padding is for convolutions.
    const padding = windowPadding(op, options.padding ?? 'valid', 2);
    const axes = sizes.map((kernel, i): WindowAxis => ({
      kernel,
      stride: strides[i] ?? 1,
      padding,
      dilation: 1,
    }));
    outputLengths(op, input.shape, axes);
    const slide: Slide<WindowAxis> = (images, y, x) =>
      compute(op, images, windowOver(op, images.shape, y ?? ONE_PIXEL, x ?? ONE_PIXEL));
    return slideAlong(input, axes, slide);
  });
}

/**
 * The largest numbers, or the sums, of windows that slide over x[batch, …, channels], float32, along axes whose padding and number
 * of outputs are given. What lies outside of x takes no part.
 */
export function poolAlong(kind: 'max' | 'sum', x: Tensor, axes: readonly ResolvedAxis[]): Tensor {
  const compute = kind === 'max' ? largest : sumWindows;
  return slideAlong(x, axes, (images, y, z) => {
    const [, height = 0, width = 0, channels = 0] = images.shape;
    const along = [y ?? onePixel(height), z ?? onePixel(width)];
    return compute(
      `${kind} of windows`,
      images,
      windowThrough(images.shape[0] ?? 0, channels, along),
    );
  });
}

const onePixel = (length: number): ResolvedAxis => ({
  length,
  outputs: length,
  kernel: 1,
  stride: 1,
  pad: 0,
  dilation: 1,
});

/** What a window gives that slides over images [images, height, width, channels]; along an axis that is not given it is one pixel long. */
type Slide<Axis> = (images: Tensor, y: Axis | undefined, x: Axis | undefined) => Tensor;

/** What windows along the axes between batch and channels of x[batch, …, channels] give, by sliding over images. */
function slideAlong<Axis>(x: Tensor, axes: readonly Axis[], slide: Slide<Axis>): Tensor {
  const [first, second, third] = axes;
  if (axes.length === 2) return slide(x, first, second);
  const [batch = 0, length = 0, height = 0, width = 0, channels = 0] = x.shape;
  if (axes.length === 1) {
    // A sequence is an image one pixel wide.
    const out = slide(reshape(x, x.shape.toSpliced(2, 0, 1)), first, second);
    return reshape(out, out.shape.toSpliced(2, 1));
  }
  // The largest number of a window is that of the largest ones of its depths, and so it is with means: of all depths a
  // window covers as many pixels. The first of equal numbers is the first of the first depth that has it.
  const flat = slide(reshape(x, [batch * length, height, width, channels]), second, third);
  const [, outHeight = 0, outWidth = 0] = flat.shape;
  const rows = reshape(flat, [batch, length, outHeight * outWidth, channels]);
  const out = slide(rows, first, undefined);
  return reshape(out, [batch, out.shape[1] ?? 0, outHeight, outWidth, channels]);
}

const inputShape = ({ images, height, width, channels }: Window): number[] => [
  images,
  height,
  width,
  channels,
];

const outputShape = ({ images, outHeight, outWidth, channels }: Window): number[] => [
  images,
  outHeight,
  outWidth,
  channels,
];

function largest(op: string, x: Tensor, window: Window): Tensor {
  const out = emptyTensor(outputShape(window), 'float32');
  const taps = emptyTensor(out.shape, 'int32');
  currentRuntime()
    .with(windows)
    .run('windowMax', out.pointer, taps.pointer, x.pointer, writeWindow(window));
  const gradient = throughPicking(x);
  return record(op, [x], out, [taps, out], (dy, [t, y]) => [
    gradient(dy, y, (g) => giveToPicked(op, g, t, window)),
  ]);
}

/** dy given to the pixel that `taps` names in each window; the transpose of `pick`. */
function giveToPicked(op: string, dy: Tensor, taps: Tensor, window: Window): Tensor {
  const out = emptyTensor(inputShape(window), 'float32');
  const at = writeWindow(window);
  currentRuntime()
    .with(windows)
    .run('windowPickGradient', out.pointer, dy.pointer, taps.pointer, at);
  return record(op, [dy], out, [taps], (g, [t]) => [pick(op, g, t, window)]);
}

/** The pixel that `taps` names in each window. */
function pick(op: string, x: Tensor, taps: Tensor, window: Window): Tensor {
  const out = emptyTensor(outputShape(window), 'float32');
  currentRuntime()
    .with(windows)
    .run('windowPick', out.pointer, x.pointer, taps.pointer, writeWindow(window));
  return record(op, [x], out, [taps], (dy, [t]) => [giveToPicked(op, dy, t, window)]);
}

function average(op: string, x: Tensor, window: Window): Tensor {
  return div(sumWindows(op, x, window), pixelCounts(window));
}

function sumWindows(op: string, x: Tensor, window: Window): Tensor {
  const out = emptyTensor(outputShape(window), 'float32');
  currentRuntime().with(windows).run('windowSum', out.pointer, x.pointer, writeWindow(window));
  return record(op, [x], out, [], (dy) => [giveToAll(op, dy, window)]);
}

/** dy given to every pixel of its window; the transpose of `sumWindows`. */
function giveToAll(op: string, dy: Tensor, window: Window): Tensor {
  const out = emptyTensor(inputShape(window), 'float32');
  currentRuntime()
    .with(windows)
    .run('windowSumGradient', out.pointer, dy.pointer, writeWindow(window));
  return record(op, [dy], out, [], (g) => [sumWindows(op, g, window)]);
}

/** How many pixels each window covers, [outHeight, outWidth, 1]; one number if it is the same everywhere. */
function pixelCounts(window: Window): Tensor | number {
  const { height, width, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  const along = (outputs: number, stride: number, before: number, kernel: number, length: number) =>
    Array.from({ length: outputs }, (_, i) => {
      const start = i * stride - before;
      return Math.min(length, start + kernel) - Math.max(0, start);
    });
  const rows = along(outHeight, window.strideY, window.padTop, kernelHeight, height);
  const columns = along(outWidth, window.strideX, window.padLeft, kernelWidth, width);
  const isWhole =
    rows.every((count) => count === kernelHeight) &&
    columns.every((count) => count === kernelWidth);
  if (isWhole) return kernelHeight * kernelWidth;
  const ofRows = tensor(Float32Array.from(rows), { shape: [outHeight, 1, 1] });
  return mul(ofRows, tensor(Float32Array.from(columns), { shape: [outWidth, 1] }));
}
