// What all operations of images have in common: where the channels are, and one image or a batch.
import { describeValue } from '../../../config/describe-value.js';
import { isListOf, requireLengths } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, toTensor } from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { convert } from '../elementwise/cast.js';
import { ownResult } from '../neural/logits.js';
import { round } from '../elementwise/piecewise-linear.js';
import { expandDims, squeeze } from '../shapes/reshape.js';
import { moveAxis } from '../shapes/transpose.js';
import { checkDataFormat } from '../windows/data-format.js';
import type { DataFormatOption } from '../windows/data-format.js';
import { AXES } from '../windows/window.js';

/** The option of all operations on images. */
export interface ImageOptions {
  /** Default, and null: `'channels_last'`, [batch, height, width, channels]; `'channels_first'` is [batch, channels, height, width]. */
  readonly dataFormat?: DataFormatOption | null | undefined;
}

/** Images as [batch, height, width, channels], and what gives them their own form again. */
export interface ImageBatch {
  readonly batch: Tensor;
  /** Images [batch, …] with the channels last, in the form in which images were given. */
  readonly restore: (images: Tensor) => Tensor;
}

/**
 * One image or a batch of images, in the one form in which operations compute.
 *
 * @param axes the number of axes between batch and channels: 3 for volumes
 * @throws ShapeError for another number of axes, ValueError for another data format.
 */
export function imagesOf(
  op: string,
  images: TensorLike,
  { dataFormat }: ImageOptions,
  axes: 2 | 3 = 2,
): ImageBatch {
  const given = toTensor(images);
  const format = checkDataFormat(op, dataFormat ?? undefined);
  const isSingle = given.ndim === axes + 1;
  if (!isSingle && given.ndim !== axes + 2) {
    const names =
      format === 'channels_last' ? `${AXES[axes]}, channels` : `channels, ${AXES[axes]}`;
    throw new ShapeError(
      `${op}: expected ${axes === 2 ? 'images' : 'volumes'} of shape (${names}) or (batch, ${names}), got ` +
        `${formatShape(given.shape)}.`,
    );
  }
  const isFirst = format === 'channels_first';
  const last = isFirst ? moveAxis(given, -1 - axes, -1) : given;
  return {
    batch: isSingle ? expandDims(last, 0) : last,
    restore: (y) => {
      const out = isSingle ? squeeze(y, 0) : y;
      return ownResult(isFirst ? moveAxis(out, -1, -1 - axes) : out, given);
    },
  };
}

/** Throws unless the images have one of these numbers of channels. */
export function requireChannels(op: string, shape: Shape, allowed: readonly number[]): void {
  const channels = shape.at(-1) ?? 0;
  if (allowed.includes(channels)) return;
  throw new ShapeError(
    `${op}: the images must have ${allowed.join(' or ')} channels, got ${channels}. dataFormat says where the channels are.`,
  );
}

/** The longest axis along which pixels are computed of others: weights and positions are made for each of its entries. */
const MAX_SIDE = 2 ** 20;

/**
 * Throws for an axis that is longer than images are.
 *
 * @throws ValueError, naming the operation.
 */
export function requireSides(op: string, lengths: readonly number[]): void {
  const longest = Math.max(...lengths);
  if (longest <= MAX_SIDE) return;
  throw new ValueError(
    `${op}: height and width may be ${MAX_SIDE} at most, got ${longest}. Work on parts of the images.`,
  );
}

/**
 * Numbers that were computed of images of `dtype`, as such a dtype: rounded, halves to even, and cut to its range.
 */
export function likeImages(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  return convert(dtype === 'bool' ? x : round(x), dtype);
}

/**
 * `value`, a list of `count` whole numbers of at least 1, as such a list.
 *
 * @throws ValueError, naming the operation and the argument.
 */
export function sizesOf(op: string, name: string, value: unknown, count: number): number[] {
  const isSize = (size: unknown): size is number => Number.isInteger(size) && Number(size) >= 1;
  if (isListOf(value, isSize) && value.length === count) {
    requireLengths(op, name, value);
    return [...value];
  }
  throw new ValueError(
    `${op}: ${name} must be a list of ${count} whole numbers of at least 1, got ${describeValue(value)}.`,
  );
}
