import { describeValue } from '../../../config/describe-value.js';
import { ShapeError, ValueError } from '../../../errors.js';
import { formatShape, requireList } from '../../tensor/index.js';
import type { PartialShape, Tensor } from '../../tensor/index.js';

/** What selects a part of one axis without reading elements: Python's slice text, a pair [start, stop], or an index. */
export type PlainSpec = string | number | readonly [start: number, stop: number];

/** What selects a part of one axis: a tensor holds positions, or is a mask of one or more axes. */
export type AxisSpec = PlainSpec | Tensor;

/** What `slice` takes: what is wanted of one axis, `'...'` for all axes that are left, or `null` for a new axis. */
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
    throw new ValueError(`slice: '${ELLIPSIS}' can stand for the axes that are left only once.`);
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
export interface SliceLimits {
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
      `slice: '${spec}' for axis ${axis} is no slice. Write 'start:stop:step', each part optional, ` +
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
  const place = (position: number | undefined, otherwise: number): number => {
    if (position === undefined) return otherwise;
    return Math.min(Math.max(position < 0 ? position + length : position, low), high);
  };
  const from = place(start, step > 0 ? low : high);
  const to = place(stop, step > 0 ? high : low);
  const count = Math.max(0, Math.ceil((to - from) / step));
  return { start: count === 0 ? 0 : from, step, count, isIndex: false };
}
