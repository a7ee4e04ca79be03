import { FormatError } from '../../../errors.js';
import { beyondLimit } from '../bytes.js';
import { chooseColumns, fieldDecoders, isNumeric, missingTest, quoted } from './columns.js';
import type { Column } from './columns.js';
import type { CsvColumnsOptions, CsvColumnType, CsvOptions } from './options.js';
import { csvRecords } from './records.js';
import type { CsvFile, Records } from './records.js';
import { isEmptyLine, limitsOf, namesOf } from './rows.js';

/** A column of a file: numbers, or texts as they stand there. */
export type TableColumn =
  | { readonly name: string; readonly type: 'float32'; readonly values: Float32Array<ArrayBuffer> }
  | { readonly name: string; readonly type: 'int32'; readonly values: Int32Array<ArrayBuffer> }
  | { readonly name: string; readonly type: 'string'; readonly values: readonly string[] };

/** A column while it is read. */
interface Reading {
  readonly column: Column;
  /** Undefined: numbers as long as there is nothing else. */
  readonly type: CsvColumnType | undefined;
  isText: boolean;
  readonly fields: string[];
  /** Fields as they came first, while they are few. */
  readonly distinct: Map<string, string>;
}

/** Columns of more different fields keep each as it comes. */
const MAX_DISTINCT = 1 << 12;

/**
 * A field that came before in place of an equal one: a column of categories holds each once, so what was split from the text is freed
 * at once, and what looks for a field finds the string that it knows.
 */
function once(distinct: Map<string, string>, field: string): string {
  if (distinct.size === MAX_DISTINCT) return field;
  const known = distinct.get(field);
  if (known === undefined) distinct.set(field, field);
  return known ?? field;
}

/** Bytes that a field takes in addition to its text. */
const FIELD_BYTES = 24;

/**
 * The columns of a CSV file, which are held as texts until all are read.
 *
 * @param owner the method, for messages
 * @throws FormatError beyond `maxBytes`, for two columns of one name, for rows of another length, and for a field that is not a number in a
 * column of numbers.
 */
export async function readTable(
  owner: string,
  file: CsvFile,
  options: CsvColumnsOptions,
): Promise<TableColumn[]> {
  const { name } = file;
  const { dtypes = {}, ...others } = options;
  const { maxBytes, allowed } = limitsOf(options, true);
  const isMissing = missingTest(others);
  const lines: RowLines = { blocks: [], rows: [] };
  let toSkip = options.skipRows ?? 0;
  let header: { readonly names: readonly string[]; readonly origin: string } | undefined;
  let columns: readonly Reading[] = [];
  let held = 0;
  for await (const { rows, line } of csvRecords(file, others, allowed)) {
    let first = Math.min(toSkip, rows.length);
    toSkip -= first;
    if (header === undefined) {
      while (first < rows.length && isEmptyLine(rows[first])) first++;
      const top = rows[first];
      if (top === undefined) continue;
      const { names, isRow } = namesOf(name, top, options);
      header = { names, origin: isRow ? 'first row' : 'header' };
      columns = readingOf(owner, names, options.columns, dtypes);
      requireNames(name, columns);
      if (!isRow) first++;
    }
    lines.blocks.push({ first: lines.rows.length, line });
    for (let row = first; row < rows.length; row++) {
      const fields = rows[row] ?? [];
      if (fields.length !== header.names.length) {
        if (isEmptyLine(fields)) continue;
        throw new FormatError(
          `${name}, line ${line(row)}: ${fields.length} fields, but the ${header.origin} has ${header.names.length}: ` +
            `${quoted(fields.join(options.delimiter ?? ','))}.`,
        );
      }
      if (fields.length === 1 && fields[0] === '') continue;
      lines.rows.push(row);
      for (const one of columns) {
        const text = once(one.distinct, fields[one.column.index] ?? '');
        one.fields.push(text);
        held += text.length + FIELD_BYTES;
        one.isText ||= one.type === undefined && !isNumeric(text) && !isMissing(text);
      }
    }
    if (held <= maxBytes) continue;
    throw beyondLimit(`${name}: its fields take more than the ${maxBytes} bytes that are allowed`);
  }
  if (header === undefined) {
    throw new FormatError(
      `${name}: the file has no rows${options.skipRows ? ' after those to skip' : ''}.`,
    );
  }
  return columns.map((one) => columnOf(name, one, others, lines));
}

/** Where the rows of a table stand in the file. */
interface RowLines {
  /** What arrived together, with the number of its first row. */
  readonly blocks: { readonly first: number; readonly line: Records['line'] }[];
  /** The place of each row in its block: empty lines are not rows. */
  readonly rows: number[];
}

function lineOf({ blocks, rows }: RowLines, row: number): number {
  return blocks.findLast(({ first }) => first <= row)?.line(rows[row] ?? 0) ?? 0;
}

function readingOf(
  owner: string,
  names: readonly string[],
  chosen: CsvOptions['columns'],
  dtypes: Readonly<Record<string, CsvColumnType>>,
): Reading[] {
  // Columns that are not named here are numbers by default: which they are is seen later.
  const { features } = chooseColumns(owner, names, {
    columns: chosen,
    dtypes: dtypes as CsvOptions['dtypes'],
  });
  const given = new Set(Object.keys(dtypes));
  return features.map((column) => {
    const isGiven =
      given.has(column.name) ||
      given.has(String(column.index)) ||
      given.has(String(column.index - names.length));
    const type = isGiven ? (column.type as CsvColumnType) : undefined;
    return { column, type, isText: type === 'string', fields: [], distinct: new Map() };
  });
}

/** @throws FormatError for two columns of one name: the table holds them by their names. */
function requireNames(file: string, columns: readonly Reading[]): void {
  const seen = new Set<string>();
  for (const { column } of columns) {
    if (seen.has(column.name)) {
      throw new FormatError(
        `${file}: two columns are called ${quoted(column.name)}. Give the names of all as header, and skipRows: 1 if the file has a ` +
          `line of names, or choose one of them by its number in columns.`,
      );
    }
    seen.add(column.name);
  }
}

function columnOf(
  file: string,
  { column, type = 'float32', isText, fields }: Reading,
  options: CsvOptions,
  lines: RowLines,
): TableColumn {
  const { name } = column;
  if (isText) return { name, type: 'string', values: fields };
  const decode = fieldDecoders(options, () => new Map())(column);
  let row = 0;
  const where = (): string => `${file}, line ${lineOf(lines, row)}, column '${name}'`;
  const into = <V extends Float32Array | Int32Array>(values: V): V => {
    for (; row < fields.length; row++) values[row] = decode(fields[row] ?? '', where, column);
    return values;
  };
  return type === 'int32'
    ? { name, type, values: into(new Int32Array(fields.length)) }
    : { name, type: 'float32', values: into(new Float32Array(fields.length)) };
}
