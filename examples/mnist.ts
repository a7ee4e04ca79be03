// Trains a network of two dense layers to read handwritten digits, and shows what it says about a few.
//   npm start                     MNIST if a directory, the cache or the network has it, else small embedded digits
//   npm start -- --seed 1         another seed (default 0)
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { layers, models, utils } from 'lanegrad';
import { findDigits } from './handwritten-digits.js';
import { showDigits } from './show-digits.js';

const { values } = parseArgs({ options: { seed: { type: 'string', default: '0' } } });
utils.setRandomSeed(Number(values.seed));

const { name, data, white } = await findDigits();
const [epochs, batchSize] = name === 'MNIST' ? [5, 128] : [20, 32];
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
