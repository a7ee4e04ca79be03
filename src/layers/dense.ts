import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { checkLength } from '../config/limits.js';
import { ShapeError } from '../errors.js';
import { cast, dense } from '../ops/index.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { FUSED_ACTIVATIONS } from './fused-activation.js';
import { KERNEL_OPTIONS, KernelLayer } from './kernel-layer.js';
import type { KernelLayerOptions } from './kernel-layer.js';
import { LAYER_OPTIONS } from './layer-options.js';

/** Options of `Dense`. */
export type DenseOptions = KernelLayerOptions;

/**
 * activation(x · kernel + bias), Keras: `Dense`. x is [batch, …, in], the kernel [in, units], the
 * bias [units], the output [batch, …, units], float32 (integer input is converted).
 *
 * @example new layers.Dense(10, { activation: 'softmax', inputShape: [784] })
 */
export class Dense extends KernelLayer {
  static override readonly className = 'Dense';
  readonly units: number;

  /**
   * @param units length of the output's last axis
   * @throws ValueError if `units` is not a whole number above 0, or an option is unknown or out of
   * range.
   */
  constructor(units: number, options: DenseOptions = {}) {
    super(options);
    this.units = checkLength('Dense', 'units', units);
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: PartialShape): void {
    const inputs = inputShape.at(-1) ?? null;
    if (inputs === null) {
      throw new ShapeError(
        `${this.label} needs to know the last axis of its input, got shape ${formatShape(inputShape)}. ` +
          `State it by inputShape, or build the layer with a shape that holds it.`,
      );
    }
    this.addKernelAndBias([inputs, this.units], this.units);
    this.inputSpec = { minNdim: 2, axes: { [-1]: inputs } };
  }

  override call(x: Tensor): Tensor {
    const fused = FUSED_ACTIVATIONS.get(this.activation) ?? 'linear';
    const { kernel, bias } = this;
    return this.activated(dense(cast(x, 'float32'), kernel.value, bias?.value ?? null, fused));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape.slice(0, -1), this.units];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), units: this.units, quantization_config: null };
  }

  static override fromConfig(config: Config): Dense {
    const known = ['units', ...KERNEL_OPTIONS, ...LAYER_OPTIONS];
    const { units, ...options } = optionsFromConfig('Dense', config, known, {
      quantization_config: [],
    });
    return new Dense(units as number, options);
  }
}
