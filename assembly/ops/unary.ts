// y = f(x), element by element.

import { UnaryOp } from '../codes';
import { loadLanes, storeLanes } from '../lanes';
import { ExpForm, expRun, PlainExp } from '../math/exp-run';
import { SigmoidForm } from '../math/sigmoid';
import { TanhForm } from '../math/tanh';
import { shareBegin, shareEnd } from '../split';
import { ElementFunction } from './functions/element-function';
import {
  Abs,
  Ceil,
  Cos,
  Erf,
  Exp,
  Expm1,
  Floor,
  Log,
  Log1p,
  Negate,
  Reciprocal,
  Round,
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

/** Shares are multiples of this many elements, 64 bytes: no two threads write to one cache line. */
const GRAIN: i32 = 16;

/**
 * out[i] = f(x[i]) for the whole vectors of n elements (n a multiple of 4). Returns f(tail), by the
 * one copy of f in the loop: an element's bits do not depend on where the vectors end.
 */
function map<T extends ElementFunction>(
  out: usize,
  x: usize,
  n: i32,
  tail: v128,
  a: v128,
  b: v128,
  c: v128,
): v128 {
  const f = changetype<T>(0);
  while (true) {
    const y = f.value(a, b, c, n > 0 ? v128.load(x) : tail);
    if (n <= 0) return y;
    v128.store(out, y);
    x += 16;
    out += 16;
    n -= 4;
  }
}

/** The same for a function F of no parameters that is made of one exponential, by the runs of its form. */
function mapRun<Form extends ExpForm, F extends ElementFunction>(
  out: usize,
  x: usize,
  n: i32,
  tail: v128,
): v128 {
  const run = n & ~15;
  const bytes = (<usize>run) << 2;
  const none = f32x4.splat(0);
  expRun<Form>(out, x, run, none);
  return map<F>(out + bytes, x + bytes, n - run, tail, none, none, none);
}

/**
 * out[n] = f(x[n]) with the function and its parameters p0, p1, p2 that `op` names (codes.ts).
 * In place (out == x) is allowed. Split over elements.
 */
export function unary(
  thread: i32,
  threads: i32,
  out: usize,
  x: usize,
  n: i32,
  op: i32,
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
  const tail = loadLanes(x + ((<usize>whole) << 2), rest);
  const a = f32x4.splat(p0);
  const b = f32x4.splat(p1);
  const c = f32x4.splat(p2);
  let y = tail;
  switch (op) {
    case UnaryOp.Negate:
      y = map<Negate>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Abs:
      y = map<Abs>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Sign:
      y = map<Sign>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Sqrt:
      y = map<Sqrt>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Rsqrt:
      y = map<Rsqrt>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Square:
      y = map<Square>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Reciprocal:
      y = map<Reciprocal>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Exp:
      y = mapRun<PlainExp, Exp>(out, x, whole, tail);
      break;
    case UnaryOp.Expm1:
      y = map<Expm1>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Log:
      y = map<Log>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Log1p:
      y = map<Log1p>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Sin:
      y = map<Sin>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Cos:
      y = map<Cos>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Tanh:
      y = mapRun<TanhForm, Tanh>(out, x, whole, tail);
      break;
    case UnaryOp.Sigmoid:
      y = mapRun<SigmoidForm, Sigmoid>(out, x, whole, tail);
      break;
    case UnaryOp.Erf:
      y = map<Erf>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Floor:
      y = map<Floor>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Ceil:
      y = map<Ceil>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Round:
      y = map<Round>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Clip:
      y = map<Clip>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Relu:
      if (p1 < Infinity || p2 != 0) y = map<BoundedRelu>(out, x, whole, tail, a, b, c);
      else if (p0 != 0) y = map<LeakyRelu>(out, x, whole, tail, a, b, c);
      else y = map<Relu>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Elu:
      y = map<Elu>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Selu:
      y = map<Selu>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Celu:
      y = map<Celu>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Gelu:
      y = map<Gelu>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.GeluTanh:
      y = map<GeluTanh>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Silu:
      y = map<Silu>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Softplus:
      y = map<Softplus>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Softsign:
      y = map<Softsign>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.HardSigmoid:
      y = map<HardSigmoid>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.HardSilu:
      y = map<HardSilu>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.LogSigmoid:
      y = map<LogSigmoid>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Mish:
      y = map<Mish>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.TanhShrink:
      y = map<TanhShrink>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.HardTanh:
      y = map<HardTanh>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Squareplus:
      y = map<Squareplus>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.Threshold:
      y = map<Threshold>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.SoftShrink:
      y = map<SoftShrink>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.HardShrink:
      y = map<HardShrink>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.SparsePlus:
      y = map<SparsePlus>(out, x, whole, tail, a, b, c);
      break;
    case UnaryOp.SparseSigmoid:
      y = map<SparseSigmoid>(out, x, whole, tail, a, b, c);
      break;
  }
  storeLanes(out + ((<usize>whole) << 2), y, rest);
}
