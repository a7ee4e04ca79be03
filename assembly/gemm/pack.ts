// Packing: the operands are copied once into the order in which the register tile reads them.
//
// Packed B, panels of NR columns one after the other, then one flag a panel:
//
//   panel 0: b[0,0..11] b[1,0..11] … b[k-1,0..11] │ panel 1: b[0,12..23] … │ … │ flag 0, flag 1, …
//
// Columns beyond n are zero. A panel's flag is 1 if it holds NaN or infinity: then zeros of A must not
// be skipped, because 0 · NaN is NaN.
//
// Packed A panel, MR rows:
//
//   values:  a[0,p] a[1,p] a[2,p]  for each p
//
// Where slices that are zero in all rows are dropped, the others move together, and offsets say where the row of the B panel
// starts that each of them meets: p · NR_BYTES.
import { loadVector } from '../lanes';
import { largerBits } from '../magnitude';
import { shareBegin, shareEnd } from '../split';
import { MR, NR, PACK_ROWS, ZERO_SAMPLE } from '../tuning';

/** Bytes of one row of a packed B panel, and of one k-slice of a packed A panel. */
export const NR_BYTES: usize = 4 * NR;
export const MR_BYTES: usize = 4 * MR;

/** Bytes from row to row of a buffer for n numbers a row: whole panels, since products write these. */
export function panelRowBytes(n: i32): usize {
  return <usize>((n + NR - 1) / NR) * NR_BYTES;
}

/** Whether a number whose bits went into `bits` is NaN or infinity: all bits of its exponent are set. */
// @ts-ignore: decorator
@inline
export function isNonFinite(bits: v128): bool {
  return v128.any_true(i32x4.ge_u(bits, i32x4.splat(0xff000000)));
}

/**
 * Bytes of packed B[k,n].
 * @module core
 */
export function gemmPackedBytes(k: i32, n: i32): usize {
  const panels = <usize>((n + NR - 1) / NR);
  return panels * (<usize>k * NR_BYTES + 4);
}

/** Where the flags of packed B[k,n] begin. */
// @ts-ignore: decorator
@inline
export function flagsOf(packed: usize, k: i32, n: i32): usize {
  return packed + <usize>((n + NR - 1) / NR) * <usize>k * NR_BYTES;
}

/**
 * packed = B[k,n]. B is row-major with `ldb` floats from row to row, or, if `transposed`, its
 * transpose [n,k] is. Split over panels.
 * @cost 0.2 k·n
 */
export function gemmPackB(
  thread: i32,
  threads: i32,
  packed: usize,
  b: usize,
  k: i32,
  n: i32,
  ldb: i32,
  transposed: i32,
): void {
  const panels = (n + NR - 1) / NR;
  const begin = shareBegin(panels, thread, threads, 1);
  const end = shareEnd(panels, thread, threads, 1);
  const flags = flagsOf(packed, k, n);
  memory.fill(flags + ((<usize>begin) << 2), 0, (<usize>(end - begin)) << 2);
  const stride = (<usize>ldb) << 2;
  const rowStride: usize = transposed ? 4 : stride;
  const columnStride: usize = transposed ? stride : 4;
  // Rows of a row-major B are read through all panels, as they lie in memory.
  const together = transposed ? k : PACK_ROWS;
  for (let p = 0; p < k; p += together) {
    const rows = min(together, k - p);
    for (let panel = begin; panel < end; panel++) {
      const to = packed + (<usize>panel * <usize>k + <usize>p) * NR_BYTES;
      const column = panel * NR;
      const columns = min(NR, n - column);
      const from = b + <usize>p * rowStride + <usize>column * columnStride;
      const bits = transposed
        ? packTransposed(to, NR_BYTES, from, rows, columns, stride)
        : packPlain(to, from, rows, columns, stride);
      if (isNonFinite(bits)) store<i32>(flags + ((<usize>panel) << 2), 1);
    }
  }
}

