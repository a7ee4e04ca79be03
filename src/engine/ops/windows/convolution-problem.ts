import { currentRuntime } from '../../runtime/index.js';
import { SpreadField } from '../../wasm/generated/kernels.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import type { Window } from './window.js';
import { Epilogue } from '../../../../assembly/codes.js';
import {
  DIRECT_IMAGE_BYTES,
  DIRECT_KERNEL_BYTES,
  DIRECT_PADDED_BYTES,
  ZEROS_SAMPLE,
} from '../../../../assembly/tuning.js';
import type { WorkingRuntime } from '../../runtime/index.js';
import { emptyTensor, stridesOf } from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';
import type { Tensor } from '../../tensor/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { addPartials } from '../linalg/products/bias-sums.js';
import { writeLayout } from '../../tensor/layout.js';
import type { Counted, Way } from '../linalg/products/ways.js';

// How the pixels of one side of a convolution spread over those of the other: what assembly/ops/spread.ts reads.

/** One side of a convolution: height, width and channels. */
type Side = readonly [height: number, width: number, channels: number];

/** Writes the description of how the pixels of x spread over y; valid until the next layout is written. */
function writeSpread(
  images: number,
  x: Side,
  y: Side,
  kernel: readonly [number, number],
  base: readonly [number, number],
): Pointer {
  // What is one pixel wide is laid flat: the rows of its windows are then one run of memory.
  const isUpright = x[1] === 1 && y[1] === 1 && kernel[1] === 1;
  const flat = (side: Side): Side => (isUpright ? [1, side[0], side[2]] : side);
  const turned = (pair: readonly [number, number], one: number): readonly [number, number] =>
    isUpright ? [one, pair[0]] : pair;
  const work = images * x[0] * x[1] * x[2] * kernel[0] * kernel[1] * y[2];
  const runtime = currentRuntime();
  const { layoutBlock } = runtime;
  const { int32 } = runtime.writing(layoutBlock);
  const at = layoutBlock / 4;
  int32[at + SpreadField.one] = 1;
  int32[at + SpreadField.work] = Math.min(work, 2 ** 31 - 1);
  int32[at + SpreadField.images] = images;
  int32.set(flat(x), at + SpreadField.xHeight);
  int32.set(flat(y), at + SpreadField.yHeight);
  int32.set(turned(kernel, 1), at + SpreadField.kernelHeight);
  int32.set(turned(base, 0), at + SpreadField.baseY);
  return layoutBlock;
}

/** From inputs to outputs: pixel i is tap k of output i + pad − k. */
export function writeForward(window: Window, filters: number): Pointer {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  return writeSpread(
    window.images,
    [height, width, channels],
    [outHeight, outWidth, filters],
    [kernelHeight, kernelWidth],
    [window.padTop - kernelHeight + 1, window.padLeft - kernelWidth + 1],
  );
}

/** From outputs back to inputs: output o sees pixels o − pad + k. */
export function writeBackward(window: Window, filters: number): Pointer {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  return writeSpread(
    window.images,
    [outHeight, outWidth, filters],
    [height, width, channels],
    [kernelHeight, kernelWidth],
    [-window.padTop, -window.padLeft],
  );
}

/** Sizes of a convolution. */
export interface ConvolutionSizes {
  /** The window; its channels are those of a group. */
  readonly window: Window;
  /** Number of filters of all groups. */
  readonly filters: number;
  /** Into how many groups channels and filters are split, each convolved on its own. */
  readonly groups: number;
}

/**
 * y = activation(x ∗ kernel + bias), kernel[kernelHeight, kernelWidth, channels, filters]; or, transposed, what the gradient of
 * the images is of x, that of the outputs: y = activation(xᵀ ∗ kernel + bias).
 */
export interface Convolution extends ConvolutionSizes {
  readonly y: Tensor;
  readonly x: Tensor;
  readonly kernel: Tensor;
  readonly bias: Tensor | null;
  readonly epilogue: Epilogue;
  readonly isTransposed: boolean;
}

/** The gradient dKernel of the kernel from the images x and dy, that of the outputs. */
export interface KernelGradient extends ConvolutionSizes {
  /** The operation, for messages. */
  readonly op: string;
  readonly dKernel: Tensor;
  readonly x: Tensor;
  readonly dy: Tensor;
}

/** y = activation(y + bias), for what has computed y without them. */
export function finish({ y, bias, epilogue }: Convolution): void {
  if (bias === null && epilogue === Epilogue.None) return;
  const columns = y.shape.at(-1) ?? 1;
  const rows = columns === 0 ? 0 : y.size / columns;
  const offsets = bias?.pointer ?? 0;
  currentRuntime().with(windows).run('finishRows', y.pointer, rows, columns, offsets, epilogue);
}

/** The part of a tensor that is not zero. */
export type Density = number;

/** Gives what looks for zeros in a sample from the beginning of x. */
export function densityOf(x: Tensor): (runtime: WorkingRuntime) => Density {
  const { pointer, size } = x;
  const n = Math.min(size, ZEROS_SAMPLE);
  return ({ kernels }) => kernels.countNonZero(pointer, n) / n;
}

