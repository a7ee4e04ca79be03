import { WinogradTile } from '../../assembly/codes.js';
import type { Epilogue } from '../../assembly/codes.js';
import {
  DIRECT_PRODUCT_NS,
  WINOGRAD_CHANNEL_NS,
  WINOGRAD_PAIR_NS,
  WINOGRAD_TILE_NS,
} from '../../assembly/tuning.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor } from '../tensor/index.js';
import { addParts } from './add-parts.js';
import type { Tensor } from '../tensor/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { windows } from '../wasm/generated/windows.js';
import type { Window } from './window.js';

// Convolutions by Winograd's minimal filtering (assembly/ops/winograd.ts): a quarter of the products, and rounding errors
// some two to four times those of the sum over all taps: relative to the largest number of a tile.

/**
 * Nanoseconds of a pixel of a convolution whose windows move pixel by pixel: of kernels of that height and width, with so many
 * channels on either side and outputs of that height and width. Infinity where it cannot be computed so. The number of images
 * does not matter: one alone has the bits that it has among others.
 */
export function winogradNs(
  { kernelHeight, kernelWidth, channels }: Window,
  filters: number,
  height: number,
  width: number,
): number {
  if (kernelHeight !== 3 || kernelWidth !== 3 || (channels | filters) % 4 !== 0) return Infinity;
  const tiles = Math.ceil(height / WinogradTile.Outputs) * Math.ceil(width / WinogradTile.Outputs);
  const ofChannels = WINOGRAD_CHANNEL_NS * (channels + filters);
  const tile = WINOGRAD_TILE_NS + ofChannels + WINOGRAD_PAIR_NS * channels * filters;
  return (tiles * tile) / (height * width);
}

/**
 * Parts of the images whose sums are added up for the gradient of the kernel. Threads share them; their number depends on that
 * of the images alone, so that the bits do not depend on the threads.
 */
const WINOGRAD_PARTS = 8;

/** Whether that is less than with a sum over all taps. */
export function isWinograd(
  window: Window,
  filters: number,
  height: number,
  width: number,
): boolean {
  const direct = DIRECT_PRODUCT_NS * window.channels * filters;
  return winogradNs(window, filters, height, width) < direct;
}

/** y = activation(x ∗ kernel + bias), kernel[3, 3, channels, filters]; no number of x and of it may be 2^40 or more. */
export function runWinograd(
  y: Tensor,
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  writeShape: () => Pointer,
  epilogue: Epilogue,
): void {
  const [channels = 0, filters = 0] = kernel.shape.slice(2);
  const runtime = currentRuntime().with(windows);
  const { kernels, threads } = runtime;
  const scratch = runtime.workspace(kernels.convolveWinogradScratchBytes(writeShape(), threads));
  const u = emptyTensor([kernels.winogradKernelBytes(channels, filters) / 4], 'float32');
  runtime.run('winogradKernel', u.pointer, kernel.pointer, channels, filters, scratch);
  const [to, from, offsets] = [y.pointer, x.pointer, bias?.pointer ?? 0];
  runtime.run('convolveWinograd', to, from, u.pointer, offsets, writeShape(), epilogue, scratch);
}

/** dKernel[3, 3, channels, filters] from x and dy, in which no number may be 2^40 or more. */
export function runWinogradGradient(
  dKernel: Tensor,
  x: Tensor,
  dy: Tensor,
  writeShape: () => Pointer,
): void {
  const [channels = 0, filters = 0] = dKernel.shape.slice(2);
  const runtime = currentRuntime().with(windows);
  const { kernels, threads } = runtime;
  const words = kernels.winogradGradientWords(channels, filters);
  const parts = Math.max(1, Math.min(WINOGRAD_PARTS, x.shape[0] ?? 0));
  const bytes = kernels.convolveWeightsWinogradScratchBytes(writeShape(), threads);
  const scratch = runtime.workspace(bytes);
  const partial = emptyTensor([parts, words], 'float32');
  const [to, from, by] = [partial.pointer, x.pointer, dy.pointer];
  runtime.run('convolveWeightsWinograd', to, from, by, writeShape(), parts, scratch);
  const sums = emptyTensor([words], 'float32');
  addParts(sums, partial);
  const room = runtime.workspace(bytes);
  const given = [dKernel.pointer, sums.pointer, channels, filters, room] as const;
  runtime.run('winogradKernelGradient', ...given);
}
