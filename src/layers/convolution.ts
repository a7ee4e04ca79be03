import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { checkLength } from '../config/limits.js';
import { ShapeError, ValueError } from '../errors.js';
import { cast, conv1d, conv2d } from '../ops/index.js';
import { windowPadding, windowSizes } from '../ops/window.js';
import type { WindowAxis, WindowPadding } from '../ops/window.js';
import { serializeRegularizer } from '../regularizers/registry.js';
import { formatShape } from '../tensor/shape.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  checkDataFormat,
  fromChannelsLast,
  shapeFromChannelsLast,
  shapeToChannelsLast,
  toChannelsLast,
} from './data-format.js';
import type { DataFormat } from './data-format.js';
import { FUSED_ACTIVATIONS } from './fused-activation.js';
import { KERNEL_OPTIONS, KernelLayer } from './kernel-layer.js';
import type { KernelLayerOptions } from './kernel-layer.js';
import { LAYER_OPTIONS } from './layer-options.js';
import { slidLengths } from './sliding-window.js';
import type { SpatialOptions } from './spatial.js';
import { classNameOf } from './weight-holder.js';

/** Options of `Conv1D` and `Conv2D`; a list has one number for each axis over which the kernel slides. */
export interface ConvolutionLayerOptions extends SpatialOptions, KernelLayerOptions {
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
}

const OPTIONS = [
  'strides',
  'padding',
  'dataFormat',
  'dilationRate',
  'groups',
] as const satisfies readonly (keyof ConvolutionLayerOptions)[];

/** What `Conv1D` and `Conv2D` have in common: activation(x ∗ kernel + bias). */
export abstract class Convolution extends KernelLayer {
  readonly dataFormat: DataFormat;
  readonly filters: number;
  readonly kernelSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: WindowPadding;
  readonly dilationRate: readonly number[];
  readonly groups: number;

  /** @param rank number of axes over which the kernel slides */
  constructor(
    readonly rank: 1 | 2,
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvolutionLayerOptions,
  ) {
    super(options, OPTIONS);
    const owner = classNameOf(this);
    this.dataFormat = checkDataFormat(owner, options.dataFormat);
    this.inputSpec = { ndim: rank + 2 };
    this.filters = checkLength(owner, 'filters', filters);
    this.kernelSize = windowSizes(owner, 'kernelSize', kernelSize, rank);
    this.strides = windowSizes(owner, 'strides', options.strides ?? 1, rank);
    this.padding = windowPadding(owner, options.padding ?? 'valid', rank);
    this.dilationRate = windowSizes(owner, 'dilationRate', options.dilationRate ?? 1, rank);
    this.groups = checkLength(owner, 'groups', options.groups ?? 1);
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
    this.addKernelAndBias([...this.kernelSize, channels / this.groups, this.filters], this.filters);
    const axis = this.dataFormat === 'channels_last' ? -1 : 1;
    this.inputSpec = { ndim: this.rank + 2, axes: { [axis]: channels } };
  }

  override call(x: Tensor): Tensor {
    const { dataFormat, strides, padding, dilationRate, groups } = this;
    const input = cast(toChannelsLast(x, dataFormat), 'float32');
    const convolve = this.rank === 1 ? conv1d : conv2d;
    const activation = FUSED_ACTIVATIONS.get(this.activation) ?? 'linear';
    const options = { strides, padding, dilationRate, groups, activation };
    const y = convolve(input, this.kernel.value, this.bias?.value ?? null, options);
    // What is not fused may look along an axis, as softmax does: so in the order of the data format.
    return this.activated(fromChannelsLast(y, dataFormat));
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const { dataFormat } = this;
    const shape = shapeToChannelsLast(inputShape, dataFormat);
    const axes = this.kernelSize.map((kernel, i): WindowAxis => ({
      kernel,
      stride: this.strides[i] ?? 1,
      padding: this.padding,
      dilation: this.dilationRate[i] ?? 1,
    }));
    const lengths = slidLengths(this.label, shape, axes);
    return shapeFromChannelsLast([shape[0] ?? null, ...lengths, this.filters], dataFormat);
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
      activity_regularizer: serializeRegularizer(this.activityRegularizer),
    };
  }
}

/** The constructor's arguments for a config of Keras. */
export function convolutionArguments(
  owner: string,
  config: Config,
): [filters: number, kernelSize: number | readonly number[], options: ConvolutionLayerOptions] {
  const known = ['filters', 'kernelSize', ...OPTIONS, ...KERNEL_OPTIONS, ...LAYER_OPTIONS];
  const { filters, kernelSize, ...options } = optionsFromConfig(owner, config, known, {
    lora_rank: [],
    lora_alpha: [],
    dora_rank: [],
    dora_alpha: [],
    quantization_config: [],
  });
  return [filters as number, kernelSize as readonly number[], options];
}
