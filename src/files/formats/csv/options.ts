import { describeValue } from '../../../config/describe-value.js';
import { checkOptions, isListOf, oneOf } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';

/** A column by name or by number: 0 is the first, −1 the last. */
export type ColumnRef = string | number;

/**
 * The contents of a column: numbers, whole numbers or names. Names become the numbers 0, 1, 2 …, in the order in which
 * they first appear (`'category'`), or in the order of a list, which then has to contain all of them.
 */
export type ColumnType = 'float32' | 'int32' | 'category' | readonly string[];

/** Options for reading a CSV file. */
export interface CsvOptions {
  /** The column or columns that become y: [n] for one column, [n, k] for a list. Default: none, and no y. */
  readonly label?: ColumnRef | readonly ColumnRef[] | undefined;
  /** The columns that become x, in this order. Default: all columns but the labels. */
  readonly columns?: readonly ColumnRef[] | undefined;
  /**
   * Whether the first line names the columns, or a list of names for a file without such a line; columns without names
   * are called '0', '1' … Default true.
   */
  readonly header?: boolean | readonly string[] | undefined;
  /** Types of columns by name or number. Default: float32. */
  readonly dtypes?: Readonly<Record<string, ColumnType>> | undefined;
  /**
   * How to treat missing values: an error, NaN (for float32), or a number that replaces them. Missing values are empty
   * fields and NA, N/A, NaN, null, NULL, None and the like, as in pandas. Default `'error'`.
   */
  readonly missing?: 'error' | 'nan' | number | undefined;
  /** Additional texts that mean a missing value, such as `'?'`. */
  readonly missingValues?: readonly string[] | undefined;
  /** The character between fields, followed by blanks to skip: `', '`. Default `','`. */
  readonly delimiter?: string | undefined;
  /** The number of lines to skip at the beginning, before the header. Default 0. */
  readonly skipRows?: number | undefined;
  /** Encoding of the text, by its name in `TextDecoder`. A byte order mark is dropped. Default `'utf-8'`. */
  readonly encoding?: string | undefined;
  /**
   * The largest size in bytes of the file, of its uncompressed text, and of its numbers. Default for `readCsv`: 2³⁰ (1
   * GiB), and beyond the first 64 MiB at most 256 bytes of text for each byte of gzip; for `Dataset.csv`, which keeps
   * little of a file in memory: no limit.
   */
  readonly maxBytes?: number;
  /** A signal that stops reading; its reason is thrown. */
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
 * Options for reading the columns of a CSV file: those of `readCsv` without `label`.
 */
export interface CsvColumnsOptions extends Omit<CsvOptions, 'label' | 'dtypes'> {
  /** Types of columns by name or number. Default: float32 if each field is a number or a missing value, otherwise strings. */
  readonly dtypes?: Readonly<Record<string, CsvColumnType>> | undefined;
}

/** The contents of a column of a table. */
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
