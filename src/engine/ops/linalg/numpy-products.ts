// Products of vectors and matrices by NumPy's names, made of those that have kernels.
import { describeValue } from '../../../config/describe-value.js';
import { ShapeError } from '../../../errors.js';
import {
  arange,
  broadcastShapes,
  formatShape,
  normalizeAxis,
  requireRoom,
  scoped,
  sizeOf,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { mul, sub } from '../elementwise/arithmetic.js';
import { dot, matmul } from './matmul.js';
import { toFloat } from '../elementwise/operands.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { moveAxis, transpose } from '../shapes/transpose.js';
import {
  checkBoolean,
  checkNumber,
  checkOptions,
  INT32,
  LENGTH,
  oneOf,
  requireLengths,
} from '../../../config/index.js';
import { convert } from '../elementwise/cast.js';
import { pad, stack } from '../shapes/concat.js';
import { conv1d } from '../windows/convolution.js';
import { flip } from '../shapes/flip.js';
import { pow } from '../elementwise/power.js';
import { sliceAlong } from '../indexing/slice.js';
import { equal } from '../elementwise/compare.js';
import { sum } from '../reductions/sum.js';
import { sqrt, square } from '../elementwise/unary.js';
import { where } from '../elementwise/where.js';

/**
 * The axes over which `tensordot` sums: a number n for the last n axes of a and the first n of b, or a pair with axes
 * of a and the corresponding axes of b.
 */
export type ContractedAxes =
  number | readonly [a: number | readonly number[], b: number | readonly number[]];

/**
 * The sum of products over pairs of axes, as NumPy's tensordot. The result has the remaining axes of a, then those of
 * b; float32. With 0 axes it is the outer product, with 1 axis the `dot` of matrices; default 2.
 *
 * @keras numpy.Tensordot axes=2
 * @method
 * @throws ShapeError if the axes do not match in number or length.
 * @example ops.tensordot(images, weights, [[1, 2], [0, 1]]) // (n, h, w) with (h, w, k): (n, k)
 */
export function tensordot(a: TensorLike, b: TensorLike, axes: ContractedAxes = 2): Tensor {
  return scoped(() => {
    const [x, y] = [toFloat(a), toFloat(b)];
    const [inX, inY] = pairsOfAxes(x, y, axes);
    const restX = without(x, inX);
    const restY = without(y, inY);
    const lengths = (of: Tensor, list: readonly number[]): number[] =>
      list.map((axis) => of.shape[axis] ?? 1);
    const inner = sizeOf(lengths(x, inX));
    const left = transpose(x, [...restX, ...inX]);
    const right = transpose(y, [...inY, ...restY]);
    const [front, back] = [lengths(x, restX), lengths(y, restY)];
    const product = matmul(
      reshape(left, [sizeOf(front), inner]),
      reshape(right, [inner, sizeOf(back)]),
    );
    return reshape(product, [...front, ...back]);
  });
}

function without(x: Tensor, axes: readonly number[]): number[] {
  return x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
}

/** The axes of x and of y that are summed over, in pairs. */
function pairsOfAxes(x: Tensor, y: Tensor, axes: ContractedAxes): [number[], number[]] {
  const refuse = (why: string): never => {
    throw new ShapeError(
      `tensordot: shapes ${formatShape(x.shape)} and ${formatShape(y.shape)} with axes ` +
        `${describeValue(axes)}: ${why}`,
    );
  };
  if (typeof axes === 'number') {
    if (!Number.isInteger(axes) || axes < 0 || axes > Math.min(x.ndim, y.ndim)) {
      refuse('the number of axes must be whole, at least 0, and no more than either tensor has.');
    }
    const first = Array.from({ length: axes }, (_, i) => i);
    return checkPairs(
      first.map((i) => x.ndim - axes + i),
      first,
    );
  }
  if (!Array.isArray(axes) || axes.length !== 2) {
    refuse('give a number, or two lists of axes, one for each tensor.');
  }
  const [inX, inY] = axes.map((list) => [list].flat()) as [number[], number[]];
  return checkPairs(
    inX.map((axis) => normalizeAxis('tensordot', axis, x.ndim)),
    inY.map((axis) => normalizeAxis('tensordot', axis, y.ndim)),
  );

  function checkPairs(p: number[], q: number[]): [number[], number[]] {
    if (p.length !== q.length) refuse('as many axes of the first as of the second are needed.');
    for (const list of [p, q]) {
      if (new Set(list).size !== list.length) refuse('an axis is given twice.');
    }
    const odd = p.findIndex((axis, i) => x.shape[axis] !== y.shape[q[i] ?? 0]);
    if (odd !== -1) {
      refuse(
        `axis ${String(p[odd])} of the first and ${String(q[odd])} of the second differ in length.`,
      );
    }
    return [p, q];
  }
}

/**
 * The outer product out[i, j] = aᵢ · bⱼ of all elements of a and all of b, as NumPy's outer. The dtype is that of `mul`.
 *
 * @keras numpy.Outer
 * @method
 * @example ops.outer([1, 2], [3, 4]) // [[3, 4], [6, 8]]
 */
export function outer(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [toTensor(a), toTensor(b)];
    return mul(reshape(x, [x.size, 1]), reshape(y, [1, y.size]));
  });
}

