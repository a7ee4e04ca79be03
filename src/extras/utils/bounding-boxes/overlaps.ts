// How much bounding boxes overlap.
import { checkBoolean, checkNumber, checkOptions, oneOf } from '../../../config/index.js';
import { ShapeError } from '../../../errors.js';
import {
  BOUNDING_BOX_FORMATS,
  boxesOf,
  convertFormat,
} from '../../../engine/ops/image/bounding-boxes.js';
import type { BoundingBoxFormatOption } from '../../../engine/ops/image/bounding-boxes.js';
import {
  add,
  arctan,
  div,
  expandDims,
  less,
  logicalOr,
  max,
  maximum,
  minimum,
  mul,
  slice,
  square,
  sub,
  where,
} from '../../../engine/ops/index.js';
import { formatShape, scoped } from '../../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../../engine/tensor/index.js';
import { sizeOfImages } from './image-shape.js';
import type { ImageShapeOption } from './image-shape.js';

/** Options of `utils.boundingBoxes.computeIou`. */
export interface IouOptions extends ImageShapeOption {
  /** Whether the result is `maskVal` for pairs with a box whose four numbers are all negative. Default false. */
  readonly useMasking?: boolean;
  /** The result for such pairs. Default −1. */
  readonly maskVal?: number;
}

/** Options of `utils.boundingBoxes.computeCiou`. */
export interface CiouOptions extends ImageShapeOption {}

/** Keras's `epsilon()`: keeps quotients of boxes without an area finite. */
const EPSILON = 1e-7;

/** Left, top, right and bottom in pixels. */
function cornersOf(
  op: string,
  boxes: TensorLike,
  boundingBoxFormat: BoundingBoxFormatOption,
  { imageShape }: ImageShapeOption,
): Tensor {
  const format = oneOf(op, 'boundingBoxFormat', boundingBoxFormat, BOUNDING_BOX_FORMATS);
  const size = sizeOfImages(op, imageShape, format.startsWith('rel_'));
  return convertFormat(boxesOf(op, boxes), format, 'xyxy', size);
}

/** The four numbers of boxes, without the last axis. */
const numbersOf = (boxes: Tensor): [Tensor, Tensor, Tensor, Tensor] =>
  [0, 1, 2, 3].map((i) => slice(boxes, '...', i)) as [Tensor, Tensor, Tensor, Tensor];

/**
 * The intersection over union of each box in one list with each box in another: the area that both share, divided by the area
 * that they cover together. float32 [M, N], or [batch, M, N] if one of the lists has a batch axis. The gradient flows to both.
 * Keras: `keras.utils.bounding_boxes.compute_iou`.
 *
 * @param boxes1 [M, 4], or [batch, M, 4]
 * @param boxes2 [N, 4], or [batch, N, 4]
 * @throws ValueError for an unknown format, and for a relative one without `imageShape`; ShapeError for boxes that are not four
 *   numbers, and for batches of different lengths.
 * @example utils.boundingBoxes.computeIou([[0, 0, 2, 2]], [[1, 0, 3, 2], [5, 5, 6, 6]], 'xyxy') // [[0.3333, 0]]
 */
export function computeIou(
  boxes1: TensorLike,
  boxes2: TensorLike,
  boundingBoxFormat: BoundingBoxFormatOption,
  options: IouOptions = {},
): Tensor {
  const op = 'boundingBoxes.computeIou';
  checkOptions(op, options, ['useMasking', 'maskVal', 'imageShape']);
  const { useMasking = false, maskVal = -1 } = options;
  checkBoolean(op, 'useMasking', useMasking);
  checkNumber(op, 'maskVal', maskVal);
  return scoped(() => {
    const [rows, columns] = [boxes1, boxes2].map((boxes, i) => {
      const corners = cornersOf(op, boxes, boundingBoxFormat, options);
      if (corners.ndim === 2 || corners.ndim === 3) return corners;
      throw new ShapeError(
        `${op}: boxes${i + 1} must have shape (boxes, 4) or (batch, boxes, 4), got ${formatShape(corners.shape)}.`,
      );
    }) as [Tensor, Tensor];
    const [batch1, batch2] = [rows, columns].map(({ ndim, shape }) => (ndim === 3 ? shape[0] : undefined)); // prettier-ignore
    if (batch1 !== undefined && batch2 !== undefined && batch1 !== batch2) {
      throw new ShapeError(
        `${op}: both lists of boxes must be of the same images, got shapes ${formatShape(rows.shape)} and ` +
          `${formatShape(columns.shape)}.`,
      );
    }
    const [first, second] = [expandDims(rows, -2), expandDims(columns, -3)];
    const { common, area1, area2 } = overlapOf(first, second);
    const iou = div(common, add(sub(add(area1, area2), common), EPSILON));
    if (!useMasking) return iou;
    // Keras looks at the numbers as top, left, bottom, right: the largest is the same.
    const isMasked = logicalOr(less(max(first, -1), 0), less(max(second, -1), 0));
    return where(isMasked, maskVal, iou);
  });
}

