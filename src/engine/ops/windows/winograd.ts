import { WinogradLine, WinogradTile } from '../../../../assembly/codes.js';
import {
  DIRECT_PRODUCT_NS,
  WINOGRAD_CHANNEL_NS,
  WINOGRAD_GRADIENT_TILES,
  WINOGRAD_LINE_CHANNEL_NS,
  WINOGRAD_LINE_GRADIENT,
  WINOGRAD_LINE_KERNEL_BYTES,
  WINOGRAD_LINE_KERNEL_NS,
  WINOGRAD_LINE_PAIR_NS,
  WINOGRAD_LINE_SUMS_NS,
  WINOGRAD_LINE_TILE_NS,
  WINOGRAD_PAIR_NS,
  WINOGRAD_TILE_NS,
} from '../../../../assembly/tuning.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import { windows } from '../../wasm/generated/windows.js';
import {
  isSliding,
  isSmall,
  kernelBytesOf,
  kernelOf,
  partialsOf,
  runConvolution,
  sumWeightPartials,
  writeForward,
  writeSpreadOf,
} from './convolution-problem.js';
import type { ConvolutionSizes, ConvolutionWay, KernelGradientWay } from './convolution-problem.js';
import { matrixOf } from '../linalg/products/packed-matrix.js';
import type { Window } from './window.js';

// Convolutions by Winograd's minimal filtering, of 3 × 3 taps (assembly/ops/winograd.ts) or of some taps along a line
// (assembly/ops/winograd-line.ts): fewer products, and rounding errors some two to four times those of the sum over all
// taps: relative to the largest number of a tile.

/** Outputs of a tile of a line. */
const tileOutputs = (taps: number): number => WinogradLine.Pixels + 1 - taps;

/** Taps of a kernel that is one pixel high, or one wide over images that are; 0 of any other, and of more or fewer than are worth it. */
function tapsOfLine({ kernelHeight, kernelWidth, width, outWidth }: Window): number {
  const isUpright = kernelWidth === 1 && width === 1 && outWidth === 1;
  const taps = isUpright ? kernelHeight : kernelHeight === 1 ? kernelWidth : 0;
  return taps >= 2 && tileOutputs(taps) >= 2 ? taps : 0;
}

/** Nanoseconds of a pixel of lines of that length, but for what is done once for a kernel. */
function lineNs(taps: number, channels: number, filters: number, length: number): number {
  const tiles = Math.ceil(length / tileOutputs(taps));
  const ofChannels = WINOGRAD_LINE_CHANNEL_NS * (channels + filters);
  const tile = WINOGRAD_LINE_TILE_NS + ofChannels + WINOGRAD_LINE_PAIR_NS * channels * filters;
  return (tiles * tile) / length;
}

/**
 * Nanoseconds of a pixel of a convolution whose windows move pixel by pixel: of kernels of that height and width, with so many
 * channels on either side and outputs of that height and width. Infinity where it cannot be computed so. The number of images
 * does not matter: one alone has the bits that it has among others.
 */
function winogradNs(window: Window, filters: number, height: number, width: number): number {
  const { kernelHeight, kernelWidth, channels } = window;
  if ((channels | filters) % 4 !== 0) return Infinity;
  const pairs = channels * filters;
  const taps = tapsOfLine(window);
  if (taps > 0) {
    const length = kernelHeight === 1 ? width : height;
    const ofKernel = (WINOGRAD_LINE_KERNEL_NS * pairs) / length;
    return lineNs(taps, channels, filters, length) + ofKernel;
  }
  if (kernelHeight !== 3 || kernelWidth !== 3) return Infinity;
  const tiles = Math.ceil(height / WinogradTile.Outputs) * Math.ceil(width / WinogradTile.Outputs);
  const ofChannels = WINOGRAD_CHANNEL_NS * (channels + filters);
  const tile = WINOGRAD_TILE_NS + ofChannels + WINOGRAD_PAIR_NS * pairs;
  return (tiles * tile) / (height * width);
}

/** Nanoseconds of a pixel of the outputs for the gradient of the kernel. */
function winogradGradientNs(window: Window, filters: number): number {
  const { images, channels, kernelHeight, outHeight, outWidth } = window;
  const taps = tapsOfLine(window);
  if (taps === 0 || (channels | filters) % 4 !== 0) {
    return winogradNs(window, filters, outHeight, outWidth);
  }
  const pixels = images * outHeight * outWidth;
  const sums = WINOGRAD_LINE_SUMS_NS * channels * filters * (1 + linePartialsOf(taps, pixels));
  const ofTiles = lineNs(taps, channels, filters, kernelHeight === 1 ? outWidth : outHeight);
  return WINOGRAD_LINE_GRADIENT * ofTiles + sums / pixels;
}

