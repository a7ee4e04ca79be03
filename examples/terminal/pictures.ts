import type { Tensor } from 'lanegrad';

/** From black to white. Each pixel is two characters wide, since characters are twice as high as wide. */
const SHADES = ' .:-=+*#%@';

/**
 * Pictures [n, height, width] with pixels from 0 to `white` as lines of text, one list a picture. Large ones are drawn
 * at half size: one character for two columns, one line for two rows.
 */
export function drawPictures(pictures: Tensor, white: number): string[][] {
  const [count = 0, height = 0, width = 0] = pictures.shape;
  const pixels = pictures.data();
  const step = width > 16 ? 2 : 1;
  const perColumn = step === 2 ? 1 : 2;
  const shade = (picture: number, row: number, column: number): string => {
    let sum = 0;
    for (let dy = 0; dy < step; dy++) {
      for (let dx = 0; dx < step; dx++) {
        sum += pixels[(picture * height + row + dy) * width + column + dx] ?? 0;
      }
    }
    const level = Math.round((sum / (step * step * white)) * (SHADES.length - 1));
    return (SHADES[level] ?? ' ').repeat(perColumn);
  };
  return Array.from({ length: count }, (_, picture) =>
    Array.from({ length: Math.ceil(height / step) }, (_, row) => {
      let line = '';
      for (let column = 0; column < width; column += step)
        line += shade(picture, row * step, column);
      return line;
    }),
  );
}
