import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { reshape } from '../ops/index.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkDataFormat, toChannelsLast } from './data-format.js';
import type { DataFormat, DataFormatOption } from './data-format.js';
import { LAYER_OPTIONS } from './layer-options.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';

/** Options of `Flatten`. */
export interface FlattenOptions extends LayerOptions {
  /**
   * With `'channels_first'` the channels are moved to the end before. Default `'channels_last'`.
   */
  readonly dataFormat?: DataFormatOption | null;
}

const OPTIONS = ['dataFormat'] as const;

/**
 * Makes a vector of each sample: [batch, a, b, …] becomes [batch, a · b · …], and [batch] becomes
 * [batch, 1]. Any dtype. Keras: `Flatten`.
 */
export class Flatten extends Layer {
  static override readonly className = 'Flatten';
  readonly dataFormat: DataFormat;

  /** @throws ValueError for an unknown data format or option. */
  constructor(options: FlattenOptions = {}) {
    super(options, OPTIONS);
    this.dataFormat = checkDataFormat('Flatten', options.dataFormat);
    this.inputSpec = { minNdim: 1 };
  }

  override call(x: Tensor): Tensor {
    const [batch = 0, ...sample] = x.shape;
    const length = sample.reduce((size, n) => size * n, 1);
    const input = x.ndim < 3 ? x : toChannelsLast(x, this.dataFormat);
    return reshape(input, [batch, length]);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [batch = null, ...sample] = inputShape;
    let length: number | null = 1;
    for (const n of sample) length = n === null || length === null ? null : length * n;
    return [batch, length];
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: this.dataFormat };
  }

  static override fromConfig(config: Config): Flatten {
    return new Flatten(optionsFromConfig('Flatten', config, [...OPTIONS, ...LAYER_OPTIONS]));
  }
}
