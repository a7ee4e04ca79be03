import { Epilogue, ReduceOp } from '../../../../assembly/codes.js';
import { DEPTHWISE_PARTIAL, DEPTHWISE_PHASES } from '../../../../assembly/tuning.js';
import { currentRuntime } from '../../runtime/index.js';
import { bytesOf } from '../../../config/dtype.js';
import { emptyTensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { DepthwiseField } from '../../wasm/generated/kernels.js';
import type { Pointer } from '../../wasm/generated/kernels.js';
import { windows } from '../../wasm/generated/windows.js';
import { addPartials } from '../linalg/products/bias-sums.js';
import { matrixOf } from '../linalg/products/packed-matrix.js';
import type { Way } from '../linalg/products/ways.js';
import { writeLayout } from '../../tensor/layout.js';
import { finish, partialsOf } from './convolution-problem.js';
import type { Convolution, ConvolutionSizes, KernelGradient } from './convolution-problem.js';
import { axesOf, writeWindow } from './window.js';
import type { ResolvedAxis, Window } from './window.js';

// Convolutions whose groups are single channels (assembly/ops/depthwise.ts). Where each channel has several filters, the images
// are written with each channel as often as that, so that there is one filter for each.

/** The window over images that are one pixel wide as one over images one pixel high: neighbours in a row share work. */
function lying(window: Window): Window {
  if (window.width !== 1 || window.outWidth !== 1 || window.kernelWidth !== 1) return window;
  return {
    ...window,
    height: 1,
    width: window.height,
    outHeight: 1,
    outWidth: window.outHeight,
    kernelHeight: 1,
    kernelWidth: window.kernelHeight,
    strideY: 1,
    strideX: window.strideY,
    padTop: 0,
    padLeft: window.padTop,
    dilationY: 1,
    dilationX: window.dilationY,
  };
}

/** What the kernel is told of an axis, in the order of its fields. */
type AxisFields = readonly number[];

/** What outputs see of the images. */
function forward({ length, outputs, kernel, stride, pad, dilation }: ResolvedAxis): AxisFields {
  return [length, outputs, outputs, 0, 1, -pad, stride, kernel, dilation, 0, 1];
}

/**
 * What the pixels `phase`, `phase` + stride, … of the images see of the outputs. Taps go from the last to the first, so that
 * outputs go from the first to the last.
 */
function backward(axis: ResolvedAxis, phase: number): AxisFields {
  const { length, outputs, kernel, stride, pad, dilation } = axis;
  const positions = Math.max(0, Math.ceil((length - phase) / stride));
  const isSeen = (tap: number): boolean => (phase + pad - tap * dilation) % stride === 0;
  // After so many taps one reaches the same pixels as before, from outputs so far back.
  const common = commonDivisor(stride, dilation);
  const [step, back] = [stride / common, dilation / common];
  const first = Array.from({ length: Math.min(step, kernel) }, (_, tap) => tap).find(isSeen);
  if (first === undefined) return [outputs, length, positions, phase, stride, 0, 1, 0, 1, 0, 1];
  const taps = Math.ceil((kernel - first) / step);
  const last = first + (taps - 1) * step;
  const read = (phase + pad - last * dilation) / stride;
  return [outputs, length, positions, phase, stride, read, 1, taps, back, last, -step];
}

/** The largest number that divides both. */
const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** Writes the description of a problem; valid until the next layout is written. */
function writeDepthwise(
  { images, kernelWidth }: Window,
  channels: number,
  y: AxisFields,
  x: AxisFields,
): Pointer {
  const runtime = currentRuntime();
  const { layoutBlock } = runtime;
  const { int32 } = runtime.writing(layoutBlock);
  const at = layoutBlock / 4;
  const [, , rows = 0, , , , , rowTaps = 0] = y;
  const [, , columns = 0, , , , , columnTaps = 0] = x;
  const work = images * rows * columns * rowTaps * columnTaps * channels;
  int32[at + DepthwiseField.one] = 1;
  int32[at + DepthwiseField.work] = Math.min(work, 2 ** 31 - 1);
  int32[at + DepthwiseField.images] = images;
  int32[at + DepthwiseField.channels] = channels;
  int32[at + DepthwiseField.kernelWidth] = kernelWidth;
  int32.set(y, at + DepthwiseField.xHeight);
  int32.set(x, at + DepthwiseField.xWidth);
  return layoutBlock;
}

/** Whether each group is one channel of images, and pixels are few kinds by the outputs that they reach. */
const isDepthwise = ({ window }: ConvolutionSizes): boolean =>
  window.channels === 1 &&
  window.depths === undefined &&
  window.strideY * window.strideX <= DEPTHWISE_PHASES;

/** x[…, channels] with each channel `times` times: [pixels, channels · times]. */
function repeated(x: Tensor, times: number): Tensor {
  if (times === 1) return x;
  const out = emptyTensor([x.size, times], 'float32');
  const layout = writeLayout('convolution', out.shape, [times, 1], [1, 0], false);
  const bytes = bytesOf('float32');
  currentRuntime().run('copyStrided', out.pointer, x.pointer, layout, bytes);
  return out;
}

/** y from x, a channel at a time. */
export const depthwise: Way<Convolution, unknown> = {
  name: 'depthwise',
  sameBits: false,
  fits: isDepthwise,
  nanoseconds: () => 0,
  // A window leaves out what is outside of the image, where the sum over all taps has zeros.
  isSafe: ({ kernel }) => matrixOf(kernel).isFinite,
  run(problem) {
    const { y, x, kernel, bias, epilogue, filters, groups, isTransposed } = problem;
    const window = lying(problem.window);
    const times = filters / groups;
    const [rows, columns] = axesOf(window);
    const runtime = currentRuntime().with(windows);
    if (!isTransposed) {
      const from = repeated(x, times);
      const operands = [y.pointer, from.pointer, kernel.pointer, bias?.pointer ?? 0] as const;
      const shape = writeDepthwise(window, filters, forward(rows), forward(columns));
      runtime.run('depthwise', ...operands, shape, epilogue);
      return;
    }
    const into = times === 1 ? y : emptyTensor([y.size, times], 'float32');
    for (let phaseY = 0; phaseY < rows.stride; phaseY++) {
      for (let phaseX = 0; phaseX < columns.stride; phaseX++) {
        const [ofRows, ofColumns] = [backward(rows, phaseY), backward(columns, phaseX)];
        const shape = writeDepthwise(window, filters, ofRows, ofColumns);
        const operands = [into.pointer, x.pointer, kernel.pointer, 0] as const;
        runtime.run('depthwise', ...operands, shape, Epilogue.None);
      }
    }
    if (times > 1) sumOfTimes(y, into);
    finish(problem);
  },
};

/** y = the sums along the rows of what there is for each channel several times. */
function sumOfTimes(y: Tensor, x: Tensor): void {
  const [pixels = 0, times = 0] = x.shape;
  currentRuntime().run('reduceF32', y.pointer, x.pointer, pixels, times, 1, ReduceOp.Sum, 0);
}

/** dKernel from x and dy, a channel at a time. */
export const depthwiseGradient: Way<KernelGradient, unknown> = {
  name: 'depthwise',
  sameBits: false,
  fits: isDepthwise,
  nanoseconds: () => 0,
  run({ dKernel, x, dy, window, filters, groups }) {
    const { images, outHeight, outWidth } = window;
    const partials = partialsOf(
      Math.min(images, (images * outHeight * outWidth) / DEPTHWISE_PARTIAL),
    );
    const partial = emptyTensor([partials, dKernel.size], 'float32');
    const from = repeated(x, filters / groups);
    const at = writeWindow({ ...lying(window), channels: filters });
    const operands = [partial.pointer, from.pointer, dy.pointer] as const;
    currentRuntime()
      .with(windows)
      .run('depthwiseWeights', ...operands, at, partials);
    addPartials(dKernel, partial);
  },
};
