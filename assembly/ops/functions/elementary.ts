// Elementary functions: powers, roots, exponentials, logarithms, trigonometry, rounding.

import { UnaryOp } from '../../codes';
import { expF32x4, expInline, expm1F32x4, gaussianF32x4 } from '../../math/exp';
import { PlainExp } from '../../math/exp-run';
import { log1pF32x4, logF32x4 } from '../../math/log';
import { SigmoidForm, sigmoidF32x4 } from '../../math/sigmoid';
import { TanhForm, tanhF32x4 } from '../../math/tanh';
import { erfF32x4 } from '../../math/erf';
import { cosF32x4, sinF32x4 } from '../../math/trig';
import { minusHalf, one } from '../../math/polynomial';
import { ByArgument, ByExponential, ByResult, signF32x4 } from './element-function';

@unmanaged
class Negate extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.neg(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.neg(dy);
  }
}

/** The derivative at 0 is 0. */
@unmanaged
class Abs extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.abs(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, signF32x4(x));
  }
}

/** Steps: flat wherever they have a derivative, which is taken as 0 everywhere, whatever dy is. */
@unmanaged
abstract class Flat extends ByArgument {
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.xor(dy, dy);
  }
}

@unmanaged
class Sign extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return signF32x4(x);
  }
}

@unmanaged
class Floor extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.floor(x);
  }
}

@unmanaged
class Ceil extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.ceil(x);
  }
}

/** Half to even. */
@unmanaged
class Round extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.nearest(x);
  }
}

@unmanaged
class Sqrt extends ByResult {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.sqrt(x);
  }
  /** dy / (2 y) */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.div(dy, f32x4.add(y, y));
  }
}

@unmanaged
class Rsqrt extends ByResult {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.div(one(), f32x4.sqrt(x));
  }
  /** -dy y³ / 2 */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(f32x4.mul(f32x4.mul(dy, minusHalf()), y), f32x4.mul(y, y));
  }
}

@unmanaged
class Square extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.mul(x, x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.add(x, x));
  }
}

@unmanaged
class Reciprocal extends ByResult {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.div(one(), x);
  }
  /** -dy y² */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.neg(f32x4.mul(f32x4.mul(dy, y), y));
  }
}

@unmanaged
class Exp extends ByExponential<PlainExp> {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return expInline(x);
  }
  /** dy y */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(dy, y);
  }
}

@unmanaged
class Expm1 extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return expm1F32x4(x);
  }
  /** dy e^x: y + 1 would lose all digits where y is close to -1. */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, expF32x4(x));
  }
}

@unmanaged
class Log extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return logF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.div(dy, x);
  }
}

@unmanaged
class Log1p extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return log1pF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.div(dy, f32x4.add(x, one()));
  }
}

@unmanaged
class Sin extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return sinF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, cosF32x4(x));
  }
}

@unmanaged
class Cos extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return cosF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.neg(f32x4.mul(dy, sinF32x4(x)));
  }
}

@unmanaged
class Tanh extends ByExponential<TanhForm> {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return tanhF32x4(x);
  }
  /** dy (1 - y) (1 + y): near ±1 more of it is exact than of 1 - y². */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(one(), y), f32x4.add(one(), y)));
  }
}

@unmanaged
class Sigmoid extends ByExponential<SigmoidForm> {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return sigmoidF32x4(x);
  }
  /** dy y (1 - y) */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(one(), y)));
  }
}

@unmanaged
class Erf extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return erfF32x4(x);
  }
  /** dy 2 / sqrt(pi) e^(-x²) */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const density = gaussianF32x4(f32x4.mul(x, f32x4.splat(1.4142135623730951)));
    return f32x4.mul(dy, f32x4.mul(density, f32x4.splat(1.1283791670955126)));
  }
}

/** What the loop L makes of the function of this file that `op` names. */
// @ts-ignore: decorator
@inline
export function elementary<L>(
  op: UnaryOp,
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
  const loop = changetype<L>(0);
  switch (op) {
    case UnaryOp.Negate:
      return loop.each<Negate>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Abs:
      return loop.each<Abs>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Sign:
      return loop.each<Sign>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Floor:
      return loop.each<Floor>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Ceil:
      return loop.each<Ceil>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Round:
      return loop.each<Round>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Sqrt:
      return loop.each<Sqrt>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Rsqrt:
      return loop.each<Rsqrt>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Square:
      return loop.each<Square>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Reciprocal:
      return loop.each<Reciprocal>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Exp:
      return loop.each<Exp>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Expm1:
      return loop.each<Expm1>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Log:
      return loop.each<Log>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Log1p:
      return loop.each<Log1p>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Sin:
      return loop.each<Sin>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Cos:
      return loop.each<Cos>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Tanh:
      return loop.each<Tanh>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Sigmoid:
      return loop.each<Sigmoid>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
    case UnaryOp.Erf:
      return loop.each<Erf>(out, dy, x, y, n, dyTail, xTail, yTail, a, b, c);
  }
  return unreachable();
}
