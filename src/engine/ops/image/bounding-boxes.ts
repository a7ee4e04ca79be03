// Rectangles around what is seen in images: their formats, and what operations of images make of them.
import { checkOptions, isPlainObject, oneOf, requireObject } from '../../../config/index.js';
import type { EitherSpelling } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, scoped, tensor, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { div, mul, sub } from '../elementwise/arithmetic.js';
import { cast } from '../elementwise/cast.js';
import { greater } from '../elementwise/compare.js';
import { concat } from '../shapes/concat.js';
import { matmul } from '../linalg/matmul.js';
import { maximum, minimum } from '../elementwise/power.js';
import { reshape, squeeze } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { where } from '../elementwise/where.js';

/**
 * The meaning of the four numbers of a bounding box: `x` counts pixels to the right and `y` downwards, `w` and `h` are width and
 * height. `xyxy` is left, top, right and bottom. In formats that begin with `rel_`, numbers are shares of the image's width and
 * height, from 0 to 1.
 */
export type BoundingBoxFormat = (typeof BOUNDING_BOX_FORMATS)[number];

/** All formats, the usual one first. */
export const BOUNDING_BOX_FORMATS = [
  'xyxy',
  'yxyx',
  'xywh',
  'center_xywh',
  'center_yxhw',
  'rel_xyxy',
  'rel_yxyx',
  'rel_xywh',
  'rel_center_xywh',
] as const;

/** A format as options accept it, also in camelCase. */
export type BoundingBoxFormatOption = EitherSpelling<BoundingBoxFormat>;

/** Bounding boxes of images: `boxes` [batch, boxes, 4] and the class of each, `labels` [batch, boxes]; −1 is not an object. */
export interface BoundingBoxes<T = Tensor> {
  /** Four numbers for each box: [batch, boxes, 4]. */
  readonly boxes: T;
  /** The class of each box, [batch, boxes]; −1 is not an object. */
  readonly labels: T;
}

/** The size of images in pixels; a tensor contains the size of each image, in a shape that broadcasts with boxes [batch, boxes, 1]. */
export interface ImageSize<T = number | Tensor> {
  /** Height in pixels. */
  readonly height: T;
  /** Width in pixels. */
  readonly width: T;
}

/** What the sides are that a format counts, without `rel_` and in the order x, y. */
type Sides = 'xyxy' | 'xywh' | 'center_xywh';
type Matrix = readonly (readonly number[])[];

/** What each of the four numbers of a box is in left, top, right and bottom. */
const TO_CORNERS: Readonly<Record<Sides, Matrix>> = {
  xyxy: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], // prettier-ignore
  xywh: [[1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1]], // prettier-ignore
  center_xywh: [[1, 0, 1, 0], [0, 1, 0, 1], [-0.5, 0, 0.5, 0], [0, -0.5, 0, 0.5]], // prettier-ignore
};

/** What each of left, top, right and bottom is in the four numbers of a box. */
const FROM_CORNERS: Readonly<Record<Sides, Matrix>> = {
  xyxy: TO_CORNERS.xyxy,
  xywh: [[1, 0, -1, 0], [0, 1, 0, -1], [0, 0, 1, 0], [0, 0, 0, 1]], // prettier-ignore
  center_xywh: [[0.5, 0, -1, 0], [0, 0.5, 0, -1], [0.5, 0, 1, 0], [0, 0.5, 0, 1]], // prettier-ignore
};

/** The same four with x and y in turns exchanged. */
const exchanged = ([a, b, c, d]: readonly unknown[]): unknown[] => [b, a, d, c];

/** The fields of a format. */
function parseFormat(format: BoundingBoxFormat): {
  readonly isRelative: boolean;
  readonly sides: Sides;
  readonly isYFirst: boolean;
} {
  const isRelative = format.startsWith('rel_');
  const rest = isRelative ? format.slice('rel_'.length) : format;
  const isYFirst = rest === 'yxyx' || rest === 'center_yxhw';
  return { isRelative, isYFirst, sides: rest.replace('yxyx', 'xyxy').replace('yxhw', 'xywh') as Sides }; // prettier-ignore
}

/** Boxes as numbers [..., 4]. @throws ShapeError for another last axis. */
export function boxesOf(op: string, boxes: TensorLike): Tensor {
  const given = cast(toTensor(boxes), 'float32');
  if (given.shape.at(-1) === 4) return given;
  throw new ShapeError(
    `${op}: boxes must have four numbers along the last axis, got ${formatShape(given.shape)}.`,
  );
}

/** Width, height, width and height, for boxes; null where one of them is missing. */
function sizeAlongBoxes({ height, width }: Partial<ImageSize>): Tensor | null {
  const sides = [width, height].flatMap((side) => {
    if (side === undefined) return [];
    const all = cast(toTensor(side), 'float32');
    return all.ndim === 0 ? reshape(all, [1]) : all;
  });
  const [w, h] = sides;
  return w === undefined || h === undefined ? null : concat([w, h, w, h], -1);
}

