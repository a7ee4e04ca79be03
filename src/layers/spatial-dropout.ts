import { checkOptions, optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { PartialShape } from '../tensor/shape.js';
import { checkDataFormat } from './data-format.js';
import type { DataFormat, DataFormatOption } from './data-format.js';
import { Dropout } from './dropout.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';

/** Options of `SpatialDropout1D`. */
export interface SpatialDropoutOptions extends LayerOptions {
  /** Starts the layer's random numbers. Default: derived from the global seed. */
  readonly seed?: number | null;
}

/** Options of `SpatialDropout2D`. */
export interface SpatialDropout2DOptions extends SpatialDropoutOptions {
  /** Where the channels are. Default `'channels_last'`. */
  readonly dataFormat?: DataFormatOption | null;
}

const OPTIONS_1D = ['seed', ...LAYER_OPTIONS] as const;
const OPTIONS_2D = ['dataFormat', ...OPTIONS_1D] as const;

/** The config of Dropout without what Keras's classes do not take: the noise's shape, which they decide, and trainable. */
function ownConfig(config: Config): Config {
  const { noise_shape: _, trainable: __, ...rest } = config;
  return rest;
}

/**
 * Dropout of whole channels of sequences: x is [batch, steps, channels], and a channel of a sample is
 * kept or dropped at all steps. Keras: `SpatialDropout1D` (Tompson et al., 2015).
 */
export class SpatialDropout1D extends Dropout {
  static override readonly className = 'SpatialDropout1D';

  /**
   * @param rate the probability, from 0 to 1
   * @throws ValueError if `rate` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: SpatialDropoutOptions = {}) {
    checkOptions('SpatialDropout1D', options, OPTIONS_1D);
    super(rate, { ...options, noiseShape: [null, 1, null] });
    this.inputSpec = { ndim: 3 };
  }

  override getConfig(): Config {
    return ownConfig(super.getConfig());
  }

  static override fromConfig(config: Config): SpatialDropout1D {
    const known = ['rate', ...OPTIONS_1D];
    const { rate, ...options } = optionsFromConfig('SpatialDropout1D', config, known);
    return new SpatialDropout1D(rate as number, options);
  }
}

/**
 * Dropout of whole channels of images: x is [batch, height, width, channels], or [batch, channels,
 * height, width] with `dataFormat: 'channels_first'`. Keras: `SpatialDropout2D`.
 */
export class SpatialDropout2D extends Dropout {
  static override readonly className = 'SpatialDropout2D';
  readonly dataFormat: DataFormat;

  /**
   * @param rate the probability, from 0 to 1
   * @throws ValueError if `rate`, `dataFormat` or `seed` is out of range, or an option is unknown.
   */
  constructor(rate: number, options: SpatialDropout2DOptions = {}) {
    checkOptions('SpatialDropout2D', options, OPTIONS_2D);
    const { dataFormat: format, ...rest } = options;
    const dataFormat = checkDataFormat('SpatialDropout2D', format);
    const noiseShape: PartialShape =
      dataFormat === 'channels_last' ? [null, 1, 1, null] : [null, null, 1, 1];
    super(rate, { ...rest, noiseShape });
    this.dataFormat = dataFormat;
    this.inputSpec = { ndim: 4 };
  }

  override getConfig(): Config {
    return { ...ownConfig(super.getConfig()), data_format: this.dataFormat };
  }

  static override fromConfig(config: Config): SpatialDropout2D {
    const known = ['rate', ...OPTIONS_2D];
    const { rate, ...options } = optionsFromConfig('SpatialDropout2D', config, known);
    return new SpatialDropout2D(rate as number, options);
  }
}
