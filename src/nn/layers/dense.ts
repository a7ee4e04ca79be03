import { configurable, length } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { cast, dense } from '../../engine/ops/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { KERNEL_STORAGE } from './core/layer-options.js';
import { FUSED_ACTIVATIONS, KernelLayer } from './kernel-layer.js';
import type { QuantizableWeight } from './core/weight-holder.js';

/** Options of `Dense`. */
export interface DenseOptions extends OptionsOf<typeof Dense> {}

/**
 * activation(x · kernel + bias), Keras: `Dense`. x is [batch, …, in], the kernel [in, units], the
 * bias [units], the output [batch, …, units], float32 (integer input is converted).
 *
 * @example new layers.Dense(10, { activation: 'softmax', inputShape: [784] })
 */
export class Dense extends configurable(
  KernelLayer,
  'Dense',
  {
    /** Length of the output's last axis. */
    units: length(),
    ...KERNEL_STORAGE,
  },
  { positional: ['units'] },
) {
  override supportsMasking = true;
  override supportsCaching = true;

  /**
   * @param units length of the output's last axis
   * @throws ValueError if `units` is not a whole number above 0, or an option is unknown or out of range.
   */
  constructor(units: number, options: DenseOptions = {}) {
    super(options, [units]);
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: PartialShape): void {
    this.buildMatrix(inputShape, this.units);
  }

  override call(x: Tensor): Tensor {
    const fused = FUSED_ACTIVATIONS.get(this.activation) ?? 'linear';
    const input = cast(x, 'float32');
    const { kernel } = this;
    const bias = this.bias?.value ?? null;
    const y =
      kernel.quantized?.dense(input, bias, fused) ?? dense(input, kernel.value, bias, fused);
    return this.activated(y);
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    return this.built ? [{ weight: this.kernel, axes: [0] }] : [];
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape.slice(0, -1), this.units];
  }
}
