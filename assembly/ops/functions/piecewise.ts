// Functions of straight (or quadratic) pieces. Their derivatives at the kinks are PyTorch's.

import { madd } from '../../lanes';
import { half, one } from '../../math/polynomial';
import { ByArgument, clipF32x4 } from './element-function';

/**
 * clip(x, a, b). The derivative is 1 at both ends.
 *
 * @second 0
 */
@unmanaged
export class Clip extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return clipF32x4(x, a, b);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.and(dy, v128.and(f32x4.ge(x, a), f32x4.le(x, b)));
  }
}

/**
 * clip(x, -1, 1). The derivative is 0 at both ends.
 *
 * @second 0
 */
@unmanaged
export class HardTanh extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return clipF32x4(x, f32x4.splat(-1), one());
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.and(dy, f32x4.lt(f32x4.abs(x), one()));
  }
}

/** clip(x + 3, 0, 6) / 6: the sum first, since x / 6 + 1/2 loses digits near -3. */
// @ts-ignore: decorator
@inline
function hardSigmoid(x: v128): v128 {
  const ramp = clipF32x4(f32x4.add(x, f32x4.splat(3)), f32x4.splat(0), f32x4.splat(6));
  return f32x4.mul(ramp, f32x4.splat(0.16666666666666666));
}

/**
 * clip(x / 6 + 1/2, 0, 1). The derivative is 0 at both ends.
 *
 * @second 0
 */
@unmanaged
export class HardSigmoid extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return hardSigmoid(x);
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const inside = f32x4.lt(f32x4.abs(x), f32x4.splat(3));
    return v128.and(f32x4.mul(dy, f32x4.splat(0.16666666666666666)), inside);
  }
}

/**
 * x clip(x / 6 + 1/2, 0, 1). The derivative is 0 at -3 and 1 at 3.
 *
 * @second abs(x) < 3 ? 1 / 3 : 0
 */
@unmanaged
export class HardSilu extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.mul(x, hardSigmoid(x));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const ramp = madd(x, f32x4.splat(0.3333333333333333), half());
    const slope = v128.bitselect(one(), ramp, f32x4.ge(x, f32x4.splat(3)));
    return v128.andnot(f32x4.mul(dy, slope), f32x4.le(x, f32x4.splat(-3)));
  }
}

/**
 * clip((x + 1) / 2, 0, 1). The derivative is 0 at both ends.
 *
 * @second 0
 */
@unmanaged
export class SparseSigmoid extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const ramp = f32x4.mul(f32x4.add(x, one()), half());
    return clipF32x4(ramp, f32x4.splat(0), one());
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const inside = f32x4.lt(f32x4.abs(x), one());
    return v128.and(f32x4.mul(dy, half()), inside);
  }
}

/**
 * x <= -1: 0; x >= 1: x; between (x + 1)² / 4. The derivative is continuous.
 *
 * @second abs(x) < 1 ? 0.5 : 0
 */
@unmanaged
export class SparsePlus extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    const ramp = f32x4.mul(f32x4.add(x, one()), half());
    const y = v128.bitselect(x, f32x4.mul(ramp, ramp), f32x4.ge(x, one()));
    return v128.andnot(y, f32x4.le(x, f32x4.splat(-1)));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    const ramp = f32x4.mul(f32x4.add(x, one()), half());
    return f32x4.mul(dy, clipF32x4(ramp, f32x4.splat(0), one()));
  }
}

/**
 * x > a: x - a; x < -a: x + a; else 0. The derivative is 0 at both ends.
 *
 * @second 0
 */
@unmanaged
export class SoftShrink extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return f32x4.sub(x, clipF32x4(x, f32x4.neg(a), a));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.andnot(dy, f32x4.le(f32x4.abs(x), a));
  }
}

/**
 * |x| > a ? x : 0. The derivative is 0 at both ends.
 *
 * @second 0
 */
@unmanaged
export class HardShrink extends ByArgument {
  value(a: v128, b: v128, c: v128, x: v128): v128 {
    return v128.andnot(x, f32x4.le(f32x4.abs(x), a));
  }
  gradient(a: v128, b: v128, c: v128, x: v128, dy: v128): v128 {
    return v128.andnot(dy, f32x4.le(f32x4.abs(x), a));
  }
}
