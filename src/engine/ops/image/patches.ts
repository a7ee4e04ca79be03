import { checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, requireRoom, scoped, sizeOf, tensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { pad } from '../shapes/concat.js';
import { gather } from '../indexing/gather.js';
import { reshape } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { transpose } from '../shapes/transpose.js';
import { checkWindow, outputLengths, windowPadding, windowSizes } from '../windows/window.js';
import type { WindowAxis } from '../windows/window.js';
import { imagesOf, requireSides, sizesOf } from './images.js';
import type { ImageOptions } from './images.js';

/** Options of `extractPatches`; a list has one number for each axis of a patch. */
export interface ExtractPatchesOptions extends ImageOptions {
  /** The distance between patches. Default: the size of a patch. */
  readonly strides?: number | readonly number[] | null;
  /** The distance between the pixels of a patch. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** `'valid'` (default): patches lie within the images. `'same'`: images are padded with zeros, so that a patch begins at each stride. */
  readonly padding?: 'valid' | 'same';
}

/** Options of `reconstructPatches`. */
export interface ReconstructPatchesOptions extends ImageOptions {
  /** Height and width of the images. Default: the total size of the patches; required with `padding: 'same'`. */
  readonly outputSize?: readonly number[] | null;
  /** The distance between patches: only the size of a patch. */
  readonly strides?: number | readonly number[] | null;
  /** The padding used in `extractPatches`. Default `'valid'`. */
  readonly padding?: 'valid' | 'same';
}

/**
 * The patches of images, each stored along the channels: [batch, rows, columns, patch height · patch width · channels], of
 * the dtype of the images. With a size of three numbers, extracts patches of volumes [batch, depth, height, width,
 * channels].
 *
 * @keras = extractPatches
 * @param size height and width of a patch, or depth, height and width; a single number applies to height and width
 * @throws ShapeError for images of a wrong rank or a patch larger than the images; ValueError for a size or an option out of
 * range; OutOfMemoryError if the result is larger than a block of memory.
 * @example ops.image.extractPatches(arange(16).reshape(4, 4, 1), 2).slice(0, 0) // [0, 1, 4, 5]
 */
export function extractPatches(
  images: TensorLike,
  size: number | readonly number[],
  options: ExtractPatchesOptions = {},
): Tensor {
  return patchesOf('extractPatches', images, size, ranksOf(size), options);
}

/**
 * The patches of volumes [batch, depth, height, width, channels]; otherwise like `extractPatches`.
 *
 * @keras = extractPatches3d
 * @param volumes [depth, height, width, channels], or [batch, depth, height, width, channels]
 * @param size depth, height and width of a patch; a single number applies to all three
 * @throws as `extractPatches`
 * @example ops.image.extractPatches3d(arange(8).reshape(2, 2, 2, 1), 2).shape // [1, 1, 1, 8]
 */
export function extractPatches3d(
  volumes: TensorLike,
  size: number | readonly number[],
  options: ExtractPatchesOptions = {},
): Tensor {
  return patchesOf('extractPatches3d', volumes, size, 3, options);
}

/** How many axes a patch has. */
const ranksOf = (size: number | readonly number[]): 2 | 3 =>
  Array.isArray(size) && size.length === 3 ? 3 : 2;

function patchesOf(
  op: string,
  images: TensorLike,
  size: number | readonly number[],
  rank: 2 | 3,
  options: ExtractPatchesOptions,
): Tensor {
  return scoped(() => {
    checkOptions(op, options, ['strides', 'dilationRate', 'padding', 'dataFormat']);
    const sizes = windowSizes(op, 'size', size, rank);
    const strides = windowSizes(op, 'strides', options.strides ?? sizes, rank);
    const dilations = windowSizes(op, 'dilationRate', options.dilationRate ?? 1, rank);
    const padding = windowPadding(op, options.padding ?? 'valid', rank);
    const { batch, restore } = imagesOf(op, images, options, rank);
    const axes = sizes.map((kernel, i): WindowAxis => ({
      kernel,
      stride: strides[i] ?? 1,
      padding,
      dilation: dilations[i] ?? 1,
    }));
    const counts = outputLengths(op, batch.shape, axes);
    const [count = 0, channels = 0] = [batch.shape[0], batch.shape.at(-1)];
    requireRoom([count, ...counts, sizeOf(sizes), channels], batch.dtype, op);
    requireSides(
      op,
      axes.map(({ kernel }, i) => kernel * (counts[i] ?? 0)),
    );
    const taken = axes.reduce((x, axis, i) => windowsAlong(x, i + 1, axis, counts[i] ?? 0), batch);
    const expanded = reshape(taken, [count, ...axes.flatMap(({ kernel }, i) => [counts[i] ?? 0, kernel]), channels]); // prettier-ignore
    const axesOfKernels = axes.map((_, i) => 2 * i + 1);
    const order = [0, ...axesOfKernels, ...axesOfKernels.map((axis) => axis + 1), 2 * rank + 1];
    return restore(
      reshape(transpose(expanded, order), [count, ...counts, sizeOf(sizes) * channels]),
    );
  });
}

/** x with the entries of all windows along an axis side by side, zeros where a window is beyond the ends. */
function windowsAlong(x: Tensor, axis: number, window: WindowAxis, count: number): Tensor {
  const { kernel, stride, dilation, padding } = window;
  const length = x.shape[axis] ?? 0;
  const last = (count - 1) * stride + (kernel - 1) * dilation;
  const missing = padding === 'same' ? Math.max(0, last + 1 - length) : 0;
  const before = Math.floor(missing / 2);
  const widths = x.shape.map((_, i) => (i === axis ? ([before, missing - before] as const) : ([0, 0] as const))); // prettier-ignore
  const padded = missing > 0 ? pad(x, widths) : x;
  if (stride === kernel && dilation === 1) {
    return slice(padded, ...x.shape.slice(0, axis).map(() => ':'), [0, count * kernel]);
  }
  const entries = Int32Array.from(
    { length: count * kernel },
    (_, i) => Math.floor(i / kernel) * stride + (i % kernel) * dilation,
  );
  return gather(padded, tensor(entries), axis);
}

/**
 * Puts images together again from patches of `extractPatches` that do not overlap: patches[batch, rows, columns, patch height · patch
 * width · channels] → [batch, height, width, channels], of the dtype of the patches; volumes if the size has three numbers. Padding is
 * cut off.
 *
 * @keras = reconstructPatches
 * @param patches [batch, rows, columns, patch height · patch width · channels], or one image without the batch axis
 * @param size the size of a patch in `extractPatches`; a single number applies to height and width
 * @throws ShapeError for patches of a wrong shape; ValueError for strides other than the size, a missing or wrong outputSize, or an
 * unknown option.
 * @example ops.image.reconstructPatches(ops.image.extractPatches(arange(16).reshape(4, 4, 1), 2), 2).slice(0).flatten() // [0, 1, 2, 3]
 */
export function reconstructPatches(
  patches: TensorLike,
  size: number | readonly number[],
  options: ReconstructPatchesOptions = {},
): Tensor {
  return scoped(() => {
    const op = 'reconstructPatches';
    checkOptions(op, options, ['outputSize', 'strides', 'padding', 'dataFormat']);
    const rank = ranksOf(size);
    const sizes = windowSizes(op, 'size', size, rank);
    checkWindow(
      op,
      sizes.map((kernel) => ({ kernel, stride: 1, dilation: 1, padding: 'valid' })),
    );
    const strides = windowSizes(op, 'strides', options.strides ?? sizes, rank);
    if (strides.some((stride, i) => stride !== sizes[i])) {
      throw new ValueError(
        `${op}: strides must be the size ${formatShape(sizes)} of a patch, got ${formatShape(strides)}: patches that overlap, ` +
          `or leave pixels out, make up no images.`,
      );
    }
    const padding = oneOf(op, 'padding', options.padding ?? 'valid', ['valid', 'same']);
    const { batch, restore } = imagesOf(op, patches, options, rank);
    const [images = 0, pixels] = [batch.shape[0], batch.shape.at(-1) ?? 0];
    if (pixels % sizeOf(sizes) !== 0) {
      throw new ShapeError(
        `${op}: patches of ${formatShape(sizes)} pixels have a multiple of ${sizeOf(sizes)} numbers each, got ${pixels}.`,
      );
    }
    const counts = batch.shape.slice(1, -1);
    const lengths = lengthsOf(op, options.outputSize ?? null, counts, sizes, padding);
    const channels = pixels / sizeOf(sizes);
    const axesOfKernels = sizes.map((_, i) => i + 1);
    const expanded = reshape(batch, [images, ...counts, ...sizes, channels]);
    const order = [0, ...axesOfKernels.flatMap((axis) => [axis, axis + rank]), 2 * rank + 1];
    const covered = counts.map((count, i) => count * (sizes[i] ?? 1));
    const whole = reshape(transpose(expanded, order), [images, ...covered, channels]);
    const ranges = lengths.map((length, i) => {
      const start = Math.floor(((covered[i] ?? 0) - length) / 2);
      return [start, start + length] as const;
    });
    return restore(slice(whole, ':', ...ranges));
  });
}

/** The lengths of the images that patches make up. */
function lengthsOf(
  op: string,
  outputSize: readonly number[] | null,
  counts: readonly number[],
  sizes: readonly number[],
  padding: 'valid' | 'same',
): number[] {
  const covered = counts.map((count, i) => count * (sizes[i] ?? 1));
  if (outputSize === null) {
    if (padding === 'valid') return covered;
    throw new ValueError(
      `${op}: with padding 'same' images of several sizes have as many patches. Give the outputSize.`,
    );
  }
  const lengths = sizesOf(op, 'outputSize', outputSize, sizes.length);
  const fits = lengths.every((length, i) => {
    const most = covered[i] ?? 0;
    return length <= most && length > most - (padding === 'valid' ? 1 : (sizes[i] ?? 1));
  });
  if (fits) return lengths;
  throw new ValueError(
    `${op}: ${formatShape(counts)} patches of ${formatShape(sizes)} pixels make up ${formatShape(covered)}, which does not go ` +
      `with an outputSize of ${formatShape(lengths)} and padding '${padding}'.`,
  );
}
