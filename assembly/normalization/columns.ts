// Columns brought to mean 0 and variance 1, as batch normalization does: a row is a place of a sample, a column a feature.
//
//   y = gamma · n + beta, n = (x - mean) r, r = 1 / √(variance + epsilon)
//   dx = gamma r (dy - mean(dy) - n mean(dy n))
//
// Sums down the columns are made in `parts` of neighbouring rows, which threads share: a number that does not depend on the
// threads. Eight rows are added up in float32, as a tree, and the runs in float64.
import { loadVector, storeVector } from '../lanes';
import { apart, shareBegin, shareEnd } from '../split';

/** Rows that are added up in float32. */
const RUN: i32 = 8;

/** Rows that are gone over for each four columns in turn: their pieces of lines stay in the first-level cache. */
const BLOCK: i32 = 64;

/** What is added up, four columns at a time. A sum takes one as a type argument; no instance ever exists. */
@unmanaged
abstract class ColumnTerm {
  /** The terms of the elements at x and at dy. */
  abstract of(x: usize, dy: usize, mean: v128, factor: v128, count: i32): v128;
}

/** (x - mean)² */
@unmanaged
class SquaredDeviation extends ColumnTerm {
  @inline
  of(x: usize, dy: usize, mean: v128, factor: v128, count: i32): v128 {
    const d = f32x4.sub(loadVector(x, count), mean);
    return f32x4.mul(d, d);
  }
}

/** dy */
@unmanaged
class Gradient extends ColumnTerm {
  @inline
  of(x: usize, dy: usize, mean: v128, factor: v128, count: i32): v128 {
    return loadVector(dy, count);
  }
}

/** dy n */
@unmanaged
class GradientProduct extends ColumnTerm {
  @inline
  of(x: usize, dy: usize, mean: v128, factor: v128, count: i32): v128 {
    const normalized = f32x4.mul(f32x4.sub(loadVector(x, count), mean), factor);
    return f32x4.mul(loadVector(dy, count), normalized);
  }
}

/** Bytes of the sums of one thread: two of float64 for each column, up to the next multiple of four. */
function sumsBytes(n: i32): usize {
  return apart((<usize>((n + 3) & ~3)) << 4);
}

/**
 * Bytes of scratch that the sums down n columns need with this many threads.
 * @part normalization
 */
export function columnSumsScratchBytes(n: i32, threads: i32): usize {
  return <usize>threads * sumsBytes(n);
}

/**
 * out[parts, n]: sums of (x - mean)² / rows over the rows of each part of x[rows, n], which add up to the variance.
 * @cost 0.2 rows·n
 * @part normalization
 */
export function columnVariances(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  mean: usize,
  rows: i32,
  n: i32,
  parts: i32,
  scratch: usize,
): void {
  const sums = scratch + <usize>thread * sumsBytes(n);
  const rowBytes = (<usize>n) << 2;
  const end = shareEnd(parts, thread, threads, 1);
  for (let part = shareBegin(parts, thread, threads, 1); part < end; part++) {
    const last = shareEnd(rows, part, parts, RUN);
    memory.fill(sums, 0, sumsBytes(n));
    for (let row = shareBegin(rows, part, parts, RUN); row < last; row += BLOCK) {
      const count = min(BLOCK, last - row);
      addTerms<SquaredDeviation>(sums, x + <usize>row * rowBytes, 0, mean, mean, count, n);
    }
    writeSums(out + <usize>part * rowBytes, sums, n, rows);
  }
}

