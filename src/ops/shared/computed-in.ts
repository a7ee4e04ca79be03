import { toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import { checkDType } from '../../tensor/dtype.js';
import type { DTypeName } from '../../tensor/dtype.js';
import { convert } from '../cast.js';

/**
 * f of x in a dtype, as the argument `dtype` of sums and products asks for: x is converted before. f computes bool and uint8 in int32,
 * so its result is converted as well: bytes end at 255, and bool asks whether it is 0. Null or undefined: the dtype that f gives.
 */
export function computedIn(
  x: TensorLike,
  dtype: DTypeName | null | undefined,
  f: (x: Tensor) => Tensor,
): Tensor {
  const input = toTensor(x);
  if (dtype === null || dtype === undefined) return f(input);
  const target = checkDType(dtype);
  return convert(f(convert(input, target)), target);
}
