import { record } from '../../autodiff/index.js';
import { checkLength, checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { windows } from '../../wasm/generated/windows.js';
import {
  emptyTensor,
  formatShape,
  normalizeAxis,
  requireRoom,
  scoped,
  zeros,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { toFloat } from '../elementwise/operands.js';
import { windowSizes, writeWindow } from './window.js';
import type { Window } from './window.js';
import { INTERPOLATIONS } from '../image/interpolation.js';
import type { Interpolation } from '../image/interpolation.js';
import { resizeAxis } from '../image/resize.js';
import { ownResult } from '../neural/logits.js';
import { reshape } from '../shapes/reshape.js';
import { broadcastTo } from '../reductions/sum.js';

/** Options of `unfold` and `fold`; a list has a number for the height and one for the width. */
export interface PatchOptions {
  /** The distance between the elements of a patch. Default 1. */
  readonly dilation?: number | readonly number[];
  /** Zeros on each side of the images. Default 0. */
  readonly padding?: number | readonly number[];
  /** The distance between patches. Default 1. */
  readonly stride?: number | readonly number[];
}

const OPTIONS = ['dilation', 'padding', 'stride'] as const;

/**
 * The patches of images, as columns: x[batch, channels, height, width] → [batch, channels · kernelHeight · kernelWidth,
 * patches], float32. Patches follow one another row by row, and there are
 * ⌊(length + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1 along each axis. Also known as im2col.
 *
 * @keras = unfold
 * @param kernelSize height and width of a patch; a single number applies to both
 * @throws ShapeError for a wrong rank or a patch larger than the padded image; ValueError for an option out of range;
 * OutOfMemoryError if the result is larger than a block of memory.
 * @example ops.unfold([[[[1, 2, 3], [4, 5, 6]]]], 2) // [[[1, 2], [2, 3], [4, 5], [5, 6]]]
 */
export function unfold(
  x: TensorLike,
  kernelSize: number | readonly number[],
  options: PatchOptions = {},
): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    const [batch = 0, channels = 0, height = 0, width = 0] = input.shape;
    if (input.ndim !== 4) {
      throw new ShapeError(
        `unfold: the input must have shape (batch, channels, height, width), got ${formatShape(input.shape)}.`,
      );
    }
    const patches = patchesOf('unfold', [height, width], kernelSize, options);
    return takePatches(input, patchWindow(patches, batch, channels));
  });
}

/**
 * Images in which each pixel is the sum of its values in all patches, the transpose of `unfold`: x[batch, channels · kernelHeight
 * · kernelWidth, patches] → [batch, channels, height, width], float32. Also known as col2im.
 *
 * @keras = fold
 * @param outputSize height and width of the images; a single number applies to both
 * @param kernelSize height and width of a patch; a single number applies to both
 * @throws ShapeError for a wrong rank, rows that are not whole patches, a number of patches that does not match the images, or a
 * patch larger than the padded image; ValueError for an option out of range; OutOfMemoryError if the result is larger than a
 * block of memory.
 * @example ops.fold([[[1, 2], [2, 3], [4, 5], [5, 6]]], [2, 3], 2) // [[[[1, 4, 3], [4, 10, 6]]]]
 */
export function fold(
  x: TensorLike,
  outputSize: number | readonly number[],
  kernelSize: number | readonly number[],
  options: PatchOptions = {},
): Tensor {
  return scoped(() => {
    const input = toFloat(x);
    if (input.ndim !== 3) {
      throw new ShapeError(
        `fold: the input must have shape (batch, channels · kernelHeight · kernelWidth, patches), got ` +
          `${formatShape(input.shape)}.`,
      );
    }
    const [batch = 0, rows = 0, count = 0] = input.shape;
    const size = windowSizes('fold', 'outputSize', outputSize, 2);
    const patches = patchesOf('fold', size, kernelSize, options);
    const [y, z] = patches;
    const ofPatch = y.kernel * z.kernel;
    if (rows % ofPatch !== 0) {
      throw new ShapeError(
        `fold: axis 1 must be a multiple of the ${ofPatch} elements of a patch of ${y.kernel} × ${z.kernel}, got ` +
          `${formatShape(input.shape)}.`,
      );
    }
    if (count !== y.count * z.count) {
      throw new ShapeError(
        `fold: images of ${formatShape(size)} have ${y.count} × ${z.count} = ${y.count * z.count} patches, got ${count} in ` +
          `${formatShape(input.shape)}. Give fold the options that unfold was given.`,
      );
    }
    return addPatches(input, patchWindow(patches, batch, rows / ofPatch));
  });
}

/** The patches along one axis. */
interface Patches {
  readonly length: number;
  readonly kernel: number;
  readonly dilation: number;
  readonly padding: number;
  readonly stride: number;
  /** How many there are. */
  readonly count: number;
}

type Both = readonly [y: Patches, x: Patches];

