import { configurable, length } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { constraint } from '../constraints/registry.js';
import { initializer } from '../initializers/registry.js';
import {
  cast,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
} from '../../engine/ops/index.js';
import type { DepthwiseConvolutionOptions } from '../../engine/ops/index.js';
import {
  shapeFromChannelsLast,
  shapeToChannelsLast,
} from '../../engine/ops/windows/data-format.js';
import type { WindowRank } from '../../engine/ops/windows/window.js';
import { regularizer } from '../regularizers/registry.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { BiasedLayer, channelsOf, SLIDING, slidingAxes } from './sliding.js';
import { eitherPadding, lengths, rankOf, slidLengths } from './spatial.js';
import type { AlongAxes, AxisLengths } from './spatial.js';
import { settingsOf } from './weight-settings.js';

/** Options of `DepthwiseConv1D` and `DepthwiseConv2D`; a list has one number for each axis over which the kernel slides. */
export interface DepthwiseConvolutionLayerOptions<
  Rank extends WindowRank = WindowRank,
> extends AlongAxes<OptionsOf<typeof DepthwiseConvolution>, Rank> {}

/** What depthwise and separable convolutions have in common: kernels for each channel. */
abstract class ChannelwiseLayer extends configurable(
  BiasedLayer,
  'ChannelwiseLayer',
  {
    dataFormat: SLIDING.dataFormat,
    /** How far the kernel moves between outputs. Default 1. */
    strides: lengths({ default: 1 }),
    /**
     * `'valid'` (default): the kernel stays inside the input. `'same'`: zeros on both sides, so that the output is ⌈length /
     * stride⌉ long.
     */
    padding: eitherPadding(),
    /** Number of output channels for each input channel. Default 1. */
    depthMultiplier: length({ default: 1 }),
    /** Distance between the inputs of neighbouring elements of the kernel. Default 1. */
    dilationRate: lengths({ default: 1 }),
    /** Initial values of the depthwise kernel. Default `'glorot_uniform'`. */
    depthwiseInitializer: initializer({ default: 'glorot_uniform' }),
    /** Penalty on the depthwise kernel. Default null: none. */
    depthwiseRegularizer: regularizer(),
    /** Constraint on the depthwise kernel, applied after each update. Default null: none. */
    depthwiseConstraint: constraint(),
  },
  {
    // What Keras 2 writes of every convolution, and has no meaning in these.
    ignored: { groups: [1], kernel_regularizer: [], kernel_constraint: [] },
    upgrade: ({ kernel_initializer: _, ...rest }) => rest,
  },
) {
  /** Number of axes over which the kernel slides. */
  static readonly rank: WindowRank = 2;

  /** Length of the kernel along each axis over which it slides. */
  abstract readonly kernelSize: readonly number[];

  /** Number of axes over which the kernel slides. */
  get rank(): WindowRank {
    return rankOf(this);
  }

  /** The options of the operation that slides the kernel. */
  protected get slidingOptions(): DepthwiseConvolutionOptions {
    const { strides, padding, dataFormat, dilationRate, fusedActivation: activation } = this;
    return { strides, padding, dataFormat, dilationRate, activation };
  }

  /** Creates the kernel [kernelSize, channels, depthMultiplier] in `build`. Returns its number of output channels. @internal */
  protected addChannelKernel(name: string, inputShape: PartialShape): [Variable, number] {
    const channels = channelsOf(this.label, this, inputShape);
    this.computeOutputShape(inputShape); // Refuses input that is smaller than the kernel.
    const shape = [...this.kernelSize, channels, this.depthMultiplier];
    const kernel = this.addWeight(name, shape, settingsOf(this, 'depthwise'));
    return [kernel, channels * this.depthMultiplier];
  }

  /** The shape of an output of `outputs` channels, or of `depthMultiplier` for each of the input's. @internal */
  protected slidShape(inputShape: PartialShape, outputs?: number): PartialShape {
    const { dataFormat, depthMultiplier } = this;
    const shape = shapeToChannelsLast(inputShape, dataFormat);
    const made = slidLengths(this.label, shape, slidingAxes(this));
    const channels = shape.at(-1) ?? null;
    const all = outputs ?? (channels === null ? null : channels * depthMultiplier);
    return shapeFromChannelsLast([shape[0] ?? null, ...made, all], dataFormat);
  }
}

