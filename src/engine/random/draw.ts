import { describeValue } from '../../config/describe-value.js';
import { checkNumber, checkOptions } from '../../config/index.js';
import { DTypeError, ShapeError, ValueError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import type { WorkingRuntime } from '../runtime/index.js';
import {
  checkShape,
  emptyTensor,
  formatShape,
  normalizeAxis,
  requireRoom,
  sameShape,
  scoped,
  sizeOf,
  stridesOf,
  tensor,
  toTensor,
} from '../tensor/index.js';
import { bytesOf, checkDType } from '../../config/dtype.js';
import type { DTypeName } from '../../config/dtype.js';
import { writeLayout } from '../tensor/layout.js';
import type { Shape, Tensor, TensorLike } from '../tensor/index.js';
import type { Pointer } from '../wasm/generated/kernels.js';
import { globalGenerator, SeedGenerator } from './seed-generator.js';
import type { RandomStream } from './seed-generator.js';
import { converted, repeated } from '../tensor/elements.js';

/**
 * The source of random numbers: a whole number gives the same numbers in each call, a `SeedGenerator` advances, and
 * undefined or null stands for the global generator.
 */
export type Seed = number | SeedGenerator | null | undefined;

/** The option of all functions that draw random numbers. */
export interface SeedOption {
  /** The source of random numbers. Default: the global generator (see `setSeed`). */
  readonly seed?: Seed;
}

/** Options of `normal` and `truncatedNormal`. */
export interface NormalOptions extends SeedOption {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation before truncation. Default 1. */
  readonly stddev?: number;
}

/** Options of `uniform`. */
export interface UniformOptions extends SeedOption {
  /** Lower limit, included. Default 0. */
  readonly minval?: number;
  /** Upper limit, excluded. Default 1. */
  readonly maxval?: number;
}

/** Options of `randint`. */
export interface RandintOptions extends SeedOption {
  /** `'int32'` or `'uint8'`. Default `'int32'`. */
  readonly dtype?: DTypeName;
}

/** Options of `shuffle`. */
export interface ShuffleOptions extends SeedOption {
  /** The axis along which to shuffle. Default 0. */
  readonly axis?: number;
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
  checkNumber(op, 'stddev', stddev, { min: 0 });
  if (![mean, stddev].every((value) => Number.isFinite(Math.fround(value)))) {
    throw new ValueError(
      `${op}: mean and stddev must be within float32 (3.4e38), got ${mean} and ${stddev}.`,
    );
  }
  return drawFloats(op, kernel, shape, seed, mean, stddev);
}

/**
 * float32 numbers from the normal distribution with the given mean and standard deviation.
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
 * float32 numbers, uniformly distributed in [minval, maxval).
 *
 * @example random.uniform([2, 3], { minval: -1, seed: 7 });
 */
export function uniform(shape: Shape, options: UniformOptions = {}): Tensor {
  const op = 'random.uniform';
  checkOptions(op, options, ['minval', 'maxval', 'seed']);
  const { minval = 0, maxval = 1, seed } = options;
  checkNumber(op, 'minval', minval);
  checkNumber(op, 'maxval', maxval, { min: minval });
  if (!Number.isFinite(Math.fround(maxval - minval))) {
    throw new ValueError(
      `${op}: maxval - minval must be within float32 (3.4e38), got ${minval} and ${maxval}.`,
    );
  }
  return drawFloats(op, 'randomUniform', shape, seed, minval, maxval);
}

/**
 * Whole numbers, uniformly distributed in [minval, maxval). Keras: `keras.random.randint`.
 *
 * @param minval the lower limit, included
 * @param maxval the upper limit, excluded
 * @throws ValueError for limits that are not whole numbers in the range of the dtype, and unless minval is below maxval; DTypeError
 * for any other dtype.
 * @example random.randint([4], 1, 7, { seed: 7 });
 */
export function randint(
  shape: Shape,
  minval: number,
  maxval: number,
  options: RandintOptions = {},
): Tensor {
  const op = 'random.randint';
  checkOptions(op, options, ['dtype', 'seed']);
  checkShape(op, shape);
  const { dtype: name = 'int32', seed } = options;
  const dtype = checkDType(name);
  if (dtype !== 'int32' && dtype !== 'uint8') {
    throw new DTypeError(`${op}: dtype must be int32 or uint8, got ${dtype}. Convert the numbers with astype('${dtype}').`); // prettier-ignore
  }
  const [lowest, highest] = dtype === 'int32' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 256];
  const areWhole = Number.isInteger(minval) && Number.isInteger(maxval);
  if (!areWhole || minval >= maxval || minval < lowest || maxval > highest) {
    throw new ValueError(
      `${op}: minval and maxval must be whole numbers from ${lowest} to ${highest} for ${dtype}, and minval below maxval, got ` +
        `${describeValue(minval)} and ${describeValue(maxval)}.`,
    );
  }
  requireRoom(shape, 'int32', op);
  if (dtype === 'int32') return wholeNumbers(shape, minval, maxval, seed);
  return scoped(() => converted(wholeNumbers(shape, minval, maxval, seed), dtype));
}

