import { ReduceOp } from '../../../../assembly/codes.js';
import { record } from '../../autodiff/index.js';
import { ones, scoped, sizeOf } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { mul } from '../elementwise/arithmetic.js';
import { concat } from '../shapes/concat.js';
import { computedIn } from './computed-in.js';
import { reduce, withKept } from './reduce-kernel.js';
import type { Axes } from './reduce-kernel.js';
import { expandDims, reshape } from '../shapes/reshape.js';
import { slice } from '../indexing/slice.js';
import { transpose } from '../shapes/transpose.js';

/**
 * The product along `axis` (a number, a list, or all axes); 1 of no elements. float32 is multiplied in float64; bool and uint8 as
 * int32, which wraps around.
 *
 * @param dtype what the numbers are before they are multiplied, and the result. Default: float32, or int32 of whole numbers.
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
  const { out, kept, axes } = reduce('prod', input, axis, ReduceOp.Prod);
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
    return [mul(back, reshape(dy, kept))];
  });
  return withKept('prod', result, kept, keepdims);
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
