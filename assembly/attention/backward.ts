// Gradients of attention. The scores are computed again, tile by tile, and with the statistics of the forward pass the
// weights P = e^(S - m) / l:
//
//   dV = Pᵀ · dO      dS = P ∘ (dO · Vᵀ - D), D = the sum of dO ∘ O along a row      dQ = scale · dS · K      dK = dSᵀ · scale · Q
//
// A thread takes neighbouring heads of keys, and goes through all queries of each: no sum is split, so the bits do not
// depend on the number of threads.
//
// Scratch of one thread:
//
//   keys and values, transposed, in panels │ keys in panels │ dK, dV of the head │ queries, dO and D of a block, both also in
//   panels │ dQ of the block │ P │ dS │ queries, dO, and P or dS, packed as left operands
import { loadVector, storeVector } from '../lanes';
import { ATTENTION_KEYS, ATTENTION_QUERIES, NR } from '../tuning';
import { leftBytes, NR_BYTES, packLeft, panelRowBytes } from '../gemm/pack';
import { rowDot } from '../ops/rows';
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
  packLeftTransposed,
  panelsBytes,
  SCORE_ROW_BYTES,
  SCORES_BYTES,
  spreadRows,
  wideRowsBytes,
} from './tiles';

const QUERIES: usize = ATTENTION_QUERIES;

function scratchBytes(keys: i32, size: i32, valueSize: i32): usize {
  return scratchStride(
    panelsBytes(size, keys) +
      panelsBytes(valueSize, keys) +
      panelsBytes(keys, size) +
      wideRowsBytes(keys, size) +
      wideRowsBytes(keys, valueSize) +
      QUERIES * ((<usize>(size + valueSize + 1)) << 2) +
      panelsBytes(ATTENTION_QUERIES, size) +
      panelsBytes(ATTENTION_QUERIES, valueSize) +
      wideRowsBytes(ATTENTION_QUERIES, size) +
      2 * SCORES_BYTES +
      leftBytes(ATTENTION_QUERIES, size) +
      leftBytes(ATTENTION_QUERIES, valueSize) +
      leftBytes(ATTENTION_QUERIES, ATTENTION_KEYS),
  );
}

/**
 * Bytes of scratch that `attentionBackward` needs with this many threads.
 * @module attention
 */
export function attentionBackwardScratchBytes(
  keys: i32,
  size: i32,
  valueSize: i32,
  threads: i32,
): usize {
  return <usize>threads * scratchBytes(keys, size, valueSize);
}

/**
 * Gradients of `attentionForward`: dquery, dkey and dvalue in the forms of query, key and value, from `dout` in the form of
 * `out`, and from what the forward pass took and gave.
 * @cost 0.4 size(layout)
 * @module attention
 */
