// What the page and the worker that runs code tell each other.

/** A piece of a program: a block of the page. */
export interface Piece {
  readonly code: string;
  readonly isTypeScript: boolean;
}

/** What the page asks of a new worker. Only the last piece shows what it prints. */
export interface Request {
  readonly pieces: readonly Piece[];
  readonly isDark: boolean;
}

/** A tensor as a table: at most `MAX_CELLS` in each direction. */
export interface Table {
  readonly kind: 'table';
  readonly title: string;
  /** All of it as the guides write it. */
  readonly text: string;
  readonly rows: readonly (readonly string[])[];
  /** Of the rows and columns of the tensor, some are left out. */
  readonly isCut: boolean;
}

export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

export interface Chart {
  readonly kind: 'chart';
  /** The text of an SVG file. */
  readonly svg: string;
}

export type Shown = Table | Text | Chart;

export type Answer =
  | {
      readonly type: 'shown';
      readonly shown: readonly Shown[];
      /** The line of the block, from 1, whose value this is; undefined for what was printed. */
      readonly line: number | undefined;
    }
  /** So many lines were printed that are not shown. */
  | { readonly type: 'unshown'; readonly count: number }
  | {
      readonly type: 'failed';
      readonly name: string;
      readonly message: string;
      /** The line of the block, from 1; undefined where it is in a block before it or unknown. */
      readonly line: number | undefined;
      readonly isEarlier: boolean;
    }
  | { readonly type: 'done'; readonly milliseconds: number };
