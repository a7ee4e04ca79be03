// Fourier transforms along rows whose length is a multiple of 4. A row is four columns: element e of column c is x[4e + c]. So the
// passes need no row beside it, and a row has the same bits in any batch.

import { storeVector } from '../lanes';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { imagOf, realOf } from './complex';
import { MAX_RADIX } from '../tuning';
import { PAIR, tablesBytes, transform } from './passes';

/**
 * Bytes of scratch that transforms of rows need on one thread, whose four columns are so long.
 * @module spectra
 */
export function fftRowsBytes(columns: i32): usize {
  return scratchStride((2 * bufferPairs(columns) + MAX_RADIX) * PAIR);
}

/** Pairs of a buffer: `join` looks at four elements at a time, and a spectrum has one number more than the row. */
// @ts-ignore: decorator
@inline
function bufferPairs(columns: i32): usize {
  return <usize>columns + 3;
}

/** The transform of four columns of m elements in `scratch`, in one of the two buffers there. */
// @ts-ignore: decorator
@inline
function transformColumns(scratch: usize, plan: usize, m: i32): usize {
  const other = scratch + bufferPairs(m) * PAIR;
  return transform(scratch, other, plan, m, 1, other + bufferPairs(m) * PAIR);
}

/** The buffer that does not hold the result y. */
// @ts-ignore: decorator
@inline
function otherBuffer(scratch: usize, y: usize, m: i32): usize {
  return y == scratch ? scratch + bufferPairs(m) * PAIR : scratch;
}

/**
 * out[k] = scale · Σⱼ x[j] · e^(−2πi · jk / n) for each of the rows [n], n a multiple of 4. The plan has passes of length n / 4
 * and the table of `join`.
 * @module spectra
 * @cost 3 rows·n
 */
export function fftRows(
  thread: i32,
  threads: i32,
  outRe: usize,
  outIm: usize,
  re: usize,
  im: usize,
  plan: usize,
  scratch: usize,
  rows: i32,
  n: i32,
  scale: f32,
): void {
  const m = n >> 2;
  const begin = shareBegin(rows, thread, threads, 1);
  const end = shareEnd(rows, thread, threads, 1);
  scratch += <usize>min(thread, begin) * fftRowsBytes(m);
  const table = plan + tablesBytes(plan, m);
  for (let row = begin; row < end; row++) {
    const at = (<usize>row * n) << 2;
    const stop = scratch + ((<usize>m) << 5);
    let xRe = re + at;
    let xIm = im + at;
    for (let to = scratch; to < stop; to += PAIR, xRe += 16, xIm += 16) {
      v128.store(to, v128.load(xRe));
      v128.store(to, v128.load(xIm), 16);
    }
    const y = transformColumns(scratch, plan, m);
    join(outRe + at, outIm + at, y, table, m, scale);
  }
}

/**
 * out[k] = scale · Σⱼ x[j] · e^(−2πi · jk / n) for k ≤ n / 2, for each of the real rows x[n], n a multiple of 8. The row is a complex one of
 * half the length, z[j] = x[2j] + i · x[2j + 1]. The plan has passes of length n / 8, the table of `join`, and for each four k the vectors of
 * cos and −sin of 2πk / n.
 * @module spectra
 * @cost 1.5 rows·n
 */
export function rfftRows(
  thread: i32,
  threads: i32,
  outRe: usize,
  outIm: usize,
  x: usize,
  plan: usize,
  scratch: usize,
  rows: i32,
  n: i32,
  scale: f32,
): void {
  const half = n >> 1;
  const m = n >> 3;
  const begin = shareBegin(rows, thread, threads, 1);
  const end = shareEnd(rows, thread, threads, 1);
  scratch += <usize>min(thread, begin) * fftRowsBytes(m);
  const table = plan + tablesBytes(plan, m);
  const turns = table + joinBytes(m);
  const imag = (<usize>(half + 4)) << 2;
  for (let row = begin; row < end; row++) {
    let from = x + ((<usize>row * n) << 2);
    const stop = scratch + ((<usize>m) << 5);
    for (let to = scratch; to < stop; to += PAIR, from += 32) {
      const a = v128.load(from);
      const b = v128.load(from, 16);
      v128.store(to, i32x4.shuffle(a, b, 0, 2, 4, 6));
      v128.store(to, i32x4.shuffle(a, b, 1, 3, 5, 7), 16);
    }
    const y = transformColumns(scratch, plan, m);
    const z = otherBuffer(scratch, y, m);
    join(z, z + imag, y, table, m, 1);
    // z[half] is z[0].
    store<f32>(z + ((<usize>half) << 2), load<f32>(z));
    store<f32>(z + imag + ((<usize>half) << 2), load<f32>(z + imag));
    const at = (<usize>row * (half + 1)) << 2;
    toHalfSpectrum(outRe + at, outIm + at, z, z + imag, turns, half, scale);
  }
}

