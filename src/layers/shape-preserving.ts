import { describeValue } from '../config/describe-value.js';
import { ValueError } from '../errors.js';
import type { PartialShape } from '../tensor/shape.js';
import { Layer } from './layer.js';

/** A layer whose output has the shape of its input. */
export abstract class ShapePreservingLayer extends Layer {
  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}

/** An `axis` option: one axis or several, counted from the end if negative. */
export type LayerAxis = number | readonly number[];

/** `axis` if it is made of whole numbers, else a ValueError. */
export function checkLayerAxis(owner: string, axis: LayerAxis): LayerAxis {
  const axes: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
  if (axes.length > 0 && axes.every(Number.isInteger)) {
    return typeof axis === 'number' ? axis : [...axis];
  }
  throw new ValueError(
    `${owner}: axis must be a whole number or a list of them, got ${describeValue(axis)}.`,
  );
}
