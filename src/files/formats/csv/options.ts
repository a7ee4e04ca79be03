import { describeValue } from '../../../config/describe-value.js';
import { checkOptions, isListOf, oneOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';

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
  /** The character between fields, and blanks behind it that belong to no field: `', '`. Default ','. */
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

const isText = (value: unknown): value is string => typeof value === 'string';
const isRef = (value: unknown): boolean => isText(value) || Number.isInteger(value);
const isFilled = (value: unknown, isOne: (value: unknown) => boolean): boolean =>
  isListOf(value, isOne) && value.length > 0;
const isEncoding = (value: unknown): boolean => {
  try {
    new TextDecoder(value as string);
    return true;
  } catch {
    return false;
  }
};

/** What may be given for each option: nothing to say, or what is expected. */
const CHECKS: Readonly<Record<keyof CsvOptions, (value: unknown) => string | false>> = {
  label: (value) =>
    !isRef(value) && !isFilled(value, isRef) && 'the name or number of a column, or a list of them',
  columns: (value) => !isFilled(value, isRef) && 'a list of names or numbers of columns',
  header: (value) =>
    Array.isArray(value)
      ? !isFilled(value, isText) && 'true, false or a list of names'
      : typeof value !== 'boolean' && 'true or false',
  dtypes: (value) => (typeof value !== 'object' || value === null) && 'an object',
  missing: (value) =>
    value !== 'error' && value !== 'nan' && !Number.isFinite(value) && `'error', 'nan' or a number`,
  missingValues: (value) => !isListOf(value, isText) && 'a list of texts',
  delimiter: (value) =>
    !(isText(value) && /^[^"\r\n] {0,16}$/.test(value)) &&
    'one character, no quote and no line break, and blanks behind it',
  skipRows: (value) =>
    !(Number.isInteger(value) && Number(value) >= 0) && 'a whole number of at least 0',
  encoding: (value) => !isEncoding(value) && 'one that TextDecoder knows',
  signal: () => false,
  maxBytes: (value) =>
    !(Number.isFinite(value) && Number(value) >= 0) && 'a finite number of at least 0',
};

/**
 * How the columns of a CSV file are read. Options are those of `readCsv`, without `label`.
 */
export interface CsvColumnsOptions extends Omit<CsvOptions, 'label' | 'dtypes'> {
  /** Types of columns by name or number. Default: float32 where each field is a number or a missing value, else strings. */
  readonly dtypes?: Readonly<Record<string, CsvColumnType>> | undefined;
}

/** What a column of a table holds. */
export type CsvColumnType = 'float32' | 'int32' | 'string';

/** Throws ValueError for an unknown option or one of a useless value. */
export function checkCsvColumnsOptions(owner: string, options: CsvColumnsOptions): void {
  checkOptions(owner, options, Object.keys(CHECKS).filter((name) => name !== 'label')); // prettier-ignore
  const { dtypes, ...others } = options;
  checkCsvOptions(owner, others);
  if (dtypes === undefined) return;
  const expected = CHECKS.dtypes(dtypes);
  if (expected !== false) {
    throw new ValueError(`${owner}: dtypes must be ${expected}, got ${describeValue(dtypes)}.`);
  }
  for (const [name, type] of Object.entries(dtypes)) {
    oneOf(owner, `dtypes['${name}']`, type, ['float32', 'int32', 'string']);
  }
}

/** Throws ValueError for an unknown option or one of a useless value. */
export function checkCsvOptions(owner: string, options: CsvOptions): void {
  checkOptions(owner, options, Object.keys(CHECKS));
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new ValueError(`${owner}: ${name} must be ${expected}, got ${describeValue(value)}.`);
  };
  for (const [name, check] of Object.entries(CHECKS)) {
    const value = options[name as keyof CsvOptions];
    const expected = value !== undefined && check(value);
    if (expected !== false) refuse(name, expected, value);
  }
  for (const [name, type] of Object.entries(options.dtypes ?? {})) {
    const isType = ['float32', 'int32', 'category'].includes(type as string);
    if (!isType && !isFilled(type, isText)) {
      refuse(`dtypes['${name}']`, `'float32', 'int32', 'category' or a list of names`, type);
    }
  }
}
