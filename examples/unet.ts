// Which pixels belong to a circle, a square or a triangle, and which are background? A U-Net finds out in pictures that the
// program draws itself, with noise.
//   npx tsx examples/unet.ts                  64 × 64 pixels
//   npx tsx examples/unet.ts --epochs 30      longer
import { parseArgs } from 'node:util';
import { metrics, optimizers, utils } from 'lanegrad';
import type { models } from 'lanegrad';
import { isMain } from './is-main.js';
import { beside } from './terminal/page.js';
import { drawPictures } from './terminal/pictures.js';
import { makeUNet } from './unet/model.js';
import { CLASS_NAMES, drawShapes } from './unet/shapes.js';

/** How the network is made and trained. */
export interface UNetOptions {
  /** Height and width of a picture, a multiple of 8. */
  readonly side?: number;
  /** Pictures to train with. */
  readonly pictures?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface UNetResults {
  readonly network: models.Model;
  /** Intersection over union on 100 pictures that the network has not seen: the mean over classes. */
  readonly meanIoU: number;
  /** The share of their pixels whose class is found. */
  readonly accuracy: number;
}

/** Trains the network, and measures it on pictures that it has not seen. */
export async function unet(options: UNetOptions = {}): Promise<UNetResults> {
  const { side = 32, pictures = 300, epochs = 12, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const train = drawShapes(pictures, side, 1000 + 2 * seed);
  const test = drawShapes(100, side, 1_000_000 + 2 * seed);
  const classes = CLASS_NAMES.length;
  const network = makeUNet({ inputShape: [side, side, 1], classes });
  if (verbose > 0) network.summary();
  network.compile({
    optimizer: new optimizers.Adam({ learningRate: 0.005 }),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy', new metrics.MeanIoU(classes, { sparseYPred: false, name: 'iou' })],
  });
  await network.fit(train.pictures, train.classes, { epochs, batchSize: 16, verbose });
  const results = await network.evaluate(test.pictures, test.classes, {
    returnDict: true,
    verbose: 0,
  });
  return { network, meanIoU: results['iou'] ?? NaN, accuracy: results['accuracy'] ?? NaN };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { epochs: { type: 'string', default: '15' } } });
  const side = 64;
  const { network, meanIoU, accuracy } = await unet({
    side,
    pictures: 600,
    epochs: Number(values.epochs),
    verbose: 2,
  });
  console.log(`Mean IoU on 100 unseen pictures ${meanIoU.toFixed(4)}`);
  console.log(`Pixels with the right class     ${accuracy.toFixed(4)}`);

  const { pictures, classes } = drawShapes(1, side, 2_000_000);
  const found = await network.predict(pictures, { verbose: 0 });
  const drawn = [
    ...drawPictures(pictures.reshape([-1, side, side]).clip(0, 1), 1),
    ...drawPictures(classes, CLASS_NAMES.length - 1),
    ...drawPictures(found.argmax(-1), CLASS_NAMES.length - 1),
  ];
  console.log(
    `\nA picture, its classes, and those that were found\n${beside(drawn, 2).join('\n')}`,
  );
}