function patchesOf(
  op: string,
  lengths: readonly number[],
  kernelSize: number | readonly number[],
  options: PatchOptions,
): Both {
  checkOptions(op, options, OPTIONS);
  const kernels = windowSizes(op, 'kernelSize', kernelSize, 2);
  const dilations = windowSizes(op, 'dilation', options.dilation ?? 1, 2);
  const paddings = windowSizes(op, 'padding', options.padding ?? 0, 2, 0);
  const strides = windowSizes(op, 'stride', options.stride ?? 1, 2);
  const along = (i: 0 | 1): Patches => {
    const [length = 0, kernel = 1, dilation = 1] = [lengths[i], kernels[i], dilations[i]];
    const [padding = 0, stride = 1] = [paddings[i], strides[i]];
    const reach = dilation * (kernel - 1) + 1;
    const count = Math.floor((length + 2 * padding - reach) / stride) + 1;
    if (count >= 1) return { length, kernel, dilation, padding, stride, count };
    throw new ShapeError(
      `${op}: a patch reaches over ${reach} elements of the ${['height', 'width'][i] ?? ''} of ${length}` +
        `${padding > 0 ? ` with a padding of ${padding}` : ''}. Use a smaller kernelSize or dilation, or more padding.`,
    );
  };
  return [along(0), along(1)];
}

/**
 * The window whose columns are the patches, by axes exchanged: its outputs are the elements of a patch, and its taps are the
 * patches. So the columns of one channel lie as `unfold` gives them.
 */
function patchWindow([y, x]: Both, batch: number, channels: number): PatchWindow {
  return {
    batch,
    images: batch * channels,
    height: y.length,
    width: x.length,
    channels: 1,
    outHeight: y.kernel,
    outWidth: x.kernel,
    kernelHeight: y.count,
    kernelWidth: x.count,
    strideY: y.dilation,
    strideX: x.dilation,
    padTop: y.padding,
    padLeft: x.padding,
    dilationY: y.stride,
    dilationX: x.stride,
  };
}

interface PatchWindow extends Window {
  readonly batch: number;
}

/** Images [batch, channels, height, width] as the columns of a window over each channel. */
function takePatches(x: Tensor, window: PatchWindow): Tensor {
  const { batch, images, outHeight, outWidth, kernelHeight, kernelWidth } = window;
  const channels = x.shape[1] ?? 0;
  const shape = [batch, channels * outHeight * outWidth, kernelHeight * kernelWidth];
  requireRoom(shape, 'float32', () => `unfold: kernelSize ${formatShape([outHeight, outWidth])}`);
  const out = emptyTensor(shape, 'float32');
  const at = writeWindow(window);
  currentRuntime()
    .with(windows)
    .run('im2col', out.pointer, x.pointer, at, 0, images * outHeight);
  return record('unfold', [x], out, [], (dy) => [addPatches(dy, window)]);
}

/** The transpose of `takePatches`. */
function addPatches(columns: Tensor, window: PatchWindow): Tensor {
  const { batch, images, height, width, outHeight } = window;
  const channels = (columns.shape[1] ?? 0) / (outHeight * window.outWidth);
  const shape = [batch, channels, height, width];
  requireRoom(shape, 'float32', () => `fold: outputSize ${formatShape([height, width])}`);
  const out = zeros(shape);
  const at = writeWindow(window);
  currentRuntime()
    .with(windows)
    .run('col2im', out.pointer, columns.pointer, at, 0, images * outHeight);
  return record('fold', [columns], out, [], (dy) => [takePatches(dy, window)]);
}

/**
 * x with each entry along `axis` expanded to `size` entries, float32: repeated (`nearest`), or interpolated at (j + ½) /
 * size − ½ for output j: linearly between two entries (`bilinear`), by Keys' cubic of four (`bicubic`), or by Lanczos'
 * windowed sinc of six or ten (`lanczos3`, `lanczos5`).
 *
 * @keras none
 * @param size the factor by which the axis becomes longer, at least 1
 * @param interpolation how entries are computed. Default `'nearest'`
 * @throws ShapeError for an axis out of range; ValueError for a size that is not a positive whole number, or an unknown
 * interpolation; OutOfMemoryError if the result is larger than a block of memory.
 * @example ops.upSample([[1, 2]], 1, 2) // [[1, 1, 2, 2]]
 */
export function upSample(
  x: TensorLike,
  axis: number,
  size: number,
  interpolation: Interpolation = 'nearest',
): Tensor {
  return scoped(() => {
    const kind = oneOf('upSample', 'interpolation', interpolation, INTERPOLATIONS);
    const input = toFloat(x);
    const along = normalizeAxis('upSample', axis, input.ndim);
    checkLength('upSample', 'size', size);
    if (size === 1) return ownResult(input, x);
    const length = input.shape[along] ?? 0;
    const longer = input.shape.with(along, length * size);
    requireRoom(longer, 'float32', () => `upSample: size ${size}`);
    if (length === 0) return reshape(input, longer);
    if (kind !== 'nearest') return resizeAxis('upSample', input, along, length * size, kind);
    const expanded = reshape(input, input.shape.toSpliced(along + 1, 0, 1));
    return reshape(broadcastTo(expanded, input.shape.toSpliced(along + 1, 0, size)), longer);
  });
}
