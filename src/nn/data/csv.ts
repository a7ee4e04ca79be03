import type { Categories } from '../../files/formats/csv/columns.js';
import {
  checkCsvColumnsOptions,
  checkCsvOptions,
  type CsvOptions,
} from '../../files/formats/csv/options.js';
import type { RowBlock, RowLayout } from '../../files/formats/csv/rows.js';
import type { Source } from '../../files/locations/source.js';
import { keep, StringArray, tensor, tidy } from '../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../engine/tensor/index.js';
import type { DType } from '../../config/dtype.js';
import { tensorOfChunks } from './file-tensors.js';
import type { CsvColumnsOptions } from '../../files/formats/csv/options.js';

/** A CSV file as a table of numbers. Categories are remembered from one reading to the next. */
export class CsvTable {
  readonly #categories = new Map<string, Categories>();

  constructor(
    private readonly owner: string,
    private readonly source: Source,
    private readonly options: CsvOptions,
  ) {
    checkCsvOptions(owner, options);
  }

  /** Names of categories by column, in the order of their numbers. */
  get categories(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries(
      [...this.#categories].map(([column, names]) => [column, [...names.keys()]]),
    );
  }

  /** The names of all columns of the file. */
  async columnNames(): Promise<readonly string[]> {
    for await (const { layout } of this.blocks()) return layout.names;
    return [];
  }

  /**
   * One reading of the file. The first block may have no rows.
   *
   * @param held bytes that the caller holds of what it has read so far; without it nothing is held and nothing limited
   * but by an option
   */
  async *blocks(held?: () => number): AsyncGenerator<RowBlock, void, undefined> {
    const { owner, source, options } = this;
    const { rowBlocks, sourceChunks, sourceName } = await import('./file-arrays.js');
    const file = { name: sourceName(source, 'CSV'), bytes: sourceChunks(source, options) };
    yield* rowBlocks(owner, file, options, this.#categories, held);
  }
}

/** A CSV file in memory. */
export interface CsvTensors {
  /** The data [rows, columns]; float32, or int32 if all columns are int32 or categories. */
  readonly x: Tensor;
  /** The labels: [rows] for one label, [rows, labels] for a list; undefined without labels. */
  readonly y: Tensor | undefined;
  /** Names of the columns of x. */
  readonly columnNames: readonly string[];
  /** Names of the labels. */
  readonly labelNames: readonly string[];
  /** Names of the categories of each category column, in the order of their numbers. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads a CSV file, gzipped or not, into tensors.
 *
 * @throws FormatError naming line and column for a row whose length differs from the header's, text instead of a
 * number, a missing value (unless `missing` says what to do), unbalanced quotes, and a file beyond `maxBytes`.
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
  const chunks: RowChunk[] = [];
  let numbers = new Float64Array(0);
  const held = (): number => 4 * rows * (layout?.width ?? 0);
  for await (const block of table.blocks(held)) {
    layout = block.layout;
    const { width } = layout;
    if (block.count * width > numbers.length) numbers = new Float64Array(block.count * width);
    let count = 0;
    for (let row = 0; row < block.count; row++) {
      if (block.read(row, numbers, count * width)) count++;
    }
    if (count > 0) chunks.push(chunkOf(numbers, count, layout));
    rows += count;
  }
  const { features, labels } = layout ?? { features: [], labels: [] };
  const { x, y } = tidy(() => tensorsOf(chunks, rows, layout));
  return {
    x,
    y,
    columnNames: features.map(({ name }) => name),
    labelNames: labels.map(({ name }) => name),
    categories: table.categories,
  };
}

type Numbers = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/** Some rows as they lie in the tensors x and y. */
interface RowChunk {
  readonly x: Numbers;
  readonly y: Numbers;
}

/** @param numbers rows of `width` numbers, those of x first */
function chunkOf(
  numbers: ArrayLike<number>,
  rows: number,
  { features, labels, xType, yType, width }: RowLayout,
): RowChunk {
  const columns = (first: number, count: number, type: DType): Numbers => {
    const values = type === 'int32' ? new Int32Array(rows * count) : new Float32Array(rows * count);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < count; i++) {
        values[row * count + i] = numbers[row * width + first + i] ?? NaN;
      }
    }
    return values;
  };
  const [m, k] = [features.length, labels.length];
  return { x: columns(0, m, xType), y: columns(m, k, yType) };
}

/** The tensors of all rows, outside of scopes. */
function tensorsOf(
  chunks: readonly RowChunk[],
  rows: number,
  layout: RowLayout | undefined,
): { readonly x: Tensor; readonly y: Tensor | undefined } {
  if (layout === undefined) return { x: keep(tensor([])), y: undefined };
  const { features, labels, xType, yType, yIsList } = layout;
  const whole = (shape: Shape, dtype: DType, of: (chunk: RowChunk) => Numbers): Tensor =>
    keep(tensorOfChunks(shape, dtype, chunks.map(of)));
  const x = whole([rows, features.length], xType, (chunk) => chunk.x);
  if (labels.length === 0) return { x, y: undefined };
  const shape = yIsList ? [rows, labels.length] : [rows];
  return { x, y: whole(shape, yType, (chunk) => chunk.y) };
}

/** Rows of numbers as x and y, outside of scopes. */
export function columnsOf(
  numbers: ArrayLike<number>,
  rows: number,
  layout: RowLayout | undefined,
): { readonly x: Tensor; readonly y: Tensor | undefined } {
  const chunks = layout === undefined ? [] : [chunkOf(numbers, rows, layout)];
  return tensorsOf(chunks, rows, layout);
}

/** The columns of a CSV file. */
export interface CsvColumns {
  /** Tensors and arrays of strings, each [rows], by column name. */
  readonly columns: Record<string, Tensor | StringArray>;
  /** Names of the columns, in the order of the file or the option `columns`. */
  readonly columnNames: readonly string[];
}

/**
 * Reads the columns of a CSV file, gzipped or not, separately, for `utils.FeatureSpace` and for models with several inputs. A column is
 * float32 if all its fields are numbers, otherwise strings, unless `dtypes` says otherwise. Strings are those of the file, including empty
 * ones.
 *
 * @throws FormatError for two columns of the same name and, naming line and column, for a row whose length differs from the header's, text
 * in a column of numbers, a missing number (unless `missing` says what to do), unbalanced quotes, and a file beyond `maxBytes`.
 * @throws DatasetError if the file cannot be read; ValueError for an unknown column or option.
 * @example
 * const { columns } = await data.readCsvColumns('people.csv', { dtypes: { zip: 'string' } });
 * const { income, ...features } = columns;
 */
export async function readCsvColumns(
  source: Source,
  options: CsvColumnsOptions = {},
): Promise<CsvColumns> {
  const owner = 'readCsvColumns';
  checkCsvColumnsOptions(owner, options);
  const { readTable, sourceChunks, sourceName } = await import('./file-arrays.js');
  const file = { name: sourceName(source, 'CSV'), bytes: sourceChunks(source, options) };
  const columns = await readTable(owner, file, options);
  return {
    columns: Object.fromEntries(
      columns.map(({ name, type, values }) => [
        name,
        type === 'string' ? new StringArray(values, [values.length]) : keep(tensor(values)),
      ]),
    ),
    columnNames: columns.map(({ name }) => name),
  };
}
