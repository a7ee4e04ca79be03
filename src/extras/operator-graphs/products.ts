// Products of matrices of whole numbers.
import * as ops from '../../engine/ops/index.js';
import type { Tensor } from '../../engine/tensor/index.js';

/** The product of matrices of whole numbers, as int32: float32 would round what is beyond 2²⁴. */
export function wholeProduct(a: Tensor, b: Tensor): Tensor {
  const [x, y] = [ops.cast(a, 'int32'), ops.cast(b, 'int32')];
  const left = x.ndim === 1 ? ops.expandDims(x, 0) : x;
  const right = y.ndim === 1 ? ops.expandDims(y, 1) : y;
  // The products of each pair, added up over the axis in common.
  const product = ops.sum(ops.mul(ops.expandDims(left, -1), ops.expandDims(right, -3)), -2);
  const dropped = [
    ...(x.ndim === 1 ? [product.ndim - 2] : []),
    ...(y.ndim === 1 ? [product.ndim - 1] : []),
  ];
  return dropped.length === 0
    ? product
    : ops.reshape(
        product,
        product.shape.filter((_, axis) => !dropped.includes(axis)),
      );
}
