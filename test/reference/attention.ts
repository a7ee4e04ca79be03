// Dot-product attention by its definition: one sum of values for each query of each head.
import type { DenseArray } from './dense-array.js';
import { at, build } from './dense-array.js';
import { softmax } from './softmax.js';

export interface AttentionSettings {
  readonly scale?: number;
  readonly isCausal?: boolean;
  /** Whether the score of a query and a key counts. Default: all do. */
  readonly counts?: (batch: number, head: number, query: number, key: number) => boolean;
  /** What is added to a score. */
  readonly bias?: DenseArray;
}

/**
 * query [batch, queries, heads, depth], key and value [batch, keys, groups, …], bias [batch, heads, queries, keys], the result
 * [batch, queries, heads, …]. A query for which no key counts weighs all alike.
 */
export function attention(
  query: DenseArray,
  key: DenseArray,
  value: DenseArray,
  settings: AttentionSettings = {},
): DenseArray {
  const [batch = 0, queries = 0, heads = 0, depth = 0] = query.shape;
  const [, keys = 0, groups = 1] = key.shape;
  const { scale = 1 / Math.sqrt(depth), isCausal = false, counts = () => true, bias } = settings;
  return build([batch, queries, heads, value.shape[3] ?? 0], ([b = 0, q = 0, h = 0, d = 0]) => {
    const group = Math.floor(h / (heads / groups));
    const positions = Array.from({ length: keys }, (_, k) => k);
    const seen = positions.filter((k) => counts(b, h, q, k) && !(isCausal && k > q));
    const weights =
      seen.length === 0
        ? positions.map(() => 1 / keys)
        : softmax(
            seen.map((k) => {
              let product = 0;
              for (let i = 0; i < depth; i++) {
                product += at(query, [b, q, h, i]) * at(key, [b, k, group, i]);
              }
              return product * scale + (bias === undefined ? 0 : at(bias, [b, h, q, k]));
            }),
          );
    const weighted = seen.length === 0 ? positions : seen;
    return weighted.reduce((sum, k, i) => sum + (weights[i] ?? 0) * at(value, [b, k, group, d]), 0);
  });
}
