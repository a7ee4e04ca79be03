// Numbers of the gamma and the beta distribution.
import { describeValue } from '../config/describe-value.js';
import { checkOptions } from '../config/index.js';
import { DTypeError, ShapeError, ValueError } from '../errors.js';
import {
  checkShape,
  formatShape,
  requireRoom,
  sameShape,
  scoped,
  sizeOf,
  tensor,
  Tensor,
} from '../tensor/index.js';
import type { Shape } from '../tensor/index.js';
import { gamma as part } from '../wasm/generated/gamma.js';
import { drawnBy } from './draw.js';
import type { SeedOption } from './draw.js';

/** What an element of a draw takes out of the stream: one block of its own, whatever is refused. */
const NUMBERS_PER_ELEMENT = 4;

/** A parameter of a distribution as float32: a tensor of one number, or of one for each element. */
function parameter(op: string, name: string, value: number | Tensor, shape: Shape): Tensor {
  if (!(value instanceof Tensor)) {
    const inRange = typeof value === 'number' && value > 0 && Math.fround(value) > 0;
    if (inRange && Number.isFinite(Math.fround(value))) return tensor([value]);
    throw new ValueError(
      `${op}: ${name} must be a number above 0 that float32 holds, or a tensor of such numbers, got ${describeValue(value)}.`,
    );
  }
  if (value.dtype !== 'float32') {
    throw new DTypeError(`${op}: ${name} must be float32, got ${value.dtype}. Convert it with astype('float32').`); // prettier-ignore
  }
  if (value.size === 1 || sameShape(value.shape, shape)) return value;
  throw new ShapeError(
    `${op}: ${name} must be one number, or one for each element of shape ${formatShape(shape)}, got shape ` +
      `${formatShape(value.shape)}.`,
  );
}

/**
 * float32 numbers of the gamma distribution: the density at x is x^(α − 1) e^(−x) / Γ(α), with mean and variance α. By the
 * method of Marsaglia and Tsang, whose numbers are exactly so distributed but for rounding. Keras: `keras.random.gamma`.
 *
 * @param alpha above 0: a number, or a float32 tensor of one number or of that shape. An element that is not above 0 gives NaN.
 * @throws ValueError for an alpha that is a number out of range, ShapeError for one of another shape.
 * @example random.gamma([2, 3], 0.5, { seed: 7 });
 */
export function gamma(shape: Shape, alpha: number | Tensor, options: SeedOption = {}): Tensor {
  const op = 'random.gamma';
  checkOptions(op, options, ['seed']);
  checkShape(op, shape);
  requireRoom(shape, 'float32', op);
  return scoped(() => {
    const a = parameter(op, 'alpha', alpha, shape);
    const [from, alphas, n] = [a.pointer, a.size, sizeOf(shape)];
    return drawnBy(shape, 'float32', options.seed, n * NUMBERS_PER_ELEMENT, (runtime, out, stream) => {
      const { keyLow, keyHigh, counterLow, counterHigh } = stream;
      runtime.with(part).run('randomGamma', out, n, from, alphas, keyLow, keyHigh, counterLow, counterHigh);
    }); // prettier-ignore
  });
}

/**
 * float32 numbers from 0 to 1 of the beta distribution: the density at x is proportional to x^(α − 1) (1 − x)^(β − 1), the mean is
 * α / (α + β). Keras: `keras.random.beta`.
 *
 * @param alpha above 0: a number, or a float32 tensor of one number or of that shape. An element that is not above 0 gives NaN.
 * @param beta as `alpha`
 * @throws ValueError for a parameter that is a number out of range, ShapeError for one of another shape.
 * @example random.beta([2, 3], 0.2, 0.2, { seed: 7 });
 */
export function beta(
  shape: Shape,
  alpha: number | Tensor,
  beta: number | Tensor,
  options: SeedOption = {},
): Tensor {
  const op = 'random.beta';
  checkOptions(op, options, ['seed']);
  checkShape(op, shape);
  requireRoom(shape, 'float32', op);
  return scoped(() => {
    const [a, b] = [parameter(op, 'alpha', alpha, shape), parameter(op, 'beta', beta, shape)];
    const [fromA, alphas, fromB, betas] = [a.pointer, a.size, b.pointer, b.size];
    const n = sizeOf(shape);
    return drawnBy(shape, 'float32', options.seed, n * NUMBERS_PER_ELEMENT, (runtime, out, stream) => {
      const { keyLow, keyHigh, counterLow, counterHigh } = stream;
      runtime.with(part).run('randomBeta', out, n, fromA, alphas, fromB, betas, keyLow, keyHigh, counterLow, counterHigh);
    }); // prettier-ignore
  });
}
