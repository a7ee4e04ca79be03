// The network that turns a picture into numbers.
import { Input, layers, models, ops, tidy, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { squareOf } from './pictures.js';

const OURS = new URL('../../features/features.keras', import.meta.url).href;

/** What Keras's networks take that say nothing about it. */
const USUAL_SIDE = 224;

/** How many pixels a network takes along each side. @throws Error if it takes no pictures. */
function sideOf({ inputShape }: models.Model): number {
  const [, height, width, channels] = inputShape ?? [];
  if (inputShape?.length !== 4 || channels !== 3 || height !== width) {
    throw new Error(
      `Its inputs are ${JSON.stringify(inputShape)}; it needs square colour pictures, [null, side, side, 3].`,
    );
  }
  return height ?? USUAL_SIDE;
}

/**
 * The network from pixels of 0 to 255 to one row of numbers. One without a layer that rescales gets −1 to 1, as most of Keras's
 * want them; what it says of places in the picture is averaged.
 */
function fromPixels(model: models.Model, side: number): models.Model {
  const isScaled = model.layers
    .slice(0, 3)
    .some((layer) => layer instanceof layers.Rescaling || layer instanceof layers.Normalization);
  const rank = model.outputShape?.length;
  if (isScaled && rank === 2) return model;
  const picture = Input([side, side, 3]);
  const scaled = isScaled
    ? picture
    : new layers.Rescaling(1 / 127.5, { offset: -1 }).apply(picture);
  const seen = model.apply(scaled);
  const outputs = rank === 4 ? new layers.GlobalAveragePooling2D().apply(seen) : seen;
  return new models.Model({ inputs: picture, outputs });
}

/** Makes features of pictures. */
export class Features {
  /** Takes pictures [n, side, side, 3] with pixels from 0 to 255, and gives [n, size]. */
  readonly model: models.Model;
  readonly side: number;
  /** How many numbers a picture becomes. */
  readonly size: number;

  constructor(
    model: models.Model,
    readonly name: string,
  ) {
    this.side = sideOf(model);
    this.model = fromPixels(model, this.side);
    this.model.trainable = false;
    const [, size, ...others] = this.model.outputShape ?? [];
    if (typeof size !== 'number' || others.length > 0) {
      throw new Error(
        `Its outputs are ${JSON.stringify(model.outputShape)}; it needs one row of features for each picture.`,
      );
    }
    this.size = size;
  }

  /** The network that the page brings along. */
  static async ours(): Promise<Features> {
    const model = await models.loadModel<models.Model>(OURS, { format: 'keras' });
    return new Features(model, 'A small network');
  }

  /** The features of one picture. */
  of(picture: HTMLCanvasElement): Float32Array {
    return tidy(() => {
      const square = squareOf(picture, [picture.width, picture.height], this.side);
      const pixels: Tensor = ops.expandDims(utils.fromPixels(square), 0);
      return this.model.predictOnBatch(pixels).data('float32');
    });
  }
}
