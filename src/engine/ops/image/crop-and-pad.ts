import { checkNumber, checkOptions, MAX_LENGTH } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { pad } from '../shapes/concat.js';
import { slice } from '../indexing/slice.js';
import { imagesOf } from './images.js';
import type { ImageBatch, ImageOptions } from './images.js';

/** A number of pixels, or null for what follows from the others. */
type Pixels = number | null;

/** Options of `cropImages`. Give two of `topCropping`, `bottomCropping` and `targetHeight`, and likewise along the width. */
export interface CropImagesOptions extends ImageOptions {
  /** Rows to cut off at the top. Default null: follows from the other two numbers. */
  readonly topCropping?: Pixels;
  /** Columns to cut off on the left. Default null: follows from the other two numbers. */
  readonly leftCropping?: Pixels;
  /** Rows to cut off at the bottom. Default null: follows from the other two numbers. */
  readonly bottomCropping?: Pixels;
  /** Columns to cut off on the right. Default null: follows from the other two numbers. */
  readonly rightCropping?: Pixels;
  /** Height of the result in pixels. Default null: follows from the other two numbers. */
  readonly targetHeight?: Pixels;
  /** Width of the result in pixels. Default null: follows from the other two numbers. */
  readonly targetWidth?: Pixels;
}

/** Options of `padImages`. Give two of `topPadding`, `bottomPadding` and `targetHeight`, and likewise along the width. */
export interface PadImagesOptions extends ImageOptions {
  /** Rows to add at the top. Default null: follows from the other two numbers. */
  readonly topPadding?: Pixels;
  /** Columns to add on the left. Default null: follows from the other two numbers. */
  readonly leftPadding?: Pixels;
  /** Rows to add at the bottom. Default null: follows from the other two numbers. */
  readonly bottomPadding?: Pixels;
  /** Columns to add on the right. Default null: follows from the other two numbers. */
  readonly rightPadding?: Pixels;
  /** Height of the result in pixels. Default null: follows from the other two numbers. */
  readonly targetHeight?: Pixels;
  /** Width of the result in pixels. Default null: follows from the other two numbers. */
  readonly targetWidth?: Pixels;
}

/**
 * Crops images: cuts off rows at the top and bottom and columns on the left and right. Along each axis, give two of three numbers: how
 * much to cut off before, how much after, and the length of the result.
 *
 * @keras = cropImages
 * @throws ValueError unless you give two of the three numbers, ShapeError if the images are too small.
 * @example ops.image.cropImages([[[1], [2], [3]]], { topCropping: 0, bottomCropping: 0, leftCropping: 1, targetWidth: 2 }) // [[[2], [3]]]
 */
export function cropImages(images: TensorLike, options: CropImagesOptions): Tensor {
  return scoped(() => {
    const { batch, restore, ends } = readSides('cropImages', 'Cropping', images, options);
    const [rows, columns] = ends.map(({ before, length }) => [before, before + length] as const);
    return restore(slice(batch, ':', rows ?? ':', columns ?? ':'));
  });
}

/**
 * Pads images with zeros. Along each axis, give two of three numbers: how many zeros to add before, how many after, and the
 * length of the result.
 *
 * @keras = padImages
 * @throws ValueError unless you give two of the three numbers, ShapeError if the images are larger than the result.
 * @example ops.image.padImages([[[1]]], { topPadding: 0, bottomPadding: 0, leftPadding: 1, targetWidth: 3 }) // [[[0], [1], [0]]]
 */
export function padImages(images: TensorLike, options: PadImagesOptions): Tensor {
  return scoped(() => {
    const { batch, restore, ends } = readSides('padImages', 'Padding', images, options);
    const widths = ends.map(({ before, behind }) => [before, behind] as const);
    return restore(pad(batch, [[0, 0], ...widths, [0, 0]])); // prettier-ignore
  });
}

/** What is cut or added along an axis, and the length of the result. */
interface Ends {
  readonly before: number;
  readonly behind: number;
  readonly length: number;
}

/** The images, and what the options say of height and width. */
function readSides(
  op: string,
  what: 'Cropping' | 'Padding',
  images: TensorLike,
  options: CropImagesOptions | PadImagesOptions,
): ImageBatch & { readonly ends: readonly Ends[] } {
  const names = [
    [`top${what}`, `bottom${what}`, 'targetHeight'],
    [`left${what}`, `right${what}`, 'targetWidth'],
  ];
  checkOptions(op, options, [...names.flat(), 'dataFormat']);
  const given = imagesOf(op, images, options);
  const sign = what === 'Padding' ? 1 : -1;
  const pixels = options as Readonly<Record<string, Pixels>>;
  const ends = names.map(
    (three, axis) =>
    endsOf(op, given.batch.shape[axis + 1] ?? 0, sign, three.map((name) => [name, pixels[name] ?? null])), // prettier-ignore
  );
  return { ...given, ends };
}

/**
 * What two of three numbers say of an axis.
 *
 * @param sign 1 if the axis gets longer, -1 if it gets shorter
 * @param three what comes before and behind and the length of the result, by names
 */
function endsOf(
  op: string,
  axis: number,
  sign: 1 | -1,
  three: readonly (readonly [name: string, value: Pixels])[],
): Ends {
  for (const [name, value] of three) {
    if (value !== null) checkNumber(op, name, value, { min: 0, max: MAX_LENGTH, integer: true });
  }
  const list = three.map(([name, value]) => `${name} = ${String(value ?? 'left out')}`).join(', ');
  const [before = null, behind = null, target = null] = three.map(([, value]) => value);
  if (three.filter(([, value]) => value === null).length !== 1) {
    throw new ValueError(`${op}: exactly two of three numbers must be given, got ${list}.`);
  }
  const difference = sign * ((target ?? 0) - axis);
  const first = before ?? difference - (behind ?? 0);
  const last = behind ?? difference - first;
  const length = target ?? axis + sign * (first + last);
  if (first >= 0 && last >= 0 && length >= 0) return { before: first, behind: last, length };
  throw new ShapeError(`${op}: an axis of ${axis} pixels does not go with ${list}.`);
}
