// Tensors side by side, as NumPy joins and cuts them by the names of axes.
import { describeValue } from '../../../config/describe-value.js';
import { checkLength } from '../../../config/index.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, normalizeAxis, requireList, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { concat } from './concat.js';
import { reshape } from './reshape.js';
import { MAX_SECTIONS, split } from '../indexing/slice.js';

/**
 * The elements of a followed by those of b along `axis`; without an axis, both are flattened.
 *
 * @keras numpy.Append axis=null
 * @throws ShapeError if the other axes differ.
 * @example ops.append([[1, 2]], [[3, 4]], 0) // [[1, 2], [3, 4]]
 */
export function append(a: TensorLike, b: TensorLike, axis?: number | null): Tensor {
  return scoped(() => {
    const parts = [toTensor(a), toTensor(b)];
    if (axis !== undefined && axis !== null) return concat(parts, axis);
    return concat(parts.map((part) => reshape(part, [part.size])));
  });
}

/** Joins tensors that have been brought to at least one axis each. */
function joined(
  op: string,
  tensors: readonly TensorLike[],
  prepare: (x: Tensor) => Tensor,
  axisOf: (first: Tensor) => number,
): Tensor {
  return scoped(() => {
    requireList(op, 'tensors', tensors);
    const parts = tensors.map((x) => prepare(toTensor(x)));
    const [first] = parts;
    if (first === undefined) throw new ValueError(`${op}: the list of tensors is empty.`);
    return concat(parts, axisOf(first));
  });
}

/** x with at least so many axes: new ones before, and behind as many as `behind` says. */
function withAxes(x: Tensor, count: number, behind = 0): Tensor {
  if (x.ndim >= count) return x;
  const missing = count - x.ndim;
  const after = Math.min(behind, missing);
  return reshape(x, [
    ...new Array<number>(missing - after).fill(1),
    ...x.shape,
    ...new Array<number>(after).fill(1),
  ]);
}

/**
 * Tensors side by side: vectors become the columns of a matrix, and tensors with more axes are put next to them.
 *
 * @keras numpy.ColumnStack(xs)
 * @throws ShapeError if the shapes do not match, ValueError for an empty list.
 * @example ops.columnStack([[1, 2], [3, 4]]) // [[1, 3], [2, 4]]
 */
export function columnStack(tensors: readonly TensorLike[]): Tensor {
  const asColumn = (x: Tensor): Tensor => (x.ndim < 2 ? reshape(x, [x.size, 1]) : x);
  return joined('columnStack', tensors, asColumn, () => 1);
}

/**
 * Tensors side by side: concatenated along the second axis, or vectors along the first.
 *
 * @keras numpy.Hstack(xs)
 * @throws ShapeError if the shapes do not match, ValueError for an empty list.
 * @example ops.hstack([[1, 2], [3]]) // [1, 2, 3]
 */
export function hstack(tensors: readonly TensorLike[]): Tensor {
  return joined('hstack', tensors, (x) => withAxes(x, 1), ({ ndim }) => (ndim === 1 ? 0 : 1)); // prettier-ignore
}

/**
 * Tensors one below the other: concatenated along the first axis, where vectors are rows.
 *
 * @keras numpy.Vstack(xs)
 * @throws ShapeError if the shapes do not match, ValueError for an empty list.
 * @example ops.vstack([[1, 2], [3, 4]]) // [[1, 2], [3, 4]]
 */
export function vstack(tensors: readonly TensorLike[]): Tensor {
  return joined(
    'vstack',
    tensors,
    (x) => withAxes(x, 2),
    () => 0,
  );
}

/**
 * Tensors concatenated along the third axis; [n] becomes [1, n, 1], and [m, n] becomes [m, n, 1].
 *
 * @keras numpy.Dstack(xs)
 * @throws ShapeError if the shapes do not match, ValueError for an empty list.
 * @example ops.dstack([[1, 2], [3, 4]]) // [[[1, 3], [2, 4]]]
 */
export function dstack(tensors: readonly TensorLike[]): Tensor {
  return joined(
    'dstack',
    tensors,
    (x) => withAxes(x, 3, 1),
    () => 2,
  );
}

