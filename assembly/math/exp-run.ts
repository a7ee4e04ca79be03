// e^z at the speed of the processor: four vectors at a time, for loops of little else.

import { madd } from '../lanes';
import { EXP_BLOCK } from '../tuning';
import { expF32x4, LIMITS, REDUCTION, SERIES } from './exp';
import { one, splatAt } from './polynomial';

/** A function that is made of one exponential. A run takes one as a type argument; no instance ever exists. */
@unmanaged
export abstract class ExpForm {
  /** z, whose exponential is needed. */
  abstract exponent(shift: v128, x: v128): v128;

  /** z or -z, whichever is simpler. */
  abstract reach(shift: v128, x: v128): v128;

  /** The function of x, with e = e^z. */
  abstract result(x: v128, e: v128): v128;

  /** The function of x, by itself: the same bits. */
  abstract value(shift: v128, x: v128): v128;
}

/** e^x */
@unmanaged
export class PlainExp extends ExpForm {
  @inline
  exponent(shift: v128, x: v128): v128 {
    return x;
  }
  @inline
  reach(shift: v128, x: v128): v128 {
    return x;
  }
  @inline
  result(x: v128, e: v128): v128 {
    return e;
  }
  @inline
  value(shift: v128, x: v128): v128 {
    return expF32x4(x);
  }
}

/** e^(x - shift) */
@unmanaged
export class ShiftedExp extends ExpForm {
  @inline
  exponent(shift: v128, x: v128): v128 {
    return f32x4.sub(x, shift);
  }
  @inline
  reach(shift: v128, x: v128): v128 {
    return f32x4.sub(x, shift);
  }
  @inline
  result(x: v128, e: v128): v128 {
    return e;
  }
  @inline
  value(shift: v128, x: v128): v128 {
    return expF32x4(f32x4.sub(x, shift));
  }
}

/**
 * out[n] = f(x[n]) for n a multiple of 16, in place or not: the bits of `f.value`. Blocks are looked through before they
 * are worked on: what is far away in memory then comes many lines at a time. The work itself fills the processor's window
 * and would wait for one line after another where the processor does not fetch ahead (measured on an Intel Xeon: e^x of
 * 10 million numbers 22 ms without, 12 with).
 */
export function expRun<T extends ExpForm>(out: usize, x: usize, n: i32, shift: v128): void {
  const f = changetype<T>(0);
  while (n > 0) {
    const count = min(n, EXP_BLOCK);
    if (isWithin<T>(x, count, shift)) {
      run<T>(out, x, count, shift);
    } else {
      const bytes = (<usize>count) << 2;
      for (let at: usize = 0; at < bytes; at += 16) {
        v128.store(out + at, f.value(shift, v128.load(x + at)));
      }
    }
    x += EXP_BLOCK << 2;
    out += EXP_BLOCK << 2;
    n -= count;
  }
}

/** Whether e^z and e^-z are normal for all of a block. */
function isWithin<T extends ExpForm>(x: usize, count: i32, shift: v128): bool {
  const f = changetype<T>(0);
  // Without their signs, bits are in the order of the numbers; infinity and NaN come last.
  let largest = i32x4.splat(0);
  for (; count > 0; count -= 16, x += 64) {
    const z0 = i32x4.shl(f.reach(shift, v128.load(x)), 1);
    const z1 = i32x4.shl(f.reach(shift, v128.load(x, 16)), 1);
    const z2 = i32x4.shl(f.reach(shift, v128.load(x, 32)), 1);
    const z3 = i32x4.shl(f.reach(shift, v128.load(x, 48)), 1);
    largest = i32x4.max_u(largest, i32x4.max_u(i32x4.max_u(z0, z1), i32x4.max_u(z2, z3)));
  }
  return i32x4.all_true(i32x4.le_u(largest, i32x4.shl(splatAt(LIMITS, 5), 1)));
}

/**
 * A block whose exponentials neither overflow nor vanish. Four vectors at a time hide that each step of one waits for
 * the last, and share the loads of the constants: 0.85 ns an element of e^x where one at a time takes 1.40, two take
 * 1.00 (measured).
 */
