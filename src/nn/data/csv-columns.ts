import { checkCsvColumnsOptions } from '../../files/formats/csv/options.js';
import type { CsvColumnsOptions } from '../../files/formats/csv/options.js';
import type { Source } from '../../files/places/source.js';
import { keep, StringArray, tensor } from '../../engine/tensor/index.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** The columns of a CSV file. */
export interface CsvColumns {
  /** Tensors and arrays of strings, each [rows], by the names of the columns. */
  readonly columns: Record<string, Tensor | StringArray>;
  /** Names of the columns, in the order of the file or of the option `columns`. */
  readonly columnNames: readonly string[];
}

/**
 * Reads the columns of a CSV file, gzipped or not, each by itself: what `utils.FeatureSpace` and models of several inputs take. A
 * column is float32 where each of its fields is a number, else strings, unless `dtypes` says what it is. Strings stand as in the file,
 * missing ones too.
 *
 * @throws FormatError for two columns of one name, naming line and column for a row of another length than the header, a text in a column of numbers, a missing
 * number (unless `missing` says what to do), quotes that do not match, and beyond `maxBytes`.
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
