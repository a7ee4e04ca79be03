import { elu } from '../activations/functions.js';
import { checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { ShapePreservingLayer } from './shape-preserving.js';

/** Options of `ELU`. */
export interface ELUOptions extends LayerOptions {
  /** Size of the limit for x → −∞. Default 1. */
  readonly alpha?: number;
}

const OPTIONS = ['alpha'] as const;

/** x where x > 0, else alpha · (eˣ − 1). float32, of x's shape. Keras: `ELU`. */
export class ELU extends ShapePreservingLayer {
  static override readonly className = 'ELU';
  readonly alpha: number;

  /** @throws ValueError if `alpha` is not a finite number. */
  constructor(options: ELUOptions = {}) {
    super(options, OPTIONS);
    this.alpha = checkNumber('ELU', 'alpha', options.alpha ?? 1);
  }

  override call(x: Tensor): Tensor {
    return elu(cast(x, 'float32'), this.alpha);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), alpha: this.alpha };
  }

  static override fromConfig(config: Config): ELU {
    return new ELU(optionsFromConfig('ELU', config, [...OPTIONS, ...LAYER_OPTIONS]));
  }
}
