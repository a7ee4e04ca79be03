// Bounding boxes as networks predict them: how far they are from anchors, which are boxes that stand for all others.
import { describeValue } from '../../../config/describe-value.js';
import { checkOptions, isPlainObject, oneOf } from '../../../config/index.js';
import type { EitherSpelling } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import {
  BOUNDING_BOX_FORMATS,
  boxesOf,
  convertFormat,
} from '../../../engine/ops/image/bounding-boxes.js';
import type {
  BoundingBoxFormatOption,
  ImageSize,
} from '../../../engine/ops/image/bounding-boxes.js';
import {
  add,
  cast,
  concat,
  div,
  exp,
  log,
  maximum,
  mul,
  slice,
  sub,
} from '../../../engine/ops/index.js';
import { formatShape, scoped, toTensor } from '../../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../../engine/tensor/index.js';
import { sizeOfImages } from './image-shape.js';
import type { ImageShapeOption } from './image-shape.js';

const ENCODINGS = ['center_yxhw', 'center_xywh'] as const;

/** The order of deltas: `'center_yxhw'` or `'center_xywh'`. */
export type DeltaFormatOption = EitherSpelling<(typeof ENCODINGS)[number]>;

interface DeltaOptions extends ImageShapeOption {
  /** A list of four numbers by which the deltas are divided, to make them similar in size. Default: none. */
  readonly variance?: TensorLike;
}

/** Options of `utils.boundingBoxes.encodeBoxToDeltas`. */
export interface EncodeOptions extends DeltaOptions {
  /** Default `'center_yxhw'`. */
  readonly encodingFormat?: DeltaFormatOption;
}

/** Options of `utils.boundingBoxes.decodeDeltasToBoxes`. */
export interface DecodeOptions extends DeltaOptions {
  /** Default `'center_yxhw'`. */
  readonly encodedFormat?: DeltaFormatOption;
}

/** Anchors or deltas of several feature maps. */
export type Levels<T> = Readonly<Record<string, T>>;

/** What both functions make of their arguments. */
interface Setting {
  readonly encoding: (typeof ENCODINGS)[number];
  readonly anchorFormat: (typeof BOUNDING_BOX_FORMATS)[number];
  readonly boxFormat: (typeof BOUNDING_BOX_FORMATS)[number];
  readonly variance: Tensor | undefined;
  readonly size: Partial<ImageSize<number>>;
}

function settingOf(
  op: string,
  anchor: BoundingBoxFormatOption,
  box: BoundingBoxFormatOption,
  [name, format]: readonly [name: string, format: unknown],
  { variance, imageShape }: DeltaOptions,
): Setting {
  const anchorFormat = oneOf(op, 'anchorFormat', anchor, BOUNDING_BOX_FORMATS);
  const boxFormat = oneOf(op, 'boxFormat', box, BOUNDING_BOX_FORMATS);
  const isRelative = [anchorFormat, boxFormat].some((one) => one.startsWith('rel_'));
  const factors = variance === undefined ? undefined : cast(toTensor(variance), 'float32');
  if (factors !== undefined && factors.shape.at(-1) !== 4) {
    throw new ShapeError(
      `${op}: variance must be four numbers, got shape ${formatShape(factors.shape)}.`,
    );
  }
  return {
    encoding: oneOf(op, name, format, ENCODINGS),
    anchorFormat,
    boxFormat,
    variance: factors,
    size: sizeOfImages(op, imageShape, isRelative),
  };
}

/** @throws ShapeError unless there is one anchor for each box. */
function requireSameCount(op: string, what: string, anchors: Tensor, boxes: Tensor): void {
  const [count, own] = [anchors.shape.at(-2), boxes.shape.at(-2)];
  const fits = anchors.ndim >= 2 && (boxes.ndim === 2 || boxes.ndim === 3) && count === own;
  if (fits && anchors.ndim <= boxes.ndim) return;
  throw new ShapeError(
    `${op}: ${what} must have shape (anchors, 4) or (batch, anchors, 4) for anchors of shape (anchors, 4), got ` +
      `${formatShape(boxes.shape)} for ${formatShape(anchors.shape)}.`,
  );
}

/** Where the centres are, and how far the boxes reach. */
const centersOf = (boxes: Tensor): Tensor => slice(boxes, '...', ':2');
const extentsOf = (boxes: Tensor): Tensor => slice(boxes, '...', '2:');

/** Extents of 0 would have no logarithm: Keras's `epsilon()` is their least. */
const LEAST_EXTENT = 1e-7;

/**
 * Encodes boxes relative to their anchors, as a network predicts them: the differences between the centres, divided by the height
 * and width of the anchors, and the logarithms of the ratios of heights and widths. float32, of the shape of the boxes; the
 * gradient flows to both. Keras: `keras.utils.bounding_boxes.encode_box_to_deltas`.
 *
 * @param anchors [anchors, 4]
 * @param boxes the box of each anchor: [anchors, 4], or [batch, anchors, 4]
 * @param anchorFormat the format of the anchors
 * @param boxFormat the format of the boxes
 * @throws ValueError for an unknown format, and for a relative one without `imageShape`; ShapeError for boxes or a variance that
 *   are not four numbers, and if the numbers of anchors and boxes differ.
 * @example
 * const anchors = [[0, 0, 4, 2]];
 * utils.boundingBoxes.encodeBoxToDeltas(anchors, [[1, 1, 5, 3]], 'xyxy', 'xyxy') // [[0.5, 0.25, 0, 0]]
 */
