import type { PartialShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import {
  checkDataFormat,
  fromChannelsLast,
  shapeFromChannelsLast,
  shapeToChannelsLast,
  toChannelsLast,
} from './data-format.js';
import type { DataFormat, DataFormatOption } from './data-format.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';
import { classNameOf } from '../config/class-name.js';

/** Options of layers that work on sequences or images. */
export interface SpatialOptions extends LayerOptions {
  /** Default `'channels_last'`: [batch, …, channels]; `'channels_first'` is [batch, channels, …]. */
  readonly dataFormat?: DataFormatOption | null;
}

/**
 * A layer that works along the axes between batch and channels: one of sequences, two of images.
 * Subclasses compute with the channels last.
 */
export abstract class SpatialLayer extends Layer {
  readonly dataFormat: DataFormat;

  /**
   * @param rank number of axes between batch and channels
   * @param ownOptions names of all options that are not common to all layers
   */
  constructor(
    readonly rank: 1 | 2,
    options: SpatialOptions,
    ownOptions: readonly string[],
  ) {
    super(options, ownOptions);
    this.dataFormat = checkDataFormat(classNameOf(this), options.dataFormat);
    this.inputSpec = { ndim: rank + 2 };
  }

  /** The output for x[batch, …, channels]. */
  protected abstract callChannelsLast(x: Tensor): Tensor;

  /** The shape of the output for input of shape [batch, …, channels]. */
  protected abstract outputShapeChannelsLast(shape: PartialShape): PartialShape;

  override call(x: Tensor): Tensor {
    const { dataFormat } = this;
    return fromChannelsLast(this.callChannelsLast(toChannelsLast(x, dataFormat)), dataFormat);
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const shape = shapeToChannelsLast(inputShape, this.dataFormat);
    return shapeFromChannelsLast(this.outputShapeChannelsLast(shape), this.dataFormat);
  }
}
