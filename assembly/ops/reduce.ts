// Reductions of float32 along one axis: x is [outer, length, inner], out is [outer, inner].
//
// The tree of every output depends on `length` and on whether inner is 1, never on its position or on the number of
// threads. Rounding errors of sums do not grow with length: columns are added in runs of eight rows,
// rows in runs of 256 elements on 16 lanes, in float32, and the runs in float64, so that at most 18 roundings lie on an
// element's way (below 1.1e-6 relative for terms of equal sign, in practice ten times less).

import { ReduceOp } from '../codes';
import { shareBegin, shareEnd } from '../split';
import { LARGE, REDUCE_BLOCK, STRIP } from '../tuning';
import { columnScratchBytes } from './column-blocks';
import { fillWords } from './fill';
import { rowMax, rowMin } from './rows';
import { sumColumns } from './sum-columns';
import { Element, Square, sumOfRow } from './sum-of-row';

/**
 * out[o][i] = op over l of x[o][l][i]. Max and Min are NaN where any element is. An empty axis gives 0 (Sum),
 * 1 (Prod), NaN (Mean), -inf (Max), inf (Min). SumOfSquares is for inner = 1 alone. `scratch` has `columnScratchBytes`, and may be 0 if inner is 1.
 * @cost 0.2 outer·length·inner
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
  scratch: usize,
): void {
  const grain = inner == 1 ? 1 : 4;
  const begin = shareBegin(outer * inner, thread, threads, grain);
  let end = shareEnd(outer * inner, thread, threads, grain);
  // From the end to the beginning: what a kernel has written last is read first, as long as it is in the cache.
  if (inner == 1) {
    const rows = max(1, REDUCE_BLOCK / max(1, length));
    while (end > begin) {
      const first = max(begin, end - rows);
      for (let o = first; o < end; o++) {
        const row = x + ((<usize>o * length) << 2);
        store<f32>(out + ((<usize>o) << 2), reduceRow(row, length, op));
      }
      end = first;
    }
    return;
  }
  const isInCache = outer * length * inner < LARGE;
  scratch += <usize>thread * columnScratchBytes(1);
  while (end > begin) {
    const outerIndex = (end - 1) / inner;
    const start = max(begin, outerIndex * inner);
    const column = start - outerIndex * inner;
    const first = x + ((<usize>outerIndex * length * inner + column) << 2);
    const to = out + ((<usize>start) << 2);
    reduceColumns(to, first, length, inner, end - start, op, isInCache, scratch);
    end = start;
  }
}

function reduceRow(x: usize, length: i32, op: ReduceOp): f32 {
  if (op == ReduceOp.Max) return rowMax(x, length);
  if (op == ReduceOp.Min) return rowMin(x, length);
  if (op == ReduceOp.Prod) return productOfRow(x, length);
  if (op == ReduceOp.SumOfSquares) return <f32>sumOfRow<Square>(x, 0, length);
  const sum = sumOfRow<Element>(x, 0, length);
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
  isInCache: bool,
  scratch: usize,
): void {
  const pitch = (<usize>inner) << 2;
  if (op == ReduceOp.Sum || op == ReduceOp.Mean) {
    const divisor: f64 = op == ReduceOp.Mean ? length : 1;
    sumColumns(out, x, length, pitch, count, divisor, isInCache, scratch);
    return;
  }
  let identity: f32 = 1;
  if (op == ReduceOp.Max) identity = -Infinity;
  else if (op == ReduceOp.Min) identity = Infinity;
  // Along the rows, as memory lies, collected in the output.
  for (; count > 0; count -= STRIP) {
    const width = min(count, STRIP);
    fillWords(out, width, reinterpret<i32>(identity));
    combineRows(op, out, x, length, pitch, width);
    out += STRIP << 2;
    x += STRIP << 2;
  }
}

/** out[c] = out[c] op x[0][c] op … op x[rows - 1][c] for c < width. */
function combineRows(
  op: ReduceOp,
  out: usize,
  x: usize,
  rows: i32,
  pitch: usize,
  width: i32,
): void {
  const whole = out + ((<usize>(width & ~3)) << 2);
  const end = out + ((<usize>width) << 2);
  for (; rows > 0; rows--) {
    let element = x;
    let y = out;
    for (; y < whole; y += 16) {
      v128.store(y, combine(op, v128.load(y), v128.load(element)));
      element += 16;
    }
    for (; y < end; y += 4) {
      const value = combine(op, v128.load32_zero(y), v128.load32_zero(element));
      v128.store_lane<f32>(y, value, 0);
      element += 4;
    }
    x += pitch;
  }
}

/**
 * Max and Min are NaN where either is: pmax and pmin are one instruction, where max and min are many, but pass over
 * NaN in x.
 */
// @ts-ignore: decorator
@inline
function combine(op: ReduceOp, y: v128, x: v128): v128 {
  if (op == ReduceOp.Prod) return f32x4.mul(y, x);
  return v128.or(op == ReduceOp.Max ? f32x4.pmax(y, x) : f32x4.pmin(y, x), f32x4.ne(x, x));
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
