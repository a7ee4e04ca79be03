import { keep, tensor, tidy } from '../../tensor/index.js';
import type { Tensor } from '../../tensor/index.js';
import type { Source } from '../source.js';
import type { CsvOptions } from './options.js';
import { CsvTable, type RowLayout } from './table.js';

/** A CSV file in memory. */
export interface CsvTensors {
  /** Of shape [rows, columns]; float32, or int32 if all its columns are int32 or categories. */
  readonly x: Tensor;
  /** [rows] for one label, [rows, labels] for a list of them; undefined without. */
  readonly y: Tensor | undefined;
  /** Names of the columns of x. */
  readonly columnNames: readonly string[];
  /** Names of the labels. */
  readonly labelNames: readonly string[];
  /** Names of the categories of each such column, in the order of their numbers. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads a CSV file, gzipped or not, into tensors.
 *
 * @throws FormatError naming line and column for a row of another length than the header, a text where a number is
 * expected, a missing value (unless `missing` says what to do), quotes that do not match.
 * @throws DatasetError if the file cannot be read; ValueError for an unknown column or option.
 * @example
 * const { x, y, categories } = await data.readCsv('iris.csv', {
 *   label: 'species',
 *   dtypes: { species: 'category' },
 * });
 */
export async function readCsv(source: Source, options: CsvOptions = {}): Promise<CsvTensors> {
  const table = new CsvTable('readCsv', source, options);
  let layout: RowLayout | undefined;
  let rows = 0;
  let numbers = new Float64Array(0);
  for await (const block of table.blocks()) {
    layout = block.layout;
    const { width } = layout;
    const needed = (rows + block.count) * width;
    if (needed > numbers.length) {
      const larger = new Float64Array(Math.max(needed, 2 * numbers.length));
      larger.set(numbers);
      numbers = larger;
    }
    for (let row = 0; row < block.count; row++) {
      if (block.read(row, numbers, rows * width)) rows++;
    }
  }
  const { features, labels } = layout ?? { features: [], labels: [] };
  const { x, y } = tidy(() => columnsOf(numbers, rows, layout));
  return {
    x,
    y,
    columnNames: features.map(({ name }) => name),
    labelNames: labels.map(({ name }) => name),
    categories: table.categories,
  };
}

/** Rows of numbers as x and y, outside of scopes. */
export function columnsOf(
  numbers: ArrayLike<number>,
  rows: number,
  layout: RowLayout | undefined,
): { readonly x: Tensor; readonly y: Tensor | undefined } {
  if (layout === undefined) return { x: keep(tensor([])), y: undefined };
  const { features, labels, xType, yType, yIsList, width } = layout;
  const part = (first: number, count: number, type: string): Float32Array | Int32Array => {
    const values = type === 'int32' ? new Int32Array(rows * count) : new Float32Array(rows * count);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < count; i++) {
        values[row * count + i] = numbers[row * width + first + i] ?? NaN;
      }
    }
    return values;
  };
  const [m, k] = [features.length, labels.length];
  const x = keep(tensor(part(0, m, xType), { shape: [rows, m] }));
  if (k === 0) return { x, y: undefined };
  const shape = yIsList ? [rows, k] : [rows];
  return { x, y: keep(tensor(part(m, k, yType), { shape })) };
}
