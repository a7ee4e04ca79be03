// Means and variances of columns in one pass over the rows, in shares as in columns.ts.
import { shareBegin, shareEnd } from '../split';
import { addWide, BLOCK, lanes, RUN, touchBlock } from './columns';

/** Bytes of the moments of one share: of four columns each, a shift in float32 and two sums in float64. */
function momentsBytes(n: i32): usize {
  return <usize>((n + 3) & ~3) * 20;
}

/**
 * Bytes of the moments of n columns in so many shares.
 * @module normalization
 */
export function columnMomentsBytes(n: i32, partials: i32): usize {
  return <usize>partials * momentsBytes(n);
}

/**
 * out[partials]: of each column in the rows of a share a shift, the sum of x - shift and that of (x - shift)². The shift is the mean
 * of at least half of the rows that are added up with it, so at least a quarter of the squares remains as the variance.
 * @cost 0.25 rows·n
 * @module normalization
 */
export function columnMoments(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  rows: i32,
  n: i32,
  partials: i32,
): void {
  const rowBytes = (<usize>n) << 2;
  const wide = (<usize>((n + 3) & ~3)) << 2;
  const end = shareEnd(partials, thread, threads, 1);
  let seen: u32 = 0;
  for (let p = shareBegin(partials, thread, threads, 1); p < end; p++) {
    const shift = out + <usize>p * momentsBytes(n);
    // Where it does no harm: what was read ahead has to go somewhere.
    store<u32>(shift, seen);
    const sums = shift + wide;
    const squares = sums + 2 * wide;
    const first = shareBegin(rows, p, partials, RUN);
    const last = shareEnd(rows, p, partials, RUN);
    memory.fill(shift, 0, momentsBytes(n));
    if (first < last) {
      const height = min(RUN, last - first);
      addMoments(sums, squares, x + <usize>first * rowBytes, shift, height, n);
      moveShift(shift, sums, squares, n, height);
      memory.fill(sums, 0, 4 * wide);
    }
    let next = BLOCK;
    for (let row = first; row < last; row += BLOCK) {
      seen |= touchBlock(x, row + BLOCK, last, rowBytes);
      addMoments(sums, squares, x + <usize>row * rowBytes, shift, min(BLOCK, last - row), n);
      const done = row + BLOCK - first;
      if (done == next && row + BLOCK < last) {
        moveShift(shift, sums, squares, n, done);
        next <<= 1;
      }
    }
  }
}

/** Brings the shift to the mean of the rows so far. */
function moveShift(shift: usize, sums: usize, squares: usize, n: i32, rows: f64): void {
  for (; n > 0; n--, shift += 4, sums += 8, squares += 8) {
    const sum = load<f64>(sums);
    const from = <f64>load<f32>(shift);
    const to = <f32>(from + sum / rows);
    const by = <f64>to - from;
    store<f32>(shift, to);
    store<f64>(sums, sum - rows * by);
    store<f64>(squares, load<f64>(squares) + by * (rows * by - 2 * sum));
  }
}

/**
 * mean[n] and variance[n], divided by the number of rows, from the `moments` of the shares.
 * @cost 5 n·partials
 * @module normalization
 */
export function columnStatistics(
  thread: i32,
  threads: i32,
  mean: usize,
  variance: usize,
  moments: usize,
  rows: i32,
  n: i32,
  partials: i32,
): void {
  const wide = (<usize>((n + 3) & ~3)) << 2;
  const end = shareEnd(n, thread, threads, 16);
  for (let j = shareBegin(n, thread, threads, 16); j < end; j++) {
    let count: f64 = 0;
    let middle: f64 = 0;
    let squares: f64 = 0;
    for (let p = 0; p < partials; p++) {
      const begin = shareBegin(rows, p, partials, RUN);
      const more = <f64>(shareEnd(rows, p, partials, RUN) - begin);
      if (more == 0) continue;
      const at = moments + <usize>p * momentsBytes(n) + ((<usize>j) << 2);
      const sums = at + wide + ((<usize>j) << 2);
      const sum = load<f64>(sums);
      const delta = <f64>load<f32>(at) + sum / more - middle;
      const all = count + more;
      squares += load<f64>(sums + 2 * wide) - (sum * sum) / more;
      squares += (delta * delta * (count * more)) / all;
      middle += (delta * more) / all;
      count = all;
    }
    store<f32>(mean + ((<usize>j) << 2), <f32>middle);
    store<f32>(variance + ((<usize>j) << 2), <f32>(squares / count));
  }
}

/** sums[c] += x - shift and squares[c] += (x - shift)² of `rows` rows, for all n columns. */
function addMoments(sums: usize, squares: usize, x: usize, shift: usize, rows: i32, n: i32): void {
  const pitch = (<usize>n) << 2;
  for (; n >= 4; n -= 4, sums += 32, squares += 32, x += 16, shift += 16) {
    addMomentLanes(sums, squares, x, shift, rows, pitch, 4);
  }
  if (n > 0) addMomentLanes(sums, squares, x, shift, rows, pitch, n);
}

// @ts-ignore: decorator
@inline
function addMomentLanes(
  sums: usize,
  squares: usize,
  x: usize,
  shift: usize,
  rows: i32,
  pitch: usize,
  count: i32,
): void {
  const s = lanes(shift, count);
  while (rows > 0) {
    let even = f32x4.splat(0);
    let odd = even;
    let evenSquare = even;
    let oddSquare = even;
    // Of a short run the rows that are not there count as zeros.
    for (let run = min(rows, RUN); run > 0; run -= 2) {
      const d = f32x4.sub(lanes(x, count), s);
      even = f32x4.add(even, d);
      evenSquare = f32x4.add(evenSquare, f32x4.mul(d, d));
      x += pitch;
      if (run == 1) break;
      const e = f32x4.sub(lanes(x, count), s);
      odd = f32x4.add(odd, e);
      oddSquare = f32x4.add(oddSquare, f32x4.mul(e, e));
      x += pitch;
    }
    addWide(sums, f32x4.add(even, odd));
    addWide(squares, f32x4.add(evenSquare, oddSquare));
    rows -= RUN;
  }
}
