// Boxes and masks drawn into pixels, as keras.visualization draws them.
import { checkBoolean, checkNumber, checkOptions, isListOf, isPlainObject } from '../../config/index.js'; // prettier-ignore
import { convertFormat } from '../../engine/ops/image/bounding-boxes.js';
import type {
  BoundingBoxes,
  BoundingBoxFormatOption,
} from '../../engine/ops/image/bounding-boxes.js';
import { formatShape, tensor, tidy } from '../../engine/tensor/index.js';
import type { Tensor, TensorLike } from '../../engine/tensor/index.js';
import type { Rgb } from './pixels.js';
import { refuse, refuseShape, valuesOf, wholeNumber } from './spec.js';

/** Options of `drawBoundingBoxes`. */
export interface DrawBoundingBoxesOptions {
  /** Colour of the lines, red, green and blue from 0 to 255. Default `[128, 128, 128]`. */
  readonly color?: readonly number[];
  /** Thickness of the lines in pixels. Default 2. */
  readonly lineThickness?: number;
}

/**
 * Draws bounding boxes into images. Boxes with label −1 are ignored. Keras: `draw_bounding_boxes`; to show class names
 * next to the images, use `imageGrid`.
 *
 * @param images [batch, height, width, channels] of 1, 3 or 4 channels: floats up to 1, or up to 255, or bytes
 * @param boundingBoxes boxes [batch, boxes, 4] and labels [batch, boxes]
 * @param boundingBoxFormat the format of the boxes: `'xyxy'`, `'rel_xywh'` …
 * @returns uint8 images of the same shape, which you dispose of
 * @throws ShapeError for wrong shapes, ValueError for options that are out of range.
 * @example
 * const images = zeros([1, 8, 8, 3]);
 * const boxes = { boxes: [[[1, 1, 6, 6]]], labels: [[0]] };
 * const drawn = vis.drawBoundingBoxes(images, boxes, 'xyxy', { color: [255, 0, 0] });
 */
export function drawBoundingBoxes(
  images: TensorLike,
  boundingBoxes: BoundingBoxes<TensorLike>,
  boundingBoxFormat: BoundingBoxFormatOption,
  options: DrawBoundingBoxesOptions = {},
): Tensor {
  const owner = 'drawBoundingBoxes';
  checkOptions(owner, options, ['color', 'lineThickness']);
  const { shape, data } = bytesOfImages(owner, images);
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const color = colorOf(owner, 'color', options.color ?? [128, 128, 128]);
  const thickness = wholeNumber(owner, 'lineThickness', options.lineThickness ?? 2, 1000);
  if (!isPlainObject(boundingBoxes)) {
    refuse(owner, 'boundingBoxes', 'an object { boxes, labels }', boundingBoxes);
  }
  const labels = valuesOf(owner, 'labels', boundingBoxes.labels, 2);
  const count = labels.shape[1] ?? 0;
  const corners = tidy(() => {
    const boxes = convertFormat(boundingBoxes.boxes, boundingBoxFormat, 'xyxy', { height, width });
    return { shape: boxes.shape, data: boxes.data() };
  });
  if (labels.shape[0] !== batch) refuseShape(owner, 'labels', `[${batch}, boxes]`, labels.shape);
  if (String(corners.shape) !== `${batch},${count},4`) {
    refuseShape(owner, 'boxes', `[${batch}, ${count}, 4]`, corners.shape);
  }
  for (let i = 0; i < batch * count; i++) {
    if (labels.data[i] === -1) continue;
    const image = data.subarray(Math.floor(i / count) * height * width * channels);
    const box = Array.from(corners.data.subarray(4 * i, 4 * i + 4), Math.trunc);
    drawRectangle(image, { height, width, channels }, box, color, thickness);
  }
  return tensor(data, { shape, dtype: 'uint8' });
}

/** Lines along the sides, half of their thickness within. */
function drawRectangle(
  image: Uint8Array,
  { height, width, channels }: Readonly<Record<'height' | 'width' | 'channels', number>>,
  [left = NaN, top = NaN, right = NaN, bottom = NaN]: readonly number[],
  color: Rgb,
  thickness: number,
): void {
  if (![left, top, right, bottom].every(Number.isFinite)) return;
  const [out, into] = [Math.floor(thickness / 2), Math.ceil(thickness / 2) - 1];
  const lightness = Math.round(0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2]);
  for (let y = Math.max(0, top - out); y <= Math.min(height - 1, bottom + out); y++) {
    const isWithin = y > top + into && y < bottom - into;
    for (let x = Math.max(0, left - out); x <= Math.min(width - 1, right + out); x++) {
      if (isWithin && x > left + into && x < right - into) continue;
      const at = (y * width + x) * channels;
      if (channels === 1) image[at] = lightness;
      else image.set(channels === 4 ? [...color, 255] : color, at);
    }
  }
}

