export { clipToImageSize, convertFormat } from '../../ops/image/bounding-boxes.js';
export type {
  BoundingBoxes,
  BoundingBoxFormat,
  BoundingBoxFormatOption,
  ClipOptions,
  ImageSize,
} from '../../ops/image/bounding-boxes.js';
export { affineTransform, crop, pad } from '../../ops/image/moved-boxes.js';
export type {
  BoxTransformOptions,
  CropBoxesOptions,
  PadBoxesOptions,
  PerImage,
} from '../../ops/image/moved-boxes.js';
