// The product with an A that has many zeros: each row goes by the list of what is not zero in it (`row-lists.ts`),
// through a tile of one row × 32 columns. The tile of three rows (`micro.ts`) loads less for a product of two numbers
// (46 against 41 GFLOP/s in the first-level cache), but has to go by the zeros that three rows have in common.
//
// Where B has the zeros and A has none, the same computes the transpose, Cᵀ = Bᵀ · Aᵀ, and turns what it writes.
import { Epilogue } from '../codes';
import { loadVector, madd } from '../lanes';
import { largerBits } from '../magnitude';
import { transposeTile } from '../ops/transpose';
import { shareBegin, shareEnd } from '../split';
import {
  LISTED_COLUMNS,
  LISTED_GROUP,
  LISTED_NEAR_BYTES,
  LISTED_ROWS,
  LISTED_SMALL_BYTES,
  LISTED_TURNED_ROWS,
  LISTED_WHOLE_ROW,
} from '../tuning';
import { copyTile } from './edge';
import { epilogue } from './epilogue';
import { isNonFinite, packTransposed } from './pack';
import { listStart, PANEL_ROW_BYTES, SPAN_BYTES } from './row-lists';
import { addColumns } from './sparse-rows';

/** Bytes of the tiles that are turned together. */
const TILES_BYTES: usize = PANEL_ROW_BYTES * LISTED_TURNED_ROWS;

// @ts-ignore: decorator
@inline
function panelCount(n: i32): i32 {
  return (n + LISTED_COLUMNS - 1) / LISTED_COLUMNS;
}

/**
 * Bytes of packed B[k,n]: panels of 32 columns, for each a word a thread that says whether the rows which that thread
 * has packed hold NaN or infinity, and for each thread as many rows of a panel as are turned together.
 * @module core
 */
export function gemmListedPackedBytes(k: i32, n: i32, threads: i32): usize {
  const panels = <usize>panelCount(n);
  const words = panels * <usize>threads * 4;
  return panels * <usize>k * PANEL_ROW_BYTES + words + <usize>threads * TILES_BYTES;
}

/**
 * packed = B[k,n], for `slots` threads at most. B is row-major with `ldb` floats from row to row, or, if `transposed`, its
 * transpose [n,k] is. Split over rows, as optimizers split weights: most of what a thread reads is what it has
 * written, and still in its cache.
 * @cost 0.2 k·n
 */
export function gemmListedPack(
  thread: i32,
  threads: i32,
  packed: usize,
  b: usize,
  k: i32,
  n: i32,
  ldb: i32,
  transposed: i32,
  slots: i32,
): void {
  const panels = panelCount(n);
  const stride = (<usize>ldb) << 2;
  const bytes = <usize>k * PANEL_ROW_BYTES;
  const grain = transposed ? 4 : 1;
  const firstRow = shareBegin(k, thread, threads, grain);
  const lastRow = shareEnd(k, thread, threads, grain);
  // The last thread answers for those that take no part.
  const lastSlot = thread == threads - 1 ? slots : thread + 1;
  let flags = packed + <usize>panels * bytes;
  const together = panels <= LISTED_WHOLE_ROW ? panels : LISTED_GROUP;
  for (let j = 0; j < panels; j += together) {
    const count = min(together, panels - j);
    const group = packed + <usize>j * bytes;
    for (let q = 0; q < count; q++) {
      let bad = 0;
      if (transposed) {
        const to = group + <usize>q * bytes + <usize>firstRow * PANEL_ROW_BYTES;
        const column = (j + q) * LISTED_COLUMNS;
        const from = b + <usize>column * stride + ((<usize>firstRow) << 2);
        const columns = min(LISTED_COLUMNS, n - column);
        const rows = lastRow - firstRow;
        const bits = packTransposed(to, PANEL_ROW_BYTES, from, rows, columns, stride);
        bad = i32(isNonFinite(bits));
      }
      store<i32>(flagAt(flags, q, thread, slots), bad);
      for (let slot = thread + 1; slot < lastSlot; slot++) {
        store<i32>(flagAt(flags, q, slot, slots), 0);
      }
    }
    for (let p = transposed ? lastRow : firstRow; p < lastRow; p++) {
      const row = b + <usize>p * stride + <usize>j * PANEL_ROW_BYTES;
      const to = group + <usize>p * PANEL_ROW_BYTES;
      for (let q = 0; q < count; q++) {
        const at = <usize>q * PANEL_ROW_BYTES;
        const bad = packRow(to + <usize>q * bytes, row + at, n - (j + q) * LISTED_COLUMNS);
        if (bad) store<i32>(flagAt(flags, q, thread, slots), 1);
      }
    }
    flags = flagAt(flags, count, 0, slots);
  }
}

