// Rows brought to mean 0 and variance 1, as layer normalization does, or to a mean square of 1. A thread takes neighbouring
// rows, and a row stays in the first-level cache from the first pass to the last.
//
//   y = gamma · n + beta, n = (x - mean) r, r = 1 / √(variance + epsilon)
//   dx = r (g - mean(g) - n mean(g n)), g = dy gamma
//
// Without centring mean is 0, the variance is the mean of x², and mean(g) does not count.
import { loadLanes, storeLanes } from '../lanes';
import { Element, Product, Square, sumOfRow } from '../ops/sum-of-row';
import { shareBegin, shareEnd } from '../split';

/**
 * out[rows, n]: the rows of x normalized, times gamma[n] and plus beta[n] where these are not 0. If `stats` is not 0 it gets
 * the mean and r of each row.
 * @cost 0.6 rows·n
 * @module normalization
 */
export function normalizeRows(
  thread: i32,
  threads: i32,
  out: usize,
  stats: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  rows: i32,
  n: i32,
  epsilon: f32,
  isCentred: i32,
): void {
  const rowBytes = (<usize>n) << 2;
  const end = shareEnd(rows, thread, threads, 1);
  for (let row = shareBegin(rows, thread, threads, 1); row < end; row++) {
    const from = x + <usize>row * rowBytes;
    const to = out + <usize>row * rowBytes;
    const mean = isCentred ? <f32>(sumOfRow<Element>(from, 0, n) / <f64>n) : 0;
    if (isCentred) subtract(to, from, mean, n);
    const centred = isCentred ? to : from;
    const variance = <f32>(sumOfRow<Square>(centred, 0, n) / <f64>n);
    const factor: f32 = 1 / sqrt<f32>(variance + epsilon);
    if (stats) {
      store<f32>(stats + ((<usize>row) << 3), mean);
      store<f32>(stats + ((<usize>row) << 3), factor, 4);
    }
    scale(to, centred, factor, gamma, beta, n);
  }
}

/**
 * dx[rows, n]: the gradient of `normalizeRows` at x, from dy and the statistics of the rows. If `products` is not 0 it gets
 * dy · n, whose sums down the columns are the gradient of gamma.
 * @cost 0.8 rows·n
 * @module normalization
 */
export function normalizeRowsGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  products: usize,
  dy: usize,
  stats: usize,
  x: usize,
  gamma: usize,
  rows: i32,
  n: i32,
  isCentred: i32,
): void {
  const rowBytes = (<usize>n) << 2;
  const end = shareEnd(rows, thread, threads, 1);
  for (let row = shareBegin(rows, thread, threads, 1); row < end; row++) {
    const at = <usize>row * rowBytes;
    const to = dx + at;
    const product = products ? products + at : to;
    const mean = load<f32>(stats + ((<usize>row) << 3));
    const factor = load<f32>(stats + ((<usize>row) << 3), 4);
    multiplyNormalized(product, dy + at, x + at, mean, factor, n);
    let meanOfG: f32 = 0;
    let meanOfProduct: f32 = 0;
    if (gamma) {
      if (isCentred) meanOfG = <f32>(sumOfRow<Product>(dy + at, gamma, n) / <f64>n);
      meanOfProduct = <f32>(sumOfRow<Product>(product, gamma, n) / <f64>n);
    } else {
      if (isCentred) meanOfG = <f32>(sumOfRow<Element>(dy + at, 0, n) / <f64>n);
      meanOfProduct = <f32>(sumOfRow<Element>(product, 0, n) / <f64>n);
    }
    toGradient(to, dy + at, x + at, gamma, mean, factor, meanOfG, meanOfProduct, n);
  }
}

/** out[n] = x[n] - mean */
function subtract(out: usize, x: usize, mean: f32, n: i32): void {
  const m = f32x4.splat(mean);
  for (; n >= 4; n -= 4, out += 16, x += 16) v128.store(out, f32x4.sub(v128.load(x), m));
  if (n > 0) storeLanes(out, f32x4.sub(loadLanes(x, n), m), n);
}

/** out[n] = factor · x[n] · gamma[n] + beta[n], the last two if they are not 0; in place or not. */
function scale(out: usize, x: usize, factor: f32, gamma: usize, beta: usize, n: i32): void {
  const f = f32x4.splat(factor);
  let at: usize = 0;
  for (; n >= 4; n -= 4, at += 16) {
    let y = f32x4.mul(v128.load(x + at), f);
    if (gamma) y = f32x4.mul(y, v128.load(gamma + at));
    if (beta) y = f32x4.add(y, v128.load(beta + at));
    v128.store(out + at, y);
  }
  if (n == 0) return;
  let y = f32x4.mul(loadLanes(x + at, n), f);
  if (gamma) y = f32x4.mul(y, loadLanes(gamma + at, n));
  if (beta) y = f32x4.add(y, loadLanes(beta + at, n));
  storeLanes(out + at, y, n);
}

/** out[n] = dy[n] · (x[n] - mean) · factor */
function multiplyNormalized(out: usize, dy: usize, x: usize, mean: f32, factor: f32, n: i32): void {
  const m = f32x4.splat(mean);
  const f = f32x4.splat(factor);
  for (; n >= 4; n -= 4, out += 16, dy += 16, x += 16) {
    const normalized = f32x4.mul(f32x4.sub(v128.load(x), m), f);
    v128.store(out, f32x4.mul(v128.load(dy), normalized));
  }
  if (n == 0) return;
  const normalized = f32x4.mul(f32x4.sub(loadLanes(x, n), m), f);
  storeLanes(out, f32x4.mul(loadLanes(dy, n), normalized), n);
}

/** dx[n] = factor · (dy[n] gamma[n] - meanOfG - (x[n] - mean) factor meanOfProduct) */
function toGradient(
  dx: usize,
  dy: usize,
  x: usize,
  gamma: usize,
  mean: f32,
  factor: f32,
  meanOfG: f32,
  meanOfProduct: f32,
  n: i32,
): void {
  const m = f32x4.splat(mean);
  const f = f32x4.splat(factor);
  const mg = f32x4.splat(meanOfG);
  const mp = f32x4.splat(meanOfProduct);
  let at: usize = 0;
  for (; n >= 4; n -= 4, at += 16) {
    let g = v128.load(dy + at);
    if (gamma) g = f32x4.mul(g, v128.load(gamma + at));
    const normalized = f32x4.mul(f32x4.sub(v128.load(x + at), m), f);
    const d = f32x4.sub(f32x4.sub(g, mg), f32x4.mul(normalized, mp));
    v128.store(dx + at, f32x4.mul(d, f));
  }
  if (n == 0) return;
  let g = loadLanes(dy + at, n);
  if (gamma) g = f32x4.mul(g, loadLanes(gamma + at, n));
  const normalized = f32x4.mul(f32x4.sub(loadLanes(x + at, n), m), f);
  const d = f32x4.sub(f32x4.sub(g, mg), f32x4.mul(normalized, mp));
  storeLanes(dx + at, f32x4.mul(d, f), n);
}
