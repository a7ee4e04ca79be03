import { choice, configurable } from '../../config/index.js';
import type { Option, OptionsOf } from '../../config/index.js';
import {
  adaptiveAveragePool,
  adaptiveMaxPool,
  averagePool1d,
  averagePool2d,
  averagePool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from '../../engine/ops/index.js';
import { windowSizes } from '../../engine/ops/windows/window.js';
import type { WindowAxis, WindowRank } from '../../engine/ops/windows/window.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { dataFormat, lengths, rankOf, slidLengths, SpatialLayer } from './spatial.js';
import type { AlongAxes, AxisLengths } from './spatial.js';

/** Options of the pooling layers; a list has one number for each pooled axis. */
export interface PoolingLayerOptions<Rank extends WindowRank = WindowRank> extends AlongAxes<
  OptionsOf<typeof Pooling>,
  Rank
> {}

/** What the layers have in common that make one number of each window and channel. */
abstract class Pooling<Rank extends WindowRank = WindowRank> extends configurable(
  SpatialLayer,
  'Pooling',
  {
    /** Length of the window along each pooled axis. Default 2. */
    poolSize: lengths({ default: 2 }),
    /**
     * `'valid'` (default): windows lie inside the input. `'same'`: windows may extend beyond the input, where nothing
     * counts, and the output is ⌈length / stride⌉ long.
     */
    padding: choice(['valid', 'same'], { default: 'valid' }),
    /** How far the window moves between outputs. Default null: the size of the window. */
    strides: strides(),
    /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
    dataFormat: dataFormat(),
  },
  { positional: ['poolSize'] },
) {
  /**
   * @param poolSize length of the window along each pooled axis; a single number applies to all
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(poolSize?: number | AxisLengths[Rank], options: PoolingLayerOptions<Rank> = {}) {
    super(options, [poolSize]);
  }

  /** The operation on x[batch, …, channels]. */
  protected abstract readonly pool: typeof maxPool1d;

  protected override callChannelsLast(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this;
    return this.pool(x, { poolSize, strides, padding });
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    const axes = this.poolSize.map((kernel, i): WindowAxis => ({
      kernel,
      stride: this.strides[i] ?? 1,
      padding: this.padding,
      dilation: 1,
    }));
    return [shape[0] ?? null, ...slidLengths(this.label, shape, axes), shape.at(-1) ?? null];
  }

  override build(inputShape: PartialShape): void {
    this.computeOutputShape(inputShape); // Refuses input that is smaller than the window.
  }
}

/** An option that is a length for each pooled axis; null for those of the window. */
function strides(): Option<number | readonly number[] | null, readonly number[]> {
  return {
    takesNull: true,
    check: (given, { owner, name, object }) => {
      const { poolSize } = object as Pooling;
      return windowSizes(owner, name, (given ?? poolSize) as number, rankOf(object));
    },
  };
}

/**
 * The largest number in each window of steps, for each channel, Keras: `MaxPooling1D`, also `MaxPool1D`. [batch, steps,
 * channels] becomes [batch, newSteps, channels], float32. The gradient goes to the first of equal numbers.
 *
 * @example new layers.MaxPooling1D(2, { inputShape: [128, 4] })
 */
export class MaxPooling1D extends configurable(Pooling<1>, 'MaxPooling1D', undefined, {
  aliases: ['MaxPool1D'],
}) {
  static override readonly rank = 1;
  protected override readonly pool = maxPool1d;
}

/**
 * The largest number in each window of an image, for each channel, Keras: `MaxPooling2D`, also `MaxPool2D`. [batch,
 * height, width, channels] becomes [batch, newHeight, newWidth, channels], float32. The gradient goes to the first of
 * equal numbers.
 *
 * @example new layers.MaxPooling2D(2, { inputShape: [28, 28, 8] })
 */
export class MaxPooling2D extends configurable(Pooling<2>, 'MaxPooling2D', undefined, {
  aliases: ['MaxPool2D'],
}) {
  protected override readonly pool = maxPool2d;
}

/**
 * The largest number in each window of a volume, for each channel, Keras: `MaxPooling3D`, also `MaxPool3D`. [batch,
 * depth, height, width, channels] becomes [batch, newDepth, newHeight, newWidth, channels], float32. The gradient goes to
 * the first of equal numbers.
 *
 * @example new layers.MaxPooling3D(2, { inputShape: [16, 28, 28, 8] })
 */
export class MaxPooling3D extends configurable(Pooling<3>, 'MaxPooling3D', undefined, {
  aliases: ['MaxPool3D'],
}) {
  static override readonly rank = 3;
  protected override readonly pool = maxPool3d;
}

/**
 * The mean of each window of steps, for each channel, Keras: `AveragePooling1D`, also `AvgPool1D`. [batch, steps,
 * channels] becomes [batch, newSteps, channels], float32.
 *
 * @example new layers.AveragePooling1D(2, { inputShape: [128, 4] })
 */
export class AveragePooling1D extends configurable(Pooling<1>, 'AveragePooling1D', undefined, {
  aliases: ['AvgPool1D'],
}) {
  static override readonly rank = 1;
  protected override readonly pool = averagePool1d;
}

/**
 * The mean of each window of an image, for each channel, Keras: `AveragePooling2D`, also `AvgPool2D`. [batch, height,
 * width, channels] becomes [batch, newHeight, newWidth, channels], float32.
 *
 * @example new layers.AveragePooling2D(2, { padding: 'same', inputShape: [28, 28, 8] })
 */
export class AveragePooling2D extends configurable(Pooling<2>, 'AveragePooling2D', undefined, {
  aliases: ['AvgPool2D'],
}) {
  protected override readonly pool = averagePool2d;
}

/**
 * The mean of each window of a volume, for each channel, Keras: `AveragePooling3D`, also `AvgPool3D`. [batch, depth,
 * height, width, channels] becomes [batch, newDepth, newHeight, newWidth, channels], float32.
 *
 * @example new layers.AveragePooling3D(2, { padding: 'same', inputShape: [16, 28, 28, 8] })
 */
export class AveragePooling3D extends configurable(Pooling<3>, 'AveragePooling3D', undefined, {
  aliases: ['AvgPool3D'],
}) {
  static override readonly rank = 3;
  protected override readonly pool = averagePool3d;
}

export { MaxPooling1D as MaxPool1D, MaxPooling2D as MaxPool2D, MaxPooling3D as MaxPool3D };
export { AveragePooling1D as AvgPool1D, AveragePooling2D as AvgPool2D };
export { AveragePooling3D as AvgPool3D };

/** Options of the adaptive pooling layers. */
export interface AdaptivePoolingOptions<Rank extends WindowRank = WindowRank> extends AlongAxes<
  OptionsOf<typeof AdaptivePooling>,
  Rank
> {}

/** What the layers have in common that cover the axes between batch and channels with a fixed number of windows. */
abstract class AdaptivePooling<Rank extends WindowRank = WindowRank> extends configurable(
  SpatialLayer,
  'AdaptivePooling',
  {
    /** Number of windows along each pooled axis. */
    outputSize: lengths(),
    /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
    dataFormat: dataFormat(),
  },
  { positional: ['outputSize'] },
) {
  /**
   * @param outputSize number of windows along each pooled axis; a single number applies to all
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(outputSize: number | AxisLengths[Rank], options: AdaptivePoolingOptions<Rank> = {}) {
    super(options, [outputSize]);
  }

  /** The operation on x[batch, …, channels]. */
  protected abstract readonly pool: typeof adaptiveMaxPool;

  protected override callChannelsLast(x: Tensor): Tensor {
    return this.pool(x, this.outputSize);
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    return [shape[0] ?? null, ...this.outputSize, shape.at(-1) ?? null];
  }
}

/**
 * The mean of each of `outputSize` windows over the steps, for each channel, Keras: `AdaptiveAveragePooling1D`. [batch,
 * steps, channels] becomes [batch, outputSize, channels], float32. Window i of n over a length L extends from ⌊i · L /
 * n⌋ to ⌈(i + 1) · L / n⌉, so the length of the output does not depend on that of the input.
 *
 * @example new layers.AdaptiveAveragePooling1D(4, { inputShape: [128, 4] })
 */
export class AdaptiveAveragePooling1D extends configurable(
  AdaptivePooling<1>,
  'AdaptiveAveragePooling1D',
) {
  static override readonly rank = 1;
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The mean of each of `outputSize` windows over an image, for each channel, Keras: `AdaptiveAveragePooling2D`. [batch,
 * height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L extends
 * from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so the length of the output does not depend on that of the input.
 *
 * @example new layers.AdaptiveAveragePooling2D(4, { inputShape: [28, 28, 8] })
 */
export class AdaptiveAveragePooling2D extends configurable(
  AdaptivePooling<2>,
  'AdaptiveAveragePooling2D',
) {
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The mean of each of `outputSize` windows over a volume, for each channel, Keras: `AdaptiveAveragePooling3D`. [batch,
 * depth, height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L extends
 * from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so the length of the output does not depend on that of the input.
 *
 * @example new layers.AdaptiveAveragePooling3D(4, { inputShape: [16, 28, 28, 8] })
 */
export class AdaptiveAveragePooling3D extends configurable(
  AdaptivePooling<3>,
  'AdaptiveAveragePooling3D',
) {
  static override readonly rank = 3;
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The largest number in each of `outputSize` windows over the steps, for each channel, Keras: `AdaptiveMaxPooling1D`.
 * [batch, steps, channels] becomes [batch, outputSize, channels], float32. Window i of n over a length L extends from
 * ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so the length of the output does not depend on that of the input. The gradient goes
 * to the first of equal numbers.
 *
 * @example new layers.AdaptiveMaxPooling1D(4, { inputShape: [128, 4] })
 */
export class AdaptiveMaxPooling1D extends configurable(AdaptivePooling<1>, 'AdaptiveMaxPooling1D') {
  static override readonly rank = 1;
  protected override readonly pool = adaptiveMaxPool;
}

/**
 * The largest number in each of `outputSize` windows over an image, for each channel, Keras: `AdaptiveMaxPooling2D`.
 * [batch, height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L
 * extends from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so the length of the output does not depend on that of the input. The
 * gradient goes to the first of equal numbers.
 *
 * @example new layers.AdaptiveMaxPooling2D(4, { inputShape: [28, 28, 8] })
 */
export class AdaptiveMaxPooling2D extends configurable(AdaptivePooling<2>, 'AdaptiveMaxPooling2D') {
  protected override readonly pool = adaptiveMaxPool;
}

/**
 * The largest number in each of `outputSize` windows over a volume, for each channel, Keras: `AdaptiveMaxPooling3D`.
 * [batch, depth, height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L
 * extends from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so the length of the output does not depend on that of the input. The
 * gradient goes to the first of equal numbers.
 *
 * @example new layers.AdaptiveMaxPooling3D(4, { inputShape: [16, 28, 28, 8] })
 */
export class AdaptiveMaxPooling3D extends configurable(AdaptivePooling<3>, 'AdaptiveMaxPooling3D') {
  static override readonly rank = 3;
  protected override readonly pool = adaptiveMaxPool;
}
