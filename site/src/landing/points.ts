// Points of two sides for the home page.
import type { Point } from './protocol.js';

export const SHAPES = {
  spirals: 'Two spirals',
  rings: 'A ring',
  squares: 'Four squares',
  none: 'Your own',
} as const;
export type Shape = keyof typeof SHAPES;

/** Numbers between -1 and 1 that are the same on every visit. */
function* noise(): Generator<number, never> {
  for (let state = 1; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield (state / 2_147_483_647) * 2 - 1;
  }
}

/** The two spirals are those of the program on the page. */
export function pointsOf(shape: Shape): Point[] {
  const numbers = noise();
  const next = (): number => numbers.next().value;
  const many = (point: (index: number) => Point): Point[] =>
    Array.from({ length: 200 }, (_, index) => point(index));
  switch (shape) {
    case 'spirals':
      return many((index) => {
        const turn = 1 + index / 20;
        const radius = (index % 2 === 0 ? turn : -turn) / 12;
        return {
          x: radius * Math.cos(turn),
          y: radius * Math.sin(turn),
          side: index % 2 === 0 ? 0 : 1,
        };
      });
    case 'rings':
      return many((index) => {
        const angle = next() * Math.PI;
        const radius = index % 2 === 0 ? Math.abs(next()) * 0.4 : 0.68 + next() * 0.16;
        return {
          x: radius * Math.cos(angle),
          y: radius * Math.sin(angle),
          side: index % 2 === 0 ? 0 : 1,
        };
      });
    case 'squares':
      return many(() => {
        const [x, y] = [next() * 0.92, next() * 0.92];
        return { x, y, side: x * y > 0 ? 1 : 0 };
      });
    case 'none':
      return [];
  }
}
