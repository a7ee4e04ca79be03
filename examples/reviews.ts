// Judges film reviews, from strings to a prediction: TextVectorization learns the words and pairs of words, a small network
// weighs them.
//   LANEGRAD_DATA_DIR=folder npx tsx examples/reviews.ts [--epochs 6]
// It judges 78.2 % of the test reviews correctly. film-reviews.ts says where the files come from.
import { parseArgs } from 'node:util';
import { Input, layers, Sequential, tensor, utils } from 'lanegrad';
import { findReviews } from './film-reviews.js';
import type { Reviews } from './film-reviews.js';
import { isMain } from './is-main.js';

/** How the network is trained. */
export interface ReviewsOptions {
  /** Default: those in the folder `LANEGRAD_DATA_DIR`. */
  readonly reviews?: Reviews;
  /** Default 6. */
  readonly epochs?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** The share of the reviews, every fifth of each kind, that the network has not seen and judges correctly. */
export async function reviews(options: ReviewsOptions = {}): Promise<number> {
  const { epochs = 6, verbose = 0 } = options;
  const { positive, negative } = options.reviews ?? findReviews();
  const part = (isTest: boolean) => {
    const take = (lines: readonly string[]): string[] =>
      lines.filter((_, i) => (i % 5 === 0) === isTest);
    const [good, bad] = [take(positive), take(negative)];
    return {
      texts: [...good, ...bad],
      labels: tensor([...good.map(() => 1), ...bad.map(() => 0)]),
    };
  };
  const [train, test] = [part(false), part(true)];

  utils.setRandomSeed(0);
  const vectorize = new layers.TextVectorization({
    maxTokens: 20_000,
    ngrams: 2,
    outputMode: 'multi_hot',
  });
  await vectorize.adapt(train.texts);
  const model = new Sequential([
    Input([], { dtype: 'string' }),
    vectorize,
    new layers.Dense(16, { activation: 'relu' }),
    new layers.Dropout(0.5),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  model.compile({ optimizer: 'rmsprop', loss: 'binary_crossentropy', metrics: ['accuracy'] });
  await model.fit(train.texts, train.labels, { epochs, batchSize: 64, verbose });
  const [, accuracy = NaN] = await model.evaluate(test.texts, test.labels, { verbose: 0 });
  return accuracy;
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { epochs: { type: 'string', default: '6' } } });
  const accuracy = await reviews({ epochs: Number(values.epochs), verbose: 2 });
  console.log('test accuracy', accuracy.toFixed(3));
}
