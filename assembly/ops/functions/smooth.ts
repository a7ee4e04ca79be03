// Smooth activations. Each is written so that nothing overflows or cancels where the result is
// small: from e^-|x|, which is in [0, 1], or from the normal distribution's tail.

import { madd } from '../../lanes';
import { gaussianF32x4 } from '../../math/exp';
import { log1pF32x4 } from '../../math/log';
import { tanhF32x4 } from '../../math/tanh';
import { decayF32x4, sigmoidF32x4 } from '../../math/sigmoid';
import { normalTailF32x4, scaledErfcF32x4 } from '../../math/erf';
import { half, one } from '../../math/polynomial';
import { ByArgument, clipF32x4 } from './element-function';

export const SQRT_HALF: f32 = 0.7071067811865476;
/** 1 / sqrt(2 pi) */
export const NORMAL_DENSITY_AT_0: f32 = 0.3989422804014327;
/** 2 sqrt(2 / pi), and that times 0.044715 */
const GELU_LINEAR: f32 = 1.5957691216057308;
const GELU_CUBIC: f32 = 0.07135481282746826;

// @ts-ignore: decorator
@inline
function isNegative(x: v128): v128 {
  return f32x4.lt(x, f32x4.splat(0));
}

/**
 * x Phi(x), Phi the distribution function of the standard normal.
 *
 * @second density = exp(-0.5 * (x * x)) * (1 / Math.sqrt(2 * Math.PI));
 *   2 * density - (x * density) * x
 */
@unmanaged
export class Gelu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const tail = normalTailF32x4(x);
    const phi = v128.bitselect(tail, f32x4.sub(one(), tail), isNegative(x));
    return f32x4.mul(x, phi);
  }
  /** f'(-t) = density(t) (tail(t) / density(t) - t) for t >= 0, and f'(t) = 1 - f'(-t). */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const t = f32x4.pmin(f32x4.abs(x), f32x4.splat(14.5));
    const scaledTail = scaledErfcF32x4(f32x4.mul(t, f32x4.splat(SQRT_HALF)));
    const difference = f32x4.sub(
      f32x4.mul(scaledTail, half()),
      f32x4.mul(t, f32x4.splat(NORMAL_DENSITY_AT_0)),
    );
    const mirrored = f32x4.mul(difference, gaussianF32x4(t));
    const slope = v128.bitselect(mirrored, f32x4.sub(one(), mirrored), isNegative(x));
    return f32x4.mul(dy, slope);
  }
}

/**
 * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x³))) / 2, computed as x sigmoid(w) with w twice the
 * argument of tanh: the sum 1 + tanh would cancel below 0.
 *
 * @second w = 2 * Math.sqrt(2 / Math.PI); k = 0.044715; z = clip(x, -20, 20); s = sigmoid(w * z * (1 + k * z * z));
 *   du = w * (3 * k * z * z + 1); d2u = 6 * k * w * z;
 *   s * (1 - s) * (2 * du + z * (d2u + (1 - 2 * s) * du * du))
 */
@unmanaged
export class GeluTanh extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const factor = madd(f32x4.mul(x, x), f32x4.splat(GELU_CUBIC), f32x4.splat(GELU_LINEAR));
    return f32x4.mul(x, sigmoidF32x4(f32x4.mul(x, factor)));
  }
  /** s + x s (1 - s) w' */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    // Beyond 30 the slope is 0 or 1, and x³ must not overflow.
    x = clipF32x4(x, f32x4.splat(-30), f32x4.splat(30));
    const square = f32x4.mul(x, x);
    const linear = f32x4.splat(GELU_LINEAR);
    const w = f32x4.mul(x, madd(square, f32x4.splat(GELU_CUBIC), linear));
    const dw = madd(square, f32x4.splat(3 * GELU_CUBIC), linear);
    return f32x4.mul(dy, gatedSlope(w, f32x4.mul(x, dw)));
  }
}

/** s + s (1 - s) z with s = sigmoid(w), 1 - s without cancellation. */
function gatedSlope(w: v128, z: v128): v128 {
  const e = decayF32x4(w);
  const larger = f32x4.div(one(), f32x4.add(one(), e));
  const smaller = f32x4.mul(e, larger);
  const negative = isNegative(w);
  const s = v128.bitselect(smaller, larger, negative);
  const complement = v128.bitselect(larger, smaller, negative);
  return f32x4.mul(s, madd(complement, z, one()));
}

/**
 * x sigmoid(x)
 *
 * @second s = sigmoid(x); s * (1 - s) * (2 + x * (1 - 2 * s))
 */
