import { disposeElement, retain, mapParts } from './element.js';
import type { ItemKind } from './item-kind.js';
import type { Reader, Stage } from './stage.js';
import { abandon, orAbort } from '../or-abort.js';
import { Tensor, tidy } from '../../../engine/tensor/index.js';
import type { RowBlock, RowLayout } from '../../../files/formats/csv/rows.js';
import { columnsOf } from '../csv.js';
import type { CsvTable } from '../csv.js';

/** A row of a CSV file: its numbers, which become tensors only in a batch. */
interface Row {
  readonly layout: RowLayout;
  readonly numbers: readonly number[];
}

const rowKind: ItemKind<Row> = {
  element: (row) => {
    const batch = rowKind.batch([row], 'csv');
    try {
      // Without the axis of the batch.
      return mapParts(batch, (part) =>
        part instanceof Tensor ? (retain(part.view(part.shape.slice(1))) as typeof part) : part,
      );
    } finally {
      disposeElement(batch);
    }
  },
  batch: (rows) => {
    const layout = rows[0]?.layout;
    const { x, y } = tidy(() =>
      columnsOf(
        rows.flatMap(({ numbers }) => numbers),
        rows.length,
        layout,
      ),
    );
    return y === undefined ? x : [x, y];
  },
  copy: (row) => row,
  dispose: () => undefined,
};

/** The rows of a CSV file as elements x or [x, y]; the file is read again in each pass. */
export function csvStage(table: CsvTable): Stage<Row> {
  return {
    kind: rowKind,
    size: undefined,
    upstream: [],
    open: (pass) => new CsvReader(table, pass.signal),
  };
}

class CsvReader implements Reader<Row> {
  readonly #blocks: AsyncGenerator<RowBlock, void, undefined>;
  #block: RowBlock | undefined;
  #next = 0;

  constructor(
    table: CsvTable,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.#blocks = table.blocks();
  }

  next(): Row | Promise<Row | undefined> {
    return this.#fromBlock() ?? this.#fromNextBlock();
  }

  /** The next row of the block at hand. */
  #fromBlock(): Row | undefined {
    const block = this.#block;
    while (block !== undefined && this.#next < block.count) {
      const numbers: number[] = [];
      if (block.read(this.#next++, numbers, 0)) return { layout: block.layout, numbers };
    }
    return undefined;
  }

  async #fromNextBlock(): Promise<Row | undefined> {
    for (;;) {
      const { done, value } = await orAbort(this.#blocks.next(), this.signal);
      if (done === true) return undefined;
      [this.#block, this.#next] = [value, 0];
      const row = this.#fromBlock();
      if (row !== undefined) return row;
    }
  }

  async close(): Promise<void> {
    // After an abort, a block that is still awaited may never come.
    if (this.signal?.aborted === true) abandon(this.#blocks);
    else await this.#blocks.return();
  }
}
