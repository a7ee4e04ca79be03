import { classNameOf, configurable, length } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import { ShapeError, ValueError } from '../../errors.js';
import {
  add,
  cast,
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
  mul,
  reshape,
} from '../../engine/ops/index.js';
import {
  shapeFromChannelsLast,
  shapeToChannelsLast,
} from '../../engine/ops/windows/data-format.js';
import type { WindowRank } from '../../engine/ops/windows/window.js';
import { formatShape } from '../../engine/tensor/index.js';
import type { PartialShape, Tensor, Variable } from '../../engine/tensor/index.js';
import { adapters } from './core/adapter.js';
import type { LoraOptions } from './core/adapter.js';
import { LORA } from './core/layer-options.js';
import type { QuantizableWeight } from './core/weight-holder.js';
import { channelsOf, checkSteps, KernelLayer, SLIDING, slidingAxes } from './sliding.js';
import {
  convolutionAlong,
  eitherPadding,
  lengths,
  padding,
  rankOf,
  slidLengths,
} from './spatial.js';
import type { AlongAxes, AxisLengths } from './spatial.js';
import { transposedLengths } from '../../engine/ops/windows/convolution.js';
import { windowSizes } from '../../engine/ops/windows/window.js';

/** Options of `Conv1D`, `Conv2D` and `Conv3D`; a list has one number for each axis over which the kernel slides. */
export interface ConvolutionLayerOptions<Rank extends WindowRank = WindowRank> extends AlongAxes<
  OptionsOf<typeof Convolution>,
  Rank
> {}

