import type { Tensor } from 'lanegrad';

/** From black to white. Each pixel is two characters wide, since characters are twice as high as wide. */
const SHADES = ' .:-=+*#%@';

/** Prints pictures [n, height, width] side by side, and under each what the network says of it. */
export function showDigits(pictures: Tensor, white: number, probabilities: Tensor): void {
  const [count = 0, height = 0, width = 0] = pictures.shape;
  const pixels = pictures.data();
  // Large pictures are shown at half size: one character for two columns, one line for two rows.
  const step = width > 16 ? 2 : 1;
  const perColumn = step === 2 ? 1 : 2;
  const shade = (digit: number, row: number, column: number): string => {
    let sum = 0;
    for (let dy = 0; dy < step; dy++) {
      for (let dx = 0; dx < step; dx++) {
        sum += pixels[(digit * height + row + dy) * width + column + dx] ?? 0;
      }
    }
    const level = Math.round((sum / (step * step * white)) * (SHADES.length - 1));
    return (SHADES[level] ?? ' ').repeat(perColumn);
  };
  for (let row = 0; row < height; row += step) {
    const lines = Array.from({ length: count }, (_, digit) => {
      let line = '';
      for (let column = 0; column < width; column += step) line += shade(digit, row, column);
      return line;
    });
    console.log(lines.join('  ').trimEnd());
  }
  const lineWidth = (width / step) * perColumn;
  const classes = probabilities.shape[1] ?? 0;
  const rows = Array.from(probabilities.data());
  const captions = Array.from({ length: count }, (_, digit) => {
    const row = rows.slice(digit * classes, (digit + 1) * classes);
    const best = row.reduce((b, p, i) => (p > (row[b] ?? 0) ? i : b), 0);
    return `${best} (${((row[best] ?? 0) * 100).toFixed(1)} %)`.padEnd(lineWidth);
  });
  console.log(captions.join('  ').trimEnd());
}
