import { record } from '../../autodiff/index.js';
import { MAX_LENGTH } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { currentRuntime } from '../../runtime/index.js';
import {
  emptyTensor,
  formatShape,
  normalizeAxis,
  requireList,
  scoped,
  stridesOf,
  toTensor,
  zeros,
} from '../../tensor/index.js';
import { bytesOf } from '../../../config/dtype.js';
import type { Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { writeLayout } from '../../tensor/layout.js';
import { reshape } from '../shapes/reshape.js';
import { parseRange, specsOfAxes } from './slice-range.js';
import type { PlainSpec, Range, SliceSpec } from './slice-range.js';

export type { SliceSpec } from './slice-range.js';

/**
 * A part of x, one argument an axis: Python's slice text ('10:100', ':', '::-1', '-7:'), a pair
 * [start, stop], or an index, which drops its axis. Axes without an argument are taken whole; so are those for which
 * `'...'` stands, as many as are left. `null` is a new axis of length 1. Negative positions count from the end; ranges
 * beyond the ends are cut, as in NumPy.
 *
 * A tensor of whole numbers selects positions, in any order; a tensor of bool, of one or more axes, those where it is true. Tensors
 * of several axes broadcast together, and indices with them, and their axes stand where the first of them is, or in front
 * if a range is between them.
 *
 * @keras = getItem
 * @method
 * @throws ShapeError for more arguments than axes or an index out of range, ValueError for text that is no slice.
 * @example images.slice('10:100', ':', [0, 14])
 * @example images.slice('...', 0, null)
 * @example ops.slice([[1, 2, 3], [4, 5, 6]], 1, '-2:') // [5, 6]
 * @example ops.slice([[1, 2, 3], [4, 5, 6]], ':', tensor([2, 0])) // [[3, 1], [6, 4]]
 */
export function slice(x: TensorLike, ...specs: readonly SliceSpec[]): Tensor {
  return scoped(() => {
    const input = toTensor(x);
    const plain = specs as readonly (PlainSpec | null)[];
    return byArrays?.(input, specs, plainSlice) ?? plainSlice(input, plain);
  });
}

/** A slice by arrays, and by what `plain` knows; undefined where there are no arrays. */
export type SliceByArrays = (
  x: Tensor,
  specs: readonly SliceSpec[],
  plain: (x: Tensor, specs: readonly (PlainSpec | null)[]) => Tensor,
) => Tensor | undefined;

let byArrays: SliceByArrays | undefined;

/** Lets slices take arrays: a program that only cuts along axes does without the code. */
export function installSliceByArrays(slicer: SliceByArrays): void {
  byArrays = slicer;
}

/** The slice without arrays. */
function plainSlice(input: Tensor, specs: readonly (PlainSpec | null)[]): Tensor {
  const parts = specsOfAxes(specs, input.shape);
  const ranges = parts
    .filter((spec) => spec !== null)
    .map((spec, axis) => parseRange(spec, input.shape[axis] ?? 0, axis));
  const whole = takeRanges(input, ranges);
  let axis = 0;
  const shape = parts.flatMap((spec) => {
    if (spec === null) return 1;
    const range = ranges[axis++];
    return range === undefined || range.isIndex ? [] : range.count;
  });
  return reshape(whole, shape);
}

/** `spec` of one axis, all other axes whole. */
export function sliceAlong(x: Tensor, axis: number, spec: SliceSpec): Tensor {
  return slice(x, ...new Array<string>(axis).fill(':'), spec);
}

/** The elements in the ranges, no axis dropped. */
function takeRanges(x: Tensor, ranges: readonly Range[]): Tensor {
  const shape = ranges.map((range) => range.count);
  const out = rowsInPlace(x, ranges, shape) ?? copyOut(x, ranges, shape);
  return record('slice', [x], out, [], (dy) => [placeInZeros(dy, x.shape, ranges)]);
}

/** Whole rows that follow each other need no copy: they are looked at where they are. */
function rowsInPlace(x: Tensor, ranges: readonly Range[], shape: Shape): Tensor | undefined {
  const [first, ...rest] = ranges;
  if (first?.step !== 1 || first.count === 0) return undefined;
  const whole = rest.every(
    (range, i) => range.step === 1 && range.start === 0 && range.count === x.shape[i + 1],
  );
  return whole ? x.view(shape, first.start * (stridesOf(x.shape)[0] ?? 0)) : undefined;
}

function stridesIn(shape: Shape, ranges: readonly Range[]): { first: number; steps: number[] } {
  const strides = stridesOf(shape);
  let first = 0;
  const steps = ranges.map((range, axis) => {
    first += range.start * (strides[axis] ?? 0);
    return range.step * (strides[axis] ?? 0);
  });
  return { first, steps };
}

function copyOut(x: Tensor, ranges: readonly Range[], shape: Shape): Tensor {
  const out = emptyTensor(shape, x.dtype);
  if (out.size === 0) return out;
  const bytes = bytesOf(x.dtype);
  const { first, steps } = stridesIn(x.shape, ranges);
  const layout = writeLayout('slice', shape, stridesOf(shape), steps, false);
  currentRuntime().run('copyStrided', out.pointer, x.pointer + first * bytes, layout, bytes);
  return out;
}

/** A tensor of zeros with `dy` in the ranges: the gradient of taking them. */
function placeInZeros(dy: Tensor, shape: Shape, ranges: readonly Range[]): Tensor {
  const out = zeros(shape, dy.dtype);
  placeInto(out, dy, ranges);
  return record('slice gradient', [dy], out, [], (g) => [takeRanges(g, ranges)]);
}

/** Writes `part` into the ranges of a fresh tensor. Records nothing. */
export function placeInto(out: Tensor, part: Tensor, ranges: readonly Range[]): void {
  if (part.size === 0) return;
  const bytes = bytesOf(out.dtype);
  const { first, steps } = stridesIn(out.shape, ranges);
  const layout = writeLayout('slice', part.shape, steps, stridesOf(part.shape), false);
  currentRuntime().run('copyStrided', out.pointer + first * bytes, part.pointer, layout, bytes);
}

/** Each part is a tensor of its own. */
export const MAX_PARTS = 2 ** 16;

/**
 * Cuts x along `axis` into `parts` equal tensors, or at the given positions (as NumPy's split).
 *
 * @keras numpy.Split indices_or_sections axis=0
 * @method
 * @throws ValueError if the axis cannot be cut into that many equal parts, or for more than 65,536 of them.
 * @example const [head, tail] = ops.split([1, 2, 3, 4, 5], [2]);
 */
export function split(x: TensorLike, parts: number | readonly number[], axis = 0): Tensor[] {
  return scoped(() => {
    const input = toTensor(x);
    const along = normalizeAxis('split', axis, input.ndim);
    const length = input.shape[along] ?? 0;
    if (
      typeof parts === 'number' &&
      (!Number.isInteger(parts) || parts < 1 || parts > MAX_LENGTH || length % parts !== 0)
    ) {
      throw new ValueError(
        `split: axis ${axis} of shape ${formatShape(input.shape)} has length ${length} and cannot be cut ` +
          `into ${parts} equal parts.`,
      );
    }
    if (typeof parts !== 'number') requireList('split', 'parts', parts);
    else if (parts > MAX_PARTS) {
      throw new ValueError(
        `split: parts must be at most ${MAX_PARTS}, got ${parts}. Reshape instead.`,
      );
    }
    const cuts =
      typeof parts === 'number'
        ? Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * length) / parts)
        : parts;
    return [0, ...cuts].map((start, i) => sliceAlong(input, along, [start, cuts[i] ?? length]));
  });
}
