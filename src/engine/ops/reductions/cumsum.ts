import { record } from '../../autodiff/index.js';
import { checkBoolean, checkOptions } from '../../../config/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { emptyTensor, normalizeAxis, scoped, sizeOf } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { pad } from '../shapes/concat.js';
import { reshape } from '../shapes/reshape.js';
import { computedIn } from './computed-in.js';
import { sliceAlong } from '../indexing/slice.js';

/** Options of `cumsum`. */
export interface CumsumOptions {
  /** Whether an element is left out of its own sum: out[i] = x[0] + … + x[i − 1], which begins with 0. Default false. */
  readonly exclusive?: boolean;
  /** Whether sums run from the end: out[i] = x[i] + … + x[n − 1]. Default false. */
  readonly reverse?: boolean;
  /** What the numbers are before they are added, and the result. Default null: float32, or int32 of whole numbers. */
  readonly dtype?: DTypeName | null;
}

/**
 * Running sums along `axis` (null or nothing: of all elements, flattened): out[i] = x[0] + … + x[i]. float32 is added
 * up in float64; bool and uint8 sum as int32, which wraps around.
 *
 * @keras = cumsum
 * @method
 * @stepwise
 * @throws ShapeError for an axis out of range, ValueError for an option that is no boolean.
 * @example tensor([1, 2, 3]).cumsum() // [1, 3, 6]
 * @example tensor([1, 2, 3]).cumsum(0, { exclusive: true, reverse: true }) // [5, 3, 0]
 */
export function cumsum(x: TensorLike, axis?: number | null, options: CumsumOptions = {}): Tensor {
  checkOptions('cumsum', options, ['exclusive', 'reverse', 'dtype']);
  const exclusive = checkBoolean('cumsum', 'exclusive', options.exclusive ?? false);
  const reverse = checkBoolean('cumsum', 'reverse', options.reverse ?? false);
  const summed = (given: Tensor): Tensor => {
    const flat = axis === undefined || axis === null;
    const input = flat ? reshape(given, [given.size]) : given;
    const along = flat ? 0 : normalizeAxis('cumsum', axis, input.ndim);
    const turned = (values: Tensor): Tensor => (reverse ? reversed(values, along) : values);
    const terms = exclusive ? delayed(turned(input), along) : turned(input);
    return turned(runningSum(terms, along));
  };
  return scoped(() => computedIn('cumsum', x, options.dtype, summed));
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
  return record('cumsum', [x], out, [], (dy) => [
    reversed(runningSum(reversed(dy, axis), axis), axis),
  ]);
}

/** x from the end to the start along an axis. */
function reversed(x: Tensor, axis: number): Tensor {
  return sliceAlong(x, axis, '::-1');
}

/** A zero, and then x without its last entry along an axis. */
function delayed(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis] ?? 0;
  if (length === 0) return x;
  const kept = sliceAlong(x, axis, [0, length - 1]);
  return pad(
    kept,
    x.shape.map((_, i) => [Number(i === axis), 0] as const),
  );
}
