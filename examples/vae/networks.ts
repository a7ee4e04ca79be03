// The two networks of a variational autoencoder, of dense layers or of convolutions.
import { Input, layers, models } from 'lanegrad';

/** Image → mean and logarithm of the variance of its numbers, [n, latent] each. */
export type Encoder = ReturnType<typeof encoderOf>;

/** The network that writes an image as numbers, and the one that reads them. */
export interface VaeNetworks {
  readonly encoder: Encoder;
  /** Numbers [n, latent] → image. */
  readonly decoder: models.Sequential;
}

function encoderOf(image: layers.SymbolicTensor, features: layers.SymbolicTensor, latent: number) {
  const mean = new layers.Dense(latent).apply(features);
  const logVariance = new layers.Dense(latent).apply(features);
  return new models.Model({ inputs: image, outputs: { mean, logVariance } });
}

/** Sizes of `denseNetworks`. */
export interface DenseSizes {
  readonly pixels: number;
  /** How many numbers stand for an image. */
  readonly latent: number;
  readonly hidden: number;
}

/** One hidden layer each, for images [n, pixels]. */
export function denseNetworks({ pixels, latent, hidden }: DenseSizes): VaeNetworks {
  const image = Input([pixels]);
  const features = new layers.Dense(hidden, { activation: 'relu' }).apply(image);
  return {
    encoder: encoderOf(image, features, latent),
    decoder: new models.Sequential([
      layers.Input({ shape: [latent] }),
      new layers.Dense(hidden, { activation: 'relu' }),
      new layers.Dense(pixels, { activation: 'sigmoid' }),
    ]),
  };
}

/** Sizes of `convolutionalNetworks`; height and width are even. */
export interface ConvolutionalSizes {
  readonly height: number;
  readonly width: number;
  /** How many numbers stand for an image. */
  readonly latent: number;
}

/**
 * For images [n, height, width, 1]: a convolution with stride 2 halves them, a transposed one brings them back. These are the
 * layers of F. Chollet, "Deep Learning with Python", section 8.4; 550,629 weights for 28 × 28 pixels and 2 numbers.
 */
export function convolutionalNetworks({ height, width, latent }: ConvolutionalSizes): VaeNetworks {
  const same = { padding: 'same', activation: 'relu' } as const;
  const image = Input([height, width, 1]);
  let x = new layers.Conv2D(32, 3, same).apply(image);
  x = new layers.Conv2D(64, 3, { ...same, strides: 2 }).apply(x);
  x = new layers.Conv2D(64, 3, same).apply(x);
  x = new layers.Conv2D(64, 3, same).apply(x);
  x = new layers.Dense(32, { activation: 'relu' }).apply(new layers.Flatten().apply(x));
  const half = [height / 2, width / 2, 64] as const;
  return {
    encoder: encoderOf(image, x, latent),
    decoder: new models.Sequential([
      layers.Input({ shape: [latent] }),
      new layers.Dense(half[0] * half[1] * half[2], { activation: 'relu' }),
      new layers.Reshape(half),
      new layers.Conv2DTranspose(32, 3, { ...same, strides: 2 }),
      new layers.Conv2D(1, 3, { padding: 'same', activation: 'sigmoid' }),
    ]),
  };
}
