import { BinaryOp } from '../../../../assembly/codes.js';
import { UnaryOp } from '../../../../assembly/generated/unary-op.js';
import { record } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { arithmetic } from './broadcast-kernel.js';
import { sumTo } from '../reductions/sum.js';

/**
 * a + b, with NumPy's broadcasting.
 *
 * @keras numpy.Add
 * @method
 * @stepwise
 * @example ops.add([[1, 2], [3, 4]], [10, 20]) // [[11, 22], [13, 24]]
 */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('add', BinaryOp.Add, a, b);
    return record('add', [x, y], out, [], (dy, _, [needX, needY]) => [
      needX === true ? sumTo(dy, x.shape) : undefined,
      needY === true ? sumTo(dy, y.shape) : undefined,
    ]);
  });
}

/**
 * a − b, with NumPy's broadcasting.
 *
 * @keras numpy.Subtract
 * @method
 * @stepwise
 * @example ops.sub([3, 4], 1) // [2, 3]
 */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('sub', BinaryOp.Subtract, a, b);
    return record('sub', [x, y], out, [], (dy, _, [needX, needY]) => [
      needX === true ? sumTo(dy, x.shape) : undefined,
      needY === true ? sumTo(neg(dy), y.shape) : undefined,
    ]);
  });
}

/**
 * a · b, element by element, with NumPy's broadcasting.
 *
 * @keras numpy.Multiply
 * @method
 * @stepwise
 * @example ops.mul([1, 2, 3], [4, 5, 6]) // [4, 10, 18]
 */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('mul', BinaryOp.Multiply, a, b);
    return record('mul', [x, y], out, [x, y], (dy, [p, q], [needX, needY]) => [
      needX === true ? sumTo(mul(dy, q), p.shape) : undefined,
      needY === true ? sumTo(mul(dy, p), q.shape) : undefined,
    ]);
  });
}

/**
 * a / b in float32, even for integers, with NumPy's broadcasting.
 *
 * @keras numpy.TrueDivide|numpy.Divide
 * @method
 * @stepwise
 * @example ops.div([1, 2], 4) // [0.25, 0.5]
 */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y, out] = arithmetic('div', BinaryOp.Divide, a, b, 'float32');
    return record('div', [x, y], out, [x, y, out], (dy, [p, q, ratio], [needX, needY]) => [
      needX === true ? sumTo(div(dy, q), p.shape) : undefined,
      // Not dy · p / q²: the square leaves the range of float32 long before the gradient does.
      needY === true ? sumTo(neg(mul(dy, div(ratio, q))), q.shape) : undefined,
    ]);
  });
}

/**
 * −x. Integers stay integers: bool and uint8 become int32.
 *
 * @keras numpy.Negative
 * @method
 * @stepwise
 * @example ops.neg([1, -2]) // [-1, 2]
 */
export function neg(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    if (input.dtype !== 'float32') return sub(0, input);
    const out = emptyTensor(input.shape, 'float32');
    currentRuntime().run('unary', out.pointer, input.pointer, input.size, UnaryOp.Negate, 0, 0, 0);
    return record('neg', [input], out, [], (dy) => [neg(dy)]);
  });
}
