/** A range of coordinates. */
type Range = readonly [low: number, high: number];

/** Points and lines in the plane, drawn with characters. */
export class Canvas {
  readonly #cells: string[][];
  readonly #x: Range;
  readonly #y: Range;

  /** @param columns characters in a row; for equal scales twice as many as rows, in proportion to the ranges */
  constructor(columns: number, rows: number, x: Range, y: Range) {
    this.#cells = Array.from({ length: rows }, () => new Array<string>(columns).fill(' '));
    this.#x = x;
    this.#y = y;
    this.#drawAxes();
  }

  /** Later points cover earlier ones; what lies outside is not drawn. */
  point(x: number, y: number, symbol: string): void {
    const row = this.#cells[this.#row(y)];
    const column = this.#column(x);
    if (row !== undefined && column >= 0 && column < row.length) row[column] = symbol;
  }

  /** Points from (x0, y0) to (x1, y1), both included. */
  line(x0: number, y0: number, x1: number, y1: number, symbol: string): void {
    const across = Math.abs(this.#column(x1) - this.#column(x0));
    const down = Math.abs(this.#row(y1) - this.#row(y0));
    const steps = Math.max(1, across, down);
    for (let i = 0; i <= steps; i++) {
      this.point(x0 + ((x1 - x0) * i) / steps, y0 + ((y1 - y0) * i) / steps, symbol);
    }
  }

  lines(): string[] {
    return this.#cells.map((row) => row.join(''));
  }

  #column(x: number): number {
    const [low, high] = this.#x;
    return Math.round(((x - low) / (high - low)) * ((this.#cells[0]?.length ?? 1) - 1));
  }

  #row(y: number): number {
    const [low, high] = this.#y;
    return Math.round(((high - y) / (high - low)) * (this.#cells.length - 1));
  }

  #drawAxes(): void {
    const [left, right] = this.#x;
    const [bottom, top] = this.#y;
    if (bottom <= 0 && top >= 0) this.line(left, 0, right, 0, '·');
    if (left <= 0 && right >= 0) this.line(0, bottom, 0, top, '·');
    this.point(0, 0, '+');
  }
}
