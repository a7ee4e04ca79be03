import { describeValue } from '../../config/describe-value.js';
import { checkNumber, checkOptions, oneOf } from '../../config/index.js';
import { FormatError } from '../../errors.js';
import type { FileArray } from '../../files/formats/elements.js';
import { parseNpz } from '../../files/formats/npz.js';
import { RandomState } from '../../engine/random/random-state.js';
import type { Tensor } from '../../engine/tensor/index.js';
import { tensor } from '../../engine/tensor/index.js';
import type { TensorData } from '../../config/dtype.js';
import { fixedLimit } from './dataset-files.js';
import type { DatasetFiles } from './dataset-files.js';
import { BOSTON_HOUSING, CALIFORNIA_HOUSING, HOUSING_DATA } from './keras-files.js';
import { loadFile, trainingCut } from './load-files.js';
import type { LoadDataOptions } from './load-files.js';

// Prices of houses with what they depend on, loaded with the first set of them.

/** Options of the data sets of house prices. */
export interface HousingOptions extends LoadDataOptions {
  /** The share of rows for testing, at least 0 and below 1. Default 0.2. */
  readonly testSplit?: number | undefined;
  /** The seed of NumPy's `RandomState` that orders the rows. Default 113. */
  readonly seed?: number | undefined;
}

/** Rows of features and a price for each, float32: the training rows and the test rows. */
export type HousingSplits = [
  train: [features: Tensor, prices: Tensor],
  test: [features: Tensor, prices: Tensor],
];

/** Options of `californiaHousing.loadData`. */
export interface CaliforniaHousingOptions extends HousingOptions {
  /** `'large'` for all districts, `'small'` for the first 600. Default `'large'`. */
  readonly version?: 'large' | 'small' | undefined;
}

/** The most bytes that the arrays of a file may inflate to. */
const LIMIT = fixedLimit(2 ** 24);

/** Rows of numbers with a price each. */
interface Table {
  readonly x: TensorData;
  readonly y: TensorData;
  readonly rows: number;
  /** Numbers of a row. */
  readonly width: number;
}

export async function loadBoston(options: HousingOptions): Promise<HousingSplits> {
  const owner = 'datasets.bostonHousing.loadData';
  return splitRows(owner, options, (own) => readTable(owner, BOSTON_HOUSING, options, own));
}

export async function loadCalifornia(options: CaliforniaHousingOptions): Promise<HousingSplits> {
  const owner = 'datasets.californiaHousing.loadData';
  checkOptions(owner, options);
  const version = oneOf(owner, 'version', options.version ?? 'large', ['large', 'small']);
  return splitRows(owner, options, async (own) => {
    const table = await readTable(owner, CALIFORNIA_HOUSING, options, [...own, 'version']);
    const rows = version === 'small' ? Math.min(600, table.rows) : table.rows;
    return { ...table, rows };
  });
}

/** The rows in Keras's order, those to train with and those to test with. */
async function splitRows(
  owner: string,
  options: HousingOptions,
  read: (own: readonly string[]) => Promise<Table>,
): Promise<HousingSplits> {
  checkOptions(owner, options);
  const { testSplit, seed = 113 } = options;
  const cut = trainingCut(owner, testSplit);
  checkNumber(owner, 'seed', seed, { min: 0, max: 2 ** 32 - 1, integer: true });
  const { x, y, rows, width } = await read(['testSplit', 'seed']);
  const order = new RandomState(seed).permutation(rows);
  const part = (from: number, to: number): HousingSplits[number] => {
    const [features, prices] = [new Float32Array((to - from) * width), new Float32Array(to - from)];
    order.subarray(from, to).forEach((row, i) => {
      features.set(x.subarray(row * width, (row + 1) * width), i * width);
      prices[i] = y[row] ?? 0;
    });
    return [tensor(features, { shape: [to - from, width] }), tensor(prices)];
  };
  return [part(0, cut(rows)), part(cut(rows), rows)];
}

async function readTable(
  owner: string,
  dataset: DatasetFiles,
  options: HousingOptions,
  own: readonly string[],
): Promise<Table> {
  const { name, bytes } = await loadFile(owner, dataset, options, own);
  return name === HOUSING_DATA.name ? parseTable(bytes, name) : tableOf(bytes, name);
}

async function tableOf(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Table> {
  const arrays = await parseNpz(bytes, { name, ...LIMIT });
  const [x, y] = [arrays.get('x'), arrays.get('y')];
  const isTable = x?.shape.length === 2 && y?.shape.length === 1 && x.shape[0] === y.shape[0];
  if (!isTable) {
    const shapes = Array.from(arrays, ([key, { shape }]: [string, FileArray]) => {
      return `${key} (${shape.join(', ')})`;
    });
    throw new FormatError(
      `${name}: expected arrays x of two axes and y of one, of one length, got ${shapes.join(', ')}.`,
    );
  }
  const [rows = 0, width = 0] = x.shape;
  return { x: x.data, y: y.data, rows, width };
}

/** 13 features and the price, a line for each row. */
const COLUMNS = 14;

function parseTable(bytes: Uint8Array, name: string): Table {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const rows = lines.flatMap((line, i) => {
    const fields = line.trim().split(/\s+/);
    if (fields[0] === '') return [];
    const numbers = fields.map(Number);
    if (numbers.length === COLUMNS && numbers.every(Number.isFinite)) return [numbers];
    throw new FormatError(
      `${name}: line ${i + 1} must have ${COLUMNS} numbers with spaces between them, got ${describeValue(line)}.`,
    );
  });
  return {
    x: Float32Array.from(rows.flatMap((row) => row.slice(0, -1))),
    y: Float32Array.from(rows, (row) => row.at(-1) ?? 0),
    rows: rows.length,
    width: COLUMNS - 1,
  };
}
