// Attention, tile by tile: softmax(scale · Q·Kᵀ, what is masked hidden) · V. A tile of scores lies in the first-level cache and
// is gone when the next one comes, so memory grows with the number of keys, not with that of scores.
//
// A query goes through its keys in order. It keeps the largest score m so far, the sum l of e^(score - m), and the sum of
// e^(score - m) · v. Where a tile has a larger score, both sums are multiplied by e^(old m - new m). A thread takes neighbouring
// blocks of queries, of one head after another, and packs the keys and values of a head once. What a query goes through does
// not depend on the number of threads.
//
// Scratch of one thread:
//
//   keys, transposed, in panels │ values in panels │ queries │ scores │ sums of values │ m, l of each query │
//   queries and scores, packed as left operands
import { ATTENTION_KEYS, ATTENTION_QUERIES, NR } from '../tuning';
import { leftBytes, NR_BYTES, packLeft, panelRowBytes } from '../gemm/pack';
import { rowMax, rowSum } from '../ops/rows';
import { expF32x4 } from '../math/exp';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { Attention } from './layout';
import {
  Causal,
  causalOf,
  clearFrom,
  endOfKeys,
  exponentials,
  gatherRows,
  HIDDEN,
  hide,
  keysOf,
  maskOf,
  multiply,
  pack,
  panelsBytes,
  scaleRow,
  SCORE_ROW_BYTES,
  SCORES_BYTES,
  wideRowsBytes,
} from './tiles';

function scratchBytes(keys: i32, size: i32, valueSize: i32): usize {
  return scratchStride(
    panelsBytes(size, keys) +
      panelsBytes(keys, valueSize) +
      ((<usize>(ATTENTION_QUERIES * size)) << 2) +
      SCORES_BYTES +
      wideRowsBytes(ATTENTION_QUERIES, valueSize) +
      <usize>ATTENTION_QUERIES * 8 +
      leftBytes(ATTENTION_QUERIES, size) +
      leftBytes(ATTENTION_QUERIES, ATTENTION_KEYS),
  );
}

/**
 * Bytes of scratch that `attentionForward` needs with this many threads.
 * @module attention
 */
export function attentionForwardScratchBytes(
  keys: i32,
  size: i32,
  valueSize: i32,
  threads: i32,
): usize {
  return <usize>threads * scratchBytes(keys, size, valueSize);
}

/**
 * out[batch, queries, heads, valueSize] = softmax(scale · Q·Kᵀ) · V by `layout`. If `stats` is not 0 it gets [batch, heads,
 * queries, 2]: the largest score of each query, and the sum of e^(score - largest). `mask` is 0 or has a byte for each score
 * that counts, 0 for one that does not. A query that sees nothing attends to all keys alike.
 * @cost 0.15 size(layout)
 * @module attention
 */