/** The spectrum of a real row out of z, that of its pairs: X[k] = (z[k] + z̄[h − k]) / 2 − i · w^k · (z[k] − z̄[h − k]) / 2. */
function toHalfSpectrum(
  outRe: usize,
  outIm: usize,
  re: usize,
  im: usize,
  turns: usize,
  half: i32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale * 0.5);
  const last = (<usize>half) << 2;
  for (let k: usize = 0; k < last; k += 16, turns += 32) {
    const zr = v128.load(re + k);
    const zi = v128.load(im + k);
    const mr = reversed(re + last - k);
    const mi = reversed(im + last - k);
    const cos = v128.load(turns);
    const sin = v128.load(turns, 16);
    const gapR = f32x4.sub(zr, mr);
    const gapI = f32x4.add(zi, mi);
    const turnedR = realOf(gapR, gapI, cos, sin);
    const turnedI = imagOf(gapR, gapI, cos, sin);
    const xr = f32x4.add(f32x4.add(zr, mr), turnedI);
    const xi = f32x4.sub(f32x4.sub(zi, mi), turnedR);
    v128.store(outRe + k, f32x4.mul(xr, factor));
    v128.store(outIm + k, f32x4.mul(xi, factor));
  }
  store<f32>(outRe + last, (load<f32>(re) - load<f32>(im)) * scale);
  store<f32>(outIm + last, 0);
}

/**
 * out[j] = scale · Σₖ x[k] · e^(2πi · jk / n), real rows [n] of the halves x[n / 2 + 1] of their spectra, n a multiple of 8. The imaginary
 * parts of x[0] and x[n / 2] do not count. The plan is that of `rfftRows`.
 * @module spectra
 * @cost 1.5 rows·n
 */
export function irfftRows(
  thread: i32,
  threads: i32,
  out: usize,
  re: usize,
  im: usize,
  plan: usize,
  scratch: usize,
  rows: i32,
  n: i32,
  scale: f32,
): void {
  const half = n >> 1;
  const m = n >> 3;
  const begin = shareBegin(rows, thread, threads, 1);
  const end = shareEnd(rows, thread, threads, 1);
  scratch += <usize>min(thread, begin) * fftRowsBytes(m);
  const table = plan + tablesBytes(plan, m);
  const turns = table + joinBytes(m);
  const imag = (<usize>(half + 4)) << 2;
  for (let row = begin; row < end; row++) {
    const at = (<usize>row * (half + 1)) << 2;
    ofHalfSpectrum(scratch, re + at, im + at, turns, half);
    const y = transformColumns(scratch, plan, m);
    const z = otherBuffer(scratch, y, m);
    // Parts are exchanged, so that the transform is the inverse.
    join(z + imag, z, y, table, m, scale);
    let to = out + ((<usize>row * n) << 2);
    const stop = z + ((<usize>half) << 2);
    for (let from = z; from < stop; from += 16, to += 32) {
      const a = v128.load(from);
      const b = v128.load(from + imag);
      v128.store(to, i32x4.shuffle(a, b, 0, 4, 1, 5));
      v128.store(to, i32x4.shuffle(a, b, 2, 6, 3, 7), 16);
    }
  }
}

/** z[k] = x[k] + x̄[h − k] + i · w^(−k) · (x[k] − x̄[h − k]), with its components exchanged, as the columns of a row. */
function ofHalfSpectrum(to: usize, re: usize, im: usize, turns: usize, half: i32): void {
  const last = (<usize>half) << 2;
  for (let k: usize = 0; k < last; k += 16, turns += 32, to += PAIR) {
    const xr = v128.load(re + k);
    let xi = v128.load(im + k);
    const mr = reversed(re + last - k);
    let mi = reversed(im + last - k);
    if (k == 0) {
      xi = f32x4.replace_lane(xi, 0, 0);
      mi = f32x4.replace_lane(mi, 0, 0);
    }
    const cos = v128.load(turns);
    const sin = f32x4.neg(v128.load(turns, 16));
    const gapR = f32x4.sub(xr, mr);
    const gapI = f32x4.add(xi, mi);
    const turnedR = realOf(gapR, gapI, cos, sin);
    const turnedI = imagOf(gapR, gapI, cos, sin);
    v128.store(to, f32x4.add(f32x4.sub(xi, mi), turnedR));
    v128.store(to, f32x4.sub(f32x4.add(xr, mr), turnedI), 16);
  }
}

