// A U-Net (O. Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation", 2015).
import { Input, layers, models } from 'lanegrad';

/** Sizes of a U-Net. */
export interface UNetSizes {
  /** [height, width, channels]; height and width are multiples of 2 ** `depth`. */
  readonly inputShape: readonly [height: number, width: number, channels: number];
  readonly classes: number;
  /** Filters of the first convolutions; each level below has twice as many. Default 8. */
  readonly filters?: number;
  /** How often the picture is halved. Default 3. */
  readonly depth?: number;
}

/** Two convolutions of 3 × 3, each with batch normalization and relu. */
function convolutions(x: layers.SymbolicTensor, filters: number): layers.SymbolicTensor {
  for (let i = 0; i < 2; i++) {
    x = new layers.Conv2D(filters, 3, { padding: 'same', useBias: false }).apply(x);
    x = new layers.BatchNormalization({ momentum: 0.9 }).apply(x);
    x = new layers.ReLU().apply(x);
  }
  return x;
}

/**
 * Pictures → the probabilities of the classes of each pixel, [n, height, width, classes]. Pooling halves the picture on the way
 * down, transposed convolutions double it on the way up, where it meets what was there at the same size on the way down.
 */
export function makeUNet({ inputShape, classes, filters = 8, depth = 3 }: UNetSizes): models.Model {
  const picture = Input(inputShape, { name: 'picture' });
  const levels = Array.from({ length: depth }, (_, level) => filters * 2 ** level);
  const passed: layers.SymbolicTensor[] = [];
  let x = picture;
  for (const width of levels) {
    x = convolutions(x, width);
    passed.push(x);
    x = new layers.MaxPooling2D(2).apply(x);
  }
  x = convolutions(x, filters * 2 ** depth);
  for (const width of levels.toReversed()) {
    x = new layers.Conv2DTranspose(width, 2, { strides: 2 }).apply(x);
    const beside = passed.pop();
    if (beside !== undefined) x = layers.concatenate([beside, x]);
    x = convolutions(x, width);
  }
  const found = new layers.Conv2D(classes, 1, { activation: 'softmax', name: 'classes' }).apply(x);
  return new models.Model({ inputs: picture, outputs: found, name: 'unet' });
}
