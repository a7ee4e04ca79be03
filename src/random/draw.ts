import { describeValue } from '../config/describe-value.js';
import { checkNumber, checkOptions } from '../config/index.js';
import { ShapeError, ValueError } from '../errors.js';
import { currentRuntime } from '../runtime/index.js';
import type { WorkingRuntime } from '../runtime/index.js';
import { checkShape, emptyTensor, requireRoom, scoped, sizeOf, toTensor } from '../tensor/index.js';
import { bytesOf } from '../tensor/dtype.js';
import type { Shape, Tensor, TensorLike } from '../tensor/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { globalGenerator, SeedGenerator } from './seed-generator.js';
import type { RandomStream } from './seed-generator.js';

/**
 * Where the numbers come from: a whole number gives the same ones at each call, a `SeedGenerator`
 * moves on, nothing (or null) means the global generator.
 */
export type Seed = number | SeedGenerator | null | undefined;

/** The option of all that draws. */
export interface SeedOption {
  /** Default: the global generator (see `setSeed`). */
  readonly seed?: Seed;
}

/** Options of `normal` and `truncatedNormal`. */
export interface NormalOptions extends SeedOption {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation, before truncation. Default 1. */
  readonly stddev?: number;
}

/** Options of `uniform`. */
export interface UniformOptions extends SeedOption {
  /** Lower limit, included. Default 0. */
  readonly minval?: number;
  /** Upper limit, excluded. Default 1. */
  readonly maxval?: number;
}

/** Options of `integers`. */
export interface IntegersOptions extends SeedOption {
  /** Lower limit, included. Default 0. */
  readonly minval?: number;
  /** Upper limit, excluded. */
  readonly maxval: number;
}

/** The generator that a seed stands for. @internal */
export function generatorOf(seed: Seed): SeedGenerator {
  if (seed instanceof SeedGenerator) return seed;
  return seed === null || seed === undefined ? globalGenerator() : new SeedGenerator(seed);
}

type FloatKernel = 'randomNormal' | 'randomTruncatedNormal' | 'randomUniform';

/**
 * A new tensor of numbers that kernels draw, by pointers alone; where the seed is a number, the same ones each time.
 *
 * @param count how many numbers are taken out of the stream
 * @internal
 */
export function drawnBy(
  shape: Shape,
  dtype: 'float32' | 'int32',
  seed: Seed,
  count: number,
  draw: (runtime: WorkingRuntime, out: Pointer, stream: RandomStream) => void,
): Tensor {
  // The generator is asked for first: a seed that is none leaves no tensor behind.
  const generator = generatorOf(seed);
  const out = emptyTensor([...shape], dtype);
  const { pointer } = out;
  if (typeof seed === 'number') draw(currentRuntime(), pointer, generator.take(count));
  else generator.draw(count, (runtime, stream) => draw(runtime, pointer, stream));
  return out;
}

/** A new tensor of numbers that a kernel of two parameters draws. */
function drawn(
  kernel: FloatKernel | 'randomIntegers',
  shape: Shape,
  dtype: 'float32' | 'int32',
  seed: Seed,
  p: number,
  q: number,
): Tensor {
  const size = sizeOf(shape);
  return drawnBy(shape, dtype, seed, size, (runtime, out, stream) => {
    const { keyLow, keyHigh, counterLow, counterHigh } = stream;
    runtime.run(kernel, out, size, keyLow, keyHigh, counterLow, counterHigh, p, q);
  });
}

function drawFloats(
  op: string,
  kernel: FloatKernel,
  shape: Shape,
  seed: Seed,
  p: number,
  q: number,
): Tensor {
  checkShape(op, shape);
  requireRoom(shape, 'float32', op);
  return drawn(kernel, shape, 'float32', seed, p, q);
}

function drawNormal(op: string, kernel: FloatKernel, shape: Shape, options: NormalOptions): Tensor {
  checkOptions(op, options, ['mean', 'stddev', 'seed']);
  const { mean = 0, stddev = 1, seed } = options;
  checkNumber(op, 'mean', mean);
  checkNumber(op, 'stddev', stddev);
  if (![mean, stddev].every((value) => Number.isFinite(Math.fround(value)))) {
    throw new ValueError(
      `${op}: mean and stddev must be within float32 (3.4e38), got ${mean} and ${stddev}.`,
    );
  }
  if (stddev < 0) throw new ValueError(`${op}: stddev must not be negative, got ${stddev}.`);
  return drawFloats(op, kernel, shape, seed, mean, stddev);
}

