// Points of two sides.
import type { Point } from './protocol.js';

export const SHAPES = {
  spirals: 'Two spirals',
  rings: 'A ring',
  squares: 'Four squares',
  clouds: 'Two clouds',
  moons: 'Two moons',
  none: 'Your own',
} as const;
export type Shape = keyof typeof SHAPES;

/** Numbers between -1 and 1 that are the same on every visit. */
function* numbersFrom(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield (state / 2_147_483_647) * 2 - 1;
  }
}

/** Two hundred points. `noise` moves each by up to so much; the two spirals without it are those of the program on the home page. */
export function pointsOf(shape: Shape, noise = 0): Point[] {
  if (shape === 'none') return [];
  const [numbers, shifts] = [numbersFrom(1), numbersFrom(7)];
  const next = (): number => numbers.next().value;
  const shift = (): number => noise * shifts.next().value;
  const inside = (value: number): number => Math.min(0.99, Math.max(-0.99, value));
  return Array.from({ length: 200 }, (_, index) => {
    const { x, y, side } = pointOf(shape, index, next);
    return noise === 0 ? { x, y, side } : { x: inside(x + shift()), y: inside(y + shift()), side };
  });
}

function pointOf(shape: Exclude<Shape, 'none'>, index: number, next: () => number): Point {
  const side = index % 2 === 0 ? 0 : 1;
  const around = (angle: number, radius: number, x = 0, y = 0): Point => ({
    x: x + radius * Math.cos(angle),
    y: y + radius * Math.sin(angle),
    side,
  });
  switch (shape) {
    case 'spirals': {
      const turn = 1 + index / 20;
      return around(turn, (side === 0 ? turn : -turn) / 12);
    }
    case 'rings':
      return around(next() * Math.PI, side === 0 ? Math.abs(next()) * 0.4 : 0.68 + next() * 0.16);
    case 'squares': {
      const [x, y] = [next() * 0.92, next() * 0.92];
      return { x, y, side: x * y > 0 ? 1 : 0 };
    }
    case 'clouds': {
      const centre = side === 0 ? -0.42 : 0.42;
      return around(next() * Math.PI, Math.sqrt(Math.abs(next())) * 0.36, centre, centre);
    }
    case 'moons': {
      const angle = (Math.abs(next()) + side) * Math.PI;
      const centre = side === 0 ? [-0.28, -0.18] : [0.28, 0.18];
      return around(angle, 0.58 + next() * 0.06, ...centre);
    }
  }
}
