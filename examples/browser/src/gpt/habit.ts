// Where a head of attention mostly looks, in words.
import type { Weights } from './heatmap.js';

export interface Habit {
  readonly text: string;
  /** The part of its weight that follows the habit, 0 to 1. */
  readonly share: number;
}

/** @param characters those of the line, with `␣` for a space */
export function habitOf({ length, values }: Weights, characters: readonly string[]): Habit {
  const shareOf = (isMeant: (row: number, column: number) => boolean): number => {
    let sum = 0;
    for (let row = 1; row < length; row++) {
      for (let column = 0; column <= row; column++) {
        if (isMeant(row, column)) sum += values[row * length + column] ?? 0;
      }
    }
    return sum / Math.max(1, length - 1);
  };
  const isGap = (i: number): boolean => !/\p{L}/u.test(characters[i] ?? '');
  const habits: readonly (readonly [string, number])[] = [
    ['at the character itself', shareOf((row, column) => row === column)],
    ['at the previous character', shareOf((row, column) => row === column + 1)],
    ...[2, 3, 4, 5].map((back) => [`${back} characters back`, shareOf((row, column) => row === column + back)] as const),
    ['between words', shareOf((row, column) => isGap(column) && column < row - 1)],
    ['at the beginning of the line', shareOf((row, column) => column === 0 && row > 1)],
    ['at the same character, earlier', shareOf((row, column) => column < row - 1 && characters[row] === characters[column])],
  ]; // prettier-ignore
  const [where, share] = habits.reduce((a, b) => (b[1] > a[1] ? b : a));
  if (share > 0.3) {
    const often = share > 0.5 ? 'mostly' : 'often';
    return {
      share,
      text: `It looks ${often} ${where}: ${Math.round(100 * share)} % of its weight.`,
    };
  }
  const near = shareOf((row, column) => row - column <= 5);
  const text =
    near > 0.75
      ? 'It looks at the last five characters, at none of them in particular.'
      : 'It looks far back, at no position in particular.';
  return { share, text };
}