export function attentionBackward(
  thread: i32,
  threads: i32,
  dquery: usize,
  dkey: usize,
  dvalue: usize,
  dout: usize,
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
  const sizeBytes = (<usize>size) << 2;
  const valueBytes = (<usize>valueSize) << 2;
  const wideSize = panelRowBytes(size);
  const wideValue = panelRowBytes(valueSize);

  const keysByColumn = scratch + <usize>thread * scratchBytes(keys, size, valueSize);
  const valuesByColumn = keysByColumn + panelsBytes(size, keys);
  const keyPanels = valuesByColumn + panelsBytes(valueSize, keys);
  const dkeys = keyPanels + panelsBytes(keys, size);
  const dvalues = dkeys + wideRowsBytes(keys, size);
  const tile = dvalues + wideRowsBytes(keys, valueSize);
  const douts = tile + QUERIES * sizeBytes;
  const dots = douts + QUERIES * valueBytes;
  const tilePanels = dots + QUERIES * 4;
  const doutPanels = tilePanels + panelsBytes(ATTENTION_QUERIES, size);
  const dqueries = doutPanels + panelsBytes(ATTENTION_QUERIES, valueSize);
  const weights = dqueries + wideRowsBytes(ATTENTION_QUERIES, size);
  const dscores = weights + SCORES_BYTES;
  const leftQueries = dscores + SCORES_BYTES;
  const leftDouts = leftQueries + leftBytes(ATTENTION_QUERIES, size);
  const leftScores = leftDouts + leftBytes(ATTENTION_QUERIES, valueSize);

  const perKey = a.heads / a.keyHeads;
  const queryStride = <usize>a.heads * sizeBytes;
  const outStride = <usize>a.heads * valueBytes;
  const items = a.batch * a.keyHeads;
  const end = shareEnd(items, thread, threads, 1);
  for (let item = shareBegin(items, thread, threads, 1); item < end; item++) {
    const batch = item / a.keyHeads;
    const keyHead = item % a.keyHeads;
    const start = <usize>batch * <usize>keys * <usize>a.keyHeads + <usize>keyHead;
    const keyAt = key + start * sizeBytes;
    pack(keysByColumn, keyAt, size, keys, a.keyHeads * size, 1);
    pack(keyPanels, keyAt, keys, size, a.keyHeads * size, 0);
    pack(valuesByColumn, value + start * valueBytes, valueSize, keys, a.keyHeads * valueSize, 1);
    memory.fill(dkeys, 0, wideRowsBytes(keys, size) + wideRowsBytes(keys, valueSize));
    for (let head = keyHead * perKey; head < (keyHead + 1) * perKey; head++) {
      for (let first = 0; first < queries; first += ATTENTION_QUERIES) {
        const rows = min(ATTENTION_QUERIES, queries - first);
        const row0 = (<usize>batch * <usize>queries + <usize>first) * <usize>a.heads + <usize>head;
        gatherRows(tile, query + row0 * sizeBytes, queryStride, rows, size, scale);
        gatherRows(douts, dout + row0 * valueBytes, outStride, rows, valueSize, 1);
        packLeft(leftQueries, tile, sizeBytes, rows, size);
        packLeft(leftDouts, douts, valueBytes, rows, valueSize);
        pack(tilePanels, tile, rows, size, size, 0);
        pack(doutPanels, douts, rows, valueSize, valueSize, 0);
        let from = out + row0 * valueBytes;
        for (let row: usize = 0; row < <usize>rows; row++, from += outStride) {
          store<f32>(dots + (row << 2), rowDot(douts + row * valueBytes, from, valueSize));
        }
        memory.fill(dqueries, 0, wideRowsBytes(rows, size));
        const pairs =
          stats + ((<usize>(batch * a.heads + head) * <usize>queries + <usize>first) << 3);
        const last = endOfKeys(a, mask, first + rows - 1);
        for (let k = 0; k < last; k += ATTENTION_KEYS) {
          const count = min(ATTENTION_KEYS, last - k);
          const column = <usize>(k / NR) * NR_BYTES;
          const at = keysByColumn + column * <usize>size;
          multiply(
            weights,
            SCORE_ROW_BYTES,
            leftQueries,
            at,
            <usize>size * NR_BYTES,
            rows,
            count,
            size,
            0,
            causalOf(a, mask, Causal.Columns),
            first - k,
          );
          const valueAt = valuesByColumn + column * <usize>valueSize;
          multiply(
            dscores,
            SCORE_ROW_BYTES,
            leftDouts,
            valueAt,
            <usize>valueSize * NR_BYTES,
            rows,
            count,
            valueSize,
            0,
            causalOf(a, mask, Causal.Columns),
            first - k,
          );
          for (let row = 0; row < rows; row++) {
            const p = weights + <usize>row * SCORE_ROW_BYTES;
            const ds = dscores + <usize>row * SCORE_ROW_BYTES;
            const seen = keysOf(a, mask, first + row, k, count);
            clearFrom(p, seen, count);
            clearFrom(ds, seen, count);
            const own = maskOf(mask, a, batch, head, first + row);
            hide(p, own, a, first + row, k, seen, HIDDEN);
            const pair = pairs + ((<usize>row) << 3);
            exponentials(p, seen, load<f32>(pair));
            const dot = load<f32>(dots + ((<usize>row) << 2));
            throughSoftmax(ds, p, 1 / load<f32>(pair, 4), dot, seen);
            hide(ds, own, a, first + row, k, seen, 0);
          }
          const rowsOfKeys = <usize>k;
          packLeftTransposed(leftScores, weights, SCORE_ROW_BYTES, count, rows);
          multiply(
            dvalues + rowsOfKeys * wideValue,
            wideValue,
            leftScores,
            doutPanels,
            <usize>rows * NR_BYTES,
            count,
            valueSize,
            rows,
            1,
            causalOf(a, mask, Causal.From),
            first - k,
          );
          packLeftTransposed(leftScores, dscores, SCORE_ROW_BYTES, count, rows);
          multiply(
            dkeys + rowsOfKeys * wideSize,
            wideSize,
            leftScores,
            tilePanels,
            <usize>rows * NR_BYTES,
            count,
            size,
            rows,
            1,
            causalOf(a, mask, Causal.From),
            first - k,
          );
          packLeft(leftScores, dscores, SCORE_ROW_BYTES, rows, count);
          multiply(
            dqueries,
            wideSize,
            leftScores,
            keyPanels + <usize>k * NR_BYTES,
            <usize>keys * NR_BYTES,
            rows,
            size,
            count,
            1,
            causalOf(a, mask, Causal.UpTo),
            first - k,
          );
        }
        spreadRows(dquery + row0 * sizeBytes, queryStride, dqueries, wideSize, rows, size, scale);
      }
    }
    spreadRows(
      dkey + start * sizeBytes,
      <usize>a.keyHeads * sizeBytes,
      dkeys,
      wideSize,
      keys,
      size,
      1,
    );
    spreadRows(
      dvalue + start * valueBytes,
      <usize>a.keyHeads * valueBytes,
      dvalues,
      wideValue,
      keys,
      valueSize,
      1,
    );
  }
}

/** p[n] = factor · p[n], ds[n] = p[n] · (ds[n] - dot) */
function throughSoftmax(ds: usize, p: usize, factor: f32, dot: f32, n: i32): void {
  const f = f32x4.splat(factor);
  const d = f32x4.splat(dot);
  for (; n >= 4; n -= 4, p += 16, ds += 16) {
    const weight = f32x4.mul(v128.load(p), f);
    v128.store(p, weight);
    v128.store(ds, f32x4.mul(weight, f32x4.sub(v128.load(ds), d)));
  }
  if (n == 0) return;
  const weight = f32x4.mul(loadVector(p, n), f);
  storeVector(p, weight, n);
  storeVector(ds, f32x4.mul(weight, f32x4.sub(loadVector(ds, n), d)), n);
}
