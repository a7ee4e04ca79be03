import { configurable, length } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { initializer } from '../initializers/registry.js';
import { cast, separableConv1d, separableConv2d } from '../../engine/ops/index.js';
import { regularizer } from '../regularizers/registry.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { ChannelwiseLayer } from './depthwise-convolution.js';
import { SLIDING } from './sliding.js';
import { rankOf } from './spatial.js';
import { settingsOf } from './weight-settings.js';

/** Options of `SeparableConv1D` and `SeparableConv2D`; a list has one number for each axis over which the kernel slides. */
export interface SeparableConvolutionLayerOptions extends OptionsOf<typeof SeparableConvolution> {}

/** What `SeparableConv1D` and `SeparableConv2D` have in common. */
abstract class SeparableConvolution extends configurable(
  ChannelwiseLayer,
  'SeparableConvolution',
  {
    /** Number of channels of the output. */
    filters: length(),
    kernelSize: SLIDING.kernelSize,
    /** First values of the kernel that mixes channels. Default `'glorot_uniform'`. */
    pointwiseInitializer: initializer({ default: 'glorot_uniform' }),
    /** Penalty of the kernel that mixes channels. Default null: none. */
    pointwiseRegularizer: regularizer(),
    /** What the kernel that mixes channels is brought to after each update. Default null: nothing. */
    pointwiseConstraint: constraint(),
  },
  { positional: ['filters', 'kernelSize'], fixed: { activity_regularizer: null } },
) {
  #depthwiseKernel: Variable | undefined;
  #pointwiseKernel: Variable | undefined;

  /**
   * @param filters number of channels of the output
   * @param kernelSize length of the kernel along each axis over which it slides; one number stands for all
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: SeparableConvolutionLayerOptions = {},
  ) {
    super(options, [filters, kernelSize]);
    this.inputSpec = { ndim: rankOf(this) + 2 };
  }

  /** The kernels of the channels. @throws ValueError before the layer is built. */
  get depthwiseKernel(): Variable {
    return this.builtWeight(this.#depthwiseKernel, 'depthwise kernel');
  }

  /** The kernel that mixes channels. @throws ValueError before the layer is built. */
  get pointwiseKernel(): Variable {
    return this.builtWeight(this.#pointwiseKernel, 'pointwise kernel');
  }

  override build(inputShape: PartialShape): void {
    const [kernel, channels] = this.addChannelKernel('depthwise_kernel', inputShape);
    const shape = [...this.kernelSize.map(() => 1), channels, this.filters];
    this.#depthwiseKernel = kernel;
    this.#pointwiseKernel = this.addWeight(
      'pointwise_kernel',
      shape,
      settingsOf(this, 'pointwise'),
    );
    this.addBias(this.filters);
  }

  override call(x: Tensor): Tensor {
    const convolve = this.rank === 1 ? separableConv1d : separableConv2d;
    const bias = this.bias?.value ?? null;
    const input = cast(x, 'float32');
    const options = this.slidingOptions;
    const y = this.depthwiseKernel.lend((kernel) =>
      this.pointwiseKernel.lend((pointwise) => convolve(input, kernel, pointwise, bias, options)),
    );
    return this.activated(y);
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    if (!this.built) return [];
    const axes = this.kernelSize.map((_, axis) => axis);
    return [
      { weight: this.depthwiseKernel, axes },
      { weight: this.pointwiseKernel, axes: [...axes, axes.length] },
    ];
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.slidShape(inputShape, this.filters);
  }
}

/**
 * Separable convolution along one axis: a depthwise convolution, and one of a single step that mixes channels. Keras:
 * `SeparableConv1D`. x is [batch, steps, channels], the kernels are [kernelSize, channels, depthMultiplier] and [1, channels ·
 * depthMultiplier, filters], the bias is [filters], the output [batch, newSteps, filters], float32.
 *
 * @example new layers.SeparableConv1D(32, 5, { activation: 'relu', inputShape: [128, 16] })
 */
export class SeparableConv1D extends configurable(
  SeparableConvolution,
  'SeparableConv1D',
  undefined,
  { aliases: ['SeparableConvolution1D'] },
) {
  static override readonly rank = 1;
}

/**
 * Separable convolution of images: a depthwise convolution, and one of 1 × 1 that mixes channels, without an activation
 * between them. It has fewer weights than `Conv2D`. Keras: `SeparableConv2D`. x is [batch, height, width, channels], the kernels
 * are [kernelHeight, kernelWidth, channels, depthMultiplier] and [1, 1, channels · depthMultiplier, filters], the bias is
 * [filters], the output [batch, newHeight, newWidth, filters], float32.
 *
 * @example new layers.SeparableConv2D(32, 3, { activation: 'relu', inputShape: [64, 64, 3] })
 */
export class SeparableConv2D extends configurable(
  SeparableConvolution,
  'SeparableConv2D',
  undefined,
  { aliases: ['SeparableConvolution2D'] },
) {}

export { SeparableConv1D as SeparableConvolution1D, SeparableConv2D as SeparableConvolution2D };
