// Sums of rows of B, each times a number: c[columns] += Σ values[s] · b[offsets[s], columns], without the numbers that
// are zero.
//
// A block of columns stays in registers while all rows of the list go by: the wider it is, the fewer times the list is
// gone through. V8 loads all that lies at constant distances from one address before it adds, so that six vectors of B
// and six sums fill its registers (one vector more spills: 20 GFLOP/s instead of 30). Twelve sums fit if no more than
// three vectors are loaded from one address.
import { loadLanes, loadVector, madd, storeVector } from '../lanes';
import { append } from './compress';

/**
 * The elements of x[count] that are not zero, and the offsets of the rows that they meet: those of the first four are
 * `offset`, those of the next four `step` further. Returns the bytes of the list of values.
 */
export function listNonZero(
  values: usize,
  offsets: usize,
  x: usize,
  count: i32,
  offset: v128,
  step: v128,
): usize {
  const first = values;
  for (; count >= 4; count -= 4, x += 16) {
    const bytes = append(values, offsets, v128.load(x), offset);
    values += bytes;
    offsets += bytes;
    offset = i32x4.add(offset, step);
  }
  if (count > 0) values += append(values, offsets, loadLanes(x, count), offset);
  return values - first;
}

/**
 * Adds the rows of a list to `lines` lines c, in their order. From a line to the next, c is `cBytes` further and the
 * rows are `bBytes` further. B must be finite.
 */
export function addSparseRows(
  c: usize,
  cBytes: usize,
  lines: i32,
  columns: i32,
  values: usize,
  end: usize,
  offsets: usize,
  b: usize,
  bBytes: usize,
): void {
  for (; columns >= 48; columns -= 48, c += 192, b += 192) {
    for (let i = lines, to = c, from = b; i > 0; i--, to += cBytes, from += bBytes) {
      addColumns48(to, values, end, offsets, from, 48);
    }
  }
  // 32 columns are two blocks of 16: better than one of 24 and a rest.
  for (; columns >= 24 && columns != 32; columns -= 24, c += 96, b += 96) {
    for (let i = lines, to = c, from = b; i > 0; i--, to += cBytes, from += bBytes) {
      addColumns24(to, values, end, offsets, from);
    }
  }
  for (; columns >= 16; columns -= 16, c += 64, b += 64) {
    for (let i = lines, to = c, from = b; i > 0; i--, to += cBytes, from += bBytes) {
      addColumns16(to, values, end, offsets, from);
    }
  }
  for (; columns > 0; columns -= 4, c += 16, b += 16) {
    for (let i = lines, to = c, from = b; i > 0; i--, to += cBytes, from += bBytes) {
      let sum = loadVector(to, columns);
      for (let v = values, o = offsets; v < end; v += 4, o += 4) {
        const row = from + <usize>load<u32>(o);
        sum = madd(v128.load_splat<f32>(v), loadVector(row, columns), sum);
      }
      storeVector(to, sum, columns);
    }
  }
}

/**
 * 48 columns, of which 12 lie `groupBytes` after the 12 before them: a number that the engine must not know, even where
 * it is always 48. The side module for convolutions exports it, so that the compiler leaves it that argument.
 * @module windows
 */
export function addColumns48(
  c: usize,
  values: usize,
  end: usize,
  offsets: usize,
  b: usize,
  groupBytes: usize,
): void {
  addColumns(12, false, false, c, values, end, offsets, b, groupBytes);
}

/**
 * Exported, so that it stays a function of its own.
 * @module core
 */
export function addColumns24(c: usize, values: usize, end: usize, offsets: usize, b: usize): void {
  addColumns(6, false, false, c, values, end, offsets, b, 0);
}

/**
 * Exported, so that it stays a function of its own.
 * @module core
 */
export function addColumns16(c: usize, values: usize, end: usize, offsets: usize, b: usize): void {
  addColumns(4, false, false, c, values, end, offsets, b, 0);
}

/**
 * c[4 · vectors] (+)= Σ values[s] · b[offsets[s], 4 · vectors], of 4, 6, 8 or 12 vectors. `arePairs`: each offset stands
 * behind its value, and there is no list of offsets. `isFirst`: the sums start at 0 and not at c. Of twelve vectors
 * three lie `groupBytes` after the three before them.
 */
// @ts-ignore: decorator
@inline
export function addColumns(
  vectors: i32,
  arePairs: bool,
  isFirst: bool,
  c: usize,
  values: usize,
  end: usize,
  offsets: usize,
  b: usize,
  groupBytes: usize,
): void {
  const isGrouped = vectors == 12;
  let s0 = isFirst ? f32x4.splat(0) : v128.load(c);
  let s1 = isFirst ? s0 : v128.load(c, 16);
  let s2 = isFirst ? s0 : v128.load(c, 32);
  let s3 = isFirst ? s0 : v128.load(c, 48);
  let s4 = isFirst || vectors < 6 ? s0 : v128.load(c, 64);
  let s5 = isFirst || vectors < 6 ? s0 : v128.load(c, 80);
  let s6 = isFirst || vectors < 8 ? s0 : v128.load(c, 96);
  let s7 = isFirst || vectors < 8 ? s0 : v128.load(c, 112);
  let s8 = isFirst || vectors < 12 ? s0 : v128.load(c, 128);
  let s9 = isFirst || vectors < 12 ? s0 : v128.load(c, 144);
  let s10 = isFirst || vectors < 12 ? s0 : v128.load(c, 160);
  let s11 = isFirst || vectors < 12 ? s0 : v128.load(c, 176);
  if (values < end)
    do {
      const x = v128.load_splat<f32>(values);
      const row = b + <usize>(arePairs ? load<u32>(values, 4) : load<u32>(offsets));
      values += arePairs ? 8 : 4;
      if (!arePairs) offsets += 4;
      s0 = madd(x, v128.load(row), s0);
      s1 = madd(x, v128.load(row, 16), s1);
      s2 = madd(x, v128.load(row, 32), s2);
      if (isGrouped) {
        const row1 = row + groupBytes;
        s3 = madd(x, v128.load(row1), s3);
        s4 = madd(x, v128.load(row1, 16), s4);
        s5 = madd(x, v128.load(row1, 32), s5);
        const row2 = row1 + groupBytes;
        s6 = madd(x, v128.load(row2), s6);
        s7 = madd(x, v128.load(row2, 16), s7);
        s8 = madd(x, v128.load(row2, 32), s8);
        const row3 = row2 + groupBytes;
        s9 = madd(x, v128.load(row3), s9);
        s10 = madd(x, v128.load(row3, 16), s10);
        s11 = madd(x, v128.load(row3, 32), s11);
      } else {
        s3 = madd(x, v128.load(row, 48), s3);
        if (vectors >= 6) {
          s4 = madd(x, v128.load(row, 64), s4);
          s5 = madd(x, v128.load(row, 80), s5);
        }
        if (vectors >= 8) {
          s6 = madd(x, v128.load(row, 96), s6);
          s7 = madd(x, v128.load(row, 112), s7);
        }
      }
    } while (values < end);
  v128.store(c, s0);
  v128.store(c, s1, 16);
  v128.store(c, s2, 32);
  v128.store(c, s3, 48);
  if (vectors >= 6) {
    v128.store(c, s4, 64);
    v128.store(c, s5, 80);
  }
  if (vectors >= 8) {
    v128.store(c, s6, 96);
    v128.store(c, s7, 112);
  }
  if (vectors >= 12) {
    v128.store(c, s8, 128);
    v128.store(c, s9, 144);
    v128.store(c, s10, 160);
    v128.store(c, s11, 176);
  }
}
