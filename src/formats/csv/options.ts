import { checkBoolean, checkNumber } from '../../config/check-number.js';
import { describeValue } from '../../config/describe-value.js';
import { checkOptions, requireObject } from '../../config/index.js';
import { ValueError } from '../../errors.js';

/** A column by its name, or by its number: 0 is the first, -1 the last. */
export type ColumnRef = string | number;

/**
 * What a column holds: numbers, whole numbers, or names. Names become the numbers 0, 1, 2 …: in the order in which they
 * first appear (`'category'`), or in the order of a list, which then has to hold all of them.
 */
export type ColumnType = 'float32' | 'int32' | 'category' | readonly string[];

/** How a CSV file is read. */
export interface CsvOptions {
  /** The column or columns that become y: [n] for one, [n, k] for a list. Default: none, and there is no y. */
  readonly label?: ColumnRef | readonly ColumnRef[] | undefined;
  /** The columns that become x, in that order. Default: all that are no label. */
  readonly columns?: readonly ColumnRef[] | undefined;
  /**
   * Whether the first line names the columns, or a list of names for a file without such a line; columns without names
   * are called '0', '1' … Default true.
   */
  readonly header?: boolean | readonly string[] | undefined;
  /** Types of columns by name or number. Default: float32. */
  readonly dtypes?: Readonly<Record<string, ColumnType>> | undefined;
  /**
   * What becomes of a missing value: an error, NaN (for float32), or a number that stands for it. Missing is an empty
   * field, and NA, N/A, NaN, null, NULL, None and the like, as in pandas. Default `'error'`.
   */
  readonly missing?: 'error' | 'nan' | number | undefined;
  /** Further texts that mean a missing value, such as '?'. */
  readonly missingValues?: readonly string[] | undefined;
  /** The character between fields. Default ','. */
  readonly delimiter?: string | undefined;
  /** Lines to leave out at the beginning, before the header. Default 0. */
  readonly skipRows?: number | undefined;
  /** Encoding of the text, as `TextDecoder` calls it. A byte order mark is dropped. Default 'utf-8'. */
  readonly encoding?: string | undefined;
  /**
   * The most bytes that the file may have and unpack to, and that its numbers may take. Default for `readCsv`: 2³⁰
   * (1 GiB), and no more than 256 bytes of text for each byte of gzip, beyond the first 64 MiB; for `Dataset.csv`,
   * which holds little of a file: no limit.
   */
  readonly maxBytes?: number;
  /** Ends the reading: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

const KNOWN: readonly (keyof CsvOptions)[] = [
  'label',
  'columns',
  'header',
  'dtypes',
  'missing',
  'missingValues',
  'delimiter',
  'skipRows',
  'encoding',
  'signal',
  'maxBytes',
];

/** Throws ValueError for an unknown option or one of a useless value. */
export function checkCsvOptions(owner: string, options: CsvOptions): void {
  checkOptions(owner, options, KNOWN);
  const {
    header = true,
    missing = 'error',
    delimiter = ',',
    skipRows = 0,
    columns,
    label,
  } = options;
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new ValueError(`${owner}: ${name} must be ${expected}, got ${describeValue(value)}.`);
  };
  if (!Array.isArray(header)) checkBoolean(owner, 'header', header);
  else if (header.length === 0 || !header.every(isText)) {
    refuse('header', 'true, false or a list of names', header);
  }
  if (missing !== 'error' && missing !== 'nan' && !Number.isFinite(missing)) {
    refuse('missing', `'error', 'nan' or a number`, missing);
  }
  if (typeof delimiter !== 'string' || delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
    refuse('delimiter', 'one character, no quote and no line break', delimiter);
  }
  checkNumber(owner, 'skipRows', skipRows, { min: 0, integer: true });
  if (options.maxBytes !== undefined) checkNumber(owner, 'maxBytes', options.maxBytes, { min: 0 });
  const isRef = (ref: unknown): boolean => isText(ref) || Number.isInteger(ref);
  const isList = (list: unknown): boolean =>
    Array.isArray(list) && list.length > 0 && list.every(isRef);
  if (label !== undefined && !isRef(label) && !isList(label)) {
    refuse('label', 'the name or number of a column, or a list of them', label);
  }
  if (columns !== undefined && !isList(columns)) {
    refuse('columns', 'a list of names or numbers of columns', columns);
  }
  const { dtypes = {} } = options;
  requireObject(owner, 'dtypes', dtypes);
  for (const [name, type] of Object.entries(dtypes)) {
    const isType =
      type === 'float32' ||
      type === 'int32' ||
      type === 'category' ||
      (Array.isArray(type) && type.length > 0 && type.every(isText));
    if (!isType) {
      refuse(`dtypes['${name}']`, `'float32', 'int32', 'category' or a list of names`, type);
    }
  }
  const { missingValues = [] } = options;
  if (!Array.isArray(missingValues) || !missingValues.every(isText)) {
    refuse('missingValues', 'a list of texts', missingValues);
  }
  try {
    new TextDecoder(options.encoding);
  } catch {
    refuse('encoding', 'one that TextDecoder knows', options.encoding);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
