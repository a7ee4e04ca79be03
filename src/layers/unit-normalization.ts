import { axes, configurable } from '../config/index.js';
import type { OptionsOf } from '../config/index.js';
import { cast } from '../ops/index.js';
import { unitVectors } from '../ops/unit-vectors.js';
import type { Tensor } from '../tensor/index.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `UnitNormalization`. */
export interface UnitNormalizationOptions extends OptionsOf<typeof UnitNormalization> {}

/** The smallest norm that is divided by. */
const SMALLEST_NORM = 1e-12;

/**
 * x / ‖x‖ with the Euclidean norm along `axis`. float32, of x's shape. Keras: `UnitNormalization`.
 *
 * @example new layers.UnitNormalization().apply([[3, 4]]) // [[0.6, 0.8]]
 */
export class UnitNormalization extends configurable(ShapePreservingLayer, 'UnitNormalization', {
  /** Axis or axes along which the norm adds up. Default −1. */
  axis: axes({ default: -1 }),
}) {
  override call(x: Tensor): Tensor {
    return unitVectors(cast(x, 'float32'), this.axis, SMALLEST_NORM);
  }
}
