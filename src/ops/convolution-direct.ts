import { Epilogue } from '../../assembly/codes.js';
import {
  DENSE_TILE_NS,
  DIRECT_IMAGE_BYTES,
  DIRECT_KERNEL_BYTES,
  DIRECT_PADDED_BYTES,
  GRADIENT_COLUMN_NS,
  GRADIENT_LIST_NS,
  GRADIENT_PADDED_NS,
  GRADIENT_REST_NS,
  GRADIENT_TILE_NS,
  NARROW,
  OUTPUTS_LINE,
  SPARSE_CHANNEL_NS,
  SPARSE_NUMBER_NS,
  SPARSE_PIXEL_NS,
  WINOGRAD_LINE_KERNEL_BYTES,
  ZEROS_SAMPLE,
} from '../../assembly/tuning.js';
import { currentRuntime } from '../runtime/index.js';
import type { WorkingRuntime } from '../runtime/index.js';
import { windows } from '../wasm/generated/windows.js';
import { emptyTensor, stridesOf } from '../tensor/index.js';
import { bytesOf } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { addParts } from './add-parts.js';
import { allFinite } from './magnitude.js';
import { writeLayout } from './layout.js';
import { matrixOf } from './packed-matrix.js';
import { permute } from './permute.js';
import { writeBackward, writeForward } from './spread.js';
import type { Window } from './window.js';
import {
  isWinograd,
  runWinograd,
  runWinogradGradient,
  tapsOfLine,
  winogradGradientNs,
  winogradNs,
} from './winograd.js';

// The three products of a convolution whose windows move pixel by pixel, straight from the images: with the register
// tile (assembly/ops/convolution-dense.ts) or, where many numbers are zero, without those (convolution.ts), both with the
// same bits; or by Winograd's minimal filtering (winograd.ts).

/** Whether a convolution can be computed here and is faster so. It depends on shapes alone. */
export function isDirect(window: Window, filters: number): boolean {
  const { images, height, width, channels, outHeight, outWidth } = window;
  const step = [window.strideY, window.strideX, window.dilationY, window.dilationX];
  return (
    step.every((size) => size === 1) &&
    window.kernelHeight * window.kernelWidth > 1 &&
    images * Math.min(height * width * channels, outHeight * outWidth * filters) > 0 &&
    (isSmall(window, filters) || isWinogradOfLarge(window, filters))
  );
}

const kernelBytesOf = ({ kernelHeight, kernelWidth, channels }: Window, filters: number): number =>
  4 * kernelHeight * kernelWidth * channels * filters;

/** Whether kernel and images are so small that all three ways are open. */
function isSmall(window: Window, filters: number): boolean {
  const { channels, kernelHeight, kernelWidth, outHeight, outWidth, height, width } = window;
  const imageBytes = 4 * Math.max(height * width * channels, outHeight * outWidth * filters);
  const paddedHeight = Math.max(height, outHeight) + kernelHeight;
  const paddedWidth = Math.max(width, outWidth) + kernelWidth;
  const paddedBytes = 4 * paddedHeight * paddedWidth * Math.max(channels, filters);
  return (
    kernelBytesOf(window, filters) <= DIRECT_KERNEL_BYTES &&
    imageBytes <= DIRECT_IMAGE_BYTES &&
    paddedBytes <= DIRECT_PADDED_BYTES
  );
}

/** Whether Winograd's filtering is open to what is larger: along lines, of which nothing is copied. */
const isWinogradOfLarge = (window: Window, filters: number): boolean =>
  tapsOfLine(window) > 0 &&
  kernelBytesOf(window, filters) <= WINOGRAD_LINE_KERNEL_BYTES &&
  isWinograd(window, filters, window.outHeight, window.outWidth);

/** Where the elements of a tensor are, which may be disposed. */
type Elements = Pick<Tensor, 'pointer' | 'size' | 'shape'>;

const placeOf = ({ pointer, size, shape }: Tensor): Elements => ({ pointer, size, shape });

/** The part of x that is not zero, by a sample from its beginning. */
function density({ kernels }: WorkingRuntime, { pointer, size }: Elements): number {
  const n = Math.min(size, ZEROS_SAMPLE);
  return kernels.countNonZero(pointer, n) / n;
}

/** Nanoseconds of a pixel of x, [images, height, width, channels], and one that it reaches, if what is zero in x is left out. */
function sparseNs(runtime: WorkingRuntime, x: Elements, columns: number): number {
  const channels = x.shape[3] ?? 0;
  const kept = channels * density(runtime, x);
  const blocks = Math.max(columns, 16) / 24;
  const block = SPARSE_PIXEL_NS * Math.min(1, kept) + SPARSE_NUMBER_NS * kept;
  return SPARSE_CHANNEL_NS * channels + blocks * block;
}

/** Nanoseconds of such a pixel with the register tile. */
const denseNs = (channels: number, columns: number): number =>
  DENSE_TILE_NS * channels * Math.ceil(columns / NARROW);

