import { classNameOf, configurable, length } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import { cast } from '../../engine/ops/index.js';
import {
  shapeFromChannelsLast,
  shapeToChannelsLast,
} from '../../engine/ops/windows/data-format.js';
import type { WindowRank } from '../../engine/ops/windows/window.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { KERNEL_STORAGE } from './core/layer-options.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { KernelLayer } from './kernel-layer.js';
import { channelsOf, checkSteps, SLIDING, slidingAxes } from './sliding.js';
import { convolutionAlong, lengths, padding, rankOf, slidLengths } from './spatial.js';

/** Options of `Conv1D`, `Conv2D` and `Conv3D`; a list has one number for each axis over which the kernel slides. */
export interface ConvolutionLayerOptions extends OptionsOf<typeof Convolution> {}

/** What `Conv1D`, `Conv2D` and `Conv3D` have in common: activation(x ∗ kernel + bias). */
abstract class Convolution extends configurable(
  KernelLayer,
  'Convolution',
  {
    /** Number of channels of the output. */
    filters: length(),
    ...SLIDING,
    /** How far the kernel moves from output to output. Default 1. */
    strides: lengths({ default: 1 }),
    /**
     * `'valid'` (default): the kernel stays inside of the input. `'same'`: zeros on both sides, so that the
     * output is ⌈length / stride⌉ long. `'causal'`, for `Conv1D`: all zeros before, so that an output does
     * not depend on later steps.
     */
    padding: padding(),
    /** Distance of the inputs that neighbouring taps of the kernel read; not with strides. Default 1. */
    dilationRate: lengths({ default: 1 }),
    /** Parts into which the channels are split, each with its share of the filters. Default 1. */
    groups: length({ default: 1 }),
    loraRank: KERNEL_STORAGE.loraRank,
    loraAlpha: KERNEL_STORAGE.loraAlpha,
  },
  {
    positional: ['filters', 'kernelSize'],
    fixed: { activity_regularizer: null },
    ignored: {
      dora_rank: [],
      dora_alpha: [],
      quantization_config: [],
    },
  },
) {
  /** Number of axes over which the kernel slides. */
  static readonly rank: WindowRank = 2;

  /** Number of axes over which the kernel slides. */
  get rank(): WindowRank {
    return rankOf(this);
  }

  /**
   * @param filters number of channels of the output
   * @param kernelSize length of the kernel along each axis over which it slides; one number stands for all
   * @throws ValueError if an argument or option is unknown or out of range, groups do not divide the
   * filters, or strides and dilationRate are both above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | readonly number[],
    options: ConvolutionLayerOptions = {},
  ) {
    super(options, [filters, kernelSize]);
    const owner = classNameOf(this);
    this.inputSpec = { ndim: rankOf(this) + 2 };
    if (this.filters % this.groups !== 0) {
      throw new ValueError(
        `${owner}: groups must divide the number of filters, got ${this.groups} groups and ` +
          `${this.filters} filters.`,
      );
    }
    checkSteps(owner, this);
  }

  override build(inputShape: PartialShape): void {
    const channels = channelsOf(this.label, this, inputShape);
    if (channels % this.groups !== 0) {
      throw new ShapeError(
        `${this.label}: ${this.groups} groups do not divide the ${channels} channels of input of shape ` +
          `${formatShape(inputShape)} (${this.dataFormat}). Choose groups that divide them.`,
      );
    }
    this.computeOutputShape(inputShape); // Refuses input that is smaller than the kernel.
    this.addKernelAndBias([...this.kernelSize, channels / this.groups, this.filters], this.filters);
  }

  override call(x: Tensor): Tensor {
    const {
      dataFormat,
      strides,
      padding,
      dilationRate,
      groups,
      fusedActivation: activation,
    } = this;
    const convolve = convolutionAlong(this.rank);
    const options = { strides, padding, dataFormat, dilationRate, groups, activation };
    const bias = this.bias?.value ?? null;
    const input = cast(x, 'float32');
    return this.activated(this.kernel.lend((kernel) => convolve(input, kernel, bias, options)));
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    // All axes but the last, that of the filters.
    const axes = Array.from({ length: this.rank + 1 }, (_, axis) => axis);
    return this.built ? [{ weight: this.kernel, axes }] : [];
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const { dataFormat } = this;
    const shape = shapeToChannelsLast(inputShape, dataFormat);
    const lengths = slidLengths(this.label, shape, slidingAxes(this));
    return shapeFromChannelsLast([shape[0] ?? null, ...lengths, this.filters], dataFormat);
  }
}

/**
 * Convolution along one axis, Keras: `Conv1D`. x is [batch, steps, channels], the kernel [kernelSize,
 * channels / groups, filters], the bias [filters], the output [batch, newSteps, filters], float32.
 *
 * @example new layers.Conv1D(32, 3, { padding: 'causal', activation: 'relu', inputShape: [128, 4] })
 */
export class Conv1D extends configurable(Convolution, 'Conv1D', undefined, {
  aliases: ['Convolution1D'],
}) {
  static override readonly rank = 1;
}

/**
 * Convolution over images, Keras: `Conv2D`. x is [batch, height, width, channels], the kernel
 * [kernelHeight, kernelWidth, channels / groups, filters], the bias [filters], the output [batch,
 * newHeight, newWidth, filters], float32. With `'channels_first'` x and the output have their channels
 * after the batch axis.
 *
 * @example new layers.Conv2D(16, 3, { activation: 'relu', inputShape: [28, 28, 1] })
 */
export class Conv2D extends configurable(Convolution, 'Conv2D', undefined, {
  aliases: ['Convolution2D'],
}) {}

/**
 * Convolution over volumes, such as scans or clips of video, Keras: `Conv3D`. x is [batch, depth, height, width, channels],
 * the kernel [kernelDepth, kernelHeight, kernelWidth, channels / groups, filters], the bias [filters], the output [batch,
 * newDepth, newHeight, newWidth, filters], float32. With `'channels_first'` x and the output have their channels after
 * the batch axis. While it computes, it takes up to kernelDepth times the memory of x.
 *
 * @example new layers.Conv3D(8, 3, { activation: 'relu', inputShape: [16, 28, 28, 1] })
 */
export class Conv3D extends configurable(Convolution, 'Conv3D', undefined, {
  aliases: ['Convolution3D'],
}) {
  static override readonly rank = 3;
}

export { Conv1D as Convolution1D, Conv2D as Convolution2D, Conv3D as Convolution3D };