/** The columns of a panel of a row-major B: rows are copied as they are, and filled up with zeros. */
function packPlain(to: usize, from: usize, k: i32, columns: i32, stride: usize): v128 {
  let bits = i32x4.splat(0);
  const end = to + <usize>k * NR_BYTES;
  if (columns == NR) {
    for (; to < end; to += NR_BYTES, from += stride) {
      const x0 = v128.load(from);
      const x1 = v128.load(from, 16);
      const x2 = v128.load(from, 32);
      v128.store(to, x0);
      v128.store(to, x1, 16);
      v128.store(to, x2, 32);
      bits = largerBits(largerBits(largerBits(bits, x0), x1), x2);
    }
  } else {
    for (; to < end; to += NR_BYTES, from += stride) {
      for (let j = 0; j < NR; j += 4) {
        const at = (<usize>j) << 2;
        const x = j < columns ? loadVector(from + at, columns - j) : i32x4.splat(0);
        v128.store(to + at, x);
        bits = largerBits(bits, x);
      }
    }
  }
  return bits;
}

/**
 * The columns of a panel, `rowBytes` wide, of a B whose transpose is row-major: 4×4 blocks are turned in registers. Returns
 * their largest bits.
 */
export function packTransposed(
  to: usize,
  rowBytes: usize,
  from: usize,
  k: i32,
  columns: i32,
  stride: usize,
): v128 {
  if ((<usize>columns) << 2 < rowBytes) memory.fill(to, 0, <usize>k * rowBytes);
  let bits = i32x4.splat(0);
  const whole = columns & ~3;
  const rest = to + ((<usize>whole) << 2);
  const restFrom = from + <usize>whole * stride;
  let p = 0;
  for (; p + 4 <= k; p += 4, to += 4 * rowBytes, from += 16) {
    let source = from;
    for (let at = to, end = to + ((<usize>whole) << 2); at < end; at += 16, source += stride << 2) {
      const r0 = v128.load(source);
      const r1 = v128.load(source + stride);
      const r2 = v128.load(source + 2 * stride);
      const r3 = v128.load(source + 3 * stride);
      bits = largerBits(largerBits(largerBits(largerBits(bits, r0), r1), r2), r3);
      const t0 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
      const t1 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
      const t2 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
      const t3 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
      v128.store(at, i64x2.shuffle(t0, t2, 0, 2));
      v128.store(at + rowBytes, i64x2.shuffle(t0, t2, 1, 3));
      v128.store(at + 2 * rowBytes, i64x2.shuffle(t1, t3, 0, 2));
      v128.store(at + 3 * rowBytes, i64x2.shuffle(t1, t3, 1, 3));
    }
  }
  bits = packNumbers(bits, to, rowBytes, from, k - p, whole, stride);
  return packNumbers(bits, rest, rowBytes, restFrom, k, columns - whole, stride);
}

/** What 4×4 blocks of a transposed B leave: one number at a time. */
function packNumbers(
  bits: v128,
  to: usize,
  rowBytes: usize,
  from: usize,
  k: i32,
  columns: i32,
  stride: usize,
): v128 {
  for (let j = 0; j < columns; j++, to += 4, from += stride) {
    for (let p: usize = 0; p < <usize>k; p++) {
      const x = v128.load32_zero(from + (p << 2));
      v128.store_lane<f32>(to + p * rowBytes, x, 0);
      bits = largerBits(bits, x);
    }
  }
  return bits;
}

/**
 * Packs `panels` whole panels of an A whose transpose is row-major: the rows of a slice lie side by side. Slices are gone
 * through once for all panels, since each lies in a line of the cache of its own. All slices are written; what `dropZeros`
 * leaves comes later.
 */
export function packSideBySide(
  values: usize,
  a: usize,
  panels: i32,
  k: i32,
  sliceStride: usize,
): void {
  const panelBytes = <usize>k * MR_BYTES;
  const width = <usize>panels * MR_BYTES;
  for (let p = 1; p < k; p++, a += sliceStride, values += MR_BYTES) {
    // A vector holds the three rows and a neighbour, which is overwritten by the next slice.
    let to = values;
    for (let at: usize = 0; at < width; at += MR_BYTES, to += panelBytes) {
      v128.store(to, v128.load(a + at));
    }
  }
  // The last slice has no next one, and may have no neighbour.
  for (let at: usize = 0; at < width; at += MR_BYTES, values += panelBytes) {
    store<i64>(values, load<i64>(a + at));
    store<i32>(values, load<i32>(a + at, 8), 8);
  }
}

