import { checkBoolean, checkNumber, checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, requireRoom, scoped, tensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { pad } from '../shapes/concat.js';
import { gather } from '../indexing/gather.js';
import { toFloat } from '../elementwise/operands.js';
import { slice } from '../indexing/slice.js';
import { alongBand } from './filters.js';
import { imagesOf, likeImages, requireSides, sizesOf } from './images.js';
import type { ImageOptions } from './images.js';
import { INTERPOLATIONS, nearestEntries, resampling } from './interpolation.js';
import type { Interpolation } from './interpolation.js';

/** Options of `resize`. */
export interface ResizeOptions extends ImageOptions {
  /** How values between pixels are computed. Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  /** Whether to smooth an axis that gets shorter, so that no pixel is ignored. Default false. */
  readonly antialias?: boolean;
  /** Whether to crop images to the proportions of the result first, so that nothing is distorted. Default false. */
  readonly cropToAspectRatio?: boolean;
  /** Whether to pad images with `fillValue` to the proportions of the result first, so that nothing is distorted. Default false. */
  readonly padToAspectRatio?: boolean;
  /** How images are padded: only `'constant'`. */
  readonly fillMode?: 'constant';
  /** The number with which images are padded. Default 0. */
  readonly fillValue?: number;
}

const OPTIONS = [
  'interpolation',
  'antialias',
  'cropToAspectRatio',
  'padToAspectRatio',
  'fillMode',
  'fillValue',
  'dataFormat',
] as const;

/**
 * Resizes images to [height, width]. The dtype is that of the images; integers are rounded and clipped to their range. Pixels
 * are squares whose centres are at half-integer coordinates, and weights are those of Keras 3.16 on JAX and TensorFlow.
 *
 * @keras = resize
 * @throws ShapeError for images of a wrong rank or without pixels; ValueError for an invalid size or option; OutOfMemoryError
 * if the result is larger than a block of memory.
 * @example ops.image.resize([[[0], [4]]], [1, 4]).flatten() // [0, 1, 3, 4]
 */
export function resize(
  images: TensorLike,
  size: readonly number[],
  options: ResizeOptions = {},
): Tensor {
  return scoped(() => {
    checkOptions('resize', options, OPTIONS);
    const { antialias = false, cropToAspectRatio = false, padToAspectRatio = false } = options;
    const { interpolation = 'bilinear', fillMode = 'constant', fillValue = 0 } = options;
    const kind = oneOf('resize', 'interpolation', interpolation, INTERPOLATIONS);
    oneOf('resize', 'fillMode', fillMode, ['constant']);
    checkBoolean('resize', 'antialias', antialias);
    checkBoolean('resize', 'cropToAspectRatio', cropToAspectRatio);
    checkBoolean('resize', 'padToAspectRatio', padToAspectRatio);
    checkNumber('resize', 'fillValue', fillValue);
    if (cropToAspectRatio && padToAspectRatio) {
      throw new ValueError(
        `resize: only one of cropToAspectRatio and padToAspectRatio can be true. Choose whether images lose what does not ` +
          `fit, or get borders.`,
      );
    }
    const target = sizesOf('resize', 'size', size, 2);
    const { batch, restore } = imagesOf('resize', images, options);
    const { dtype, shape } = batch;
    if (shape[1] === 0 || shape[2] === 0) {
      throw new ShapeError(`resize: images of shape ${formatShape(shape)} have no pixels.`);
    }
    const whole = cropToAspectRatio
      ? croppedTo(batch, target)
      : padToAspectRatio
        ? paddedTo(batch, target, fillValue)
        : batch;
    const resized = target.reduce(
      (x, length, i) => resizeAxis('resize', x, i + 1, length, kind, antialias),
      whole,
    );
    return restore(likeImages(resized, dtype));
  });
}

/** The axis with `outLength` entries, which cover the same range: float32, or for `nearest` of the dtype of x. */
export function resizeAxis(
  op: string,
  x: Tensor,
  axis: number,
  outLength: number,
  interpolation: Interpolation,
  antialias = false,
): Tensor {
  const length = x.shape[axis] ?? 0;
  if (length === outLength) return x;
  requireSides(op, [length, outLength]);
  requireRoom(x.shape.with(axis, outLength), 'float32', op);
  if (interpolation === 'nearest') {
    return gather(x, tensor(nearestEntries(length, outLength)), axis);
  }
  const scale = outLength / length;
  return alongBand(op, toFloat(x), axis, outLength, () =>
    resampling({ length, outLength, scale, translation: 0, interpolation, antialias }),
  );
}

/** The lengths of a rectangle in the shape of [height, width] around, or within, one of `height` × `width`. */
const inShape = (height: number, width: number, [h = 1, w = 1]: readonly number[]) =>
  [Math.trunc((width * h) / w), Math.trunc((height * w) / h)] as const;

/** The middle of the images in the shape of the target. */
function croppedTo(x: Tensor, target: readonly number[]): Tensor {
  const [, height = 1, width = 1] = x.shape;
  const [h, w] = inShape(height, width, target);
  const range = (length: number, wanted: number): [number, number] => {
    const count = Math.max(Math.min(length, wanted), 1);
    const start = Math.trunc((length - count) / 2);
    return [start, start + count];
  };
  return slice(x, ':', range(height, h), range(width, w));
}

/** The images in the middle of a border that gives them the shape of the target. */
function paddedTo(x: Tensor, target: readonly number[], value: number): Tensor {
  const [, height = 1, width = 1] = x.shape;
  const [h, w] = inShape(height, width, target);
  const top = Math.trunc(Math.max(0, h - height) / 2);
  // At most one axis is too short.
  const left = top > 0 ? 0 : Math.trunc(Math.max(0, w - width) / 2);
  if (top === 0 && left === 0) return x;
  // The number around the images may have a fraction where the images have none.
  return pad(toFloat(x), [[0, 0], [top, top], [left, left], [0, 0]], value); // prettier-ignore
}
