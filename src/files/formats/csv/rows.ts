import { FormatError } from '../../../errors.js';
import type { DType } from '../../../config/dtype.js';
import { beyondLimit, DEFAULT_MAX_BYTES } from '../bytes.js';
import { chooseColumns, dtypeOf, fieldDecoders, quoted } from './columns.js';
import type { Categories, Columns } from './columns.js';
import type { CsvOptions } from './options.js';
import { csvRecords, type CsvFile } from './records.js';

/** How rows are laid out, known once the first line is read. */
export interface RowLayout extends Columns {
  readonly xType: DType;
  readonly yType: DType;
  /** Whether y is a list of columns rather than one. */
  readonly yIsList: boolean;
  /** Numbers of a row: those of x, then those of y. */
  readonly width: number;
}

/** Some rows as numbers. */
export interface RowBlock {
  readonly layout: RowLayout;
  readonly count: number;
  /** Writes the numbers of a row to `into`, from `offset` on. False for an empty line. Throws FormatError. */
  read(row: number, into: Record<number, number>, offset: number): boolean;
}

/**
 * One reading of a CSV file. The first block may have no rows.
 *
 * @param owner the method, for messages
 * @param categories those of each such column, which grow
 * @param held bytes that the caller holds of the blocks so far, if it holds all of them
 * @throws FormatError beyond `maxBytes`, and for what the rows are wrong in
 */
export async function* rowBlocks(
  owner: string,
  file: CsvFile,
  options: CsvOptions,
  categories: Map<string, Categories>,
  held?: () => number,
): AsyncGenerator<RowBlock, void, undefined> {
  const { name } = file;
  let toSkip = options.skipRows ?? 0;
  let reader: RowReader | undefined;
  const { maxBytes, allowed } = limitsOf(options, held !== undefined);
  for await (const { rows, line } of csvRecords(file, options, allowed)) {
    let first = Math.min(toSkip, rows.length);
    toSkip -= first;
    if (reader === undefined) {
      while (first < rows.length && isEmptyLine(rows[first])) first++;
      const top = rows[first];
      if (top === undefined) continue;
      const { names, isRow } = namesOf(name, top, options);
      reader = readerOf(owner, name, names, isRow ? 'first row' : 'header', options, categories);
      if (!isRow) first++;
    }
    const { layout, read } = reader;
    yield {
      layout,
      count: rows.length - first,
      read: (row, into, offset) =>
        read(rows[first + row] ?? [], () => line(first + row), into, offset),
    };
    if ((held?.() ?? 0) > maxBytes) {
      throw beyondLimit(
        `${name}: its numbers take more than the ${maxBytes} bytes that are allowed`,
      );
    }
  }
  if (reader !== undefined) return;
  throw new FormatError(
    `${name}: the file has no rows${options.skipRows ? ' after those to skip' : ''}.`,
  );
}

/** Text beyond which gzip is suspected, and how much of it a byte of gzip may then become. Numbers make 3 to 20. */
const UNSUSPECTED = 2 ** 26;
const MAX_GROWTH = 256;

/** `allowed` says how many bytes of text there may be when so many of the file have come. */
export function limitsOf(
  options: Pick<CsvOptions, 'maxBytes'>,
  isHeld: boolean,
): { readonly maxBytes: number; readonly allowed: (arrived: number) => number } {
  if (options.maxBytes !== undefined || !isHeld) {
    const { maxBytes = Infinity } = options;
    return { maxBytes, allowed: () => maxBytes };
  }
  const allowed = (arrived: number): number =>
    Math.min(DEFAULT_MAX_BYTES, Math.max(UNSUSPECTED, MAX_GROWTH * arrived));
  return { maxBytes: DEFAULT_MAX_BYTES, allowed };
}

/** The names of the columns, and whether the first row is one of data. */
export function namesOf(
  name: string,
  top: readonly string[],
  { header }: Pick<CsvOptions, 'header'>,
): { names: readonly string[]; isRow: boolean } {
  if (Array.isArray(header)) return { names: header as readonly string[], isRow: true };
  if (header === false) return { names: top.map((_, i) => String(i)), isRow: true };
  const areNumbers = top.every((text) => text.trim() !== '' && Number.isFinite(Number(text)));
  if (header === undefined && areNumbers) {
    throw new FormatError(
      `${name}: the first row holds numbers only: ${quoted(top.join(','))}. Give header: false if the file has no ` +
        `header, true if these are names.`,
    );
  }
  return { names: top, isRow: false };
}

function readerOf(
  owner: string,
  name: string,
  names: readonly string[],
  origin: string,
  options: CsvOptions,
  categories: Map<string, Categories>,
): RowReader {
  const columns = chooseColumns(owner, names, options);
  const { features, labels } = columns;
  for (const { name: column, type } of [...features, ...labels]) {
    if (type === 'float32' || type === 'int32' || categories.has(column)) continue;
    const known = type === 'category' ? [] : type;
    categories.set(column, new Map(known.map((category, i) => [category, i])));
  }
  const categoriesOf = (column: string): Categories =>
    categories.get(column) ?? new Map<string, number>();
  const decoderOf = fieldDecoders(options, categoriesOf);
  const read = [...features, ...labels];
  const decoders = read.map(decoderOf);
  const layout = {
    ...columns,
    xType: dtypeOf(features),
    yType: dtypeOf(labels),
    yIsList: Array.isArray(options.label),
    width: read.length,
  };
  return {
    layout,
    read(fields, line, into, offset) {
      if (fields.length !== names.length) {
        if (isEmptyLine(fields)) return false;
        throw new FormatError(
          `${name}, line ${line()}: ${fields.length} fields, but the ${origin} has ${names.length}: ` +
            `${quoted(fields.join(options.delimiter ?? ','))}.`,
        );
      }
      if (fields.length === 1 && fields[0] === '') return false;
      let at = 0;
      const where = (): string => `${name}, line ${line()}, column '${read[at]?.name ?? ''}'`;
      for (; at < read.length; at++) {
        const [column, decode] = [read[at], decoders[at]];
        if (column !== undefined && decode !== undefined) {
          into[offset + at] = decode(fields[column.index] ?? '', where, column);
        }
      }
      return true;
    },
  };
}

interface RowReader {
  readonly layout: RowLayout;
  readonly read: (
    fields: readonly string[],
    line: () => number,
    into: Record<number, number>,
    offset: number,
  ) => boolean;
}

/** Whether a line has nothing in it. */
export function isEmptyLine(fields: readonly string[] | undefined): boolean {
  return fields?.length === 1 && fields[0] === '';
}
