import { ExpForm, expRun } from '../../math/exp-run';
import { one } from '../../math/polynomial';

/**
 * A function of one float32 and its derivative, on four lanes at a time. The loops over memory (unary.ts) take one of these as a type argument; no instance ever exists.
 * `a`, `b`, `c` are the function's parameters p0, p1, p2 in every lane; they come first, so
 * that functions without any need not mention them further.
 */
@unmanaged
export abstract class ElementFunction {
  /** f(x) */
  abstract value(a: v128, b: v128, c: v128, x: v128): v128;

  /** dy * f'. The derivative is a function of `v`, which is f's argument x or, if `readsResult`, its result y. */
  abstract gradient(a: v128, b: v128, c: v128, v: v128, dy: v128): v128;

  /** Whether the derivative is had by the result. */
  abstract readsResult(): bool;

  /** out[i] = f(x[i]) of the first elements by a loop of its own, with the same bits; returns how many those are. */
  abstract run(out: usize, x: usize, n: i32): i32;
}

/** A function whose derivative is computed from its argument, as most are. */
@unmanaged
export abstract class ByArgument extends ElementFunction {
  @inline
  readsResult(): bool {
    return false;
  }
  @inline
  run(out: usize, x: usize, n: i32): i32 {
    return 0;
  }
}

/** One whose derivative is cheaper from its result. */
@unmanaged
export abstract class ByResult extends ElementFunction {
  @inline
  readsResult(): bool {
    return true;
  }
  @inline
  run(out: usize, x: usize, n: i32): i32 {
    return 0;
  }
}

/** One of those that is made of one exponential: `Form` computes it sixteen elements at a time. */
@unmanaged
export abstract class ByExponential<Form extends ExpForm> extends ElementFunction {
  @inline
  readsResult(): bool {
    return true;
  }
  @inline
  run(out: usize, x: usize, n: i32): i32 {
    const whole = n & ~15;
    expRun<Form>(out, x, whole, f32x4.splat(0));
    return whole;
  }
}

/** -1, 0 or 1; NaN for NaN. */
// @ts-ignore: decorator
@inline
export function signF32x4(x: v128): v128 {
  const zero = f32x4.splat(0);
  const sign = f32x4.sub(v128.and(f32x4.gt(x, zero), one()), v128.and(f32x4.lt(x, zero), one()));
  return v128.or(sign, f32x4.ne(x, x));
}

/** clip(x, low, high); NaN for NaN, whatever the ends are. */
// @ts-ignore: decorator
@inline
export function clipF32x4(x: v128, low: v128, high: v128): v128 {
  // pmax(p, q) is p < q ? q : p, so NaN in the first operand stays.
  return f32x4.pmin(f32x4.pmax(x, low), high);
}
