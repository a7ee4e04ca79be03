import { FormatError } from '../../errors.js';
import type { DType } from '../../tensor/dtype.js';
import type { Column } from './columns.js';
import type { CsvOptions } from './options.js';

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

/** How the fields of columns are read: one decoder for all columns of numbers of one type, one for each of categories. */
export function fieldDecoders(
  { missing = 'error', missingValues = [] }: CsvOptions,
  categoriesOf: (column: string) => Categories,
): (column: Column) => FieldDecoder {
  const further = new Set(missingValues);
  const isMissing = (text: string): boolean => {
    const trimmed = text.trim();
    return MISSING.has(trimmed) || further.has(trimmed);
  };
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
    // What Number takes and a table does not mean: '' and ' ' are 0 to it, '0x10' is 16.
    const isPlain = value === value && (value !== 0 || text.trim() !== '') && !isPrefixed(text);
    if (isPlain && (type === 'float32' || (value | 0) === value) && !further.has(text)) {
      return value;
    }
    if (isMissing(text)) return missingValue(text, column, where);
    const infinity = /^\s*([+-]?)inf(?:inity)?\s*$/i.exec(text);
    if (type === 'float32' && infinity !== null) return infinity[1] === '-' ? -Infinity : Infinity;
    if (isPlain) throw wrong(text, where, 'is no int32 (-2147483648 … 2147483647).');
    throw wrong(
      text,
      where,
      `is no number. Give dtypes: { '${column.name}': 'category' }, or leave the column out with columns.`,
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
