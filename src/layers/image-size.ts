import { configurable, length } from '../config/index.js';
import { ShapeError } from '../errors.js';
import { formatShape } from '../tensor/index.js';
import type { PartialShape, Tensor } from '../tensor/index.js';
import { Layer } from './core/layer.js';
import { dataFormat } from './spatial.js';

/** A layer that gives images [batch, height, width, channels], or an image without a batch axis, another size. */
export abstract class ImageSizeLayer extends configurable(
  Layer<Tensor, Tensor>,
  'ImageSizeLayer',
  {
    /** Height of the result. */
    height: length(),
    /** Width of the result. */
    width: length(),
    /** Default `'channels_last'`: [batch, height, width, channels]; `'channels_first'` is [batch, channels, height, width]. */
    dataFormat: dataFormat(),
  },
  { positional: ['height', 'width'] },
) {
  /** Which axes of an input of that shape are height and width. @throws ShapeError for another number of axes than 3 or 4. */
  protected sidesOf(shape: PartialShape): readonly [height: number, width: number] {
    const rank = shape.length;
    if (rank === 3 || rank === 4) {
      return this.dataFormat === 'channels_last' ? [rank - 3, rank - 2] : [rank - 2, rank - 1];
    }
    throw new ShapeError(
      `${this.label} takes an image of 3 axes or a batch of images of 4 (${this.dataFormat}), got input of shape ` +
        `${formatShape(shape)}.`,
    );
  }

  override computeOutputShape(inputShape: PartialShape): PartialShape {
    const [height, width] = this.sidesOf(inputShape);
    return inputShape.with(height, this.height).with(width, this.width);
  }
}
