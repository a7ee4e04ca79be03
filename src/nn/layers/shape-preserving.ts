import type { PartialShape } from '../../engine/tensor/index.js';
import type { InputSpec } from './core/input-spec.js';
import { Layer } from './core/layer.js';

/** A layer whose output has the shape of its input, and its mask. */
export abstract class ShapePreservingLayer extends Layer {
  override inputSpec: InputSpec | undefined = {};
  override supportsMasking = true;
  override supportsCaching = true;

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return inputShape;
  }
}
