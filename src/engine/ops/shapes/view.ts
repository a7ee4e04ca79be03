import { sever } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { bytesOf, checkDType } from '../../../config/dtype.js';
import type { DTypeName } from '../../../config/dtype.js';
import { emptyTensor, formatShape, scoped, toTensor } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';

/**
 * The bytes of x as elements of another dtype. From 4 bytes to 1 the last axis is four times as long, and back.
 *
 * @keras numpy.View dtype=null
 * @throws ShapeError if the last axis cannot be divided.
 * @example ops.view([1], 'int32') // [1065353216]
 */
export function view(x: TensorLike, dtype?: DTypeName | null): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const target = checkDType(dtype ?? input.dtype);
    const [from, to] = [bytesOf(input.dtype), bytesOf(target)];
    const last = ((input.shape.at(-1) ?? 1) * from) / to;
    if (from !== to && (input.ndim === 0 || !Number.isInteger(last))) {
      throw new ShapeError(
        `view: shape ${formatShape(input.shape)} of ${input.dtype} has no last axis that can be seen as ${target}.`,
      );
    }
    const out = emptyTensor(from === to ? input.shape : input.shape.with(-1, last), target);
    currentRuntime().copy(out.pointer, input.pointer, input.byteLength);
    return sever('view', [input], out);
  });
}
