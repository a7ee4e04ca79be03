import type { Tensor } from 'lanegrad';
import { beside } from './terminal/page.js';
import { drawPictures } from './terminal/pictures.js';

/** Prints pictures [n, height, width] side by side, and below each what the network says about it. */
export function showDigits(pictures: Tensor, white: number, probabilities: Tensor): void {
  const drawn = drawPictures(pictures, white);
  console.log(beside(drawn, 2).join('\n'));
  const lineWidth = drawn[0]?.[0]?.length ?? 0;
  const classes = probabilities.shape[1] ?? 0;
  const rows = Array.from(probabilities.data());
  const captions = drawn.map((_, digit) => {
    const row = rows.slice(digit * classes, (digit + 1) * classes);
    const best = row.reduce((b, p, i) => (p > (row[b] ?? 0) ? i : b), 0);
    return `${best} (${((row[best] ?? 0) * 100).toFixed(1)} %)`.padEnd(lineWidth);
  });
  console.log(captions.join('  ').trimEnd());
}
