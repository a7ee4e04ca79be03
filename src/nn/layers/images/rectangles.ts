import {
  add,
  greaterEqual,
  less,
  logicalAnd,
  mul,
  reshape,
  sub,
} from '../../../engine/ops/index.js';
import type { ImageSize } from '../../../engine/ops/image/bounding-boxes.js';
import { uniform } from '../../../engine/random/draw.js';
import type { SeedGenerator } from '../../../engine/random/seed-generator.js';
import { arange } from '../../../engine/tensor/index.js';
import type { Shape, Tensor } from '../../../engine/tensor/index.js';

/**
 * Which pixels lie in a rectangle at a random position of each image: bool [batch, height, width, 1].
 *
 * @param size height and width of the images
 * @param across the width of the rectangle as a share of the image's width, [batch]
 * @param down the height of the rectangle as a share of the image's height
 */
export function rectangles(
  { height, width }: ImageSize<number>,
  across: Tensor,
  down: Tensor,
  seed: SeedGenerator,
): Tensor {
  const [count = 0] = across.shape;
  const columns = within(width, across, [count, 1, -1, 1], seed);
  return logicalAnd(within(height, down, [count, -1, 1, 1], seed), columns);
}

/**
 * Which positions along an axis are in a run of `part` of its length, whose beginning is drawn.
 *
 * @param part [batch]
 * @param shape the axes of the result, −1 for this one
 */
function within(length: number, part: Tensor, shape: Shape, seed: SeedGenerator): Tensor {
  const [count = 0] = part.shape;
  const run = mul(part, length);
  const begin = mul(uniform([count], { seed }), sub(length, run));
  const aligned = (x: Tensor): Tensor => reshape(x, [count, 1, 1, 1]);
  const positions = reshape(arange(length, undefined, 1, 'float32'), shape.with(0, 1));
  return logicalAnd(
    greaterEqual(positions, aligned(begin)),
    less(positions, aligned(add(begin, run))),
  );
}
