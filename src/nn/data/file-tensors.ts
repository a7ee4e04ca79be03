import { describeValue, printable } from '../../config/describe-value.js';
import { naming } from '../../config/index.js';
import { ValueError } from '../../errors.js';
import { emptyTensor, tensor, toTensor } from '../../engine/tensor/index.js';
import type { Shape, Tensor, TensorLike } from '../../engine/tensor/index.js';
import type { DType, TensorData } from '../../config/dtype.js';
import { writeElements } from '../../engine/tensor/write.js';
import type { FileArray } from '../../files/formats/elements.js';

/** A tensor's elements as a file holds them. */
export function fileArray(x: TensorLike): FileArray {
  const given = toTensor(x);
  const { shape, dtype } = given;
  const array = { shape, dtype, data: given.data() };
  if (given !== x) given.dispose();
  return array;
}

/**
 * Arrays by their names as a file holds them, in their order.
 *
 * @param owner the function that writes them, for messages
 * @throws ValueError for anything but an object of arrays, naming the array.
 */
export function fileArrays(
  owner: string,
  arrays: Readonly<Record<string, TensorLike>>,
): (readonly [name: string, array: FileArray])[] {
  if (typeof arrays !== 'object' || arrays === null || Array.isArray(arrays)) {
    throw new ValueError(
      `${owner}: expected an object of arrays by their names, such as { x, y }, got ${describeValue(arrays)}.`,
    );
  }
  return Object.entries(arrays).map(([name, x]) => [
    name,
    naming(`${owner}: array '${printable(name)}'`, () => fileArray(x)),
  ]);
}

/** A tensor whose elements come in chunks, one behind the other, which are not joined before. It belongs to the caller. */
export function tensorOfChunks(shape: Shape, dtype: DType, chunks: readonly TensorData[]): Tensor {
  const whole = emptyTensor(shape, dtype);
  let at = 0;
  for (const chunk of chunks) {
    const target = whole.view([chunk.length], at);
    writeElements(target, chunk);
    target.dispose();
    at += chunk.length;
  }
  return whole;
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
