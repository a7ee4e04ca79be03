import { checkBoolean } from '../config/check-number.js';
import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import { cast } from '../ops/index.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { checkDataFormat } from './data-format.js';
import type { DataFormat } from './data-format.js';
import { LAYER_OPTIONS } from './layer-options.js';
import { Layer } from './layer.js';
import type { SpatialOptions } from './spatial.js';
import { classNameOf } from '../config/class-name.js';

/** Options of the global pooling layers. */
export interface GlobalPoolingOptions extends SpatialOptions {
  /** Whether the pooled axes stay, with length 1. Default false. */
  readonly keepdims?: boolean;
}

const OPTIONS = [
  'dataFormat',
  'keepdims',
] as const satisfies readonly (keyof GlobalPoolingOptions)[];

/** What the layers have in common that make one number of each sample and channel. */
export abstract class GlobalPooling extends Layer {
  readonly dataFormat: DataFormat;
  readonly keepdims: boolean;
  /** The axes between batch and channels. */
  readonly #axes: readonly number[];
  readonly #reduce: (x: Tensor, axes: readonly number[], keepdims: boolean) => Tensor;

  constructor(
    rank: 1 | 2,
    reduce: (x: Tensor, axes: readonly number[], keepdims: boolean) => Tensor,
    options: GlobalPoolingOptions,
  ) {
    super(options, OPTIONS);
    const owner = classNameOf(this);
    this.dataFormat = checkDataFormat(owner, options.dataFormat);
    this.keepdims = checkBoolean(owner, 'keepdims', options.keepdims ?? false);
    const first = this.dataFormat === 'channels_last' ? 1 : 2;
    this.#axes = Array.from({ length: rank }, (_, i) => first + i);
    this.#reduce = reduce;
    this.inputSpec = { ndim: rank + 2 };
  }

  override call(x: Tensor): Tensor {
    return this.#reduce(cast(x, 'float32'), this.#axes, this.keepdims);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    return this.keepdims
      ? inputShape.map((length, axis) => (this.#axes.includes(axis) ? 1 : length))
      : inputShape.filter((_, axis) => !this.#axes.includes(axis));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), data_format: this.dataFormat, keepdims: this.keepdims };
  }
}

/** The constructor's options for a config of Keras. */
export function globalPoolingOptions(owner: string, config: Config): GlobalPoolingOptions {
  return optionsFromConfig(owner, config, [...OPTIONS, ...LAYER_OPTIONS]);
}