@unmanaged
export class Silu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.mul(x, sigmoidF32x4(x));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, gatedSlope(x, x));
  }
}

/**
 * ln(1 + e^x)
 *
 * @second s = sigmoid(x); s * (1 - s)
 */
@unmanaged
export class Softplus extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1pF32x4(decayF32x4(x)));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, sigmoidF32x4(x));
  }
}

/**
 * ln sigmoid(x) = -softplus(-x)
 *
 * @second s = sigmoid(x); -(s * (1 - s))
 */
@unmanaged
export class LogSigmoid extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.sub(f32x4.pmin(x, f32x4.splat(0)), log1pF32x4(decayF32x4(x)));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return f32x4.mul(dy, sigmoidF32x4(f32x4.neg(x)));
  }
}

/**
 * x / (1 + |x|)
 *
 * @second u = abs(x) + 1; -2 * sign(x) / (u * u * u)
 */
@unmanaged
export class Softsign extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.div(x, f32x4.add(f32x4.abs(x), one()));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const denominator = f32x4.add(f32x4.abs(x), one());
    return f32x4.div(f32x4.div(dy, denominator), denominator);
  }
}

/**
 * x tanh(softplus(x)). With e = e^-|x|, tanh(softplus(x)) = p / (p + q), where from 0 upwards
 * p = 1 + 2 e and q = 2 e², and below p = 2 e + e² and q = 2.
 *
 * @second s = sigmoid(x);
 *   t = tanh(softplus(x)); (1 - t) * (1 + t) * s * (2 + x * (1 - s * (2 * t + 1)))
 */
@unmanaged
export class Mish extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const e = decayF32x4(x);
    const negative = isNegative(x);
    const p = mishNumerator(e, negative);
    return f32x4.div(f32x4.mul(x, p), f32x4.add(p, mishComplement(e, negative)));
  }
  /** t + x (1 - t) (1 + t) sigmoid(x) with t = tanh(softplus(x)) */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const e = decayF32x4(x);
    const negative = isNegative(x);
    const p = mishNumerator(e, negative);
    const q = mishComplement(e, negative);
    const sum = f32x4.add(p, q);
    const t = f32x4.div(p, sum);
    const sigmoid = f32x4.div(v128.bitselect(e, one(), negative), f32x4.add(one(), e));
    const complement = f32x4.mul(f32x4.div(q, sum), f32x4.add(one(), t));
    return f32x4.mul(dy, madd(f32x4.mul(x, complement), sigmoid, t));
  }
}

// @ts-ignore: decorator
@inline
function mishNumerator(e: v128, negative: v128): v128 {
  const constant = v128.bitselect(f32x4.mul(e, e), one(), negative);
  return f32x4.add(f32x4.add(e, e), constant);
}

// @ts-ignore: decorator
@inline
function mishComplement(e: v128, negative: v128): v128 {
  const half = v128.bitselect(one(), f32x4.mul(e, e), negative);
  return f32x4.add(half, half);
}

/**
 * x - tanh(x)
 *
 * @second t = tanh(x); 2 * t * (1 - t * t)
 */
@unmanaged
export class TanhShrink extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.sub(x, tanhF32x4(x));
  }
  /** dy tanh(x)² */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const t = tanhF32x4(x);
    return f32x4.mul(dy, f32x4.mul(t, t));
  }
}

/**
 * (x + sqrt(x² + a)) / 2; below 0, where that cancels, (a / 2) / (|x| + sqrt(x² + a)).
 *
 * @second r = sqrt(x * x + a); a / 2 / (r * r * r)
 */
@unmanaged
export class Squareplus extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return squareplus(x, squareplusRoot(x, a), a);
  }
  /** dy f(x) / sqrt(x² + a) */
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const root = squareplusRoot(x, a);
    return f32x4.mul(dy, f32x4.div(squareplus(x, root, a), root));
  }
}

/** sqrt(x² + a); |x| where x² overflows. */
// @ts-ignore: decorator
@inline
function squareplusRoot(x: v128, a: v128): v128 {
  const root = f32x4.sqrt(madd(x, x, a));
  return v128.bitselect(f32x4.abs(x), root, f32x4.eq(root, f32x4.splat(Infinity)));
}

// @ts-ignore: decorator
@inline
function squareplus(x: v128, root: v128, a: v128): v128 {
  const sum = f32x4.add(f32x4.abs(x), root);
  return v128.bitselect(
    f32x4.div(f32x4.mul(a, half()), sum),
    f32x4.mul(sum, half()),
    isNegative(x),
  );
}
