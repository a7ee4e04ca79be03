// Dense networks read texts: a text is a row with 1 in the columns of its words, in any order.
//   npx tsx examples/book/dense-texts.ts reviews       is a film good? Notebook 3.5 of "Deep Learning with Python"
//   npx tsx examples/book/dense-texts.ts newswires     what is the topic? Notebook 3.6
//   npx tsx examples/book/dense-texts.ts overfitting   smaller networks, weight decay and dropout. Notebook 4.4
// `--download` gets the sets of the book (IMDB 17 MB, Reuters 2 MB), unless LANEGRAD_DATA_DIR has imdb.npz and reuters.npz.
// Without them the reviews are the sentences of film-reviews.ts, and the network judges 75.8 % of the test sentences correctly; the
// newswires are made up.
import { data, layers, models, tensor, utils } from 'lanegrad';
import { isMain } from '../is-main.js';
import { printColumns } from '../tabular/report.js';
import { filmReviews, multiHot, newswires } from './texts.js';
import type { LabelledTexts, TextOptions, TextSplits } from './texts.js';

/** How the networks are trained. */
export interface DenseTextsOptions extends TextOptions {
  readonly epochs?: number;
  readonly seed?: number;
}

/** Batches of texts as rows. Rows stay bytes until they are in a batch: 25,000 of 10,000 columns take 250 MB. */
function batchesOf({ texts, labels }: LabelledTexts, words: number) {
  const y = tensor(Float32Array.from(labels), { shape: [labels.length, 1] });
  return data.Dataset.fromTensors(multiHot(texts, words), y)
    .shuffle(labels.length, { seed: 0 })
    .batch(512)
    .map(([x, label]) => [x.astype('float32'), label]);
}

/** What a network makes of texts that it has not seen. */
export interface Judged {
  readonly accuracy: number;
  /** Where the texts come from. */
  readonly source: string;
}

/** The share of test reviews that two layers of 16 judge correctly. */
export async function judgeReviews(options: DenseTextsOptions = {}): Promise<Judged> {
  const { train, test, words, source } = await filmReviews(options);
  // Fewer texts take more epochs.
  const { epochs = train.texts.length > 20_000 ? 4 : 9, seed = 0 } = options;
  utils.setRandomSeed(seed);
  const network = new models.Sequential([
    layers.Input({ shape: [words] }),
    new layers.Dense(16, { activation: 'relu' }),
    new layers.Dense(16, { activation: 'relu' }),
    new layers.Dense(1, { activation: 'sigmoid' }),
  ]);
  network.compile({ optimizer: 'rmsprop', loss: 'binary_crossentropy', metrics: ['accuracy'] });
  await network.fit(batchesOf(train, words), { epochs, verbose: 0 });
  const [, accuracy = NaN] = await network.evaluate(batchesOf(test, words), { verbose: 0 });
  return { accuracy, source };
}

/** The share of newswires whose topic two layers of 64 find. */
export async function findTopics(options: DenseTextsOptions = {}): Promise<Judged> {
  const { epochs = 9, seed = 0 } = options;
  const { train, test, words, classes, source } = await newswires(options);
  utils.setRandomSeed(seed);
  const network = new models.Sequential([
    layers.Input({ shape: [words] }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(classes, { activation: 'softmax' }),
  ]);
  network.compile({
    optimizer: 'rmsprop',
    loss: 'sparse_categorical_crossentropy',
    metrics: ['accuracy'],
  });
  await network.fit(batchesOf(train, words), { epochs, verbose: 0 });
  const [, accuracy = NaN] = await network.evaluate(batchesOf(test, words), { verbose: 0 });
  return { accuracy, source };
}

/** What stands between the words and the last layer, by name. */
const NETWORKS = {
  original: () => [dense(16), dense(16)],
  smaller: () => [dense(4), dense(4)],
  larger: () => [dense(512), dense(512)],
  'weight decay': () => [dense(16, 0.001), dense(16, 0.001)],
  dropout: () => [dense(16), new layers.Dropout(0.5), dense(16), new layers.Dropout(0.5)],
} satisfies Record<string, () => layers.Layer[]>;

function dense(units: number, decay = 0): layers.Dense {
  const kernelRegularizer = decay === 0 ? null : { class_name: 'L2', config: { l2: decay } };
  return new layers.Dense(units, { activation: 'relu', kernelRegularizer });
}

export type NetworkName = keyof typeof NETWORKS;

/** Losses of the test texts after each epoch, without what weights add to the loss. */
export type Curves = Readonly<Record<string, readonly number[]>>;

/** How networks that learn too long get worse on texts that they do not know, and what helps. */
export async function overfitting(
  options: DenseTextsOptions & { readonly names?: readonly NetworkName[] } = {},
): Promise<Curves> {
  const { epochs = 20, seed = 0, names = Object.keys(NETWORKS) as NetworkName[] } = options;
  const { train, test, words }: TextSplits = await filmReviews(options);
  const curves: Record<string, readonly number[]> = {};
  for (const name of names) {
    utils.setRandomSeed(seed);
    const network = new models.Sequential([
      layers.Input({ shape: [words] }),
      ...NETWORKS[name](),
      new layers.Dense(1, { activation: 'sigmoid' }),
    ]);
    network.compile({
      optimizer: 'rmsprop',
      loss: 'binary_crossentropy',
      metrics: ['binary_crossentropy'],
    });
    const { history } = await network.fit(batchesOf(train, words), {
      epochs,
      validationData: batchesOf(test, words),
      verbose: 0,
    });
    curves[name] = history['val_binary_crossentropy'] ?? [];
    network.dispose();
  }
  return curves;
}

if (isMain(import.meta.url)) {
  const [, , what = 'reviews', ...flags] = process.argv;
  const options = { download: flags.includes('--download') };
  if (what === 'newswires') {
    const { accuracy, source } = await findTopics(options);
    console.log(`${source}: ${(accuracy * 100).toFixed(1)} % of topics found`);
  } else if (what === 'overfitting') {
    const curves = await overfitting(options);
    const rows = Object.entries(curves).map(([name, losses]) => {
      const best = Math.min(...losses);
      return [name, best.toFixed(3), String(losses.indexOf(best) + 1), (losses.at(-1) ?? NaN).toFixed(3)]; // prettier-ignore
    });
    printColumns([['', 'best loss', 'after epoch', 'last loss'], ...rows]);
  } else {
    const { accuracy, source } = await judgeReviews(options);
    console.log(`${source}: ${(accuracy * 100).toFixed(1)} % judged correctly`);
  }
}
