import { tensor, toTensor } from '../tensor/create.js';
import type { TensorLike } from '../tensor/create.js';
import type { Tensor } from '../tensor/tensor.js';
import type { FileArray } from './elements.js';

/** A tensor's elements as a file holds them. */
export function fileArray(x: TensorLike): FileArray {
  const given = toTensor(x);
  const { shape, dtype } = given;
  const array = { shape, dtype, data: given.data() };
  if (given !== x) given.dispose();
  return array;
}

/** The tensor of an array of a file. It belongs to the caller. */
export function fileTensor({ data, shape, dtype }: FileArray): Tensor {
  return tensor(data, { shape, dtype });
}

/**
 * Tensors by the names of their arrays, all or none. The object has no prototype, so that any name is only a name.
 *
 * @throws OutOfMemoryError if they do not fit.
 */
export function fileTensors(
  arrays: Iterable<readonly [name: string, array: FileArray]>,
): Record<string, Tensor> {
  const tensors = Object.create(null) as Record<string, Tensor>;
  try {
    for (const [name, array] of arrays) tensors[name] = fileTensor(array);
  } catch (error) {
    for (const made of Object.values(tensors)) made.dispose();
    throw error;
  }
  return tensors;
}
