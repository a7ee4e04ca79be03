// Pictures of shapes with noise, and the shape that each pixel belongs to.
import { random, tensor } from 'lanegrad';
import type { Tensor } from 'lanegrad';

/** Whether the pixel that lies `x` to the right of the centre and `y` below it belongs to a shape of size 1. */
type Shape = (x: number, y: number) => boolean;

const isInCircle: Shape = (x, y) => x * x + y * y <= 1;
const isInSquare: Shape = (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.9;
/** Equilateral, with its top at y = −1.2. */
const isInTriangle: Shape = (x, y) => y <= 0.6 && Math.sqrt(3) * Math.abs(x) <= y + 1.2;

/** Class 1, 2 and 3; class 0 is the background. */
const SHAPES: readonly Shape[] = [isInCircle, isInSquare, isInTriangle];

/** What the numbers of classes mean. */
export const CLASS_NAMES = ['background', 'circle', 'square', 'triangle'] as const;

/** Pictures, and the class of each of their pixels. */
export interface DrawnShapes {
  /** float32 [count, side, side, 1] */
  readonly pictures: Tensor;
  /** int32 [count, side, side] */
  readonly classes: Tensor;
}

/** Draws shapes into each picture: of a random kind, place, size and brightness, later ones over earlier ones. */
export function drawShapes(count: number, side: number, seed: number, perPicture = 3): DrawnShapes {
  const pixels = new Float32Array(count * side * side).fill(0.2);
  const classes = new Int32Array(pixels.length);
  const draws = random.uniform([count * perPicture, 5], { seed }).data();
  for (let i = 0; i < count * perPicture; i++) {
    const picture = Math.floor(i / perPicture);
    const [kind = 0, across = 0, down = 0, size = 0, light = 0] = draws.subarray(5 * i, 5 * i + 5);
    const shape = Math.floor(kind * SHAPES.length);
    const radius = side * (0.12 + 0.1 * size);
    const [centerX, centerY] = [across, down].map((at) => radius + at * (side - 2 * radius));
    for (let row = 0; row < side; row++) {
      for (let column = 0; column < side; column++) {
        const [x, y] = [(column - (centerX ?? 0)) / radius, (row - (centerY ?? 0)) / radius];
        if (SHAPES[shape]?.(x, y) !== true) continue;
        const pixel = (picture * side + row) * side + column;
        pixels[pixel] = 0.5 + 0.5 * light;
        classes[pixel] = shape + 1;
      }
    }
  }
  const clean = tensor(pixels, { shape: [count, side, side, 1] });
  const noise = random.normal(clean.shape, { stddev: 0.15, seed: seed + 1 });
  return { pictures: clean.add(noise), classes: tensor(classes, { shape: [count, side, side] }) };
}