/**
 * The sums of products along the last axes of both, as NumPy's inner. The result has the remaining axes of a, then those of b.
 * With a scalar it is `mul`.
 *
 * @keras numpy.Inner
 * @throws ShapeError if the last axes differ in length.
 * @example ops.inner([1, 2], [3, 4]) // 11
 */
export function inner(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [toTensor(a), toTensor(b)];
    return x.ndim === 0 || y.ndim === 0 ? mul(x, y) : tensordot(x, y, [-1, -1]);
  });
}

/**
 * The sum of the products of all elements of a and of b, in order.
 *
 * @keras numpy.Vdot
 * @throws ShapeError if a and b have different numbers of elements.
 * @example ops.vdot([[1, 2], [3, 4]], [1, 1, 1, 1]) // 10
 */
export function vdot(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [toTensor(a), toTensor(b)];
    if (x.size !== y.size) {
      throw new ShapeError(
        `vdot: needs as many elements of both, got shapes ${formatShape(x.shape)} and ${formatShape(y.shape)}.`,
      );
    }
    return dot(reshape(x, [x.size]), reshape(y, [y.size]));
  });
}

/**
 * The Kronecker product: each element of a is replaced by its product with the whole of b.
 *
 * @keras numpy.Kron
 * @throws OutOfMemoryError if the result is larger than a block of memory.
 * @example ops.kron([1, 2], [1, 1]) // [1, 1, 2, 2]
 */
export function kron(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [toTensor(a), toTensor(b)];
    const rank = Math.max(x.ndim, y.ndim);
    const lengthsOf = ({ shape }: Tensor): number[] => [
      ...new Array<number>(rank - shape.length).fill(1),
      ...shape,
    ];
    const [p, q] = [lengthsOf(x), lengthsOf(y)];
    const shape = p.map((length, i) => length * (q[i] ?? 1));
    requireRoom(shape, 'float32', () => `kron of shapes ${formatShape(x.shape)} and ${formatShape(y.shape)}`); // prettier-ignore
    const left = reshape(x, p.flatMap((length) => [length, 1])); // prettier-ignore
    const right = reshape(y, q.flatMap((length) => [1, length])); // prettier-ignore
    return reshape(mul(left, right), shape);
  });
}

/** The axes that `cross` uses. */
export interface CrossOptions {
  /** The axis of the vectors of a. Default −1. */
  readonly axisa?: number;
  /** The axis of the vectors of b. Default −1. */
  readonly axisb?: number;
  /** The axis of the vectors of the result. Default −1. */
  readonly axisc?: number;
  /** The axis of all three, which overrides the other options. */
  readonly axis?: number | null;
}

/**
 * The cross products a × b of vectors with 3 elements, or with 2 elements and an implied third element 0; the other axes
 * broadcast. For two vectors with 2 elements, only the third element is returned.
 *
 * @keras = cross
 * @throws ShapeError for vectors of any other length.
 * @example ops.cross([1, 0, 0], [0, 1, 0]) // [0, 0, 1]
 */
export function cross(a: TensorLike, b: TensorLike, options: CrossOptions = {}): Tensor {
  checkOptions('cross', options, ['axisa', 'axisb', 'axisc', 'axis']);
  const { axis, axisa = -1, axisb = -1, axisc = -1 } = options;
  for (const [name, value] of Object.entries({ axisa, axisb, axisc, axis: axis ?? -1 })) {
    checkNumber('cross', name, value, INT32);
  }
  return scoped(() => {
    const components = (x: Tensor, at: number): Tensor[] => {
      const along = normalizeAxis('cross', axis ?? at, x.ndim);
      const length = x.shape[along] ?? 0;
      if (length !== 2 && length !== 3) {
        throw new ShapeError(
          `cross: vectors have 2 or 3 elements, got shape ${formatShape(x.shape)} with axis ${along} of length ${length}.`,
        );
      }
      return Array.from({ length }, (_, i) => sliceAlong(x, along, i));
    };
    const [p, q] = [components(toTensor(a), axisa), components(toTensor(b), axisb)];
    /** pᵢ qⱼ − pⱼ qᵢ, with 0 in place of a third element that is not there. */
    const minor = (i: number, j: number): Tensor => {
      const first = product(p[i], q[j]);
      const second = product(p[j], q[i]);
      if (second === undefined) return first ?? mul(0, mul(p[0] as Tensor, q[0] as Tensor));
      return first === undefined ? mul(second, -1) : sub(first, second);
    };
    if (p.length === 2 && q.length === 2) return minor(0, 1);
    const result = stack([minor(1, 2), minor(2, 0), minor(0, 1)], -1);
    return moveAxis(result, -1, axis ?? axisc);
  });
}