function run<T extends ExpForm>(out: usize, x: usize, count: i32, shift: v128): void {
  const f = changetype<T>(0);
  for (; count > 0; count -= 16) {
    const z0 = f.exponent(shift, v128.load(x));
    const z1 = f.exponent(shift, v128.load(x, 16));
    const z2 = f.exponent(shift, v128.load(x, 32));
    const z3 = f.exponent(shift, v128.load(x, 48));
    // 2^n is added to the exponent.
    const inverse = splatAt(REDUCTION, 0);
    const round = splatAt(REDUCTION, 1);
    const q0 = madd(z0, inverse, round);
    const q1 = madd(z1, inverse, round);
    const q2 = madd(z2, inverse, round);
    const q3 = madd(z3, inverse, round);
    const ln2 = splatAt(REDUCTION, 2);
    const h0 = f32x4.sub(z0, f32x4.mul(f32x4.sub(q0, round), ln2));
    const h1 = f32x4.sub(z1, f32x4.mul(f32x4.sub(q1, round), ln2));
    const h2 = f32x4.sub(z2, f32x4.mul(f32x4.sub(q2, round), ln2));
    const h3 = f32x4.sub(z3, f32x4.mul(f32x4.sub(q3, round), ln2));
    const rest = splatAt(REDUCTION, 3);
    const l0 = f32x4.mul(f32x4.sub(q0, round), rest);
    const l1 = f32x4.mul(f32x4.sub(q1, round), rest);
    const l2 = f32x4.mul(f32x4.sub(q2, round), rest);
    const l3 = f32x4.mul(f32x4.sub(q3, round), rest);
    const r0 = f32x4.sub(h0, l0);
    const r1 = f32x4.sub(h1, l1);
    const r2 = f32x4.sub(h2, l2);
    const r3 = f32x4.sub(h3, l3);
    let c = splatAt(SERIES, 0);
    let d = splatAt(SERIES, 1);
    let p0 = madd(c, r0, d);
    let p1 = madd(c, r1, d);
    let p2 = madd(c, r2, d);
    let p3 = madd(c, r3, d);
    c = splatAt(SERIES, 2);
    p0 = madd(p0, r0, c);
    p1 = madd(p1, r1, c);
    p2 = madd(p2, r2, c);
    p3 = madd(p3, r3, c);
    d = splatAt(SERIES, 3);
    p0 = madd(p0, r0, d);
    p1 = madd(p1, r1, d);
    p2 = madd(p2, r2, d);
    p3 = madd(p3, r3, d);
    c = splatAt(SERIES, 4);
    p0 = madd(p0, r0, c);
    p1 = madd(p1, r1, c);
    p2 = madd(p2, r2, c);
    p3 = madd(p3, r3, c);
    d = splatAt(SERIES, 5);
    p0 = madd(p0, r0, d);
    p1 = madd(p1, r1, d);
    p2 = madd(p2, r2, d);
    p3 = madd(p3, r3, d);
    p0 = f32x4.add(h0, f32x4.sub(f32x4.mul(f32x4.mul(r0, r0), p0), l0));
    p1 = f32x4.add(h1, f32x4.sub(f32x4.mul(f32x4.mul(r1, r1), p1), l1));
    p2 = f32x4.add(h2, f32x4.sub(f32x4.mul(f32x4.mul(r2, r2), p2), l2));
    p3 = f32x4.add(h3, f32x4.sub(f32x4.mul(f32x4.mul(r3, r3), p3), l3));
    c = one();
    p0 = i32x4.add(f32x4.add(c, p0), i32x4.shl(q0, 23));
    v128.store(out, f.result(v128.load(x), p0));
    p1 = i32x4.add(f32x4.add(c, p1), i32x4.shl(q1, 23));
    v128.store(out, f.result(v128.load(x, 16), p1), 16);
    p2 = i32x4.add(f32x4.add(c, p2), i32x4.shl(q2, 23));
    v128.store(out, f.result(v128.load(x, 32), p2), 32);
    p3 = i32x4.add(f32x4.add(c, p3), i32x4.shl(q3, 23));
    v128.store(out, f.result(v128.load(x, 48), p3), 48);
    x += 64;
    out += 64;
  }
}
