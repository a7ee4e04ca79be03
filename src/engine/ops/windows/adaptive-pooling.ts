import { record } from '../../autodiff/index.js';
import { ShapeError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import { windows } from '../../wasm/generated/windows.js';
import { emptyTensor, formatShape, ones, requireRoom, scoped, sizeOf } from '../../tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { div } from '../elementwise/arithmetic.js';
import { toFloat } from '../elementwise/operands.js';
import { readDataFormat, fromChannelsLast, namesOfAxes, toChannelsLast } from './data-format.js';
import type { DataFormatOptions } from './data-format.js';
import { AXES, windowSizes } from './window.js';

/**
 * The mean of each of `outputSize` windows that cover the axes between batch and channels, float32: for sequences [batch,
 * steps, channels], images [batch, height, width, channels] or volumes [batch, depth, height, width, channels]. Window i of n
 * over a length L extends from ⌊i · L / n⌋ to ⌈(i + 1) · L / n⌉, so windows may overlap, and there may be more windows than
 * elements.
 *
 * @keras = adaptivePool('nn.AdaptiveAveragePool')
 * @param outputSize the number of windows along each axis; a single number applies to all
 * @throws ShapeError for a wrong rank or an axis without elements; ValueError for an argument out of range; OutOfMemoryError
 * if the result is larger than a block of memory.
 * @example ops.adaptiveAveragePool([[[1], [2], [3]]], 2) // [[[1.5], [2.5]]]
 */
export function adaptiveAveragePool(
  x: TensorLike,
  outputSize: number | readonly number[],
  options: DataFormatOptions = {},
): Tensor {
  return pool('adaptiveAveragePool', x, outputSize, options, average);
}

/**
 * The largest number in each of `outputSize` windows; otherwise like `adaptiveAveragePool`. NaN takes precedence over numbers.
 * The gradient goes to the first of equal numbers.
 *
 * @keras = adaptivePool('nn.AdaptiveMaxPool')
 * @param outputSize the number of windows along each axis; a single number applies to all
 * @throws as `adaptiveAveragePool`
 * @example ops.adaptiveMaxPool([[[1], [2], [3]]], 2) // [[[2], [3]]]
 */
export function adaptiveMaxPool(
  x: TensorLike,
  outputSize: number | readonly number[],
  options: DataFormatOptions = {},
): Tensor {
  return pool('adaptiveMaxPool', x, outputSize, options, largest);
}

/** x[…, length, …] with `windows` windows in place of that axis. */
type AlongAxis = (op: string, x: Tensor, axis: number, windows: number) => Tensor;

function pool(
  op: string,
  x: TensorLike,
  outputSize: number | readonly number[],
  options: DataFormatOptions,
  along: AlongAxis,
): Tensor {
  return scoped(() => {
    const given = toFloat(x);
    const format = readDataFormat(op, options);
    const rank = given.ndim - 2;
    if (rank < 1 || rank > 3) {
      const [first, ...rest] = Object.values(AXES).map((axes) => `(${namesOfAxes(axes, format)})`);
      throw new ShapeError(
        `${op}: the input must have shape ${first ?? ''}, ${rest.join(' or ')}, got ${formatShape(given.shape)}.`,
      );
    }
    const sizes = windowSizes(op, 'outputSize', outputSize, rank);
    const input = toChannelsLast(given, format);
    if (input.shape.slice(1, -1).includes(0)) {
      throw new ShapeError(
        `${op}: the pooled axes must have elements, got ${formatShape(given.shape)}.`,
      );
    }
    const [batch = 0, ...lengths] = input.shape;
    const shape = [batch, ...sizes, lengths.at(-1) ?? 0];
    requireRoom(shape, 'float32', () => `${op}: outputSize ${formatShape(sizes)}`);
    // The last axis comes first: then the first of equal numbers is the first of the first row that has it.
    const pooled = sizes.reduceRight((y, size, i) => along(op, y, i + 1, size), input);
    return fromChannelsLast(pooled, format);
  });
}

/** The sizes that kernels want: of what is before the axis, the axis itself, of its windows, of what is behind the axis. */
type Sizes = readonly [outer: number, from: number, to: number, inner: number];

const sizesOf = (shape: Shape, axis: number, to: number): Sizes => [
  sizeOf(shape.slice(0, axis)),
  shape[axis] ?? 0,
  to,
  sizeOf(shape.slice(axis + 1)),
];

/** Σ x over each window along the axis. */
function sumWindows(op: string, x: Tensor, axis: number, to: number): Tensor {
  const out = emptyTensor(x.shape.with(axis, to), 'float32');
  const sizes = sizesOf(x.shape, axis, to);
  currentRuntime()
    .with(windows)
    .run('adaptiveSum', out.pointer, x.pointer, ...sizes);
  // The windows that an element lies in are those that `from` windows over `to` elements see.
  return record(op, [x], out, [], (dy) => [sumWindows(op, dy, axis, sizes[1])]);
}

function average(op: string, x: Tensor, axis: number, to: number): Tensor {
  const length = x.shape[axis] ?? 0;
  const counts = sumWindows(op, ones([length, ...x.shape.slice(axis + 1).fill(1)]), 0, to);
  return div(sumWindows(op, x, axis, to), counts);
}

function largest(op: string, x: Tensor, axis: number, to: number): Tensor {
  const out = emptyTensor(x.shape.with(axis, to), 'float32');
  const positions = emptyTensor(out.shape, 'int32');
  const sizes = sizesOf(x.shape, axis, to);
  currentRuntime()
    .with(windows)
    .run('adaptiveMax', out.pointer, positions.pointer, x.pointer, ...sizes);
  return record(op, [x], out, [positions], (dy, [at]) => [
    giveToPicked(op, dy, at, axis, sizes[1]),
  ]);
}

/** dy given to the element of each window that `positions` names; the transpose of `pick`. */
function giveToPicked(
  op: string,
  dy: Tensor,
  positions: Tensor,
  axis: number,
  length: number,
): Tensor {
  const out = emptyTensor(dy.shape.with(axis, length), 'float32');
  const sizes = sizesOf(dy.shape, axis, length);
  currentRuntime()
    .with(windows)
    .run('adaptivePickGradient', out.pointer, dy.pointer, positions.pointer, ...sizes);
  return record(op, [dy], out, [positions], (g, [at]) => [pick(op, g, at, axis, sizes[1])]);
}

/** The element of each window that `positions` names. */
function pick(op: string, x: Tensor, positions: Tensor, axis: number, to: number): Tensor {
  const out = emptyTensor(positions.shape, 'float32');
  const sizes = sizesOf(x.shape, axis, to);
  currentRuntime()
    .with(windows)
    .run('adaptivePick', out.pointer, x.pointer, positions.pointer, ...sizes);
  return record(op, [x], out, [positions], (dy, [at]) => [
    giveToPicked(op, dy, at, axis, sizes[1]),
  ]);
}
