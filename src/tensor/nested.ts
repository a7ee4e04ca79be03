import { isPromise } from '../config/brands.js';
import { describeValue } from '../config/check-number.js';
import { ShapeError, ValueError } from '../errors.js';
import { dtypeOfArray, promote } from './dtype.js';
import type { DType, TypedArray } from './dtype.js';

/** Numbers or booleans, nested in arrays as deep as a tensor has dimensions; the innermost may be typed arrays. */
export type NestedNumbers = number | boolean | TypedArray | readonly NestedNumbers[];

/** The numbers of nested arrays in row-major order, their shape and natural dtype. */
export interface NestedElements {
  readonly data: (number | boolean)[];
  readonly shape: number[];
  readonly dtype: DType;
}

/**
 * Flattens nested arrays. Numbers count as float32, typed arrays as the type that holds them; the highest of what is there
 * is the dtype.
 *
 * @throws ShapeError if they are ragged, ValueError if something in them is no number or boolean.
 */
export function readNested(value: NestedNumbers): NestedElements {
  const shape: number[] = [];
  let level: unknown = value;
  while (isRow(level)) {
    shape.push(level.length);
    level = level[0];
  }
  const data: (number | boolean)[] = [];
  let booleans = 0;
  let numbers = 0;
  const types: DType[] = [];
  const visit = (item: unknown, path: readonly number[]): void => {
    const expected = shape[path.length];
    if (expected === undefined) {
      if (typeof item === 'boolean') booleans++;
      else if (typeof item === 'number') numbers++;
      else throw notANumber(item, path);
      data.push(item);
      return;
    }
    if (isTyped(item) && item.length === expected && path.length === shape.length - 1) {
      types.push(dtypeOfArray(item));
      for (const number of item) data.push(number);
      return;
    }
    if (!Array.isArray(item) || item.length !== expected) {
      throw new ShapeError(
        `tensor: nested arrays are ragged: ${describe(item)} at [${path.join(', ')}], but ` +
          `the first entry of that level is an array of length ${expected}. All entries of one level must have ` +
          `one length.`,
      );
    }
    // Not forEach, which passes over what is left out: [1, , 3].
    for (let i = 0; i < expected; i++) visit(item[i], [...path, i]);
  };
  visit(value, []);
  if (booleans > 0) types.push('bool');
  if (numbers > 0 || types.length === 0) types.push('float32');
  return { data, shape, dtype: types.reduce(promote) };
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
  return new ValueError(
    `tensor: ${describe(item)} at [${path.join(', ')}] is no number. Tensors hold numbers or booleans.`,
  );
}

function describe(item: unknown): string {
  if (isRow(item)) return `an array of length ${item.length}`;
  if (isPromise(item)) return describeValue(item);
  if (typeof item === 'object' && item !== null) return `an object (${item.constructor.name})`;
  return typeof item === 'string' ? `'${item}'` : String(item);
}