/** Options of `drawSegmentationMasks`. */
export interface DrawSegmentationMasksOptions {
  /** The number of classes. Default null: the largest class in the masks plus one. */
  readonly numClasses?: number | null;
  /** The colour of each class, by its number. Default null: Keras's colours. */
  readonly colorMapping?: Readonly<Record<number, readonly number[]>> | null;
  /** The opacity of the colours, 0 to 1. Default 0.8. */
  readonly alpha?: number;
  /** Whether to blend colours with the image; otherwise colours cover it. Default true. */
  readonly blend?: boolean;
  /** The class that is not drawn. Default −1. */
  readonly ignoreIndex?: number;
}

/**
 * Draws the classes of pixels over images in colours. Keras: `draw_segmentation_masks`, except that the largest class is drawn too
 * without `numClasses`.
 *
 * @param images [batch, height, width, 3]: floats up to 1, or up to 255, or bytes
 * @param segmentationMasks classes of pixels, whole numbers [batch, height, width, 1] or [batch, height, width]
 * @returns uint8 images of the same shape, which belong to the caller
 * @throws ShapeError for other shapes, ValueError for masks that are not whole numbers and for options out of range.
 * @example const drawn = vis.drawSegmentationMasks(zeros([1, 2, 2, 3]), tensor([[[0, 1], [1, 1]]], { dtype: 'int32' }));
 */
export function drawSegmentationMasks(
  images: TensorLike,
  segmentationMasks: TensorLike,
  options: DrawSegmentationMasksOptions = {},
): Tensor {
  const owner = 'drawSegmentationMasks';
  checkOptions(owner, options, ['numClasses', 'colorMapping', 'alpha', 'blend', 'ignoreIndex']);
  const { shape, data } = bytesOfImages(owner, images);
  const masks = valuesOf(owner, 'segmentationMasks', segmentationMasks);
  if (shape[3] !== 3 || masks.data.length * 3 !== data.length) {
    refuseShape(owner, 'segmentationMasks', `a class for each pixel of images [batch, height, width, 3], here ${formatShape(shape)}`, masks.shape); // prettier-ignore
  }
  if (!masks.data.every((mask: number) => Number.isInteger(mask))) {
    refuse(owner, 'segmentationMasks', 'of whole numbers', segmentationMasks);
  }
  const alpha = checkNumber(owner, 'alpha', options.alpha ?? 0.8, { min: 0, max: 1 });
  const blend = checkBoolean(owner, 'blend', options.blend ?? true);
  const ignored = checkNumber(owner, 'ignoreIndex', options.ignoreIndex ?? -1, { integer: true });
  let largest = -1;
  for (const mask of masks.data) largest = Math.max(largest, mask);
  const classes = wholeNumber(owner, 'numClasses', options.numClasses ?? largest + 1, 2 ** 16, 0);
  const { colorMapping = null } = options;
  const colors = Array.from({ length: classes }, (_, i) =>
    colorMapping === null ? paletteColor(i) : colorOf(owner, `colorMapping[${i}]`, colorMapping[i]),
  );
  const share = blend ? alpha : 1;
  masks.data.forEach((mask: number, pixel: number) => {
    const color = mask === ignored ? undefined : colors[mask];
    for (let c = 0; color !== undefined && c < 3; c++) {
      const at = 3 * pixel + c;
      data[at] = (data[at] ?? 0) * (1 - share) + (color[c] ?? 0) * share;
    }
  });
  return tensor(data, { shape, dtype: 'uint8' });
}

/** The colour of a class in Keras's palette. */
function paletteColor(index: number): Rgb {
  const at = (step: number): number => (index * step) % 255;
  return [at(2 ** 25 - 1), at(2 ** 15 - 1), at(2 ** 21 - 1)];
}

/** Red, green and blue of an option. */
export function colorOf(owner: string, name: string, color: unknown): Rgb {
  const isByte = (value: unknown): value is number =>
    typeof value === 'number' && value >= 0 && value <= 255;
  if (isListOf(color, isByte) && color.length === 3) {
    return [color[0] ?? 0, color[1] ?? 0, color[2] ?? 0];
  }
  return refuse(owner, name, 'three numbers from 0 to 255', color);
}

/** Images as bytes of 0 to 255, copied: floats whose largest is at most 1 are shares of 255. */
export function bytesOfImages(
  owner: string,
  images: TensorLike,
): { readonly shape: readonly number[]; readonly data: Uint8Array<ArrayBuffer> } {
  const { shape, data } = valuesOf(owner, 'images', images);
  const channels = shape[3] ?? 0;
  if (shape.length !== 4 || ![1, 3, 4].includes(channels)) {
    refuseShape(owner, 'images', '[batch, height, width, channels] of 1, 3 or 4 channels', shape);
  }
  const isWhole = data.BYTES_PER_ELEMENT === 1;
  const factor = isWhole || data.some((value: number) => value > 1) ? 1 : 255;
  const toByte = (value: number): number => Math.min(255, Math.max(0, value * factor)) || 0;
  return { shape, data: Uint8Array.from(data, toByte) };
}
