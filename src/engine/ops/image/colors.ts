// Brightness and contrast of images: every channel stretched, moved and cut.
import { record, sever } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, requireRoom, scoped, tensor, toTensor, zeros } from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { images } from '../../wasm/generated/images.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import {
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
} from '../elementwise/compare.js';
import { concat } from '../shapes/concat.js';
import { broadcastTo, sumTo } from '../reductions/sum.js';
import { where } from '../elementwise/where.js';
import { checkOptions } from '../../../config/index.js';
import { DTypeError } from '../../../errors.js';
import { convert } from '../elementwise/cast.js';
import { matmul } from '../linalg/matmul.js';
import { abs, clip } from '../elementwise/piecewise-linear.js';
import { maximum, minimum, mod } from '../elementwise/power.js';
import { toFloat } from '../elementwise/operands.js';
import { split } from '../indexing/slice.js';
import { imagesOf, requireChannels } from './images.js';
import type { ImageOptions } from './images.js';

/** How the numbers of a channel change: [batch, 1, 1, channels], or 1 in place of each of the two, or a number. */
interface Terms {
  readonly center?: TensorLike;
  readonly scale?: TensorLike;
  readonly shift?: TensorLike;
}

/**
 * (x − center) · scale + shift, cut to [low, high], in one pass over float32 images [batch, height, width, channels].
 *
 * @internal
 */
export function rescaled(
  op: string,
  x: Tensor,
  { center = 0, scale = 1, shift = 0 }: Terms,
  [low, high]: readonly [number, number],
): Tensor {
  return scoped(() => {
    const [count = 0, height = 0, width = 0, channels = 0] = x.shape;
    const terms = [toTensor(center), toTensor(scale), toTensor(shift)] as const;
    const isAlike = terms.every(({ shape }) => (shape.at(-1) ?? 1) === 1);
    // Where all channels change alike, they are pixels of one channel.
    const own = isAlike ? 1 : channels;
    const table = concat(
      terms.map((term) => broadcastTo(term, [count, 1, 1, own])),
      0,
    );
    const out = emptyTensor(x.shape, 'float32');
    if (out.size > 0) {
      const pixels = height * width * (isAlike ? channels : 1);
      const pointers = [out.pointer, x.pointer, table.pointer] as const;
      const runtime = currentRuntime().with(images);
      runtime.run('rescaleChannels', ...pointers, count, pixels, own, low, high);
    }
    return record(op, [x, ...terms], out, [x, ...terms], (dy, [given, c, s, b], wanted) => {
      const [needX, needCenter, needScale, needShift] = wanted;
      const far = sub(given, c);
      const uncut = add(mul(far, s), b);
      const isWithin = logicalAnd(greaterEqual(uncut, low), lessEqual(uncut, high));
      const moved = where(isWithin, dy, 0);
      const toX = mul(moved, s);
      return [
        needX === true ? toX : undefined,
        needCenter === true ? sumTo(mul(toX, -1), c.shape) : undefined,
        needScale === true ? sumTo(mul(moved, far), s.shape) : undefined,
        needShift === true ? sumTo(moved, b.shape) : undefined,
      ];
    });
  });
}

// How often images have each number, and tables of what becomes of the numbers.

/** Rectangles of one size that cover images, from the left and top on. */
interface Tiles {
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly tileHeight: number;
  readonly tileWidth: number;
}

const sizesOf = ({ shape }: Tensor, tiles: Tiles, bins: number) =>
  [
    ...(shape as unknown as readonly [number, number, number, number]),
    tiles.gridHeight,
    tiles.gridWidth,
    tiles.tileHeight,
    tiles.tileWidth,
    bins,
  ] as const;

/**
 * How many pixels of each tile have each whole number below `bins`: int32 [images, gridHeight, gridWidth, channels, bins], of
 * float32 x[images, height, width, channels], whose fractions are dropped and which is cut to 0 … bins − 1. Tiles that reach
 * beyond an image see its mirror image there.
 *
 * @internal
 */
export function countTiles(op: string, x: Tensor, tiles: Tiles, bins: number): Tensor {
  const [count = 0, , , channels = 0] = x.shape;
  const shape: Shape = [count, tiles.gridHeight, tiles.gridWidth, channels, bins];
  requireRoom(shape, 'int32', op);
  const out = emptyTensor(shape, 'int32');
  if (out.size > 0) {
    const sizes = sizesOf(x, tiles, bins);
    currentRuntime()
      .with(images)
      .run('countTiles', out.pointer, x.pointer, ...sizes);
  }
  return sever(op, [x], out);
}

/**
 * The numbers that tables [images, gridHeight, gridWidth, channels, bins] have for the whole numbers x, which are found as
 * `countTiles` finds them. Between the centres of four tiles straight lines are drawn between the numbers of their tables. The derivative is 0, as that of `floor`.
 *
 * @internal
 */