/**
 * Drops slices that are zero from a packed panel of k slices, and writes down where the others come from; returns how many
 * those are. If a sample finds none that is zero, all are kept, and nothing is written down.
 */
export function dropZeros(values: usize, offsets: usize, k: i32): i32 {
  const three = i32x4(-1, -1, -1, 0);
  const end = values + <usize>k * MR_BYTES;
  let from = values;
  // What lies behind the last slice is in the scratch as well, and does not count.
  while (from < end && isAnyNonZero(v128.load(from), three)) from += <usize>ZERO_SAMPLE * MR_BYTES;
  if (from >= end) return k;
  const firstOffset = offsets;
  let row = 0;
  for (from = values; from < end; from += MR_BYTES, row += <i32>NR_BYTES) {
    const x = v128.load(from);
    // Not a whole vector: the next load would wait until it had arrived in memory.
    v128.store_lane<i64>(values, x, 0);
    v128.store_lane<i32>(values, x, 2, 8);
    store<i32>(offsets, row);
    // No branch, since zeros come in no order.
    const listed = usize(isAnyNonZero(x, three));
    values += listed * MR_BYTES;
    offsets += listed << 2;
  }
  return <i32>((offsets - firstOffset) >> 2);
}

/** Whether any lane of x that is in the mask is not ±0. */
// @ts-ignore: decorator
@inline
function isAnyNonZero(x: v128, mask: v128): bool {
  // Shifting the sign out makes −0 count as zero.
  return v128.any_true(i32x4.shl(v128.and(x, mask), 1));
}

/** Bytes of a left operand A[rows, k] that `packLeft` has packed. */
export function leftBytes(rows: i32, k: i32): usize {
  return <usize>((rows + MR - 1) / MR) * <usize>k * MR_BYTES;
}

/** Packs a row-major A[rows, k], `rowBytes` from row to row, with all slices. There are rows up to the next multiple of MR. */
export function packLeft(left: usize, a: usize, rowBytes: usize, rows: i32, k: i32): void {
  for (; rows > 0; rows -= MR, left += <usize>k * MR_BYTES, a += <usize>MR * rowBytes) {
    packRows(left, a, a + rowBytes, a + 2 * rowBytes, k);
  }
}

/**
 * Packs a panel of MR rows and k columns that begin at `a`, `row1` and `row2`, with all slices: four columns of three rows
 * become four slices of three numbers in registers.
 */
export function packRows(values: usize, a: usize, row1: usize, row2: usize, k: i32): void {
  const whole = (<usize>(k & ~3)) << 2;
  let at: usize = 0;
  for (; at < whole; at += 16, values += 4 * MR_BYTES) {
    const x = v128.load(a + at);
    const y = v128.load(row1 + at);
    const z = v128.load(row2 + at);
    const xy01 = i32x4.shuffle(x, y, 0, 4, 1, 5);
    const xy23 = i32x4.shuffle(x, y, 2, 6, 3, 7);
    const yz1 = i32x4.shuffle(y, z, 1, 1, 5, 5);
    const yz3 = i32x4.shuffle(y, z, 3, 3, 7, 7);
    const z0x1 = i32x4.shuffle(z, x, 0, 0, 5, 5);
    const z2x3 = i32x4.shuffle(z, x, 2, 2, 7, 7);
    v128.store(values, i32x4.shuffle(xy01, z0x1, 0, 1, 4, 6));
    v128.store(values, i32x4.shuffle(yz1, xy23, 0, 2, 4, 5), 16);
    v128.store(values, i32x4.shuffle(z2x3, yz3, 0, 2, 4, 6), 32);
  }
  packSlices(values, a + at, row1 + at, row2 + at, k & 3, 4);
}

/** Packs such a panel one slice after the other, `sliceStride` bytes from slice to slice. */
export function packSlices(
  values: usize,
  a: usize,
  row1: usize,
  row2: usize,
  k: i32,
  sliceStride: usize,
): void {
  const end = <usize>k * sliceStride;
  for (let at: usize = 0; at < end; at += sliceStride, values += MR_BYTES) {
    store<i32>(values, load<i32>(a + at));
    store<i32>(values, load<i32>(row1 + at), 4);
    store<i32>(values, load<i32>(row2 + at), 8);
  }
}
