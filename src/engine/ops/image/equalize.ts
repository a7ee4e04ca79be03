// How often images have each number, and tables of what becomes of the numbers.
import { record, sever } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, requireRoom, zeros } from '../../tensor/index.js';
import type { Shape, Tensor } from '../../tensor/index.js';
import { images } from '../../wasm/generated/images.js';

/** Rectangles of one size that cover images, from the left and top on. */
export interface Tiles {
  readonly gridHeight: number;
  readonly gridWidth: number;
  readonly tileHeight: number;
  readonly tileWidth: number;
}

const sizesOf = ({ shape }: Tensor, tiles: Tiles, bins: number) =>
  [
    ...(shape as unknown as readonly [number, number, number, number]),
    tiles.gridHeight,
    tiles.gridWidth,
    tiles.tileHeight,
    tiles.tileWidth,
    bins,
  ] as const;

/**
 * How many pixels of each tile have each whole number below `bins`: int32 [images, gridHeight, gridWidth, channels, bins], of
 * float32 x[images, height, width, channels], whose fractions are dropped and which is cut to 0 … bins − 1. Tiles that reach
 * beyond an image see its mirror image there.
 *
 * @internal
 */
export function countTiles(op: string, x: Tensor, tiles: Tiles, bins: number): Tensor {
  const [count = 0, , , channels = 0] = x.shape;
  const shape: Shape = [count, tiles.gridHeight, tiles.gridWidth, channels, bins];
  requireRoom(shape, 'int32', op);
  const out = emptyTensor(shape, 'int32');
  if (out.size > 0) {
    const sizes = sizesOf(x, tiles, bins);
    currentRuntime()
      .with(images)
      .run('countTiles', out.pointer, x.pointer, ...sizes);
  }
  return sever(op, [x], out);
}

/**
 * The numbers that tables [images, gridHeight, gridWidth, channels, bins] have for the whole numbers x, which are found as
 * `countTiles` finds them. Between the centres of four tiles straight lines are drawn between the numbers of their tables. The derivative is 0, as that of `floor`.
 *
 * @internal
 */
export function lookUpTiles(op: string, x: Tensor, tables: Tensor, tiles: Tiles): Tensor {
  const out = emptyTensor(x.shape, 'float32');
  if (out.size > 0) {
    const sizes = sizesOf(x, tiles, tables.shape.at(-1) ?? 0);
    currentRuntime()
      .with(images)
      .run('lookUpTiles', out.pointer, x.pointer, tables.pointer, ...sizes);
  }
  return record(op, [x], out, [], () => [zeros(x.shape)]);
}