export function lookUpTiles(op: string, x: Tensor, tables: Tensor, tiles: Tiles): Tensor {
  const out = emptyTensor(x.shape, 'float32');
  if (out.size > 0) {
    const sizes = sizesOf(x, tiles, tables.shape.at(-1) ?? 0);
    currentRuntime()
      .with(images)
      .run('lookUpTiles', out.pointer, x.pointer, tables.pointer, ...sizes);
  }
  return record(op, [x], out, [], () => [zeros(x.shape)]);
}

/** How bright red, green and blue are. */
const BRIGHTNESS = [0.2989, 0.587, 0.114];

/**
 * Images with one channel: 0.2989 red + 0.587 green + 0.114 blue. Images that already have one channel do not change. The
 * dtype is that of the images; for integers, fractions are dropped.
 *
 * @keras = ofImages('image.RGBToGrayscale')
 * @throws ShapeError unless the images have 1 or 3 channels.
 * @example ops.image.rgbToGrayscale([[[0.5, 0.5, 0.5]]]) // [[[0.5]]]
 */
export function rgbToGrayscale(images: TensorLike, options: ImageOptions = {}): Tensor {
  return scoped(() => {
    checkOptions('rgbToGrayscale', options, ['dataFormat']);
    const { batch, restore } = imagesOf('rgbToGrayscale', images, options);
    requireChannels('rgbToGrayscale', batch.shape, [1, 3]);
    if (batch.shape.at(-1) === 1) return restore(batch);
    const weights = tensor(BRIGHTNESS.map((weight) => [weight]));
    return restore(convert(matmul(toFloat(batch), weights), batch.dtype));
  });
}

/**
 * Converts images from red, green and blue to hue, saturation and value, which are from 0 to 1 if the colours are.
 *
 * @keras = ofImages('image.RGBToHSV')
 * @throws DTypeError unless the images are float32, ShapeError unless they have 3 channels.
 * @example ops.image.rgbToHsv([[[0, 0.5, 0.5]]]) // [[[0.5, 1, 0.5]]]
 */
export function rgbToHsv(images: TensorLike, options: ImageOptions = {}): Tensor {
  return ofColors('rgbToHsv', images, options, (all) => {
    // Colours below float32's step at 1 are none.
    const colors = where(less(abs(all), 2 ** -23), 0, all);
    const [red, green, blue] = split(colors, 3, -1) as [Tensor, Tensor, Tensor];
    const value = maximum(maximum(red, green), blue);
    const range = sub(value, minimum(minimum(red, green), blue));
    const isColored = greater(range, 0);
    const saturation = where(greater(value, 0), div(range, where(greater(value, 0), value, 1)), 0);
    const step = div(1, mul(where(isColored, range, 1), 6));
    const towards = (a: Tensor, b: Tensor, start: number): Tensor =>
      add(mul(step, sub(a, b)), start);
    const others = where(
      equal(value, green),
      towards(blue, red, 2 / 6),
      towards(red, green, 4 / 6),
    );
    const hue = where(equal(value, red), towards(green, blue, 0), others);
    const around = convert(less(hue, 0), 'float32');
    return [add(where(isColored, hue, 0), around), saturation, value];
  });
}

/**
 * Converts images from hue, saturation and value to red, green and blue.
 *
 * @keras = ofImages('image.HSVToRGB')
 * @throws DTypeError unless the images are float32, ShapeError unless they have 3 channels.
 * @example ops.image.hsvToRgb([[[0.5, 1, 0.5]]]) // [[[0, 0.5, 0.5]]]
 */
export function hsvToRgb(images: TensorLike, options: ImageOptions = {}): Tensor {
  return ofColors('hsvToRgb', images, options, (all) => {
    const [hue, saturation, value] = split(all, 3, -1) as [Tensor, Tensor, Tensor];
    const sector = mul(mod(hue, 1), 6);
    const around = (center: number): Tensor => abs(sub(sector, center));
    const shares = [sub(around(3), 1), sub(2, around(2)), sub(2, around(4))];
    const gray = sub(1, saturation);
    return shares.map((share) => mul(value, add(gray, mul(saturation, clip(share, 0, 1)))));
  });
}

/** What a formula makes of the three channels of images [batch, height, width, 3]. */
function ofColors(
  op: string,
  images: TensorLike,
  options: ImageOptions,
  formula: (colors: Tensor) => Tensor[],
): Tensor {
  return scoped(() => {
    checkOptions(op, options, ['dataFormat']);
    const { batch, restore } = imagesOf(op, images, options);
    requireChannels(op, batch.shape, [3]);
    if (batch.dtype !== 'float32') {
      throw new DTypeError(
        `${op}: the images must be float32, got ${batch.dtype}. Convert with astype('float32') and divide by 255.`,
      );
    }
    return restore(concat(formula(batch), -1));
  });
}
