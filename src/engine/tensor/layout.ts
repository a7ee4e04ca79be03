import { ShapeError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { formatShape } from './shape.js';
import type { Shape } from './shape.js';
import type { Pointer } from '../wasm/generated/kernels.js';

/** Most axes a kernel walks, after neighbours that belong together have been merged. */
const MAX_RANK = 8;

/**
 * Writes the description of a nest of loops for the strided kernels: `[rank, shape…, strides…, strides…]`.
 * Axes of length 1 are dropped, and neighbours that both operands pass in one go are merged, so that
 * inner loops are as long as can be. Valid until the next layout is written.
 *
 * @param unitInner whether the kernel needs inner strides of 0 or 1: then an axis of length 1 is appended
 * where the innermost stride is another
 */
export function writeLayout(
  op: string,
  shape: Shape,
  first: readonly number[],
  second: readonly number[],
  unitInner: boolean,
): Pointer {
  const sizes: number[] = [];
  const a: number[] = [];
  const b: number[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] ?? 1;
    if (size === 1) continue;
    const strideA = first[axis] ?? 0;
    const strideB = second[axis] ?? 0;
    const last = sizes.length - 1;
    if (last >= 0 && a[last] === strideA * size && b[last] === strideB * size) {
      sizes[last] = (sizes[last] ?? 1) * size;
      a[last] = strideA;
      b[last] = strideB;
    } else {
      sizes.push(size);
      a.push(strideA);
      b.push(strideB);
    }
  }
  const last = sizes.length - 1;
  const isUnit = (stride: number | undefined): boolean => stride === 0 || stride === 1;
  if (last < 0 || (unitInner && !(isUnit(a[last]) && isUnit(b[last])))) {
    sizes.push(1);
    a.push(1);
    b.push(1);
  }
  const rank = sizes.length;
  if (rank > MAX_RANK) {
    throw new ShapeError(
      `${op}: shape ${formatShape(shape)} has more than ${MAX_RANK} axes that cannot be merged. ` +
        `Reshape to fewer dimensions.`,
    );
  }
  const runtime = currentRuntime();
  const { layoutBlock } = runtime;
  const memory = runtime.writing(layoutBlock).int32;
  let at = layoutBlock / 4;
  memory[at++] = rank;
  for (const list of [sizes, a, b]) for (const value of list) memory[at++] = value;
  return layoutBlock;
}

/** Strides by which a contiguous tensor of `shape` is read as if it had the shape `target`. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = new Array<number>(target.length).fill(0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    if (length !== 1) strides[target.length - shape.length + axis] = stride;
    stride *= length;
  }
  return strides;
}
