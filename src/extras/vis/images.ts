// Grids of pictures, with what is said of each.
import { oneOf, requireObject } from '../../config/index.js';
import { BOUNDING_BOX_FORMATS } from '../../engine/ops/image/bounding-boxes.js';
import type {
  BoundingBoxes,
  BoundingBoxFormatOption,
} from '../../engine/ops/image/bounding-boxes.js';
import { tidy, toTensor } from '../../engine/tensor/index.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { bytesOfImages, colorOf, drawBoundingBoxes, drawSegmentationMasks } from './draw.js';
import { dataUrl, enlarged } from './pixels.js';
import type { Picture } from './pixels.js';
import { byNumber, frameOf, labelsOf, makeSpec, refuseShape, wholeNumber } from './spec.js';
import type { ChartOptions, Frame, Spec } from './spec.js';

/** Options of `imageGrid`. */
export interface ImageGridOptions extends GridOptions {
  /** A text above each image, such as the name of its class. Default: none. */
  readonly labels?: readonly string[];
  /** Bounding boxes that are drawn into the images, with labels −1 where there is none. Default: none. */
  readonly boundingBoxes?: BoundingBoxes<TensorLike>;
  /** The format of the boxes. Default `'xyxy'`. */
  readonly boundingBoxFormat?: BoundingBoxFormatOption;
  /** Classes of pixels to draw over the images. Default: none. */
  readonly segmentationMasks?: TensorLike;
  /** Colour of boxes, red, green and blue from 0 to 255. Default an orange. */
  readonly color?: readonly number[];
}

/** A picture of a grid, with the text above it. */
export interface Tile {
  readonly picture: Picture;
  readonly text: string;
}

const GAP = 8;
const LINE = 16;

/**
 * Images in rows, with texts, bounding boxes and segmentation masks. Keras: `plot_image_gallery`,
 * `plot_bounding_box_gallery`, `plot_segmentation_mask_gallery`.
 *
 * @param images [batch, height, width, channels] of 1, 3 or 4 channels: floats up to 1, or up to 255, or bytes
 * @throws ShapeError for wrong shapes, ValueError for options out of range.
 * @example
 * const images = zeros([2, 8, 8, 3]);
 * const spec = await vis.imageGrid(images, { labels: ['first', 'second'], columns: 2 });
 */
export async function imageGrid(images: TensorLike, options: ImageGridOptions = {}): Promise<Spec> {
  const owner = 'imageGrid';
  requireObject(owner, 'options', options);
  const { boundingBoxes, segmentationMasks, boundingBoxFormat = 'xyxy', color = [255, 140, 0] } = options; // prettier-ignore
  oneOf(owner, 'boundingBoxFormat', boundingBoxFormat, BOUNDING_BOX_FORMATS);
  colorOf(owner, 'color', color);
  const { shape, data } = tidy(() => {
    let drawn = toTensor(images);
    if (segmentationMasks) drawn = drawSegmentationMasks(drawn, segmentationMasks, { alpha: 0.5 });
    const lineThickness = Math.ceil(Math.min(...drawn.shape.slice(1, 3)) / 100) || 1;
    if (boundingBoxes) drawn = drawBoundingBoxes(drawn, boundingBoxes, boundingBoxFormat, { color, lineThickness }); // prettier-ignore
    return bytesOfImages(owner, drawn);
  });
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const size = height * width * channels;
  if (batch * size === 0) refuseShape(owner, 'images', 'of at least one pixel', shape);
  const names = ['labels', 'boundingBoxes', 'boundingBoxFormat', 'segmentationMasks', 'color'];
  const { shown, columns, frame } = gridOf(owner, options, names, batch, 'Images', 104);
  const texts = labelsOf(owner, 'labels', options.labels, batch, () => '');
  const tiles = texts.slice(0, shown).map((text, i): Tile => {
    const pixels = data.slice(i * size, (i + 1) * size);
    const picture = { width, height, channels: channels as 1 | 3 | 4, data: pixels };
    return { picture, text };
  });
  return gridSpec(frame, tiles, columns);
}

/** Options of all grids. */
export interface GridOptions extends Omit<ChartOptions, 'height'> {
  /** Pictures of a row. Default: about as many as rows. */
  readonly columns?: number;
  /** The most pictures that are drawn; the first ones. Default 64. */
  readonly maxImages?: number;
}

/** How many of so many pictures are shown, in how many columns, and their frame. */
export function gridOf(
  owner: string,
  options: GridOptions,
  more: readonly string[],
  count: number,
  title: string,
  across: number,
): { readonly shown: number; readonly columns: number; readonly frame: Frame } {
  const shown = Math.min(count, wholeNumber(owner, 'maxImages', options.maxImages ?? 64, 1000));
  const wanted = options.columns ?? Math.max(1, Math.ceil(Math.sqrt(shown)));
  const columns = Math.max(1, Math.min(shown, wholeNumber(owner, 'columns', wanted, 100)));
  const named = shown < count ? `${title}: ${shown} of ${count}` : title;
  // A width in which pictures are neither stamps nor posters.
  const width = Math.min(720, Math.max(120, columns * across));
  return { shown, columns, frame: frameOf(owner, options, ['columns', 'maxImages', ...more], named, width) }; // prettier-ignore
}

/** Tiles in rows of so many; all have the same size. */
export async function gridSpec(
  frame: Frame,
  tiles: readonly Tile[],
  columns: number,
): Promise<Spec> {
  const { width: wideOf = 1, height: highOf = 1 } = tiles[0]?.picture ?? {};
  const across = (frame.width - GAP * (columns - 1)) / columns;
  const factor = Math.max(1, Math.round(across / wideOf));
  const wide = factor * wideOf;
  // Pictures that are larger than their place are made smaller by the renderer.
  const cell = wide > across * 1.5 ? across : wide;
  const tall = (cell * highOf) / wideOf;
  const line = tiles.some(({ text }) => text !== '') ? LINE : 0;
  const values = await Promise.all(
    tiles.map(async ({ picture, text }, i) => ({
      url: await dataUrl(enlarged(picture, factor)),
      text,
      x: (i % columns) * (cell + GAP) + cell / 2,
      y: Math.floor(i / columns) * (tall + GAP + line) + line + tall / 2,
    })),
  );
  const rows = Math.ceil(tiles.length / columns);
  const size = {
    width: Math.round(columns * (cell + GAP) - GAP),
    height: Math.round(rows * (tall + GAP + line) - GAP),
  };
  const axis = (field: string, domain: readonly number[]): object =>
    byNumber(field, null, { axis: null, scale: { domain, nice: false, zero: false } });
  const pictures = {
    mark: { type: 'image', width: cell, height: tall, aspect: true },
    encoding: { url: { field: 'url', type: 'nominal' } },
  };
  const texts = {
    mark: { type: 'text', baseline: 'bottom', dy: -tall / 2 - 3, limit: cell + GAP / 2 },
    encoding: { text: { field: 'text' } },
  };
  return makeSpec({ ...frame, ...size }, [], values, {
    encoding: { x: axis('x', [0, size.width]), y: axis('y', [size.height, 0]) },
    layer: line > 0 ? [pictures, texts] : [pictures],
  });
}
