// Judges film reviews, from strings to a prediction: TextVectorization learns the words, a small network weighs them.
//   npx tsx examples/reviews.ts [--epochs 6]
// LANEGRAD_DATA_DIR names a folder with text/rt-polarity.pos.gz and text/rt-polarity.neg.gz.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { Input, layers, losses, Sequential, tensor, utils } from '../src/index.js';

const { values } = parseArgs({ options: { epochs: { type: 'string', default: '6' } } });
const folder = process.env['LANEGRAD_DATA_DIR'];
if (folder === undefined) {
  console.log(
    'LANEGRAD_DATA_DIR is not set: it names the folder that holds text/rt-polarity.pos.gz.',
  );
  process.exit(0);
}

const linesOf = (name: string): string[] =>
  gunzipSync(readFileSync(join(folder, 'text', name)))
    .toString()
    .split('\n')
    .filter((line) => line !== '');

const [good, bad] = [linesOf('rt-polarity.pos.gz'), linesOf('rt-polarity.neg.gz')];
/** Every fifth review of each kind is kept to test with. */
const part = (lines: readonly string[], isTest: boolean): string[] =>
  lines.filter((_, i) => (i % 5 === 0) === isTest);
const samples = (isTest: boolean) => {
  const [positive, negative] = [part(good, isTest), part(bad, isTest)];
  const labels = [...positive.map(() => 1), ...negative.map(() => 0)];
  return { texts: [...positive, ...negative], labels: tensor(labels) };
};
const [train, test] = [samples(false), samples(true)];

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
model.compile({
  optimizer: 'rmsprop',
  loss: new losses.BinaryCrossentropy(),
  metrics: ['accuracy'],
});
await model.fit(train.texts, train.labels, {
  epochs: Number(values.epochs),
  batchSize: 64,
  verbose: 2,
});
const [, accuracy = 0] = await model.evaluate(test.texts, test.labels, { verbose: 0 });
console.log('test accuracy', accuracy.toFixed(3));
