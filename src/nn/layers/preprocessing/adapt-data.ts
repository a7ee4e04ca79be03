import { checkNumber, checkOptions } from '../../../config/index.js';
import { ValueError } from '../../../errors.js';
import { isStrings, Tensor } from '../../../engine/tensor/index.js';
import type { StringArray, StringsLike, TensorLike } from '../../../engine/tensor/index.js';

/** One batch of an iterable: x, or a list that begins with x, such as [x, y]. */
export type VocabularyBatch =
  Tensor | StringArray | StringsLike | readonly [x: StringsLike | TensorLike, ...rest: unknown[]];

/** Options of `adapt`. */
export interface AdaptOptions {
  /** The number of batches to take from an iterable. Default: all. */
  readonly steps?: number | null;
}

/**
 * Passes samples in memory to `whole`, or the batches of an iterable to `batch`, one after the other.
 *
 * @returns a promise if the data are asynchronous
 * @throws ValueError for anything that is not data.
 */
export function takeData(
  owner: string,
  data: unknown,
  options: AdaptOptions,
  {
    whole,
    batch,
  }: { readonly whole: (data: unknown) => void; readonly batch: (x: unknown) => void },
): Promise<void> | undefined {
  checkOptions(owner, options, ['steps']);
  const { steps = null } = options;
  if (steps !== null) checkNumber(owner, 'steps', steps, { min: 1, integer: true });
  if (!isIterable(data)) {
    if (steps !== null) {
      throw new ValueError(
        `${owner}: steps counts batches of an iterable; leave it out for data in memory.`,
      );
    }
    whole(data);
    return undefined;
  }
  return takeBatches(data, steps ?? Infinity, batch);
}

async function takeBatches(
  data: Iterable<unknown> | AsyncIterable<unknown>,
  steps: number,
  take: (x: unknown) => void,
): Promise<void> {
  let left = steps;
  for await (const batch of data) {
    take(firstOf(batch));
    if (--left === 0) return;
  }
}

/** Whether data come in batches, rather than all at once. */
function isIterable(data: unknown): data is Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof data !== 'object' || data === null) return false;
  if (data instanceof Tensor || isStrings(data) || ArrayBuffer.isView(data)) return false;
  if (Array.isArray(data)) return data[0] instanceof Tensor || isStrings(data[0]);
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}

/** The x of a batch: of [x, y], where not all are nested lists of one kind. */
function firstOf(batch: unknown): unknown {
  if (!Array.isArray(batch)) return batch;
  const list = batch as readonly unknown[];
  const [first] = list;
  if (first instanceof Tensor || isStrings(first)) return first;
  const isPair = Array.isArray(first) && list.length <= 3 && kindOf(first) !== kindOf(list.at(-1));
  return isPair ? first : list;
}

const kindOf = (value: unknown): string => {
  let inside = value;
  while (Array.isArray(inside)) inside = inside[0] as unknown;
  return inside instanceof Tensor || ArrayBuffer.isView(inside) ? 'numbers' : typeof inside;
};
