// Columns brought to mean 0 and variance 1, as batch normalization does: a row is a position in a sample, a column a feature.
//
//   y = gamma · n + beta, n = (x - mean) r, r = 1 / √(variance + epsilon)
//   dx = gamma r (dy - mean(dy) - n mean(dy n))
//
// Sums down the columns are made in `partials` shares of neighbouring rows, which threads share: a number that does not depend on the
// threads. Eight rows are added up in float32, as a tree, and the runs in float64.
import { loadLanes, storeLanes } from '../lanes';
import { largerBits, storeMagnitude } from '../magnitude';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { LINE, touch } from '../touch';

/** Rows that are added up in float32. */
export const RUN: i32 = 8;

/** Rows that are gone over for each four columns in turn: their pieces of lines stay in the first-level cache. */
export const BLOCK: i32 = 16;

/** Looks through the block that begins with `row`, as far as there are rows: what is worked on meanwhile hides how long it takes. */
export function touchBlock(x: usize, row: i32, end: i32, rowBytes: usize): u32 {
  const rows = max(0, min(BLOCK, end - row));
  const from = x + <usize>row * rowBytes;
  return touch(from, from + <usize>rows * rowBytes, LINE);
}

/** Bytes of the sums of one thread: two of float64 for each column, up to the next multiple of four. */
function sumsBytes(n: i32): usize {
  return scratchStride((<usize>((n + 3) & ~3)) << 4);
}

/**
 * Bytes of scratch that the sums down n columns need with this many threads.
 * @module normalization
 */
export function columnSumsScratchBytes(n: i32, threads: i32): usize {
  return <usize>threads * sumsBytes(n);
}

/**
 * out[partials, 2, n]: sums of dy and of dy n over the rows of each share. mean[n], r[n]; x and dy are [rows, n].
 * @cost 0.4 rows·n
 * @module normalization
 */
export function sumColumnGradients(
  thread: i32,
  threads: i32,
  out: usize,
  dy: usize,
  x: usize,
  mean: usize,
  r: usize,
  rows: i32,
  n: i32,
  partials: i32,
  scratch: usize,
): void {
  const sums = scratch + <usize>thread * sumsBytes(n);
  const products = sums + ((<usize>((n + 3) & ~3)) << 3);
  const rowBytes = (<usize>n) << 2;
  const end = shareEnd(partials, thread, threads, 1);
  let seen: u32 = 0;
  for (let p = shareBegin(partials, thread, threads, 1); p < end; p++) {
    const last = shareEnd(rows, p, partials, RUN);
    // Where it does no harm: what was read ahead has to go somewhere.
    store<u32>(sums, seen);
    memory.fill(sums, 0, sumsBytes(n));
    for (let row = shareBegin(rows, p, partials, RUN); row < last; row += BLOCK) {
      seen |=
        touchBlock(x, row + BLOCK, last, rowBytes) | touchBlock(dy, row + BLOCK, last, rowBytes);
      const count = min(BLOCK, last - row);
      const at = <usize>row * rowBytes;
      addGradients(sums, products, x + at, dy + at, mean, r, count, n);
    }
    const to = out + <usize>p * 2 * rowBytes;
    writeSums(to, sums, n);
    writeSums(to + rowBytes, products, n);
  }
}

/**
 * out[rows, n] = (x - mean) · factor + beta; mean, factor and beta are [n], and beta may be 0. words[count] get what
 * `largestMagnitude` would find in `out`.
 * @cost 0.15 rows·n
 * @module normalization
 */
export function normalizeColumns(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  mean: usize,
  factor: usize,
  beta: usize,
  rows: i32,
  n: i32,
  words: usize,
  count: i32,
): void {
  const pitch = (<usize>n) << 2;
  const whole = pitch & ~15;
  const end = shareEnd(rows, thread, threads, 1);
  let row = shareBegin(rows, thread, threads, 1);
  out += <usize>row * pitch;
  x += <usize>row * pitch;
  let largest = i32x4.splat(0);
  for (; row < end; row++, out += pitch, x += pitch) {
    for (let at: usize = 0; at < whole; at += 16) {
      const y = normalized(x, mean, factor, beta, at, 4);
      largest = largerBits(largest, y);
      v128.store(out + at, y);
    }
    if (whole < pitch) {
      const y = normalized(x, mean, factor, beta, whole, n & 3);
      largest = largerBits(largest, y);
      storeLanes(out + whole, y, n & 3);
    }
  }
  storeMagnitude(thread, threads, words, count, largest);
}

/** The `count` columns that are `at` bytes behind the first. */
// @ts-ignore: decorator
@inline
function normalized(
  x: usize,
  mean: usize,
  factor: usize,
  beta: usize,
  at: usize,
  count: i32,
): v128 {
  const n = f32x4.sub(lanes(x + at, count), lanes(mean + at, count));
  // A sum with −0 is the other number, whatever its sign.
  const b = beta ? lanes(beta + at, count) : f32x4.splat(-0.0);
  return f32x4.add(f32x4.mul(n, lanes(factor + at, count)), b);
}

/**
 * dx[rows, n] = factor · (dy - meanOfGradient - n · meanOfProduct), n = (x - mean) r; all others are [n]. `rectified` is not 0
 * where dx goes back through a relu with the result x: then dx is 0 where x ≤ 0. words[count] get what `largestMagnitude` would
 * find in dx, and sums[partials, n], unless `sums` is 0, the sums of dx over the rows of each share.
 * @cost 0.25 rows·n
 * @module normalization
 */
