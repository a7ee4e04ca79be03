// Sums of neighbouring entries along an axis: resizing, blurring and edges, an axis at a time.

import { loadVector, madd, storeVector } from '../lanes';
import { shareBegin, shareEnd } from '../split';

/**
 * out[o][j][i] = Σ_t weights[begin + t] · x[o][first + t][i], for x[outer, length, inner] and out[outer, rows, inner]. `runs`
 * holds int32 pairs (first, begin), one for each j; the weights of a row end where those of the next begin, and those of
 * the last at `taps`. A row without weights is zero.
 * @module images
 * @cost 0.25 outer·taps·inner
 */
export function weightedRows(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  runs: usize,
  weights: usize,
  outer: i32,
  length: i32,
  rows: i32,
  inner: i32,
  taps: i32,
): void {
  const stride = (<usize>inner) << 2;
  const image = <usize>length * stride;
  const xEnd = x + <usize>outer * image;
  if (inner <= 4 && outer >= TOGETHER) {
    weightedPixels(thread, threads, out, x, xEnd, runs, weights, outer, image, rows, inner, taps);
    return;
  }
  const end = shareEnd(outer * rows, thread, threads, 1);
  for (let row = shareBegin(outer * rows, thread, threads, 1); row < end; row++) {
    const j = row % rows;
    const run = runs + ((<usize>j) << 3);
    const first = <usize>load<i32>(run);
    const begin = load<i32>(run, 4);
    const count = (j + 1 < rows ? load<i32>(run, 12) : taps) - begin;
    const from = x + <usize>(row / rows) * image + first * stride;
    const at = weights + ((<usize>begin) << 2);
    sumOfRows(out + <usize>row * stride, from, xEnd, at, count, inner, stride);
  }
}

/** How many lines of pixels are added up side by side, so that one addition does not wait for the one before. */
const TOGETHER: i32 = 4;

/**
 * `weightedRows` of pixels, which one vector holds: along the width of images. The same entry of a few lines is added up at a
 * time, as its weights are the same. A vector that is stored may reach into entries that follow and are not yet there.
 */
function weightedPixels(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  xEnd: usize,
  runs: usize,
  weights: usize,
  outer: i32,
  image: usize,
  rows: i32,
  inner: i32,
  taps: i32,
): void {
  const stride = (<usize>inner) << 2;
  const line = <usize>rows * stride;
  const entries = ((outer + TOGETHER - 1) / TOGETHER) * rows;
  const end = shareEnd(entries, thread, threads, 1);
  let entry = shareBegin(entries, thread, threads, 1);
  while (entry < end) {
    const group = entry / rows;
    let j = entry - group * rows;
    const jEnd = min(rows, j + end - entry);
    entry += jEnd - j;
    const lines = min(TOGETHER, outer - group * TOGETHER);
    const xOfGroup = x + <usize>(group * TOGETHER) * image;
    let to = out + <usize>(group * TOGETHER) * line + <usize>j * stride;
    for (; j < jEnd; j++, to += stride) {
      const run = runs + ((<usize>j) << 3);
      const begin = load<i32>(run, 4);
      const count = (j + 1 < rows ? load<i32>(run, 12) : taps) - begin;
      const from = xOfGroup + <usize>load<i32>(run) * stride;
      const at = weights + ((<usize>begin) << 2);
      const lastEnd = from + 3 * image + <usize>count * stride - stride + 16;
      if (lines < TOGETHER || (count > 0 && lastEnd > xEnd)) {
        for (let i: usize = 0; i < <usize>lines; i++) {
          sumOfRows(to + i * line, from + i * image, xEnd, at, count, inner, stride);
        }
        continue;
      }
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      let next = from;
      for (let t = 0; t < count; t++, next += stride) {
        const weight = v128.load32_splat(at + ((<usize>t) << 2));
        a = madd(weight, v128.load(next), a);
        b = madd(weight, v128.load(next + image), b);
        c = madd(weight, v128.load(next + 2 * image), c);
        d = madd(weight, v128.load(next + 3 * image), d);
      }
      // Behind the last entries of a line there is the next line, or what another thread writes.
      const width = (jEnd - j) * inner >= 4 ? 4 : inner;
      storeVector(to, a, width);
      storeVector(to + line, b, width);
      storeVector(to + 2 * line, c, width);
      storeVector(to + 3 * line, d, width);
    }
  }
}

/**
 * out = Σ_t weights[t] · x[t] over `count` rows of `inner` floats, `stride` bytes apart. Of a few last floats four are read, as
 * images mostly have three channels; the fourth is of the next pixel, and `xEnd` says where there is none.
 */
function sumOfRows(
  out: usize,
  x: usize,
  xEnd: usize,
  weights: usize,
  count: i32,
  inner: i32,
  stride: usize,
): void {
  let i = 0;
  for (; i + 16 <= inner; i += 16, x += 64, out += 64) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let from = x;
    for (let t = 0; t < count; t++, from += stride) {
      const weight = v128.load32_splat(weights + ((<usize>t) << 2));
      a = madd(weight, v128.load(from), a);
      b = madd(weight, v128.load(from, 16), b);
      c = madd(weight, v128.load(from, 32), c);
      d = madd(weight, v128.load(from, 48), d);
    }
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
  for (; i < inner; i += 4, x += 16, out += 16) {
    let sum = f32x4.splat(0);
    let from = x;
    for (let t = 0; t < count; t++, from += stride) {
      const weight = v128.load32_splat(weights + ((<usize>t) << 2));
      const isWithin = from + 16 <= xEnd;
      sum = madd(weight, isWithin ? v128.load(from) : loadVector(from, inner - i), sum);
    }
    storeVector(out, sum, inner - i);
  }
}
