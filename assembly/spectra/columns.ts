// Fourier transforms down columns: of any length, four columns in a vector.

import { loadVector, storeVector } from '../lanes';
import { scratchStride, shareBegin, shareEnd } from '../split';
import { imagOf, realOf } from './complex';
import { MAX_RADIX } from '../tuning';
import { PAIR, tablesBytes, transform } from './passes';

/** Vectors of columns that a thread takes at a time: a line of the cache. */
const VECTORS: i32 = 4;

/**
 * Bytes of scratch that `fftColumns` needs on one thread, with passes of length `size`.
 * @module spectra
 */
export function fftColumnsBytes(size: i32, inner: i32): usize {
  const vectors = min(VECTORS, (inner + 3) >> 2);
  return scratchStride((2 * <usize>size * vectors + MAX_RADIX) * PAIR);
}

/**
 * out[o, k, i] = scale · Σⱼ x[o, j, i] · e^(−2πi · jk / n) for k < wanted, where x[outer, n, inner] has the components `re` and `im`. An `im` of 0
 * stands for zeros, an `outIm` of 0 for a component that is not asked for. Where `given` is less than n, x is the conjugate of what is given, and
 * so that the result is real: x[n − j] is the conjugate of x[j], and the imaginary parts of x[0] and x[n / 2] do not count. The plan is
 * of length `size`. Where that is not n, the result is a convolution (Bluestein), and behind the tables are c[j] = e^(−πi · j² / n) and the
 * transform of its conjugate, divided by `size`.
 * @module spectra
 * @cost 5 outer·n·inner
 */
export function fftColumns(
  thread: i32,
  threads: i32,
  outRe: usize,
  outIm: usize,
  re: usize,
  im: usize,
  plan: usize,
  scratch: usize,
  outer: i32,
  n: i32,
  inner: i32,
  given: i32,
  wanted: i32,
  size: i32,
  scale: f32,
): void {
  const columns = min(VECTORS << 2, inner);
  const groups = (inner + columns - 1) / columns;
  const vectors = (columns + 3) >> 2;
  const begin = shareBegin(outer * groups, thread, threads, 1);
  const end = shareEnd(outer * groups, thread, threads, 1);
  // As many threads as have something to do, each with its room.
  scratch += <usize>min(thread, begin) * fftColumnsBytes(size, inner);
  const bytes = <usize>size * vectors * PAIR;
  const other = scratch + bytes;
  const work = other + bytes;
  const chirp = plan + tablesBytes(plan, size);
  const pitch = (<usize>inner) << 2;
  for (let unit = begin; unit < end; unit++) {
    const first = (unit % groups) * columns;
    const count = min(columns, inner - first);
    const from = <usize>(unit / groups) * given * pitch + ((<usize>first) << 2);
    loadColumns(scratch, re + from, im == 0 ? 0 : im + from, n, given, pitch, count, vectors);
    let result: usize;
    if (size == n) result = transform(scratch, other, plan, n, vectors, work);
    else result = convolve(scratch, other, plan, chirp, n, size, vectors, work);
    const to = <usize>(unit / groups) * wanted * pitch + ((<usize>first) << 2);
    storeColumns(
      outRe + to,
      outIm == 0 ? 0 : outIm + to,
      result,
      wanted,
      pitch,
      count,
      vectors,
      scale,
    );
  }
}

function loadColumns(
  to: usize,
  re: usize,
  im: usize,
  n: i32,
  given: i32,
  pitch: usize,
  count: i32,
  vectors: i32,
): void {
  const isHalf = given < n;
  for (let j = 0; j < n; j++) {
    const isMirrored = j >= given;
    const row = <usize>(isMirrored ? n - j : j) * pitch;
    const isReal = im == 0 || (isHalf && (j == 0 || 2 * j == n));
    for (let v = 0; v < vectors; v++, to += PAIR) {
      const at = row + ((<usize>v) << 4);
      v128.store(to, loadVector(re + at, count - (v << 2)));
      let imag = isReal ? f32x4.splat(0) : loadVector(im + at, count - (v << 2));
      if (isHalf && !isMirrored) imag = f32x4.neg(imag);
      v128.store(to, imag, 16);
    }
  }
}

function storeColumns(
  re: usize,
  im: usize,
  from: usize,
  wanted: i32,
  pitch: usize,
  count: i32,
  vectors: i32,
  scale: f32,
): void {
  const factor = f32x4.splat(scale);
  for (let k: usize = 0; k < <usize>wanted; k++) {
    for (let v = 0; v < vectors; v++, from += PAIR) {
      const at = k * pitch + ((<usize>v) << 4);
      storeVector(re + at, f32x4.mul(v128.load(from), factor), count - (v << 2));
      if (im != 0) storeVector(im + at, f32x4.mul(v128.load(from, 16), factor), count - (v << 2));
    }
  }
}

/** The transform of length n by two of length `size`, which is at least 2n − 1. */
function convolve(
  x: usize,
  other: usize,
  plan: usize,
  chirp: usize,
  n: i32,
  size: i32,
  vectors: i32,
  work: usize,
): usize {
  multiply(x, chirp, n, vectors);
  const bytes = <usize>n * vectors * PAIR;
  memory.fill(x + bytes, 0, <usize>size * vectors * PAIR - bytes);
  const spectrum = transform(x, other, plan, size, vectors, work);
  multiply(spectrum, chirp + ((<usize>n) << 3), size, vectors);
  // With real and imaginary parts exchanged, the transform is its own inverse.
  exchange(spectrum, size * vectors);
  const result = transform(spectrum, spectrum == x ? other : x, plan, size, vectors, work);
  exchange(result, n * vectors);
  multiply(result, chirp, n, vectors);
  return result;
}

/** Elements times the complex numbers of a table, one for each. */
function multiply(x: usize, table: usize, n: i32, vectors: i32): void {
  for (let j = 0; j < n; j++, table += 8) {
    const wr = v128.load32_splat(table);
    const wi = v128.load32_splat(table, 4);
    for (let v = 0; v < vectors; v++, x += PAIR) {
      const a = v128.load(x);
      const b = v128.load(x, 16);
      v128.store(x, realOf(a, b, wr, wi));
      v128.store(x, imagOf(a, b, wr, wi), 16);
    }
  }
}

function exchange(x: usize, pairs: i32): void {
  for (const end = x + <usize>pairs * PAIR; x < end; x += PAIR) {
    const a = v128.load(x);
    v128.store(x, v128.load(x, 16));
    v128.store(x, a, 16);
  }
}
