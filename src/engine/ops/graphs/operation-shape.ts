import { flattenNest, mapNest, MAX_LENGTH, packNest } from '../../../config/index.js';
import type { Nest } from '../../../config/index.js';
import { OutOfMemoryError, ShapeError } from '../../../errors.js';
import { countUnknownLengths, withoutElements } from '../../runtime/index.js';
import { Tensor } from '../../tensor/index.js';
import type { PartialShape } from '../../tensor/index.js';
import { common, probeShapes } from './probe-shapes.js';
import type { TensorSpec } from './probe-shapes.js';
import { parseRange, slice, specsOfAxes } from '../indexing/slice.js';
import type { PlainSpec } from '../indexing/slice.js';

/** A function of tensors and other arguments, as `ops` has them: it gives a tensor, or lists and objects of tensors. */
export type Operation = (...args: never[]) => unknown;

const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Whether an argument stands for a tensor that is not computed yet: an object with `shape` and `dtype`. */
export function isTensorSpec(value: unknown): value is TensorSpec {
  if (typeof value !== 'object' || value === null || value instanceof Tensor) return false;
  return 'shape' in value && Array.isArray(value.shape) && 'dtype' in value;
}

/**
 * The shapes and dtypes of what an operation gives, in the positions of its tensors: it runs without elements, so that it takes
 * no memory and computes nothing. Among its arguments, also in lists and plain objects, objects with `shape` and `dtype` stand
 * for tensors.
 *
 * @throws what the operation throws for tensors of these shapes; ShapeError for a result that no batch has room for.
 */
export function operationShape(operation: Operation, args: readonly unknown[]): Nest<TensorSpec> {
  const [x, ...rest] = args;
  // Its limits count from both ends of an axis, so lengths that are tried tell nothing.
  if (operation === slice && isTensorSpec(x) && !rest.some(isOperand)) {
    return { shape: slicedShape(x.shape, rest as PlainSpec[]), dtype: x.dtype };
  }
  const inputs = flattenNest(args, isOperand);
  let structure: unknown;
  const run = (...tensors: readonly Tensor[]): readonly Tensor[] => {
    let next = 0;
    const given = mapNest(args, isOperand, () => tensors[next++]);
    structure = operation(...(given as never[]));
    return flattenNest(structure, isTensor);
  };
  try {
    const specs = withoutElements(() => {
      const before = countUnknownLengths();
      const shapes = probeShapes(run, inputs);
      // A length that elements decide is another one in each run.
      return countUnknownLengths() === before ? shapes : common(shapes, probeShapes(run, inputs));
    });
    return packNest(structure, isTensor, specs);
  } catch (error) {
    // No memory was asked for.
    throw error instanceof OutOfMemoryError ? new ShapeError(error.message) : error;
  }
}

const isOperand = (value: unknown): value is Tensor | TensorSpec =>
  value instanceof Tensor || isTensorSpec(value);

/** The shape of a slice: an unknown length stays unknown, whatever is cut of it. */
function slicedShape(shape: PartialShape, specs: readonly (PlainSpec | null)[]): PartialShape {
  let axis = 0;
  return specsOfAxes(specs, shape).flatMap((spec) => {
    if (spec === null) return 1;
    const at = axis++;
    const length = shape[at] ?? null;
    // Of an unknown length any index may be there.
    const range = parseRange(spec, length ?? MAX_LENGTH, at);
    if (range.isIndex) return [];
    return length === null ? null : range.count;
  });
}
