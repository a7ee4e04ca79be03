import { describeValue } from '../../../config/describe-value.js';
import { DTypeError } from '../../../errors.js';
import { toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { checkDType } from '../../../config/dtype.js';
import type { DTypeName } from '../../../config/dtype.js';
import { arithmetic, convert } from '../elementwise/cast.js';

/**
 * f of x as float32 or int32, in which sums and products are computed. A dtype is what x is converted to before, and the result
 * after: bytes end at 255, and bool asks whether it is 0. Null or undefined: the dtype that f gives.
 */
export function computedIn(
  op: string,
  x: TensorLike,
  dtype: DTypeName | null | undefined,
  f: (x: Tensor) => Tensor,
): Tensor {
  if (typeof dtype === 'object' && dtype !== null) {
    throw new DTypeError(`${op}: dtype must be the name of a dtype, got ${describeValue(dtype)}.`);
  }
  const target = dtype && checkDType(dtype);
  const given = toTensor(x);
  const input = target ? convert(given, target) : given;
  const result = f(arithmetic(input));
  return target ? convert(result, target) : result;
}
