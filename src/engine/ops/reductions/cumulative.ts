import { ReduceOp } from '../../../../assembly/codes.js';
import { record } from '../../autodiff/index.js';
import {
  emptyTensor,
  full,
  normalizeAxis,
  ones,
  scoped,
  sizeOf,
  toTensor,
} from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { concat, pad } from '../shapes/concat.js';
import { computedIn } from './computed-in.js';
import { reduce, withKeepdims } from './sum.js';
import type { Axes } from './sum.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { slice, sliceAlong } from '../indexing/slice.js';
import { transpose } from '../shapes/transpose.js';
import { checkBoolean, checkOptions } from '../../../config/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { numeric } from '../../wasm/generated/numeric.js';
import { isNaN } from '../elementwise/compare.js';
import { alongAxisOrAll, rowsOf } from './along-axis.js';
import { where } from '../elementwise/where.js';

/**
 * The product along `axis` (a number, a list, or all axes); 1 if there are no elements. float32 is multiplied in float64; bool
 * and uint8 as int32, which wraps around.
 *
 * @param dtype the dtype to which numbers are converted before they are multiplied, and that of the result. Default: float32,
 * or int32 for whole numbers.
 * @keras numpy.Prod axis=null keepdims=false dtype=null
 * @method
 * @stepwise
 * @example ops.prod([[1, 2], [3, 4]], 0) // [3, 8]
 */
export function prod(
  x: TensorLike,
  axis?: Axes,
  keepdims = false,
  dtype?: DTypeName | null,
): Tensor {
  return scoped(() => computedIn('prod', x, dtype, (input) => productOf(input, axis, keepdims)));
}

function productOf(input: Tensor, axis: Axes, keepdims: boolean): Tensor {
  const { out, keepDimsShape, axes } = reduce('prod', input, axis, ReduceOp.Prod);
  const result = record('prod', [input], out, [input], (dy, [p]) => {
    const rest = p.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const order = [...rest, ...axes];
    const rows = sizeOf(rest.map((i) => p.shape[i] ?? 1));
    const length = sizeOf(axes.map((i) => p.shape[i] ?? 1));
    const moved = transpose(p, order);
    const others = reshape(productOfOthers(reshape(moved, [rows, length])), moved.shape);
    const back = transpose(
      others,
      order.map((_, i) => order.indexOf(i)),
    );
    return [mul(back, reshape(dy, keepDimsShape))];
  });
  return withKeepdims('prod', result, keepDimsShape, keepdims);
}

/**
 * out[r, i] = Πⱼ≠ᵢ x[r, j]: every partner of a pair times the product of the other pairs. There is no
 * division, so it is right, and so are its derivatives, where elements are 0.
 */
function productOfOthers(x: Tensor): Tensor {
  const [rows = 0, length = 0] = x.shape;
  if (length <= 1) return ones(x.shape);
  const even = length % 2 === 0 ? x : concat([x, ones([rows, 1])], 1);
  const pairs = reshape(even, [rows, Math.ceil(length / 2), 2]);
  const products = mul(slice(pairs, ':', ':', 0), slice(pairs, ':', ':', 1));
  const partners = slice(pairs, ':', ':', '::-1');
  const others = mul(partners, expandDims(productOfOthers(products), 2));
  return slice(reshape(others, even.shape), ':', [0, length]);
}

/** Options of `cumsum`. */
export interface CumsumOptions {
  /** Whether to exclude each element from its own sum: out[i] = x[0] + … + x[i − 1], starting with 0. Default false. */
  readonly exclusive?: boolean;
  /** Whether to sum from the end: out[i] = x[i] + … + x[n − 1]. Default false. */
  readonly reverse?: boolean;
  /**
   * The dtype to which numbers are converted before they are added, and that of the result. Default null: float32, or int32 for
   * whole numbers.
   */
  readonly dtype?: DTypeName | null;
}

/**
 * Cumulative sums along `axis` (null or omitted: of all elements, flattened): out[i] = x[0] + … + x[i]. float32 is
 * added in float64; bool and uint8 as int32, which wraps around.
 *
 * @keras = cumsum
 * @method
 * @stepwise
 * @throws ShapeError for an axis out of range, ValueError for an option that is not a boolean.
 * @example tensor([1, 2, 3]).cumsum() // [1, 3, 6]
 * @example tensor([1, 2, 3]).cumsum(0, { exclusive: true, reverse: true }) // [5, 3, 0]
 */
export function cumsum(x: TensorLike, axis?: number | null, options: CumsumOptions = {}): Tensor {
  checkOptions('cumsum', options, ['exclusive', 'reverse', 'dtype']);
  const exclusive = checkBoolean('cumsum', 'exclusive', options.exclusive ?? false);
  const reverse = checkBoolean('cumsum', 'reverse', options.reverse ?? false);
  const summed = (given: Tensor): Tensor => {
    const flat = axis === undefined || axis === null;
    const input = flat ? reshape(given, [given.size]) : given;
    const along = flat ? 0 : normalizeAxis('cumsum', axis, input.ndim);
    const turned = (values: Tensor): Tensor => (reverse ? reversed(values, along) : values);
    const terms = exclusive ? delayed(turned(input), along) : turned(input);
    return turned(runningSum(terms, along));
  };
  return scoped(() => computedIn('cumsum', x, options.dtype, summed));
}

