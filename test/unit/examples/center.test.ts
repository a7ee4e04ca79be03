// The demo makes of a drawing what the network knows. Expected images follow from the rule: the ink is scaled into a box,
// and its centre of mass, Σ m·x / Σ m, comes to the middle.
import { describe, expect, it } from 'vitest';
import { centerDigit } from '../../../examples/browser/src/center.js';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly ink?: number;
}

/** An image [side, side] with these boxes of ink. */
function draw(side: number, ...boxes: readonly Box[]): Float32Array {
  const image = new Float32Array(side * side);
  for (const { x, y, width, height, ink = 1 } of boxes) {
    for (let row = y; row < y + height; row++) {
      image.fill(ink, row * side + x, row * side + x + width);
    }
  }
  return image;
}

describe('a drawing', () => {
  it('without ink is an empty image', () => {
    expect(centerDigit(new Float32Array(100), 10, 28)).toEqual(new Float32Array(784));
    expect(centerDigit(new Float32Array(100), 10, 8)).toEqual(new Float32Array(64));
  });

  it('wherever it was drawn, is scaled into 20 × 20 in the middle of 28 × 28', () => {
    const expected = draw(28, { x: 4, y: 4, width: 20, height: 20 });
    for (const [x, y] of [[0, 0], [10, 70], [100, 100]] as const) {
      const ink = draw(140, { x, y, width: 40, height: 40 });
      expect(centerDigit(ink, 140, 28)).toEqual(expected);
    } // prettier-ignore
  });

  it('keeps its proportions', () => {
    // Half of 8 × 40 is 4 × 20, and (28 − 4) / 2 = 12.
    const ink = draw(100, { x: 30, y: 20, width: 8, height: 40 });
    expect(centerDigit(ink, 100, 28)).toEqual(draw(28, { x: 12, y: 4, width: 4, height: 20 }));
  });

  it('has its centre of mass in the middle', () => {
    // Scaled by 1, a box of 10 × 20 from (9, 4): a bar of 5 × 20 and one pixel. Σ m·x / Σ m = 9 + (100 · 2.5 + 9.5) / 101
    // = 11.57, so it moves by round(14 − 11.57) = 2; in y by round(14 − (4 + (100 · 10 + 0.5) / 101)) = round(0.09) = 0.
    const [bar, pixel] = [
      { width: 5, height: 20 },
      { width: 1, height: 1 },
    ];
    const ink = draw(60, { x: 3, y: 31, ...bar }, { x: 12, y: 31, ...pixel });
    const expected = draw(28, { x: 11, y: 4, ...bar }, { x: 20, y: 4, ...pixel });
    expect(centerDigit(ink, 60, 28)).toEqual(expected);
  });

  it('spreads its ink by area', () => {
    // One of two rows of ink: each pixel of the image covers 2 × 2 of the drawing, half of them ink of 0.5.
    const rows = Array.from({ length: 20 }, (_, i) => ({ x: 5, y: 5 + 2 * i, width: 40, height: 1, ink: 0.5 })); // prettier-ignore
    const last = { x: 5, y: 44, width: 40, height: 1, ink: 0.5 };
    const image = centerDigit(draw(60, ...rows, last), 60, 28);
    // Of an unmoved image: 0.5 · 40 in each of 21 rows, times the area of 0.5².
    const sum = image.reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(0.5 * 40 * 21 * 0.25, 4);
    expect(image[10 * 28 + 10]).toBe(0.25);
  });

  it('fills 8 × 8 without regard to its mass', () => {
    const ink = draw(50, { x: 7, y: 9, width: 32, height: 16 });
    expect(centerDigit(ink, 50, 8)).toEqual(draw(8, { x: 0, y: 2, width: 8, height: 4 }));
  });
});
