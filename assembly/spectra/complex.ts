// What passes do with pairs: four complex numbers, their real parts in one vector and their imaginary parts in another.

import { madd } from '../lanes';

/** The real part of (a + ib) · (c + id). */
// @ts-ignore: decorator
@inline
export function realOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, d));
}

/** The imaginary part of (a + ib) · (c + id). */
// @ts-ignore: decorator
@inline
export function imagOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return madd(a, d, f32x4.mul(b, c));
}

/** Writes the pair (a + ib) · (c + id). */
// @ts-ignore: decorator
@inline
export function storeProduct(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, realOf(a, b, c, d));
  v128.store(out, imagOf(a, b, c, d), 16);
}

/** Writes the pair (a + ib) + (c + id). */
// @ts-ignore: decorator
@inline
export function storeSum(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(out, f32x4.add(a, c));
  v128.store(out, f32x4.add(b, d), 16);
}