/** The number at an address and the three before it, in this order. */
// @ts-ignore: decorator
@inline
function reversed(at: usize): v128 {
  const x = v128.load(at - 12);
  return i32x4.shuffle(x, x, 3, 2, 1, 0);
}

/** Bytes of the table of `join`. */
// @ts-ignore: decorator
@inline
function joinBytes(m: i32): usize {
  return <usize>((m + 3) >> 2) * 96;
}

/**
 * The transform of a row, of the transforms y of its four columns: out[k + m · q] = scale · Σ_c w^(ck) · (−i)^(cq) · y[k][c]. For each four
 * k the table has the vectors of w^k, w^(2k) and w^(3k), real and imaginary parts.
 */
function join(outRe: usize, outIm: usize, y: usize, table: usize, m: i32, scale: f32): void {
  const factor = f32x4.splat(scale);
  const step = (<usize>m) << 2;
  for (let k = 0; k < m; k += 4, y += 4 * PAIR, table += 96, outRe += 16, outIm += 16) {
    const ar = v128.load(y);
    const br = v128.load(y, 32);
    const cr = v128.load(y, 64);
    const dr = v128.load(y, 96);
    const ab01r = i32x4.shuffle(ar, br, 0, 4, 1, 5);
    const ab23r = i32x4.shuffle(ar, br, 2, 6, 3, 7);
    const cd01r = i32x4.shuffle(cr, dr, 0, 4, 1, 5);
    const cd23r = i32x4.shuffle(cr, dr, 2, 6, 3, 7);
    const ai = v128.load(y, 16);
    const bi = v128.load(y, 48);
    const ci = v128.load(y, 80);
    const di = v128.load(y, 112);
    const ab01i = i32x4.shuffle(ai, bi, 0, 4, 1, 5);
    const ab23i = i32x4.shuffle(ai, bi, 2, 6, 3, 7);
    const cd01i = i32x4.shuffle(ci, di, 0, 4, 1, 5);
    const cd23i = i32x4.shuffle(ci, di, 2, 6, 3, 7);
    const y0r = f32x4.mul(i64x2.shuffle(ab01r, cd01r, 0, 2), factor);
    const y0i = f32x4.mul(i64x2.shuffle(ab01i, cd01i, 0, 2), factor);
    let xr = f32x4.mul(i64x2.shuffle(ab01r, cd01r, 1, 3), factor);
    let xi = f32x4.mul(i64x2.shuffle(ab01i, cd01i, 1, 3), factor);
    const y1r = realOf(xr, xi, v128.load(table), v128.load(table, 16));
    const y1i = imagOf(xr, xi, v128.load(table), v128.load(table, 16));
    xr = f32x4.mul(i64x2.shuffle(ab23r, cd23r, 0, 2), factor);
    xi = f32x4.mul(i64x2.shuffle(ab23i, cd23i, 0, 2), factor);
    const y2r = realOf(xr, xi, v128.load(table, 32), v128.load(table, 48));
    const y2i = imagOf(xr, xi, v128.load(table, 32), v128.load(table, 48));
    xr = f32x4.mul(i64x2.shuffle(ab23r, cd23r, 1, 3), factor);
    xi = f32x4.mul(i64x2.shuffle(ab23i, cd23i, 1, 3), factor);
    const y3r = realOf(xr, xi, v128.load(table, 64), v128.load(table, 80));
    const y3i = imagOf(xr, xi, v128.load(table, 64), v128.load(table, 80));
    const evenR = f32x4.add(y0r, y2r);
    const evenI = f32x4.add(y0i, y2i);
    const oddR = f32x4.sub(y0r, y2r);
    const oddI = f32x4.sub(y0i, y2i);
    const sumR = f32x4.add(y1r, y3r);
    const sumI = f32x4.add(y1i, y3i);
    const gapR = f32x4.sub(y1r, y3r);
    const gapI = f32x4.sub(y1i, y3i);
    const count = m - k;
    storeVector(outRe, f32x4.add(evenR, sumR), count);
    storeVector(outIm, f32x4.add(evenI, sumI), count);
    storeVector(outRe + step, f32x4.add(oddR, gapI), count);
    storeVector(outIm + step, f32x4.sub(oddI, gapR), count);
    storeVector(outRe + 2 * step, f32x4.sub(evenR, sumR), count);
    storeVector(outIm + 2 * step, f32x4.sub(evenI, sumI), count);
    storeVector(outRe + 3 * step, f32x4.sub(oddR, gapI), count);
    storeVector(outIm + 3 * step, f32x4.add(oddI, gapR), count);
  }
}
