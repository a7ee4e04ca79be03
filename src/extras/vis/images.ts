// Grids of pictures, with what is said of each.
import { checkNumber, isListOf, oneOf, requireObject } from '../../config/index.js';
import { describeValue } from '../../config/describe-value.js';
import { BOUNDING_BOX_FORMATS } from '../../engine/ops/image/bounding-boxes.js';
import type {
  BoundingBoxes,
  BoundingBoxFormatOption,
} from '../../engine/ops/image/bounding-boxes.js';
import type { TensorLike } from '../../engine/tensor/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { bytesOfImages, colorOf, drawBoundingBoxes, drawSegmentationMasks } from './draw.js';
import { dataUrl, enlarged } from './pixels.js';
import type { Picture } from './pixels.js';
import { frameOf, label, makeSpec } from './spec.js';
import type { ChartOptions, Frame, Spec } from './spec.js';

/** Options of `imageGrid`. */
export interface ImageGridOptions extends Omit<ChartOptions, 'height'> {
  /** A text above each image, such as the name of its class. Default: none. */
  readonly labels?: readonly string[];
  /** Images of a row. Default: about as many as rows. */
  readonly columns?: number;
  /** The most images that are drawn; the first ones. Default 64. */
  readonly maxImages?: number;
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
  const names = ['labels', 'columns', 'maxImages', 'boundingBoxes', 'boundingBoxFormat', 'segmentationMasks', 'color']; // prettier-ignore
  oneOf(owner, 'boundingBoxFormat', boundingBoxFormat, BOUNDING_BOX_FORMATS);
  colorOf(owner, 'color', color);
  let { shape, data } = bytesOfImages(owner, images);
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const most = checkNumber(owner, 'maxImages', options.maxImages ?? 64, { min: 1, max: 1000, integer: true }); // prettier-ignore
  const shown = Math.min(batch, most);
  const wanted = options.columns ?? Math.ceil(Math.sqrt(shown));
  const columns = Math.min(shown, checkNumber(owner, 'columns', wanted, { min: 1, max: 100, integer: true })); // prettier-ignore
  const title = shown < batch ? `${shown} of ${batch} images` : 'Images';
  const frame = frameOf(owner, options, names, { title, width: defaultWidth(columns), height: 10 });
  if (batch * height * width === 0) throw new ShapeError(`${owner}: there are no pixels: (${shape.join(', ')}).`); // prettier-ignore
  const { labels } = options;
  if (
    labels !== undefined &&
    !(isListOf(labels, (text) => typeof text === 'string') && labels.length === batch)
  ) {
    throw new ValueError(`${owner}: labels must be a list of ${batch} texts, got ${describeValue(labels)}.`); // prettier-ignore
  }
  const draw = (drawn: ReturnType<typeof drawBoundingBoxes>): void => {
    ({ shape, data } = bytesOfImages(owner, drawn));
    drawn.dispose();
  };
  if (segmentationMasks !== undefined) draw(drawSegmentationMasks(images, segmentationMasks, { alpha: 0.5 })); // prettier-ignore
  if (boundingBoxes !== undefined) {
    const { tensor } = await import('../../engine/tensor/index.js');
    const before = tensor(data, { shape, dtype: 'uint8' });
    const thickness = Math.max(1, Math.round(Math.min(height, width) / 100));
    draw(drawBoundingBoxes(before, boundingBoxes, boundingBoxFormat, { color, lineThickness: thickness })); // prettier-ignore
    before.dispose();
  }
  const size = height * width * channels;
  const tiles = Array.from({ length: shown }, (_, i): Tile => {
    const pixels = data.slice(i * size, (i + 1) * size);
    const picture = { width, height, channels: channels as 1 | 3 | 4, data: pixels };
    return { picture, text: label(owner, 'labels', labels?.[i] ?? '') };
  });
  return gridSpec(frame, tiles, columns);
}

/** A width in which tiles are neither stamps nor posters. */
export function defaultWidth(columns: number): number {
  return Math.min(720, Math.max(120, columns * 104));
}

/** Tiles in rows of so many; all have the same size. */
export async function gridSpec(
  { title, width }: Omit<Frame, 'height'>,
  tiles: readonly Tile[],
  columns: number,
  notes: readonly string[] = [],
): Promise<Spec> {
  const [first] = tiles;
  if (first === undefined) throw new ValueError('imageGrid: there is no image.');
  const across = (width - GAP * (columns - 1)) / columns;
  const factor = Math.max(1, Math.round(across / first.picture.width));
  const wide = factor * first.picture.width;
  // Pictures that are larger than their place are made smaller by the renderer.
  const cell = wide > across * 1.5 ? across : wide;
  const tall = (cell * first.picture.height) / first.picture.width;
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
  const axis = (field: string, domain: readonly number[]) => ({
    ...{ field, type: 'quantitative', axis: null },
    scale: { domain, nice: false, zero: false },
  });
  const place = { x: axis('x', [0, size.width]), y: axis('y', [size.height, 0]) };
  const texts = {
    mark: { type: 'text', baseline: 'bottom', dy: -tall / 2 - 3, limit: cell + GAP / 2 },
    encoding: { ...place, text: { field: 'text' } },
  };
  const pictures = {
    mark: { type: 'image', width: cell, height: tall, aspect: true },
    encoding: { ...place, url: { field: 'url', type: 'nominal' } },
  };
  return makeSpec({ title, ...size }, notes, {
    data: { values },
    layer: line > 0 ? [pictures, texts] : [pictures],
  });
}
