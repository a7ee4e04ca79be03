// Drawings as strokes of a pen, and as pixels.
import type { Field } from '../address.js';
import { SIDE } from './protocol.js';

/** Places from 0 to 1 that a pen has passed: x and y, one after the other. */
export type Stroke = readonly number[];

/** More is not drawn. */
export const MOST_STROKES = 24;
export const MOST_PLACES = 700;

/** Half the width of a stroke, in pixels. */
export const PEN = 0.7;

/** The square of the distance of (x, y) from the line between two places. */
function squareTo(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length;
  const at = Math.min(1, Math.max(0, along));
  return (x0 + at * dx - x) ** 2 + (y0 + at * dy - y) ** 2;
}

/** Draws strokes into `SIDE` × `SIDE` numbers from 0, paper, to 1, ink. */
export function ink(pixels: Float32Array, strokes: readonly Stroke[], pen = PEN): void {
  for (const stroke of strokes) {
    const places = stroke.map((place) => place * SIDE - 0.5);
    for (let i = 0; i < places.length; i += 2) {
      const [x0 = 0, y0 = 0, x1 = x0, y1 = y0] = places.slice(i, i + 4);
      const [left, right] = reach(x0, x1, pen);
      const [top, bottom] = reach(y0, y1, pen);
      for (let y = top; y <= bottom; y++) {
        for (let x = left; x <= right; x++) {
          const shade = pen + 0.5 - Math.sqrt(squareTo(x, y, x0, y0, x1, y1));
          const at = y * SIDE + x;
          pixels[at] = Math.max(pixels[at] ?? 0, Math.min(1, shade));
        }
      }
    }
  }
}

/** The first and the last pixel that a line reaches in one direction. */
const reach = (from: number, to: number, pen: number): readonly [number, number] => [
  Math.max(0, Math.ceil(Math.min(from, to) - pen - 0.5)),
  Math.min(SIDE - 1, Math.floor(Math.max(from, to) + pen + 0.5)),
];

/** Strokes in an address: two characters for a place, a point between strokes. */
const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const MOST = DIGITS.length - 1;

export const strokesField: Field<readonly Stroke[]> = {
  read(text) {
    if (text === '') return [];
    if (!/^([0-9a-zA-Z]{2})+(\.([0-9a-zA-Z]{2})+)*$/.test(text)) return undefined;
    const parts = text.split('.');
    const count = (text.length - (parts.length - 1)) / 2;
    if (parts.length > MOST_STROKES || count > MOST_PLACES) return undefined;
    return parts.map((part) => Array.from(part, (digit) => DIGITS.indexOf(digit) / MOST));
  },
  write: (strokes) =>
    strokes
      .map((stroke) => stroke.map((place) => DIGITS[Math.round(place * MOST)] ?? '').join(''))
      .join('.'),
};
