import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
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
import type { PartialShape, Shape, Tensor, TensorLike } from '../../tensor/index.js';
import { record } from '../../autodiff/index.js';
import { MAX_LENGTH } from '../../../config/index.js';
import { currentRuntime } from '../../runtime/index.js';
import { bytesOf } from '../../../config/dtype.js';
import { writeLayout } from '../../tensor/layout.js';
import { reshape } from '../shapes/reshape.js';

/** A selection along one axis that does not read elements: a slice text as in Python, a pair [start, stop], or an index. */
export type PlainSpec = string | number | readonly [start: number, stop: number];

/** A selection along one axis; a tensor contains positions, or is a mask of one or more axes. */
export type AxisSpec = PlainSpec | Tensor;

/** An argument of `slice`: a selection along one axis, `'...'` for all remaining axes, or `null` for a new axis. */
export type SliceSpec = AxisSpec | null;

/** Stands for all axes that are left. */
export const ELLIPSIS = '...';

/**
 * One spec for each axis of a shape, and null where a new axis is wanted: `'...'` and what is missing at the end are
 * axes that are taken whole.
 */
export function specsOfAxes<Spec>(
  specs: readonly (Spec | string)[],
  shape: PartialShape,
): (Spec | string)[] {
  const dots = specs.indexOf(ELLIPSIS);
  if (dots !== specs.lastIndexOf(ELLIPSIS)) {
    throw new ValueError(`slice: '${ELLIPSIS}' can stand for the remaining axes only once.`);
  }
  const given = specs.filter((spec) => spec !== null && spec !== ELLIPSIS).length;
  if (given > shape.length) {
    throw new ShapeError(
      `slice: ${given} arguments for a tensor of ${shape.length} dimensions, shape ` +
        `${formatShape(shape)}. Give at most one argument an axis.`,
    );
  }
  const rest = new Array<string>(shape.length - given).fill(':');
  return dots === -1 ? [...specs, ...rest] : specs.toSpliced(dots, 1, ...rest);
}

/** `count` positions start, start + step, … of one axis. */
export interface Range {
  readonly start: number;
  readonly step: number;
  readonly count: number;
  /** A single position that drops its axis. */
  readonly isIndex: boolean;
}

const SLICE = /^\s*([+-]?\d+)?\s*:\s*([+-]?\d+)?\s*(?::\s*([+-]?\d+)?\s*)?$/;
const INDEX = /^\s*[+-]?\d+\s*$/;

/** Python's slice: positions from `start` to before `stop` in steps. */
interface SliceLimits {
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly step: number | undefined;
}

/** What `spec` says of any axis: an index, or the limits of a slice. */
export function readSpec(spec: PlainSpec, axis: number): number | SliceLimits {
  if (typeof spec === 'number') return spec;
  if (typeof spec !== 'string') {
    requireList('slice', `what is wanted of axis ${axis}`, spec);
    const [start, stop] = spec;
    if (spec.length !== 2 || !Number.isInteger(start) || !Number.isInteger(stop)) {
      throw new ValueError(
        `slice: a pair for axis ${axis} holds two whole numbers [start, stop], got ${describeValue(spec)}.`,
      );
    }
    return { start, stop, step: undefined };
  }
  if (INDEX.test(spec)) return Number(spec);
  const match = SLICE.exec(spec);
  if (match === null) {
    throw new ValueError(
      `slice: '${spec}' for axis ${axis} is not a slice. Write 'start:stop:step', each part optional, ` +
        `as in Python: '10:100', ':', '-7:', '::2'.`,
    );
  }
  const [start, stop, step] = match
    .slice(1)
    .map((part: string | undefined) => (part === undefined ? undefined : Number(part)));
  if (step === 0) throw new ValueError(`slice: the step for axis ${axis} is 0 in '${spec}'.`);
  return { start, stop, step };
}

/** The positions that `spec` selects of an axis of that length. */
export function parseRange(spec: PlainSpec, length: number, axis: number): Range {
  const wanted = readSpec(spec, axis);
  if (typeof wanted === 'number') return indexRange(wanted, length, axis);
  return stepRange(wanted.start, wanted.stop, wanted.step ?? 1, length);
}

