// Rectifiers: the identity (or a slope) above a threshold, something small below it.

import { expF32x4, expm1F32x4 } from '../../math/exp';
import { ByArgument } from './element-function';

const SELU_SCALE: f32 = 1.0507009873554805;
const SELU_ALPHA_SCALE: f32 = 1.7580993408473766;

/**
 * max(x, 0), the relu of nearly every network. The derivative at 0 is 0.
 *
 * @second 0
 */
@unmanaged
export class Relu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.pmax(x, f32x4.splat(0));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.andnot(dy, f32x4.le(x, f32x4.splat(0)));
  }
}

/**
 * x > 0 ? x : a x. The derivative at 0 is a.
 *
 * @second 0
 */
@unmanaged
export class LeakyRelu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return v128.bitselect(x, f32x4.mul(x, a), f32x4.gt(x, f32x4.splat(0)));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(dy, a), f32x4.gt(x, f32x4.splat(0)));
  }
}

/**
 * All of Keras's relu: above the threshold c min(x, b), from there down a (x - c). As in Keras, a
 * maximum b also clips from below at 0, which shows only for thresholds below 0.
 * The derivative is 0 at the threshold and 1 at the maximum.
 *
 * @second 0
 */
@unmanaged
export class BoundedRelu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const above = f32x4.pmin(f32x4.pmax(x, lowerBound(b)), b);
    // With slope 0 the lower part is 0 for -infinity too.
    const below = v128.and(f32x4.mul(f32x4.sub(x, c), a), f32x4.ne(a, f32x4.splat(0)));
    return v128.bitselect(below, above, f32x4.le(x, c));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const inside = v128.and(f32x4.gt(x, c), v128.and(f32x4.ge(x, lowerBound(b)), f32x4.le(x, b)));
    const below = v128.and(f32x4.mul(dy, a), f32x4.lt(x, c));
    return v128.bitselect(dy, below, inside);
  }
}

/** -infinity if the maximum is infinity (there is none), else 0. */
// @ts-ignore: decorator
@inline
function lowerBound(maximum: v128): v128 {
  return v128.and(f32x4.splat(-Infinity), f32x4.eq(maximum, f32x4.splat(Infinity)));
}

/**
 * x > 0 ? x : a (e^x - 1). The derivative at 0 is a.
 *
 * @second x > 0 ? 0 : y + a
 */
@unmanaged
export class Elu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return v128.bitselect(x, f32x4.mul(expm1F32x4(x), a), f32x4.gt(x, f32x4.splat(0)));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const below = f32x4.mul(dy, f32x4.mul(expF32x4(x), a));
    return v128.bitselect(dy, below, f32x4.gt(x, f32x4.splat(0)));
  }
}

/**
 * scale * elu(x, alpha) with the constants of Klambauer et al. 2017.
 *
 * @second x > 0 ? 0 : y + 1.0507009873554805 * 1.6732632423543772
 */
@unmanaged
export class Selu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const above = f32x4.mul(x, f32x4.splat(SELU_SCALE));
    const below = f32x4.mul(expm1F32x4(x), f32x4.splat(SELU_ALPHA_SCALE));
    return v128.bitselect(above, below, f32x4.gt(x, f32x4.splat(0)));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const below = f32x4.mul(expF32x4(x), f32x4.splat(SELU_ALPHA_SCALE));
    const above = f32x4.splat(SELU_SCALE);
    return f32x4.mul(dy, v128.bitselect(above, below, f32x4.gt(x, f32x4.splat(0))));
  }
}

/**
 * x > 0 ? x : a (e^(x / a) - 1)
 *
 * @second x > 0 ? 0 : (y + a) / (a * a)
 */
@unmanaged
export class Celu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const below = f32x4.mul(expm1F32x4(f32x4.div(x, a)), a);
    return v128.bitselect(x, below, f32x4.gt(x, f32x4.splat(0)));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const below = f32x4.mul(dy, expF32x4(f32x4.div(x, a)));
    return v128.bitselect(dy, below, f32x4.gt(x, f32x4.splat(0)));
  }
}

/**
 * x > a ? x : b
 *
 * @second 0
 */
@unmanaged
export class Threshold extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return v128.bitselect(b, x, f32x4.le(x, a));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.andnot(dy, f32x4.le(x, a));
  }
}