const product = (a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined =>
  a === undefined || b === undefined ? undefined : mul(a, b);

/** Which part of the overlap `correlate` returns. */
export type CorrelationMode = 'valid' | 'same' | 'full';

const MODES: readonly CorrelationMode[] = ['valid', 'same', 'full'];

/**
 * The cross-correlation of two vectors, Σₙ a[n + k] · b[n], in float32: where they overlap completely (`'valid'`), with
 * the length of the longer one (`'same'`), or wherever they overlap (`'full'`).
 *
 * @keras numpy.Correlate mode="valid"
 * @throws ShapeError unless both are non-empty vectors, ValueError for an unknown mode.
 * @example ops.correlate([1, 2, 3], [0, 1]) // [2, 3]
 */
export function correlate(a: TensorLike, b: TensorLike, mode: CorrelationMode = 'valid'): Tensor {
  const which = oneOf('correlate', 'mode', mode, MODES);
  return scoped(() => {
    const [x, y] = [convert(toTensor(a), 'float32'), convert(toTensor(b), 'float32')];
    for (const { ndim, size, shape } of [x, y]) {
      if (ndim === 1 && size > 0) continue;
      throw new ShapeError(`correlate: needs two vectors with elements, got shape ${formatShape(shape)}.`); // prettier-ignore
    }
    return x.size < y.size ? flip(slid(y, x, which)) : slid(x, y, which);
  });
}

/** `correlate` where b is not longer than a. */
function slid(a: Tensor, b: Tensor, mode: CorrelationMode): Tensor {
  const beyond = b.size - 1;
  const before = mode === 'valid' ? 0 : mode === 'full' ? beyond : beyond - (beyond >> 1);
  const after = mode === 'valid' ? 0 : mode === 'full' ? beyond : beyond - before;
  const wide = pad(a, [[before, after]]);
  const y = conv1d(reshape(wide, [1, wide.size, 1]), reshape(b, [b.size, 1, 1]));
  return reshape(y, [y.size]);
}

/**
 * The Vandermonde matrix: the powers of x, a row for each element, x^(n − 1) … x, 1, or in ascending order if
 * `increasing`.
 *
 * @keras numpy.Vander N=null increasing=false
 * @param columns the number of columns. Default, and null: the number of elements
 * @param increasing whether the powers ascend from x⁰. Default false
 * @throws ShapeError unless x is a vector, ValueError for a number of columns that is not whole or is negative.
 * @example ops.vander([1, 2, 3], 2) // [[1, 1], [2, 1], [3, 1]]
 */
export function vander(x: TensorLike, columns?: number | null, increasing = false): Tensor {
  checkBoolean('vander', 'increasing', increasing);
  return scoped(() => {
    const input = toTensor(x);
    if (input.ndim !== 1) {
      throw new ShapeError(`vander: needs a vector, got shape ${formatShape(input.shape)}.`);
    }
    const count = columns ?? input.size;
    checkNumber('vander', 'columns', count, { ...LENGTH, min: 0 });
    requireLengths('vander', 'columns', [count]);
    const shape = [input.size, count];
    requireRoom(shape, 'float32', () => `vander: ${describeValue(count)} columns`);
    const powers = increasing ? arange(count) : arange(count - 1, -1, -1);
    return pow(reshape(input, [input.size, 1]), powers);
  });
}

/**
 * The Euclidean distances between each point of one list and each point of another: d[i, j] = √Σₖ (x[i, k] − y[j, k])². x[..., m, d],
 * y[..., n, d] → float32 [..., m, n]; batches broadcast. The gradient at equal points is 0.
 *
 * @keras math.CDist
 * @throws ShapeError for fewer than two axes and for points with different numbers of coordinates; OutOfMemoryError if the
 * differences, [..., m, n, d], are larger than a block of memory.
 * @example ops.cdist([[0, 0], [1, 1]], [[1, 0], [0, 1]]) // [[1, 1], [1, 1]]
 */
export function cdist(x: TensorLike, y: TensorLike): Tensor {
  return scoped(() => {
    const [from, to] = [toFloat(x), toFloat(y)];
    if (from.ndim < 2 || to.ndim < 2 || from.shape.at(-1) !== to.shape.at(-1)) {
      throw new ShapeError(
        `cdist: takes points [..., m, d] and [..., n, d], got shapes ${formatShape(from.shape)} and ${formatShape(to.shape)}. ` +
          `Points of both must have as many coordinates.`,
      );
    }
    const [a, b] = [expandDims(from, -2), expandDims(to, -3)];
    requireRoom(broadcastShapes('cdist', a.shape, b.shape), 'float32', 'cdist');
    const squares = sum(square(sub(a, b)), -1);
    // The root of 0 has no slope.
    const isEqual = equal(squares, 0);
    return where(isEqual, 0, sqrt(where(isEqual, 1, squares)));
  });
}