/** What `Conv1D`, `Conv2D` and `Conv3D` have in common: activation(x ∗ kernel + bias). */
abstract class Convolution<Rank extends WindowRank = WindowRank> extends configurable(
  KernelLayer,
  'Convolution',
  {
    /** Number of channels of the output. */
    filters: length(),
    ...SLIDING,
    /** How far the kernel moves between outputs. Default 1. */
    strides: lengths({ default: 1 }),
    /**
     * `'valid'` (default): the kernel stays inside the input. `'same'`: zeros on both sides, so that the output is
     * ⌈length / stride⌉ long. `'causal'`, for `Conv1D`: zeros only before the input, so that an output does not depend
     * on later steps.
     */
    padding: padding(),
    /** Distance between the inputs of neighbouring elements of the kernel. Cannot be combined with strides. Default 1. */
    dilationRate: lengths({ default: 1 }),
    /** Number of groups into which the channels are split; each group has its own share of the filters. Default 1. */
    groups: length({ default: 1 }),
    ...LORA,
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
  /** A of LoRA, [...kernelSize, channels / groups, rank]; undefined without LoRA. */
  declare readonly loraKernelA: Variable | undefined;
  /** B of LoRA, [rank, filters]; undefined without LoRA. */
  declare readonly loraKernelB: Variable | undefined;

  /** Number of axes over which the kernel slides. */
  get rank(): WindowRank {
    return rankOf(this);
  }

  /**
   * @param filters number of channels of the output
   * @param kernelSize length of the kernel along each axis over which it slides; a single number applies to all
   * @throws ValueError if an argument or option is unknown or out of range, if `filters` is not a multiple of `groups`,
   * or if both `strides` and `dilationRate` are above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | AxisLengths[Rank],
    options: ConvolutionLayerOptions<Rank> = {},
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
    if (this.loraRank !== null) this.enableLora(this.loraRank, { loraAlpha: this.loraAlpha });
  }

  /**
   * Tunes the layer by LoRA, low-rank adaptation: the kernel stays as it is, and only A and B of
   * kernel + loraAlpha / rank · A · B are trained, which have the shapes [...kernelSize, channels / groups, rank] and
   * [rank, filters]. With a single group,
   * the products are formed without the sum, so no gradient of the kernel takes memory. Works with quantized layers too. Keras: `enable_lora`.
   *
   * @param rank number of columns of A and of rows of B: a whole number above 0
   * @throws ValueError before the layer is built, for a layer with a `kernelConstraint` or with LoRA, and for an option that is unknown or out
   * of range.
   * @example
   * const convolution = new layers.Conv2D(16, 3, { inputShape: [28, 28, 1] });
   * convolution.build([null, 28, 28, 1]);
   * convolution.enableLora(2);
   * convolution.trainableWeights.map(({ name }) => name); // ['bias', 'lora_kernel_a', 'lora_kernel_b']
   */
  enableLora(rank: number, options: LoraOptions = {}): void {
    adapters.make(this, this.kernel, rank, options);
  }

  override call(x: Tensor): Tensor {
    const { dataFormat, strides, padding, dilationRate, groups, adapter, filters } = this;
    const convolve = convolutionAlong(this.rank);
    const options = { strides, padding, dataFormat, dilationRate, groups };
    const bias = this.bias?.value ?? null;
    const input = cast(x, 'float32');
    if (adapter === undefined) {
      const fused = { ...options, activation: this.fusedActivation };
      return this.activated(this.kernel.lend((kernel) => convolve(input, kernel, bias, fused)));
    }
    // A filter of B has its group's channels with all of A.
    if (groups > 1) return this.activation(convolve(input, adapter.merged(), bias, options));
    const y = this.kernel.lend((kernel) => convolve(input, kernel, bias, options));
    const low = mul(convolve(input, adapter.a.value, null, options), adapter.scale);
    const b = reshape(adapter.b.value, [...this.kernelSize.map(() => 1), -1, filters]);
    return this.activation(add(y, convolve(low, b, null, { dataFormat })));
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
export class Conv1D extends configurable(Convolution<1>, 'Conv1D', undefined, {
  aliases: ['Convolution1D'],
}) {
  static override readonly rank = 1;
}

/**
 * Convolution over images, Keras: `Conv2D`. x is [batch, height, width, channels], the kernel
 * [kernelHeight, kernelWidth, channels / groups, filters], the bias [filters], the output [batch,
 * newHeight, newWidth, filters], float32. With `'channels_first'` the channels of x and the output come right after the
 * batch axis.
 *
 * @example new layers.Conv2D(16, 3, { activation: 'relu', inputShape: [28, 28, 1] })
 */
export class Conv2D extends configurable(Convolution<2>, 'Conv2D', undefined, {
  aliases: ['Convolution2D'],
}) {}

/**
 * Convolution over volumes, such as scans or clips of video, Keras: `Conv3D`. x is [batch, depth, height, width, channels],
 * the kernel [kernelDepth, kernelHeight, kernelWidth, channels / groups, filters], the bias [filters], the output [batch,
 * newDepth, newHeight, newWidth, filters], float32. With `'channels_first'` the channels of x and the output come right
 * after the batch axis. The computation needs up to kernelDepth times the memory of x.
 *
 * @example new layers.Conv3D(8, 3, { activation: 'relu', inputShape: [16, 28, 28, 1] })
 */
export class Conv3D extends configurable(Convolution<3>, 'Conv3D', undefined, {
  aliases: ['Convolution3D'],
}) {
  static override readonly rank = 3;
}

export { Conv1D as Convolution1D, Conv2D as Convolution2D, Conv3D as Convolution3D };

/** Options of `Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose`; a list has one number for each axis of the kernel. */
export interface TransposedConvolutionLayerOptions<
  Rank extends WindowRank = WindowRank,
> extends AlongAxes<OptionsOf<typeof TransposedConvolution>, Rank> {}

/** Numbers of positions, 0 or more, for each axis; one number stands for all of them. */
const positions: Option<number | readonly number[] | null, readonly number[] | null> = {
  default: null,
  check: (given, { owner, name, object }) =>
    given === null ? null : windowSizes(owner, name, given as number, rankOf(object), 0),
};

/** The base class of `Conv1DTranspose`, `Conv2DTranspose` and `Conv3DTranspose`: activation(xᵀ ∗ kernel + bias). */
abstract class TransposedConvolution<Rank extends WindowRank = WindowRank> extends configurable(
  KernelLayer,
  'TransposedConvolution',
  {
    /** Number of channels of the output. */
    filters: length(),
    ...SLIDING,
    /** How far the kernel moves between inputs. Default 1. */
    strides: lengths({ default: 1 }),
    /**
     * `'valid'` (default): the output is everything that the kernel reaches. `'same'`: the output is cropped on both sides to
     * length · stride.
     */
    padding: eitherPadding(),
    /**
     * How much longer the output is than (length − 1) · stride + (kernel − 1) · dilation + 1 or, with `'same'`, than
     * (length − 1) · stride plus 1 for an odd and 0 for an even kernel; less than the stride. Default null: the length follows
     * from `padding`.
     */
    outputPadding: positions,
    /** Distance between the outputs of neighbouring elements of the kernel. Cannot be combined with strides. Default 1. */
    dilationRate: lengths({ default: 1 }),
  },
  { positional: ['filters', 'kernelSize'], fixed: { activity_regularizer: null } },
) {
  /** Number of axes over which the kernel slides. */
  static readonly rank: WindowRank = 2;

  /** Number of axes over which the kernel slides. */
  get rank(): WindowRank {
    return rankOf(this);
  }

  /**
   * @param filters number of channels of the output
   * @param kernelSize length of the kernel along each axis over which it slides; a single number applies to all
   * @throws ValueError if an argument or option is unknown or out of range, if `outputPadding` is not less than the strides,
   * or if both `strides` and `dilationRate` are above 1.
   */
  constructor(
    filters: number,
    kernelSize: number | AxisLengths[Rank],
    options: TransposedConvolutionLayerOptions<Rank> = {},
  ) {
    super(options, [filters, kernelSize]);
    const owner = classNameOf(this);
    this.inputSpec = { ndim: rankOf(this) + 2 };
    checkSteps(owner, this);
    const { outputPadding, strides } = this;
    if (outputPadding?.some((more, i) => more >= (strides[i] ?? 1)) === true) {
      throw new ValueError(
        `${owner}: outputPadding must be below the strides along each axis, got [${outputPadding.join(', ')}] and strides ` +
          `[${strides.join(', ')}].`,
      );
    }
  }

  override build(inputShape: PartialShape): void {
    const channels = channelsOf(this.label, this, inputShape);
    this.computeOutputShape(inputShape); // Refuses output without length.
    this.addKernelAndBias([...this.kernelSize, this.filters, channels], this.filters);
  }

  override call(x: Tensor): Tensor {
    const { dataFormat, strides, padding, outputPadding, dilationRate } = this;
    const convolve = transposedAlong(this.rank);
    const activation = this.fusedActivation;
    const options = { strides, padding, outputPadding, dataFormat, dilationRate, activation };
    const bias = this.bias?.value ?? null;
    const input = cast(x, 'float32');
    return this.activated(this.kernel.lend((kernel) => convolve(input, kernel, bias, options)));
  }

  /** @internal */
  override get quantizable(): readonly QuantizableWeight[] {
    // All axes but the last, that of the input's channels: int8 needs axes side by side.
    const axes = Array.from({ length: this.rank + 1 }, (_, axis) => axis);
    return this.built ? [{ weight: this.kernel, axes }] : [];
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const { dataFormat, outputPadding, label } = this;
    const shape = shapeToChannelsLast(inputShape, dataFormat);
    const made = transposedLengths(label, shape.slice(1, -1), slidingAxes(this), outputPadding);
    return shapeFromChannelsLast([shape[0] ?? null, ...made, this.filters], dataFormat);
  }
}

/** The transposed convolution along that many axes. */
const transposedAlong = (rank: WindowRank): typeof conv2dTranspose =>
  rank === 1 ? conv1dTranspose : rank === 2 ? conv2dTranspose : conv3dTranspose;

/**
 * Transposed convolution along one axis, Keras: `Conv1DTranspose`. x is [batch, steps, channels], the kernel [kernelSize,
 * filters, channels], the bias [filters], the output [batch, newSteps, filters], float32. newSteps is steps · stride with
 * padding `'same'`, and (steps − 1) · stride + max(kernelSize, stride) otherwise.
 *
 * @example new layers.Conv1DTranspose(8, 4, { strides: 2, padding: 'same', inputShape: [64, 16] })
 */
export class Conv1DTranspose extends configurable(
  TransposedConvolution<1>,
  'Conv1DTranspose',
  undefined,
  { aliases: ['Convolution1DTranspose'] },
) {
  static override readonly rank = 1;
}

/**
 * Transposed convolution of images, which enlarges them with learned weights, as in generators and in the decoder of a U-Net.
 * Keras: `Conv2DTranspose`. x is [batch, height, width, channels], the kernel [kernelHeight, kernelWidth, filters, channels],
 * the bias [filters], the output [batch, newHeight, newWidth, filters], float32. A new length is length · stride with padding
 * `'same'`, and (length − 1) · stride + max(kernel, stride) otherwise. It is the gradient of `Conv2D` with respect to its input.
 *
 * @example new layers.Conv2DTranspose(32, 4, { strides: 2, padding: 'same', inputShape: [14, 14, 64] })
 */
export class Conv2DTranspose extends configurable(
  TransposedConvolution<2>,
  'Conv2DTranspose',
  undefined,
  { aliases: ['Convolution2DTranspose'] },
) {}

/**
 * Transposed convolution of volumes, Keras: `Conv3DTranspose`. x is [batch, depth, height, width, channels], the kernel
 * [kernelDepth, kernelHeight, kernelWidth, filters, channels], the bias [filters], the output [batch, newDepth, newHeight,
 * newWidth, filters], float32. The computation needs up to kernelDepth times the memory of the output.
 *
 * @example new layers.Conv3DTranspose(4, 2, { strides: 2, inputShape: [4, 8, 8, 16] })
 */
export class Conv3DTranspose extends configurable(
  TransposedConvolution<3>,
  'Conv3DTranspose',
  undefined,
  { aliases: ['Convolution3DTranspose'] },
) {
  static override readonly rank = 3;
}

export {
  Conv1DTranspose as Convolution1DTranspose,
  Conv2DTranspose as Convolution2DTranspose,
  Conv3DTranspose as Convolution3DTranspose,
};
