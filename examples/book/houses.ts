// The prices of houses from a few numbers of each district.
//   npx tsx examples/book/houses.ts              Boston, as in notebook 3.7 of "Deep Learning with Python" (first edition)
//   npx tsx examples/book/houses.ts california   California, with a category and missing numbers
// Boston has too few rows to trust one split, so four networks train on three quarters of them each. Their mean absolute error
// on the other quarter is 2.36 thousand dollars on average. California's network has a mean absolute error of 32,687 dollars on the
// fifth of the districts that it has not seen (mean of three seeds), the same network in Keras (houses_keras.py) 32,693.
// Boston: datasets.bostonHousing downloads the table, unless LANEGRAD_DATA_DIR has boston_housing/housing.data (StatLib) or
// boston_housing.npz (Keras). California: LANEGRAD_DATA_DIR has california_housing/housing.csv, plain or gzipped, from
// https://github.com/ageron/handson-ml2/tree/master/datasets/housing. Without the data the program makes up houses.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { data, datasets, layers, models, oneHot, ops, random, tensor, tidy, utils } from 'lanegrad';
import type { Tensor } from 'lanegrad';
import { isMain } from '../is-main.js';

/** Rows of features and a price each. */
export interface Houses {
  readonly x: Tensor;
  readonly y: Tensor;
  /** Where they come from. */
  readonly source: string;
}

/** How the networks are trained. */
export interface HousesOptions {
  readonly epochs?: number;
  readonly seed?: number;
}

/** Houses whose price is a curved function of what is known of them, with noise: for a machine that has no data. */
export function madeHouses(count: number, features: number): Houses {
  return tidy(() => {
    const x = random.normal([count, features], { seed: 3 });
    const [a, b, c] = [x.slice(':', 0), x.slice(':', 1), x.slice(':', 2)];
    const noise = random.normal([count], { seed: 4, stddev: 0.5 });
    const y = a.mul(3).add(b.square().mul(1.5)).sub(c.mul(a)).add(noise).add(22);
    return { x, y, source: 'made up' };
  });
}

/** The rows of Boston to train with, in Keras's order. @param offline whether nothing is downloaded */
export async function boston(offline = false): Promise<Houses> {
  try {
    const [[x, y]] = await datasets.bostonHousing.loadData({ offline });
    return { x, y, source: "Boston's" };
  } catch (error) {
    console.warn(`${(error as Error).message}\nThese are houses that were made up.`);
    return madeHouses(404, 13);
  }
}

/** The districts of California. */
export async function california(): Promise<Houses> {
  const folder = path.join(process.env['LANEGRAD_DATA_DIR'] ?? '', 'california_housing');
  const file = ['housing.csv', 'housing.csv.gz'].map((name) => path.join(folder, name)).find(existsSync); // prettier-ignore
  if (file === undefined) {
    console.warn(`There is no housing.csv in '${folder}'. These are houses that were made up.`);
    return madeHouses(2000, 8);
  }
  const { x, y, columnNames, categories } = await data.readCsv(file, {
    label: 'median_house_value',
    dtypes: { ocean_proximity: ['<1H OCEAN', 'INLAND', 'ISLAND', 'NEAR BAY', 'NEAR OCEAN'] },
    missing: 'nan', // Of some districts the number of bedrooms is unknown.
  });
  if (y === undefined) throw new Error(`${file} has no prices.`);
  return tidy(() => {
    const column = (name: string): Tensor => x.slice(':', columnNames.indexOf(name));
    const numbers = columnNames
      .filter((name) => name !== 'ocean_proximity')
      .map((name) => {
        // What is counted is spread over powers of ten.
        const isCount = /total|population|households|income/.test(name);
        const known = withMedian(column(name));
        return isCount ? known.log() : known;
      });
    const place = oneHot(column('ocean_proximity'), categories['ocean_proximity']?.length ?? 0);
    return { x: ops.concat([ops.stack(numbers, 1), place], 1), y, source: "California's" };
  });
}

/** The values with the median of those that are known in place of the others. */
function withMedian(values: Tensor): Tensor {
  const numbers = values.data();
  const known = numbers.filter((value) => !Number.isNaN(value)).sort();
  const median = known[known.length >> 1] ?? 0;
  return tensor(numbers.map((value) => (Number.isNaN(value) ? median : value)));
}

