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
 * float32 numbers of the gamma distribution: the density at x is x^(α − 1) e^(−x) / Γ(α), with mean and variance α. By the
 * method of Marsaglia and Tsang, whose numbers are exactly so distributed but for rounding. Keras: `keras.random.gamma`.
 *
 * @param alpha above 0: a number, or a tensor that broadcasts to the shape. An element that is not above 0 gives NaN.
 * @throws ValueError for an alpha that is a number out of range, ShapeError for one that does not broadcast.
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
 * float32 numbers from 0 to 1 of the beta distribution: the density at x is proportional to x^(α − 1) (1 − x)^(β − 1), the mean is
 * α / (α + β). Keras: `keras.random.beta`.
 *
 * @param alpha above 0: a number, or a tensor that broadcasts to the shape. An element that is not above 0 gives NaN.
 * @param beta as `alpha`
 * @throws ValueError for a parameter that is a number out of range, ShapeError for one that does not broadcast.
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
 * float32 numbers of the binomial distribution: how many of `counts` attempts succeed, each of which does so with the same
 * probability. The probability of k is (n over k) pᵏ (1 − p)ⁿ⁻ᵏ, the mean n p. Keras: `keras.random.binomial`.
 *
 * @param counts the number of attempts n, of which the whole part counts: a number of at least 0, or a tensor that broadcasts to the
 * shape. An element below 0 gives NaN, infinity gives infinity.
 * @param probabilities from 0 to 1, as `counts`. Another element gives NaN.
 * @throws ValueError for a parameter that is a number out of range, ShapeError for one that does not broadcast.
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
