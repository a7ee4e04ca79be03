import type { PartialShape, Tensor } from '../tensor/index.js';
import {
  fromChannelsLast,
  shapeFromChannelsLast,
  shapeToChannelsLast,
  toChannelsLast,
} from './data-format.js';
import type { DataFormat } from './data-format.js';
import type { LayerOptions } from './layer-options.js';
import { Layer } from './layer.js';
import { rankOf } from './sliding-window.js';

/**
 * A layer that works along the axes between batch and channels: one of sequences, two of images.
 * Subclasses compute with the channels last.
 */
export abstract class SpatialLayer extends Layer {
  constructor(options: LayerOptions) {
    super(options);
    this.inputSpec = { ndim: rankOf(this) + 2 };
  }

  /** Number of axes between batch and channels. */
  abstract get rank(): 1 | 2;

  /** Where the channels are. */
  abstract get dataFormat(): DataFormat;

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
