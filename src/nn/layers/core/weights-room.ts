// How much room weights may take while a file is read.
import { sizeOf } from '../../../engine/tensor/index.js';
import type { Shape } from '../../../engine/tensor/index.js';
import type { QuantizedElements } from '../../../engine/tensor/variable.js';

/** What weights may take that are made for the values of a file. */
export interface WeightsRoom {
  /** The most elements of one weight. */
  readonly most: number;
  /** The most elements of all that are still to come. */
  left: number;
  /** The most elements of all adapters that are still to come, which are not in the file. */
  adapters: number;
  /** What stands for float32 weights until their values come; undefined: zeros. */
  readonly pending?: ((shape: Shape) => QuantizedElements) | undefined;
}

/** The room for weights while the layers of a file are built, and the error for a weight that finds none. */
let limit: { readonly room: WeightsRoom; readonly refuse: () => Error } | undefined;

/**
 * Runs `f`, in which weights are made for values of a file. They may have as many elements as the room says, since what a
 * small file says must not fill the memory before it is compared with the weights that are there. They begin with zeros,
 * as the values of the file come next, and some initializers take long.
 *
 * @param refuse makes the error for a weight that finds no room
 */
export function withFileWeights<T>(room: WeightsRoom, refuse: () => Error, f: () => T): T {
  const outer = limit;
  limit = { room, refuse };
  try {
    return f();
  } finally {
    limit = outer;
  }
}

/**
 * Runs `f`, in which weights are made that the file does not hold. While a file is read, they begin with zeros as well.
 *
 * @param elements how many elements they have
 * @param refuse makes the error for weights that have many more than the file that is read
 */
export function withoutFile<T>(elements: number, refuse: () => Error, f: () => T): T {
  if (limit === undefined) return f();
  limit.room.adapters -= elements;
  if (limit.room.adapters < 0) throw refuse();
  return withFileWeights({ most: Infinity, left: Infinity, adapters: 0 }, refuse, f);
}

/**
 * The room for weights while the layers of a file are built, less what a weight of that shape takes; undefined at other times.
 *
 * @throws the error of `withFileWeights` if there is no room.
 */
export function takeRoom(shape: Shape): WeightsRoom | undefined {
  if (limit === undefined) return undefined;
  const { room, refuse } = limit;
  const elements = sizeOf(shape);
  room.left -= elements;
  if (elements > room.most || room.left < 0) throw refuse();
  return room;
}
