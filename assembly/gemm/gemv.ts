// Products with few rows of A: packing B would cost as much as the product, so B is read once, as it lies.
//
// A row of A is first reduced to what is not zero, and the rows of B that are left are added up, six at a
// time and two vectors wide: wider or with more rows the pointers no longer fit the registers; blocks of
// columns that stay in registers would read B with large strides, for which prefetching fails (measured:
// 34 µs for 784 × 512 against 39 to 46).
//
// Scratch of one thread, for k elements of A, filled up to whole sixes:    values │ offsets
import { loadVector, madd, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { epilogue } from './epilogue';
import { listNonZero } from './sparse-rows';

/** Columns that threads take at a time: two cache lines. */
const GRAIN: i32 = 32;

/** Rows of B that are added in one go. */
const ROWS: i32 = 6;

/** Bytes of scratch that `gemv` needs. */
export function gemvScratchBytes(k: i32, threads: i32): usize {
  return <usize>threads * <usize>(k + ROWS) * 8;
}

/**
 * c[m,n] = activation(A[m,k] · B[k,n] + bias[n]), both row-major without gaps; `bias` 0 for none. Rows of B
 * whose element of A is zero are not read, so B must be finite. Each element is one sum over k in order,
 * starting at +0: the same bits as `gemm`. Split over columns.
 */
export function gemv(
  thread: i32,
  threads: i32,
  c: usize,
  a: usize,
  b: usize,
  bias: usize,
  m: i32,
  n: i32,
  k: i32,
  activation: i32,
  scratch: usize,
): void {
  const values = scratch + <usize>thread * <usize>(k + ROWS) * 8;
  const offsets = values + ((<usize>(k + ROWS)) << 2);
  const begin = shareBegin(n, thread, threads, GRAIN);
  const end = shareEnd(n, thread, threads, GRAIN);
  const rowBytes = (<usize>n) << 2;
  for (let i = 0; i < m; i++, a += (<usize>k) << 2, c += rowBytes) {
    const kept = listNonZero(values, offsets, a, k, 4, 0, rowBytes);
    // Zeros fill up the last six: adding ±0 changes no sum.
    memory.fill(values + ((<usize>kept) << 2), 0, (<usize>(ROWS - 1)) << 2);
    memory.fill(offsets + ((<usize>kept) << 2), 0, (<usize>(ROWS - 1)) << 2);
    const at = (<usize>begin) << 2;
    const columns = max(0, end - begin);
    const wide = columns & ~7;
    memory.fill(c + at, 0, (<usize>wide) << 2);
    for (let p: usize = 0; p < (<usize>kept) << 2; p += (<usize>ROWS) << 2) {
      addRows6(c + at, wide, values + p, offsets + p, b + at);
    }
    const rest = at + ((<usize>wide) << 2);
    addColumns(c + rest, columns - wide, values, offsets, kept, b + rest);
    if (bias || activation) epilogue(c + at, 0, 1, columns, bias ? bias + at : 0, activation);
  }
}

/**
 * c[columns] += six rows of B times their elements of A, one after the other; columns a multiple of eight.
 * Exported, so that it stays a function of its own, and without a tail, which would cost it registers.
 */
export function addRows6(c: usize, columns: i32, values: usize, offsets: usize, b: usize): void {
  const x0 = v128.load_splat<f32>(values);
  const x1 = v128.load_splat<f32>(values, 4);
  const x2 = v128.load_splat<f32>(values, 8);
  const x3 = v128.load_splat<f32>(values, 12);
  const x4 = v128.load_splat<f32>(values, 16);
  const x5 = v128.load_splat<f32>(values, 20);
  let b0 = b + <usize>load<u32>(offsets);
  let b1 = b + <usize>load<u32>(offsets, 4);
  let b2 = b + <usize>load<u32>(offsets, 8);
  let b3 = b + <usize>load<u32>(offsets, 12);
  let b4 = b + <usize>load<u32>(offsets, 16);
  let b5 = b + <usize>load<u32>(offsets, 20);
  for (const end = c + ((<usize>columns) << 2); c < end; c += 32) {
    let s = v128.load(c);
    let t = v128.load(c, 16);
    s = madd(x0, v128.load(b0), s);
    t = madd(x0, v128.load(b0, 16), t);
    s = madd(x1, v128.load(b1), s);
    t = madd(x1, v128.load(b1, 16), t);
    s = madd(x2, v128.load(b2), s);
    t = madd(x2, v128.load(b2, 16), t);
    s = madd(x3, v128.load(b3), s);
    t = madd(x3, v128.load(b3, 16), t);
    s = madd(x4, v128.load(b4), s);
    t = madd(x4, v128.load(b4, 16), t);
    s = madd(x5, v128.load(b5), s);
    t = madd(x5, v128.load(b5, 16), t);
    v128.store(c, s);
    v128.store(c, t, 16);
    b0 += 32;
    b1 += 32;
    b2 += 32;
    b3 += 32;
    b4 += 32;
    b5 += 32;
  }
}

/** c[columns] = Σ values[s] · b[offsets[s], columns], for the fewer than eight columns at the end. */
function addColumns(
  c: usize,
  columns: i32,
  values: usize,
  offsets: usize,
  count: i32,
  b: usize,
): void {
  for (; columns > 0; columns -= 4, c += 16, b += 16) {
    let sum = f32x4.splat(0);
    for (let s: usize = 0; s < (<usize>count) << 2; s += 4) {
      const row = b + <usize>load<u32>(offsets + s);
      sum = madd(v128.load_splat<f32>(values + s), loadVector(row, columns), sum);
    }
    storeVector(c, sum, columns);
  }
}
