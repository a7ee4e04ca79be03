// NumPy's advanced indexing: positions along axes that tensors tell.
import { ShapeError } from '../../../errors.js';
import { currentRuntime, unknownLength } from '../../runtime/index.js';
import {
  broadcastShapes,
  decideBy,
  emptyTensor,
  formatShape,
  sameShape,
  sizeOf,
  stridesOf,
  Tensor,
} from '../../tensor/index.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { checkedIndices, gatherRows } from './gather.js';
import { reshape } from '../shapes/reshape.js';
import { broadcastTo } from '../reductions/sum.js';
import { transpose } from '../shapes/transpose.js';
import { specsOfAxes } from './slice.js';
import type { SliceByArrays, SliceSpec } from './slice.js';

/** The positions of the elements that are true, int32. The kernel of `nonzero` is in a side module that not every program has. */
function indicesOfTrue(mask: Tensor): Tensor {
  const count = decideBy(mask, (all) => all.filter(Boolean).length, unknownLength());
  const found = emptyTensor([count], 'int32');
  const [to, from, size] = [found.pointer / 4, mask.pointer, mask.size];
  currentRuntime().redraw(({ uint8, int32 }) => {
    let next = to;
    for (let i = 0; i < size; i++) if (uint8[from + i] !== 0) int32[next++] = i;
    return undefined;
  });
  return found;
}

/** Stands for an axis that a mask before it covers. */
const COVERED = Symbol('covered');

const isMask = (spec: unknown): spec is Tensor =>
  spec instanceof Tensor && spec.dtype === 'bool' && spec.ndim > 0;

/** One spec for each axis, in which masks are positions along one axis, and the tensor whose axes are joined like that. */
function withoutMasks(
  x: Tensor,
  specs: readonly SliceSpec[],
): { readonly joined: Tensor; readonly own: readonly SliceSpec[] } {
  const spread = specs.flatMap((spec): (SliceSpec | typeof COVERED)[] =>
    isMask(spec) ? [spec, ...new Array<typeof COVERED>(spec.ndim - 1).fill(COVERED)] : [spec],
  );
  const shape: number[] = [];
  const own: SliceSpec[] = [];
  let axis = 0;
  for (const spec of specsOfAxes(spread, x.shape)) {
    if (spec === COVERED) continue;
    if (isMask(spec)) {
      const covered = x.shape.slice(axis, axis + spec.ndim);
      if (!sameShape(covered, spec.shape)) {
        throw new ShapeError(
          `slice: a mask of shape ${formatShape(spec.shape)} does not fit the axes from ${axis} on of a tensor of shape ` +
            `${formatShape(x.shape)}.`,
        );
      }
      axis += spec.ndim;
      shape.push(spec.size);
      own.push(indicesOfTrue(spec));
    } else {
      if (spec !== null) shape.push(x.shape[axis++] ?? 0);
      own.push(spec);
    }
  }
  return { joined: reshape(x, shape), own };
}

/**
 * x at positions that tensors tell: arrays of whole numbers broadcast together, a mask stands for the positions where it is true.
 * An index together with an array is an array of one number. The axes of the arrays stand where the first of them is, or in front if
 * the arrays are separated, as in NumPy.
 *
 * @param plain the slice without arrays
 */
export const sliceByArrays: SliceByArrays = (x, specs, plain) => {
  if (!specs.some((spec) => spec instanceof Tensor)) return undefined;
  const { joined, own } = withoutMasks(x, specs);
  const isArray = (spec: SliceSpec): spec is Tensor | number =>
    spec instanceof Tensor || typeof spec === 'number';
  const whole = plain(joined, own.map((spec) => (isArray(spec) ? ':' : spec))); // prettier-ignore
  const axes = own.flatMap((spec, axis) => (isArray(spec) ? axis : []));
  const lengths = axes.map((axis) => whole.shape[axis] ?? 0);
  const indices = axes.map((axis, i) => checkedIndices('slice', own[axis] as Tensor | number, lengths[i] ?? 0)); // prettier-ignore
  const shape = indices
    .map((index) => index.shape)
    .reduce((a, b) => broadcastShapes('slice', a, b));

  const others = whole.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const rest = others.map((axis) => whole.shape[axis] ?? 0);
  const rows = reshape(transpose(whole, [...axes, ...others]), [sizeOf(lengths), ...rest]);
  const strides = stridesOf(lengths);
  const flat = indices.map((index, i) => mul(index, strides[i] ?? 1)).reduce((a, b) => add(a, b));
  const at = reshape(broadcastTo(flat, shape), [sizeOf(shape)]);
  const taken = reshape(gatherRows(rows, at), [...shape, ...rest]);

  const [first = 0] = axes;
  const isSeparated = axes.some((axis, i) => axis !== first + i);
  if (isSeparated || first === 0) return taken;
  const ofArrays = shape.map((_, axis) => axis);
  const ofOthers = rest.map((_, i) => shape.length + i);
  return transpose(taken, [...ofOthers.slice(0, first), ...ofArrays, ...ofOthers.slice(first)]);
};