/** What `DepthwiseConv1D` and `DepthwiseConv2D` have in common. */
abstract class DepthwiseConvolution<Rank extends WindowRank = WindowRank> extends configurable(
  ChannelwiseLayer,
  'DepthwiseConvolution',
  { kernelSize: SLIDING.kernelSize },
  { positional: ['kernelSize'], fixed: { activity_regularizer: null } },
) {
  #kernel: Variable | undefined;

  /**
   * @param kernelSize length of the kernel along each axis over which it slides; a single number applies to all
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(
    kernelSize: number | AxisLengths[Rank],
    options: DepthwiseConvolutionLayerOptions<Rank> = {},
  ) {
    super(options, [kernelSize]);
    this.inputSpec = { ndim: rankOf(this) + 2 };
  }

  /** The kernels of the channels. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    return this.builtWeight(this.#kernel, 'kernel');
  }

  override build(inputShape: PartialShape): void {
    const [kernel, channels] = this.addChannelKernel('kernel', inputShape);
    this.#kernel = kernel;
    this.addBias(channels);
  }

  override call(x: Tensor): Tensor {
    const convolve = this.rank === 1 ? depthwiseConv1d : depthwiseConv2d;
    const bias = this.bias?.value ?? null;
    const input = cast(x, 'float32');
    const options = this.slidingOptions;
    return this.activated(this.kernel.lend((kernel) => convolve(input, kernel, bias, options)));
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    const axes = this.kernelSize.map((_, axis) => axis);
    return this.built ? [{ weight: this.kernel, axes }] : [];
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.slidShape(inputShape);
  }
}

/**
 * Depthwise convolution along one axis: each channel is convolved with its own kernels, and channels are not mixed.
 * Keras: `DepthwiseConv1D`. x is [batch, steps, channels], the kernel [kernelSize, channels, depthMultiplier], the bias
 * [channels · depthMultiplier], the output [batch, newSteps, channels · depthMultiplier], float32.
 *
 * @example new layers.DepthwiseConv1D(3, { padding: 'same', inputShape: [64, 16] })
 */
export class DepthwiseConv1D extends configurable(
  DepthwiseConvolution<1>,
  'DepthwiseConv1D',
  undefined,
) {
  static override readonly rank = 1;
}

/**
 * Depthwise convolution of images: each channel is convolved with its own kernels, and channels are not mixed. MobileNets
 * consist of these and of 1 × 1 convolutions. Keras: `DepthwiseConv2D`. x is [batch, height, width, channels], the kernel
 * [kernelHeight, kernelWidth, channels, depthMultiplier], the bias [channels · depthMultiplier], the output [batch,
 * newHeight, newWidth, channels · depthMultiplier], float32.
 *
 * @example new layers.DepthwiseConv2D(3, { strides: 2, padding: 'same', useBias: false, inputShape: [32, 32, 16] })
 */
export class DepthwiseConv2D extends configurable(
  DepthwiseConvolution<2>,
  'DepthwiseConv2D',
  undefined,
) {}

/** Options of `SeparableConv1D` and `SeparableConv2D`; a list has one number for each axis over which the kernel slides. */
export interface SeparableConvolutionLayerOptions<
  Rank extends WindowRank = WindowRank,
> extends AlongAxes<OptionsOf<typeof SeparableConvolution>, Rank> {}

/** What `SeparableConv1D` and `SeparableConv2D` have in common. */
abstract class SeparableConvolution<Rank extends WindowRank = WindowRank> extends configurable(
  ChannelwiseLayer,
  'SeparableConvolution',
  {
    /** Number of channels of the output. */
    filters: length(),
    kernelSize: SLIDING.kernelSize,
    /** Initial values of the pointwise kernel, which mixes channels. Default `'glorot_uniform'`. */
    pointwiseInitializer: initializer({ default: 'glorot_uniform' }),
    /** Penalty on the pointwise kernel, which mixes channels. Default null: none. */
    pointwiseRegularizer: regularizer(),
    /** Constraint on the pointwise kernel, which mixes channels, applied after each update. Default null: none. */
    pointwiseConstraint: constraint(),
  },
  { positional: ['filters', 'kernelSize'], fixed: { activity_regularizer: null } },
) {
  #depthwiseKernel: Variable | undefined;
  #pointwiseKernel: Variable | undefined;

  /**
   * @param filters number of channels of the output
   * @param kernelSize length of the kernel along each axis over which it slides; a single number applies to all
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(
    filters: number,
    kernelSize: number | AxisLengths[Rank],
    options: SeparableConvolutionLayerOptions<Rank> = {},
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
 * Separable convolution along one axis: a depthwise convolution, then a convolution over single steps that mixes channels.
 * Keras: `SeparableConv1D`. x is [batch, steps, channels], the kernels are [kernelSize, channels, depthMultiplier] and [1,
 * channels · depthMultiplier, filters], the bias is [filters], the output [batch, newSteps, filters], float32.
 *
 * @example new layers.SeparableConv1D(32, 5, { activation: 'relu', inputShape: [128, 16] })
 */
export class SeparableConv1D extends configurable(
  SeparableConvolution<1>,
  'SeparableConv1D',
  undefined,
  { aliases: ['SeparableConvolution1D'] },
) {
  static override readonly rank = 1;
}

/**
 * Separable convolution of images: a depthwise convolution, then a 1 × 1 convolution that mixes channels, without an activation
 * between them. It has fewer weights than `Conv2D`. Keras: `SeparableConv2D`. x is [batch, height, width, channels], the kernels
 * are [kernelHeight, kernelWidth, channels, depthMultiplier] and [1, 1, channels · depthMultiplier, filters], the bias is
 * [filters], the output [batch, newHeight, newWidth, filters], float32.
 *
 * @example new layers.SeparableConv2D(32, 3, { activation: 'relu', inputShape: [64, 64, 3] })
 */
export class SeparableConv2D extends configurable(
  SeparableConvolution<2>,
  'SeparableConv2D',
  undefined,
  { aliases: ['SeparableConvolution2D'] },
) {}

export { SeparableConv1D as SeparableConvolution1D, SeparableConv2D as SeparableConvolution2D };