/** Width, height, width and height, for boxes. @throws ValueError where one of them is missing. */
function requireSize(op: string, size: Partial<ImageSize>): Tensor {
  const along = sizeAlongBoxes(size);
  if (along !== null) return along;
  throw new ValueError(
    `${op}: give the height and width of the images, { height: 480, width: 640 }: they turn parts into pixels.`,
  );
}

/** Whether boxes come with their labels. */
const isLabeled = (boxes: unknown): boxes is BoundingBoxes<TensorLike> =>
  isPlainObject(boxes) && 'boxes' in boxes;

/**
 * Boxes converted to another format, float32; labels do not change. Keras: `keras.utils.bounding_boxes.convert_format`.
 *
 * @param boxes [..., 4], or an object of such `boxes` and their `labels`
 * @param source the format of `boxes`
 * @param target the format of the result
 * @param size the size of the images, required only for formats that begin with `rel_`
 * @throws ValueError for an unknown format or a missing size, ShapeError for boxes that are not four numbers.
 * @example utils.boundingBoxes.convertFormat([[2, 4, 6, 8]], 'xyxy', 'xywh') // [[2, 4, 4, 4]]
 */
export function convertFormat(
  boxes: TensorLike,
  source: BoundingBoxFormatOption,
  target: BoundingBoxFormatOption,
  size?: Partial<ImageSize>,
): Tensor;
export function convertFormat(
  boxes: BoundingBoxes<TensorLike>,
  source: BoundingBoxFormatOption,
  target: BoundingBoxFormatOption,
  size?: Partial<ImageSize>,
): BoundingBoxes;
export function convertFormat(
  boxes: TensorLike | BoundingBoxes<TensorLike>,
  source: BoundingBoxFormatOption,
  target: BoundingBoxFormatOption,
  size: Partial<ImageSize> = {},
): Tensor | BoundingBoxes {
  const op = 'convertFormat';
  if (isLabeled(boxes)) {
    return { boxes: convertFormat(boxes.boxes, source, target, size), labels: toTensor(boxes.labels) }; // prettier-ignore
  }
  return scoped(() => {
    checkOptions(op, size, ['height', 'width']);
    const [from, to] = [['source', source] as const, ['target', target] as const].map(
      ([name, format]) => parseFormat(oneOf(op, name, format, BOUNDING_BOX_FORMATS)),
    ) as [ReturnType<typeof parseFormat>, ReturnType<typeof parseFormat>];
    let out = boxesOf(op, boxes);
    // Also where no format asks for the size: what is not a number is an error.
    const along = sizeAlongBoxes(size);
    const toCorners = TO_CORNERS[from.sides];
    out = matmul(out, tensor((from.isYFirst ? exchanged(toCorners) : toCorners) as number[][]));
    if (from.isRelative !== to.isRelative) {
      out = (from.isRelative ? mul : div)(out, along ?? requireSize(op, size));
    }
    const rows = FROM_CORNERS[to.sides];
    return matmul(out, tensor((to.isYFirst ? rows.map(exchanged) : rows) as number[][]));
  });
}

/** Width times height of boxes of left, top, right and bottom, [..., 1]. */
export function areaOf(boxes: Tensor): Tensor {
  const sides = sub(slice(boxes, '...', '2:'), slice(boxes, '...', ':2'));
  return mul(slice(sides, '...', ':1'), slice(sides, '...', '1:'));
}

/** Options of `clipToImageSize`. */
export interface ClipOptions extends Partial<ImageSize> {
  /** Default `'xyxy'`, pixels; `'rel_xyxy'` needs no size. */
  readonly boundingBoxFormat?: EitherSpelling<'xyxy' | 'rel_xyxy'>;
}

/**
 * Boxes clipped to the borders of their images. The label of a box that lies outside becomes −1. Keras:
 * `keras.utils.bounding_boxes.clip_to_image_size`.
 *
 * @throws ValueError for an unknown format or a missing size, ShapeError for boxes that are not four numbers.
 * @example
 * const boxes = { boxes: [[-2, 4, 6, 80]], labels: [3] };
 * utils.boundingBoxes.clipToImageSize(boxes, { height: 10, width: 20 }).boxes // [[0, 4, 6, 10]]
 */
export function clipToImageSize(
  boundingBoxes: BoundingBoxes<TensorLike>,
  options: ClipOptions = {},
): BoundingBoxes {
  const op = 'clipToImageSize';
  checkOptions(op, options, ['height', 'width', 'boundingBoxFormat']);
  requireObject(op, 'boundingBoxes', boundingBoxes);
  const { boundingBoxFormat = 'xyxy', ...size } = options;
  const format = oneOf(op, 'boundingBoxFormat', boundingBoxFormat, ['xyxy', 'rel_xyxy'] as const);
  const boxes = scoped(() => {
    const limit = format === 'xyxy' ? requireSize(op, size) : tensor([1]);
    return minimum(maximum(boxesOf(op, boundingBoxes.boxes), 0), limit);
  });
  const labels = scoped(() => {
    const given = toTensor(boundingBoxes.labels);
    return where(greater(squeeze(areaOf(boxes), -1), 0), given, cast(tensor(-1), given.dtype));
  });
  return { boxes, labels };
}
