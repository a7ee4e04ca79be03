// From a CSV file to a model that is served on rows of its columns: incomes above 50,000 dollars a year, in a census of 1994.
//   LANEGRAD_DATA_DIR=folder npx tsx examples/adult.ts [--epochs 12] [--save adult.keras]
// The folder has adult/adult-train.csv.gz and adult/adult-test.csv.gz: the files of the UCI Machine Learning Repository (Adult, by
// B. Becker and R. Kohavi), gzipped. The model judges 86.4 % of the test people correctly.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { data, layers, models, tensor, utils } from 'lanegrad';
import type { StringArray, SymbolicTensor, Tensor } from 'lanegrad';
import { isMain } from './is-main.js';

const { FeatureSpace } = utils;

/** The names of the columns, which the files do not have. */
const HEADER = [
  'age',
  'workclass',
  'fnlwgt',
  'education',
  'education-num',
  'marital-status',
  'occupation',
  'relationship',
  'race',
  'sex',
  'capital-gain',
  'capital-loss',
  'hours-per-week',
  'native-country',
  'income',
];

/** Columns by their names. */
export type Columns = Record<string, Tensor | StringArray>;

/** The columns of a file, and for each person whether the income is above 50,000 dollars. */
export async function readPeople(source: data.Source): Promise<{ x: Columns; y: Tensor }> {
  const { columns } = await data.readCsvColumns(source, { header: HEADER, delimiter: ', ' });
  // How many people a row stands for says nothing of them, and education is there as a number, too.
  const { income, fnlwgt: _, education: __, ...x } = columns;
  // In the file for the test a dot stands behind it.
  if (income?.dtype !== 'string') throw new Error('the column income holds no strings');
  const labels = income.map((text) => (text.startsWith('>50K') ? 1 : 0));
  return { x, y: tensor(labels) };
}

/** How the network is trained. */
export interface AdultOptions {
  readonly train: data.Source;
  readonly test: data.Source;
  /** Default 12. */
  readonly epochs?: number;
  /** What `fit` prints: 0 is nothing. */
  readonly verbose?: 0 | 1 | 2;
}

/** A model that takes columns by their names. */
type Served = models.Model<Readonly<Record<string, SymbolicTensor>>, SymbolicTensor>;

/** The model, which takes columns, and the share of the people for the test that the model judges correctly. */
export async function adult(
  options: AdultOptions,
): Promise<{ readonly model: Served; readonly accuracy: number }> {
  const { epochs = 12, verbose = 0 } = options;
  const [train, test] = [await readPeople(options.train), await readPeople(options.test)];
  utils.setRandomSeed(0);
  const space = new FeatureSpace(
    {
      age: FeatureSpace.floatDiscretized(12),
      'education-num': FeatureSpace.integerCategorical(),
      'hours-per-week': FeatureSpace.floatDiscretized(8),
      'capital-gain': FeatureSpace.floatDiscretized(null, {
        binBoundaries: [1, 3000, 5000, 7000, 10_000, 20_000],
      }),
      'capital-loss': FeatureSpace.floatDiscretized(null, {
        binBoundaries: [1, 1500, 1800, 2000, 2300],
      }),
      workclass: 'string_categorical',
      'marital-status': 'string_categorical',
      occupation: 'string_categorical',
      relationship: 'string_categorical',
      race: 'string_categorical',
      sex: 'string_categorical',
      'native-country': FeatureSpace.stringHashed(16),
    },
    { crosses: [['occupation', 'sex']], crossingDim: 32 },
  );
  await space.adapt(train.x);

  // The columns are encoded once, not in each epoch.
  const encoded = space.getEncodedFeatures();
  const hidden = new layers.Dense(32, { activation: 'relu' }).apply(encoded);
  const chance = new layers.Dense(1, { activation: 'sigmoid' }).apply(
    new layers.Dropout(0.3).apply(hidden),
  );
  const network = new models.Model({ inputs: encoded, outputs: chance });
  network.compile({ optimizer: 'adam', loss: 'binary_crossentropy', metrics: ['accuracy'] });
  await network.fit(space.apply(train.x), train.y, { epochs, batchSize: 128, verbose });

  const model = new models.Model({ inputs: space.getInputs(), outputs: network.apply(encoded) });
  model.compile({ loss: 'binary_crossentropy', metrics: ['accuracy'] });
  const [, accuracy = NaN] = await model.evaluate(test.x, test.y, { verbose: 0 });
  return { model, accuracy };
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({
    options: { epochs: { type: 'string', default: '12' }, save: { type: 'string' } },
  });
  const file = (kind: string): string =>
    path.join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'adult', `adult-${kind}.csv.gz`);
  const { model, accuracy } = await adult({
    train: file('train'),
    test: file('test'),
    epochs: Number(values.epochs),
    verbose: 2,
  });
  console.log('test accuracy', accuracy.toFixed(3));
  if (values.save !== undefined) {
    await model.save(values.save);
    const served = await models.loadModel<Served>(values.save);
    // One person, as a form of a page would have it.
    const person = {
      age: 39,
      'education-num': 13,
      'hours-per-week': 45,
      'capital-gain': 0,
      'capital-loss': 0,
      workclass: 'Private',
      'marital-status': 'Married-civ-spouse',
      occupation: 'Exec-managerial',
      relationship: 'Husband',
      race: 'White',
      sex: 'Male',
      'native-country': 'United-States',
    };
    const chance = await served.predict(person, { verbose: 0 });
    console.log('above 50,000 dollars with a chance of', chance.item().toFixed(2));
  }
}
