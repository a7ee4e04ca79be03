// Numbers of the gamma, the beta and the binomial distribution.
import { checkOptions } from '../../config/index.js';
import { checkShape, requireRoom, scoped, sizeOf } from '../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../tensor/index.js';
import { gamma as part } from '../wasm/generated/gamma.js';
import { drawnBy, parameter } from './draw.js';
import type { NumberRule, SeedOption } from './draw.js';

/** What an element of a draw takes out of the stream: one block of its own, whatever is refused. */
const NUMBERS_PER_ELEMENT = 4;

const ABOVE_0: NumberRule = { fits: (value) => value > 0, expected: 'a number above 0' };
const COUNT: NumberRule = { fits: (value) => value >= 0, expected: 'a number of at least 0' };
const PROBABILITY: NumberRule = {
  fits: (value) => value >= 0 && value <= 1,
  expected: 'a number from 0 to 1',
};

/** A parameter: its name, what was given, and what a number has to be. */
type Given = readonly [name: string, value: TensorLike, rule: NumberRule];

/** What a kernel of two parameters draws. */
function drawnOfTwo(
  op: string,
  kernel: 'randomBeta' | 'randomBinomial',
  shape: Shape,
  options: SeedOption,
  ...given: readonly [Given, Given]
): Tensor {
  checkOptions(op, options, ['seed']);
  checkShape(op, shape);
  requireRoom(shape, 'float32', op);
  return scoped(() => {
    const [first, second] = [parameter(op, shape, ...given[0]), parameter(op, shape, ...given[1])];
    const ranges = [first.pointer, first.size, second.pointer, second.size] as const;
    const n = sizeOf(shape);
    return drawnBy(shape, 'float32', options.seed, n * NUMBERS_PER_ELEMENT, (runtime, out, stream) => {
      const { keyLow, keyHigh, counterLow, counterHigh } = stream;
      runtime.with(part).run(kernel, out, n, ...ranges, keyLow, keyHigh, counterLow, counterHigh);
    }); // prettier-ignore
  });
}

/**
 * float32 numbers from the gamma distribution: the density at x is x^(α − 1) e^(−x) / Γ(α), with mean and variance α.
 * Drawn by the method of Marsaglia and Tsang, which is exact except for rounding. Keras: `keras.random.gamma`.
 *
 * @param alpha the parameter α, above 0: a number, or a tensor that broadcasts to the shape. Elements that are not
 * above 0 give NaN.
 * @throws ValueError for a number out of range, ShapeError for a tensor that does not broadcast.
 * @example random.gamma([2, 3], 0.5, { seed: 7 });
 */
export function gamma(shape: Shape, alpha: TensorLike, options: SeedOption = {}): Tensor {
  const op = 'random.gamma';
  checkOptions(op, options, ['seed']);
  checkShape(op, shape);
  requireRoom(shape, 'float32', op);
  return scoped(() => {
    const a = parameter(op, shape, 'alpha', alpha, ABOVE_0);
    const [from, alphas, n] = [a.pointer, a.size, sizeOf(shape)];
    return drawnBy(shape, 'float32', options.seed, n * NUMBERS_PER_ELEMENT, (runtime, out, stream) => {
      const { keyLow, keyHigh, counterLow, counterHigh } = stream;
      runtime.with(part).run('randomGamma', out, n, from, alphas, keyLow, keyHigh, counterLow, counterHigh);
    }); // prettier-ignore
  });
}

/**
 * float32 numbers from 0 to 1, from the beta distribution: the density at x is proportional to x^(α − 1) (1 − x)^(β − 1), and the
 * mean is α / (α + β). Keras: `keras.random.beta`.
 *
 * @param alpha the parameter α, above 0: a number, or a tensor that broadcasts to the shape. Elements that are not above 0 give
 * NaN.
 * @param beta the parameter β, like `alpha`
 * @throws ValueError for a number out of range, ShapeError for a tensor that does not broadcast.
 * @example random.beta([2, 3], 0.2, 0.2, { seed: 7 });
 */
export function beta(
  shape: Shape,
  alpha: TensorLike,
  beta: TensorLike,
  options: SeedOption = {},
): Tensor {
  const parameters = [['alpha', alpha, ABOVE_0], ['beta', beta, ABOVE_0]] as const; // prettier-ignore
  return drawnOfTwo('random.beta', 'randomBeta', shape, options, ...parameters);
}

/**
 * float32 numbers from the binomial distribution: how many of `counts` trials succeed if each succeeds with the same probability.
 * The probability of k is (n choose k) pᵏ (1 − p)ⁿ⁻ᵏ, and the mean is n p. Keras: `keras.random.binomial`.
 *
 * @param counts the number of trials n, rounded down: a non-negative number, or a tensor that broadcasts to the shape. Negative
 * elements give NaN, infinity gives infinity.
 * @param probabilities the probability p, from 0 to 1: a number or a tensor, like `counts`. Other elements give NaN.
 * @throws ValueError for a number out of range, ShapeError for a tensor that does not broadcast.
 * @example random.binomial([2], 10, [0, 1]) // [0, 10]
 */
export function binomial(
  shape: Shape,
  counts: TensorLike,
  probabilities: TensorLike,
  options: SeedOption = {},
): Tensor {
  const parameters = [['counts', counts, COUNT], ['probabilities', probabilities, PROBABILITY]] as const; // prettier-ignore
  return drawnOfTwo('random.binomial', 'randomBinomial', shape, options, ...parameters);
}
