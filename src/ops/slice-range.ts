import { describeValue } from '../config/describe-value.js';
import { ShapeError, ValueError } from '../errors.js';
import { requireList } from '../tensor/index.js';

/** What selects a part of one axis: Python's slice text, a pair [start, stop], or an index. */
export type SliceSpec = string | number | readonly [start: number, stop: number];

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

/** The positions that `spec` selects of an axis of that length. */
export function parseRange(spec: SliceSpec, length: number, axis: number): Range {
  if (typeof spec === 'number') return indexRange(spec, length, axis);
  if (typeof spec !== 'string') {
    requireList('slice', `what is wanted of axis ${axis}`, spec);
    const [start, stop] = spec;
    if (spec.length !== 2 || !Number.isInteger(start) || !Number.isInteger(stop)) {
      throw new ValueError(
        `slice: a pair for axis ${axis} holds two whole numbers [start, stop], got ${describeValue(spec)}.`,
      );
    }
    return stepRange(start, stop, 1, length);
  }
  if (INDEX.test(spec)) return indexRange(Number(spec), length, axis);
  const match = SLICE.exec(spec);
  if (match === null) {
    throw new ValueError(
      `slice: '${spec}' for axis ${axis} is no slice. Write 'start:stop:step', each part optional, ` +
        `as in Python: '10:100', ':', '-7:', '::2'.`,
    );
  }
  const [start, stop, step = 1] = match
    .slice(1)
    .map((part: string | undefined) => (part === undefined ? undefined : Number(part)));
  if (step === 0) throw new ValueError(`slice: the step for axis ${axis} is 0 in '${spec}'.`);
  return stepRange(start, stop, step, length);
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
