import { noteRead } from '../../autodiff/index.js';
import { full, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';

function fillLike(x: TensorLike, value: number, dtype: DTypeName | undefined): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    noteRead(input);
    return full(input.shape, value, dtype ?? input.dtype);
  });
}

/**
 * Zeros in the shape of x, in its dtype unless `dtype` says otherwise. No gradient flows through them.
 *
 * @keras numpy.ZerosLike dtype=null
 * @stepwise
 * @example ops.zerosLike([[1, 2], [3, 4]]) // [[0, 0], [0, 0]]
 */
export function zerosLike(x: TensorLike, dtype?: DTypeName): Tensor {
  return fillLike(x, 0, dtype);
}

/**
 * Ones in the shape of x, in its dtype unless `dtype` says otherwise. No gradient flows through them.
 *
 * @keras numpy.OnesLike dtype=null
 * @stepwise
 * @example ops.onesLike([1, 2, 3], 'int32') // [1, 1, 1]
 */
export function onesLike(x: TensorLike, dtype?: DTypeName): Tensor {
  return fillLike(x, 1, dtype);
}
