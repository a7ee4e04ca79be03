import { describeValue } from '../../config/describe-value.js';
import { ShapeError, ValueError } from '../../errors.js';

/** Lengths of the axes; `[]` is a scalar. */
export type Shape = readonly number[];

/** A shape in which `null` stands for any length, as for a layer that has not seen a batch yet. */
export type PartialShape = readonly (number | null)[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const length of shape) size *= length;
  return size;
}

/** Axes of a shape that a message shows. */
const MAX_SHOWN = 64;

/** `(2, 3)`, `(5,)`, `()`, with `None` for unknown lengths: as NumPy and Keras print shapes. */
export function formatShape(shape: PartialShape): string {
  const lengths = shape
    .slice(0, MAX_SHOWN)
    .map((length) => (length === null ? 'None' : describeValue(length)));
  if (shape.length > MAX_SHOWN) lengths.push(`… ${shape.length} axes`);
  return lengths.length === 1 ? `(${lengths[0] ?? ''},)` : `(${lengths.join(', ')})`;
}

/** The most axes of what is not computed yet, as in NumPy: each layer and operation goes through them. */
const MAX_AXES = 64;

/** Throws for a shape of more axes than a layer or an operation may take or give. */
export function requireFewAxes(owner: () => string, shape: PartialShape): void {
  if (shape.length <= MAX_AXES) return;
  throw new ShapeError(
    `${owner()}: a shape may have at most ${MAX_AXES} axes, got ${formatShape(shape)}.`,
  );
}

/** Whether both have the same axes of the same lengths (unknown only equals unknown). */
export function sameShape(a: PartialShape, b: PartialShape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] ?? 1;
  }
  return strides;
}

/** Throws unless `value` is an array without gaps, for callers that no compiler checks. */
export function requireList(op: string, name: string, value: unknown): void {
  const isList = Array.isArray(value);
  // What goes through a list passes over gaps.
  if (isList && !value.includes(undefined)) return;
  const list = isList ? 'list without gaps' : 'list';
  throw new ValueError(`${op}: ${name} must be a ${list}, got ${describeValue(value)}.`);
}

/** Throws unless every length is a whole number of at least 0. */
export function checkShape(op: string, shape: Shape): void {
  requireList(op, 'shape', shape);
  for (const length of shape) {
    if (!Number.isInteger(length) || length < 0) {
      throw new ShapeError(
        `${op}: a shape holds whole numbers of at least 0, got ${describeValue(shape)}.`,
      );
    }
  }
}

/** The axis counted from the front; negative axes count from the end. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  const normal = Number.isInteger(axis) && axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    throw new ShapeError(
      `${op}: axis ${describeValue(axis)} is out of range for a tensor of ${rank} dimension${rank === 1 ? '' : 's'}` +
        (rank === 0 ? '.' : ` (allowed: ${-rank} … ${rank - 1}).`),
    );
  }
  return normal;
}

/** The axes counted from the front, in order, each once; all of them for `undefined` and `null`. */
export function normalizeAxes(
  op: string,
  axes: number | readonly number[] | null | undefined,
  rank: number,
): number[] {
  if (axes === null || axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  if (typeof axes === 'number') return [normalizeAxis(op, axes, rank)];
  requireList(op, 'axis', axes);
  const normal = axes.map((axis) => normalizeAxis(op, axis, rank)).sort((a, b) => a - b);
  if (new Set(normal).size !== normal.length) {
    throw new ShapeError(`${op}: an axis is given twice in ${formatShape(axes)}.`);
  }
  return normal;
}

/**
 * The shape that operands of shapes `a` and `b` broadcast to, by NumPy's rule: axes are matched from
 * the right, and lengths must be equal or 1.
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let axis = 0; axis < rank; axis++) {
    const x = a[a.length - rank + axis] ?? 1;
    const y = b[b.length - rank + axis] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new ShapeError(mismatchMessage(op, a, b));
    shape[axis] = x === 1 ? y : x;
  }
  return shape;
}

/** Both shapes aligned on the right, with a mark under the axes that do not fit. */
function mismatchMessage(op: string, a: Shape, b: Shape): string {
  const rank = Math.max(a.length, b.length);
  const cell = (shape: Shape, axis: number): string => {
    const length = shape[shape.length - rank + axis];
    return length === undefined ? '' : String(length);
  };
  const columns = Array.from({ length: rank }, (_, axis) => {
    const [x, y] = [cell(a, axis), cell(b, axis)];
    const width = Math.max(x.length, y.length, 1);
    const bad = x !== y && x !== '1' && y !== '1' && x !== '' && y !== '';
    return [x.padStart(width), y.padStart(width), (bad ? '^' : '').padStart(width)] as const;
  });
  const row = (index: 0 | 1 | 2): string => columns.map((column) => column[index]).join('  ');
  return (
    `${op}: shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast.\n` +
    `  a: ${row(0)}\n  b: ${row(1)}\n     ${row(2)}\n` +
    `Axes are matched from the right; lengths must be equal or 1. Reshape or transpose one of them.`
  );
}
