/**
 * Rectangles around what is seen in images: formats, overlaps, and what happens to them when images are cut or moved. Keras:
 * `keras.utils.bounding_boxes`.
 *
 * @module
 */

export { clipToImageSize, convertFormat } from '../../../engine/ops/image/bounding-boxes.js';
export type {
  BoundingBoxes,
  BoundingBoxFormat,
  BoundingBoxFormatOption,
  ClipOptions,
  ImageSize,
} from '../../../engine/ops/image/bounding-boxes.js';
export { affineTransform, crop, pad } from '../../../engine/ops/image/moved-boxes.js';
export type {
  BoxTransformOptions,
  CropBoxesOptions,
  PadBoxesOptions,
  PerImage,
} from '../../../engine/ops/image/moved-boxes.js';
export { decodeDeltasToBoxes, encodeBoxToDeltas } from './deltas.js';
export type { DecodeOptions, DeltaFormatOption, EncodeOptions, Levels } from './deltas.js';
export type { ImageShapeOption } from './image-shape.js';
export { computeCiou, computeIou } from './overlaps.js';
export type { CiouOptions, IouOptions } from './overlaps.js';
