import { toTensor } from '../tensor/create.js';
import type { TensorLike } from '../tensor/create.js';
import type { FileArray } from './elements.js';

/** A tensor's elements as a file holds them. */
export function fileArray(x: TensorLike): FileArray {
  const given = toTensor(x);
  const { shape, dtype } = given;
  const array = { shape, dtype, data: given.data() };
  if (given !== x) given.dispose();
  return array;
}
