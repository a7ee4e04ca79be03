import { describeValue } from '../../config/describe-value.js';
import { OutOfMemoryError, ShapeError, ValueError } from '../../errors.js';
import { dtypeOfArray, promote } from '../../config/dtype.js';
import type { DType, TypedArray } from '../../config/dtype.js';
import { requireRoom } from './memory.js';
import { formatShape, sizeOf } from './shape.js';

/** Numbers or booleans in nested arrays, one level for each axis of a tensor; the innermost may be typed arrays. */
export type NestedNumbers = number | boolean | TypedArray | readonly NestedNumbers[];

/** The numbers of nested arrays in row-major order, their shape and natural dtype. */
export interface NestedElements {
  readonly data: Float64Array;
  readonly shape: number[];
  readonly dtype: DType;
}

/** Levels of nesting, as many as NumPy takes: what goes deeper holds itself. */
const MAX_DEPTH = 64;

/**
 * Flattens nested arrays. Numbers count as float32, typed arrays as the type that holds them; the highest of what is there
 * is the dtype.
 *
 * @throws ShapeError if they are ragged or nested too deep, ValueError if something in them is not a number or boolean.
 */
export function readNested(value: NestedNumbers): NestedElements {
  const shape: number[] = [];
  let level: unknown = value;
  while (isRow(level)) {
    if (shape.length === MAX_DEPTH) {
      throw new ShapeError(
        `tensor: the list is nested deeper than ${MAX_DEPTH} levels, or holds itself: ${describeValue(value)}.`,
      );
    }
    shape.push(level.length);
    level = level[0];
  }
  const data = roomFor(shape);
  const path: number[] = [];
  let next = 0;
  let booleans = 0;
  let numbers = 0;
  const types: DType[] = [];
  const visit = (item: unknown): void => {
    const expected = shape[path.length];
    if (expected === undefined) {
      if (typeof item === 'boolean') booleans++;
      else if (typeof item === 'number') numbers++;
      else throw notANumber(item, path);
      data[next++] = Number(item);
      return;
    }
    if (isTyped(item) && item.length === expected && path.length === shape.length - 1) {
      types.push(dtypeOfArray(item));
      data.set(item, next);
      next += item.length;
      return;
    }
    if (!Array.isArray(item) || item.length !== expected) {
      throw new ShapeError(
        `tensor: nested arrays are ragged: ${describeItem(item)} at [${path.join(', ')}], but ` +
          `the first entry of that level is an array of length ${expected}. All entries of a level must have the same length.`,
      );
    }
    // Not forEach, which passes over what is left out: [1, , 3].
    for (let i = 0; i < expected; i++) {
      path.push(i);
      visit(item[i]);
      path.pop();
    }
  };
  visit(value);
  if (booleans > 0) types.push('bool');
  if (numbers > 0 || types.length === 0) types.push('float32');
  return { data, shape, dtype: types.reduce(promote) };
}

/** Lists may hold one list many times, so that a short program means more numbers than there is memory. */
function roomFor(shape: readonly number[]): Float64Array {
  requireRoom(shape, 'bool', 'tensor');
  try {
    return new Float64Array(sizeOf(shape));
  } catch {
    throw new OutOfMemoryError(
      `tensor: nested lists of shape ${formatShape(shape)} hold more numbers than memory. Work on parts of them.`,
    );
  }
}

const isTyped = (value: unknown): value is TypedArray =>
  ArrayBuffer.isView(value) && 'length' in value;

const isRow = (value: unknown): value is readonly unknown[] | TypedArray =>
  Array.isArray(value) || isTyped(value);

function notANumber(item: unknown, path: readonly number[]): Error {
  if (isRow(item)) {
    return new ShapeError(
      `tensor: nested arrays are ragged: an array of length ${item.length} at ` +
        `[${path.join(', ')}], where the first entry of that level is a number.`,
    );
  }
  const location = path.length > 0 ? ` at [${path.join(', ')}]` : '';
  const what = describeValue(item);
  const advice = what.startsWith('a symbolic tensor')
    ? 'A symbolic tensor has no values: give it to layers, or to functions of ops and activations.'
    : 'Tensors hold numbers or booleans.';
  return new ValueError(`tensor: ${what}${location} is not a number. ${advice}`);
}

function describeItem(item: unknown): string {
  return isRow(item) ? `an array of length ${item.length}` : describeValue(item);
}
