// Running sums along one axis: x and out are [outer, length, inner].

import { shareBegin, shareEnd } from '../split';
import { STRIP } from '../tuning';
import { columnScratchBytes, firstOf } from './column-blocks';

/**
 * out[o][l][i] = x[o][0][i] + … + x[o][l][i], added up in float64 in this order and rounded once for each output.
 * `scratch` has `columnScratchBytes`, and may be 0 if inner is 1.
 * @cost 1 outer·length·inner
 */
export function cumulativeSumF32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
  scratch: usize,
): void {
  let i = shareBegin(outer * inner, thread, threads, 1);
  const end = shareEnd(outer * inner, thread, threads, 1);
  scratch += <usize>thread * columnScratchBytes(1);
  const pitch = (<usize>inner) << 2;
  while (i < end) {
    const at = firstOf(i, length, inner);
    if (inner > 1) {
      const count = min(min(inner - (i % inner), end - i), STRIP);
      sumsDown(out + at, x + at, length, pitch, count, scratch);
      i += count;
    } else if (end - i >= 4) {
      sumsOfFourRows(out + at, x + at, length, (<usize>length) << 2);
      i += 4;
    } else {
      sumsOfRow(out + at, x + at, length, 0);
      i++;
    }
  }
}

/**
 * `cumulativeSumF32` on int32, wrapping around.
 * @cost 1 outer·length·inner
 */
export function cumulativeSumI32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
): void {
  let i = shareBegin(outer * inner, thread, threads, 1);
  const end = shareEnd(outer * inner, thread, threads, 1);
  const pitch = (<usize>inner) << 2;
  while (i < end) {
    const at = firstOf(i, length, inner);
    const count = min(inner - (i % inner), end - i);
    integerSumsDown(out + at, x + at, length, pitch, count);
    i += count;
  }
}

/** A contiguous row, or the rest of one whose sum so far is `sum`. */
function sumsOfRow(out: usize, x: usize, n: i32, sum: f64): void {
  for (; n > 0; n--) {
    sum += <f64>load<f32>(x);
    store<f32>(out, <f32>sum);
    x += 4;
    out += 4;
  }
}

/** Four rows at once, since each sum of one waits for the last. */
function sumsOfFourRows(out: usize, x: usize, n: i32, pitch: usize): void {
  let upper = f64x2.splat(0); // rows 0 and 1
  let lower = upper; // rows 2 and 3
  const x2 = pitch << 1;
  const x3 = x2 + pitch;
  for (; n >= 4; n -= 4) {
    upper = sumsOfTwoRows(out, x, pitch, upper);
    lower = sumsOfTwoRows(out + x2, x + x2, pitch, lower);
    x += 16;
    out += 16;
  }
  sumsOfRow(out, x, n, f64x2.extract_lane(upper, 0));
  sumsOfRow(out + pitch, x + pitch, n, f64x2.extract_lane(upper, 1));
  sumsOfRow(out + x2, x + x2, n, f64x2.extract_lane(lower, 0));
  sumsOfRow(out + x3, x + x3, n, f64x2.extract_lane(lower, 1));
}

/** Four elements of two rows; `sums` is what they have come to, and what they have come to then is returned. */
// @ts-ignore: decorator
@inline
function sumsOfTwoRows(out: usize, x: usize, pitch: usize, sums: v128): v128 {
  const a = v128.load(x);
  const b = v128.load(x + pitch);
  const left = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const right = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const s0 = f64x2.add(sums, f64x2.promote_low_f32x4(left));
  const s1 = f64x2.add(s0, f64x2.promote_low_f32x4(i64x2.shuffle(left, left, 1, 0)));
  const s2 = f64x2.add(s1, f64x2.promote_low_f32x4(right));
  const s3 = f64x2.add(s2, f64x2.promote_low_f32x4(i64x2.shuffle(right, right, 1, 0)));
  const y01 = i32x4.shuffle(f32x4.demote_f64x2_zero(s0), f32x4.demote_f64x2_zero(s1), 0, 4, 1, 5);
  const y23 = i32x4.shuffle(f32x4.demote_f64x2_zero(s2), f32x4.demote_f64x2_zero(s3), 0, 4, 1, 5);
  v128.store(out, i64x2.shuffle(y01, y23, 0, 2));
  v128.store(out + pitch, i64x2.shuffle(y01, y23, 1, 3));
  return s3;
}

/** `count` (at most STRIP) neighbouring columns, row by row; `sums` is where their sums are kept in between. */
function sumsDown(out: usize, x: usize, rows: i32, pitch: usize, count: i32, sums: usize): void {
  memory.fill(sums, 0, (<usize>count) << 3);
  for (; rows > 0; rows--) {
    let c = 0;
    for (; c + 2 <= count; c += 2) {
      const sum = sums + ((<usize>c) << 3);
      const value = f64x2.promote_low_f32x4(v128.load64_zero(x + ((<usize>c) << 2)));
      const y = f64x2.add(v128.load(sum), value);
      v128.store(sum, y);
      v128.store_lane<i64>(out + ((<usize>c) << 2), f32x4.demote_f64x2_zero(y), 0);
    }
    if (c < count) {
      const sum = sums + ((<usize>c) << 3);
      const y = load<f64>(sum) + <f64>load<f32>(x + ((<usize>c) << 2));
      store<f64>(sum, y);
      store<f32>(out + ((<usize>c) << 2), <f32>y);
    }
    x += pitch;
    out += pitch;
  }
}

/** `count` neighbouring columns, row by row: the sums so far are the last row written. */
function integerSumsDown(out: usize, x: usize, rows: i32, pitch: usize, count: i32): void {
  if (count == 1) {
    let sum = 0;
    for (; rows > 0; rows--) {
      sum += load<i32>(x);
      store<i32>(out, sum);
      x += pitch;
      out += pitch;
    }
    return;
  }
  for (let r = 0; r < rows; r++) {
    const last = r > 0 ? out - pitch : 0;
    let c: usize = 0;
    const bytes = (<usize>count) << 2;
    for (; c + 16 <= bytes; c += 16) {
      const sum = r > 0 ? v128.load(last + c) : i32x4.splat(0);
      v128.store(out + c, i32x4.add(sum, v128.load(x + c)));
    }
    for (; c < bytes; c += 4) {
      const sum = r > 0 ? load<i32>(last + c) : 0;
      store<i32>(out + c, sum + load<i32>(x + c));
    }
    x += pitch;
    out += pitch;
  }
}
