// Shapes as texts: a table with several shapes in each row would otherwise be mostly brackets.

/** The shapes that a text names: '2 3 · 3 4 = 2 4'; an empty part is a scalar's shape. */
export const shapesOf = (text: string): number[][] =>
  text.split(/ ?[·=] ?/).map((shape) => shape.split(' ').filter(Boolean).map(Number));

/** Pairs that broadcast, with every kind of row: long, short, repeated, nested up to five axes. */
export const BROADCASTS = [
  ...['5 10 · 10', '5 10 · 5 1', '5 1 · 1 10', '3 · 40 3', '1 · 33', '2 3 4 · 3 1'],
  ...['4 21 · 1 21', '2 1 7 1 · 3 1 5', '2 1 7 1 · 3 1 18', '2 3 1 2 5 · 1 3 4 1 5'],
  ...['3 1 2 1 19 · 1 2 1 3 1', '4 0 3 · 1 3'],
].map((text) => shapesOf(text) as [number[], number[]]);
