import { describeValue } from '../config/check-number.js';
import { ShapeError, ValueError } from '../errors.js';
import type { DType } from './dtype.js';
import type { NestedArray } from './tensor.js';

/** The numbers of nested arrays in row-major order, their shape and natural dtype. */
export interface NestedElements {
  readonly data: (number | boolean)[];
  readonly shape: number[];
  readonly dtype: DType;
}

/**
 * Flattens nested arrays.
 *
 * @throws ShapeError if they are ragged, ValueError if something in them is no number or boolean.
 */
export function readNested(value: NestedArray): NestedElements {
  const shape: number[] = [];
  let level: unknown = value;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = (level as readonly unknown[])[0];
  }
  const data: (number | boolean)[] = [];
  let booleans = 0;
  const visit = (item: unknown, path: readonly number[]): void => {
    const expected = shape[path.length];
    if (expected === undefined) {
      if (typeof item === 'boolean') booleans++;
      else if (typeof item !== 'number') throw notANumber(item, path);
      data.push(item);
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
  const dtype = data.length > 0 && booleans === data.length ? 'bool' : 'float32';
  return { data, shape, dtype };
}

function notANumber(item: unknown, path: readonly number[]): Error {
  if (Array.isArray(item)) {
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
  if (Array.isArray(item)) return `an array of length ${item.length}`;
  if (item instanceof Promise) return describeValue(item);
  if (typeof item === 'object' && item !== null) return `an object (${item.constructor.name})`;
  return typeof item === 'string' ? `'${item}'` : String(item);
}