/** A network of two hidden layers, as the book has it. */
function bostonNetwork(features: number): models.Sequential {
  const network = new models.Sequential([
    layers.Input({ shape: [features] }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(1),
  ]);
  network.compile({ optimizer: 'rmsprop', loss: 'mse', metrics: ['mae'] });
  return network;
}

/** Mean absolute errors of networks that train on three quarters of the rows, each on the other quarter. */
export async function fourFolds(houses: Houses, options: HousesOptions = {}): Promise<number[]> {
  const { epochs = 60, seed = 0 } = options;
  utils.setRandomSeed(seed);
  const rows = houses.y.size;
  const quarter = Math.floor(rows / 4);
  const errors: number[] = [];
  for (let fold = 0; fold < 4; fold++) {
    const [first, end] = [fold * quarter, (fold + 1) * quarter];
    const without = (part: Tensor): Tensor =>
      ops.concat([part.slice([0, first]), part.slice([end, rows])]);
    const xTrain = without(houses.x);
    // Mean 0 and variance 1, by the rows to train with alone.
    const [mean, deviation] = [xTrain.mean(0), xTrain.std(0)];
    const scaled = (part: Tensor): Tensor => part.sub(mean).div(deviation);
    const network = bostonNetwork(xTrain.shape[1] ?? 0);
    await network.fit(scaled(xTrain), without(houses.y), { epochs, batchSize: 4, verbose: 0 });
    const held = [scaled(houses.x.slice([first, end])), houses.y.slice([first, end])] as const;
    const [, error = NaN] = await network.evaluate(...held, { verbose: 0 });
    errors.push(error);
    network.dispose();
  }
  return errors;
}

/** The mean absolute error on a fifth of the districts, which NumPy's generator draws so that Keras sees the same. */
export async function heldOutFifth(houses: Houses, options: HousesOptions = {}): Promise<number> {
  const { epochs = 40, seed = 0 } = options;
  utils.setRandomSeed(seed);
  const rows = houses.y.size;
  const order = new random.RandomState(113).permutation(rows);
  const cut = Math.floor(rows * 0.8);
  const part = (of: Tensor, from: number, to: number): Tensor => of.gather(order.slice(from, to));
  const xTrain = part(houses.x, 0, cut);
  const yTrain = part(houses.y, 0, cut);
  const normalization = new layers.Normalization();
  await normalization.adapt(xTrain);
  const network = new models.Sequential([
    layers.Input({ shape: [xTrain.shape[1] ?? 0] }),
    normalization,
    new layers.Dense(128, { activation: 'relu' }),
    new layers.Dense(128, { activation: 'relu' }),
    new layers.Dense(64, { activation: 'relu' }),
    new layers.Dense(1),
    // Prices are learnt in deviations from their mean.
    new layers.Rescaling(yTrain.std().item(), { offset: yTrain.mean().item() }),
  ]);
  network.compile({ optimizer: 'adam', loss: 'mae' });
  await network.fit(xTrain, yTrain, { epochs, batchSize: 64, verbose: 0 });
  const test = [part(houses.x, cut, rows), part(houses.y, cut, rows)] as const;
  const [error = NaN] = await network.evaluate(...test, { verbose: 0 });
  network.dispose();
  return error;
}

if (isMain(import.meta.url)) {
  if (process.argv[2] === 'california') {
    const houses = await california();
    const errors: number[] = [];
    for (const seed of [0, 1, 2]) errors.push(await heldOutFifth(houses, { seed }));
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    console.log(
      `${houses.source} houses: mean absolute errors ${errors.map((e) => e.toFixed(0)).join(', ')} dollars`,
    );
    console.log(`Mean ${mean.toFixed(0)}`);
  } else {
    const houses = await boston();
    const errors = await fourFolds(houses);
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    console.log(
      `${houses.source} houses: mean absolute errors of four folds ${errors.map((e) => e.toFixed(2)).join(', ')} thousand dollars`,
    );
    console.log(`Mean ${mean.toFixed(2)}`);
  }
}
