import {
  layers,
  losses,
  models,
  ops,
  random,
  tidy,
  utils,
  valueAndGrad,
  Variable,
  zeros,
} from 'lanegrad';
import type { Tensor } from 'lanegrad';
import type { HandwrittenDigits } from '../handwritten-digits.js';
import { fact, note, title } from '../terminal/page.js';

/** Kernels and biases of the two layers. */
type Weights = [w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor];

/** What the network computes: softmax(relu(x · w1 + b1) · w2 + b2). */
function predict(x: Tensor, [w1, b1, w2, b2]: Weights): Tensor {
  const hidden = ops.relu(x.dot(w1).add(b1));
  return hidden.dot(w2).add(b2).softmax();
}

/** A weight, and the mean square of its gradients. */
interface Trained {
  readonly weight: Variable;
  readonly meanSquare: Variable;
}

// A float32 program: fit rounds rho before it subtracts it from 1, so this one does.
const RHO = Math.fround(0.9);
const RATE = 0.001;
const EPSILON = 1e-7;

/** One step of RMSprop, Keras's defaults. */
function descend({ weight, meanSquare }: Trained, gradient: Tensor): void {
  meanSquare.assign(meanSquare.value.mul(RHO).add(gradient.square().mul(1 - RHO)));
  const scale = meanSquare.value.add(EPSILON).sqrt();
  weight.assign(weight.value.sub(gradient.mul(RATE).div(scale)));
}

interface Schedule {
  readonly epochs: number;
  readonly batchSize: number;
}

/** Trains by hand; the mean loss of each epoch. */
function trainByHand(
  x: Tensor,
  y: Tensor,
  trained: readonly Trained[],
  { epochs, batchSize }: Schedule,
): number[] {
  const samples = x.shape[0] ?? 0;
  return Array.from({ length: epochs }, () => {
    let total = 0;
    for (let from = 0; from < samples; from += batchSize) {
      const to = Math.min(from + batchSize, samples);
      const loss = tidy(() => {
        const [xs, ys] = [x.slice([from, to]), y.slice([from, to])];
        const lossOf = (...weights: Weights): Tensor =>
          losses.categoricalCrossentropy(ys, predict(xs, weights)).mean();
        const current = trained.map(({ weight }) => weight.value) as Weights;
        const [value, gradients] = valueAndGrad(lossOf)(...current);
        for (const [i, variable] of trained.entries()) descend(variable, gradients[i] as Tensor);
        return value.item();
      });
      total += loss * (to - from);
    }
    return total / samples;
  });
}

/** The same network trained by `fit` and by a loop of our own. */
export async function showTraining({ name, data, white }: HandwrittenDigits): Promise<void> {
  title('A network trained by hand');
  note(
    `All of it together, on ${name}: predictions, loss, gradient, a step of RMSprop, batch after batch. fit does the ` +
      'same, so the weights are the same, to the last bit.',
  );
  const [[images, labels], [testImages, testLabels]] = data;
  const [samples = 0, height = 0, width = 0] = images.shape;
  // In a random order, the same one for both.
  const order = random.permutation(samples, { seed: 0 });
  const pixels = height * width;
  const toRows = (x: Tensor): Tensor => x.reshape([-1, pixels]).astype('float32').div(white);
  const x = toRows(images.gather(order));
  const y = utils.toCategorical(labels.gather(order));

  const network = new models.Sequential([
    new layers.Dense(64, { activation: 'relu', inputShape: [pixels] }),
    new layers.Dense(10, { activation: 'softmax' }),
  ]);
  network.compile({ optimizer: 'rmsprop', loss: 'categorical_crossentropy' });
  const trained = network.getWeights().map((start, i) => ({
    weight: new Variable(start, { name: `weight ${i}` }),
    meanSquare: new Variable(zeros(start.shape), { name: `mean square ${i}` }),
  }));

  // The small data set needs more steps.
  const schedule = samples > 10_000 ? { epochs: 2, batchSize: 128 } : { epochs: 8, batchSize: 32 };
  const byHand = trainByHand(x, y, trained, schedule);
  const { history } = await network.fit(x, y, { ...schedule, shuffle: false, verbose: 0 });
  const byFit = history.loss ?? [];
  byHand.forEach((loss, epoch) => {
    const both = `by hand ${loss.toFixed(5)}, by fit ${(byFit[epoch] ?? NaN).toFixed(5)}`;
    fact(`loss of epoch ${epoch + 1}`, both);
  });

  const weights = network.getWeights();
  const pairs = weights.map((weight, i) => [weight, trained[i]?.weight.value ?? weight] as const);
  const numbers = weights.reduce((count, weight) => count + weight.size, 0);
  const different = pairs.reduce((count, [a, b]) => count + countDifferentBits(a, b), 0);
  fact('weights that differ in any bit', `${different} of ${numbers}`);

  const mine = trained.map(({ weight }) => weight.value) as Weights;
  const guesses = predict(toRows(testImages), mine).argmax(-1);
  const right = guesses.equal(testLabels).sum().item();
  const tests = testLabels.size;
  fact(
    'test digits read correctly',
    `${right} of ${tests} (${((100 * right) / tests).toFixed(1)} %)`,
  );
}

/** How many numbers are not the same, bit for bit. */
function countDifferentBits(a: Tensor, b: Tensor): number {
  const [p, q] = [a, b].map((x) => new Uint32Array(x.data().buffer));
  return p?.reduce((count, bits, i) => count + Number(bits !== q?.[i]), 0) ?? NaN;
}
