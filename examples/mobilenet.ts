// MobileNetV2 at 0.35 of its width reads digits. It halves a picture five times, which is a lot for such small pictures. So MNIST's
// 28 pixels get a border of two black ones, which makes 32, and the first stride of the network is 1.
//   npx tsx examples/mobilenet.ts                 MNIST if a directory, the cache or the network has it, else the built-in digits
//   npx tsx examples/mobilenet.ts --epochs 3      longer than one epoch
import { parseArgs } from 'node:util';
import { ops, optimizers, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { MobileNetV2 } from 'lanegrad/applications';
import { embeddedDigits, findDigits, imagesOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';
import { changedMobileNetV2 } from './mobilenet/model.js';
import type { MobileNetChanges } from './mobilenet/model.js';

/** How the network is made and trained. */
export interface MobileNetOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  /** How many pixels, along each axis, become one. Default 4. */
  readonly reduction?: NonNullable<MobileNetChanges['reduction']>;
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface MobileNetResults {
  readonly weights: number;
  /** The share of test digits that it reads correctly. */
  readonly accuracy: number;
}

/** Images [n, 28, 28, 1] with a border, and others as they are: [n, height, width, 1] with pixels from −1 to 1. */
function prepare(images: Tensor): Tensor {
  const border = images.shape[1] === 28 ? 2 : 0;
  const sides = [border, border] as const;
  return ops
    .pad(images, [[0, 0], sides, sides, [0, 0]])
    .mul(2)
    .sub(1);
}

/** Trains the network, and measures it on test digits. */
export async function mobilenet(options: MobileNetOptions = {}): Promise<MobileNetResults> {
  const { reduction = 4, epochs = 10, seed = 0, verbose = 0 } = options;
  const [[x, y], [xTest, yTest]] = imagesOf(options.digits ?? (await embeddedDigits()));
  const [pictures, testPictures] = [prepare(x), prepare(xTest)];
  const [, height = 0, width = 0] = pictures.shape;
  const usual = MobileNetV2({ inputShape: [32, 32, 1], alpha: 0.35, classes: 10 });
  // Layers draw seeds when they are made: those of the network that is trained follow from this one.
  utils.setRandomSeed(seed);
  const network = changedMobileNetV2(usual, {
    inputShape: [height, width, 1],
    reduction,
    momentum: 0.9,
  });
  const batchSize = 64;
  const decaySteps = epochs * Math.ceil((pictures.shape[0] ?? 0) / batchSize);
  network.compile({
    optimizer: new optimizers.Adam({
      learningRate: new optimizers.schedules.CosineDecay(0.003, decaySteps),
    }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await network.fit(pictures, y, { epochs, batchSize, verbose });
  const [, accuracy = NaN] = await network.evaluate(testPictures, yTest, { verbose: 0 });
  return { weights: network.countParams(), accuracy };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { epochs: { type: 'string' } } });
  const digits = await findDigits();
  const isSmall = digits.data[0][0].shape[1] === 8;
  const { weights, accuracy } = await mobilenet({
    digits,
    ...(isSmall ? {} : { reduction: 16 }),
    epochs: Number(values.epochs ?? (isSmall ? 15 : 1)),
    verbose: 2,
  });
  console.log(`Weights       ${weights}\nTest accuracy ${accuracy.toFixed(4)}`);
}
