// Constants and polynomials whose coefficients lie in memory.
//
// Engines build a v128 constant from immediates each time it is used (V8: four instructions, not
// hoisted out of loops), and it takes 18 bytes of the binary; a load that fills four lanes is one
// instruction and 7 bytes.

import { madd } from '../lanes';

const COMMON = memory.data<f32>([1, 0.5, 2, -0.5]);

/** table[index] in every lane. */
// @ts-ignore: decorator
@inline
export function splatAt(table: usize, index: i32): v128 {
  return v128.load32_splat(table + ((<usize>index) << 2));
}

// The bits of a float32 beside its sign, and the sign alone.
const SIGNS = memory.data<u32>([0x7fffffff, 0x80000000]);

/** |x|. The engine's own builds its mask at every use. */
// @ts-ignore: decorator
@inline
export function magnitude(x: v128): v128 {
  return v128.and(x, splatAt(SIGNS, 0));
}

/** -|x|. */
// @ts-ignore: decorator
@inline
export function negativeMagnitude(x: v128): v128 {
  return v128.or(x, splatAt(SIGNS, 1));
}

/** 1 in every lane. */
// @ts-ignore: decorator
@inline
export function one(): v128 {
  return splatAt(COMMON, 0);
}

/** 1/2 in every lane. */
// @ts-ignore: decorator
@inline
export function half(): v128 {
  return splatAt(COMMON, 1);
}

/** 2 in every lane. */
// @ts-ignore: decorator
@inline
export function two(): v128 {
  return splatAt(COMMON, 2);
}

/** -1/2 in every lane. */
// @ts-ignore: decorator
@inline
export function minusHalf(): v128 {
  return splatAt(COMMON, 3);
}

/** table[0] x² + table[1] x + table[2]. Here and below, the highest power comes first. */
// @ts-ignore: decorator
@inline
export function polynomial2(x: v128, table: usize): v128 {
  return madd(madd(splatAt(table, 0), x, splatAt(table, 1)), x, splatAt(table, 2));
}

// @ts-ignore: decorator
@inline
export function polynomial4(x: v128, table: usize): v128 {
  return madd(madd(polynomial2(x, table), x, splatAt(table, 3)), x, splatAt(table, 4));
}

// @ts-ignore: decorator
@inline
export function polynomial5(x: v128, table: usize): v128 {
  return madd(polynomial4(x, table), x, splatAt(table, 5));
}

// @ts-ignore: decorator
@inline
export function polynomial7(x: v128, table: usize): v128 {
  return madd(madd(polynomial5(x, table), x, splatAt(table, 6)), x, splatAt(table, 7));
}
