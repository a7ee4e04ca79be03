// A training loop by hand; then `compile` and `fit` of the same model with the same result.
import { datasets, layers, losses, models, optimizers, tidy, utils, valueAndGrad } from 'lanegrad';
import type { Tensor } from 'lanegrad';

const [[images, labels]] = await datasets.digits.loadData();
const x = images.reshape([-1, 64]).astype('float32').div(16).slice([0, 512]);
const y = labels.slice([0, 512]);
const [epochs, batchSize] = [2, 32];

function makeModel(): models.Sequential {
  utils.setRandomSeed(1);
  return new models.Sequential([
    new layers.Dense(16, { activation: 'relu', inputShape: [64] }),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
}

const byHand = makeModel();
const optimizer = new optimizers.Adam({ learningRate: 0.01 });
const loss = new losses.SparseCategoricalCrossentropy();

function step(xBatch: Tensor, yBatch: Tensor): number {
  return tidy(() => {
    const { value, gradients } = valueAndGrad(
      () => loss.apply(yBatch, byHand.apply(xBatch, { training: true })),
      byHand.trainableWeights,
    );
    optimizer.apply(gradients, byHand.trainableWeights);
    return value.item();
  });
}

for (let epoch = 0; epoch < epochs; epoch++) {
  let last = NaN;
  for (let first = 0; first < 512; first += batchSize) {
    const batch: [number, number] = [first, first + batchSize];
    last = tidy(() => step(x.slice(batch), y.slice(batch)));
  }
  console.log('epoch', epoch, 'loss', last);
}

const byFit = makeModel();
byFit.compile({
  optimizer: new optimizers.Adam({ learningRate: 0.01 }),
  loss: 'sparse_categorical_crossentropy',
});
await byFit.fit(x, y, { epochs, batchSize, shuffle: false, verbose: 0 });

const numbers = (model: models.Model): number[] =>
  model.getWeights().flatMap((weight) => [...weight.data()]);
const [mine, theirs] = [numbers(byHand), numbers(byFit)];
console.log('same weights', mine.length > 0 && mine.every((value, i) => value === theirs[i]));
