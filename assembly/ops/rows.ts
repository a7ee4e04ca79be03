// What softmax and the losses need of one row x [cols], float32. Sums are float64.

import {
  horizontalMax,
  horizontalMin,
  lastLanes,
  loadLanes,
  loadVector,
  padLanes,
  storeLanes,
} from '../lanes';
import { expF32x4, expInline } from '../math/exp';
import { expRun, ShiftedExp } from '../math/exp-run';
import { log1pF32x4 } from '../math/log';
import { ROW_BLOCK } from '../tuning';

/** The largest of x[cols]; -inf when empty, NaN when there is one. */
export function rowMax(x: usize, cols: i32): f32 {
  return rowExtreme(true, x, cols);
}

/** The smallest of x[cols]; inf when empty, NaN when there is one. */
export function rowMin(x: usize, cols: i32): f32 {
  return rowExtreme(false, x, cols);
}

/**
 * pmax and pmin are one instruction, where max and min are many, but pass over NaN, which is looked for beside them.
 * Four chains, since each step of one waits for the last.
 */
// @ts-ignore: decorator
@inline
function rowExtreme(isMax: bool, x: usize, cols: i32): f32 {
  const worst = f32x4.splat(isMax ? -Infinity : Infinity);
  let e0 = worst;
  let e1 = worst;
  let e2 = worst;
  let e3 = worst;
  let unordered = i32x4.splat(0);
  for (; cols >= 16; cols -= 16) {
    const a = v128.load(x);
    const b = v128.load(x, 16);
    const c = v128.load(x, 32);
    const d = v128.load(x, 48);
    e0 = better(isMax, e0, a);
    e1 = better(isMax, e1, b);
    e2 = better(isMax, e2, c);
    e3 = better(isMax, e3, d);
    unordered = v128.or(unordered, v128.or(f32x4.ne(a, a), f32x4.ne(b, b)));
    unordered = v128.or(unordered, v128.or(f32x4.ne(c, c), f32x4.ne(d, d)));
    x += 64;
  }
  for (; cols > 0; cols -= 4) {
    const a = padLanes(loadVector(x, cols), worst, cols);
    e0 = better(isMax, e0, a);
    unordered = v128.or(unordered, f32x4.ne(a, a));
    x += 16;
  }
  if (v128.any_true(unordered)) return NaN;
  const e = better(isMax, better(isMax, e0, e1), better(isMax, e2, e3));
  return isMax ? horizontalMax(e) : horizontalMin(e);
}

/** The better of two lanes; the first where the second is NaN or equal. */
// @ts-ignore: decorator
@inline
function better(isMax: bool, x: v128, y: v128): v128 {
  return isMax ? f32x4.pmax(x, y) : f32x4.pmin(x, y);
}

/** Two float64 lanes + (x0 + x2, x1 + x3). */
// @ts-ignore: decorator
@inline
export function addWide(sum: v128, x: v128): v128 {
  const high = f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 0));
  return f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(x), high));
}

/** The sum of two float64 lanes. */
// @ts-ignore: decorator
@inline
export function wideSum(sum: v128): f64 {
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Σ exp(x[cols] - shift); each exponential is also written to `out` unless that is 0. */
export function rowExpSum(out: usize, x: usize, cols: i32, shift: f32): f64 {
  const s = f32x4.splat(shift);
  let sum = f64x2.splat(0);
  if (cols < 4) {
    // The exponential of what lies beyond the end must not be far from the others: some take much longer.
    const zero = f32x4.splat(0);
    const z = padLanes(f32x4.sub(loadLanes(x, cols), s), zero, cols);
    const e = padLanes(expF32x4(z), zero, cols);
    if (out != 0) storeLanes(out, e, cols);
    return wideSum(addWide(sum, e));
  }
  const whole = cols & ~3;
  const run = out != 0 ? cols & ~15 : 0;
  const lastAt: usize = ((<usize>cols) << 2) - 16;
  // The last four, before some of them may be written over.
  const last = v128.load(x + lastAt);
  for (let begin = 0; begin < run; begin += ROW_BLOCK) {
    const at = (<usize>begin) << 2;
    const count = min(ROW_BLOCK, run - begin);
    expRun<ShiftedExp>(out + at, x + at, count, s);
    const end = out + at + ((<usize>count) << 2);
    for (let e = out + at; e < end; e += 16) sum = addWide(sum, v128.load(e));
  }
  for (let c = run; c < cols; c += 4) {
    const at = (<usize>c) << 2;
    const isWhole = c < whole;
    const e = expInline(f32x4.sub(isWhole ? v128.load(x + at) : last, s));
    if (out != 0) v128.store(out + (isWhole ? at : lastAt), e);
    sum = addWide(sum, isWhole ? e : lastLanes(e, cols - whole));
  }
  return wideSum(sum);
}

/**
 * ln Σ exp(x[cols] - shift), shift being the row's maximum. The largest term is 1, so what is left over it
 * goes to log1p: a loss near 0 keeps its relative accuracy.
 */
export function rowLogSum(x: usize, cols: i32, shift: f32): f32 {
  const rest = <f32>(rowExpSum(0, x, cols, shift) - 1);
  return f32x4.extract_lane(log1pF32x4(f32x4.splat(rest)), 0);
}

/** Σ a[cols] b[cols]. */
export function rowDot(a: usize, b: usize, cols: i32): f32 {
  let sum = f64x2.splat(0);
  for (let c = 0; c < cols; c += 4) {
    const at = (<usize>c) << 2;
    sum = addWide(sum, f32x4.mul(loadVector(a + at, cols - c), loadVector(b + at, cols - c)));
  }
  return <f32>wideSum(sum);
}

/** Σ x[cols]. */
export function rowSum(x: usize, cols: i32): f32 {
  let sum = f64x2.splat(0);
  for (let c = 0; c < cols; c += 4) {
    sum = addWide(sum, loadVector(x + ((<usize>c) << 2), cols - c));
  }
  return <f32>wideSum(sum);
}
