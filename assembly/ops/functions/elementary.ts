// Elementary functions: powers, roots, exponentials, logarithms, trigonometry, rounding.

import { expF32x4, expInline, expm1F32x4, gaussianF32x4 } from '../../math/exp';
import { PlainExp } from '../../math/exp-run';
import { log1pF32x4, logF32x4 } from '../../math/log';
import { SigmoidForm, sigmoidF32x4 } from '../../math/sigmoid';
import { TanhForm, tanhF32x4 } from '../../math/tanh';
import { arctanF32x4 } from '../../math/arctan';
import { erfF32x4 } from '../../math/erf';
import { cosF32x4, sinF32x4 } from '../../math/trig';
import { minusHalf, one } from '../../math/polynomial';
import { ByArgument, ByExponential, ByResult, signF32x4 } from './element-function';

/** @second 0 */
@unmanaged
export class Negate extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.neg(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.neg(dy);
  }
}

/**
 * The derivative at 0 is 0.
 *
 * @second 0
 */
@unmanaged
export class Abs extends ByArgument {
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

/** @second 0 */
@unmanaged
export class Sign extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return signF32x4(x);
  }
}

/** @second 0 */
@unmanaged
export class Floor extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.floor(x);
  }
}

/** @second 0 */
@unmanaged
export class Ceil extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.ceil(x);
  }
}

/**
 * Half to even.
 *
 * @second 0
 */
@unmanaged
export class Round extends Flat {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.nearest(x);
  }
}

/** @second -0.25 / (x * y) */
@unmanaged
export class Sqrt extends ByResult {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.sqrt(x);
  }
  /** dy / (2 y) */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.div(dy, f32x4.add(y, y));
  }
}

/** @second 0.75 * y / (x * x) */
@unmanaged
export class Rsqrt extends ByResult {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.div(one(), f32x4.sqrt(x));
  }
  /** -dy y³ / 2 */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(f32x4.mul(f32x4.mul(dy, minusHalf()), y), f32x4.mul(y, y));
  }
}

/** @second 2 */
@unmanaged
export class Square extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.mul(x, x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.add(x, x));
  }
}

/** @second (y * y) * (2 * y) */
@unmanaged
export class Reciprocal extends ByResult {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.div(one(), x);
  }
  /** -dy y² */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.neg(f32x4.mul(f32x4.mul(dy, y), y));
  }
}

/** @second y */
@unmanaged
export class Exp extends ByExponential<PlainExp> {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return expInline(x);
  }
  /** dy y */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(dy, y);
  }
}

/** @second y + 1 */
@unmanaged
export class Expm1 extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return expm1F32x4(x);
  }
  /** dy e^x: y + 1 would lose all digits where y is close to -1. */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, expF32x4(x));
  }
}

/** @second -(1 / (x * x)) */
@unmanaged
export class Log extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return logF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.div(dy, x);
  }
}

/** @second u = x + 1; -(1 / (u * u)) */
@unmanaged
export class Log1p extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return log1pF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.div(dy, f32x4.add(x, one()));
  }
}

/** @second -y */
@unmanaged
export class Sin extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return sinF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, cosF32x4(x));
  }
}

/** @second -y */
@unmanaged
export class Cos extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return cosF32x4(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.neg(f32x4.mul(dy, sinF32x4(x)));
  }
}

/** @second u = x * x + 1; -2 * x / (u * u) */
@unmanaged
export class Arctan extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return arctanF32x4(x);
  }
  /** dy / (1 + x²) */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.div(dy, f32x4.add(f32x4.mul(x, x), one()));
  }
}

/** @second -2 * y * (1 - y * y) */
@unmanaged
export class Tanh extends ByExponential<TanhForm> {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return tanhF32x4(x);
  }
  /** dy (1 - y) (1 + y): near ±1 more of it is exact than of 1 - y². */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(one(), y), f32x4.add(one(), y)));
  }
}

/** @second y * (1 - y) * (1 - 2 * y) */
@unmanaged
export class Sigmoid extends ByExponential<SigmoidForm> {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return sigmoidF32x4(x);
  }
  /** dy y (1 - y) */
  gradient(a: v128, b: v128, c: v128, y: v128, dy: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(one(), y)));
  }
}

/** @second (-4 / Math.sqrt(Math.PI)) * x * exp(-(x * x)) */
@unmanaged
export class Erf extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return erfF32x4(x);
  }
  /** dy 2 / sqrt(pi) e^(-x²) */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const density = gaussianF32x4(f32x4.mul(x, f32x4.splat(1.4142135623730951)));
    return f32x4.mul(dy, f32x4.mul(density, f32x4.splat(1.1283791670955126)));
  }
}
