import { boolean, configurable } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { cast, div, expandDims, max, mean, sum, where } from '../../engine/ops/index.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import type { WindowRank } from '../../engine/ops/windows/window.js';
import { dataFormat, rankOf } from './spatial.js';
import { Layer } from './core/layer.js';
import type { CallOptions } from './core/layer-options.js';

/** Options of the global pooling layers. */
export interface GlobalPoolingOptions extends OptionsOf<typeof GlobalPooling> {}

/** What the layers have in common that make one number of each sample and channel. */
abstract class GlobalPooling extends configurable(Layer<Tensor, Tensor>, 'GlobalPooling', {
  /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
  dataFormat: dataFormat(),
  /** Whether to keep the pooled axes with length 1. Default false. */
  keepdims: boolean({ default: false }),
}) {
  /** Number of axes between batch and channels. */
  static readonly rank: WindowRank = 2;
  /** The axes between batch and channels. */
  protected readonly axes: readonly number[];

  /** @throws ValueError if an option is unknown or out of range. */
  constructor(options: GlobalPoolingOptions = {}) {
    super(options);
    const first = this.dataFormat === 'channels_last' ? 1 : 2;
    this.axes = Array.from({ length: rankOf(this) }, (_, i) => first + i);
    this.inputSpec = { ndim: rankOf(this) + 2 };
  }

  /** Number of axes between batch and channels. */
  get rank(): WindowRank {
    return rankOf(this);
  }

  /** The operation that reduces axes to one number. */
  protected abstract readonly reduce: typeof max;

  override call(x: Tensor, _options: CallOptions): Tensor {
    return this.reduce(cast(x, 'float32'), this.axes, this.keepdims);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.keepdims
      ? inputShape.map((length, axis) => (this.axes.includes(axis) ? 1 : length))
      : inputShape.filter((_, axis) => !this.axes.includes(axis));
  }
}

/**
 * The largest number over all steps of each sample and channel, Keras: `GlobalMaxPooling1D`, also `GlobalMaxPool1D`.
 * [batch, steps, channels] becomes [batch, channels], float32.
 *
 * @example new layers.GlobalMaxPooling1D({ inputShape: [128, 4] })
 */
export class GlobalMaxPooling1D extends configurable(
  GlobalPooling,
  'GlobalMaxPooling1D',
  undefined,
  { aliases: ['GlobalMaxPool1D'] },
) {
  static override readonly rank = 1;
  protected override readonly reduce = max;
}

/**
 * The largest number over all pixels of each image and channel, Keras: `GlobalMaxPooling2D`, also `GlobalMaxPool2D`.
 * [batch, height, width, channels] becomes [batch, channels], float32.
 *
 * @example new layers.GlobalMaxPooling2D({ inputShape: [7, 7, 64] })
 */
export class GlobalMaxPooling2D extends configurable(
  GlobalPooling,
  'GlobalMaxPooling2D',
  undefined,
  { aliases: ['GlobalMaxPool2D'] },
) {
  protected override readonly reduce = max;
}

/**
 * The largest number over all positions of each volume and channel, Keras: `GlobalMaxPooling3D`, also
 * `GlobalMaxPool3D`. [batch, depth, height, width, channels] becomes [batch, channels], float32.
 *
 * @example new layers.GlobalMaxPooling3D({ inputShape: [4, 7, 7, 64] })
 */
export class GlobalMaxPooling3D extends configurable(
  GlobalPooling,
  'GlobalMaxPooling3D',
  undefined,
  { aliases: ['GlobalMaxPool3D'] },
) {
  static override readonly rank = 3;
  protected override readonly reduce = max;
}

/**
 * The mean over all steps of each sample and channel, Keras: `GlobalAveragePooling1D`, also `GlobalAvgPool1D`. [batch,
 * steps, channels] becomes [batch, channels], float32. With a mask [batch, steps] it is the mean over the steps that
 * count, and NaN if none does, as in Keras; the output has no mask.
 *
 * @example new layers.GlobalAveragePooling1D({ inputShape: [128, 4] })
 */
export class GlobalAveragePooling1D extends configurable(
  GlobalPooling,
  'GlobalAveragePooling1D',
  undefined,
  { aliases: ['GlobalAvgPool1D'] },
) {
  static override readonly rank = 1;
  protected override readonly reduce = mean;

  /** The mean over all steps, or over those that count if there is a mask. */
  override call(x: Tensor, options: CallOptions): Tensor {
    const mask = options.mask as Tensor | null | undefined;
    if (mask === undefined || mask === null) return super.call(x, options);
    const counts = expandDims(mask, this.dataFormat === 'channels_last' ? 2 : 1);
    return div(
      sum(where(counts, cast(x, 'float32'), 0), this.axes, this.keepdims),
      sum(cast(cast(counts, 'bool'), 'float32'), this.axes, this.keepdims),
    );
  }

  /** The steps are gone, so there is no mask. */
  override computeMask(): null {
    return null;
  }
}

/**
 * The mean over all pixels of each image and channel, Keras: `GlobalAveragePooling2D`, also `GlobalAvgPool2D`. [batch,
 * height, width, channels] becomes [batch, channels], float32.
 *
 * @example new layers.GlobalAveragePooling2D({ keepdims: true, inputShape: [7, 7, 64] })
 */
export class GlobalAveragePooling2D extends configurable(
  GlobalPooling,
  'GlobalAveragePooling2D',
  undefined,
  { aliases: ['GlobalAvgPool2D'] },
) {
  protected override readonly reduce = mean;
}

/**
 * The mean over all positions of each volume and channel, Keras: `GlobalAveragePooling3D`, also `GlobalAvgPool3D`.
 * [batch, depth, height, width, channels] becomes [batch, channels], float32.
 *
 * @example new layers.GlobalAveragePooling3D({ keepdims: true, inputShape: [4, 7, 7, 64] })
 */
export class GlobalAveragePooling3D extends configurable(
  GlobalPooling,
  'GlobalAveragePooling3D',
  undefined,
  { aliases: ['GlobalAvgPool3D'] },
) {
  static override readonly rank = 3;
  protected override readonly reduce = mean;
}

export { GlobalMaxPooling1D as GlobalMaxPool1D, GlobalMaxPooling2D as GlobalMaxPool2D };
export { GlobalMaxPooling3D as GlobalMaxPool3D, GlobalAveragePooling3D as GlobalAvgPool3D };
export { GlobalAveragePooling1D as GlobalAvgPool1D, GlobalAveragePooling2D as GlobalAvgPool2D };