/** The same sample as a count, for compiled programs. */
export function countedDensityOf({ pointer, size }: Tensor): Counted<Density> {
  const most = Math.min(size, ZEROS_SAMPLE);
  return {
    call: { kernel: 'countNonZero', args: [pointer, most] },
    most,
    sampleOf: (count) => count / most,
  };
}

/** Whether the window moves pixel by pixel, and sees more than one of them. */
export function isSliding({ window, filters }: ConvolutionSizes): boolean {
  const { images, height, width, channels, outHeight, outWidth } = window;
  const step = [window.strideY, window.strideX, window.dilationY, window.dilationX];
  return (
    step.every((size) => size === 1) &&
    window.kernelHeight * window.kernelWidth > 1 &&
    images * Math.min(height * width * channels, outHeight * outWidth * filters) > 0
  );
}

export const kernelBytesOf = ({ window, filters }: ConvolutionSizes): number =>
  4 * window.kernelHeight * window.kernelWidth * window.channels * filters;

/** Whether kernel and images are so small that caches hold what goes straight over images. */
export function isSmall(sizes: ConvolutionSizes): boolean {
  const { window, filters } = sizes;
  const { channels, kernelHeight, kernelWidth, outHeight, outWidth, height, width } = window;
  const imageBytes = 4 * Math.max(height * width * channels, outHeight * outWidth * filters);
  const paddedHeight = Math.max(height, outHeight) + kernelHeight;
  const paddedWidth = Math.max(width, outWidth) + kernelWidth;
  const paddedBytes = 4 * paddedHeight * paddedWidth * Math.max(channels, filters);
  return (
    isSliding(sizes) &&
    kernelBytesOf(sizes) <= DIRECT_KERNEL_BYTES &&
    imageBytes <= DIRECT_IMAGE_BYTES &&
    paddedBytes <= DIRECT_PADDED_BYTES
  );
}

export type ConvolutionWay = Way<Convolution, Density>;
export type KernelGradientWay = Way<KernelGradient, Density>;

/** Writes the description of how the pixels of x spread over y; valid until the next layout is written. */
export const writeSpreadOf = ({ window, filters, isTransposed }: Convolution): Pointer =>
  (isTransposed ? writeBackward : writeForward)(window, filters);

/**
 * Into how many partial sums images, or blocks of tiles of lines, are divided, which are added up for the gradient of the
 * kernel. Threads share them, and read the images that they have written; the number of partial sums depends on shapes alone, so
 * that the bits do not depend on the threads.
 */
export const partialsOf = (pieces: number): number => Math.max(1, Math.min(8, Math.floor(pieces)));

/** Runs a kernel that computes y from x and `weights`. */
export function runConvolution(
  name: 'convolve' | 'convolveDense' | 'convolveWinograd' | 'convolveWinogradLine',
  problem: Convolution,
  weights: Tensor,
  scratch: Pointer,
): void {
  const { y, x, bias, epilogue } = problem;
  const operands = [y.pointer, x.pointer, weights.pointer, bias?.pointer ?? 0] as const;
  const runtime = currentRuntime().with(windows);
  runtime.run(name, ...operands, writeSpreadOf(problem), epilogue, scratch);
}

/** Runs a kernel that computes a gradient of weights from x and dy in partial sums, and adds them up. */
export function sumWeightPartials(
  name: `convolveWeights${'' | 'Dense' | 'Winograd' | 'WinogradLine'}`,
  out: Tensor,
  [x, dy]: readonly [Tensor, Tensor],
  write: () => Pointer,
  partials: number,
): void {
  const runtime = currentRuntime().with(windows);
  const scratch = runtime.workspace(
    runtime.kernels[`${name}ScratchBytes`](write(), runtime.threads),
  );
  const partial = emptyTensor([partials, out.size], 'float32');
  runtime.run(name, partial.pointer, x.pointer, dy.pointer, write(), partials, scratch);
  addPartials(out, partial);
}

/** The kernel [height, width, channels of x, channels of y] by which y is a convolution of x. */
export const kernelOf = ({ kernel, isTransposed }: Convolution): Tensor =>
  isTransposed ? rearranged(kernel, [0, 1, 3, 2], [0, 1]) : kernel;

/** `kernel` with its axes in the order `axes`, those in `reversed` from the end to the start. */
export function rearranged(
  kernel: Tensor,
  axes: readonly number[],
  reversed: readonly number[],
): Tensor {
  const out = emptyTensor(
    axes.map((axis) => kernel.shape[axis] ?? 1),
    'float32',
  );
  const from = stridesOf(kernel.shape);
  let start = 0;
  const strides = axes.map((axis) => {
    const stride = from[axis] ?? 0;
    if (!reversed.includes(axis)) return stride;
    start += stride * ((kernel.shape[axis] ?? 1) - 1);
    return -stride;
  });
  const layout = writeLayout('convolution', out.shape, stridesOf(out.shape), strides, false);
  const at = kernel.pointer + start * bytesOf('float32');
  currentRuntime().run('copyStrided', out.pointer, at, layout, bytesOf('float32'));
  return out;
}
