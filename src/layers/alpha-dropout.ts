import { checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { add, cast, mul, sub } from '../ops/index.js';
import type { Tensor } from '../tensor/tensor.js';
import { Dropout } from './dropout.js';
import type { DropoutOptions } from './dropout.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { CallOptions } from './layer.js';

/** What SELU gives far below 0, −scale · alpha (Klambauer et al., 2017). */
const SATURATION = -1.0507009873554805 * 1.6732632423543772;

/**
 * Dropout for networks of SELU: while training, sets each element to SELU's lowest value with
 * probability `rate`, then scales and shifts all, so that mean 0 and variance 1 stay; otherwise the
 * identity. float32, of the input's shape. Keras: `AlphaDropout` (Klambauer et al., 2017).
 */
export class AlphaDropout extends Dropout {
  static override readonly className = 'AlphaDropout';

  /**
   * @param rate the probability, at least 0 and below 1
   * @throws ValueError if `rate`, `noiseShape` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: DropoutOptions = {}) {
    super(rate, options);
    // At 1 nothing is left whose variance could be restored: Keras then gives NaN.
    checkNumber('AlphaDropout', 'rate', rate, { min: 0, max: 1 - Number.EPSILON });
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { rate } = this;
    if (!training || rate === 0) return x;
    const kept = this.drawKept(x.shape);
    const scale = ((1 - rate) * (1 + rate * SATURATION ** 2)) ** -0.5;
    const shift = -scale * SATURATION * rate;
    const chosen = add(mul(cast(x, 'float32'), kept), mul(sub(1, kept), SATURATION));
    return add(mul(chosen, scale), shift);
  }

  static override fromConfig(config: Config): AlphaDropout {
    const known = ['rate', 'noiseShape', 'seed', ...LAYER_OPTIONS];
    const { rate, ...options } = optionsFromConfig('AlphaDropout', config, known);
    return new AlphaDropout(rate as number, options);
  }
}