/**
 * float32 numbers of the normal distribution with that mean and standard deviation.
 *
 * @example random.normal([2, 3], { stddev: 0.1, seed: 7 });
 */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  return drawNormal('random.normal', 'randomNormal', shape, options);
}

/**
 * Like `normal`, but only values within two standard deviations of the mean occur.
 *
 * @example random.truncatedNormal([2, 3], { stddev: 0.1, seed: 7 });
 */
export function truncatedNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  return drawNormal('random.truncatedNormal', 'randomTruncatedNormal', shape, options);
}

/**
 * float32 numbers, evenly distributed in [minval, maxval).
 *
 * @example random.uniform([2, 3], { minval: -1, seed: 7 });
 */
export function uniform(shape: Shape, options: UniformOptions = {}): Tensor {
  checkOptions('random.uniform', options, ['minval', 'maxval', 'seed']);
  const { minval = 0, maxval = 1, seed } = options;
  checkNumber('random.uniform', 'minval', minval);
  checkNumber('random.uniform', 'maxval', maxval);
  if (minval > maxval) {
    throw new ValueError(
      `random.uniform: minval must not be above maxval, got ${minval} and ${maxval}.`,
    );
  }
  if (!Number.isFinite(Math.fround(maxval - minval))) {
    throw new ValueError(
      `random.uniform: maxval - minval must be within float32 (3.4e38), got ${minval} and ${maxval}.`,
    );
  }
  return drawFloats('random.uniform', 'randomUniform', shape, seed, minval, maxval);
}

/**
 * int32 numbers, evenly distributed in [minval, maxval).
 *
 * @example random.integers([4], { minval: 1, maxval: 7 });
 */
export function integers(shape: Shape, options: IntegersOptions): Tensor {
  checkOptions('random.integers', options, ['minval', 'maxval', 'seed']);
  checkShape('random.integers', shape);
  const { minval = 0, maxval, seed } = options;
  const inRange = [minval, maxval].every((x) => Number.isInteger(x) && Math.abs(x) <= 2 ** 31 - 1);
  if (!inRange || minval >= maxval) {
    throw new ValueError(
      `random.integers: minval and maxval must be whole int32 numbers and minval below maxval, got ` +
        `${describeValue(minval)} and ${describeValue(maxval)}.`,
    );
  }
  requireRoom(shape, 'int32', 'random.integers');
  return drawn('randomIntegers', shape, 'int32', seed, minval, maxval);
}

/**
 * The int32 numbers 0 … n − 1 in random order, every order equally likely.
 *
 * @example const shuffled = ops.gather(x, random.permutation(x.shape[0] ?? 1, { seed: 7 }));
 */
export function permutation(n: number, options: SeedOption = {}): Tensor {
  checkOptions('random.permutation', options, ['seed']);
  checkShape('random.permutation', [n]);
  requireRoom([n], 'int32', 'random.permutation');
  return drawnBy([n], 'int32', options.seed, n, (runtime, pointer, stream) => {
    const { keyLow, keyHigh, counterLow, counterHigh } = stream;
    runtime.kernels.randomPermutation(pointer, n, keyLow, keyHigh, counterLow, counterHigh);
  });
}

/**
 * `values` with their entries along the first axis in random order.
 *
 * @example random.shuffle([[1, 2], [3, 4], [5, 6]], { seed: 7 });
 */
export function shuffle(values: TensorLike, options: SeedOption = {}): Tensor {
  checkOptions('random.shuffle', options, ['seed']);
  return scoped(() => {
    const x = toTensor(values);
    const [length] = x.shape;
    if (length === undefined) {
      throw new ShapeError(`random.shuffle: needs at least one axis, got a scalar.`);
    }
    const order = permutation(length, options);
    const out = emptyTensor(x.shape, x.dtype);
    const rowBytes = sizeOf(x.shape.slice(1)) * bytesOf(x.dtype);
    currentRuntime().run('gatherRows', out.pointer, x.pointer, order.pointer, length, rowBytes);
    return out;
  });
}
