import { getActivation, serializeActivation } from '../activations/registry.js';
import type { Activation, ActivationIdentifier } from '../activations/registry.js';
import { checkBoolean, checkNumber } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { Constraint } from '../constraints/constraint.js';
import { getConstraint, serializeConstraint } from '../constraints/registry.js';
import type { ConstraintIdentifier } from '../constraints/registry.js';
import { ShapeError, ValueError } from '../errors.js';
import type { Initializer } from '../initializers/initializer.js';
import { getInitializer, serializeInitializer } from '../initializers/registry.js';
import type { InitializerIdentifier } from '../initializers/registry.js';
import { cast, conv1d, conv2d } from '../ops/index.js';
import { windowPadding, windowSizes } from '../ops/window.js';
import type { WindowAxis, WindowPadding } from '../ops/window.js';
import type { Regularizer } from '../regularizers/regularizer.js';
import { getRegularizer, serializeRegularizer } from '../regularizers/registry.js';
import type { RegularizerIdentifier } from '../regularizers/registry.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { shapeToChannelsLast } from './data-format.js';
import { FUSED_ACTIVATIONS } from './fused-activation.js';
import { LAYER_OPTIONS } from './layer-options.js';
import { slidLengths } from './sliding-window.js';
import { SpatialLayer } from './spatial.js';
import type { SpatialOptions } from './spatial.js';
import { classNameOf } from './weight-holder.js';

/** Options of `Conv1D` and `Conv2D`; a list has one number for each axis over which the kernel slides. */
export interface ConvolutionLayerOptions extends SpatialOptions {
  /** How far the kernel moves from output to output. Default 1. */
  readonly strides?: number | readonly number[];
  /**
   * `'valid'` (default): the kernel stays inside of the input. `'same'`: zeros on both sides, so that the
   * output is ⌈length / stride⌉ long. `'causal'`, for `Conv1D`: all zeros before, so that an output does
   * not depend on later steps.
   */
  readonly padding?: WindowPadding;
  /** Distance of the inputs that neighbouring taps of the kernel read; not with strides. Default 1. */
  readonly dilationRate?: number | readonly number[];
  /** Parts into which the channels are split, each with its share of the filters. Default 1. */
  readonly groups?: number;
  /** Applied to the result. Default linear. */
  readonly activation?: ActivationIdentifier;
  /** Default true. */
  readonly useBias?: boolean;
  /** Default `'glorot_uniform'`. */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Default `'zeros'`. */
  readonly biasInitializer?: InitializerIdentifier;
  readonly kernelRegularizer?: RegularizerIdentifier;
  readonly biasRegularizer?: RegularizerIdentifier;
  readonly kernelConstraint?: ConstraintIdentifier;
  readonly biasConstraint?: ConstraintIdentifier;
}

const OPTIONS = [
  'strides',
  'padding',
  'dataFormat',
  'dilationRate',
  'groups',
  'activation',
  'useBias',
  'kernelInitializer',
  'biasInitializer',
  'kernelRegularizer',
  'biasRegularizer',
  'kernelConstraint',
  'biasConstraint',
] as const satisfies readonly (keyof ConvolutionLayerOptions)[];

/** What `Conv1D` and `Conv2D` have in common: activation(x ∗ kernel + bias). */
export abstract class Convolution extends SpatialLayer {
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dilationRate: readonly number[];
  readonly groups: number;
  readonly activation: Activation;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | null;
  readonly biasRegularizer: Regularizer | null;
  readonly kernelConstraint: Constraint | null;
  readonly biasConstraint: Constraint | null;
  #kernel: Variable | undefined;
  #bias: Variable | undefined;

  constructor(
    rank: 1 | 2,
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvolutionLayerOptions,
  ) {
    super(rank, options, OPTIONS);
    const owner = classNameOf(this);
    this.filters = checkNumber(owner, 'filters', filters, { min: 1, integer: true });
    this.kernelSize = windowSizes(owner, 'kernelSize', kernelSize, rank);
    this.strides = windowSizes(owner, 'strides', options.strides ?? 1, rank);
    this.padding = windowPadding(owner, options.padding ?? 'valid', rank);
    this.dilationRate = windowSizes(owner, 'dilationRate', options.dilationRate ?? 1, rank);
    this.groups = checkNumber(owner, 'groups', options.groups ?? 1, { min: 1, integer: true });
    if (this.filters % this.groups !== 0) {
      throw new ValueError(
        `${owner}: groups must divide the number of filters, got ${this.groups} groups and ` +
          `${this.filters} filters.`,
      );
    }
    if (Math.max(...this.strides) > 1 && Math.max(...this.dilationRate) > 1) {
      throw new ValueError(
        `${owner}: strides and dilationRate cannot both be above 1, got [${this.strides.join(', ')}] and ` +
          `[${this.dilationRate.join(', ')}]. Leave one of them at 1.`,
      );
    }
    this.activation = getActivation(options.activation);
    this.useBias = checkBoolean(owner, 'useBias', options.useBias ?? true);
    this.kernelInitializer = getInitializer(options.kernelInitializer ?? 'glorot_uniform');
    this.biasInitializer = getInitializer(options.biasInitializer ?? 'zeros');
    this.kernelRegularizer = getRegularizer(options.kernelRegularizer);
    this.biasRegularizer = getRegularizer(options.biasRegularizer);
    this.kernelConstraint = getConstraint(options.kernelConstraint);
    this.biasConstraint = getConstraint(options.biasConstraint);
  }

