import { noteRead, record, sever } from '../../autodiff/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { INT32 } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { emptyTensor, scoped, toTensor } from '../../tensor/index.js';
import { converted } from '../../tensor/elements.js';
import { checkDType, isWideInteger } from '../../../config/dtype.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DType, DTypeName } from '../../../config/dtype.js';
import { ownResult } from '../neural/logits.js';

/**
 * x with its elements converted to `dtype`, without a copy if it already has that dtype. From float32 to an integer
 * type, numbers are truncated towards zero and saturate, and NaN becomes 0. To bool, the result is x != 0. A gradient
 * flows only if the dtype does not change.
 *
 * @keras core.Cast dtype
 * @stepwise
 * @throws DTypeError for an unknown type; ValueError for a number outside the range of int32 if `dtype` is int64 or int,
 * which stand for int32.
 * @example ops.cast([1.7, -1.7, NaN], 'int32') // [1, -1, 0]
 */
export function cast(x: TensorLike, dtype: DTypeName): Tensor {
  const target = checkDType(dtype);
  return scoped(() => {
    const input = toTensor(x);
    if (isWideInteger(dtype)) requireInt32(dtype, input);
    return ownResult(convert(input, target), x);
  });
}

/** Throws for the first number that int32 would cut where a wider type was asked for. */
function requireInt32(dtype: DTypeName, x: Tensor): void {
  if (x.dtype !== 'float32') return;
  x.data().forEach((value, i) => {
    const whole = Math.trunc(value);
    if (!(whole < INT32.min || whole > INT32.max)) return;
    throw new ValueError(
      `astype('${dtype}'): element ${i} is ${value}, which is outside the range of int32, the widest integer type. Keep float32, or clip it.`,
    );
  });
}

/** `cast` that gives x itself if it has that dtype already: for operands, which operations do not dispose. */
export function convert(input: Tensor, target: DType): Tensor {
  if (input.dtype === target) return input;
  return sever(`astype('${target}')`, [input], converted(input, target));
}

/** What x is computed in: float32 stays, everything else becomes int32. */
export function arithmetic(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x : convert(x, 'int32');
}

/**
 * A copy with its own memory.
 *
 * @keras numpy.Copy
 * @method
 * @stepwise
 * @example const before = ops.clone(new Variable([1, 2]).value);
 */
export function clone(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const out = emptyTensor(input.shape, input.dtype);
    currentRuntime().copy(out.pointer, input.pointer, input.byteLength);
    return record('clone', [input], out, [], (dy) => [dy]);
  });
}

/**
 * The value of x, but no gradient flows through it.
 *
 * @keras core.StopGradient(variable)
 * @stepwise
 * @example grad((x) => x.mul(stopGradient(x)).sum())(tensor([3])) // [3]
 */
export function stopGradient(x: TensorLike): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    noteRead(input);
    return input.view(input.shape);
  });
}
