import { DTypeError } from '../../../errors.js';
import { requireTensor, scalar, Tensor, toTensor } from '../../tensor/index.js';
import { promote } from '../../../config/dtype.js';
import type { TensorLike } from '../../tensor/index.js';
import type { DType } from '../../../config/dtype.js';
import { convert } from './cast.js';

/** A tensor of float32, converted if it is not; what functions without an integer meaning start with. */
export function toFloat(x: TensorLike): Tensor {
  return convert(toTensor(x), 'float32');
}

/** A tensor of float32, with its own dtype refused if a gradient or an in-place step depends on it. */
export function requireFloat(op: string, x: Tensor): Tensor {
  if (requireTensor(op, x).dtype === 'float32') return x;
  throw new DTypeError(`${op}: needs float32, got ${x.dtype}. Convert with astype('float32').`);
}

/**
 * Both operands as tensors of one dtype, the higher of bool < uint8 < int32 < float32. A plain number
 * takes the other operand's dtype if it is whole and that dtype is int32 or float32.
 */
export function commonOperands(
  a: TensorLike,
  b: TensorLike,
  least: DType = 'bool',
): [Tensor, Tensor] {
  const [x, y] = [operand(a, b), operand(b, a)];
  const dtype = promote(promote(x.dtype, y.dtype), least);
  return [convert(x, dtype), convert(y, dtype)];
}

function operand(value: TensorLike, other: TensorLike): Tensor {
  if (typeof value === 'number' && other instanceof Tensor) {
    const isWhole = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
    return scalar(value, isWhole && other.dtype !== 'float32' ? 'int32' : 'float32');
  }
  return toTensor(value);
}
