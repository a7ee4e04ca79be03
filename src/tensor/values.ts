// What flows through batches, data sets and models: tensors, and in a program that reads strings arrays of strings. A program
// without them does not hold the code of them: string-array.ts installs what is asked here.
import { toTensor, zeros } from './create.js';
import type { TensorLike } from './create.js';
import type { StringArray } from './string-array.js';
import type { ValueType } from './dtype.js';
import type { Shape } from './shape.js';
import { Tensor } from './tensor.js';

/** A tensor, or an array of strings. */
export type Value = Tensor | StringArray;

/** What knows arrays of strings. */
interface Strings {
  isStrings(value: unknown): value is StringArray;
  /** The array that strings stand for; undefined for anything else. */
  from(value: unknown): StringArray | undefined;
  /** Empty strings. */
  blank(shape: Shape): StringArray;
  /** Refuses strings of which only the type is known. */
  refuse(label: string): never;
}

let installed: Strings | undefined;

/** Lets strings stand beside tensors. */
export function installStrings(strings: Strings): void {
  installed = strings;
}

/** Whether a value is an array of strings. */
export const isStrings = (value: unknown): value is StringArray =>
  installed?.isStrings(value) === true;

/** Whether a value is a tensor or an array of strings. */
export const isValue = (value: unknown): value is Value =>
  value instanceof Tensor || isStrings(value);

/** A value itself, or what stands for it: an array of strings of strings, else a tensor. */
export function toValue(value: unknown): Value {
  return value instanceof Tensor
    ? value
    : (installed?.from(value) ?? toTensor(value as TensorLike));
}

/** Empty strings where strings are expected, else zeros. */
export function blank(shape: Shape, dtype: ValueType): Value {
  return (dtype === 'string' ? installed?.blank(shape) : undefined) ?? zeros(shape);
}

/** Refuses strings that come to a layer of numbers. */
export function refuseStrings(label: string): void {
  installed?.refuse(label);
}
