import { configurable } from '../../config/index.js';
import { div, mul, add, sub } from '../../ops/index.js';
import { requireChannels } from '../../ops/image/images.js';
import type { DataFormat } from '../../ops/index.js';
import type { PartialShape, Tensor } from '../../tensor/index.js';
import { isShape } from '../core/symbolic-tensor.js';
import { valueRange } from './factor.js';
import type { NumberPair } from './factor.js';
import { RandomImageLayer } from './image-preprocessing.js';

/** A layer that draws how colours change. Bounding boxes and masks stay as they are. */
export abstract class RandomColorLayer extends configurable(RandomImageLayer, 'RandomColorLayer', {
  /** The darkest and the lightest value of images, such as [0, 1]. Default [0, 255]. */
  valueRange: valueRange(),
}) {}

/**
 * Throws unless images, or what stands for their shapes in an object, have such numbers of channels.
 *
 * @throws ShapeError, naming the layer.
 */
export function requireColors(
  label: string,
  dataFormat: DataFormat,
  inputShape: PartialShape,
  allowed: readonly number[],
): void {
  const given: unknown = inputShape;
  const shape = isShape(given) ? given : (given as { readonly images: PartialShape }).images;
  const channels = shape.at(dataFormat === 'channels_last' ? -1 : -3) ?? null;
  if (channels !== null) requireChannels(label, [channels], allowed);
}

/** Numbers of a range, as those of another one. */
export function toRange(
  x: Tensor,
  [fromLow, fromHigh]: NumberPair,
  [toLow, toHigh]: NumberPair,
): Tensor {
  if (fromLow === toLow && fromHigh === toHigh) return x;
  const part = div(fromLow === 0 ? x : sub(x, fromLow), fromHigh - fromLow);
  const wide = mul(part, toHigh - toLow);
  return toLow === 0 ? wide : add(wide, toLow);
}

/** The range of the parts of a colour. */
export const PARTS: NumberPair = [0, 1];

/** The range of bytes. */
export const BYTES: NumberPair = [0, 255];
