// Numbers between two ends, which may be tensors.
import { describeValue } from '../../../config/describe-value.js';
import { checkBoolean, checkNumber, checkOptions } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { arange, broadcastShapes, requireRoom, scoped } from '../../tensor/index.js';
import type { Tensor, TensorLike } from '../../tensor/index.js';
import type { DTypeName } from '../../../config/dtype.js';
import { add, div, mul, sub } from '../elementwise/arithmetic.js';
import { cast } from '../elementwise/cast.js';
import { floor } from '../elementwise/piecewise-linear.js';
import { pow } from '../elementwise/power.js';
import { reshape } from './reshape.js';
import { toFloat } from '../elementwise/operands.js';
import { moveAxis } from './transpose.js';

/** Options of `linspace`, `logspace` and `geomspace`. */
export interface SpaceOptions {
  /** Whether `stop` is the last number; otherwise the numbers end a step before. Default true. */
  readonly endpoint?: boolean;
  /** Default float32. */
  readonly dtype?: DTypeName | null;
  /** The axis along which the numbers lie, beside those of the ends. Default 0. */
  readonly axis?: number;
}

/** Options of `logspace`. */
export interface LogspaceOptions extends SpaceOptions {
  /** What is raised to a power. Default 10. */
  readonly base?: number;
}

/** f of `count` parts from 0 to 1, along a new first axis beside the axes of both ends. */
function between(
  op: string,
  start: TensorLike,
  stop: TensorLike,
  count: number,
  { endpoint = true, dtype = 'float32', axis = 0 }: SpaceOptions,
  f: (parts: Tensor, start: Tensor, stop: Tensor) => Tensor,
): Tensor {
  checkNumber(op, 'count', count, { min: 0, integer: true });
  checkBoolean(op, 'endpoint', endpoint);
  return scoped(() => {
    const [from, to] = [toFloat(start), toFloat(stop)];
    const shape = broadcastShapes(op, from.shape, to.shape);
    requireRoom([count, ...shape], 'float32', () => `${op}: ${count} numbers`);
    const parts = div(arange(count), Math.max(endpoint ? count - 1 : count, 1));
    const numbers = f(reshape(parts, [count, ...shape.map(() => 1)]), from, to);
    const type = dtype ?? 'float32';
    // Towards −∞ as in NumPy, not towards 0.
    const whole = type === 'float32' ? numbers : floor(numbers);
    return cast(moveAxis(whole, 0, axis), type);
  });
}

/**
 * `count` numbers evenly spaced from `start` to `stop`, both included. Ends that are tensors broadcast, and the numbers lie along a
 * new axis.
 *
 * @keras = linspace
 * @throws ValueError for a count that is no whole number of at least 0; ShapeError if the ends do not broadcast.
 * @example ops.linspace([0, 10], [1, 20], 3) // [[0, 10], [0.5, 15], [1, 20]]
 */
export function linspace(
  start: TensorLike,
  stop: TensorLike,
  count = 50,
  options: SpaceOptions = {},
): Tensor {
  checkOptions('linspace', options, ['endpoint', 'dtype', 'axis']);
  return between('linspace', start, stop, count, options, (parts, from, to) =>
    add(mul(from, sub(1, parts)), mul(to, parts)),
  );
}

/**
 * `base` to the power of what `linspace` gives.
 *
 * @keras = logspace
 * @throws ValueError for a base that is no finite number, or a count that is no whole number of at least 0.
 * @example ops.logspace(0, 2, 3) // [1, 10, 100]
 */
export function logspace(
  start: TensorLike,
  stop: TensorLike,
  count = 50,
  options: LogspaceOptions = {},
): Tensor {
  checkOptions('logspace', options, ['endpoint', 'dtype', 'axis', 'base']);
  const { base = 10, ...rest } = options;
  checkNumber('logspace', 'base', base);
  return between('logspace', start, stop, count, rest, (parts, from, to) =>
    pow(base, add(mul(from, sub(1, parts)), mul(to, parts))),
  );
}

/**
 * `count` numbers from `start` to `stop` of which each is the same multiple of the one before. Both ends have one sign.
 *
 * @keras = geomspace
 * @throws ValueError for ends that are 0, or a count that is no whole number of at least 0.
 * @example ops.geomspace(1, 100, 3) // [1, 10, 100]
 */
export function geomspace(
  start: TensorLike,
  stop: TensorLike,
  count = 50,
  options: SpaceOptions = {},
): Tensor {
  checkOptions('geomspace', options, ['endpoint', 'dtype', 'axis']);
  if (start === 0 || stop === 0) {
    throw new ValueError(
      `geomspace: start and stop must not be 0, got ${describeValue(start)} and ${describeValue(stop)}.`,
    );
  }
  return between('geomspace', start, stop, count, options, (parts, from, to) =>
    mul(from, pow(div(to, from), parts)),
  );
}
