import { FormatError } from '../../errors.js';
import { sourceName, type Source } from '../source.js';
import type { DType } from '../../tensor/index.js';
import { chooseColumns, type Columns } from './columns.js';
import { dtypeOf, fieldDecoder, quoted, type Categories } from './decode.js';
import { checkCsvOptions, type CsvOptions } from './options.js';
import { csvRecords } from './records.js';

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

  /** One reading of the file. The first block may have no rows. */
  async *blocks(): AsyncGenerator<RowBlock, void, undefined> {
    const { source, options } = this;
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
        const { names, isRow } = this.#names(name, top);
        reader = this.#reader(name, names, isRow ? 'first row' : 'header');
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
  #names(name: string, top: readonly string[]): { names: readonly string[]; isRow: boolean } {
    const { header } = this.options;
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

  #reader(name: string, names: readonly string[], origin: string): RowReader {
    const { options } = this;
    const columns = chooseColumns(this.owner, names, options);
    const { features, labels } = columns;
    for (const { name: column, type } of [...features, ...labels]) {
      if (type === 'float32' || type === 'int32' || this.#categories.has(column)) continue;
      const known = type === 'category' ? [] : type;
      this.#categories.set(column, new Map(known.map((category, i) => [category, i])));
    }
    const categoriesOf = (column: string): Categories =>
      this.#categories.get(column) ?? new Map<string, number>();
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
