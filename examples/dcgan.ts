// A GAN of convolutions (A. Radford et al., "Unsupervised Representation Learning with Deep Convolutional Generative
// Adversarial Networks", 2015): transposed convolutions turn noise into digits, convolutions with strides judge them. The
// training step is the one of gan.ts. Another network, which reads digits, says how many of the generated ones it can read.
//   npx tsx examples/dcgan.ts                  MNIST if a directory, the cache or the network has it, else the built-in digits
//   npx tsx examples/dcgan.ts --epochs 10      longer
import { parseArgs } from 'node:util';
import { layers, models, optimizers, random, tidy, utils } from 'lanegrad';
import { trainDigitReader } from './digit-reader.js';
import { Gan } from './gan.js';
import type { GanNetworks } from './gan.js';
import { embeddedDigits, findDigits, imagesOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';
import { beside } from './terminal/page.js';
import { drawPictures } from './terminal/pictures.js';

/** How the networks are trained. */
export interface DcganOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  readonly epochs?: number;
  /** That of Adam for both networks. Default 0.0005. That of the paper is 0.0002, for more steps. */
  readonly learningRate?: number;
  /** Epochs of the network that reads digits. */
  readonly readerEpochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface DcganResults {
  readonly gan: Gan;
  /** The share of real test digits that the reader reads correctly. */
  readonly readerAccuracy: number;
  /** The share of 1,000 made digits of which the reader is more than 0.8 sure. */
  readonly readable: number;
  /** The share of each digit among them, as the reader reads them. */
  readonly shares: readonly number[];
}

/** Networks for images [n, height, width, 1]; height and width are multiples of 4. */
export function convolutionalNetworks(height: number, width: number, noise = 64): GanNetworks {
  const [rows, columns] = [height / 4, width / 4];
  // Kernels are a multiple of the stride long, so each pixel is made by as many taps: no chessboard is seen.
  const up = { strides: 2, padding: 'same', useBias: false } as const;
  const normalized = (): layers.Layer[] => [
    new layers.BatchNormalization({ momentum: 0.9 }),
    new layers.LeakyReLU({ negativeSlope: 0.2 }),
  ];
  const halved = (filters: number): layers.Layer[] => [
    new layers.Conv2D(filters, 4, { strides: 2, padding: 'same' }),
    new layers.LeakyReLU({ negativeSlope: 0.2 }),
  ];
  return {
    noise,
    generator: new models.Sequential([
      layers.Input({ shape: [noise] }),
      new layers.Dense(rows * columns * 64, { useBias: false }),
      ...normalized(),
      new layers.Reshape([rows, columns, 64]),
      new layers.Conv2DTranspose(32, 4, up),
      ...normalized(),
      new layers.Conv2DTranspose(16, 4, up),
      ...normalized(),
      new layers.Conv2D(1, 3, { padding: 'same', activation: 'sigmoid' }),
    ]),
    discriminator: new models.Sequential([
      layers.Input([height, width, 1]),
      // The last of three sees most of a digit, the last of two would see strokes alone.
      ...halved(32),
      ...halved(64),
      ...halved(128),
      new layers.Flatten(),
      new layers.Dense(1),
    ]),
  };
}

/** Trains both networks, and a third one that reads what the generator makes. */
export async function dcgan(options: DcganOptions = {}): Promise<DcganResults> {
  const { epochs = 40, learningRate = 0.0005, readerEpochs = 15, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const digits = options.digits ?? (await embeddedDigits());
  const { reader, accuracy } = await trainDigitReader(digits, { epochs: readerEpochs, verbose });

  const [[x]] = imagesOf(digits);
  const [, height = 0, width = 0] = x.shape;
  const gan = new Gan(convolutionalNetworks(height, width));
  gan.compile({
    optimizer: new optimizers.Adam({ learningRate, beta1: 0.5 }),
    generatorOptimizer: new optimizers.Adam({
      learningRate,
      beta1: 0.5,
      useEma: true,
      emaMomentum: 0.998,
    }),
  });
  await gan.fit(x, undefined, { epochs, batchSize: 64, verbose });
  settle(gan);

  using made = gan.generate(1000);
  const probabilities = await reader.predict(made, { verbose: 0 });
  return tidy(() => ({
    gan,
    readerAccuracy: accuracy,
    readable: probabilities.max(1).greater(0.8).astype('float32').mean().item(),
    shares: Array.from({ length: 10 }, (_, digit) =>
      probabilities.argmax(1).equal(digit).astype('float32').mean().item(),
    ),
  }));
}

/**
 * Gives the generator the mean of its last weights, around which those of single steps swing. What batch normalization knows of
 * their results it learns again.
 */
function settle({ generator, generatorOptimizer, noise }: Gan): void {
  generatorOptimizer?.finalizeVariableValues();
  for (let i = 0; i < 40; i++) {
    tidy(() => void generator.apply(random.normal([256, noise]), { training: true }));
  }
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { epochs: { type: 'string' } } });
  const digits = await findDigits();
  const [images] = digits.data[0];
  const [, height = 0, width = 0] = images.shape;
  const isSmall = height === 8;
  const { gan, readerAccuracy, readable, shares } = await dcgan({
    digits,
    epochs: Number(values.epochs ?? (isSmall ? 80 : 5)),
    ...(isSmall ? {} : { learningRate: 0.0006 }),
    readerEpochs: isSmall ? 15 : 3,
    verbose: 2,
  });
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(`The reader reads ${percent(readerAccuracy)} of the test digits.`);
  console.log(`Of 1,000 made digits it is more than 0.8 sure of ${percent(readable)}.`);
  console.log(shares.map((share, digit) => `${digit}: ${percent(share)}`).join(', '));
  const pictures = gan.generate(8).reshape([-1, height, width]);
  console.log(`\n${beside(drawPictures(pictures, 1), 2).join('\n')}`);
}
