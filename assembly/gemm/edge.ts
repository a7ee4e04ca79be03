// Tiles at the right and lower edge of C are computed beside it, whole, and copied as far as they reach.
import { loadVector, storeVector } from '../lanes';

/** to[rows,columns] = from[rows,columns], with that many bytes from row to row. */
export function copyTile(
  to: usize,
  toBytes: usize,
  from: usize,
  fromBytes: usize,
  rows: i32,
  columns: i32,
): void {
  for (let i = 0; i < rows; i++, to += toBytes, from += fromBytes) {
    for (let j = 0; j < columns; j += 4) {
      const at = (<usize>j) << 2;
      storeVector(to + at, loadVector(from + at, columns - j), columns - j);
    }
  }
}
