import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, full, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { numeric } from '../../wasm/generated/numeric.js';
import { add, mul } from '../elementwise/arithmetic.js';
import { concat } from '../shapes/concat.js';
import { isNaN } from '../elementwise/compare.js';
import { cumsum } from './cumsum.js';
import { alongAxisOrAll, rowsOf } from './along-axis.js';
import { computedIn } from './computed-in.js';
import { sliceAlong } from '../indexing/slice.js';
import { where } from '../elementwise/where.js';

/**
 * Running products along `axis` (null or nothing: of all elements, flattened): out[i] = x[0] · … · x[i]. float32 is multiplied in
 * float64; bool and uint8 as int32, which wraps around.
 *
 * @param dtype what the numbers are before they are multiplied, and the result. Default: float32, or int32 of whole numbers.
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
  const part = (y: Tensor, from: number, to: number): Tensor => sliceAlong(y, last, [from, to]);
  const before = runningProduct(concat([one, part(x, 0, length - 1)], last));
  let factors = concat([part(x, 1, length), one], last);
  let sums = dy;
  for (let step = 1; step < length; step *= 2) {
    const rest = length - step;
    const front = part(factors, 0, rest);
    const more = add(part(sums, 0, rest), mul(front, part(sums, step, length)));
    sums = concat([more, part(sums, rest, length)], last);
    factors = concat([mul(front, part(factors, step, length)), part(factors, rest, length)], last);
  }
  return mul(before, sums);
}

/** x with another number in the place of NaN. */
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
