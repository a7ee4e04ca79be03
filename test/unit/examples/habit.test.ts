// What the page of the GPT says of a head of attention.
import { describe, expect, it } from 'vitest';
import { habitOf } from '../../../examples/browser/src/gpt/habit.js';

const characters = Array.from('to␣be,␣or␣not␣to␣be,␣that␣is␣it');
const { length } = characters;

/** The weights of a head that looks where `at` says. */
function headThatLooks(at: (row: number) => number): { length: number; values: Float32Array } {
  const values = new Float32Array(length * length);
  for (let row = 0; row < length; row++) values[row * length + Math.max(0, at(row))] = 1;
  return { length, values };
}

describe('the habit of a head', () => {
  it.each([
    ['at the character itself', (row: number) => row],
    ['at the previous character', (row: number) => row - 1],
    ['3 characters back', (row: number) => row - 3],
    ['at the beginning of the line', () => 0],
  ])('is to look %s', (where, at) => {
    const { text, share } = habitOf(headThatLooks(at), characters);
    expect(text).toContain(`It looks mostly ${where}: `);
    expect(share).toBeGreaterThan(0.7);
  });

  it('is none where the weights are spread', () => {
    const values = new Float32Array(length * length);
    for (let row = 0; row < length; row++) {
      values.fill(1 / (row + 1), row * length, row * length + row + 1);
    }
    expect(habitOf({ length, values }, characters).text).toMatch(/at no position in particular/);
  });
});
