import { FormatError } from '../../errors.js';
import { sourceName, type Source } from '../source.js';
import { chooseColumns } from './columns.js';
import { dtypeOf, fieldDecoder, quoted, type Categories } from './decode.js';
import type { CsvOptions } from './options.js';
import { csvRecords } from './records.js';
import type { RowBlock, RowLayout } from './table.js';

/**
 * One reading of a CSV file. The first block may have no rows.
 *
 * @param owner the method, for messages
 * @param categories those of each such column, which grow
 */
export async function* rowBlocks(
  owner: string,
  source: Source,
  options: CsvOptions,
  categories: Map<string, Categories>,
): AsyncGenerator<RowBlock, void, undefined> {
  const name = sourceName(source, 'CSV');
  let toSkip = options.skipRows ?? 0;
  let reader: RowReader | undefined;
  for await (const { rows, line } of csvRecords(source, options)) {
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
  }
  if (reader !== undefined) return;
  throw new FormatError(
    `${name}: the file has no rows${options.skipRows ? ' after those to skip' : ''}.`,
  );
}

/** The names of the columns, and whether the first row is one of data. */
function namesOf(
  name: string,
  top: readonly string[],
  { header }: CsvOptions,
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
  const decoders = [...features, ...labels].map((column) => ({
    index: column.index,
    decode: fieldDecoder(column, options, categoriesOf),
  }));
  const layout = {
    ...columns,
    xType: dtypeOf(features),
    yType: dtypeOf(labels),
    yIsList: Array.isArray(options.label),
    width: decoders.length,
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
      const where = (): string => `${name}, line ${line()}`;
      for (let i = 0; i < decoders.length; i++) {
        const decoder = decoders[i];
        if (decoder !== undefined) {
          into[offset + i] = decoder.decode(fields[decoder.index] ?? '', where);
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

function isEmptyLine(fields: readonly string[] | undefined): boolean {
  return fields?.length === 1 && fields[0] === '';
}