function indexRange(index: number, length: number, axis: number): Range {
  const start = index < 0 ? index + length : index;
  if (!Number.isInteger(index) || start < 0 || start >= length) {
    throw new ShapeError(
      `slice: index ${index} is out of range for axis ${axis} of length ${length}` +
        (length === 0 ? '.' : ` (allowed: ${-length} … ${length - 1}).`),
    );
  }
  return { start, step: 1, count: 1, isIndex: true };
}

/** Python's rule: negative positions count from the end, and the range is cut at the ends. */
function stepRange(
  start: number | undefined,
  stop: number | undefined,
  step: number,
  length: number,
): Range {
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const bound = (position: number | undefined, otherwise: number): number => {
    if (position === undefined) return otherwise;
    return Math.min(Math.max(position < 0 ? position + length : position, low), high);
  };
  const from = bound(start, step > 0 ? low : high);
  const to = bound(stop, step > 0 ? high : low);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return { start: count === 0 ? 0 : from, step, count, isIndex: false };
}

/**
 * A part of x, with an argument for each axis: a slice text as in Python (`'10:100'`, `':'`, `'::-1'`, `'-7:'`), a pair [start,
 * stop], or an index, which drops its axis. Axes without an argument are kept whole, as are the remaining axes for which `'...'`
 * stands. `null` adds a new axis of length 1. Negative positions count from the end; ranges beyond the ends are truncated, as in
 * NumPy.
 *
 * A tensor of whole numbers selects positions, in any order; a bool tensor of one or more axes selects the positions where it is
 * true. Several tensors, and indices with them, broadcast together. Their axes take the place of the first one, or come first if a
 * range is between them.
 *
 * @keras = getItem
 * @method
 * @param specs for each axis an index, a pair [start, stop], a slice text `'start:stop:step'` or a tensor; `'...'` for the
 * remaining axes; null for a new axis
 * @throws ShapeError for more arguments than axes or an index out of range, ValueError for an invalid slice text.
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
  const specified = specsOfAxes(specs, input.shape);
  const ranges = specified
    .filter((spec) => spec !== null)
    .map((spec, axis) => parseRange(spec, input.shape[axis] ?? 0, axis));
  const whole = takeRanges(input, ranges);
  let axis = 0;
  const shape = specified.flatMap((spec) => {
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
  return record('slice', [x], out, [], (dy) => [zerosWithRanges(dy, x.shape, ranges)]);
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
function zerosWithRanges(dy: Tensor, shape: Shape, ranges: readonly Range[]): Tensor {
  const out = zeros(shape, dy.dtype);
  writeRanges(out, dy, ranges);
  return record('slice gradient', [dy], out, [], (g) => [takeRanges(g, ranges)]);
}

/** Writes `values` into the ranges of a fresh tensor. Records nothing. */
export function writeRanges(out: Tensor, values: Tensor, ranges: readonly Range[]): void {
  if (values.size === 0) return;
  const bytes = bytesOf(out.dtype);
  const { first, steps } = stridesIn(out.shape, ranges);
  const layout = writeLayout('slice', values.shape, steps, stridesOf(values.shape), false);
  currentRuntime().run('copyStrided', out.pointer + first * bytes, values.pointer, layout, bytes);
}

/** Each section is a separate tensor. */
export const MAX_SECTIONS = 2 ** 16;

/**
 * Splits x along `axis` into `parts` equal tensors, or at the given positions, as in NumPy.
 *
 * @keras numpy.Split indices_or_sections axis=0
 * @method
 * @throws ValueError if the axis cannot be split into equal parts, or for more than 65,536 parts.
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
    else if (parts > MAX_SECTIONS) {
      throw new ValueError(
        `split: parts must be at most ${MAX_SECTIONS}, got ${parts}. Reshape instead.`,
      );
    }
    const cuts =
      typeof parts === 'number'
        ? Array.from({ length: parts - 1 }, (_, i) => ((i + 1) * length) / parts)
        : parts;
    return [0, ...cuts].map((start, i) => sliceAlong(input, along, [start, cuts[i] ?? length]));
  });
}
