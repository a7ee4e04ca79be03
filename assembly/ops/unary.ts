// y = f(x) and dx = dy * f', element by element.

import { dispatch } from '../generated/dispatch';
import { UnaryOp } from '../generated/unary-op';
import { loadLanes, storeLanes } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { ElementFunction } from './functions/element-function';

/** Shares are multiples of this many elements, 64 bytes: no two threads write to one cache line. */
const GRAIN: i32 = 16;

/**
 * out[i] = f(x[i]) for the whole vectors of n elements (n a multiple of 4). Returns f(xTail), by the
 * one copy of f in the loop: an element's bits do not depend on where the vectors end.
 */
@unmanaged
class Map {
  each<F extends ElementFunction>(
    out: usize,
    dy: usize,
    x: usize,
    y: usize,
    n: i32,
    dyTail: v128,
    xTail: v128,
    yTail: v128,
    a: v128,
    b: v128,
    c: v128,
  ): v128 {
    const f = changetype<F>(0);
    const done = f.run(out, x, n);
    out += (<usize>done) << 2;
    x += (<usize>done) << 2;
    n -= done;
    while (true) {
      const y = f.value(a, b, c, n > 0 ? v128.load(x) : xTail);
      if (n <= 0) return y;
      v128.store(out, y);
      x += 16;
      out += 16;
      n -= 4;
    }
  }
}

/**
 * out[n] = f(x[n]) with the function and its parameters p0, p1, p2 that `op` names.
 * In place (out == x) is allowed. Split over elements.
 * @cost 1 n
 */
export function unary(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  n: i32,
  op: UnaryOp,
  p0: f32,
  p1: f32,
  p2: f32,
): void {
  const begin = shareBegin(n, thread, threads, GRAIN);
  const count = shareEnd(n, thread, threads, GRAIN) - begin;
  out += (<usize>begin) << 2;
  x += (<usize>begin) << 2;
  const whole = count & ~3;
  const rest = count - whole;
  const at = (<usize>whole) << 2;
  const tail = loadLanes(x + at, rest);
  const a = f32x4.splat(p0);
  const b = f32x4.splat(p1);
  const c = f32x4.splat(p2);
  storeLanes(out + at, dispatch<Map>(op, out, 0, x, 0, whole, tail, tail, tail, a, b, c), rest);
}

/**
 * dx[i] = dy[i] * f' at x[i] or y[i] for the whole vectors of n elements (n a multiple of 4). Returns the
 * same of the tails, as `Map` does.
 */
@unmanaged
class Differentiate {
  each<F extends ElementFunction>(
    dx: usize,
    dy: usize,
    x: usize,
    y: usize,
    n: i32,
    dyTail: v128,
    xTail: v128,
    yTail: v128,
    a: v128,
    b: v128,
    c: v128,
  ): v128 {
    const f = changetype<F>(0);
    let v = f.readsResult() ? y : x;
    const vTail = f.readsResult() ? yTail : xTail;
    while (true) {
      const more = n > 0;
      const d = f.gradient(a, b, c, more ? v128.load(v) : vTail, more ? v128.load(dy) : dyTail);
      if (!more) return d;
      v128.store(dx, d);
      dx += 16;
      dy += 16;
      v += 16;
      n -= 4;
    }
  }
}

/**
 * dx[n] = dy[n] * f'(x[n]), where y[n] = f(x[n]) and p0, p1, p2 are as `unary` took them. Each
 * function reads x or y, whichever gives its derivative best. In place (dx == dy) is allowed. Split
 * over elements.
 * @cost 1 n
 */
export function unaryGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  n: i32,
  op: UnaryOp,
  p0: f32,
  p1: f32,
  p2: f32,
): void {
  const begin = shareBegin(n, thread, threads, GRAIN);
  const count = shareEnd(n, thread, threads, GRAIN) - begin;
  dx += (<usize>begin) << 2;
  dy += (<usize>begin) << 2;
  x += (<usize>begin) << 2;
  y += (<usize>begin) << 2;
  const whole = count & ~3;
  const rest = count - whole;
  const tail = (<usize>whole) << 2;
  const dyTail = loadLanes(dy + tail, rest);
  const xTail = loadLanes(x + tail, rest);
  const yTail = loadLanes(y + tail, rest);
  // Keras computes this one relu by relu6, whose derivative at 6 is 0: there the last float32 below
  // 6 is the maximum that still passes the gradient on.
  if (op == UnaryOp.BoundedRelu && p1 == 6 && p2 == 0) p1 = 5.9999995;
  const a = f32x4.splat(p0);
  const b = f32x4.splat(p1);
  const c = f32x4.splat(p2);
  const d = dispatch<Differentiate>(op, dx, dy, x, y, whole, dyTail, xTail, yTail, a, b, c);
  storeLanes(dx + tail, d, rest);
}