/**
 * out[parts, 2, n]: sums of dy and of dy n over the rows of each part. mean[n], r[n]; x and dy are [rows, n].
 * @cost 0.4 rows·n
 * @part normalization
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
  parts: i32,
  scratch: usize,
): void {
  const sums = scratch + <usize>thread * sumsBytes(n);
  const products = sums + ((<usize>((n + 3) & ~3)) << 3);
  const rowBytes = (<usize>n) << 2;
  const end = shareEnd(parts, thread, threads, 1);
  for (let part = shareBegin(parts, thread, threads, 1); part < end; part++) {
    const last = shareEnd(rows, part, parts, RUN);
    memory.fill(sums, 0, sumsBytes(n));
    for (let row = shareBegin(rows, part, parts, RUN); row < last; row += BLOCK) {
      const count = min(BLOCK, last - row);
      const at = <usize>row * rowBytes;
      addTerms<Gradient>(sums, x + at, dy + at, mean, r, count, n);
      addTerms<GradientProduct>(products, x + at, dy + at, mean, r, count, n);
    }
    const to = out + <usize>part * 2 * rowBytes;
    writeSums(to, sums, n, 1);
    writeSums(to + rowBytes, products, n, 1);
  }
}

/**
 * out[rows, n] = (x - mean) · factor + beta; mean, factor and beta are [n], and beta may be 0.
 * @cost 0.15 rows·n
 * @part normalization
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
): void {
  const rowBytes = (<usize>n) << 2;
  const end = shareEnd(rows, thread, threads, 1);
  for (let row = shareBegin(rows, thread, threads, 1); row < end; row++) {
    const start = <usize>row * rowBytes;
    for (let j = 0; j < n; j += 4) {
      const at = (<usize>j) << 2;
      const count = n - j;
      const d = f32x4.sub(loadVector(x + start + at, count), loadVector(mean + at, count));
      let y = f32x4.mul(d, loadVector(factor + at, count));
      if (beta) y = f32x4.add(y, loadVector(beta + at, count));
      storeVector(out + start + at, y, count);
    }
  }
}

/**
 * dx[rows, n] = factor · (dy - meanOfGradient - n · meanOfProduct), n = (x - mean) r; all others are [n].
 * @cost 0.25 rows·n
 * @part normalization
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
): void {
  const rowBytes = (<usize>n) << 2;
  const end = shareEnd(rows, thread, threads, 1);
  for (let row = shareBegin(rows, thread, threads, 1); row < end; row++) {
    const start = <usize>row * rowBytes;
    for (let j = 0; j < n; j += 4) {
      const at = (<usize>j) << 2;
      const count = n - j;
      const centred = f32x4.sub(loadVector(x + start + at, count), loadVector(mean + at, count));
      const normalized = f32x4.mul(centred, loadVector(r + at, count));
      const shared = f32x4.mul(normalized, loadVector(meanOfProduct + at, count));
      const g = loadVector(dy + start + at, count);
      const d = f32x4.sub(f32x4.sub(g, loadVector(meanOfGradient + at, count)), shared);
      storeVector(dx + start + at, f32x4.mul(d, loadVector(factor + at, count)), count);
    }
  }
}

/** sums[c] += the terms of `rows` rows, for all n columns. */
function addTerms<T extends ColumnTerm>(
  sums: usize,
  x: usize,
  dy: usize,
  mean: usize,
  factor: usize,
  rows: i32,
  n: i32,
): void {
  const pitch = (<usize>n) << 2;
  for (let j = 0; j < n; j += 4, sums += 32) {
    const at = (<usize>j) << 2;
    addLanes<T>(sums, x + at, dy + at, mean + at, factor + at, rows, pitch, n - j);
  }
}

function addLanes<T extends ColumnTerm>(
  sums: usize,
  x: usize,
  dy: usize,
  mean: usize,
  factor: usize,
  rows: i32,
  pitch: usize,
  count: i32,
): void {
  const t = changetype<T>(0);
  const m = loadVector(mean, count);
  const f = loadVector(factor, count);
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  while (rows > 0) {
    let sum = f32x4.splat(0);
    let other = sum;
    // Of a short run the rows that are not there count as zeros.
    for (let run = min(rows, RUN); run > 1; run -= 2) {
      sum = f32x4.add(sum, t.of(x, dy, m, f, count));
      other = f32x4.add(other, t.of(x + pitch, dy + pitch, m, f, count));
      x += 2 * pitch;
      dy += 2 * pitch;
    }
    if (min(rows, RUN) & 1) {
      sum = f32x4.add(sum, t.of(x, dy, m, f, count));
      x += pitch;
      dy += pitch;
    }
    sum = f32x4.add(sum, other);
    low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
    high = f64x2.add(high, f64x2.promote_low_f32x4(i64x2.shuffle(sum, sum, 1, 0)));
    rows -= RUN;
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}

/** out[n] = sums[n] / divisor as float32 */
function writeSums(out: usize, sums: usize, n: i32, divisor: f64): void {
  for (let j = 0; j < n; j++, out += 4, sums += 8)
    store<f32>(out, <f32>(load<f64>(sums) / divisor));
}
