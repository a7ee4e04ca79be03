// What the kernels of attention are told.

/**
 * Query is [batch, queries, heads, size], key [batch, keys, keyHeads, size], value [batch, keys, keyHeads, valueSize]. `heads`
 * is a multiple of `keyHeads`; neighbouring heads share one of keys. The mask of the scores [batch, heads, queries, keys] has a
 * byte for each: `maskBatch`, `maskHead` and `maskQuery` bytes are from one to the next along an axis, 0 where all share it.
 *
 * It starts as a layout of one axis does, `work` elements long: that is how the runtime tells whether a call is worth
 * sharing. TypeScript writes it by the positions that the build reads from here.
 */
@unmanaged
export class Attention {
  one: i32;
  work: i32;
  batch: i32;
  queries: i32;
  keys: i32;
  heads: i32;
  keyHeads: i32;
  size: i32;
  valueSize: i32;
  maskBatch: i32;
  maskHead: i32;
  maskQuery: i32;
  isCausal: i32;
}