/** Cuts the axis that NumPy's function of that name cuts. */
function splitAlong(
  op: string,
  x: TensorLike,
  parts: number | readonly number[],
  least: number,
  axis: number,
): Tensor[] {
  return scoped(() => {
    const input = toTensor(x);
    if (input.ndim < least) {
      throw new ShapeError(
        `${op}: needs a tensor of at least ${least} dimension${least === 1 ? '' : 's'}, got shape ` +
          `${formatShape(input.shape)}.`,
      );
    }
    return split(input, parts, Math.min(axis, input.ndim - 1));
  });
}

/**
 * x split like `split`, along the second axis, or along the only one.
 *
 * @keras numpy.Hsplit indices_or_sections
 * @throws ShapeError for a scalar, ValueError if the axis cannot be split into equal parts.
 * @example const [left, right] = ops.hsplit([[1, 2], [3, 4]], 2);
 */
export function hsplit(x: TensorLike, parts: number | readonly number[]): Tensor[] {
  return splitAlong('hsplit', x, parts, 1, 1);
}

/**
 * x split like `split`, along the first axis.
 *
 * @keras numpy.Vsplit indices_or_sections
 * @throws ShapeError for fewer than 2 axes, ValueError if the axis cannot be split into equal parts.
 * @example const [top, bottom] = ops.vsplit([[1, 2], [3, 4]], 2);
 */
export function vsplit(x: TensorLike, parts: number | readonly number[]): Tensor[] {
  return splitAlong('vsplit', x, parts, 2, 0);
}

/**
 * x split like `split`, along the third axis.
 *
 * @keras numpy.Dsplit indices_or_sections
 * @throws ShapeError for fewer than 3 axes, ValueError if the axis cannot be split into equal parts.
 * @example const [front, back] = ops.dsplit([[[1, 2], [3, 4]]], 2);
 */
export function dsplit(x: TensorLike, parts: number | readonly number[]): Tensor[] {
  return splitAlong('dsplit', x, parts, 3, 2);
}

/**
 * x split along `axis` into `parts` tensors that need not be equal: the first ones may be longer by one. With positions
 * it is the same as `split`.
 *
 * @keras numpy.ArraySplit indices_or_sections axis=0
 * @param parts the number of parts, or the positions at which to split
 * @throws ValueError for fewer than one part, or more than 65,536.
 * @example const [long, short] = ops.arraySplit([1, 2, 3], 2);
 */
export function arraySplit(x: TensorLike, parts: number | readonly number[], axis = 0): Tensor[] {
  return scoped(() => {
    const input = toTensor(x);
    if (typeof parts !== 'number') return split(input, parts, axis);
    checkLength('arraySplit', 'parts', parts);
    if (parts > MAX_SECTIONS) {
      throw new ValueError(`arraySplit: parts must be at most ${MAX_SECTIONS}, got ${describeValue(parts)}.`); // prettier-ignore
    }
    const along = normalizeAxis('arraySplit', axis, input.ndim);
    const length = input.shape[along] ?? 0;
    const [least, longer] = [Math.floor(length / parts), length % parts];
    const cuts = Array.from({ length: parts - 1 }, (_, i) => (i + 1) * least + Math.min(i + 1, longer)); // prettier-ignore
    return split(input, cuts, along);
  });
}

/**
 * The entries of x along `axis` as separate tensors, without that axis.
 *
 * @keras core.Unstack num=null axis=0
 * @param num the expected length of the axis, which is checked. Default, and null: any length
 * @throws ValueError if `num` is not the length of the axis, or the axis is longer than 65,536.
 * @example const [first, second] = ops.unstack([[1, 2], [3, 4]]);
 */
export function unstack(x: TensorLike, num?: number | null, axis = 0): Tensor[] {
  return scoped(() => {
    const input = toTensor(x);
    const along = normalizeAxis('unstack', axis, input.ndim);
    const length = input.shape[along] ?? 0;
    if (num !== undefined && num !== null && num !== length) {
      throw new ValueError(
        `unstack: axis ${axis} of shape ${formatShape(input.shape)} has length ${length}, but num is ${describeValue(num)}.`,
      );
    }
    if (length === 0) return [];
    const shape = input.shape.toSpliced(along, 1);
    return split(input, length, along).map((part) => reshape(part, shape));
  });
}
