// Trains a network of two dense layers to read handwritten digits, and shows what it makes of a few.
//   npm start                     MNIST if a directory, the cache or the network has it, else small embedded digits
//   npm start -- --seed 1         another seed (default 0)
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { DatasetError, datasets, layers, models, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { showDigits } from './show-digits.js';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '0' } } });
utils.setRandomSeed(Number(values.seed));

interface Task {
  readonly name: string;
  readonly data: readonly [readonly [Tensor, Tensor], readonly [Tensor, Tensor]];
  /** The largest pixel. */
  readonly white: number;
  readonly epochs: number;
  readonly batchSize: number;
}

async function findData(): Promise<Task> {
  try {
    const data = await datasets.mnist.loadData({ timeout: 10_000 });
    return { name: 'MNIST', data, white: 255, epochs: 5, batchSize: 128 };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    console.log(
      'MNIST is neither in a directory, nor in the cache, nor to be had from the network within 10 seconds: ' +
        'training on the embedded digits.',
    );
    const data = await datasets.digits.loadData();
    return { name: 'the embedded digits', data, white: 16, epochs: 20, batchSize: 32 };
  }
}

const { name, data, white, epochs, batchSize } = await findData();
let [[trainImages, trainLabels], [testImages, testLabels]] = data;
const pictures = testImages;
const [samples = 0, height = 0, width = 0] = trainImages.shape;
console.log(`Training on ${samples} images of ${name}, ${height} × ${width} pixels.`);

const network = new models.Sequential();
network.add(new layers.Dense(512, { activation: 'relu', inputShape: [height * width] }));
network.add(new layers.Dense(10, { activation: 'softmax' }));
network.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy', metrics: ['accuracy'] });
network.summary();

trainImages = trainImages
  .reshape([-1, height * width])
  .astype('float32')
  .div(white);
testImages = testImages
  .reshape([-1, height * width])
  .astype('float32')
  .div(white);
trainLabels = utils.toCategorical(trainLabels);
testLabels = utils.toCategorical(testLabels);

const start = performance.now();
await network.fit(trainImages, trainLabels, { epochs, batchSize });
const milliseconds = performance.now() - start;
const steps = epochs * Math.ceil(samples / batchSize);

const [testLoss = NaN, testAcc = NaN] = await network.evaluate(testImages, testLabels, {
  verbose: 0,
});
console.log(`\nTest loss ${testLoss.toFixed(4)}, test accuracy ${testAcc.toFixed(4)}`);
console.log(
  `${(milliseconds / steps).toFixed(3)} ms a step of ${batchSize} images (${steps} steps)\n`,
);

const shown = 6;
const probabilities = await network.predict(testImages.slice([0, shown]), { verbose: 0 });
showDigits(pictures.slice([0, shown]), white, probabilities);