export function normalizeColumnsGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  x: usize,
  mean: usize,
  r: usize,
  factor: usize,
  meanOfGradient: usize,
  meanOfProduct: usize,
  rows: i32,
  n: i32,
  rectified: i32,
  words: usize,
  count: i32,
  sums: usize,
  partials: i32,
  scratch: usize,
): void {
  // No number is less than or equal to NaN.
  const low = f32x4.splat(rectified ? 0 : NaN);
  const pitch = (<usize>n) << 2;
  const whole = pitch & ~15;
  const left = n & 3;
  const wide = (pitch + 15) & ~15;
  const wideSums = scratch + <usize>thread * sumsBytes(n);
  const run = wideSums + 2 * wide;
  let largest = i32x4.splat(0);
  const lastPartial = shareEnd(partials, thread, threads, 1);
  for (let p = shareBegin(partials, thread, threads, 1); p < lastPartial; p++) {
    const end = shareEnd(rows, p, partials, RUN);
    if (sums) memory.fill(wideSums, 0, 2 * wide);
    for (let first = shareBegin(rows, p, partials, RUN); first < end; first += RUN) {
      const last = min(end, first + RUN);
      if (sums) memory.fill(run, 0, wide);
      for (let row = first; row < last; row++) {
        const start = <usize>row * pitch;
        const to = dx + start;
        const g = dy + start;
        const v = x + start;
        for (let at: usize = 0; at < whole; at += 16) {
          const d = gradient(g, v, mean, r, factor, meanOfGradient, meanOfProduct, low, at, 4);
          largest = largerBits(largest, d);
          v128.store(to + at, d);
          if (sums) add(run + at, d);
        }
        if (left > 0) {
          const d = gradient(
            g,
            v,
            mean,
            r,
            factor,
            meanOfGradient,
            meanOfProduct,
            low,
            whole,
            left,
          );
          largest = largerBits(largest, d);
          storeLanes(to + whole, d, left);
          if (sums) add(run + whole, d);
        }
      }
      if (sums)
        for (let at: usize = 0; at < wide; at += 16)
          addWide(wideSums + 2 * at, v128.load(run + at));
    }
    if (sums) writeSums(sums + <usize>p * pitch, wideSums, n);
  }
  storeMagnitude(thread, threads, words, count, largest);
}

/** Four sums of float32 += x */
// @ts-ignore: decorator
@inline
function add(sums: usize, x: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), x));
}

/** Of the `count` columns that are `at` bytes behind the first. */
// @ts-ignore: decorator
@inline
function gradient(
  dy: usize,
  x: usize,
  mean: usize,
  r: usize,
  factor: usize,
  meanOfGradient: usize,
  meanOfProduct: usize,
  low: v128,
  at: usize,
  count: i32,
): v128 {
  const v = lanes(x + at, count);
  const n = f32x4.mul(f32x4.sub(v, lanes(mean + at, count)), lanes(r + at, count));
  const shared = f32x4.mul(n, lanes(meanOfProduct + at, count));
  const centered = f32x4.sub(lanes(dy + at, count), lanes(meanOfGradient + at, count));
  const d = f32x4.mul(f32x4.sub(centered, shared), lanes(factor + at, count));
  return v128.andnot(d, f32x4.le(v, low));
}

/** sums[c] += dy and products[c] += dy n of `rows` rows, for all n columns. */
function addGradients(
  sums: usize,
  products: usize,
  x: usize,
  dy: usize,
  mean: usize,
  r: usize,
  rows: i32,
  n: i32,
): void {
  const pitch = (<usize>n) << 2;
  for (; n >= 4; n -= 4, sums += 32, products += 32, x += 16, dy += 16, mean += 16, r += 16) {
    addGradientLanes(sums, products, x, dy, mean, r, rows, pitch, 4);
  }
  if (n > 0) addGradientLanes(sums, products, x, dy, mean, r, rows, pitch, n);
}

// @ts-ignore: decorator
@inline
function addGradientLanes(
  sums: usize,
  products: usize,
  x: usize,
  dy: usize,
  mean: usize,
  r: usize,
  rows: i32,
  pitch: usize,
  count: i32,
): void {
  const m = lanes(mean, count);
  const f = lanes(r, count);
  while (rows > 0) {
    let even = f32x4.splat(0);
    let odd = even;
    let evenProduct = even;
    let oddProduct = even;
    for (let run = min(rows, RUN); run > 0; run -= 2) {
      const g = lanes(dy, count);
      const normalized = f32x4.mul(f32x4.sub(lanes(x, count), m), f);
      even = f32x4.add(even, g);
      evenProduct = f32x4.add(evenProduct, f32x4.mul(g, normalized));
      x += pitch;
      dy += pitch;
      if (run == 1) break;
      const h = lanes(dy, count);
      const other = f32x4.mul(f32x4.sub(lanes(x, count), m), f);
      odd = f32x4.add(odd, h);
      oddProduct = f32x4.add(oddProduct, f32x4.mul(h, other));
      x += pitch;
      dy += pitch;
    }
    addWide(sums, f32x4.add(even, odd));
    addWide(products, f32x4.add(evenProduct, oddProduct));
    rows -= RUN;
  }
}

/** Four sums of float64 += x */
// @ts-ignore: decorator
@inline
export function addWide(sums: usize, x: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(x)));
  const high = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
  v128.store(sums, f64x2.add(v128.load(sums, 16), high), 16);
}

/** `count` is known where this is inlined, but for the last columns. */
// @ts-ignore: decorator
@inline
export function lanes(x: usize, count: i32): v128 {
  return count == 4 ? v128.load(x) : loadLanes(x, count);
}

/** out[n] = sums[n] as float32 */
function writeSums(out: usize, sums: usize, n: i32): void {
  for (let j = 0; j < n; j++, out += 4, sums += 8) store<f32>(out, <f32>load<f64>(sums));
}