/** Where the word of a panel and a thread is. */
// @ts-ignore: decorator
@inline
function flagAt(flags: usize, panel: i32, slot: i32, slots: i32): usize {
  return flags + ((<usize>panel * <usize>slots + <usize>slot) << 2);
}

/** Whether all of a panel is finite, by its words. */
function isPanelFinite(flags: usize, panel: i32, slots: i32): bool {
  let any = 0;
  for (let slot = 0; slot < slots; slot++) any |= load<i32>(flagAt(flags, panel, slot, slots));
  return any == 0;
}

/** Copies a row of a panel, filled up with zeros; whether it holds NaN or infinity. */
// @ts-ignore: decorator
@inline
function packRow(to: usize, from: usize, columns: i32): bool {
  let bits = i32x4.splat(0);
  if (columns >= LISTED_COLUMNS) {
    for (let at: usize = 0; at < PANEL_ROW_BYTES; at += 64) {
      const x0 = v128.load(from + at);
      const x1 = v128.load(from + at, 16);
      const x2 = v128.load(from + at, 32);
      const x3 = v128.load(from + at, 48);
      v128.store(to + at, x0);
      v128.store(to + at, x1, 16);
      v128.store(to + at, x2, 32);
      v128.store(to + at, x3, 48);
      bits = largerBits(largerBits(largerBits(largerBits(bits, x0), x1), x2), x3);
    }
  } else {
    for (let j = 0; j < LISTED_COLUMNS; j += 4) {
      const at = (<usize>j) << 2;
      const x = loadVector(from + at, columns - j);
      v128.store(to + at, x);
      bits = largerBits(bits, x);
    }
  }
  return isNonFinite(bits);
}

/**
 * c[m,n] = activation(A[m,k] · B[k,n] + bias[n]), by the row lists of A; `bias` 0 for none. A itself, as `listRows` read it, is
 * read where B is not finite; `slots` as it was packed. `ldc` floats are from row to row of c. If `isTurned`, c is the
 * transpose [n,m], without bias and activation. Sums start at +0 if `sums` is 0, or at what c holds if `sums` is c, and
 * go over k in order: the same bits as `gemm`. Split over panels or rows.
 * @cost 0.015 m·n·k
 */