/** Whether filtering pays in the convolution itself: whether it takes less time than a sum over all taps. */
export function isWinograd({ window, filters }: ConvolutionSizes): boolean {
  const { kernelHeight, kernelWidth, channels, outHeight, outWidth } = window;
  const direct = DIRECT_PRODUCT_NS * kernelHeight * kernelWidth * channels * filters;
  return winogradNs(window, filters, outHeight, outWidth) < direct;
}

/** Partial sums of so many outputs along lines. */
const linePartialsOf = (taps: number, outputs: number): number =>
  partialsOf(outputs / tileOutputs(taps) / (2 * WINOGRAD_GRADIENT_TILES));

/** Whether the taps of a kernel are a line, and how many there are; its channels and filters; products of a tile. */
function sizesOf({ shape: [height = 0, width = 0, channels = 0, filters = 0] }: Tensor) {
  const isLine = height === 1 || width === 1;
  const planes = isLine ? WinogradLine.Pixels : WinogradTile.Pixels ** 2;
  return { isLine, taps: height * width, channels, filters, planes };
}

/** Whether filtering is open: to what is small, and to larger kernels along lines, of which nothing is copied. */
const isOpen = (sizes: ConvolutionSizes): boolean =>
  isSmall(sizes) ||
  (isSliding(sizes) &&
    tapsOfLine(sizes.window) > 0 &&
    kernelBytesOf(sizes) <= WINOGRAD_LINE_KERNEL_BYTES &&
    isWinograd(sizes));

/** y from x. Pixels are mixed before the products are taken. */
export const winograd: ConvolutionWay = {
  name: 'Winograd',
  sameBits: false,
  fits: (problem) => isOpen(problem) && (problem.isTransposed || isWinograd(problem)),
  nanoseconds({ window, filters, isTransposed }) {
    // Whatever is zero: so an image alone has the bits that it has in a batch.
    if (!isTransposed) return 0;
    const { height, width, kernelHeight, kernelWidth } = window;
    return winogradNs(window, filters, height, width) / (kernelHeight * kernelWidth);
  },
  isSafe: ({ x, kernel }) => matrixOf(kernel).isModerate && matrixOf(x).isModerate,
  run(problem) {
    const kernel = kernelOf(problem);
    const { isLine, taps, channels, filters, planes } = sizesOf(kernel);
    const runtime = currentRuntime().with(windows);
    const { kernels, threads } = runtime;
    const name = isLine ? 'convolveWinogradLine' : 'convolveWinograd';
    const bytes = kernels[`${name}ScratchBytes`](writeSpreadOf(problem), threads);
    const scratch = runtime.workspace(bytes);
    const u = emptyTensor([kernels.winogradKernelBytes(planes, channels, filters) / 4], 'float32');
    if (isLine) {
      runtime.run('winogradLineKernel', u.pointer, kernel.pointer, taps, channels, filters);
    } else {
      runtime.run('winogradKernel', u.pointer, kernel.pointer, channels, filters, scratch);
    }
    runConvolution(name, problem, u, scratch);
  },
};

/** dKernel from x and dy. */
export const winogradGradient: KernelGradientWay = {
  name: 'Winograd',
  sameBits: false,
  fits: isOpen,
  nanoseconds: ({ window, filters }) => winogradGradientNs(window, filters),
  isSafe: ({ x, dy }) => matrixOf(dy).isModerate && matrixOf(x).isModerate,
  run(problem) {
    const { dKernel, x, dy, window } = problem;
    const { isLine, taps, channels, filters, planes } = sizesOf(dKernel);
    const runtime = currentRuntime().with(windows);
    const { kernels, threads } = runtime;
    const write = () => writeForward(window, filters);
    const words = kernels.winogradKernelBytes(planes, channels, filters) / 4;
    const [images = 0, height = 0, width = 0] = dy.shape;
    const partials = isLine ? linePartialsOf(taps, images * height * width) : partialsOf(images);
    const sums = emptyTensor([words], 'float32');
    const name = isLine ? 'convolveWeightsWinogradLine' : 'convolveWeightsWinograd';
    sumWeightPartials(name, sums, [x, dy], write, partials);
    const [out, sum] = [dKernel.pointer, sums.pointer];
    if (isLine) {
      runtime.run('winogradLineKernelGradient', out, sum, taps, channels, filters);
    } else {
      const room = runtime.workspace(kernels.convolveWeightsWinogradScratchBytes(write(), threads));
      runtime.run('winogradKernelGradient', out, sum, channels, filters, room);
    }
  },
};
