// A training loop written by hand: batches, gradients, optimizer steps, loss and metric. It does the same as fit without
// shuffling, so all losses and weights are the same, bit for bit.
//   npx tsx examples/own-loop.ts
import {
  Input,
  layers,
  losses,
  metrics,
  models,
  optimizers,
  tidy,
  utils,
  valueAndGrad,
} from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, rowsOf } from './handwritten-digits.js';
import { isMain } from './is-main.js';

/** How long both train, and on how many samples at once. */
export interface OwnLoopOptions {
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly seed?: number;
}

/** What came of a training: loss and accuracy of each epoch, and the weights at its end. */
export interface Trained {
  readonly loss: number[];
  readonly accuracy: number[];
  readonly weights: Tensor[];
}

/** The network, with all that a loop has to look after: a penalty, dropout, and weights that no gradient changes. */
function makeNetwork(pixels: number): models.Model<layers.SymbolicTensor> {
  const image = Input([pixels]);
  let x = new layers.Dense(32, { activation: 'relu', kernelRegularizer: 'l2' }).apply(image);
  x = new layers.BatchNormalization().apply(x);
  x = new layers.Dropout(0.2, { seed: 7 }).apply(x);
  const digit = new layers.Dense(10, { activation: 'softmax' }).apply(x);
  return new models.Model({ inputs: image, outputs: digit });
}

const makeOptimizer = (): optimizers.Optimizer => new optimizers.Adam({ learningRate: 0.003 });

/** Trains `network` on x [n, pixels] and y [n] as `fit` does. */
function trainByHand(
  network: models.Model<layers.SymbolicTensor>,
  x: Tensor,
  y: Tensor,
  { epochs, batchSize }: Required<Omit<OwnLoopOptions, 'seed'>>,
): Trained {
  const optimizer = makeOptimizer();
  const crossentropy = new losses.SparseCategoricalCrossentropy();
  const meanLoss = new metrics.Mean();
  const accuracy = new metrics.SparseCategoricalAccuracy();
  const variables = network.trainableWeights;

  const step = (xs: Tensor, ys: Tensor): void => {
    const { value, gradients, aux } = valueAndGrad(() => {
      const yPred = network.apply(xs, { training: true });
      let loss = crossentropy.apply(ys, yPred);
      // What layers add: the penalty of the regularizer.
      for (const penalty of network.losses()) loss = loss.add(penalty);
      return [loss, yPred];
    }, variables);
    optimizer.apply(gradients, variables);
    // The last batch may be smaller: it counts for less.
    meanLoss.updateState(value.item(), xs.shape[0]);
    accuracy.updateState(ys, aux);
  };

  const [samples = 0] = x.shape;
  const history: Pick<Trained, 'loss' | 'accuracy'> = { loss: [], accuracy: [] };
  for (let epoch = 0; epoch < epochs; epoch++) {
    meanLoss.resetState();
    accuracy.resetState();
    for (let from = 0; from < samples; from += batchSize) {
      const to = Math.min(from + batchSize, samples);
      // All tensors of a step are freed at its end.
      tidy(() => {
        step(x.slice([from, to]), y.slice([from, to]));
      });
    }
    history.loss.push(meanLoss.result());
    history.accuracy.push(accuracy.result());
  }
  return { ...history, weights: network.getWeights() };
}

/** The same network trained by the loop and by `fit`. */
export async function ownLoop(
  options: OwnLoopOptions = {},
): Promise<{ readonly byHand: Trained; readonly byFit: Trained }> {
  const { epochs = 3, batchSize = 50, seed = 0 } = options;
  const [[x, y]] = rowsOf(await embeddedDigits());
  const [, pixels = 0] = x.shape;

  // The same seed, the same first weights.
  utils.setRandomSeed(seed);
  const byHand = trainByHand(makeNetwork(pixels), x, y, { epochs, batchSize });

  utils.setRandomSeed(seed);
  const network = makeNetwork(pixels);
  network.compile({
    optimizer: makeOptimizer(),
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  const { history } = await network.fit(x, y, { epochs, batchSize, shuffle: false, verbose: 0 });
  const { loss, accuracy = [] } = history;
  return { byHand, byFit: { loss, accuracy, weights: network.getWeights() } };
}

if (isMain(import.meta.url)) {
  const { byHand, byFit } = await ownLoop({ epochs: 10 });
  byHand.loss.forEach((loss, epoch) => {
    const accuracy = byHand.accuracy[epoch]?.toFixed(4) ?? '';
    const fitted = `${byFit.loss[epoch]} (${byFit.accuracy[epoch]?.toFixed(4) ?? ''})`;
    console.log(
      `Epoch ${epoch + 1}: loss (accuracy) by hand ${loss} (${accuracy}), by fit ${fitted}`,
    );
  });
  const numbers = byHand.weights.reduce((sum, { size }) => sum + size, 0);
  const equal = byHand.weights.reduce(
    (sum, weight, i) =>
      sum +
      weight
        .equal(byFit.weights[i] ?? NaN)
        .sum()
        .item(),
    0,
  );
  console.log(`${equal} of ${numbers} weights are equal.`);
}