export function encodeBoxToDeltas(
  anchors: TensorLike,
  boxes: TensorLike,
  anchorFormat: BoundingBoxFormatOption,
  boxFormat: BoundingBoxFormatOption,
  options: EncodeOptions = {},
): Tensor {
  const op = 'boundingBoxes.encodeBoxToDeltas';
  checkOptions(op, options, ['encodingFormat', 'variance', 'imageShape']);
  return scoped(() => {
    const format = ['encodingFormat', options.encodingFormat ?? ENCODINGS[0]] as const;
    const setting = settingOf(op, anchorFormat, boxFormat, format, options);
    const { encoding, size, variance } = setting;
    const [from, to] = [boxesOf(op, anchors), boxesOf(op, boxes)];
    requireSameCount(op, 'boxes', from, to);
    const anchor = convertFormat(from, setting.anchorFormat, encoding, size);
    const box = convertFormat(to, setting.boxFormat, encoding, size);
    const unit = maximum(extentsOf(anchor), LEAST_EXTENT);
    const moved = div(sub(centersOf(box), centersOf(anchor)), unit);
    const grown = log(div(maximum(extentsOf(box), LEAST_EXTENT), unit));
    const deltas = concat([moved, grown], -1);
    return variance === undefined ? deltas : div(deltas, variance);
  });
}

/**
 * Decodes the predictions of a network to boxes, given the anchors; the inverse of `encodeBoxToDeltas`. float32, of the shape of
 * the deltas; the gradient flows to both. Keras: `keras.utils.bounding_boxes.decode_deltas_to_boxes`.
 *
 * @param anchors [anchors, 4], or an object of such tensors for several feature maps
 * @param boxesDelta [anchors, 4] or [batch, anchors, 4], or an object with the keys of the anchors
 * @param anchorFormat the format of the anchors
 * @param boxFormat the format of the result
 * @returns boxes, or an object of boxes if you give an object
 * @throws ValueError for an unknown format, for a relative one without `imageShape` and for keys that differ; ShapeError for
 * boxes or a variance that are not four numbers, and if the numbers of anchors and deltas differ.
 * @example
 * const anchors = [[0, 0, 4, 2]];
 * utils.boundingBoxes.decodeDeltasToBoxes(anchors, [[0.5, 0.25, 0, 0]], 'xyxy', 'xyxy') // [[1, 1, 5, 3]]
 */
export function decodeDeltasToBoxes(
  anchors: TensorLike,
  boxesDelta: TensorLike,
  anchorFormat: BoundingBoxFormatOption,
  boxFormat: BoundingBoxFormatOption,
  options?: DecodeOptions,
): Tensor;
export function decodeDeltasToBoxes(
  anchors: Levels<TensorLike>,
  boxesDelta: Levels<TensorLike>,
  anchorFormat: BoundingBoxFormatOption,
  boxFormat: BoundingBoxFormatOption,
  options?: DecodeOptions,
): Levels<Tensor>;
export function decodeDeltasToBoxes(
  anchors: TensorLike | Levels<TensorLike>,
  boxesDelta: TensorLike | Levels<TensorLike>,
  anchorFormat: BoundingBoxFormatOption,
  boxFormat: BoundingBoxFormatOption,
  options: DecodeOptions = {},
): Tensor | Levels<Tensor> {
  const op = 'boundingBoxes.decodeDeltasToBoxes';
  checkOptions(op, options, ['encodedFormat', 'variance', 'imageShape']);
  const decoded = (from: TensorLike, by: TensorLike): Tensor =>
    scoped(() => {
      const format = ['encodedFormat', options.encodedFormat ?? ENCODINGS[0]] as const;
      const setting = settingOf(op, anchorFormat, boxFormat, format, options);
      const { encoding, size, variance } = setting;
      const [given, raw] = [boxesOf(op, from), boxesOf(op, by)];
      requireSameCount(op, 'boxesDelta', given, raw);
      const anchor = convertFormat(given, setting.anchorFormat, encoding, size);
      const deltas = variance === undefined ? raw : mul(raw, variance);
      const unit = extentsOf(anchor);
      const centers = add(mul(centersOf(deltas), unit), centersOf(anchor));
      const box = concat([centers, mul(exp(extentsOf(deltas)), unit)], -1);
      return convertFormat(box, encoding, setting.boxFormat, size);
    });
  const isOfLevels = (x: unknown): x is Levels<TensorLike> => isPlainObject(x);
  if (!isOfLevels(anchors) && !isOfLevels(boxesDelta)) return decoded(anchors, boxesDelta);
  const levels = isOfLevels(anchors) ? Object.keys(anchors) : [];
  const same = isOfLevels(anchors) && isOfLevels(boxesDelta) && levels.length === Object.keys(boxesDelta).length; // prettier-ignore
  return Object.fromEntries(
    (same ? levels : ['']).map((level) => {
      const by = same ? boxesDelta[level] : undefined;
      if (!same || by === undefined) {
        throw new ValueError(
          `${op}: anchors and boxesDelta must be tensors, or objects with the same keys, got ${describeValue(anchors)} and ` +
            `${describeValue(boxesDelta)}.`,
        );
      }
      return [level, decoded(anchors[level] as TensorLike, by)];
    }),
  );
}
