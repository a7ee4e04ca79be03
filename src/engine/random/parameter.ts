// Parameters of distributions: one number for all elements of a draw, or numbers that broadcast to them.
import { describeValue } from '../../config/describe-value.js';
import { ShapeError, ValueError } from '../../errors.js';
import { converted, repeated } from '../tensor/copies.js';
import { formatShape, sameShape, tensor, toTensor } from '../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../tensor/index.js';

/** What a number has to be that is given for all elements. */
export interface NumberRule {
  /** Whether a number fits, which float32 holds. */
  readonly fits: (value: number) => boolean;
  /** What fits, as the message says it: 'a number above 0'. */
  readonly expected: string;
}

/**
 * A parameter of a distribution as float32: a tensor of one number, or of one for each element of `shape`.
 *
 * @throws ValueError for a number that does not fit, ShapeError for a tensor that does not broadcast to `shape`.
 */
export function parameter(
  op: string,
  shape: Shape,
  name: string,
  value: TensorLike,
  { fits, expected }: NumberRule,
): Tensor {
  if (typeof value === 'number') {
    const rounded = Math.fround(value);
    if (fits(value) && fits(rounded) && Number.isFinite(rounded)) return tensor([value]);
  }
  if (!isTensorLike(value)) {
    throw new ValueError(
      `${op}: ${name} must be ${expected} that float32 holds, or a tensor of such numbers, got ${describeValue(value)}.`,
    );
  }
  const given = converted(toTensor(value), 'float32');
  if (given.size === 1 && given.ndim <= shape.length) return given;
  return broadcast(op, name, given, shape);
}

const isTensorLike = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** `x` repeated along axes of length 1, and along new leading ones. */
function broadcast(op: string, name: string, x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.ndim;
  const fits = x.shape.every((n, axis) => n === 1 || n === shape[lead + axis]);
  if (lead < 0 || !fits) {
    throw new ShapeError(
      `${op}: ${name} of shape ${formatShape(x.shape)} does not broadcast to ${formatShape(shape)}, the shape of the draw. ` +
        `Give one number, or a tensor whose axes are 1 or those of the draw, from the last one on.`,
    );
  }
  return repeated(op, x, shape);
}
