// Sums of rows of B, each times a number: c[columns] += Σ values[s] · b[offsets[s], columns], without the numbers that
// are zero.
//
// A block of columns stays in registers while all rows of the list go by. 24 columns are six vectors; with their six
// of B and the number they fill the vector registers. One vector more, or a second row before the first is added, and
// engines spill (measured: 30 GFLOP/s in L1, with eight vectors 20, with six rows and two vectors 22).
import { loadVector, madd, storeVector } from '../lanes';

/** The lists of values and of offsets need room for one more than there are elements. */
export const LIST_PADDING: i32 = 1;

/**
 * The elements of x[count] (`stride` bytes apart) that are not zero, and the offsets of the rows that they meet:
 * the first is at `row`, the next `rowBytes` further. Returns how many there are. No branch, since zeros come in
 * no order; what is written behind the last one is overwritten by the next.
 */
export function listNonZero(
  values: usize,
  offsets: usize,
  x: usize,
  count: i32,
  stride: usize,
  row: usize,
  rowBytes: usize,
): i32 {
  const first = offsets;
  for (const end = x + <usize>count * stride; x < end; x += stride, row += rowBytes) {
    const bits = load<i32>(x);
    store<i32>(values, bits);
    store<u32>(offsets, <u32>row);
    // Shifting the sign out makes −0 count as zero.
    const kept = usize(bits << 1 != 0) << 2;
    values += kept;
    offsets += kept;
  }
  return <i32>((offsets - first) >> 2);
}

/** Adds the `kept` rows of a list to c, in their order. B must be finite. */
export function addSparseRows(
  c: usize,
  columns: i32,
  values: usize,
  offsets: usize,
  kept: i32,
  b: usize,
): void {
  const end = values + ((<usize>kept) << 2);
  // 32 columns are two blocks of 16: better than one of 24 and a rest.
  for (; columns >= 24 && columns != 32; columns -= 24, c += 96, b += 96) {
    addColumns24(c, values, end, offsets, b);
  }
  for (; columns >= 16; columns -= 16, c += 64, b += 64) addColumns16(c, values, end, offsets, b);
  for (; columns > 0; columns -= 4, c += 16, b += 16) {
    let sum = loadVector(c, columns);
    for (let v = values, o = offsets; v < end; v += 4, o += 4) {
      const row = b + <usize>load<u32>(o);
      sum = madd(v128.load_splat<f32>(v), loadVector(row, columns), sum);
    }
    storeVector(c, sum, columns);
  }
}

/** Exported, so that it stays a function of its own. */
export function addColumns24(c: usize, values: usize, end: usize, offsets: usize, b: usize): void {
  let s0 = v128.load(c);
  let s1 = v128.load(c, 16);
  let s2 = v128.load(c, 32);
  let s3 = v128.load(c, 48);
  let s4 = v128.load(c, 64);
  let s5 = v128.load(c, 80);
  for (; values < end; values += 4, offsets += 4) {
    const row = b + <usize>load<u32>(offsets);
    const x = v128.load_splat<f32>(values);
    s0 = madd(x, v128.load(row), s0);
    s1 = madd(x, v128.load(row, 16), s1);
    s2 = madd(x, v128.load(row, 32), s2);
    s3 = madd(x, v128.load(row, 48), s3);
    s4 = madd(x, v128.load(row, 64), s4);
    s5 = madd(x, v128.load(row, 80), s5);
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
  v128.store(c, s2, 32);
  v128.store(c, s3, 48);
  v128.store(c, s4, 64);
  v128.store(c, s5, 80);
}

/** Exported, so that it stays a function of its own. */
export function addColumns16(c: usize, values: usize, end: usize, offsets: usize, b: usize): void {
  let s0 = v128.load(c);
  let s1 = v128.load(c, 16);
  let s2 = v128.load(c, 32);
  let s3 = v128.load(c, 48);
  for (; values < end; values += 4, offsets += 4) {
    const row = b + <usize>load<u32>(offsets);
    const x = v128.load_splat<f32>(values);
    s0 = madd(x, v128.load(row), s0);
    s1 = madd(x, v128.load(row, 16), s1);
    s2 = madd(x, v128.load(row, 32), s2);
    s3 = madd(x, v128.load(row, 48), s3);
  }
  v128.store(c, s0);
  v128.store(c, s1, 16);
  v128.store(c, s2, 32);
  v128.store(c, s3, 48);
}
