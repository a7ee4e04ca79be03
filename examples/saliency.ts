// Where does a network look? The gradient of a score with respect to the pixels says which of them matter (K. Simonyan et al.,
// "Deep Inside Convolutional Networks", 2013). If it is right, the pixels that matter are on the strokes, and the network fails
// when just these pixels are inverted.
//   npx tsx examples/saliency.ts    MNIST if a directory, the cache or the network has it, else the built-in digits
import { grad, models, ops, random, tidy, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { trainDigitReader } from './digit-reader.js';
import { embeddedDigits, findDigits, imagesOf } from './handwritten-digits.js';
import type { HandwrittenDigits } from './handwritten-digits.js';
import { isMain } from './is-main.js';
import { beside } from './terminal/page.js';
import { drawPictures } from './terminal/pictures.js';

/** How the network is trained. */
export interface SaliencyOptions {
  /** Default: the built-in digits. */
  readonly digits?: HandwrittenDigits;
  readonly epochs?: number;
  /** How many test images are looked at. */
  readonly images?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface SaliencyResults {
  readonly reader: models.Sequential;
  /** The share of all test images that the network reads correctly. */
  readonly accuracy: number;
  /** The share of pixels that are strokes or touch one. */
  readonly area: number;
  /** The share of the saliency that lies on them. */
  readonly mass: number;
  /** The share of images that are read correctly when the twentieth of their pixels with the most saliency is inverted. */
  readonly withoutSalient: number;
  /** The same of a twentieth at random. */
  readonly withoutRandom: number;
}

/** The share of pixels that are inverted. */
const TURNED = 0.05;

/**
 * How much each pixel counts: |∂score / ∂pixel|, of the shape of the images [n, height, width, 1]. The score is that of the
 * right digit, before softmax, since probabilities near 1 hardly change.
 */
export function saliencyOf(reader: models.Sequential, images: Tensor, labels: Tensor): Tensor {
  const scores = new models.Model({
    inputs: reader.input,
    outputs: reader.getLayer('scores').output,
  });
  // An image changes its own score alone: the gradient of the sum has those of all images.
  const sumOfScores = (x: Tensor): Tensor =>
    ops
      .oneHot(labels, 10)
      .mul(ops.cast(scores.apply(x), 'float32'))
      .sum();
  return tidy(() => grad(sumOfScores)(images).abs());
}

/** The images with `count` pixels each inverted, 1 − x: those where `order` [n, height, width, 1] is largest. */
function turnPixels(images: Tensor, order: Tensor, count: number): Tensor {
  return tidy(() => {
    const rows = order.reshape([images.shape[0] ?? 0, -1]);
    const [values] = ops.topK(rows, count);
    const least = values.min(1).reshape([-1, 1, 1, 1]);
    return ops.where(order.greaterEqual(least), images.mul(-1).add(1), images);
  });
}

/** Trains a network to read digits, and finds out which pixels count. */
export async function saliency(options: SaliencyOptions = {}): Promise<SaliencyResults> {
  const { epochs = 15, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const digits = options.digits ?? (await embeddedDigits());
  const { reader, accuracy } = await trainDigitReader(digits, { epochs, verbose });
  const [, [allImages, allLabels]] = imagesOf(digits);
  const shown = [0, options.images ?? 200] as const;
  const [images, labels] = [allImages.slice(shown), allLabels.slice(shown)];
  const map = saliencyOf(reader, images, labels);

  const { area, mass } = tidy(() => {
    const strokes = ops.maxPool2d(images, { poolSize: 3, strides: 1, padding: 'same' });
    const isNear = strokes.greater(0.5).astype('float32');
    const total = map.sum([1, 2, 3]);
    return {
      area: isNear.mean().item(),
      mass: map.mul(isNear).sum([1, 2, 3]).div(total).mean().item(),
    };
  });
  const count = Math.round((TURNED * map.size) / (map.shape[0] ?? 1));
  const accuracyWith = async (order: Tensor): Promise<number> => {
    using turned = turnPixels(images, order, count);
    const [, correct = NaN] = await reader.evaluate(turned, labels, { verbose: 0 });
    return correct;
  };
  return {
    reader,
    accuracy,
    area,
    mass,
    withoutSalient: await accuracyWith(map),
    withoutRandom: await accuracyWith(random.uniform(map.shape)),
  };
}

if (isMain(import.meta.url)) {
  const digits = await findDigits();
  const [, height = 0, width = 0] = digits.data[0][0].shape;
  const results = await saliency({
    digits,
    ...(height === 8 ? {} : { epochs: 2, images: 1000 }),
    verbose: 2,
  });
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(`Test accuracy                              ${percent(results.accuracy)}`);
  console.log(`Pixels on or beside strokes                ${percent(results.area)}`);
  console.log(`Saliency on these pixels                   ${percent(results.mass)}`);
  console.log(`Accuracy with the most salient 5 % turned  ${percent(results.withoutSalient)}`);
  console.log(`Accuracy with a random 5 % turned          ${percent(results.withoutRandom)}`);

  const [, [images, labels]] = imagesOf(digits);
  const some = images.slice([0, 4]);
  const map = saliencyOf(results.reader, some, labels.slice([0, 4]));
  const relative = map.div(map.max([1, 2, 3], true));
  for (const [caption, pictures] of [
    ['Digits', some],
    ['What counts', relative],
  ] as const) {
    const drawn = drawPictures(pictures.reshape([-1, height, width]), 1);
    console.log(`\n${caption}\n${beside(drawn, 2).join('\n')}`);
  }
}
