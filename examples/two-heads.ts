// One network with two outputs, a class and a number, each with its own loss and metric: what people earn and how old they
// are, from a table with numbers and categories.
//   npx tsx examples/two-heads.ts            UCI Adult from the folder LANEGRAD_DATA_DIR, which has
//                                            adult/adult-train.csv.gz (or adult.data); without it the built-in irises
//   npx tsx examples/two-heads.ts --iris     the built-in irises: species, and width of the petals
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { data, datasets, Input, layers, models, oneHot, ops, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { isMain } from './is-main.js';

/** Samples, each with the class and the number to be predicted. */
interface TwoTargets {
  readonly name: string;
  /** [n, features], float32: numbers of any size. */
  readonly numbers: Tensor;
  /** [n, categories] each: 1 for the category of the sample, else 0. */
  readonly categories: readonly Tensor[];
  /** [n]: numbers of classes */
  readonly kind: Tensor;
  /** [n, 1], float32 */
  readonly amount: Tensor;
  readonly classNames: readonly string[];
  /** What kind and amount are. */
  readonly kindMeans: string;
  readonly amountMeans: string;
}

/** How the network is trained. */
export interface TwoHeadsOptions {
  /** Default: Adult if the folder `LANEGRAD_DATA_DIR` has it, else the irises. */
  readonly source?: 'adult' | 'iris';
  /** The first samples of the data set alone. Default: all. */
  readonly samples?: number;
  readonly epochs?: number;
  readonly seed?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** What came of it. */
export interface TwoHeadsResults {
  readonly data: TwoTargets;
  /** Results on the test samples by name: `loss`, `kind_loss`, `amount_loss`, `kind_accuracy`, `amount_mae`. */
  readonly results: Readonly<Record<string, number>>;
  /** What the mean of the training samples misses `amount` by: the result of a network that has learnt nothing. */
  readonly maeOfMean: number;
  /** The share of the most frequent class. */
  readonly shareOfLargest: number;
}

/** The file of Adult, if there is one. */
function adultFile(): string | undefined {
  const folder = process.env['LANEGRAD_DATA_DIR'];
  if (folder === undefined) return undefined;
  const names = ['adult-train.csv.gz', 'adult.data'];
  return names.map((name) => path.join(folder, 'adult', name)).find(existsSync);
}

/** The columns of Adult: the file does not name them. */
const NUMBERS = ['education-num', 'capital-gain', 'capital-loss', 'hours-per-week'];
const CATEGORIES = ['workclass', 'marital-status', 'occupation', 'relationship', 'race', 'sex'];
const HEADER =
  'age workclass fnlwgt education education-num marital-status occupation relationship race sex capital-gain ' +
  'capital-loss hours-per-week native-country income';

/** People of the census of the United States in 1994: whether they earn more than 50,000 dollars, and their age. */
async function readAdult(file: string): Promise<TwoTargets> {
  const { x, y, categories } = await data.readCsv(file, {
    header: HEADER.split(' '),
    columns: [...NUMBERS, ...CATEGORIES],
    label: ['income', 'age'],
    // An unknown value, '?', is a category like the others.
    dtypes: Object.fromEntries([...CATEGORIES, 'income'].map((name) => [name, 'category'])),
  });
  if (y === undefined) throw new Error(`${file} has no labels`);
  return {
    name: 'Adult',
    numbers: x.slice(':', [0, NUMBERS.length]),
    categories: CATEGORIES.map((name, i) =>
      oneHot(x.slice(':', NUMBERS.length + i).astype('int32'), categories[name]?.length ?? 0),
    ),
    kind: y.slice(':', 0).astype('int32'),
    amount: y.slice(':', [1, 2]).div(10),
    classNames: (categories['income'] ?? []).map((name) => name.trim()),
    kindMeans: 'what a person earns',
    amountMeans: 'the age of a person in decades',
  };
}

/** Irises: the species and the width of the petals, from the other three features. */
async function readIrises(): Promise<TwoTargets> {
  const { loadData, classNames } = datasets.iris;
  const [[features, kind]] = await loadData({ testSplit: 0 });
  return {
    name: 'the built-in irises',
    numbers: features.slice(':', [0, 3]),
    categories: [],
    kind,
    amount: features.slice(':', [3, 4]),
    classNames,
    kindMeans: 'the species',
    amountMeans: 'the width of a petal in cm',
  };
}

/**
 * The graph: the inputs side by side, two layers for both tasks, then a head for each. The keys of `outputs` name the
 * results.
 */
function makeTwoHeads(
  normalization: layers.Normalization,
  [numbers, ...categories]: readonly number[],
  classes: number,
) {
  const first = Input([numbers ?? 0], { name: 'numbers' });
  const others = categories.map((length) => Input([length]));
  const features = [normalization.apply(first), ...others];
  let shared = ops.concat(features, -1);
  for (let i = 0; i < 2; i++) {
    shared = new layers.Dense(64, { activation: 'relu' }).apply(shared);
  }
  const kind = new layers.Dense(classes, { activation: 'softmax' }).apply(shared);
  const amount = new layers.Dense(1).apply(shared);
  return new models.Model({
    inputs: [first, ...others],
    outputs: { kind, amount },
    name: 'two_heads',
  });
}

/** Trains on 70 % of the samples, and measures both outputs on the others. */
export async function twoHeads(options: TwoHeadsOptions = {}): Promise<TwoHeadsResults> {
  const file = adultFile();
  const { source = file === undefined ? 'iris' : 'adult', seed = 0, verbose = 0 } = options;
  if (source === 'adult' && file === undefined) {
    throw new Error('LANEGRAD_DATA_DIR names no folder with adult/adult-train.csv.gz');
  }
  utils.setRandomSeed(seed);
  const table =
    source === 'iris' || file === undefined ? await readIrises() : await readAdult(file);
  const take = (part: Tensor): Tensor => part.slice([0, options.samples ?? part.shape[0] ?? 0]);
  const [[kind, amount, numbers, ...categories], [kindTest, amountTest, ...xTest]] =
    utils.splitDataset(
      [take(table.kind), take(table.amount), take(table.numbers), ...table.categories.map(take)],
      { leftSize: 0.7, shuffle: true, seed: 1 },
    );
  const x = [numbers, ...categories];
  const { classNames } = table;

  // Brings every number to mean 0 and variance 1.
  const normalization = new layers.Normalization();
  await normalization.adapt(numbers);
  const lengths = x.map(({ shape }) => shape[1] ?? 0);
  const network = makeTwoHeads(normalization, lengths, classNames.length);
  if (verbose > 0) network.summary();
  network.compile({
    optimizer: 'adam',
    loss: { kind: 'sparse_categorical_crossentropy', amount: 'mse' },
    // The total that is minimised: kind_loss + 2 · amount_loss.
    lossWeights: { amount: 2 },
    metrics: { kind: ['accuracy'], amount: ['mae'] },
  });
  const [epochs, batchSize] = source === 'iris' ? [100, 16] : [5, 64];
  await network.fit(x, { kind, amount }, { epochs: options.epochs ?? epochs, batchSize, verbose });

  const results = await network.evaluate(
    xTest,
    { kind: kindTest, amount: amountTest },
    { returnDict: true, verbose: 0 },
  );
  const counts = classNames.map((_, k) => kindTest.equal(k).sum().item());
  return {
    data: table,
    results,
    maeOfMean: amountTest.sub(amount.mean()).abs().mean().item(),
    shareOfLargest: Math.max(...counts) / kindTest.size,
  };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { iris: { type: 'boolean', default: false } } });
  if (adultFile() === undefined) {
    console.log('LANEGRAD_DATA_DIR has no adult/adult-train.csv.gz: taking the irises.');
  }
  const { data, results, maeOfMean, shareOfLargest } = await twoHeads({
    ...(values.iris ? { source: 'iris' } : {}),
    verbose: 2,
  });
  console.log(`\nOn test samples of ${data.name}:`);
  for (const [name, value] of Object.entries(results)) {
    console.log(`  ${name.padEnd(14)} ${value.toFixed(4)}`);
  }
  console.log(
    `\nkind: ${data.kindMeans}. The most frequent class has a share of ${shareOfLargest.toFixed(4)}.`,
  );
  console.log(`amount: ${data.amountMeans}. The mean has a mae of ${maeOfMean.toFixed(4)}.`);
}