  /** The weights […kernelSize, channels / groups, filters]. @throws ValueError before the layer is built. */
  get kernel(): Variable {
    if (this.#kernel === undefined) {
      throw new ValueError(
        `${this.label} is not built, so it has no kernel. Call build(inputShape) or apply(x) first.`,
      );
    }
    return this.#kernel;
  }

  /** The vector [filters] that is added; null without `useBias` and before the layer is built. */
  get bias(): Variable | null {
    return this.#bias ?? null;
  }

  override build(inputShape: PartialShape): void {
    const channels = shapeToChannelsLast(inputShape, this.dataFormat).at(-1) ?? null;
    if (channels === null) {
      throw new ShapeError(
        `${this.label} needs to know the number of channels of its input, got shape ` +
          `${formatShape(inputShape)}. State it by inputShape, or build the layer with a shape that holds it.`,
      );
    }
    if (channels % this.groups !== 0) {
      throw new ShapeError(
        `${this.label}: ${this.groups} groups do not divide the ${channels} channels of input of shape ` +
          `${formatShape(inputShape)} (${this.dataFormat}). Choose groups that divide them.`,
      );
    }
    this.computeOutputShape(inputShape); // Refuses input that is smaller than the kernel.
    const shape = [...this.kernelSize, channels / this.groups, this.filters];
    this.#kernel = this.addWeight('kernel', shape, {
      initializer: this.kernelInitializer,
      regularizer: this.kernelRegularizer,
      constraint: this.kernelConstraint,
    });
    if (this.useBias) {
      this.#bias = this.addWeight('bias', [this.filters], {
        initializer: this.biasInitializer,
        regularizer: this.biasRegularizer,
        constraint: this.biasConstraint,
      });
    }
    const axis = this.dataFormat === 'channels_last' ? -1 : 1;
    this.inputSpec = { ndim: this.rank + 2, axes: { [axis]: channels } };
  }

  override call(x: Tensor): Tensor {
    const y = super.call(x);
    // What is not fused may look along an axis, as softmax does: so in the order of the data format.
    return FUSED_ACTIVATIONS.has(this.activation) ? y : this.activation(y);
  }

  protected override callChannelsLast(x: Tensor): Tensor {
    const convolve = this.rank === 1 ? conv1d : conv2d;
    return convolve(cast(x, 'float32'), this.kernel.value, this.#bias?.value ?? null, {
      strides: this.strides,
      padding: this.padding,
      dilationRate: this.dilationRate,
      groups: this.groups,
      activation: FUSED_ACTIVATIONS.get(this.activation) ?? 'linear',
    });
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    const axes = this.kernelSize.map((kernel, i): WindowAxis => ({
      kernel,
      stride: this.strides[i] ?? 1,
      padding: this.padding,
      dilation: this.dilationRate[i] ?? 1,
    }));
    return [shape[0] ?? null, ...slidLengths(this.label, shape, axes), this.filters];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      filters: this.filters,
      kernel_size: this.kernelSize,
      strides: this.strides,
      padding: this.padding,
      data_format: this.dataFormat,
      dilation_rate: this.dilationRate,
      groups: this.groups,
      activation: serializeActivation(this.activation),
      use_bias: this.useBias,
      kernel_initializer: serializeInitializer(this.kernelInitializer),
      bias_initializer: serializeInitializer(this.biasInitializer),
      kernel_regularizer: serializeRegularizer(this.kernelRegularizer),
      bias_regularizer: serializeRegularizer(this.biasRegularizer),
      activity_regularizer: serializeRegularizer(this.activityRegularizer),
      kernel_constraint: serializeConstraint(this.kernelConstraint),
      bias_constraint: serializeConstraint(this.biasConstraint),
    };
  }
}

/** The constructor's arguments for a config of Keras. */
export function convolutionArguments(
  owner: string,
  config: Config,
): [filters: number, kernelSize: number | readonly number[], options: ConvolutionLayerOptions] {
  const known = ['filters', 'kernelSize', ...OPTIONS, ...LAYER_OPTIONS];
  const { filters, kernelSize, ...options } = optionsFromConfig(owner, config, known, {
    lora_rank: [],
    lora_alpha: [],
    dora_rank: [],
    dora_alpha: [],
    quantization_config: [],
  });
  return [filters as number, kernelSize as readonly number[], options];
}
