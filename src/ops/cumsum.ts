import { record } from '../autodiff/index.js';
import { currentRuntime } from '../runtime/index.js';
import { emptyTensor, normalizeAxis, scoped, sizeOf, toTensor } from '../tensor/index.js';
import type { Tensor, TensorLike } from '../tensor/index.js';
import { convert } from './cast.js';
import { reshape } from './reshape.js';
import { slice } from './slice.js';

/**
 * Running sums along `axis` (null or nothing: of all elements, flattened): out[i] = x[0] + … + x[i]. float32 is added
 * up in float64; bool and uint8 sum as int32, which wraps around.
 *
 * @example tensor([1, 2, 3]).cumsum(); // [1. 3. 6.]
 */
export function cumsum(x: TensorLike, axis?: number | null): Tensor {
  return scoped(() => {
    const given = toTensor(x);
    const flat = axis === undefined || axis === null;
    const input = flat ? reshape(given, [given.size]) : given;
    const along = flat ? 0 : normalizeAxis('cumsum', axis, input.ndim);
    return runningSum(input.dtype === 'float32' ? input : convert(input, 'int32'), along);
  });
}

function runningSum(x: Tensor, axis: number): Tensor {
  const out = emptyTensor(x.shape, x.dtype);
  const runtime = currentRuntime();
  const outer = sizeOf(x.shape.slice(0, axis));
  const length = x.shape[axis] ?? 1;
  const inner = sizeOf(x.shape.slice(axis + 1));
  if (x.dtype === 'float32') {
    const scratch = runtime.workspace(runtime.kernels.columnScratchBytes(runtime.threads));
    runtime.run('cumulativeSumF32', out.pointer, x.pointer, outer, length, inner, scratch);
  } else {
    runtime.run('cumulativeSumI32', out.pointer, x.pointer, outer, length, inner);
  }
  // x[i] is part of every sum from the i-th on: the gradient runs from the end.
  const reversed = [...new Array<string>(axis).fill(':'), '::-1'];
  return record('cumsum', [x], out, [], (dy) => [
    slice(runningSum(slice(dy, ...reversed), axis), ...reversed),
  ]);
}
