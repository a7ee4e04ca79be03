import { ValueError } from '../../errors.js';
import { currentRuntime } from '../runtime/index.js';
import { dtypeOfArray, bytesOf } from '../../config/dtype.js';
import type { DType, TypedArray } from '../../config/dtype.js';
import type { Tensor } from './tensor.js';

/**
 * Copies values into a tensor's memory, converting them to its dtype. float32 rounds; integer types
 * take only whole numbers in their range; bool takes everything, as `value != 0`.
 *
 * @param first where in the tensor they begin
 * @throws ValueError naming the first value that does not fit.
 */
export function writeElements(
  tensor: Tensor,
  values: TypedArray | readonly (number | boolean)[],
  first = 0,
): void {
  const runtime = currentRuntime().writing(tensor.storage.pointer);
  const { dtype } = tensor;
  const pointer = tensor.pointer + first * bytesOf(dtype);
  if (ArrayBuffer.isView(values) && fits(values, dtype)) {
    runtime[dtype as 'float32' | 'int32' | 'uint8'].set(values, pointer / bytesOf(dtype));
    return;
  }
  switch (dtype) {
    case 'float32':
      values.forEach((value: number | boolean, i: number) => {
        runtime.float32[pointer / 4 + i] = Number(value);
      });
      return;
    case 'int32':
      checkIntegers(values, -(2 ** 31), 2 ** 31 - 1, dtype, first);
      values.forEach((value: number | boolean, i: number) => {
        runtime.int32[pointer / 4 + i] = Number(value);
      });
      return;
    case 'uint8':
      checkIntegers(values, 0, 255, dtype, first);
      values.forEach((value: number | boolean, i: number) => {
        runtime.uint8[pointer + i] = Number(value);
      });
      return;
    case 'bool':
      values.forEach((value: number | boolean, i: number) => {
        // Not `value ? 1 : 0`: NaN is not 0.
        runtime.uint8[pointer + i] = Number(value) === 0 ? 0 : 1;
      });
  }
}

/** Whether the dtype has all numbers that such an array can hold, or rounds them. */
const fits = (array: TypedArray, dtype: DType): boolean =>
  dtype === 'float32' ||
  (dtypeOfArray(array) === dtype && array[Symbol.toStringTag] !== 'Uint32Array');

function checkIntegers(
  values: TypedArray | readonly (number | boolean)[],
  low: number,
  high: number,
  dtype: string,
  first: number,
): void {
  values.forEach((value: number | boolean, i: number) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < low || number > high) {
      throw new ValueError(
        `tensor: element ${first + i} is ${number}, but ${dtype} holds whole numbers from ${low} to ${high}. ` +
          `Choose another dtype, or make a float32 tensor and use astype('${dtype}').`,
      );
    }
  });
}
