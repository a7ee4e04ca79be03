import { hexOf } from '../../files/formats/bytes.js';
import { subtle } from './identity.js';

// What a message of Flower consists of: a tree of objects, each named by the SHA-256 of its bytes.
//
//     Type␣ids of the children, joined by commas␣length of the body␀body
//
//     Message      → RecordDict           body: metadata, in protobuf
//     RecordDict   → records              body: { "name": "id", … }
//     ArrayRecord  → Arrays               body: { "name": "id", … }
//     Array        → ArrayChunks          body: dtype, shape, stype and the chunks in their order
//     ArrayChunk                          body: a piece of an NPY file
//     MetricRecord, ConfigRecord          body: the values, in protobuf

export type ObjectType =
  | 'Message'
  | 'RecordDict'
  | 'ArrayRecord'
  | 'Array'
  | 'ArrayChunk'
  | 'MetricRecord'
  | 'ConfigRecord';

/** How an array is kept: as an NPY file. */
export const STYPE = 'numpy.ndarray';

/** How many objects are asked for, or sent, at a time. */
export const AT_ONCE = 4;

/** SHA-256 in hexadecimal digits: the id of an object of these bytes. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOf(new Uint8Array(await subtle().digest('SHA-256', bytes)));
}

/**
 * Results for all items, of which so many are worked on at a time.
 *
 * @throws the first error, when what had begun has ended; nothing else begins then.
 */
export async function inParallel<T, R>(
  count: number,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const entries = items.entries();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const [i, item] of entries) {
      if (failure !== undefined) return;
      try {
        results[i] = await work(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
  if (failure !== undefined) throw failure.error;
  return results;
}

/** The same work, of which so much is done at a time; the rest waits in its order. */
export function limited<A extends readonly unknown[], R>(
  count: number,
  work: (...args: A) => Promise<R>,
): (...args: A) => Promise<R> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (...args) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work(...args);
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
