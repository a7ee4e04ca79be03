import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { Constraint } from './constraint.js';
import { checkNormAxis, normsAlong, scaleTo } from './norm.js';
import type { NormAxis } from './norm.js';

/** Options of `UnitNorm`. */
export interface UnitNormOptions {
  /**
   * Axes along which the norm adds up. Default 0: each unit's weights in a Dense kernel [in,
   * units].
   */
  readonly axis?: NormAxis;
}

const OPTIONS = ['axis'] as const;

/**
 * w / (ε + ‖w‖) with the Euclidean norm along `axis`, ε = 1e-7. Keras: `UnitNorm`, `'unit_norm'`.
 */
export class UnitNorm extends Constraint {
  static override readonly className = 'UnitNorm';
  readonly axis: NormAxis;

  /** @throws ValueError if `axis` is not made of whole numbers. */
  constructor(options: UnitNormOptions = {}) {
    super();
    checkOptions('UnitNorm', options, OPTIONS);
    this.axis = checkNormAxis('UnitNorm', options.axis ?? 0);
  }

  override call(w: Tensor): Tensor {
    return scaleTo(w, normsAlong(w, this.axis), 1);
  }

  override getConfig(): Config {
    return { axis: this.axis };
  }

  static fromConfig(config: Config): UnitNorm {
    return new UnitNorm(optionsFromConfig('UnitNorm', config, OPTIONS));
  }
}
