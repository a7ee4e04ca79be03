import { didYouMean } from '../../../config/index.js';
import { FormatError, ValueError } from '../../../errors.js';
import type { DType } from '../../../config/dtype.js';
import type { CsvOptions, ColumnRef, ColumnType } from './options.js';

/** A column that is read. */
export interface Column {
  /** The column's place in a row. */
  readonly index: number;
  readonly name: string;
  readonly type: ColumnType;
}

/** What is read of each row. */
export interface Columns {
  /** Names of all columns of the file. */
  readonly names: readonly string[];
  readonly features: readonly Column[];
  readonly labels: readonly Column[];
}

/**
 * The columns that options choose among those of a file.
 *
 * @param owner for messages
 * @throws ValueError for a column that the file does not have or that is chosen twice.
 */
export function chooseColumns(
  owner: string,
  names: readonly string[],
  { label, columns, dtypes = {} }: Pick<CsvOptions, 'label' | 'columns' | 'dtypes'>,
): Columns {
  const indices = indicesOf(names);
  const find = (ref: ColumnRef): number => findColumn(owner, names, indices, ref);
  const labels = label === undefined ? [] : [label].flat().map(find);
  const isLabel = new Set(labels);
  const chosen =
    columns === undefined
      ? names.map((_, index) => index).filter((index) => !isLabel.has(index))
      : columns.map(find);
  const all = new Set<number>();
  for (const index of [...chosen, ...labels]) {
    if (all.has(index)) {
      throw new ValueError(`${owner}: column '${names[index] ?? ''}' is chosen twice.`);
    }
    all.add(index);
  }
  if (chosen.length === 0) {
    throw new ValueError(
      `${owner}: no column is left for x: the file has ${listed(names)}, all of which are labels.`,
    );
  }
  const types = new Map<number, ColumnType>();
  for (const [key, type] of Object.entries(dtypes)) {
    const index = find(indices.has(key) || !/^-?\d+$/.test(key) ? key : Number(key));
    if (!all.has(index)) {
      throw new ValueError(`${owner}: dtypes names column '${key}', which is not read.`);
    }
    types.set(index, type);
  }
  const column = (index: number): Column => ({
    index,
    name: names[index] ?? '',
    type: types.get(index) ?? 'float32',
  });
  return { names, features: chosen.map(column), labels: labels.map(column) };
}

/** Where each name stands; undefined if several columns have it. */
function indicesOf(names: readonly string[]): ReadonlyMap<string, number | undefined> {
  const indices = new Map<string, number | undefined>();
  names.forEach((name, index) => indices.set(name, indices.has(name) ? undefined : index));
  return indices;
}

function findColumn(
  owner: string,
  names: readonly string[],
  indices: ReturnType<typeof indicesOf>,
  ref: ColumnRef,
): number {
  if (typeof ref === 'number') {
    const index = ref < 0 ? names.length + ref : ref;
    if (Number.isInteger(ref) && index >= 0 && index < names.length) return index;
    throw new ValueError(`${owner}: there is no column ${ref}, the file has ${names.length}.`);
  }
  const index = indices.get(ref);
  if (index !== undefined) return index;
  if (indices.has(ref)) {
    throw new ValueError(`${owner}: several columns are called '${ref}'. Give numbers instead.`);
  }
  throw new ValueError(
    `${owner}: there is no column '${ref}'.${didYouMean(ref, names)} Columns: ${listed(names)}.`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ');
  return names.length > 20 ? `${shown} … (${names.length})` : shown;
}

/** Turns the text of a field into its number; throws FormatError for one that is none, saying where it stands. */
export type FieldDecoder = (text: string, where: () => string, column: Column) => number;

/** Names of categories and their numbers, which grow as files are read. */
export type Categories = Map<string, number>;

const MISSING = new Set([
  '',
  '#N/A',
  '#NA',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'None',
  '-NaN',
  '-nan',
  'n/a',
  'nan',
  'null',
]);

/** Whether x or y of these columns are float32, or int32 because all are. */
export function dtypeOf(columns: readonly Column[]): DType {
  return columns.some(({ type }) => type === 'float32') ? 'float32' : 'int32';
}

/** Whether a text stands for a missing value. */
export function missingTest({ missingValues = [] }: CsvOptions): (text: string) => boolean {
  const further = new Set(missingValues);
  return (text) => {
    const trimmed = text.trim();
    return MISSING.has(trimmed) || further.has(trimmed);
  };
}

const INFINITY = /^\s*([+-]?)inf(?:inity)?\s*$/i;

/** Whether a number, and what a table means by one: '' and ' ' are 0 to `Number`, and '0x10' is 16. */
const isPlainNumber = (text: string, value: number): boolean =>
  value === value && (value !== 0 || text.trim() !== '') && !isPrefixed(text);

/** Whether a text is a number. */
export const isNumeric = (text: string): boolean =>
  isPlainNumber(text, Number(text)) || INFINITY.test(text);

/** How the fields of columns are read: one decoder for all columns of numbers of one type, one for each of categories. */
export function fieldDecoders(
  { missing = 'error', missingValues = [] }: CsvOptions,
  categoriesOf: (column: string) => Categories,
): (column: Column) => FieldDecoder {
  const further = new Set(missingValues);
  const isMissing = missingTest({ missingValues });
  const missingValue = (text: string, { type }: Column, where: () => string): number => {
    if (typeof missing === 'number') return missing;
    if (missing === 'nan' && type === 'float32') return NaN;
    const advice =
      missing === 'nan'
        ? `${type === 'int32' ? 'int32 has' : 'categories have'} no NaN: give missing a number.`
        : `Give missing: 'nan' or a number to stand for it.`;
    throw wrong(text, where, `is a missing value. ${advice}`);
  };

  const category = (column: Column): FieldDecoder => {
    const categories = categoriesOf(column.name);
    return (text, where) => {
      const known = categories.get(text);
      if (known !== undefined) return known;
      if (isMissing(text)) return missingValue(text, column, where);
      if (column.type !== 'category') {
        throw wrong(text, where, `is none of ${[...categories.keys()].join(', ')}.`);
      }
      categories.set(text, categories.size);
      return categories.size - 1;
    };
  };

  const number: FieldDecoder = (text, where, column) => {
    const { type } = column;
    const value = Number(text);
    const isPlain = isPlainNumber(text, value);
    if (isPlain && (type === 'float32' || (value | 0) === value) && !further.has(text)) {
      return value;
    }
    if (isMissing(text)) return missingValue(text, column, where);
    const infinity = INFINITY.exec(text);
    if (type === 'float32' && infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity;
    if (isPlain) throw wrong(text, where, 'is no int32 (-2147483648 … 2147483647).');
    throw wrong(
      text,
      where,
      `is not a number. Give dtypes: { '${column.name}': 'category' }, or leave the column out with columns.`,
    );
  };

  return (column) =>
    column.type === 'float32' || column.type === 'int32' ? number : category(column);
}

function wrong(text: string, where: () => string, problem: string): FormatError {
  return new FormatError(`${where()}: ${quoted(text)} ${problem}`);
}

/** Hexadecimal and the like, which begin with 0 and a letter. */
function isPrefixed(text: string): boolean {
  return text.charCodeAt(1) > 57 && /^\s*0[xob]/i.test(text);
}

/** A text as a message shows it. */
export function quoted(text: string): string {
  return text.length > 80 ? `'${text.slice(0, 80)}…'` : `'${text}'`;
}
