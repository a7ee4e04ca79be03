// What flows through batches, data sets and models: tensors, and in a program that reads strings arrays of strings. A program
// without them does not hold the code of them: string-array.ts installs what is asked here.
import { toTensor, zeros } from './create.js';
import type { TensorLike } from './create.js';
import { installedStrings } from './installed-strings.js';
import type { StringArray } from './string-array.js';
import type { ValueType } from '../../config/dtype.js';
import type { Shape } from './shape.js';
import { Tensor } from './tensor.js';

/** A tensor, or an array of strings. */
export type Value = Tensor | StringArray;

/** Whether a value is an array of strings. */
export const isStrings = (value: unknown): value is StringArray =>
  installedStrings()?.isStrings(value) === true;

/** Whether a value is a tensor or an array of strings. */
export const isValue = (value: unknown): value is Value =>
  value instanceof Tensor || isStrings(value);

/** A value itself, or what stands for it: an array of strings of strings, else a tensor. */
export function toValue(value: unknown): Value {
  return value instanceof Tensor
    ? value
    : ((installedStrings()?.from(value) as StringArray | undefined) ??
        toTensor(value as TensorLike));
}

/** Empty strings where strings are expected, else zeros. */
export function blank(shape: Shape, dtype: ValueType): Value {
  const strings = dtype === 'string' ? installedStrings()?.blank(shape) : undefined;
  return (strings as StringArray | undefined) ?? zeros(shape);
}

/** Refuses strings that come to a layer of numbers. */
export function refuseStrings(label: string): void {
  installedStrings()?.refuse(label);
}
