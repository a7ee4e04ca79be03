import { Epilogue } from '../../assembly/codes.js';
import { currentRuntime } from '../runtime/index.js';
import { bytesOf, emptyTensor, stridesOf } from '../tensor/index.js';
import type { Tensor } from '../tensor/index.js';
import type { Pointer } from '../wasm/kernels.js';
import { writeLayout } from './layout.js';
import { PackedMatrix } from './packed-matrix.js';
import { permute } from './permute.js';
import type { Window } from './window.js';

// The three products of a convolution whose windows move pixel by pixel, straight from the images, without what is
// zero (assembly/ops/convolution.ts).

/**
 * Largest kernel, in bytes: every pixel reads all of it, so it has to stay in cache. Beyond it the matrix product,
 * which reads a kernel in blocks, is faster (measured).
 */
const MAX_KERNEL_BYTES = 2 ** 16;

/** Largest image, in bytes: each thread may need a padded copy of one. */
const MAX_IMAGE_BYTES = 2 ** 20;

/** Whether a convolution can be computed here and is faster so. It depends on shapes alone. */
export function isDirect(window: Window, filters: number): boolean {
  const { channels, kernelHeight, kernelWidth, outHeight, outWidth, height, width } = window;
  const step = [window.strideY, window.strideX, window.dilationY, window.dilationX];
  const kernelBytes = 4 * kernelHeight * kernelWidth * channels * filters;
  const imageBytes = 4 * Math.max(height * width * channels, outHeight * outWidth * filters);
  return (
    step.every((size) => size === 1) &&
    kernelHeight * kernelWidth > 1 &&
    kernelBytes > 0 &&
    kernelBytes <= MAX_KERNEL_BYTES &&
    imageBytes > 0 &&
    imageBytes <= MAX_IMAGE_BYTES
  );
}

/** Whether what is zero on the other side may be left out: 0 · NaN is NaN. */
function isFinite(x: Tensor): boolean {
  const n = x.shape.at(-1) ?? 1;
  const place = { pointer: x.pointer, k: x.size / n, n, transposed: false };
  return PackedMatrix.of(x, place).isFinite;
}

/** One side of a convolution: height, width and channels. */
type Side = readonly [height: number, width: number, channels: number];

/** Writes the description of how the pixels of x spread over y; valid until the next layout is written. */
function writeSpread(x: Side, y: Side, window: Window, base: readonly [number, number]): Pointer {
  const { images, kernelHeight, kernelWidth } = window;
  const work = images * x[0] * x[1] * x[2] * kernelHeight * kernelWidth * y[2];
  const runtime = currentRuntime();
  const words = [1, Math.min(work, 2 ** 31 - 1), images, ...x, ...y, kernelHeight, kernelWidth];
  runtime.int32.set([...words, ...base], runtime.layoutBlock / 4);
  return runtime.layoutBlock;
}

