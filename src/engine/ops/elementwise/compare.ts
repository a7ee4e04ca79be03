import { CompareOp, LogicalOp } from '../../../../assembly/codes.js';
import { sever } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { runBroadcast } from './broadcast-kernel.js';
import { convert } from './cast.js';
import { commonOperands } from './operands.js';
import { abs } from './piecewise-linear.js';

function compare(op: string, code: CompareOp, a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = commonOperands(a, b, 'int32');
    const kernel = x.dtype === 'float32' ? 'compareF32' : 'compareI32';
    return sever(op, [x, y], runBroadcast(op, kernel, code, x, y, 'bool'));
  });
}

/**
 * a = b as bool, broadcasting.
 *
 * @keras numpy.Equal
 * @method
 * @stepwise
 * @example ops.equal([1, 2, 3], 2) // [false, true, false]
 */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return compare('equal', CompareOp.Equal, a, b);
}

/**
 * a ≠ b as bool, broadcasting.
 *
 * @keras numpy.NotEqual
 * @method
 * @stepwise
 * @example ops.notEqual([1, 2, 3], 2) // [true, false, true]
 */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare('notEqual', CompareOp.NotEqual, a, b);
}

/**
 * a < b as bool, broadcasting.
 *
 * @keras numpy.Less
 * @method
 * @stepwise
 * @example ops.less([1, 2, 3], 2) // [true, false, false]
 */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return compare('less', CompareOp.Less, a, b);
}

/**
 * a ≤ b as bool, broadcasting.
 *
 * @keras numpy.LessEqual
 * @method
 * @stepwise
 * @example ops.lessEqual([1, 2, 3], 2) // [true, true, false]
 */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare('lessEqual', CompareOp.LessEqual, a, b);
}

/**
 * a > b as bool, broadcasting.
 *
 * @keras numpy.Greater
 * @method
 * @stepwise
 * @example ops.greater([1, 2, 3], 2) // [false, false, true]
 */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return compare('greater', CompareOp.Greater, a, b);
}

/**
 * a ≥ b as bool, broadcasting.
 *
 * @keras numpy.GreaterEqual
 * @method
 * @stepwise
 * @example ops.greaterEqual([1, 2, 3], 2) // [false, true, true]
 */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return compare('greaterEqual', CompareOp.GreaterEqual, a, b);
}

function logical(op: string, code: LogicalOp, a: TensorLike, b: TensorLike): Tensor {
  return scoped(() => {
    const [x, y] = [convert(toTensor(a), 'bool'), convert(toTensor(b), 'bool')];
    return sever(op, [x, y], runBroadcast(op, 'logicalU8', code, x, y, 'bool'));
  });
}

/**
 * a and b as bool (an element counts as true if it is not 0), broadcasting.
 *
 * @keras numpy.LogicalAnd
 * @method
 * @stepwise
 * @example ops.logicalAnd([true, true, false], [true, false, false]) // [true, false, false]
 */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  return logical('logicalAnd', LogicalOp.And, a, b);
}

/**
 * a or b as bool, broadcasting.
 *
 * @keras numpy.LogicalOr
 * @method
 * @stepwise
 * @example ops.logicalOr([true, true, false], [true, false, false]) // [true, true, false]
 */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  return logical('logicalOr', LogicalOp.Or, a, b);
}

/**
 * Either a or b, but not both, as bool, broadcasting.
 *
 * @keras numpy.LogicalXor
 * @method
 * @stepwise
 * @example ops.logicalXor([true, true, false], [true, false, false]) // [false, true, false]
 */
export function logicalXor(a: TensorLike, b: TensorLike): Tensor {
  return logical('logicalXor', LogicalOp.Xor, a, b);
}

/**
 * not x, as bool.
 *
 * @keras numpy.LogicalNot
 * @method
 * @stepwise
 * @example ops.logicalNot([true, false]) // [false, true]
 */
export function logicalNot(x: TensorLike): Tensor {
  return scoped(() => {
    const input = convert(toTensor(x), 'bool');
    const out = emptyTensor(input.shape, 'bool');
    currentRuntime().run('logicalNot', out.pointer, input.pointer, input.size);
    return sever('logicalNot', [input], out);
  });
}

// What kind of number an element is, as bool. Integers and bool are always finite.

/**
 * True where x is NaN.
 *
 * @keras numpy.Isnan
 * @method
 * @stepwise
 * @example ops.isNaN([1, NaN, Infinity]) // [false, true, false]
 */
export function isNaN(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    return notEqual(input, input);
  });
}

/**
 * True where x is neither infinite nor NaN.
 *
 * @keras numpy.Isfinite
 * @method
 * @stepwise
 * @example ops.isFinite([1, NaN, Infinity]) // [true, false, false]
 */
export function isFinite(x: TensorLike): Tensor {
  return scoped(() => less(abs(x), Infinity));
}

/**
 * True where x is ∞ or −∞.
 *
 * @keras numpy.Isinf
 * @method
 * @stepwise
 * @example ops.isInf([1, NaN, -Infinity]) // [false, false, true]
 */
export function isInf(x: TensorLike): Tensor {
  return scoped(() => equal(abs(x), Infinity));
}
