import type { DType } from '../tensor/index.js';
import type { Source } from '../places/source.js';
import type { Columns } from '../formats/csv/columns.js';
import type { Categories } from '../formats/csv/decode.js';
import { checkCsvOptions, type CsvOptions } from '../formats/csv/options.js';

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

  /**
   * One reading of the file. The first block may have no rows.
   *
   * @param held bytes that the caller holds of what it has read so far; without it nothing is held and nothing limited
   * but by an option
   */
  async *blocks(held?: () => number): AsyncGenerator<RowBlock, void, undefined> {
    const { rowBlocks } = await import('./files.js');
    yield* rowBlocks(this.owner, this.source, this.options, this.#categories, held);
  }
}
