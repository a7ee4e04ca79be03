import { configurable } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { adaptiveAveragePool, adaptiveMaxPool } from '../../engine/ops/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { dataFormat, lengths, SpatialLayer } from './spatial.js';

/** Options of the adaptive pooling layers. */
export interface AdaptivePoolingOptions extends OptionsOf<typeof AdaptivePooling> {}

/** What the layers have in common that cover the axes between batch and channels with a fixed number of windows. */
abstract class AdaptivePooling extends configurable(
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
   * @param outputSize number of windows along each pooled axis; one number stands for all
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(outputSize: number | readonly number[], options: AdaptivePoolingOptions = {}) {
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
 * The mean of each of `outputSize` windows over steps and of each channel, Keras: `AdaptiveAveragePooling1D`.
 * [batch, steps, channels] becomes [batch, outputSize, channels], float32. Window i of n over a length L
 * reaches from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so any length of input gives the same length of output.
 *
 * @example new layers.AdaptiveAveragePooling1D(4, { inputShape: [128, 4] })
 */
export class AdaptiveAveragePooling1D extends configurable(
  AdaptivePooling,
  'AdaptiveAveragePooling1D',
) {
  static override readonly rank = 1;
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The mean of each of `outputSize` windows over an image and of each channel, Keras: `AdaptiveAveragePooling2D`.
 * [batch, height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L
 * reaches from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so any length of input gives the same length of output.
 *
 * @example new layers.AdaptiveAveragePooling2D(4, { inputShape: [28, 28, 8] })
 */
export class AdaptiveAveragePooling2D extends configurable(
  AdaptivePooling,
  'AdaptiveAveragePooling2D',
) {
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The mean of each of `outputSize` windows over a volume and of each channel, Keras: `AdaptiveAveragePooling3D`.
 * [batch, depth, height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L
 * reaches from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so any length of input gives the same length of output.
 *
 * @example new layers.AdaptiveAveragePooling3D(4, { inputShape: [16, 28, 28, 8] })
 */
export class AdaptiveAveragePooling3D extends configurable(
  AdaptivePooling,
  'AdaptiveAveragePooling3D',
) {
  static override readonly rank = 3;
  protected override readonly pool = adaptiveAveragePool;
}

/**
 * The largest number of each of `outputSize` windows over steps and of each channel, Keras: `AdaptiveMaxPooling1D`.
 * [batch, steps, channels] becomes [batch, outputSize, channels], float32. Window i of n over a length L
 * reaches from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so any length of input gives the same length of output.
 * The gradient goes to the first of equal numbers.
 *
 * @example new layers.AdaptiveMaxPooling1D(4, { inputShape: [128, 4] })
 */
export class AdaptiveMaxPooling1D extends configurable(AdaptivePooling, 'AdaptiveMaxPooling1D') {
  static override readonly rank = 1;
  protected override readonly pool = adaptiveMaxPool;
}

/**
 * The largest number of each of `outputSize` windows over an image and of each channel, Keras: `AdaptiveMaxPooling2D`.
 * [batch, height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L
 * reaches from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so any length of input gives the same length of output.
 * The gradient goes to the first of equal numbers.
 *
 * @example new layers.AdaptiveMaxPooling2D(4, { inputShape: [28, 28, 8] })
 */
export class AdaptiveMaxPooling2D extends configurable(AdaptivePooling, 'AdaptiveMaxPooling2D') {
  protected override readonly pool = adaptiveMaxPool;
}

/**
 * The largest number of each of `outputSize` windows over a volume and of each channel, Keras: `AdaptiveMaxPooling3D`.
 * [batch, depth, height, width, channels] becomes [batch, ...outputSize, channels], float32. Window i of n over a length L
 * reaches from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so any length of input gives the same length of output.
 * The gradient goes to the first of equal numbers.
 *
 * @example new layers.AdaptiveMaxPooling3D(4, { inputShape: [16, 28, 28, 8] })
 */
export class AdaptiveMaxPooling3D extends configurable(AdaptivePooling, 'AdaptiveMaxPooling3D') {
  static override readonly rank = 3;
  protected override readonly pool = adaptiveMaxPool;
}
