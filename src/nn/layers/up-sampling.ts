import { choice, configurable, length } from '../../config/index.js';
import type { OptionsOf } from '../../config/index.js';
import { upSample } from '../../engine/ops/index.js';
import { INTERPOLATIONS } from '../../engine/ops/image/interpolation.js';
import type { PartialShape, Tensor } from '../../engine/tensor/index.js';
import { dataFormat, lengths, SpatialLayer } from './spatial.js';
import type { LayerOptions } from './core/layer-options.js';

/** Length of an axis that is made `factor` times as long. */
const times = (length: number | null | undefined, factor: number): number | null =>
  length === null || length === undefined ? null : length * factor;

/**
 * Repeats every step `size` times, Keras: `UpSampling1D`. [batch, steps, channels] becomes [batch, steps · size,
 * channels], float32.
 *
 * @example new layers.UpSampling1D(2).apply([[[1], [2]]]) // [[[1], [1], [2], [2]]]
 */
export class UpSampling1D extends configurable(
  SpatialLayer,
  'UpSampling1D',
  {
    /** The number of repetitions of a step. Default 2. */
    size: length({ default: 2 }),
  },
  { positional: ['size'] },
) {
  /**
   * @param size the number of repetitions of a step. Default 2
   * @throws ValueError if `size` is not a positive whole number, or an option is unknown.
   */
  constructor(size?: number, options: LayerOptions = {}) {
    super(options, [size]);
  }

  static override readonly rank = 1;

  protected override callChannelsLast(x: Tensor): Tensor {
    return upSample(x, 1, this.size);
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    return [shape[0] ?? null, times(shape[1], this.size), shape[2] ?? null];
  }
}

/** Options of `UpSampling2D`. */
export interface UpSampling2DOptions extends OptionsOf<typeof UpSampling2D> {}

/**
 * Enlarges images by whole factors, Keras: `UpSampling2D`. [batch, height, width, channels] becomes [batch, height ·
 * size[0], width · size[1], channels], float32. The interpolation weights are those of Keras on JAX and TensorFlow; on
 * PyTorch, `'bicubic'` uses a different cubic.
 *
 * @example new layers.UpSampling2D(2, { interpolation: 'bilinear', inputShape: [7, 7, 64] })
 */
export class UpSampling2D extends configurable(
  SpatialLayer,
  'UpSampling2D',
  {
    /** Factors of height and width. Default 2. */
    size: lengths({ default: 2 }),
    /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
    dataFormat: dataFormat(),
    /**
     * `'nearest'` (default) repeats pixels, `'bilinear'` interpolates linearly between their centres, and `'bicubic'`,
     * `'lanczos3'` and `'lanczos5'` use 4, 6 and 10 pixels along each axis.
     */
    interpolation: choice(INTERPOLATIONS, { default: 'nearest' }),
  },
  { positional: ['size'] },
) {
  /**
   * @param size factors of height and width; a single number applies to both. Default 2
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(size?: number | readonly number[], options: UpSampling2DOptions = {}) {
    super(options, [size]);
  }

  protected override callChannelsLast(x: Tensor): Tensor {
    const [height = 1, width = 1] = this.size;
    return upSample(upSample(x, 1, height, this.interpolation), 2, width, this.interpolation);
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    const [height = 1, width = 1] = this.size;
    return [shape[0] ?? null, times(shape[1], height), times(shape[2], width), shape[3] ?? null];
  }
}

/** Options of `UpSampling3D`. */
export interface UpSampling3DOptions extends OptionsOf<typeof UpSampling3D> {}

/**
 * Enlarges volumes by whole factors, by repeating elements, Keras: `UpSampling3D`. [batch, depth, height, width, channels]
 * becomes [batch, depth · size[0], height · size[1], width · size[2], channels], float32.
 *
 * @example new layers.UpSampling3D([1, 2, 2], { inputShape: [4, 7, 7, 8] })
 */
export class UpSampling3D extends configurable(
  SpatialLayer,
  'UpSampling3D',
  {
    /** Factors of depth, height and width. Default 2. */
    size: lengths({ default: 2 }),
    /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
    dataFormat: dataFormat(),
  },
  { positional: ['size'] },
) {
  /**
   * @param size factors of depth, height and width; a single number applies to all. Default 2
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(size?: number | readonly number[], options: UpSampling3DOptions = {}) {
    super(options, [size]);
  }

  static override readonly rank = 3;

  protected override callChannelsLast(x: Tensor): Tensor {
    return this.size.reduce((y, factor, i) => upSample(y, i + 1, factor), x);
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    return shape.map((length, axis) => times(length, this.size[axis - 1] ?? 1));
  }
}
