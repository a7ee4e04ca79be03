import { tensor, tidy, zeros } from 'lanegrad';
import { array, describe, fact, note, title } from '../terminal/page.js';

/** The same numbers in other shapes. */
export function showReshaping(): void {
  title('Reshape and transpose');
  note('reshape keeps the numbers in their order and changes the axes; transpose swaps the axes.');
  tidy(() => {
    const x = tensor([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    array('x', x);
    array('x.reshape(6, 1)', x.reshape(6, 1));
    array('x.reshape(2, -1)', x.reshape(2, -1));
    array('x.T', x.T);
    fact('zeros([300, 20]).transpose()', describe(zeros([300, 20]).transpose()));
  });
}
