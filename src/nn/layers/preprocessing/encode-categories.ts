import { requireRoom, sizeOf, tensor } from '../../../engine/tensor/index.js';
import type { PartialShape, Shape, Tensor } from '../../../engine/tensor/index.js';

/** How categories are given: their numbers, or one number for each category. */
export const OUTPUT_MODES = ['int', 'one_hot', 'multi_hot', 'count'] as const;

/** How categories are given, in Keras's spelling. */
export type OutputMode = (typeof OUTPUT_MODES)[number];

/** What `encodeCategories` makes. */
export interface Encoding {
  readonly mode: OutputMode;
  /** Number of categories. */
  readonly depth: number;
  readonly dtype: 'int32' | 'float32';
  /** With mode `'count'`, what each element counts; default 1. */
  readonly weights?: ArrayLike<number> | undefined;
  /** What the result is multiplied by, one number for each category. */
  readonly factors?: ArrayLike<number> | undefined;
}

/**
 * Shape of what `encodeCategories` gives. `'one_hot'` has an axis more, in the place of a last axis of length 1. The others have
 * the categories in the place of an axis: of the last of one or two, else of the second, as in Keras.
 */
export function encodedShape(
  shape: PartialShape,
  mode: OutputMode,
  depth: number | null,
): PartialShape {
  if (mode === 'int') return shape;
  if (mode === 'one_hot') {
    const isColumn = shape.length > 1 && shape.at(-1) === 1;
    return [...(isColumn ? shape.slice(0, -1) : shape.length === 0 ? [1] : shape), depth];
  }
  return [...shape.slice(0, 1), ...shape.slice(2), depth].slice(shape.length > 1 ? 0 : -1);
}

/**
 * Numbers of categories as they are, or encoded. What is below 0 or no category counts for none.
 *
 * @param owner for messages
 * @param categories in row-major order
 */
export function encodeCategories(
  owner: string,
  categories: ArrayLike<number>,
  shape: Shape,
  { mode, depth, dtype, weights, factors }: Encoding,
): Tensor {
  if (mode === 'int') return tensor(Int32Array.from(categories), { shape, dtype });
  const encoded = encodedShape(shape, mode, depth) as Shape;
  requireRoom(encoded, dtype, owner);
  const Numbers = dtype === 'int32' ? Int32Array : Float32Array;
  const out = new Numbers(sizeOf(encoded));
  const isOneHot = mode === 'one_hot';
  // The elements of one row of the output lie `inner` apart, and `length` of them are in one sample.
  const [length, inner] =
    shape.length > 1 ? [shape[1] ?? 1, sizeOf(shape.slice(2))] : [shape[0] ?? 1, 1];
  const sample = length * inner;
  for (let i = 0; i < categories.length; i++) {
    const category = categories[i] ?? -1;
    if (!(category >= 0 && category < depth)) continue;
    const row = isOneHot || shape.length === 0 ? i : Math.floor(i / sample) * inner + (i % inner);
    const at = row * depth + Math.trunc(category);
    if (mode === 'count')
      out[at] = (out[at] ?? 0) + (weights === undefined ? 1 : (weights[i] ?? 0));
    else out[at] = 1;
  }
  if (factors !== undefined) {
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) * (factors[i % depth] ?? 0);
  }
  return tensor(out, { shape: encoded });
}
