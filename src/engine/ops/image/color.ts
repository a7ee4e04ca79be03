import { checkOptions } from '../../../config/index.js';
import { DTypeError } from '../../../errors.js';
import { scoped, tensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { convert } from '../elementwise/cast.js';
import { equal, greater, less } from '../elementwise/compare.js';
import { concat } from '../shapes/concat.js';
import { matmul } from '../linalg/matmul.js';
import { abs, clip } from '../elementwise/piecewise-linear.js';
import { maximum, minimum, mod } from '../elementwise/power.js';
import { toFloat } from '../elementwise/operands.js';
import { split } from '../indexing/slice.js';
import { where } from '../elementwise/where.js';
import { imagesOf, requireChannels } from './images.js';
import type { ImageOptions } from './images.js';

/** How bright red, green and blue are. */
const BRIGHTNESS = [0.2989, 0.587, 0.114];

/**
 * Images of one channel: 0.2989 red + 0.587 green + 0.114 blue. Images that have one channel stay. The dtype is that of the
 * images; integers lose their fraction.
 *
 * @keras = ofImages('image.RGBToGrayscale')
 * @throws ShapeError unless the images have 3 channels or 1.
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
 * Images of red, green and blue as hue, saturation and value: all of them are from 0 to 1 where the colours are.
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
 * Images of hue, saturation and value as red, green and blue.
 *
 * @keras = ofImages('image.HSVToRGB')
 * @throws DTypeError unless the images are float32, ShapeError unless they have 3 channels.
 * @example ops.image.hsvToRgb([[[0.5, 1, 0.5]]]) // [[[0, 0.5, 0.5]]]
 */
export function hsvToRgb(images: TensorLike, options: ImageOptions = {}): Tensor {
  return ofColors('hsvToRgb', images, options, (all) => {
    const [hue, saturation, value] = split(all, 3, -1) as [Tensor, Tensor, Tensor];
    const place = mul(mod(hue, 1), 6);
    const around = (center: number): Tensor => abs(sub(place, center));
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