/** `randint` of int32 for callers whose arguments are right. @internal */
export function wholeNumbers(shape: Shape, minval: number, maxval: number, seed: Seed): Tensor {
  return drawn('randomIntegers', shape, 'int32', seed, minval, maxval);
}

/**
 * The int32 numbers 0 … n − 1 in random order, every order equally likely.
 *
 * @param n the number of numbers, whole and at least 0
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
 * `values` with the entries along an axis in random order; rows stay intact, as in Keras on TensorFlow and PyTorch. Keras:
 * `keras.random.shuffle`. It has no gradient; if you need one, use `ops.gather(x, random.permutation(n), axis)`.
 *
 * @throws ShapeError for a scalar, and for an axis out of range.
 * @example random.shuffle([[1, 2], [3, 4], [5, 6]], { seed: 7 });
 * @example random.shuffle([[1, 2, 3], [4, 5, 6]], { axis: 1, seed: 7 }); // columns
 */
export function shuffle(values: TensorLike, options: ShuffleOptions = {}): Tensor {
  const op = 'random.shuffle';
  checkOptions(op, options, ['axis', 'seed']);
  const { axis = 0, seed } = options;
  return scoped(() => {
    const x = toTensor(values);
    if (x.ndim === 0) throw new ShapeError(`${op}: needs at least one axis, got a scalar.`);
    const along = normalizeAxis(op, axis, x.ndim);
    const length = x.shape[along] ?? 0;
    const outer = sizeOf(x.shape.slice(0, along));
    const inner = sizeOf(x.shape.slice(along + 1));
    // Whole rows change places, so the axis is brought to the front and back.
    const rows = swapped(op, x, outer, length, inner);
    const order = permutation(length, { seed });
    const shuffled = emptyTensor(x.shape, x.dtype);
    const rowBytes = outer * inner * bytesOf(x.dtype);
    currentRuntime().run(
      'gatherRows',
      shuffled.pointer,
      rows.pointer,
      order.pointer,
      length,
      rowBytes,
    );
    return swapped(op, shuffled, length, outer, inner);
  });
}

/** The elements of [first, second, inner] in the order of [second, first, inner], in a tensor of the same shape. */
function swapped(op: string, x: Tensor, first: number, second: number, inner: number): Tensor {
  if (x.size === 0 || first === 1 || second === 1) return x;
  const out = emptyTensor(x.shape, x.dtype);
  const shape = [second, first, inner];
  const layout = writeLayout(op, shape, stridesOf(shape), [inner, second * inner, 1], false);
  currentRuntime().run('copyStrided', out.pointer, x.pointer, layout, bytesOf(x.dtype));
  return out;
}

// Parameters of distributions: one number for all elements of a draw, or numbers that broadcast to them.

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
