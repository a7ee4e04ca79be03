// dx = dy * f'(x), element by element.

import { UnaryOp } from '../codes';
import { loadLanes, storeLanes } from '../lanes';
import { shareBegin, shareEnd } from '../split';
import { ElementFunction } from './functions/element-function';
import {
  Abs,
  Cos,
  Erf,
  Exp,
  Expm1,
  Log,
  Log1p,
  Negate,
  Reciprocal,
  Rsqrt,
  Sigmoid,
  Sign,
  Sin,
  Sqrt,
  Square,
  Tanh,
} from './functions/elementary';
import {
  Clip,
  HardShrink,
  HardSigmoid,
  HardSilu,
  HardTanh,
  SoftShrink,
  SparsePlus,
  SparseSigmoid,
} from './functions/piecewise';
import { BoundedRelu, Celu, Elu, LeakyRelu, Relu, Selu, Threshold } from './functions/rectifiers';
import {
  Gelu,
  GeluTanh,
  LogSigmoid,
  Mish,
  Silu,
  Softplus,
  Softsign,
  Squareplus,
  TanhShrink,
} from './functions/smooth';

/** Shares are multiples of this many elements, as in unary.ts. */
const GRAIN: i32 = 16;

/**
 * dx[i] = dy[i] * f' at v[i] for the whole vectors of n elements (n a multiple of 4). Returns the
 * same of the two tails, as `map` in unary.ts does.
 */
function differentiate<T extends ElementFunction>(
  dx: usize,
  dy: usize,
  v: usize,
  n: i32,
  dyTail: v128,
  vTail: v128,
  a: v128,
  b: v128,
  c: v128,
): v128 {
  const f = changetype<T>(0);
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

/**
 * dx[n] = dy[n] * f'(x[n]), where y[n] = f(x[n]) and p0, p1, p2 are as `unary` took them. Each
 * function reads x or y, whichever gives its derivative best. In place (dx == dy) is allowed. Split
 * over elements.
 */
export function unaryGradient(
  thread: i32,
  threads: i32,
  dx: usize,
  dy: usize,
  x: usize,
  y: usize,
  n: i32,
  op: i32,
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
  if (op == UnaryOp.Relu && p1 == 6 && p2 == 0) p1 = 5.9999995;
  const a = f32x4.splat(p0);
  const b = f32x4.splat(p1);
  const c = f32x4.splat(p2);
  let d = dyTail;
  switch (op) {
    case UnaryOp.Negate:
      d = differentiate<Negate>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Abs:
      d = differentiate<Abs>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Sign:
    case UnaryOp.Floor:
    case UnaryOp.Ceil:
    case UnaryOp.Round:
      d = differentiate<Sign>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Sqrt:
      d = differentiate<Sqrt>(dx, dy, y, whole, dyTail, yTail, a, b, c);
      break;
    case UnaryOp.Rsqrt:
      d = differentiate<Rsqrt>(dx, dy, y, whole, dyTail, yTail, a, b, c);
      break;
    case UnaryOp.Square:
      d = differentiate<Square>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Reciprocal:
      d = differentiate<Reciprocal>(dx, dy, y, whole, dyTail, yTail, a, b, c);
      break;
    case UnaryOp.Exp:
      d = differentiate<Exp>(dx, dy, y, whole, dyTail, yTail, a, b, c);
      break;
    case UnaryOp.Expm1:
      d = differentiate<Expm1>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Log:
      d = differentiate<Log>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Log1p:
      d = differentiate<Log1p>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Sin:
      d = differentiate<Sin>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Cos:
      d = differentiate<Cos>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Tanh:
      d = differentiate<Tanh>(dx, dy, y, whole, dyTail, yTail, a, b, c);
      break;
    case UnaryOp.Sigmoid:
      d = differentiate<Sigmoid>(dx, dy, y, whole, dyTail, yTail, a, b, c);
      break;
    case UnaryOp.Erf:
      d = differentiate<Erf>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Clip:
      d = differentiate<Clip>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Relu:
      if (p1 < Infinity || p2 != 0)
        d = differentiate<BoundedRelu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      else if (p0 != 0) d = differentiate<LeakyRelu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      else d = differentiate<Relu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Elu:
      d = differentiate<Elu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Selu:
      d = differentiate<Selu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Celu:
      d = differentiate<Celu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Gelu:
      d = differentiate<Gelu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.GeluTanh:
      d = differentiate<GeluTanh>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Silu:
      d = differentiate<Silu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Softplus:
      d = differentiate<Softplus>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Softsign:
      d = differentiate<Softsign>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.HardSigmoid:
      d = differentiate<HardSigmoid>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.HardSilu:
      d = differentiate<HardSilu>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.LogSigmoid:
      d = differentiate<LogSigmoid>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Mish:
      d = differentiate<Mish>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.TanhShrink:
      d = differentiate<TanhShrink>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.HardTanh:
      d = differentiate<HardTanh>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Squareplus:
      d = differentiate<Squareplus>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.Threshold:
      d = differentiate<Threshold>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.SoftShrink:
      d = differentiate<SoftShrink>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.HardShrink:
      d = differentiate<HardShrink>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.SparsePlus:
      d = differentiate<SparsePlus>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
    case UnaryOp.SparseSigmoid:
      d = differentiate<SparseSigmoid>(dx, dy, x, whole, dyTail, xTail, a, b, c);
      break;
  }
  storeLanes(dx + tail, d, rest);
}
