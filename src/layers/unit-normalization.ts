import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { cast } from '../ops/index.js';
import { unitVectors } from '../ops/unit-vectors.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { checkLayerAxis, ShapePreservingLayer } from './shape-preserving.js';
import type { LayerAxis } from './shape-preserving.js';

/** Options of `UnitNormalization`. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** Axis or axes along which the norm adds up. Default −1. */
  readonly axis?: LayerAxis;
}

const OPTIONS = ['axis'] as const;

/** The smallest norm that is divided by. */
const SMALLEST_NORM = 1e-12;

/**
 * x / ‖x‖ with the Euclidean norm along `axis`. float32, of x's shape. Keras: `UnitNormalization`.
 */
export class UnitNormalization extends ShapePreservingLayer {
  static override readonly className = 'UnitNormalization';
  readonly axis: LayerAxis;

  /** @throws ValueError if `axis` is not made of whole numbers. */
  constructor(options: UnitNormalizationOptions = {}) {
    super(options, OPTIONS);
    this.axis = checkLayerAxis('UnitNormalization', options.axis ?? -1);
  }

  override call(x: Tensor): Tensor {
    return unitVectors(cast(x, 'float32'), this.axis, SMALLEST_NORM);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis };
  }

  static override fromConfig(config: Config): UnitNormalization {
    const known = [...OPTIONS, ...LAYER_OPTIONS];
    return new UnitNormalization(optionsFromConfig('UnitNormalization', config, known));
  }
}