function runningSum(x: Tensor, axis: number): Tensor {
  const out = emptyTensor(x.shape, x.dtype);
  const runtime = currentRuntime();
  const outer = sizeOf(x.shape.slice(0, axis));
  const length = x.shape[axis] ?? 1;
  const inner = sizeOf(x.shape.slice(axis + 1));
  if (x.dtype === 'float32') {
    const scratch = runtime.workspace(runtime.kernels.columnScratchBytes(runtime.threads));
    runtime.run('cumulativeSumF32', out.pointer, x.pointer, outer, length, inner, scratch);
  } else {
    runtime.run('cumulativeSumI32', out.pointer, x.pointer, outer, length, inner);
  }
  // x[i] is part of every sum from the i-th on: the gradient runs from the end.
  return record('cumsum', [x], out, [], (dy) => [
    reversed(runningSum(reversed(dy, axis), axis), axis),
  ]);
}

/** x from the end to the start along an axis. */
function reversed(x: Tensor, axis: number): Tensor {
  return sliceAlong(x, axis, '::-1');
}

/** A zero, and then x without its last entry along an axis. */
function delayed(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis] ?? 0;
  if (length === 0) return x;
  const leading = sliceAlong(x, axis, [0, length - 1]);
  return pad(
    leading,
    x.shape.map((_, i) => [Number(i === axis), 0] as const),
  );
}

/**
 * Cumulative products along `axis` (null or omitted: of all elements, flattened): out[i] = x[0] · … · x[i]. float32 is multiplied
 * in float64; bool and uint8 as int32, which wraps around.
 *
 * @param dtype the dtype to which numbers are converted before they are multiplied, and that of the result. Default: float32, or
 * int32 for whole numbers.
 * @keras numpy.Cumprod axis=null dtype=null
 * @throws ShapeError for an axis out of range.
 * @example ops.cumprod([1, 2, 3]) // [1, 2, 6]
 */
export function cumprod(x: TensorLike, axis?: number | null, dtype?: DTypeName | null): Tensor {
  return scoped(() =>
    computedIn('cumprod', x, dtype, (numbers) =>
      alongAxisOrAll('cumprod', numbers, axis ?? null, runningProduct),
    ),
  );
}

function runningProduct(x: Tensor): Tensor {
  const out = emptyTensor(x.shape, x.dtype);
  const { rows, columns } = rowsOf(x);
  currentRuntime()
    .with(numeric)
    .run('cumulativeProduct', out.pointer, x.pointer, rows, columns, 1, Number(x.dtype === 'float32')); // prettier-ignore
  return record('cumprod', [x], out, [x], (dy, [p]) => [productGradient(p, dy)]);
}

/**
 * dx[i] = x[0] · … · x[i − 1] · s[i] with s[i] = dy[i] + x[i + 1] · s[i + 1]. There is no division, so it is right where elements are 0.
 * In each round s takes in twice as many neighbours.
 */
function productGradient(x: Tensor, dy: Tensor): Tensor {
  const last = x.ndim - 1;
  const length = x.shape[last] ?? 0;
  if (length === 0) return dy;
  const one = full([...x.shape.slice(0, -1), 1], 1);
  const range = (y: Tensor, from: number, to: number): Tensor => sliceAlong(y, last, [from, to]);
  const before = runningProduct(concat([one, range(x, 0, length - 1)], last));
  let factors = concat([range(x, 1, length), one], last);
  let sums = dy;
  for (let step = 1; step < length; step *= 2) {
    const rest = length - step;
    const front = range(factors, 0, rest);
    const more = add(range(sums, 0, rest), mul(front, range(sums, step, length)));
    sums = concat([more, range(sums, rest, length)], last);
    factors = concat(
      [mul(front, range(factors, step, length)), range(factors, rest, length)],
      last,
    );
  }
  return mul(before, sums);
}

/** x with another number in place of NaN. */
export function withoutNaN(x: TensorLike, value: number): Tensor {
  const input = toTensor(x);
  return input.dtype === 'float32' ? where(isNaN(input), value, input) : input;
}

/**
 * `cumsum` in which NaN counts as 0.
 *
 * @keras numpy.Nancumsum axis=null dtype=null
 * @throws ShapeError for an axis out of range.
 * @example ops.nancumsum([1, NaN, 3]) // [1, 1, 4]
 */
export function nancumsum(
  x: TensorLike,
  axis?: number | null,
  dtype: DTypeName | null = null,
): Tensor {
  return scoped(() => cumsum(withoutNaN(x, 0), axis, { dtype }));
}

/**
 * `cumprod` in which NaN counts as 1.
 *
 * @keras numpy.Nancumprod axis=null dtype=null
 * @throws ShapeError for an axis out of range.
 * @example ops.nancumprod([1, NaN, 3]) // [1, 1, 3]
 */
export function nancumprod(x: TensorLike, axis?: number | null, dtype?: DTypeName | null): Tensor {
  return scoped(() => cumprod(withoutNaN(x, 1), axis, dtype));
}