export function attentionForward(
  thread: i32,
  threads: i32,
  out: usize,
  stats: usize,
  query: usize,
  key: usize,
  value: usize,
  mask: usize,
  scale: f32,
  layout: usize,
  scratch: usize,
): void {
  const a = changetype<Attention>(layout);
  const size = a.size;
  const valueSize = a.valueSize;
  const keys = a.keys;
  const queries = a.queries;
  const keyPanels = scratch + <usize>thread * scratchBytes(keys, size, valueSize);
  const valuePanels = keyPanels + panelsBytes(size, keys);
  const tile = valuePanels + panelsBytes(keys, valueSize);
  const scores = tile + ((<usize>(ATTENTION_QUERIES * size)) << 2);
  const sums = scores + SCORES_BYTES;
  const largest = sums + wideRowsBytes(ATTENTION_QUERIES, valueSize);
  const totals = largest + <usize>ATTENTION_QUERIES * 4;
  const leftQueries = totals + <usize>ATTENTION_QUERIES * 4;
  const leftScores = leftQueries + leftBytes(ATTENTION_QUERIES, size);

  const sumBytes = panelRowBytes(valueSize);
  const queryStride = (<usize>(a.heads * size)) << 2;
  const outStride = (<usize>(a.heads * valueSize)) << 2;
  const perKey = a.heads / a.keyHeads;
  const blocks = (queries + ATTENTION_QUERIES - 1) / ATTENTION_QUERIES;
  const items = a.batch * a.heads * blocks;
  const end = shareEnd(items, thread, threads, 1);
  let packed = -1;
  for (let item = shareBegin(items, thread, threads, 1); item < end; item++) {
    const head = (item / blocks) % a.heads;
    const batch = item / blocks / a.heads;
    const first = (item % blocks) * ATTENTION_QUERIES;
    const rows = min(ATTENTION_QUERIES, queries - first);
    const keyHead = batch * a.keyHeads + head / perKey;
    if (keyHead != packed) {
      const start = <usize>batch * <usize>keys * <usize>a.keyHeads + <usize>(head / perKey);
      const keyAt = key + ((start * <usize>size) << 2);
      const valueAt = value + ((start * <usize>valueSize) << 2);
      pack(keyPanels, keyAt, size, keys, a.keyHeads * size, 1);
      pack(valuePanels, valueAt, keys, valueSize, a.keyHeads * valueSize, 0);
      packed = keyHead;
    }
    const row0 = (<usize>batch * <usize>queries + <usize>first) * <usize>a.heads + <usize>head;
    gatherRows(tile, query + ((row0 * <usize>size) << 2), queryStride, rows, size, scale);
    packLeft(leftQueries, tile, (<usize>size) << 2, rows, size);
    memory.fill(sums, 0, wideRowsBytes(rows, valueSize));
    for (let row: usize = 0; row < <usize>rows; row++) {
      store<f32>(largest + (row << 2), -Infinity);
      store<f32>(totals + (row << 2), 0);
    }
    const last = endOfKeys(a, mask, first + rows - 1);
    for (let k = 0; k < last; k += ATTENTION_KEYS) {
      const count = min(ATTENTION_KEYS, last - k);
      const panels = keyPanels + <usize>(k / NR) * <usize>size * NR_BYTES;
      multiply(
        scores,
        SCORE_ROW_BYTES,
        leftQueries,
        panels,
        <usize>size * NR_BYTES,
        rows,
        count,
        size,
        0,
        causalOf(a, mask, Causal.Columns),
        first - k,
      );
      for (let row = 0; row < rows; row++) {
        const x = scores + <usize>row * SCORE_ROW_BYTES;
        const seen = keysOf(a, mask, first + row, k, count);
        clearFrom(x, seen, count);
        if (seen == 0) continue;
        hide(x, maskOf(mask, a, batch, head, first + row), a, first + row, k, seen, HIDDEN);
        const at = (<usize>row) << 2;
        const old = load<f32>(largest + at);
        const best = max(old, rowMax(x, seen));
        exponentials(x, seen, best);
        const sum = rowSum(x, seen);
        const total = load<f32>(totals + at);
        if (best != old && k > 0) {
          const factor = f32x4.extract_lane(expF32x4(f32x4.splat(old - best)), 0);
          scaleRow(
            sums + <usize>row * sumBytes,
            sums + <usize>row * sumBytes,
            valueSize,
            f32x4.splat(factor),
          );
          store<f32>(totals + at, total * factor + sum);
        } else store<f32>(totals + at, total + sum);
        store<f32>(largest + at, best);
      }
      packLeft(leftScores, scores, SCORE_ROW_BYTES, rows, count);
      multiply(
        sums,
        sumBytes,
        leftScores,
        valuePanels + <usize>k * NR_BYTES,
        <usize>keys * NR_BYTES,
        rows,
        valueSize,
        count,
        1,
        causalOf(a, mask, Causal.UpTo),
        first - k,
      );
    }
    let to = out + ((row0 * <usize>valueSize) << 2);
    for (let row = 0; row < rows; row++, to += outStride) {
      const at = (<usize>row) << 2;
      const total = load<f32>(totals + at);
      scaleRow(to, sums + <usize>row * sumBytes, valueSize, f32x4.splat(1 / total));
      if (stats) {
        const pair =
          stats + ((<usize>(batch * a.heads + head) * <usize>queries + <usize>(first + row)) << 3);
        store<f32>(pair, load<f32>(largest + at));
        store<f32>(pair, total, 4);
      }
    }
  }
}
