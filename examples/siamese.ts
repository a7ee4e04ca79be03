// Do two images show the same digit? One network embeds both images: its layers are called twice in the graph and share
// their weights. The cosine of the angle between the embeddings, computed by `Dot`, decides.
//   npx tsx examples/siamese.ts
import { Input, layers, models, random, tensor, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { embeddedDigits, rowsOf } from './handwritten-digits.js';
import { isMain } from './is-main.js';

/** How the network is trained. */
export interface SiameseOptions {
  /** Pairs to train with. */
  readonly pairs?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** Two images [pairs, pixels] each, and 1 where they show the same digit: [pairs, 1]. */
interface Pairs {
  readonly x: { readonly left: Tensor; readonly right: Tensor };
  readonly same: Tensor;
}

/** Random pairs of the images `x` [n, pixels] with the labels `y` [n]: every other one of the same digit. */
function drawPairs(x: Tensor, y: Tensor, count: number, seed: number): Pairs {
  const labels = y.data();
  const samplesOf = Array.from({ length: 10 }, (_, digit) =>
    Array.from(labels.keys()).filter((i) => labels[i] === digit),
  );
  const lefts = random.randint([count], 0, labels.length, { seed }).data();
  const chances = random.uniform([count, 2], { seed: seed + 1 }).data();
  const rights = lefts.map((left, pair) => {
    const [chance = 0, place = 0] = chances.subarray(2 * pair, 2 * pair + 2);
    // The same digit, or one of the nine others.
    const step = pair % 2 === 0 ? 0 : 1 + Math.floor(9 * chance);
    const candidates = samplesOf[((labels[left] ?? 0) + step) % 10] ?? [];
    return candidates[Math.floor(place * candidates.length)] ?? 0;
  });
  const same = Array.from(lefts, (_, pair) => [pair % 2 === 0 ? 1 : 0]);
  return { x: { left: x.gather(lefts), right: x.gather(rights) }, same: tensor(same) };
}

/** The graph: image → embedding, twice; cosine; the probability that the digit is the same. */
function makeSiamese(pixels: number) {
  const [left, right] = [Input([pixels], { name: 'left' }), Input([pixels], { name: 'right' })];
  const embedding = new models.Sequential([
    layers.Input({ shape: [pixels] }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(16),
  ]);
  const both = [embedding.apply(left), embedding.apply(right)];
  const cosine = new layers.Dot(1, { normalize: true }).apply(both);
  const same = new layers.Dense(1, { activation: 'sigmoid', name: 'same' }).apply(cosine);
  return new models.Model({ inputs: { left, right }, outputs: same, name: 'siamese' });
}

/** Trains on pairs of training digits; the share of pairs of test digits that are judged correctly. */
export async function siamese(options: SiameseOptions = {}): Promise<number> {
  const { pairs = 4000, epochs = 10, seed = 0, verbose = 0 } = options;
  utils.setRandomSeed(seed);
  const [[x, y], [xTest, yTest]] = rowsOf(await embeddedDigits());
  const network = makeSiamese(x.shape[1] ?? 0);
  if (verbose > 0) network.summary();
  network.compile({ optimizer: 'adam', loss: 'binary_crossentropy', metrics: ['accuracy'] });
  const train = drawPairs(x, y, pairs, 1);
  await network.fit(train.x, train.same, { epochs, batchSize: 32, verbose });
  const test = drawPairs(xTest, yTest, 1000, 3);
  const [, accuracy = NaN] = await network.evaluate(test.x, test.same, { verbose: 0 });
  return accuracy;
}

if (isMain(import.meta.url)) {
  const accuracy = await siamese({ pairs: 10_000, epochs: 20, verbose: 2 });
  console.log(`Pairs of test digits judged correctly: ${(100 * accuracy).toFixed(1)} %`);
}