export function gemmListed(
  thread: i32,
  threads: i32,
  c: usize,
  a: usize,
  lists: usize,
  packed: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  lda: i32,
  ldc: i32,
  transposed: i32,
  isTurned: i32,
  sums: usize,
  activation: Epilogue,
  slots: i32,
): void {
  const panels = panelCount(n);
  const panelBytes = <usize>k * PANEL_ROW_BYTES;
  const flags = packed + <usize>panels * panelBytes;
  const edge = flagAt(flags, panels, 0, slots) + <usize>thread * TILES_BYTES;
  const isNear = panelBytes <= <usize>LISTED_NEAR_BYTES;
  const isSmall = !isTurned && !isNear && <usize>panels * panelBytes <= <usize>LISTED_SMALL_BYTES;
  // As optimizers split weights, where C is a gradient: what a thread has written is in its cache when it updates them.
  const byRows = panels < 4 * threads || isSmall || (transposed && !isTurned);
  const together = isTurned ? LISTED_TURNED_ROWS : 1;
  const endRow = byRows ? shareEnd(m, thread, threads, together) : m;
  const firstPanel = byRows ? 0 : shareBegin(panels, thread, threads, 1);
  const endPanel = byRows ? panels : shareEnd(panels, thread, threads, 1);
  const step = isSmall ? LISTED_ROWS : m;
  const accumulate = sums == c;
  const rowBytes = (<usize>ldc) << 2;
  const rowStride: usize = transposed ? 4 : (<usize>lda) << 2;
  const sliceStride: usize = transposed ? (<usize>lda) << 2 : 4;
  const start = listStart(lists, m);
  let first = byRows ? shareBegin(m, thread, threads, together) : 0;
  for (; first < endRow; first += step) {
    const last = min(endRow, first + step);
    for (let j = firstPanel; j < endPanel; j++) {
      const columns = min(LISTED_COLUMNS, n - j * LISTED_COLUMNS);
      const at = <usize>j * PANEL_ROW_BYTES;
      const panel = packed + <usize>j * panelBytes;
      const isFinite = isPanelFinite(flags, j, slots);
      const isWhole = columns == LISTED_COLUMNS && !isTurned;
      const group = isWhole ? last - first : LISTED_TURNED_ROWS;
      for (let i = first; i < last; i += group) {
        const rows = min(group, last - i);
        const to =
          c +
          (isTurned
            ? ((<usize>i) << 2) + <usize>(j * LISTED_COLUMNS) * rowBytes
            : at + <usize>i * rowBytes);
        if (!isWhole && accumulate) {
          if (isTurned) transposeTile(edge, to, columns, rows, PANEL_ROW_BYTES, rowBytes);
          else copyTile(edge, PANEL_ROW_BYTES, to, rowBytes, rows, columns);
        }
        const tile = isWhole ? to : edge;
        const stride = isWhole ? rowBytes : PANEL_ROW_BYTES;
        if (isFinite) {
          const spans = lists + <usize>i * SPAN_BYTES;
          multiplyLists(tile, stride, rows, spans, start, panel, accumulate);
        } else {
          const from = a + <usize>i * rowStride;
          multiplyRows(tile, stride, rows, from, rowStride, sliceStride, panel, k, accumulate);
        }
        if (isTurned) transposeTile(to, edge, rows, columns, rowBytes, PANEL_ROW_BYTES);
        else if (!isWhole) copyTile(to, rowBytes, edge, PANEL_ROW_BYTES, rows, columns);
      }
      if (!isTurned && (bias || activation)) {
        const to = c + at + <usize>first * rowBytes;
        epilogue(to, rowBytes, last - first, columns, bias ? bias + at : 0, activation);
      }
    }
  }
}

/**
 * c[rows,32] (+)= the rows of A whose lists follow one another, times a panel. Exported, so that it stays a function of its
 * own: within the loops over panels a tile takes 7.5 ns beside its products, since the engine has too much to keep over a call; here
 * 3.5 (measured).
 * @module core
 */
export function multiplyLists(
  c: usize,
  rowBytes: usize,
  rows: i32,
  spans: usize,
  start: usize,
  panel: usize,
  accumulate: bool,
): void {
  for (; rows > 0; rows--, c += rowBytes, spans += SPAN_BYTES) {
    const list = start + <usize>load<u32>(spans);
    const end = start + <usize>load<u32>(spans, 4);
    if (accumulate) gemmTile1x32Added(c, list, end, panel);
    else gemmTile1x32Listed(c, list, end, panel);
  }
}

/** c[rows,32] (+)= a[rows,k] · b[k,32] with all its zeros: 0 · NaN is NaN. Strides of a are in bytes. */
function multiplyRows(
  c: usize,
  rowBytes: usize,
  rows: i32,
  a: usize,
  rowStride: usize,
  step: usize,
  b: usize,
  k: i32,
  accumulate: bool,
): void {
  for (; rows > 0; rows--, c += rowBytes, a += rowStride) {
    for (let at: usize = 0; at < PANEL_ROW_BYTES; at += 16) {
      let sum = accumulate ? v128.load(c + at) : f32x4.splat(0);
      for (let p: usize = 0; p < <usize>k; p++) {
        const row = v128.load(b + at + p * PANEL_ROW_BYTES);
        sum = madd(v128.load_splat<f32>(a + p * step), row, sum);
      }
      v128.store(c + at, sum);
    }
  }
}

/**
 * c[32] = Σ value · b[offset, 32] over the pairs of a list. Exported, so that it stays a function of its own: with the loop over
 * rows around it, engines spill (measured: 26 and 18 GFLOP/s).
 * @module core
 */
export function gemmTile1x32Listed(c: usize, list: usize, end: usize, b: usize): void {
  addColumns(8, true, true, c, list, end, 0, b, 0);
}

/**
 * c[32] += Σ value · b[offset, 32].
 * @module core
 */
export function gemmTile1x32Added(c: usize, list: usize, end: usize, b: usize): void {
  addColumns(8, true, false, c, list, end, 0, b, 0);
}
