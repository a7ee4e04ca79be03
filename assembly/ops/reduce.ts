// Reductions of float32 along one axis: x is [outer, length, inner], out is [outer, inner].
//
// The tree of every output depends on `length` and on whether inner is 1, never on its place or on the number of
// threads. Rounding errors of sums do not grow with length: columns are added in float64; rows in runs of 256
// elements on 16 lanes of float32, and the runs in float64, so that at most 18 roundings lie on an element's way
// (below 1.1e-6 relative for terms of equal sign, in practice ten times less).

import { BinaryOp, ReduceOp } from '../codes';
import { loadLanes } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { rowF32 } from './binary';
import { fillWords } from './fill';
import { rowMax, rowMin } from './rows';
import { sumColumns } from './sum-columns';

/** Elements of a row whose sum is taken in float32. */
const RUN: i32 = 256;

/** Columns that Max, Min and Prod take at a time: 4 KiB of the output, which stay in L1. */
const STRIP: i32 = 1024;

/**
 * out[o][i] = op over l of x[o][l][i]. Max and Min are NaN where any element is. An empty axis gives 0 (Sum),
 * 1 (Prod), NaN (Mean), -inf (Max), inf (Min).
 */
export function reduceF32(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  outer: i32,
  length: i32,
  inner: i32,
  op: ReduceOp,
): void {
  const grain = inner == 1 ? 1 : 4;
  let begin = shareBegin(outer * inner, thread, threads, grain);
  const end = shareEnd(outer * inner, thread, threads, grain);
  if (inner == 1) {
    for (; begin < end; begin++) {
      const row = x + ((<usize>begin * length) << 2);
      store<f32>(out + ((<usize>begin) << 2), reduceRow(row, length, op));
    }
    return;
  }
  while (begin < end) {
    const column = begin % inner;
    const count = min(inner - column, end - begin);
    const first = x + ((<usize>(begin / inner) * length * inner + column) << 2);
    reduceColumns(out + ((<usize>begin) << 2), first, length, inner, count, op);
    begin += count;
  }
}

function reduceRow(x: usize, length: i32, op: ReduceOp): f32 {
  if (op == ReduceOp.Max) return rowMax(x, length);
  if (op == ReduceOp.Min) return rowMin(x, length);
  if (op == ReduceOp.Prod) return productOfRow(x, length);
  const sum = sumOfRow(x, length);
  return <f32>(op == ReduceOp.Mean ? sum / <f64>length : sum);
}

/** `count` neighbouring columns of `length` rows that are `inner` elements apart. */
function reduceColumns(
  out: usize,
  x: usize,
  length: i32,
  inner: i32,
  count: i32,
  op: ReduceOp,
): void {
  if (op == ReduceOp.Sum || op == ReduceOp.Mean) {
    sumColumns(out, x, length, (<usize>inner) << 2, count, op == ReduceOp.Mean ? <f64>length : 1);
    return;
  }
  let combine = BinaryOp.Multiply;
  let identity: f32 = 1;
  if (op == ReduceOp.Max) {
    combine = BinaryOp.Maximum;
    identity = -Infinity;
  } else if (op == ReduceOp.Min) {
    combine = BinaryOp.Minimum;
    identity = Infinity;
  }
  // Along the rows, as memory lies, collected in the output.
  for (; count > 0; count -= STRIP) {
    const width = min(count, STRIP);
    fillWords(out, width, reinterpret<i32>(identity));
    let row = x;
    for (let l = 0; l < length; l++) {
      rowF32(combine, out, out, row, width, 1, 1);
      row += (<usize>inner) << 2;
    }
    out += STRIP << 2;
    x += STRIP << 2;
  }
}

/** The sum of n contiguous elements. */
function sumOfRow(x: usize, n: i32): f64 {
  let total = f64x2.splat(0);
  for (; n > 0; n -= RUN) {
    const run = min(n, RUN);
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (let whole = run >> 4; whole > 0; whole--) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      s2 = f32x4.add(s2, v128.load(x, 32));
      s3 = f32x4.add(s3, v128.load(x, 48));
      x += 64;
    }
    if (run & 8) {
      s0 = f32x4.add(s0, v128.load(x));
      s1 = f32x4.add(s1, v128.load(x, 16));
      x += 32;
    }
    if (run & 4) {
      s2 = f32x4.add(s2, v128.load(x));
      x += 16;
    }
    // A short run is the last one, so x need not go beyond its tail.
    if (run & 3) s3 = f32x4.add(s3, loadLanes(x, run & 3));
    const s = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
    total = f64x2.add(total, f64x2.promote_low_f32x4(s));
    total = f64x2.add(total, f64x2.promote_low_f32x4(i64x2.shuffle(s, s, 1, 0)));
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/**
 * In float64, where products of float32 neither overflow nor vanish half-way as easily; on four lanes, since each
 * product waits for the last.
 */
function productOfRow(x: usize, n: i32): f32 {
  let p = f64x2.splat(1);
  let q = p;
  for (; n >= 4; n -= 4) {
    p = f64x2.mul(p, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    q = f64x2.mul(q, f64x2.promote_low_f32x4(v128.load64_zero(x, 8)));
    x += 16;
  }
  const product = f64x2.mul(p, q);
  let result = f64x2.extract_lane(product, 0) * f64x2.extract_lane(product, 1);
  for (; n > 0; n--) {
    result *= <f64>load<f32>(x);
    x += 4;
  }
  return <f32>result;
}
