import { cast } from '../ops/index.js';
import type { DType } from '../tensor/dtype.js';
import type { Tensor } from '../tensor/tensor.js';

/** Random float32 values as a weight's dtype. */
export function drawn(values: Tensor, dtype: DType): Tensor {
  if (dtype === values.dtype) return values;
  const converted = cast(values, dtype);
  values.dispose();
  return converted;
}