/** Areas of boxes and of what they have in common: shapes broadcast, without the last axis. */
function overlapOf(
  boxes1: Tensor,
  boxes2: Tensor,
): { readonly common: Tensor; readonly area1: Tensor; readonly area2: Tensor } {
  const area = (sides: Tensor): Tensor => mul(slice(sides, '...', 0), slice(sides, '...', 1));
  const [start1, start2] = [slice(boxes1, '...', ':2'), slice(boxes2, '...', ':2')];
  const [end1, end2] = [slice(boxes1, '...', '2:'), slice(boxes2, '...', '2:')];
  const inner = maximum(sub(minimum(end1, end2), maximum(start1, start2)), 0);
  return { common: area(inner), area1: area(sub(end1, start1)), area2: area(sub(end2, start2)) };
}

/**
 * The complete intersection over union of pairs of boxes (Zheng et al., 2020): IoU − d² / c² − α v, where d is the distance of
 * the centres, c the diagonal of the smallest box around both, v = 4 / π² · (arctan(w₂ / h₂) − arctan(w₁ / h₁))² and α = v / (1 −
 * IoU + v). To get a loss, subtract it from 1. float32, without the last axis of the boxes; the gradient flows to both. Keras:
 * `keras.utils.bounding_boxes.compute_ciou`, which refuses relative formats.
 *
 * @param boxes1 [..., 4]
 * @param boxes2 [..., 4], of a shape that broadcasts with that of `boxes1`
 * @throws ValueError for an unknown format, and for a relative one without `imageShape`; ShapeError for boxes that are not four
 *   numbers, and for shapes that do not broadcast.
 * @example utils.boundingBoxes.computeCiou([[0, 0, 2, 2]], [[1, 0, 3, 2]], 'xyxy') // [0.2564]
 */
export function computeCiou(
  boxes1: TensorLike,
  boxes2: TensorLike,
  boundingBoxFormat: BoundingBoxFormatOption,
  options: CiouOptions = {},
): Tensor {
  const op = 'boundingBoxes.computeCiou';
  checkOptions(op, options, ['imageShape']);
  return scoped(() => {
    const first = cornersOf(op, boxes1, boundingBoxFormat, options);
    const second = cornersOf(op, boxes2, boundingBoxFormat, options);
    const [left1, top1, right1, bottom1] = numbersOf(first);
    const [left2, top2, right2, bottom2] = numbersOf(second);
    const [width1, width2] = [sub(right1, left1), sub(right2, left2)];
    const [height1, height2] = [sub(bottom1, top1), sub(bottom2, top2)].map((height) => add(height, EPSILON)) as [Tensor, Tensor]; // prettier-ignore
    const { common } = overlapOf(first, second);
    const union = add(sub(add(mul(width1, height1), mul(width2, height2)), common), EPSILON);
    const iou = div(common, add(union, EPSILON));

    const outerWidth = sub(maximum(right1, right2), minimum(left1, left2));
    const outerHeight = sub(maximum(bottom1, bottom2), minimum(top1, top2));
    const diagonal = add(add(square(outerWidth), square(outerHeight)), EPSILON);
    const squaredDistance = (a1: Tensor, b1: Tensor, a2: Tensor, b2: Tensor): Tensor =>
      square(div(sub(add(a1, b1), add(a2, b2)), 2));
    const distance = add(
      squaredDistance(left1, right1, left2, right2),
      squaredDistance(top1, bottom1, top2, bottom2),
    );

    const angles = sub(arctan(div(width2, height2)), arctan(div(width1, height1)));
    const v = mul(square(angles), 4 / Math.PI ** 2);
    const alpha = div(v, add(sub(v, iou), 1 + EPSILON));
    return sub(iou, add(div(distance, diagonal), mul(v, alpha)));
  });
}