/** Whether the register tile is faster. */
function isDense(x: Tensor, columns: number): boolean {
  const place = placeOf(x);
  const dense = denseNs(x.shape[3] ?? 0, columns);
  return currentRuntime().choose((runtime) => dense < sparseNs(runtime, place, columns), true);
}

/** Whether both can be convolved by Winograd's filtering, which mixes pixels before it takes the products. */
function isModerate(x: Tensor, kernel: Tensor): boolean {
  return matrixOf(kernel).isModerate && matrixOf(x).isModerate;
}

/** If sums of all columns of x are finite, so is x. */
export function rememberFinite(x: Tensor, sums: Tensor): void {
  if (allFinite(sums.pointer, sums.size)) matrixOf(x).markFinite();
}

/** `kernel` with its axes in the order `axes`, those in `reversed` from the end to the start. */
function rearranged(kernel: Tensor, axes: readonly number[], reversed: readonly number[]): Tensor {
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

/** y from x without what is zero in x; weights[x channels, kernelHeight, kernelWidth, y channels]. */
function runSparse(
  y: Tensor,
  x: Tensor,
  weights: Tensor,
  bias: Tensor | null,
  writeShape: () => Pointer,
  epilogue: Epilogue,
): void {
  const runtime = currentRuntime().with(windows);
  const { kernels, threads } = runtime;
  const scratch = runtime.workspace(kernels.convolveScratchBytes(x.shape[3] ?? 0, threads));
  const offsets = bias?.pointer ?? 0;
  const [to, from, by] = [y.pointer, x.pointer, weights.pointer];
  runtime.run('convolve', to, from, by, offsets, writeShape(), epilogue, scratch);
}

/** y from x with the register tile; kernel[kernelHeight, kernelWidth, x channels, y channels]. */
function runDense(
  y: Tensor,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  writeShape: () => Pointer,
  epilogue: Epilogue,
): void {
  const runtime = currentRuntime().with(windows);
  const { kernels, threads } = runtime;
  const scratch = runtime.workspace(kernels.convolveDenseScratchBytes(writeShape(), threads));
  const offsets = bias?.pointer ?? 0;
  const [to, from, by] = [y.pointer, x.pointer, kernel.pointer];
  runtime.run('convolveDense', to, from, by, offsets, writeShape(), epilogue, scratch);
}

/** out = activation(x ∗ kernel + bias); false, and nothing done, if the kernel is not finite or no way is open. */
export function convolveDirect(
  out: Tensor,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  window: Window,
  epilogue: Epilogue,
): boolean {
  if (!matrixOf(kernel).isFinite) return false;
  const filters = kernel.shape[3] ?? 0;
  const writeShape = (): Pointer => writeForward(window, filters);
  const isFast = isWinograd(window, filters, window.outHeight, window.outWidth);
  if (isFast && isModerate(x, kernel)) {
    runWinograd(out, x, kernel, bias, writeShape, epilogue);
  } else if (!isSmall(window, filters)) {
    return false;
  } else if (isDense(x, filters)) {
    runDense(out, x, kernel, bias, writeShape, epilogue);
  } else {
    const weights = rearranged(kernel, [2, 0, 1, 3], [0, 1]);
    runSparse(out, x, weights, bias, writeShape, epilogue);
  }
  return true;
}

/** Whether Winograd's filtering is faster than the other two ways. It gives other bits, so it is no choice of speed alone. */
function isWinogradFast(
  winograd: number,
  dense: number,
  sparse: (runtime: WorkingRuntime) => number,
): boolean {
  return winograd < dense && currentRuntime().decide((runtime) => winograd < sparse(runtime), true);
}

/** dx from dy, the other way round; false, and nothing done, as with `convolveDirect`. */
export function inputGradientDirect(
  dx: Tensor,
  dy: Tensor,
  kernel: Tensor,
  window: Window,
): boolean {
  if (!matrixOf(kernel).isFinite) return false;
  const filters = kernel.shape[3] ?? 0;
  const writeShape = (): Pointer => writeBackward(window, filters);
  const { channels, kernelHeight, kernelWidth, height, width } = window;
  const place = placeOf(dy);
  const sparse = (runtime: WorkingRuntime): number => sparseNs(runtime, place, channels);
  const winograd = winogradNs(window, filters, height, width) / (kernelHeight * kernelWidth);
  const dense = denseNs(filters, channels);
  const isFast = isWinogradFast(winograd, dense, sparse) && isModerate(dy, kernel);
  if (!isFast && !isSmall(window, filters)) return false;
  if (!isFast && currentRuntime().choose((runtime) => sparse(runtime) <= dense, false)) {
    const weights = permute(kernel, [3, 0, 1, 2]);
    runSparse(dx, dy, weights, null, writeShape, Epilogue.None);
    return true;
  }
  const turned = rearranged(kernel, [0, 1, 3, 2], [0, 1]);
  const run = isFast ? runWinograd : runDense;
  run(dx, dy, turned, null, writeShape, Epilogue.None);
  return true;
}

/** Nanoseconds of an element and a row of the kernel, for its gradient, if what is zero in the elements is left out. */
function sparseGradientNs(
  runtime: WorkingRuntime,
  elements: Elements,
  columns: number,
  overOutputs: boolean,
): number {
  const rest = columns % 48 === 32 ? 0 : (columns % 24) % 16;
  const kept = GRADIENT_COLUMN_NS * (columns - rest) + GRADIENT_REST_NS * Math.ceil(rest / 4);
  const filled = density(runtime, elements);
  return filled * kept + (overOutputs ? GRADIENT_LIST_NS : GRADIENT_PADDED_NS);
}

/** Nanoseconds of such an element with the register tile, which fills up the last eight filters. */
const denseGradientNs = (columns: number, filters: number): number =>
  ((GRADIENT_TILE_NS * columns) / filters) * NARROW * Math.ceil(filters / NARROW);

/** dKernel from x and dy; false, and dKernel left alone, if one is not finite of which zeros would show it, or no way is open. */
export function kernelGradientDirect(
  dKernel: Tensor,
  x: Tensor,
  dy: Tensor,
  window: Window,
): boolean {
  const { channels, kernelHeight, kernelWidth } = window;
  const filters = dy.shape[3] ?? 0;
  const line = (window.width === 1 ? kernelHeight : kernelWidth) * channels;
  const overOutputs = line >= OUTPUTS_LINE;
  const [elements, windowed] = overOutputs ? [dy, x] : [x, dy];
  if (!matrixOf(windowed).isFinite) return false;
  const columns = overOutputs ? line : kernelWidth * filters;
  const place = placeOf(elements);
  const sparse = (of: WorkingRuntime): number => sparseGradientNs(of, place, columns, overOutputs);
  const dense = filters >= NARROW ? denseGradientNs(columns, filters) : Infinity;
  // Of a pixel of dy, as the others are of an element and a row of the kernel.
  const rows = window.width === 1 && kernelWidth === 1 ? 1 : kernelHeight;
  const elementsOfPixel = (overOutputs ? filters : channels) * rows;
  const winograd = winogradGradientNs(window, filters) / elementsOfPixel;
  if (isWinogradFast(winograd, dense, sparse) && isModerate(x, dy)) {
    runWinogradGradient(dKernel, x, dy, () => writeForward(window, filters));
    return true;
  }
  if (!isSmall(window, filters)) return false;
  const runtime = currentRuntime().with(windows);
  const { kernels, threads } = runtime;
  const [a, b] = [elements.pointer, windowed.pointer];

  const parts = partsOf(window.images);
  if (runtime.choose((of) => dense < sparse(of), true)) {
    const write = (): Pointer => writeForward(window, filters);
    const bytes = kernels.convolveWeightsDenseScratchBytes(write(), threads);
    const scratch = runtime.workspace(bytes);
    const sums = emptyTensor([parts, dKernel.size], 'float32');
    const [to, from, by] = [sums.pointer, x.pointer, dy.pointer];
    runtime.run('convolveWeightsDense', to, from, by, write(), parts, scratch);
    addParts(dKernel, sums);
    return true;
  }

  const write = (): Pointer => (overOutputs ? writeBackward : writeForward)(window, filters);
  const scratch = runtime.workspace(kernels.convolveWeightsScratchBytes(write(), threads));
  const shape = overOutputs
    ? [filters, kernelHeight, kernelWidth, channels]
    : [channels, kernelHeight, kernelWidth, filters];
  const partial = emptyTensor([parts, ...shape], 'float32');
  runtime.run('convolveWeights', partial.pointer, a, b, write(), parts, scratch);
  const sums = emptyTensor(shape, 'float32');
  addParts(sums, partial);
  // A pixel of x meets the zeros around dy too: an infinite one makes NaN for taps that do not see it.
  const isFinite = ({ pointer, size }: Tensor): boolean => allFinite(pointer, size);
  if (!overOutputs && !isFinite(sums) && !isFinite(x)) return false;
  const ordered = overOutputs
    ? permute(sums, [1, 2, 3, 0])
    : rearranged(sums, [1, 2, 0, 3], [1, 2]);
  const copy = writeLayout('convolution', [ordered.size], [1], [1], false);
  runtime.run('copyStrided', dKernel.pointer, ordered.pointer, copy, bytesOf('float32'));
  return true;
}

/**
 * Into how many parts images are divided, whose sums are added up at the end: a thread then reads the images that it
 * has written. It depends on nothing but the number of images, so that the bits do not depend on the threads.
 */
function partsOf(images: number): number {
  return Math.max(1, Math.min(8, Math.floor(images / 8)));
}
