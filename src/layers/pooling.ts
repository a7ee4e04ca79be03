import { optionsFromConfig } from '../config/index.js';
import type { Config } from '../config/index.js';
import type { PoolingOptions } from '../ops/index.js';
import { windowPadding, windowSizes } from '../ops/window.js';
import type { WindowAxis, WindowPadding } from '../ops/window.js';
import type { TensorLike } from '../tensor/create.js';
import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { LAYER_OPTIONS } from './layer-options.js';
import { slidLengths } from './sliding-window.js';
import { SpatialLayer } from './spatial.js';
import type { SpatialOptions } from './spatial.js';
import { classNameOf } from '../config/class-name.js';

/** Options of the pooling layers; a list has one number for each pooled axis. */
export interface PoolingLayerOptions extends SpatialOptions {
  /** How far the window moves from output to output. Default: its size. */
  readonly strides?: number | readonly number[] | null;
  /**
   * `'valid'` (default): windows lie inside of the input. `'same'`: as many as make the output ⌈length /
   * stride⌉ long; what they cover outside of the input does not count.
   */
  readonly padding?: 'valid' | 'same';
}

const OPTIONS = [
  'strides',
  'padding',
  'dataFormat',
] as const satisfies readonly (keyof PoolingLayerOptions)[];

/** What the layers have in common that make one number of each window and channel. */
export abstract class Pooling extends SpatialLayer {
  readonly poolSize: readonly number[];
  readonly strides: readonly number[];
  readonly padding: 'valid' | 'same';

  constructor(
    rank: 1 | 2,
    private readonly pool: (x: TensorLike, options: PoolingOptions) => Tensor,
    poolSize: number | readonly number[],
    options: PoolingLayerOptions,
  ) {
    super(rank, options, OPTIONS);
    const owner = classNameOf(this);
    this.poolSize = windowSizes(owner, 'poolSize', poolSize, rank);
    this.strides = windowSizes(owner, 'strides', options.strides ?? this.poolSize, rank);
    // Causal padding is for convolutions, so a sequence has the paddings of an image.
    const padding: WindowPadding = windowPadding(owner, options.padding ?? 'valid', 2);
    this.padding = padding === 'same' ? 'same' : 'valid';
  }

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

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      pool_size: this.poolSize,
      padding: this.padding,
      strides: this.strides,
      data_format: this.dataFormat,
    };
  }
}

/** The constructor's arguments for a config of Keras. */
export function poolingArguments(
  owner: string,
  config: Config,
): [poolSize: readonly number[] | undefined, options: PoolingLayerOptions] {
  const known = ['poolSize', ...OPTIONS, ...LAYER_OPTIONS];
  const { poolSize, ...options } = optionsFromConfig(owner, config, known);
  return [poolSize as readonly number[] | undefined, options];
}