/** From inputs to outputs: pixel i is tap k of output i + pad − k. */
function writeForward(window: Window, filters: number): Pointer {
  const { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  return writeSpread([height, width, channels], [outHeight, outWidth, filters], window, [
    window.padTop - kernelHeight + 1,
    window.padLeft - kernelWidth + 1,
  ]);
}

/** From outputs back to inputs: output o sees pixels o − pad + k. */
function writeBackward(window: Window, filters: number): Pointer {
  const { height, width, channels, outHeight, outWidth } = window;
  return writeSpread([outHeight, outWidth, filters], [height, width, channels], window, [
    -window.padTop,
    -window.padLeft,
  ]);
}

/**
 * kernel[kernelHeight, kernelWidth, channels, filters] → [channels, kernelHeight, kernelWidth, filters], both axes of
 * the window reversed; or the same way back.
 */
function reverseWindow(kernel: Tensor, isBack: boolean): Tensor {
  const axes = isBack ? [1, 2, 0, 3] : [2, 0, 1, 3];
  const reversed = isBack ? [0, 1] : [1, 2];
  const out = emptyTensor(
    axes.map((axis) => kernel.shape[axis] ?? 1),
    'float32',
  );
  const from = stridesOf(kernel.shape);
  let start = 0;
  const strides = axes.map((axis, place) => {
    const stride = from[axis] ?? 0;
    if (!reversed.includes(place)) return stride;
    start += stride * ((kernel.shape[axis] ?? 1) - 1);
    return -stride;
  });
  const layout = writeLayout('convolution', out.shape, stridesOf(out.shape), strides, false);
  const at = kernel.pointer + start * bytesOf('float32');
  currentRuntime().run('copyStrided', out.pointer, at, layout, bytesOf('float32'));
  return out;
}

function run(
  out: Tensor,
  x: Tensor,
  weights: Tensor,
  bias: Tensor | null,
  epilogue: Epilogue,
  writeShape: () => Pointer,
): void {
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const scratch = runtime.workspace(kernels.convolveScratchBytes(x.shape[3] ?? 0, threads));
  runtime.run(
    'convolve',
    out.pointer,
    x.pointer,
    weights.pointer,
    bias?.pointer ?? 0,
    writeShape(),
    epilogue,
    scratch,
  );
}

/** out = activation(x ∗ kernel + bias); false, and nothing done, if the kernel is not finite. */
export function convolveDirect(
  out: Tensor,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  window: Window,
  epilogue: Epilogue,
): boolean {
  if (!isFinite(kernel)) return false;
  const weights = reverseWindow(kernel, false);
  run(out, x, weights, bias, epilogue, () => writeForward(window, kernel.shape[3] ?? 0));
  weights.dispose();
  return true;
}

/** dx from dy, the other way round; false, and nothing done, if the kernel is not finite. */
export function inputGradientDirect(
  dx: Tensor,
  dy: Tensor,
  kernel: Tensor,
  window: Window,
): boolean {
  if (!isFinite(kernel)) return false;
  const weights = permute(kernel, [3, 0, 1, 2]);
  run(dx, dy, weights, null, Epilogue.None, () => writeBackward(window, kernel.shape[3] ?? 0));
  weights.dispose();
  return true;
}

/**
 * From this many floats of a row of the window on, sums go over the elements of dy that are not zero, of which
 * there are fewer behind relu and pooling than in x (measured).
 */
const MIN_LINE = 16;

/**
 * dKernel from x and dy; false, and nothing done, if the side whose windows are added up is not finite. One side's
 * elements meet the windows of the other; which side that is depends on shapes alone.
 */
export function kernelGradientDirect(
  dKernel: Tensor,
  x: Tensor,
  dy: Tensor,
  window: Window,
): boolean {
  const { channels, kernelHeight, kernelWidth } = window;
  const filters = dy.shape[3] ?? 0;
  const overOutputs = kernelWidth * channels >= MIN_LINE;
  const [elements, windows] = overOutputs ? [dy, x] : [x, dy];
  if (!isFinite(windows)) return false;
  const runtime = currentRuntime();
  const { kernels, threads } = runtime;
  const write = overOutputs ? writeBackward : writeForward;
  const bytes = kernels.convolveWeightsScratchBytes(write(window, filters), threads);
  const scratch = runtime.workspace(bytes);
  const sums = emptyTensor(
    overOutputs
      ? [filters, kernelHeight, kernelWidth, channels]
      : [channels, kernelHeight, kernelWidth, filters],
    'float32',
  );
  runtime.run(
    'convolveWeights',
    sums.pointer,
    elements.pointer,
    windows.pointer,
    write(window, filters),
    scratch,
  );
  const ordered = overOutputs ? permute(sums, [1, 2, 3, 0]) : reverseWindow(sums, true);
  sums.dispose();
  const copy = writeLayout('convolution', [ordered.size], [1], [1], false);
  runtime.run('copyStrided', dKernel.pointer, ordered.pointer, copy, bytesOf('float32'));
  ordered.dispose();
  return true;
}
