import { configurable, length, number } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import {
  abs,
  add,
  cast,
  dense,
  greater,
  matmul,
  mean,
  mul,
  sign,
  stopGradient,
  sub,
} from '../../engine/ops/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { adapters } from './core/adapter.js';
import type { LoraOptions } from './core/adapter.js';
import { KERNEL_STORAGE } from './core/layer-options.js';
import { KernelLayer } from './sliding.js';
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
  /** A of LoRA, [in, rank]; undefined without LoRA. */
  declare readonly loraKernelA: Variable | undefined;
  /** B of LoRA, [rank, units]; undefined without LoRA. */
  declare readonly loraKernelB: Variable | undefined;

  /**
   * @param units length of the output's last axis
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(units: number, options: DenseOptions = {}) {
    super(options, [units]);
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: PartialShape): void {
    this.buildMatrix(inputShape, this.units);
    const { loraRank, loraAlpha } = this;
    if (loraRank !== null) this.enableLora(loraRank, { loraAlpha });
  }

  /**
   * Tunes the layer by LoRA, low-rank adaptation: the kernel stays as it is, and only A and B of
   * kernel + loraAlpha / rank · A · B are trained, which have the shapes [in, rank] and [rank, units]. The products are formed
   * without the sum, so no gradient of the kernel takes memory. Works with quantized layers too. Keras: `enable_lora`.
   *
   * @param rank number of columns of A and of rows of B: a whole number above 0
   * @throws ValueError before the layer is built, for a layer with a `kernelConstraint` or with LoRA, and for an option that is unknown or out
   * of range.
   * @example
   * const dense = new layers.Dense(10, { inputShape: [784] });
   * dense.build([null, 784]);
   * dense.enableLora(4, { loraAlpha: 8 });
   * dense.trainableWeights.map(({ name }) => name); // ['bias', 'lora_kernel_a', 'lora_kernel_b']
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    adapters.make(this, this.kernel, rank, options);
  }

  override call(x: Tensor): Tensor {
    const input = cast(x, 'float32');
    const { kernel, adapter, fusedActivation: fused } = this;
    const bias = this.bias?.value ?? null;
    if (adapter !== undefined) return this.activation(adapter.dense(input, bias));
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

/** Options of `TernaryDense`. */
export interface TernaryDenseOptions extends OptionsOf<typeof TernaryDense> {}

/**
 * A dense layer that computes with the weights −1, 0 and 1 (BitNet b1.58, Ma et al., 2024):
 *
 *     ternary = sign(kernel) where |kernel| > threshold, else 0
 *     y = activation(x · ternary · mean |kernel| + bias)
 *
 * Without a `threshold`, the threshold is mean |kernel| / 2 at each call; with one, the factor mean |kernel| is left out.
 * Gradients reach the kernel as if the layer used it unchanged, so that it can be trained. x is [batch, …, in], the kernel
 * [in, units], the bias [units], y [batch, …, units], float32. Keras: `TernaryDense`, but without its `quantize`.
 *
 * @example new layers.TernaryDense(10, { activation: 'relu', inputShape: [784] })
 */
export class TernaryDense extends configurable(
  KernelLayer,
  'TernaryDense',
  {
    /** Length of the output's last axis. */
    units: length(),
    /** The largest absolute value, at least 0, of kernel elements that are replaced by 0. Default null: half the mean absolute value. */
    threshold: number({ default: null, min: 0 }),
  },
  { positional: ['units'], fixed: { activity_regularizer: null } },
) {
  override supportsMasking = true;
  override supportsCaching = true;

  /**
   * @param units length of the output's last axis
   * @throws ValueError if `units` is not a whole number above 0, or if an option is unknown or out of range.
   */
  constructor(units: number, options: TernaryDenseOptions = {}) {
    super(options, [units]);
    this.inputSpec = { minNdim: 2 };
  }

  override build(inputShape: PartialShape): void {
    this.buildMatrix(inputShape, this.units);
  }

  override call(x: Tensor): Tensor {
    const kernel = this.kernel.value;
    const size = abs(kernel);
    const scale = mean(size);
    const isLarge = cast(greater(size, this.threshold ?? mul(scale, 0.5)), 'float32');
    const change = stopGradient(sub(mul(sign(kernel), isLarge), kernel));
    const product = matmul(cast(x, 'float32'), add(kernel, change));
    const scaled = this.threshold === null ? mul(product, scale) : product;
    const { bias } = this;
    return this.activation(bias === null ? scaled : add(scaled, bias.value));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return [...inputShape.slice(0, -1), this.units];
  }
}
