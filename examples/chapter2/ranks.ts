import { tensor } from 'lanegrad';
import { array, note, title } from '../terminal/page.js';

/** Tensors of 0 to 3 axes. */
export function showRanks(): void {
  title('Tensors by their number of axes');
  note(
    'A tensor is numbers along axes. Its rank is how many axes it has (ndim), its shape how long each is, its dtype ' +
      'what kind of numbers it holds.',
  );
  array('scalar, ndim 0', tensor(12));
  array('vector, ndim 1', tensor([12, 3, 6, 14, 7]));
  const table = [
    [5, 78, 2, 34],
    [6, 79, 3, 35],
    [7, 80, 4, 36],
  ];
  array('matrix, ndim 2', tensor(table, { dtype: 'int32' }));
  const flags = tensor([table, table]).greater(30);
  array('cube, ndim 3', flags);
}
