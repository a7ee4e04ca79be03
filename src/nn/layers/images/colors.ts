import { configurable } from '../../../config/index.js';
import { div, mul, add, sub } from '../../../engine/ops/index.js';
import type { Tensor } from '../../../engine/tensor/index.js';
import { valueRange } from './factor.js';
import type { NumberPair } from './factor.js';
import { RandomImageLayer } from './image-preprocessing.js';

/** A layer that draws how colours change. Bounding boxes and masks stay as they are. */
export abstract class RandomColorLayer extends configurable(RandomImageLayer, 'RandomColorLayer', {
  /** The darkest and the lightest value of images, such as [0, 1]. Default [0, 255]. */
  valueRange: valueRange(),
}) {}

/** Numbers of a range, as those of another one. */
export function toRange(
  x: Tensor,
  [fromLow, fromHigh]: NumberPair,
  [toLow, toHigh]: NumberPair,
): Tensor {
  if (fromLow === toLow && fromHigh === toHigh) return x;
  const fraction = div(fromLow === 0 ? x : sub(x, fromLow), fromHigh - fromLow);
  const wide = mul(fraction, toHigh - toLow);
  return toLow === 0 ? wide : add(wide, toLow);
}

/** The range of a colour as a fraction. */
export const UNIT_RANGE: NumberPair = [0, 1];

/** The range of bytes. */
export const BYTES: NumberPair = [0, 255];
