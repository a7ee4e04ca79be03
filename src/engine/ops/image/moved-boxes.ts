// Bounding boxes of images that are turned, moved, cut, or get a border.
import { checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { cast } from '../elementwise/cast.js';
import { concat } from '../shapes/concat.js';
import { maximum, minimum } from '../elementwise/power.js';
import { reshape } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { broadcastTo } from '../reductions/sum.js';
import { cos, sin } from '../elementwise/unary.js';
import { BOUNDING_BOX_FORMATS, boxesOf, convertFormat } from './bounding-boxes.js';
import type { BoundingBoxFormat, BoundingBoxFormatOption, ImageSize } from './bounding-boxes.js';

/** A value for all images, or a list with a value for each, [batch]. */
export type PerImage = TensorLike;

/** Options of `utils.boundingBoxes.affineTransform`. Each is a number, or a list with a number for each image, [batch]. */
export interface BoxTransformOptions extends ImageSize<PerImage> {
  /** The angle of rotation in degrees, counter-clockwise. Default 0. */
  readonly angle?: PerImage;
  /** How far the images move to the right, as a share of width − 1. Default 0. */
  readonly translateX?: PerImage;
  /** How far the images move downwards, as a share of height − 1. Default 0. */
  readonly translateY?: PerImage;
  /** The factor by which the images are enlarged. Default 1. */
  readonly scale?: PerImage;
  /** The angle in degrees by which vertical lines are tilted. Default 0. */
  readonly shearX?: PerImage;
  /** The angle in degrees by which horizontal lines are tilted. Default 0. */
  readonly shearY?: PerImage;
  /** The x coordinate of the fixed point, as a share of width − 1. Default 0.5. */
  readonly centerX?: PerImage;
  /** The y coordinate of the fixed point, as a share of height − 1. Default 0.5. */
  readonly centerY?: PerImage;
  /** The format of the boxes, before and after. Default `'xyxy'`. */
  readonly boundingBoxFormat?: BoundingBoxFormatOption;
}

/** Options of `utils.boundingBoxes.crop`: the rectangle of the images to keep. Each is a number, or a list with a number for each image. */
export interface CropBoxesOptions extends ImageSize<PerImage> {
  /** The number of rows above the rectangle. */
  readonly top: PerImage;
  /** The number of columns to the left of the rectangle. */
  readonly left: PerImage;
  /** The format of the boxes, before and after: one that counts pixels. Default `'xyxy'`. */
  readonly boundingBoxFormat?: BoundingBoxFormatOption;
}

/** Options of `utils.boundingBoxes.pad`. */
export interface PadBoxesOptions {
  /** The number of rows added above the images: a number, or a list with a number for each image. */
  readonly top: PerImage;
  /** The number of columns added to the left of the images: a number, or a list with a number for each image. */
  readonly left: PerImage;
  /** The format of the boxes, before and after: one that counts pixels. Default `'xyxy'`. */
  readonly boundingBoxFormat?: BoundingBoxFormatOption;
}

/** What is computed with the corners of boxes. */
interface Corners {
  /** Left, top, right and bottom in pixels: [boxes, 4] or [batch, boxes, 4]. */
  readonly corners: Tensor;
  /** An option of that name: [1], or [batch, 1, 1] where the boxes have a batch axis. */
  readonly number: (name: string, value: unknown) => Tensor;
}

/**
 * Boxes [boxes, 4] or [batch, boxes, 4] of that format, as the function changes their corners.
 *
 * @param size of images, if the function knows it
 */
function changed(
  op: string,
  boxes: TensorLike,
  format: BoundingBoxFormatOption,
  size: Partial<ImageSize<unknown>>,
  change: (given: Corners) => Tensor,
): Tensor {
  return scoped(() => {
    const given = boxesOf(op, boxes);
    const count = given.ndim === 3 ? given.shape[0] : undefined;
    if (given.ndim !== 2 && given.ndim !== 3) {
      throw new ShapeError(
        `${op}: boxes must have shape (boxes, 4) or (batch, boxes, 4), got ${formatShape(given.shape)}.`,
      );
    }
    const number = (name: string, value: unknown): Tensor => {
      if (value === undefined) {
        throw new ValueError(`${op}: give ${name}, a number or a list of one for each image.`);
      }
      const all = cast(toTensor(value as TensorLike), 'float32');
      const isOne = all.ndim === 0;
      if (count === undefined && isOne) return reshape(all, [1]);
      if (count !== undefined && (isOne || (all.ndim === 1 && all.shape[0] === count))) {
        return reshape(isOne ? broadcastTo(all, [count]) : all, [count, 1, 1]);
      }
      const allowed = count === undefined ? '' : ` or one for each of ${count} images`;
      throw new ShapeError(`${op}: ${name} must be a number${allowed}, got shape ${formatShape(all.shape)}.`); // prettier-ignore
    };
    const sides: { -readonly [Side in keyof ImageSize]?: Tensor } = {};
    for (const side of ['height', 'width'] as const) {
      if (size[side] !== undefined) sides[side] = number(side, size[side]);
    }
    const corners = convertFormat(given, format, 'xyxy', sides);
    return convertFormat(change({ corners, number }), 'xyxy', format, sides);
  });
}

/**
 * The boxes of images that are rotated, moved, scaled and sheared: each becomes the smallest box around its four moved corners. A corner
 * at p, relative to the fixed point, moves to scale · M · (p + translation), with a = cos α + sin α tan σy and c = sin α − cos α tan σy in
 * M = [[cos α + c tan σx, sin α + a tan σx], [−c, a]], for the angle α and the shears σ. float32, of the shape of the boxes. Boxes may
 * extend beyond the images; use `clipToImageSize` to clip them. The gradient flows to the boxes and to all numbers. Keras:
 * `keras.utils.bounding_boxes.affine_transform`.
 *
 * @param boxes [boxes, 4], or [batch, boxes, 4]
 * @throws ValueError for an unknown format or a missing size, ShapeError for boxes that are not four numbers, and for lists that do not
 * have a number for each image.
 * @example
 * const turned = { angle: 90, height: 5, width: 5 };
 * utils.boundingBoxes.affineTransform([[0, 0, 1, 2]], turned) // [[0, 3, 2, 4]]
 */
export function affineTransform(boxes: TensorLike, options: BoxTransformOptions): Tensor {
  const op = 'boundingBoxes.affineTransform';
  checkOptions(op, options, [
    'height', 'width', 'angle', 'translateX', 'translateY', 'scale', 'shearX', 'shearY', 'centerX', 'centerY', 'boundingBoxFormat',
  ]); // prettier-ignore
  const { height, width, boundingBoxFormat = 'xyxy', angle = 0, shearX = 0, shearY = 0 } = options;
  const { translateX = 0, translateY = 0, scale = 1, centerX = 0.5, centerY = 0.5 } = options;
  return changed(op, boxes, boundingBoxFormat, { height, width }, ({ corners, number }) => {
    const radians = (name: string, value: PerImage): Tensor => mul(number(name, value), Math.PI / 180); // prettier-ignore
    const tangent = (x: Tensor): Tensor => div(sin(x), cos(x));
    const turn = radians('angle', angle);
    const [cosine, sine] = [cos(turn), sin(turn)];
    const [shear, shearUp] = [tangent(radians('shearX', shearX)), tangent(radians('shearY', shearY))]; // prettier-ignore
    const a = add(cosine, mul(sine, shearUp));
    const c = sub(sine, mul(cosine, shearUp));
    const size = number('scale', scale);
    const matrix = [
      [add(cosine, mul(c, shear)), add(sine, mul(a, shear))],
      [mul(c, -1), a],
    ].map((row) => row.map((entry) => mul(entry, size)));

    // Left and right, top and bottom, from the fixed point.
    const [extentX, extentY] = [sub(number('width', width), 1), sub(number('height', height), 1)];
    const fixed = [mul(number('centerX', centerX), extentX), mul(number('centerY', centerY), extentY)] as const; // prettier-ignore
    const x = add(sub(slice(corners, '...', '::2'), fixed[0]), mul(number('translateX', translateX), extentX)); // prettier-ignore
    const y = add(sub(slice(corners, '...', '1::2'), fixed[1]), mul(number('translateY', translateY), extentY)); // prettier-ignore

    // A sum of a multiple of x and one of y is smallest where both are: no corner has to be looked at by itself.
    const ends = (axis: 0 | 1): [Tensor, Tensor] => {
      const [byX, byY] = [mul(x, matrix[axis]?.[0] as Tensor), mul(y, matrix[axis]?.[1] as Tensor)];
      const of = (pair: Tensor, pick: typeof minimum): Tensor =>
        pick(slice(pair, '...', ':1'), slice(pair, '...', '1:'));
      const at = (pick: typeof minimum): Tensor =>
        add(add(of(byX, pick), of(byY, pick)), fixed[axis]);
      return [at(minimum), at(maximum)];
    };
    const [[left, right], [top, bottom]] = [ends(0), ends(1)];
    return concat([left, top, right, bottom], -1);
  });
}

/**
 * The boxes of images that are cropped to a rectangle: moved, and clipped to the borders of the rectangle. float32, of the
 * same shape. A box outside the rectangle gets the area 0. Keras: `keras.utils.bounding_boxes.crop`.
 *
 * @param boxes [boxes, 4], or [batch, boxes, 4]
 * @throws ValueError for an unknown or relative format or a missing number, ShapeError for boxes that are not four numbers,
 * and for lists that do not have a number for each image.
 * @example
 * const rectangle = { top: 10, left: 20, height: 40, width: 30 };
 * utils.boundingBoxes.crop([[10, 20, 45, 60]], rectangle) // [[0, 10, 25, 40]]
 */
export function crop(boxes: TensorLike, options: CropBoxesOptions): Tensor {
  const op = 'boundingBoxes.crop';
  checkOptions(op, options, ['top', 'left', 'height', 'width', 'boundingBoxFormat']);
  const { top, left, height, width, boundingBoxFormat = 'xyxy' } = options;
  const format = formatOfPixels(op, boundingBoxFormat);
  return changed(op, boxes, format, {}, ({ corners, number }) => {
    const moved = sub(corners, twice(number('left', left), number('top', top)));
    const limits = twice(number('width', width), number('height', height));
    return minimum(maximum(moved, 0), limits);
  });
}

/**
 * The boxes of images that are padded: moved to the right and downwards. float32, of the same shape. Keras:
 * `keras.utils.bounding_boxes.pad`.
 *
 * @param boxes [boxes, 4], or [batch, boxes, 4]
 * @throws ValueError for an unknown or relative format or a missing number, ShapeError for boxes that are not four numbers,
 * and for lists that do not have a number for each image.
 * @example utils.boundingBoxes.pad([[10, 20, 30, 40]], { top: 1, left: 2 }) // [[12, 21, 32, 41]]
 */
export function pad(boxes: TensorLike, options: PadBoxesOptions): Tensor {
  const op = 'boundingBoxes.pad';
  checkOptions(op, options, ['top', 'left', 'boundingBoxFormat']);
  const { top, left, boundingBoxFormat = 'xyxy' } = options;
  const format = formatOfPixels(op, boundingBoxFormat);
  return changed(op, boxes, format, {}, ({ corners, number }) =>
    add(corners, twice(number('left', left), number('top', top))),
  );
}

/** x, y, x, y along the last axis. */
const twice = (x: Tensor, y: Tensor): Tensor => concat([x, y, x, y], -1);

/** That format. @throws ValueError for one whose numbers are parts of the images, as these get another size. */
function formatOfPixels(op: string, value: BoundingBoxFormatOption): BoundingBoxFormat {
  const format = oneOf(op, 'boundingBoxFormat', value, BOUNDING_BOX_FORMATS);
  if (!format.startsWith('rel_')) return format;
  throw new ValueError(
    `${op}: images get another size, so boxes must count pixels, got boundingBoxFormat '${format}'. Make pixels of parts ` +
      `with convertFormat, for the size before.`,
  );
}
