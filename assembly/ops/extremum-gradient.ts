// The backward pass of Max and Min along one axis: all elements that equal the extremum share its gradient.
import { loadVector, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';

/** Columns that a line of the cache holds. */
const LINE: i32 = 16;

/**
 * dx[o][l][i] = hit · dy[o][i] / (number of hits over l), where hit is 1 if x[o][l][i] = best[o][i], else 0: x is
 * [outer, length, inner]. NaN is no hit, so where best is NaN all of dx is. `rectified` is not 0 where dx goes back through a
 * relu with the result x: then dx is 0 where x ≤ 0.
 * @cost 0.6 outer·length·inner
 */
export function extremumGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  x: usize,
  best: usize,
  outer: i32,
  length: i32,
  inner: i32,
  rectified: i32,
): void {
  // No number is less than or equal to NaN.
  const low = f32x4.splat(rectified ? 0 : NaN);
  const grain = inner == 1 ? 1 : LINE;
  const end = shareEnd(outer * inner, thread, threads, grain);
  let output = shareBegin(outer * inner, thread, threads, grain);
  if (inner == 1) {
    const rowBytes = (<usize>length) << 2;
    for (; output < end; output++) {
      const at = (<usize>output) << 2;
      const begin = <usize>output * rowBytes;
      alongRow(dx + begin, load<f32>(dy + at), x + begin, load<f32>(best + at), length, low);
    }
    return;
  }
  const pitch = (<usize>inner) << 2;
  while (output < end) {
    const outerIndex = output / inner;
    const column = output - outerIndex * inner;
    const left = min(inner - column, end - output);
    const at = (<usize>output) << 2;
    const first = <usize>(outerIndex * length) * pitch + ((<usize>column) << 2);
    if (left >= LINE) {
      downLine(dx + first, dy + at, x + first, best + at, length, pitch, low);
      output += LINE;
    } else {
      const width = min(4, left);
      downLanes(dx + first, dy + at, x + first, best + at, length, pitch, width, low);
      output += width;
    }
  }
}

function alongRow(dx: usize, dy: f32, x: usize, best: f32, n: i32, low: v128): void {
  const b = f32x4.splat(best);
  let counts = i32x4.splat(0);
  const whole = n & ~3;
  for (let i = 0; i < whole; i += 4) {
    counts = i32x4.sub(counts, f32x4.eq(v128.load(x + ((<usize>i) << 2)), b));
  }
  counts = i32x4.add(counts, i64x2.shuffle(counts, counts, 1, 0));
  let count = i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1);
  for (let i = whole; i < n; i++) count += i32(load<f32>(x + ((<usize>i) << 2)) == best);
  const hit = f32x4.splat(dy / <f32>count);
  for (; n > 0; n -= 4, x += 16, dx += 16) {
    storeVector(dx, chosen(loadVector(x, n), b, hit, miss(hit), low), n);
  }
}

/** Of sixteen neighbouring columns, a line of the cache in each row: first the hits are counted, then the gradients written. */
function downLine(
  dx: usize,
  dy: usize,
  x: usize,
  best: usize,
  rows: i32,
  pitch: usize,
  low: v128,
): void {
  const b0 = v128.load(best);
  const b1 = v128.load(best, 16);
  const b2 = v128.load(best, 32);
  const b3 = v128.load(best, 48);
  let c0 = i32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let row = x;
  for (let r = rows; r > 0; r--, row += pitch) {
    c0 = i32x4.sub(c0, f32x4.eq(v128.load(row), b0));
    c1 = i32x4.sub(c1, f32x4.eq(v128.load(row, 16), b1));
    c2 = i32x4.sub(c2, f32x4.eq(v128.load(row, 32), b2));
    c3 = i32x4.sub(c3, f32x4.eq(v128.load(row, 48), b3));
  }
  const h0 = share(v128.load(dy), c0);
  const h1 = share(v128.load(dy, 16), c1);
  const h2 = share(v128.load(dy, 32), c2);
  const h3 = share(v128.load(dy, 48), c3);
  const m0 = miss(h0);
  const m1 = miss(h1);
  const m2 = miss(h2);
  const m3 = miss(h3);
  for (; rows > 0; rows--, x += pitch, dx += pitch) {
    v128.store(dx, chosen(v128.load(x), b0, h0, m0, low));
    v128.store(dx, chosen(v128.load(x, 16), b1, h1, m1, low), 16);
    v128.store(dx, chosen(v128.load(x, 32), b2, h2, m2, low), 32);
    v128.store(dx, chosen(v128.load(x, 48), b3, h3, m3, low), 48);
  }
}

/** The same of up to four columns. */
function downLanes(
  dx: usize,
  dy: usize,
  x: usize,
  best: usize,
  rows: i32,
  pitch: usize,
  width: i32,
  low: v128,
): void {
  const b = loadVector(best, width);
  let counts = i32x4.splat(0);
  let row = x;
  for (let r = rows; r > 0; r--, row += pitch) {
    counts = i32x4.sub(counts, f32x4.eq(loadVector(row, width), b));
  }
  const hit = share(loadVector(dy, width), counts);
  for (; rows > 0; rows--, x += pitch, dx += pitch) {
    storeVector(dx, chosen(loadVector(x, width), b, hit, miss(hit), low), width);
  }
}

// @ts-ignore: decorator
@inline
function share(dy: v128, count: v128): v128 {
  return f32x4.div(dy, f32x4.convert_i32x4_s(count));
}

/** What does not hit gets 0 · dy / count: NaN where that is NaN or infinite. */
// @ts-ignore: decorator
@inline
function miss(hit: v128): v128 {
  return f32x4.mul(f32x4.splat(0), hit);
}

/** `hit` where x is `best`, else `miss`; 0 where x ≤ low. */
// @ts-ignore: decorator
@inline
function chosen(x: v128, best: v128, hit: v128, miss: v128, low: v128): v128 {
  return v128.andnot(v128.bitselect(hit, miss, f32x4.eq(x, best)), f32x4.le(x, low));
}
