import { oneOf, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { checkLength } from '../config/limits.js';
import { upSample } from '../ops/index.js';
import { INTERPOLATIONS } from '../ops/up-sampling.js';
import type { Interpolation } from '../ops/up-sampling.js';
import { windowSizes } from '../ops/window.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { SpatialLayer } from './spatial.js';
import type { SpatialOptions } from './spatial.js';

/** Length of an axis that is made `factor` times as long. */
const times = (length: number | null | undefined, factor: number): number | null =>
  length === null || length === undefined ? null : length * factor;

/**
 * Every step repeated `size` times, Keras: `UpSampling1D`. [batch, steps, channels] becomes [batch,
 * steps · size, channels], float32.
 */
export class UpSampling1D extends SpatialLayer {
  static override readonly className = 'UpSampling1D';
  readonly size: number;

  /**
   * @param size how often a step is repeated
   * @throws ValueError if it is no whole number of at least 1, or an option is unknown.
   */
  constructor(size = 2, options: LayerOptions = {}) {
    super(1, options, []);
    this.size = checkLength('UpSampling1D', 'size', size);
  }

  protected override callChannelsLast(x: Tensor): Tensor {
    return upSample(x, 1, this.size);
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    return [shape[0] ?? null, times(shape[1], this.size), shape[2] ?? null];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), size: this.size };
  }

  static override fromConfig(config: Config): UpSampling1D {
    const known = ['size', ...LAYER_OPTIONS];
    const { size, ...options } = optionsFromConfig('UpSampling1D', config, known);
    return new UpSampling1D(size as number | undefined, options);
  }
}

/** Options of `UpSampling2D`. */
export interface UpSampling2DOptions extends SpatialOptions {
  /** `'nearest'` (default) repeats pixels, `'bilinear'` draws straight lines between their centres. */
  readonly interpolation?: Interpolation;
}

/**
 * Images enlarged by whole factors, Keras: `UpSampling2D`. [batch, height, width, channels] becomes
 * [batch, height · size[0], width · size[1], channels], float32. Of Keras's interpolations, bicubic and
 * the two of Lanczos are not there.
 */
export class UpSampling2D extends SpatialLayer {
  static override readonly className = 'UpSampling2D';
  readonly size: readonly number[];
  readonly interpolation: Interpolation;

  /**
   * @param size factors of height and width; one number stands for both
   * @throws ValueError if an argument or option is unknown or out of range.
   */
  constructor(size: number | readonly number[] = 2, options: UpSampling2DOptions = {}) {
    super(2, options, ['dataFormat', 'interpolation']);
    this.size = windowSizes('UpSampling2D', 'size', size, 2);
    this.interpolation = oneOf(
      'UpSampling2D',
      'interpolation',
      options.interpolation ?? 'nearest',
      INTERPOLATIONS,
    );
  }

  protected override callChannelsLast(x: Tensor): Tensor {
    const [height = 1, width = 1] = this.size;
    return upSample(upSample(x, 1, height, this.interpolation), 2, width, this.interpolation);
  }

  protected override outputShapeChannelsLast(shape: PartialShape): PartialShape {
    const [height = 1, width = 1] = this.size;
    return [shape[0] ?? null, times(shape[1], height), times(shape[2], width), shape[3] ?? null];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      size: this.size,
      data_format: this.dataFormat,
      interpolation: this.interpolation,
    };
  }

  static override fromConfig(config: Config): UpSampling2D {
    const known = ['size', 'dataFormat', 'interpolation', ...LAYER_OPTIONS];
    const { size, ...options } = optionsFromConfig('UpSampling2D', config, known);
    return new UpSampling2D(size as readonly number[] | undefined, options);
  }
}
